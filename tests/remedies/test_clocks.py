"""Time limits counted by hand and by the program."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.datafiles import DataFileError
from cuijie.law import library
from cuijie.remedies import workdays
from cuijie.remedies.channels import ClockRule, channels
from cuijie.remedies.clocks import deadline_of, months_after
from cuijie.remedies.ics import calendar_text
from cuijie.remedies.workdays import is_workday, workdays_after
from tests.remedies.years import last_known_year


def _rule(length: int, unit: str, *, mine: bool = True, roll: bool = True, extends: tuple[int, ...] = ()) -> ClockRule:
    return ClockRule(
        id="x",
        what="试",
        length=length,
        unit=unit,  # type: ignore[arg-type]
        start="reached",
        is_mine=mine,
        lenders=(),
        basis="《试》",
        law=None,
        since=date(2000, 1, 1),
        until=None,
        confidence="verified",
        extends=extends,
        is_rolled=roll,
    )


@pytest.mark.parametrize(
    ("start", "length", "unit", "due"),
    [
        # worked by hand from the State Council's holiday notice for 2026 (国办发明电〔2025〕7号)
        (date(2026, 3, 2), 15, "days", date(2026, 3, 17)),
        (date(2026, 3, 5), 2, "days", date(2026, 3, 9)),  # 7 March is a Saturday
        (date(2026, 9, 20), 15, "days", date(2026, 10, 8)),  # 5 October lies in the holidays
        (date(2026, 1, 30), 15, "days", date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 1), 15, "days", date(2026, 2, 24)),  # Spring Festival, 15 to 23 February
        (date(2026, 4, 20), 15, "days", date(2026, 5, 6)),  # 5 May is a holiday
        (date(2026, 2, 12), 7, "workdays", date(2026, 2, 28)),
        (date(2026, 4, 29), 3, "workdays", date(2026, 5, 7)),
        (date(2026, 9, 30), 3, "workdays", date(2026, 10, 10)),  # 10 October, a Saturday, is worked
        (date(2026, 1, 31), 1, "months", date(2026, 2, 28)),
        (date(2025, 8, 31), 6, "months", date(2026, 2, 28)),
        (date(2024, 2, 29), 1, "years", date(2025, 2, 28)),
        (date(2023, 3, 10), 3, "years", date(2026, 3, 10)),
        (date(2025, 12, 26), 7, "days", date(2026, 1, 4)),  # 2 January is a holiday, Sunday the 4th is worked
    ],
)
def test_deadlines_fall_where_they_fall_by_hand(start: date, length: int, unit: str, due: date) -> None:
    assert deadline_of(_rule(length, unit), start, step="s").due_on == due


def test_a_period_without_rolling_ends_on_its_day() -> None:
    assert deadline_of(_rule(6, "months", roll=False), date(2026, 4, 3), step="s").due_on == date(2026, 10, 3)


def test_the_users_own_limit_is_to_be_kept_before_the_holiday() -> None:
    limit = deadline_of(_rule(15, "days"), date(2026, 9, 20), step="s")
    assert limit.safe_on == date(2026, 10, 5)
    assert limit.note is not None
    assert "顺延" in limit.note


def test_working_days_in_a_year_without_a_holiday_notice_are_not_known() -> None:
    year = last_known_year()
    limit = deadline_of(_rule(10, "workdays"), date(year, 12, 28), step="s")
    assert limit.due_on is None
    assert limit.safe_on == limit.earliest_on < limit.latest_on
    assert limit.note is not None
    assert str(year + 1) in limit.note
    assert not limit.is_past(limit.latest_on)
    assert limit.is_past(limit.latest_on + timedelta(days=1))
    assert is_workday(date(year + 1, 3, 3)) is None


def test_calendar_days_into_such_a_year_end_on_a_day_unless_a_holiday_is_near() -> None:
    year = last_known_year()
    assert deadline_of(_rule(78, "days"), date(year, 12, 28), step="s").due_on == date(year + 1, 3, 16)
    near = deadline_of(_rule(4, "days", mine=False), date(year, 12, 28), step="s")
    assert near.earliest_on == date(year + 1, 1, 2)
    assert near.safe_on == near.latest_on == date(year + 1, 1, 6)
    assert near.note is not None
    assert "才算超期" in near.note


def test_an_announced_extension_lengthens_the_clock() -> None:
    rule = _rule(15, "days", extends=(30, 60))
    assert deadline_of(rule, date(2026, 3, 2), step="s", extensions=1).due_on == date(2026, 4, 1)
    assert deadline_of(rule, date(2026, 3, 2), step="s", extensions=2).due_on == date(2026, 5, 6)  # 1 May is a holiday
    assert deadline_of(rule, date(2026, 3, 2), step="s", extensions=9).due_on == date(2026, 5, 6)


def test_a_pause_moves_the_end_by_its_days() -> None:
    assert deadline_of(
        _rule(15, "days"), date(2026, 3, 2), step="s", pauses=((date(2026, 3, 5), date(2026, 3, 12)),)
    ).due_on == date(2026, 3, 24)


@given(st.dates(date(2015, 1, 1), date(2026, 6, 30)), st.integers(1, 90))
def test_the_last_day_is_never_early_and_always_a_working_day(start: date, length: int) -> None:
    limit = deadline_of(_rule(length, "days"), start, step="s")
    end = start + timedelta(days=length)
    assert limit.due_on is not None
    assert limit.due_on >= end
    assert is_workday(limit.due_on)
    assert all(not is_workday(end + timedelta(days=n)) for n in range((limit.due_on - end).days))


@given(st.dates(date(2015, 1, 1), date(2026, 6, 30)), st.integers(1, 60))
def test_counting_one_working_day_more_is_later(start: date, count: int) -> None:
    first, second = workdays_after(start, count), workdays_after(start, count + 1)
    assert first.on is not None
    assert second.on is not None
    assert start < first.on < second.on
    assert sum(bool(is_workday(start + timedelta(days=n))) for n in range(1, (first.on - start).days + 1)) == count


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_a_month_ends_on_the_corresponding_day_or_the_months_last(start: date, months: int) -> None:
    end = months_after(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end + timedelta(days=1)).day == 1


def _clocks() -> list[tuple[str, ClockRule]]:
    return [(channel.id, rule) for channel in channels().values() for rule in channel.clocks]


@pytest.mark.parametrize(("channel", "rule"), _clocks())
def test_every_limit_rests_on_law_in_force_and_says_where_it_was_not_read(channel: str, rule: ClockRule) -> None:
    if rule.law is not None:
        assert library().in_force(rule.law, max(rule.since, date(2021, 1, 1))) is not False
        assert library().provision(rule.law).confidence != "unverified"
    if rule.confidence != "verified":
        assert "以官方最新公告为准" in rule.shown_basis


def test_only_the_police_number_is_shown_without_a_caveat() -> None:
    plain = {channel.phone for channel in channels().values() if channel.phone and "公告" not in channel.phone}
    assert plain == {"110"}


def test_a_calendar_is_folded_escaped_and_holds_no_name() -> None:
    limit = deadline_of(_rule(15, "days"), date(2026, 3, 2), step="complaint_lender@loan1:debtor")
    title = "向放款机构正式投诉；拿到编号，" * 6
    text = calendar_text([limit], {limit.step: title}, datetime(2026, 3, 1, tzinfo=SHANGHAI), date(2026, 3, 3))
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "DTSTART;VALUE=DATE:20260317" in text
    assert "\\;" not in text.split("SUMMARY")[0]
    unfolded = text.replace("\r\n ", "")
    assert title in unfolded
    assert calendar_text([limit], {}, datetime(2026, 3, 1, tzinfo=SHANGHAI), date(2026, 4, 1)).count("VEVENT") == 0


def test_a_calendar_can_be_english_and_a_range_stands_on_its_earliest_day() -> None:
    limit = deadline_of(_rule(15, "days"), date(2027, 1, 22), step="civil_suit@loan1:debtor")
    text = calendar_text(
        [limit], {limit.step: "Sue"}, datetime(2027, 1, 22, tzinfo=SHANGHAI), date(2027, 1, 23), in_english=True
    )
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:Mine: Sue (range\\, check again)" in unfolded
    assert "2027-02-16 at the latest" in unfolded
    assert "DTSTART;VALUE=DATE:20270206" in unfolded  # the safe day: before the holiday, where nothing can be missed


def test_a_year_can_be_added_when_its_notice_comes_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    year = last_known_year() + 1
    table = tmp_path / "holidays.yaml"
    written = f'years:\n  "{year}":\n    source: 试\n    closed: [{year}-01-01]\n    worked: [{year}-01-03]\n'
    table.write_text(written, encoding="utf-8")
    monkeypatch.setenv("CUIJIE_HOLIDAYS", str(table))
    workdays._ours.cache_clear()
    try:
        assert is_workday(date(year, 1, 1)) is False
        assert is_workday(date(year, 1, 3)) is True
        assert is_workday(date(year, 3, 3)) is (date(year, 3, 3).weekday() < 5)
        assert last_known_year() == year
        table.write_text("years:\n  next: 1\n", encoding="utf-8")
        workdays._ours.cache_clear()
        with pytest.raises(DataFileError, match="source"):
            is_workday(date(year, 1, 1))
    finally:
        workdays._ours.cache_clear()
