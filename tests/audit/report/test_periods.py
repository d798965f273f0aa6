"""Days in periods, and numbers in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.audit.report.periods import Periods
from cuijie.audit.report.words import percent, period_words

_DAYS = st.dates(min_value=date(1995, 1, 1), max_value=date(2060, 12, 31))


@given(_DAYS, st.integers(0, 2000), st.data())
def test_every_day_lies_in_exactly_one_period(first: date, length: int, data: st.DataObject) -> None:
    last = first + timedelta(days=length)
    periods = Periods(first, last)
    day = first + timedelta(days=data.draw(st.integers(0, length)))
    place = periods.place(day)
    assert place is not None
    assert periods.all[place].first <= day <= periods.all[place].last
    assert sum((one.last - one.first).days + 1 for one in periods.all) == length + 1
    assert periods.place(last + timedelta(days=1)) is None
    assert periods.place(first - timedelta(days=1)) is None


@pytest.mark.parametrize(("days", "unit"), [(1, "day"), (45, "day"), (46, "week"), (420, "week"), (421, "month")])
def test_the_unit_follows_the_length(days: int, unit: str) -> None:
    assert Periods(date(2026, 3, 1), date(2026, 3, 1) + timedelta(days=days - 1)).unit == unit


def test_no_day_is_no_period() -> None:
    assert Periods(None, None).all == ()
    assert Periods(None, None).place(date(2026, 3, 1)) is None


def test_a_week_is_named_by_both_its_ends() -> None:
    periods = Periods(date(2026, 3, 4), date(2026, 5, 31))
    assert [period_words(one, periods, "zh") for one in periods.all[:2]] == ["3月4日–3月8日", "3月9日–3月15日"]


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_share_is_never_rounded_to_none_or_all(part: int, whole: int) -> None:
    part = min(part, whole)
    shown = percent(part, whole)
    assert (shown == "0%") == (part == 0)
    assert (shown == "100%") == (part == whole)


def test_a_share_of_nothing_is_a_dash() -> None:
    assert percent(0, 0) == "—"
