"""Working days in China: weekends, statutory holidays and 调休, from chinesecalendar with our own corrections.

The corrections stand in ``data/holidays.yaml``, or in the file named by ``CUIJIE_HOLIDAYS``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar

from cuijie.datafiles import Lines, load_yaml

__all__ = ["Span", "is_workday", "last_known_year", "next_workday", "workdays_after"]

_PATH = Path(__file__).parent / "data" / "holidays.yaml"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a count of working days ends: the day, or None with an estimate where a year's holidays are not known."""

    on: date | None
    about: date  # equals ``on`` where it is known; else counted with plain weekends


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
    path = Path(os.environ.get("CUIJIE_HOLIDAYS") or _PATH)
    table = load_yaml(path)
    years = table.get("years") if isinstance(table, Lines) else None
    if not isinstance(years, Lines):
        raise Lines(str(path), 1).wrong("years", "应为“年份: {source, closed, worked}”的表")
    closed: dict[int, frozenset[date]] = {}
    worked: dict[int, frozenset[date]] = {}
    for year, lines in years.items():
        if not isinstance(lines, Lines) or not year.isdigit() or not isinstance(lines.get("source"), str):
            raise years.wrong(year, "应写明 source（哪一份放假通知）、closed、worked")
        closed[int(year)], worked[int(year)] = _days(lines, "closed"), _days(lines, "worked")
    return closed, worked


@cache
def _packaged_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.holidays)


def last_known_year() -> int:
    """The last year whose holidays are known."""
    return max(_packaged_years() | set(_ours()[0]))


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


def next_workday(on: date) -> Span:
    """*on* itself if it is a working day, else the first one after it (民法典第203条、民诉法第85条)."""
    day = on
    while True:
        works = is_workday(day)
        if works is None:
            return Span(on=None, about=on)
        if works:
            return Span(on=day, about=day)
        day += _DAY


def workdays_after(start: date, count: int) -> Span:
    """The *count*-th working day after *start*; the day of *start* is not counted."""
    day, left, known = start, count, True
    while left:
        day += _DAY
        works = is_workday(day)
        if works is None:
            known, works = False, day.weekday() < 5
        left -= works
    return Span(on=day if known else None, about=day)
