"""The arithmetic of counters, the same for every store that counts in Python."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate

import msgspec

from cuijie.clock import SHANGHAI
from cuijie.gate.stores.contract import Count, Usage
from cuijie.rulebook.moments import micros_of

__all__ = [
    "FIRST_INSTANT",
    "Cell",
    "Near",
    "Place",
    "fits",
    "full_places",
    "home_of_key",
    "past_buckets",
    "reach",
    "usage_of",
]

Place = tuple[str, int]
"""The key of a counter and the bucket."""

_FIRST_DAY = 100_000  # no month's number reaches it, no day of our era lies below it
FIRST_INSTANT = 100_000_000_000
"""The least bucket that is an instant: no day's number reaches it, no instant of our era lies below it."""


class Cell(msgspec.Struct, kw_only=True, gc=False):
    """What is settled and what is held in one bucket."""

    settled: int = 0
    held: int = 0


_EMPTY = Cell()
Near = Callable[[str, int, int], Sequence[tuple[int, Cell]]]
"""The counters of one key from one bucket to another, those that are there, in order."""


def reach(count: Count) -> tuple[int, int]:
    """The first and the last bucket that can lie in one window with the count's own."""
    return count.bucket - count.span + 1, count.bucket + count.span - 1


def usage_of(count: Count, cell: Callable[[Place], Cell | None], near: Near) -> Usage:
    """The fullest run of ``span`` buckets that includes the count's own; of equals the earliest."""
    if count.span == 1:
        only = cell((count.key, count.bucket)) or _EMPTY
        return Usage(settled=only.settled, held=only.held, first_bucket=count.bucket)
    first, last = reach(count)
    if count.bucket >= FIRST_INSTANT:
        return _among(count, near(count.key, first, last))
    found = ((bucket, cell((count.key, bucket))) for bucket in range(first, last + 1))
    return _among(count, [(bucket, there) for bucket, there in found if there is not None])


def _among(count: Count, cells: Sequence[tuple[int, Cell]]) -> Usage:
    """``usage_of`` by the counters that are there: a run is tried for each that comes in at its end."""
    buckets = [bucket for bucket, _ in cells]
    settled = [0, *accumulate(cell.settled for _, cell in cells)]
    held = [0, *accumulate(cell.held for _, cell in cells)]
    best: Usage | None = None
    for last in (count.bucket, *(bucket for bucket in buckets if bucket > count.bucket)):
        first = last - count.span + 1
        start, end = bisect_left(buckets, first), bisect_left(buckets, last + 1)
        used = Usage(settled=settled[end] - settled[start], held=held[end] - held[start], first_bucket=first)
        if best is None or used.settled + used.held > best.settled + best.held:
            best = used
    return best or Usage(settled=0, held=0, first_bucket=count.bucket)


def fits(count: Count, usage: Usage) -> bool:
    """Whether the count's amount keeps its cap."""
    return usage.settled + usage.held + count.amount <= count.cap


def full_places(counts: Sequence[Count], usage: Sequence[Usage]) -> tuple[int, ...]:
    """The places of the counts that do not fit."""
    full = [used.settled + used.held + count.amount > count.cap for count, used in zip(counts, usage, strict=True)]
    return tuple([place for place, is_full in enumerate(full) if is_full]) if True in full else ()


def past_buckets(before: datetime) -> tuple[range, ...]:
    """The buckets that ended before the month of *before*, and the days and instants before its day."""
    day = before.astimezone(SHANGHAI)
    midnight = micros_of(day.replace(hour=0, minute=0, second=0, microsecond=0))
    return range(day.year * 12 + day.month - 1), range(_FIRST_DAY, day.toordinal()), range(FIRST_INSTANT, midnight)


_LONG = 32
_PSEUDONYM = re.compile("[0-9a-f]{32}").fullmatch


def home_of_key(key: str) -> str:
    """The home of a counter by its key: the first pseudonym in it, or else whatever comes after the rule."""
    parts = key.split("|")
    for part in parts[1:]:
        if len(part) == _LONG and _PSEUDONYM(part):
            return part
    return parts[1] if len(parts) > 1 else "-"
