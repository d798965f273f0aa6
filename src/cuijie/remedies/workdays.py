"""Working days in China: weekends, statutory holidays and 调休, from chinesecalendar with our own corrections.

The corrections stand in ``data/holidays.yaml``, or in the file named by ``CUIJIE_HOLIDAYS``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar

from cuijie.datafiles import Lines, load_table

__all__ = ["Span", "is_workday", "next_workday", "workdays_after"]

_PATH = Path(__file__).parent / "data" / "holidays.yaml"
_DAY = timedelta(days=1)
_LONGEST_DAYS = 10  # no run of closed days has been longer (24 January to 2 February 2020)
_SWAPPED_DAYS = 7  # a weekend day that is worked for a holiday lies this near to it (so far within four)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a count ends: one day, or between two where the holidays of a year are not known yet."""

    earliest: date
    latest: date

    @property
    def on(self) -> date | None:
        """The day, if there is only one."""
        return self.earliest if self.earliest == self.latest else None


def _days(lines: Lines, key: str) -> frozenset[date]:
    value = lines.get(key, [])
    if not isinstance(value, list):
        raise lines.wrong(key, "应为日期的列表")
    try:
        return frozenset(date.fromisoformat(str(one)) for one in value)
    except ValueError as error:
        raise lines.wrong(key, "应为日期，例如 2027-01-01") from error


@cache
def _ours() -> tuple[dict[int, frozenset[date]], dict[int, frozenset[date]]]:
    """Days closed and days worked, by year, of the years in our own table."""
    table = load_table(Path(os.environ.get("CUIJIE_HOLIDAYS") or _PATH))
    years = table.table("years", "应为“年份: {source, closed, worked}”的表")
    closed: dict[int, frozenset[date]] = {}
    worked: dict[int, frozenset[date]] = {}
    for year, lines in years.items():
        if not isinstance(lines, Lines) or not year.isdigit() or not isinstance(lines.get("source"), str):
            raise years.wrong(year, "应写明 source（哪一份放假通知）、closed、worked")
        closed[int(year)], worked[int(year)] = _days(lines, "closed"), _days(lines, "worked")
    return closed, worked


@cache
def _lunar() -> dict[int, tuple[date, ...]]:
    """春节、端午节、中秋节 of years to come, from the table shipped with the program."""
    years = load_table(_PATH).table("lunar", "应为“年份: [春节, 端午节, 中秋节]”的表")
    found = {int(year): tuple(sorted(_days(years, year))) for year in years}
    if any(len(days) != 3 for days in found.values()):
        raise years.wrong(next(iter(years)), "每年应有三个日期：春节、端午节、中秋节")
    return found


@cache
def _packaged_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.holidays)


def is_workday(on: date) -> bool | None:
    """Whether *on* is a working day; None in a year whose holidays are not known."""
    closed, worked = _ours()
    if on in closed.get(on.year, frozenset()):
        return False
    if on in worked.get(on.year, frozenset()):
        return True
    if on.year in _packaged_years():
        return bool(chinese_calendar.is_workday(on))
    return on.weekday() < 5 if on.year in closed else None


def _around(year: int) -> Iterator[tuple[date, date]]:
    """The stretches of *year* in which weekdays may turn out closed (《全国年节及纪念日放假办法》第二条, with room)."""
    yield from (
        (date(year, *first), date(year, *last))
        for first, last in (
            ((1, 1), (1, 5)),
            ((4, 1), (4, 8)),
            ((4, 27), (5, 7)),
            ((9, 27), (10, 11)),
            ((12, 28), (12, 31)),
        )
    )
    moving = _lunar().get(year)
    if moving is None:
        yield from ((date(year, 1, 18), date(year, 3, 3)), (date(year, 5, 24), date(year, 6, 30)))
        yield date(year, 9, 4), date(year, 10, 12)
        return
    for day, (before, after) in zip(moving, ((3, 10), (3, 3), (4, 4)), strict=True):
        yield day - before * _DAY, day + after * _DAY


@cache
def _may_be_closed(on: date) -> bool:
    return any(first <= on <= last for first, last in _around(on.year))


def _is_surely_closed(on: date) -> bool:
    """Whether the regulation itself closes *on*: 元旦、除夕至初三、劳动节两天、端午、中秋、国庆三天."""
    fixed = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
    spring, *others = _lunar().get(on.year, (None,))
    in_spring = spring is not None and spring - _DAY <= on <= spring + 2 * _DAY
    return (on.month, on.day) in fixed or in_spring or on in others


@cache
def _bounds(on: date) -> tuple[bool, bool]:
    """(whether *on* may be a working day, whether it surely is): alike in a year whose holidays are known."""
    works = is_workday(on)
    if works is not None:
        return works, works
    if _is_surely_closed(on):
        return False, False
    if on.weekday() < 5:
        return True, not _may_be_closed(on)
    near = any(_may_be_closed(on + days * _DAY) for days in range(-_SWAPPED_DAYS, _SWAPPED_DAYS + 1))
    return near, False


def next_workday(on: date) -> Span:
    """*on* itself if it is a working day, else the first one after it (民法典第203条、民诉法第85条)."""
    earliest = on
    while not _bounds(earliest)[0]:
        earliest += _DAY
    latest = earliest
    while not _bounds(latest)[1] and latest < on + _LONGEST_DAYS * _DAY:
        latest += _DAY
    return Span(earliest=earliest, latest=latest)


def workdays_after(start: date, count: int, pauses: Sequence[tuple[date, date]] = ()) -> Span:
    """The *count*-th working day after *start*; the day of *start* is not counted.

    Days in a pause (from its first day until before its second) are not counted either.
    """
    ends = []
    for side in (0, 1):
        day, left = start, count
        while left:
            day += _DAY
            is_paused = any(first <= day < last for first, last in pauses)
            left -= not is_paused and _bounds(day)[side]
        ends.append(day)
    return Span(earliest=ends[0], latest=ends[1])
