"""The facts of one batch of contacts, column by column: what is filled in step by step and then judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.fused.arrow import as_bytes
from cuijie.rulebook.fused.kernels import Codes, Hashes, Longs, Masks, code_bits
from cuijie.rulebook.fused.window_shapes import OPEN as SEVERAL

__all__ = ["SEVERAL", "Facts"]


@dataclass(slots=True, kw_only=True)
class Facts:
    """The facts of one batch; filled step by step, then only read."""

    size: int
    at: Longs
    dated: NDArray[np.bool_]
    timed: NDArray[np.bool_]
    to_minute: NDArray[np.bool_]  # known to the minute only
    day: Longs  # since 1970 in Asia/Shanghai; 0 where not dated
    minute: Longs
    weight: Longs
    true: dict[str, Masks] = field(default_factory=dict)
    known: dict[str, Masks] = field(default_factory=dict)
    codes: dict[str, Codes] = field(default_factory=dict)
    ids: dict[str, Hashes] = field(default_factory=dict)

    def is_open(self, column: str) -> NDArray[np.bool_]:
        """The rows of which *column* is not known, one byte a row."""
        if column in self.known:
            return ~as_bytes(self.known[column], self.size)
        return np.equal(self.ids[column] if column in self.ids else self.codes[column], 0)

    def bools(self, column: str) -> Codes:
        """A yes-or-no column as classes: 0 unknown, 1 false, 2 true."""
        out: Codes = np.empty(self.size, np.uint8)
        code_bits(self.true[column], self.known[column], self.size, out)
        return out

    def settle(self, column: str, where: Masks, *, value: bool) -> None:
        """Fill a yes-or-no column in the rows *where* it is not known."""
        if column in self.known:
            fresh = where & ~self.known[column]
            self.known[column] = self.known[column] | fresh
            if value:
                self.true[column] = self.true[column] | fresh

    def put(self, column: str, where: NDArray[np.bool_], value: int | NDArray[Any]) -> None:
        """Fill the class or the id of *column* in the rows *where* it is not known."""
        for held in (self.codes, self.ids):
            if column in held:
                rows = where & (held[column] == 0)
                held[column] = np.where(rows, value, held[column]).astype(held[column].dtype)
