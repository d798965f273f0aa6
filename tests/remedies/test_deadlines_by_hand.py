"""Deadlines worked out by hand (``deadlines_by_hand.yaml``) against the program's, and our calendar against the notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from cuijie.datafiles import Lines, load_yaml
from cuijie.remedies import workdays
from cuijie.remedies.channels import ClockRule, channels
from cuijie.remedies.clocks import deadline_of
from cuijie.remedies.workdays import is_workday
from tests.remedies.years import last_known_year

_TABLE = Path(__file__).with_name("deadlines_by_hand.yaml")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    clock: str
    lender: str | None
    start: date
    earliest: date
    latest: date
    extended: int
    pauses: tuple[tuple[date, date], ...]
    why: str

    def rule(self) -> ClockRule:
        """The clock that runs for an event of that day."""
        channel, _, clock = self.clock.partition("/")
        found = [one for one in channels()[channel].clocks if one.id == clock and one.holds(self.start, self.lender)]
        assert len(found) == 1, f"{self.clock} on {self.start}: {len(found)} rules"
        return found[0]


def _day(value: object) -> date:
    return date.fromisoformat(str(value))


def _listed(lines: Lines, key: str) -> list[object]:
    value = lines.get(key, [])
    assert isinstance(value, list)
    return list(value)


def _rows() -> Iterator[_Row]:
    table = load_yaml(_TABLE)
    assert isinstance(table, Lines)
    for group in _listed(table, "groups"):
        assert isinstance(group, Lines)
        assert str(group["who"])
        for row in _listed(group, "rows"):
            assert isinstance(row, list)
            start, due, why = row
            first, last = due if isinstance(due, list) else (due, due)
            yield _Row(
                clock=str(group["clock"]),
                lender=str(group["lender"]) if "lender" in group else None,
                start=_day(start),
                earliest=_day(first),
                latest=_day(last),
                extended=int(str(group.get("extended", 0))),
                pauses=tuple((_day(one[0]), _day(one[1])) for one in _listed(group, "paused") if isinstance(one, list)),
                why=str(why),
            )


_ROWS = list(_rows())


def test_the_table_holds_at_least_two_hundred_deadlines_of_every_clock() -> None:
    assert len(_ROWS) >= 200
    known = {f"{channel.id}/{rule.id}" for channel in channels().values() for rule in channel.clocks}
    ours = {"institution_complaint/asked", "negotiation/asked"}  # days the user names, not the law's
    assert known - ours == {row.clock for row in _ROWS}


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{row.clock}-{row.start}")
def test_a_deadline_is_the_one_worked_out_by_hand(row: _Row) -> None:
    ours = deadline_of(row.rule(), row.start, step="s", extensions=row.extended, pauses=row.pauses)
    assert (ours.earliest_on, ours.latest_on) == (row.earliest, row.latest), row.why


@pytest.mark.parametrize("row", [row for row in _ROWS if row.earliest != row.latest], ids=lambda row: str(row.start))
def test_a_range_says_so_and_calls_nobody_late_within_it(row: _Row) -> None:
    ours = deadline_of(row.rule(), row.start, step="s", extensions=row.extended, pauses=row.pauses)
    assert ours.due_on is None
    assert ours.note is not None
    assert "最早" in ours.note
    assert "最迟" in ours.note
    assert "核对" in ours.note
    assert not ours.is_past(row.latest)
    assert ours.is_past(row.latest + _DAY)
    assert ours.safe_on <= row.earliest if ours.is_mine else ours.safe_on == row.latest


def _notice(year: str) -> tuple[set[date], set[date]]:
    table = load_yaml(_TABLE)
    assert isinstance(table, Lines)
    notices = table["notices"]
    assert isinstance(notices, Lines)
    lines = notices[year]
    assert isinstance(lines, Lines)
    closed: set[date] = set()
    for stretch in _listed(lines, "closed"):
        assert isinstance(stretch, list)
        day, last = _day(f"{year}-{stretch[0]}"), _day(f"{year}-{stretch[1]}")
        while day <= last:
            closed.add(day)
            day += _DAY
    return closed, {_day(f"{year}-{one}") for one in _listed(lines, "worked")}


@pytest.mark.parametrize("year", [str(year) for year in range(2018, 2027)])
def test_our_calendar_is_that_of_the_notices(year: str) -> None:
    closed, worked = _notice(year)
    day = date(int(year), 1, 1)
    while day.year == int(year):
        expected = day in worked or (day.weekday() < 5 and day not in closed)
        assert is_workday(day) is expected, day
        day += _DAY


# 除夕 and 2 May are statutory holidays only since 2025 (《全国年节及纪念日放假办法》2024 revision).
_ONCE_ONLY = {date(2015, 9, 3), date(2015, 9, 4), date(2015, 9, 6)}  # the seventieth anniversary: announced apart
_FESTIVALS = ("Spring Festival", "Dragon Boat Festival", "Mid-autumn Festival")


def _moving(year: int) -> tuple[date, ...]:
    """The three moving festivals of a known year: the days of the table's own names nearest to the regulation."""
    named = {
        name: sorted(day for day, kind in chinese_calendar.holidays.items() if kind == name and day.year == year)
        for name in _FESTIVALS
    }
    spring = {2014: date(2014, 1, 31), 2015: date(2015, 2, 19), 2016: date(2016, 2, 8), 2017: date(2017, 1, 28)}
    spring |= {2018: date(2018, 2, 16), 2019: date(2019, 2, 5), 2020: date(2020, 1, 25), 2021: date(2021, 2, 12)}
    spring |= {2022: date(2022, 2, 1), 2023: date(2023, 1, 22), 2024: date(2024, 2, 10), 2025: date(2025, 1, 29)}
    spring |= {2026: date(2026, 2, 17)}
    boat = named[_FESTIVALS[1]] or [date(year, 6, 15)]
    moon = named[_FESTIVALS[2]] or [date(year, 10, 3)]
    return spring[year], boat[0], moon[0]


@pytest.mark.parametrize("year", range(2014, 2027))
def test_what_is_called_certain_in_an_unknown_year_was_so_in_every_known_one(
    year: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each known year is taken for an unknown one: no day called surely worked was closed, and the other way about."""
    table = {year: _moving(year)}
    truth = {date(year, 1, 1) + n * _DAY: is_workday(date(year, 1, 1) + n * _DAY) for n in range(365)}
    monkeypatch.setattr(workdays, "_lunar", lambda: table)
    monkeypatch.setattr(workdays, "is_workday", lambda on: None)
    for cached in (workdays._bounds, workdays._may_be_closed):
        cached.cache_clear()
    try:
        wrong = []
        for day, works in truth.items():
            may, surely = workdays._bounds(day)
            is_new = year < 2025 and (day == table[year][0] - _DAY or (day.month, day.day) == (5, 2))
            if day not in _ONCE_ONLY and not is_new and ((surely and not works) or (works and not may)):
                wrong.append((day, works))
        assert wrong == []
    finally:
        for cached in (workdays._bounds, workdays._may_be_closed):
            cached.cache_clear()


def test_a_year_beyond_our_tables_is_told_with_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = channels()["administrative_suit"].clocks[0]
    limit = deadline_of(rule, date(2050, 1, 25), step="s")
    assert limit.earliest_on < limit.latest_on <= date(2050, 2, 19)
    assert last_known_year() < 2050
