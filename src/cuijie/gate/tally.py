"""The arithmetic of counters, the same for every store that counts in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from cuijie.clock import SHANGHAI
from cuijie.gate.store import Count, Usage

__all__ = ["FIRST_DAY", "FIRST_MINUTE", "Cell", "Place", "fits", "full_places", "home_of_key", "is_past", "usage_of"]

Place = tuple[str, int]
"""The key of a counter and the bucket."""

FIRST_DAY = 100_000  # no month's number reaches it, no day of our era lies below it


FIRST_MINUTE = 100_000_000  # no day's number reaches it, no minute of our era lies below it


class Cell(msgspec.Struct, kw_only=True, gc=False):
    """What is settled and what is held in one bucket."""

    settled: int = 0
    held: int = 0


_EMPTY = Cell()


def usage_of(count: Count, cell: Callable[[Place], Cell | None]) -> Usage:
    """The fullest run of ``span`` buckets that includes the count's own; of equals the earliest."""
    if count.span == 1:
        only = cell((count.key, count.bucket)) or _EMPTY
        return Usage(settled=only.settled, held=only.held, first_bucket=count.bucket)
    first = count.bucket - count.span + 1
    cells = [cell((count.key, bucket)) or _EMPTY for bucket in range(first, count.bucket + count.span)]
    best = Usage(settled=-1, held=0, first_bucket=first)
    for start in range(count.span):
        inside = cells[start : start + count.span]
        settled, held = sum(c.settled for c in inside), sum(c.held for c in inside)
        if settled + held > best.settled + best.held:
            best = Usage(settled=settled, held=held, first_bucket=first + start)
    return best


def fits(count: Count, usage: Usage) -> bool:
    """Whether the count's amount keeps its cap."""
    return usage.settled + usage.held + count.amount <= count.cap


def full_places(counts: Sequence[Count], usage: Sequence[Usage]) -> tuple[int, ...]:
    """The places of the counts that do not fit."""
    pairs = enumerate(zip(counts, usage, strict=True))
    return tuple([n for n, (count, used) in pairs if used.settled + used.held + count.amount > count.cap])


def is_past(bucket: int, before: datetime) -> bool:
    """Whether a bucket ended before the day of *before* (a day's bucket or a minute's) or before its month."""
    day = before.astimezone(SHANGHAI)
    if bucket >= FIRST_MINUTE:
        return bucket < day.toordinal() * 1440
    return bucket < (day.toordinal() if bucket >= FIRST_DAY else day.year * 12 + day.month - 1)


_LONG = 32
_PSEUDONYM = re.compile("[0-9a-f]{32}").fullmatch


def home_of_key(key: str) -> str:
    """The home of a counter by its key: the first pseudonym in it, or else whatever comes after the rule."""
    parts = key.split("|")
    for part in parts[1:]:
        if len(part) == _LONG and _PSEUDONYM(part):
            return part
    return parts[1] if len(parts) > 1 else "-"
