"""Plain ``<sms …/>`` elements by the thousand: the order of their attributes is learned once, then matched whole.

A phone writes every text with the same attributes in the same order.  A run of such elements is read by one pattern
that takes only what is wanted, as bytes; whatever is written in another way ends the run and is read with care.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cuijie.records import Entry

__all__ = ["SMS_ATTRIBUTES", "RunReader", "Texts"]

SMS_ATTRIBUTES: Final = (
    "address", "date", "type", "body", "contact_name",
    "date_sent", "sub_id", "service_center", "status", "subject", "m_type", "sim_slot",
)  # fmt: skip
_NEEDED: Final = frozenset({"address", "date", "type", "body"})
_ATTRIBUTE: Final = re.compile(rb"\s([A-Za-z_:][\w:.-]*+)\s*+=\s*+[\"']")
_MOST: Final = 2_000  # rows handed on together: the memory they take


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that follow one another in a file, as the bytes of the attributes that *names* tells."""

    names: tuple[str, ...]
    rows: list[tuple[bytes, ...]]
    first: int  # the number of the first in its file
    careful: Callable[[tuple[str, ...], tuple[bytes, ...], int], Entry]

    def entry(self, number: int, row: tuple[bytes, ...]) -> Entry:
        """The entry of one row, read with care."""
        return self.careful(self.names, row, number)

    def each(self) -> Iterator[Entry]:
        """All of them as entries."""
        for number, row in enumerate(self.rows, start=self.first):
            yield self.entry(number, row)


class RunReader:
    """Reads runs of texts once ``learn`` has seen how this file writes them."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self._pattern: re.Pattern[bytes] | None = None

    def learn(self, raw: bytes) -> None:
        """Takes the attributes of one text as the form of those that follow."""
        written = tuple(_ATTRIBUTE.findall(raw))
        self.names = tuple(name for one in written if (name := one.decode("utf-8", "replace")) in SMS_ATTRIBUTES)
        is_plain = len(set(written)) == len(written) and set(self.names) >= _NEEDED
        self._pattern = _pattern(written) if is_plain else None

    def take(self, buffer: bytes, position: int) -> tuple[list[tuple[bytes, ...]], int]:
        """The texts that stand at *position* one after another, and where they end."""
        rows: list[tuple[bytes, ...]] = []
        if self._pattern is not None:
            match = self._pattern.match
            while (found := match(buffer, position)) is not None and len(rows) < _MOST:
                rows.append(found.groups())
                position = found.end()
        return rows, position


@lru_cache(maxsize=64)
def _pattern(written: tuple[bytes, ...]) -> re.Pattern[bytes]:
    values = dict.fromkeys((name.encode() for name in SMS_ATTRIBUTES), rb'([^"<]*+)') | {b"date": rb"([123]\d{12})"}
    parts = (rb"\s++" + re.escape(name) + rb'="' + values.get(name, rb'[^"<]*+') + rb'"' for name in written)
    return re.compile(rb"\s*+<sms" + b"".join(parts) + rb"\s*+/>")
