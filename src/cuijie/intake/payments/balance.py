"""Which way money went by the running balance of a statement whose amounts have no sign and whose words tell nothing.

The balance tells only if every row that can be compared with its neighbour differs from it by exactly its amount, and
no word of the statement says otherwise (the balance of a loan grows with what is spent).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from cuijie.records import PaymentFlow

__all__ = ["BalanceLine", "flows_by_balance"]

_Way = Literal["in", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """One row: its amount and the balance after it in fen (None: not readable), and what its words say of the way."""

    fen: int | None
    balance: int | None
    when: datetime | None = None
    told: PaymentFlow | None = None


def flows_by_balance(lines: Sequence[BalanceLine]) -> dict[int, _Way] | None:
    """The way of each row, by its index, whose neighbour before it in time has a balance; None if the balances do not tell.

    The rows may run either way; their times decide where both ways fit, and must not say the opposite.
    """
    found = [ways for is_newest_first in _orders(lines) if (ways := _ways(lines, is_newest_first))]
    return found[0] if found and all(ways == found[0] for ways in found) else None


def _orders(lines: Sequence[BalanceLine]) -> tuple[bool, ...]:
    """Whether the newest row may stand first: as the times tell, else both."""
    times = [line.when for line in lines if line.when is not None]
    steps = [(after > before) - (after < before) for before, after in pairwise(times)]
    if 1 in steps and -1 in steps:
        return ()  # in no order: who stands beside whom says nothing
    return (False,) if 1 in steps else (True,) if -1 in steps else (False, True)


def _ways(lines: Sequence[BalanceLine], is_newest_first: bool) -> dict[int, _Way] | None:
    ways: dict[int, _Way] = {}
    step = 1 if is_newest_first else -1
    for index, line in enumerate(lines):
        before = lines[index + step] if 0 <= index + step < len(lines) else None
        if before is None or None in (line.fen, line.balance, before.balance):
            continue
        change = (line.balance or 0) - (before.balance or 0)
        if abs(change) != line.fen:
            return None
        if change:
            ways[index] = "in" if change > 0 else "out"
            if line.told in ("in", "out") and line.told != ways[index]:
                return None
    return ways
