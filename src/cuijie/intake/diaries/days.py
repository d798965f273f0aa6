"""Which day each line of a diary means where it names no year, or only 昨天 or 周三: proposals for the writer to confirm.

A year written in the text, or a weekday beside a date, tells the year of the lines around it; else the last line is
taken for the latest such day not after the diary was last written.  What stays open has no day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from cuijie.intake.times.day_order import date_of
from cuijie.intake.times.spoken_days import days_back, latest_day, month_day, weekday

__all__ = ["Day", "How", "days_of"]

How = Literal["written", "text", "latest", "spoken", "open"]
"""How a day is known: written out; its year from the text; the latest such day; 昨天 and the like; not at all."""

_FULL: Final = re.compile(r"(?P<y>(?:20)?\d{2})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})")
_YEAR: Final = re.compile(r"(20\d{2})\s*年")
_AFTER: Final = {
    **dict.fromkeys(("第二天", "次日", "翌日", "隔天"), 1),
    **dict.fromkeys(("当天", "当日", "同一天", "同日", "当晚"), 0),
}
_BEFORE: Final = re.compile(r"的前(\d)天$")
_HALF_A_YEAR: Final = 183
_LEAP: Final = 2024  # any leap year: to hold two days without a year against each other


@dataclass(frozen=True, slots=True)
class Day:
    """The day that a line means, how it is known, and whether a weekday written beside a full date does not fit."""

    on: date | None
    how: How
    is_odd: bool = False


@dataclass(slots=True)
class _Line:
    words: str
    dated: tuple[int, int] | None = None
    found: date | None = None
    how: How = "open"


def days_of(lines: Sequence[str], *, on: date | None, year: int | None = None) -> list[Day]:
    """The day of each of *lines*, which hold nothing but how each names its day, in the order of the text.

    *on* is the day on which the diary was last written, *year* the one in its title.  A line that is a bare year
    (2025年) tells the year of the one below; 11月20日的前1天 is the day before that.
    """
    table = [_read(words, on) for words in lines]
    _under_years(table, year)
    dated = [line for line in table if line.dated is not None]
    _chain(dated[::-1] if _is_newest_first(dated) else dated, on)
    _speak(table, on)
    return [_day(line) for line in table]


def _day(line: _Line) -> Day:
    named = weekday(line.words)
    is_odd = line.found is not None and line.dated is not None and named not in (None, line.found.weekday())
    if is_odd and line.how != "written":
        return Day(None, "open", True)  # the year is not known, and the weekday says that it is another
    before = _BEFORE.search(line.words)
    found = line.found - timedelta(days=int(before[1])) if line.found and before else line.found
    return Day(found, "open" if found is None else "spoken" if before else line.how, is_odd)


def _read(words: str, on: date | None) -> _Line:
    if full := _FULL.search(words):
        year = int(full["y"]) + (2000 if len(full["y"]) == 2 else 0)
        return _Line(words, (int(full["m"]), int(full["d"])), date_of(year, int(full["m"]), int(full["d"])), "written")
    line = _Line(words, None if _YEAR.search(words) else month_day(words))
    if line.dated is not None and weekday(words) is not None and on is not None:
        line.found, line.how = latest_day(words, on), "text"
    return line


def _under_years(table: list[_Line], year: int | None) -> None:
    """Gives the line below a bare year that year, and the first line that of the title where none has one."""
    if year is not None and not any(line.found or _YEAR.search(line.words) for line in table):
        table = [_Line(f"{year}年"), *table]
    for above, below in pairwise(table):
        told = _YEAR.search(above.words)
        if told and above.dated is None and below.dated is not None and below.found is None:
            below.found, below.how = date_of(int(told[1]), *below.dated), "text"


def _is_newest_first(dated: list[_Line]) -> bool:
    steps = [_apart(above, below) for above, below in pairwise(dated)]
    return sum(0 < step <= _HALF_A_YEAR for step in steps) < sum(-_HALF_A_YEAR <= step < 0 for step in steps)


def _apart(above: _Line, below: _Line) -> int:
    """Days from one date to the other, within one year where one has no year."""
    if above.found and below.found:
        return (below.found - above.found).days
    days = [date_of(_LEAP, *line.dated) for line in (above, below) if line.dated]
    return (days[1] - days[0]).days if len(days) == 2 and days[0] and days[1] else 0


def _chain(dated: list[_Line], on: date | None) -> None:
    """Gives each line the year of the one before it in time, else of the one after it; without any, the latest possible."""
    if on is not None and dated and not any(line.found for line in dated):
        for line in reversed(dated):
            if (day := latest_day(line.words, on)) is not None:
                line.found, line.how = day, "latest"
                break
    for order, sign in ((dated, 1), (dated[::-1], -1)):
        last: _Line | None = None
        for line in order:
            if line.found is None and last is not None and line.dated is not None and line.how == "open":
                line.found = _next(last, line, sign, on)
                line.how = "latest" if last.how == "latest" else "text"
            last = line if line.found else last


def _next(last: _Line, line: _Line, sign: int, on: date | None) -> date | None:
    if last.found is None or line.dated is None:
        return None
    turned = sign * _apart(_Line("", (last.found.month, last.found.day)), line) < -_HALF_A_YEAR
    year = last.found.year + (sign if turned else 0)
    day = date_of(year, *line.dated)
    return date_of(year - 1, *line.dated) if day is not None and on is not None and day > on else day


def _speak(table: list[_Line], on: date | None) -> None:
    """昨天 and 周三 count from the day of the last writing, 第二天 from the line above."""
    above: date | None = None
    for line in table:
        if line.dated is None and line.how == "open":
            after = next((step for word, step in _AFTER.items() if word in line.words), None)
            if after is not None:
                line.found = above + timedelta(days=after) if above else None
            elif on is not None and (days_back(line.words) is not None or weekday(line.words) is not None):
                line.found = latest_day(line.words, on)
            line.how = "spoken"
        above = line.found
