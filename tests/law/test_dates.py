"""Dates known to the day, the month or the year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.dates import LegalDate

_DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(_DAYS, _DAYS)
def test_a_known_day_is_reached_on_it_and_after_it_only(start: date, on: date) -> None:
    assert LegalDate.parse(start.isoformat()).reached(on) is (on >= start)


@given(_DAYS, _DAYS)
def test_a_month_is_unknown_within_it_and_certain_outside(start: date, on: date) -> None:
    answer = LegalDate.parse(f"{start:%Y-%m}").reached(on)
    if (on.year, on.month) < (start.year, start.month):
        assert answer is False
    elif (on.year, on.month) > (start.year, start.month):
        assert answer is True
    else:
        assert answer is (True if (on + timedelta(days=1)).month != on.month else None)


@given(_DAYS, _DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))
def test_whatever_day_of_the_span_it_was_the_answer_never_contradicts_it(start: date, on: date, form: str) -> None:
    answer = LegalDate.parse(start.strftime(form)).reached(on)
    assert answer is None or answer is (on >= start)


@given(_DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))
def test_a_date_reads_back_as_it_was_written(day: date, form: str) -> None:
    assert str(LegalDate.parse(day.strftime(form))) == day.strftime(form)


@pytest.mark.parametrize("text", ["", "2022-13", "2022-02-30", "22-01-01", "2022/01/01", "2022-1-1", "不详"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        LegalDate.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2021-03-01", "2021年3月1日"),
        ("2022-07", "2022年7月（具体日期未核实）"),
        ("2023", "2023年（具体日期未核实）"),
    ],
)
def test_dates_say_how_well_they_are_known(text: str, words: str) -> None:
    assert LegalDate.parse(text).words_zh == words
