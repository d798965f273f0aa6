"""Times as chat screens write them, against the moment the picture was taken."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.intake.screens.spoken_times import is_time_line, resolve

TAKEN = datetime(2026, 3, 4, 9, 15, tzinfo=SHANGHAI)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("昨天21:03", "2026-03-03 21:03"),
        ("昨天 下午3:15", "2026-03-03 15:15"),
        ("前天 8:05", "2026-03-02 08:05"),
        ("星期一 22:41", "2026-03-02 22:41"),
        ("周四 10:00", "2026-02-26 10:00"),
        ("星期三", "2026-03-04 00:00"),
        ("8:59", "2026-03-04 08:59"),
        ("23:50", "2026-03-03 23:50"),
        ("凌晨0:05", "2026-03-04 00:05"),
        ("周一 上午12:10", "2026-03-02 00:10"),
        ("2026年3月2日 上午12:10", "2026-03-02 00:10"),
        ("昨天 下午12:35", "2026-03-03 12:35"),
        ("2月28日 晚上9:03", "2026-02-28 21:03"),
        ("12月30日 周二 下午1:05", "2025-12-30 13:05"),
        ("2024年1月5日 下午3:15", "2024-01-05 15:15"),
        ("2024/1/5", "2024-01-05 00:00"),
        ("短信/彩信今天上午9:01", "2026-03-04 09:01"),
        ("iMessage信息 昨天 22：10", "2026-03-03 22:10"),
        ("2月29日 12:00", None),
        ("星期三 21:03", "2026-02-25 21:03"),
        ("3月4日 21:03", None),
        ("今天 23:50", None),
        ("昨天 21:03 ›", "2026-03-03 21:03"),
        ("Monday, Mar 2 • 9:41 AM", "2026-03-02 09:41"),
        ("Mon, Mar 2 at 9:41 PM", "2026-03-02 21:41"),
        ("28 Feb 2026, 21:03", "2026-02-28 21:03"),
        ("Yesterday 9:03 PM", "2026-03-03 21:03"),
        ("Monday 10:41 PM", "2026-03-02 22:41"),
        ("Mar 4, 9:03 PM", None),
    ],
)
def test_words_are_resolved_against_the_capture(words: str, meant: str | None) -> None:
    assert is_time_line(words)
    when = resolve(words, TAKEN)
    assert when.raw == words
    if meant is None:
        assert when.instant is None
        return
    assert when.instant is not None
    assert when.instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") == meant
    assert when.basis == "inferred"


def test_without_a_capture_time_relative_words_stay_words() -> None:
    assert resolve("昨天 21:03", None).instant is None
    assert resolve("2024年1月5日 15:15", None).instant is not None


def test_a_bare_day_says_so() -> None:
    assert resolve("3月3日 星期二", TAKEN).precision == "day"


@pytest.mark.parametrize(
    "text", ["我今天还", "昨天说好的", "5000", "13800001002", "星期三之前还钱", "", "下午3:15之前"]
)
def test_what_people_say_is_no_time_line(text: str) -> None:
    assert not is_time_line(text)


@given(st.integers(0, 5_000_000), st.integers(0, 23), st.integers(0, 59))
def test_a_clock_time_is_never_after_the_picture(minutes: int, hour: int, minute: int) -> None:
    at = TAKEN + timedelta(minutes=minutes)
    when = resolve(f"{hour}:{minute:02d}", at)
    assert when.instant is not None
    assert at - timedelta(days=1, minutes=2) < when.instant <= at + timedelta(minutes=2)


@pytest.mark.parametrize(("words", "day"), [("11/25/25", "2025-11-25"), ("3/4/26", "2026-03-04"), ("2/3/26", None)])
def test_a_short_date_counts_where_only_one_part_can_be_the_month(words: str, day: str | None) -> None:
    when = resolve(words, TAKEN).instant
    assert (when and f"{when:%Y-%m-%d}") == day
