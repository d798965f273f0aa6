"""Diaries that name no year: which day each line means, what is proposed, what stays open and is asked."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cuijie.casefile import Case, KdfCost
from cuijie.clock import SHANGHAI
from cuijie.intake import Note, add
from cuijie.intake.contact_lists import call_lines
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.diaries import notes_text
from cuijie.intake.diaries.days import days_of
from cuijie.intake.registry import Importer
from cuijie.intake.times.spoken_days import latest_day
from cuijie.records import Entry

from .adding import one
from .intake_samples import entries, source_of
from .recognising import known, local

_ON = date(2026, 11, 22)  # a Sunday
_WRITTEN = datetime(2026, 11, 22, 20, tzinfo=SHANGHAI)


def _days(*lines: str, on: date | None = _ON, year: int | None = None) -> list[str]:
    return [str(day.on or day.how) for day in days_of(lines, on=on, year=year)]


def _read(text: str) -> list[Entry]:
    return entries(known(text.encode(), notes_text, modified_at=_WRITTEN, taken_in_at=_WRITTEN))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("昨天", "2026-11-21"),
        ("大前天", "2026-11-19"),
        ("周三", "2026-11-18"),
        ("周日", "2026-11-22"),
        ("上周三", "2026-11-11"),
        ("11月23日", "2025-11-23"),
        ("2月29日", "2024-02-29"),
        ("11月5日 周三", "2025-11-05"),
        ("11月5日（周一）", "None"),
        ("2月30日", "None"),
    ],
)
def test_the_latest_such_day_is_meant(words: str, day: str) -> None:
    assert str(latest_day(words, _ON)) == day


def test_a_year_in_the_text_goes_before_the_day_of_writing() -> None:
    assert _days("2024年12月30日", "1月3日", "10月1日") == ["2024-12-30", "2025-01-03", "2025-10-01"]
    assert _days("3月1日", "2024年3月5日", "3月4日") == ["2024-03-01", "2024-03-05", "2024-03-04"]
    assert _days("11月5日 周三", "11月8日") == ["2025-11-05", "2025-11-08"]
    assert _days("2025年", "12月30日", "2026年", "1月3日")[1::2] == ["2025-12-30", "2026-01-03"]
    assert _days("12月30日", "1月3日", year=2024) == ["2024-12-30", "2025-01-03"]


def test_without_a_year_the_last_line_is_the_latest_possible_and_the_others_lie_before_it() -> None:
    assert _days("10月1日", "12月30日", "3月1日", "11月3日") == ["2025-10-01", "2025-12-30", "2026-03-01", "2026-11-03"]
    assert _days("1月3日", "1月2日", "12月30日") == ["2026-01-03", "2026-01-02", "2025-12-30"], "the newest first"


def test_what_the_text_leaves_open_has_no_day() -> None:
    assert _days("3月5日", "昨天", on=None) == ["open", "open"]
    assert _days("有一天", "第二天", "2月30日", "11月5日 周一") == ["open"] * 4


def test_the_next_day_counts_from_the_line_above() -> None:
    assert _days("2026年3月5日", "第二天", "当天", "昨天") == ["2026-03-05", "2026-03-06", "2026-03-06", "2026-11-21"]


@given(
    first=st.dates(date(2024, 1, 1), date(2026, 10, 1)),
    steps=st.lists(st.integers(0, 120), max_size=8),
    turn=st.booleans(),
)
def test_a_diary_with_one_year_in_it_is_dated_as_it_was_written(first: date, steps: list[int], turn: bool) -> None:
    days = [first]
    for step in steps:
        days.append(days[-1] + timedelta(days=step))
    days = [day for day in days if day <= _ON]
    shown = days[::-1] if turn else days
    is_order_told = any(above.year == below.year and above != below for above, below in pairwise(shown))
    assume(is_order_told or not turn)  # two days half a year apart may stand in either order
    words = [f"{day.month}月{day.day}日" for day in shown]
    words[0] = f"{shown[0].year}年{words[0]}"
    found = [day.on for day in days_of(words, on=_ON)]
    assert found == shown


def test_a_frightened_borrowers_diary_is_read_and_its_days_are_proposals() -> None:
    found = _read(
        "11月3日晚上10点 他打电话骂我\n昨天下午 又打给我妈\n周三 17000001188 打来电话说要上门\n有天晚上来敲门\n"
    )
    assert [(one.kind, one.inbound) for one in found] == [
        ("call", True),
        ("call", True),
        ("call", True),
        ("visit", True),
    ]
    assert [local(one)[:16] for one in found[:3]] == ["2026-11-03 22:00", "2026-11-21 00:00", "2026-11-18 00:00"]
    assert [one.is_inferred for one in found] == [True, True, True, False]
    assert {one.zone_basis for one in found[:3]} == {"inferred"}
    assert (found[3].occurred_at, found[3].time_raw) == (None, "有天")


def test_one_line_may_tell_of_several_days() -> None:
    first, second = _read("11月3日晚上10点 他打电话骂我，说“明天。3月6日打电话给你妈”。昨天下午又打给我妈")
    assert [local(one)[:10] for one in (first, second)] == ["2026-11-03", "2026-11-21"]
    assert "3月6日" in (first.text or "")


def test_a_day_alone_dates_the_clock_times_below_it() -> None:
    found = _read(
        "11月20日 周五 晴\n晚上10点打电话骂我\n23:15又发短信\n11月21日\n今天上午打电话给我妈\n昨天的电话没接\n"
    )
    assert [local(one)[:16] for one in found] == [
        "2026-11-20 22:00", "2026-11-20 23:15", "2026-11-21 00:00", "2026-11-20 00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "text"),
    [
        (call_lines, "17000001188\n12月30日 22:03  呼入 1分5秒\n\n17000001188\n1月2日 7:10  未接\n"),
        (call_lines, "12月30日\n22:03 17000001188 呼入 1分5秒\n1月2日\n7:10 17000001188 未接\n"),
        (contact_table, "日期,时间,来电号码,内容\n12月30日,晚上10:03,17000001188,还钱\n1月2日,7:10,17000001188,还钱\n"),
        (contact_table, "时间,来电号码,时长\n12-30 22:03,17000001188,20\n1-2 7:10,17000001188,9\n"),
    ],
)
def test_lists_without_any_year_are_dated_as_diaries_are_and_asked(importer: Importer, text: str) -> None:
    found = known(text.encode(), importer, modified_at=_WRITTEN, taken_in_at=_WRITTEN)
    first, second = entries(found)
    assert [local(one)[:16] for one in (first, second)] == ["2025-12-30 22:03", "2026-01-02 07:10"]
    assert {(one.number, one.zone_basis, one.is_inferred) for one in (first, second)} == {
        ("17000001188", "inferred", True)
    }
    assert "12" in (first.time_raw or "")
    assert "2025" not in (first.time_raw or "")
    (asked,) = [one.text for one in found if isinstance(one, Note) and one.is_asked]
    assert "有 2 条没有写年份" in asked


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月\n3号 22:03 17000001188 打来电话骂我\n4号 早上7点10分 又打来电话\n",
        "【2026.11.3】22:03 17000001188 来电 骂人\n【2026.11.4】07:10 来电 未接\n",
        "2026/11/3 22:03 电话 17000001188 威胁要去单位\n2026/11/4 7:10 电话 又威胁\n",
    ],
)
def test_diaries_below_a_month_in_brackets_or_in_columns_are_no_chats(text: str) -> None:
    first, second = entries(known(text.encode(), notes_text))
    assert [local(one)[:16] for one in (first, second)] == ["2026-11-03 22:03", "2026-11-04 07:10"]
    assert (first.kind, first.number, second.kind) == ("call", "17000001188", "call")


def test_a_day_named_in_the_words_of_a_message_is_not_its_time() -> None:
    text = "17000001188 短信 请于5月3日 9:00前还款\n" * 2
    assert not call_lines.sniff(source_of(text.encode()).head())


def test_the_line_on_the_file_says_what_was_worked_out_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "记录.txt"
    path.write_text("3月5日 17000001188 打来电话\n昨晚10点又打来电话\n有一天上门敲门\n", "utf-8")
    os.utime(path, (_WRITTEN.timestamp(),) * 2)
    with Case.create(tmp_path / "c", "x", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
        file = one(add(case, [path]))
        again = one(add(case, [path]))
        assert {str(local(entry)[:10]) for entry in case.all(Entry) if entry.occurred_at} == {
            "2026-03-05",
            "2026-11-21",
        }
    assert (file.kept, file.set_aside) == (3, ())
    for said in ("2026 年", "（2026-11-22）", "“昨晚”是 2026-11-21", "第 3 行"):
        assert said in file.understood
    assert len(file.asked) == 3
    assert again.is_known


def test_who_called_and_when_is_not_mistaken() -> None:
    theirs, vague, mother = _read("11月3号他给我打电话骂了半小时\n11.5晚上9点 170开头的又打\n11月8号打电话给我妈要钱\n")
    assert [one.inbound for one in (theirs, vague, mother)] == [True, True, True]
    assert local(vague) == "2026-11-05 21:00:00"
    assert mother.owner != "debtor"
