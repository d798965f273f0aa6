"""When a contact happened, as windows that slide see it, and which windows there are.

Time is a whole number: of days for windows of days, of microseconds since 1970 for windows of minutes.  A
contact lies between two of them (*since* and *until*): one known to the minute within that minute, one known
to the day within that day.  A window takes in what lies after ``last - length`` and not after ``last``; surely if it lies
there however exactly it is known, perhaps if it reaches into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from cuijie.clock import SHANGHAI
from cuijie.rulebook.columns import Value
from cuijie.rulebook.moments import DAY_US, DAY_ZERO, EIGHT_HOURS_US, EPOCH, MINUTE_US
from cuijie.rulebook.rule import Window

__all__ = [
    "IN_MINUTE_US",
    "Placed",
    "end_key",
    "ends_of",
    "is_within",
    "length_of",
    "placed",
]

Placed = tuple[int, int] | None
"""Between which moments a contact lies; None if not even its day is known."""

IN_MINUTE_US = 59_000_000  # records know no fractions of a second


def length_of(window: Window) -> int:
    """How long a window that slides is, in its own unit; 0 for one that does not slide."""
    return window.within_days or (window.within_minutes or 0) * MINUTE_US


def placed(window: Window, day: date | None, at_us: int | None, precision: str | None, *, timed: bool) -> Placed:
    """Where a contact of that *day* and instant lies; *timed*: its time of day is known, and it is one contact alone."""
    if day is None or at_us is None:
        return None
    number = (day - DAY_ZERO).days
    if window.within_minutes is None:
        return number, number
    if not timed:
        start = number * DAY_US - EIGHT_HOURS_US
        return start, start + DAY_US - 1
    if precision != "minute":
        return at_us, at_us
    start = at_us - at_us % MINUTE_US
    return start, start + IN_MINUTE_US


def ends_of(known: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Where windows end, in order, each with the first moment at which that end can have been.

    A window ends with each contact.  Contacts known to the day alone are closest to those before at midnight.
    """
    found: dict[int, int] = {}
    for since, until in known:
        last = since if until - since > MINUTE_US else until
        found[last] = min(since, found.get(last, since))
    return dict(sorted(found.items()))


def is_within(lies: Placed, last: int | None, length: int) -> bool:
    """Whether what lies there is surely in the window that ends with *last*."""
    return lies is not None and last is not None and lies[0] > last - length and lies[1] <= last


def end_key(window: Window, last: int | None) -> tuple[str, Value]:
    """The end of a window as it is named: its last day, or the instant of its last contact in Beijing time."""
    if window.within_minutes is None:
        return "day", None if last is None else DAY_ZERO + timedelta(days=last)
    if last is None:
        return "until", None
    return "until", (EPOCH + timedelta(microseconds=last)).astimezone(SHANGHAI).isoformat()
