"""Tables as people keep them: titles above the header, months above days, merged numbers, rough hours, counts of a day."""

from __future__ import annotations

from datetime import datetime

import pytest

from cuijie.clock import SHANGHAI
from cuijie.intake import Found, Note, SetAside
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.diaries import notes_text
from cuijie.intake.documents import letters

from .intake_samples import entries, source_of, table
from .recognising import known, local

_WRITTEN = datetime(2025, 11, 22, 20, tzinfo=SHANGHAI)


def _read(*rows: list[str], encoding: str = "utf-8") -> list[Found]:
    data = table(rows).decode().encode(encoding)
    return known(data, contact_table, "a.csv", modified_at=_WRITTEN, taken_in_at=_WRITTEN)


def test_a_number_left_of_the_days_stands_for_the_rows_below_it_as_a_proposal() -> None:
    found = _read(
        ["催收电话登记表（2025年）", "", "", ""],
        ["号码", "日期", "时间", "备注"],
        ["17000002101", "3月3日", "12:30", "说要上门"],
        ["", "3月4日", "08:00", "骂人"],
        ["02100002001", "3月5日", "09:00", ""],
        encoding="utf-16",
    )
    first, second, third = entries(found)
    assert [(one.kind, one.number, one.is_inferred) for one in (first, second, third)] == [
        ("call", "17000002101", True), ("call", "17000002101", True), ("call", "02100002001", True),
    ]  # fmt: skip
    assert [local(one)[:10] for one in (first, second, third)] == ["2025-03-03", "2025-03-04", "2025-03-05"]
    assert any(isinstance(note, Note) and note.is_asked and "有 1 行没有写号码" in note.text for note in found)


def test_a_number_missing_right_of_the_days_stays_unknown() -> None:
    first, second = entries(_read(
        ["日期", "时间", "号码", "方式"], ["2025-03-03", "12:30", "17000002101", "电话"], ["2025-03-03", "21:00", "", "电话"]
    ))  # fmt: skip
    assert (first.number, second.number) == ("17000002101", None)


def test_a_month_on_a_line_of_its_own_holds_for_the_days_below_it_and_the_year_turns() -> None:
    read = entries(_read(
        ["2024年被催记录", "", "", ""],
        ["12月", "", "", ""],
        ["日期", "时间", "号码", "内容"],
        ["30日", "8:15", "17000002101", "来电催收"],
        ["1月", "", "", ""],
        ["2日", "7:00", "", "上门，没人在"],
    ))  # fmt: skip
    assert [(one.kind, local(one)[:16]) for one in read] == [
        ("call", "2024-12-30 08:15"),
        ("visit", "2025-01-02 07:00"),
    ]


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("下午3点多", "2025-03-03 15:00:00", "minute"),
        ("约10:30", "2025-03-03 10:30:00", "minute"),
        ("晚8点到9点", "2025-03-03 20:00:00", "minute"),
        ("三点左右", "2025-03-03 00:00:00", "day"),
        ("五点半", "2025-03-03 00:00:00", "day"),
    ],
)
def test_a_rough_hour_is_a_proposal_and_one_whose_half_is_open_tells_only_the_day(
    written: str, at: str, precision: str
) -> None:
    found = _read(["日期", "来电时间", "来电号码"], ["2025-03-03", written, "17000002101"])
    (one,) = entries(found)
    assert (local(one), one.time_precision, one.is_inferred) == (at, precision, True)
    assert any(isinstance(note, Note) and note.is_asked and written in note.text for note in found)


@pytest.mark.parametrize("written", ["午后两三点", "晚上七八点", "十一二点"])
def test_one_of_two_hours_tells_only_the_day(written: str) -> None:
    (one,) = entries(_read(["日期", "来电时间", "来电号码"], ["2025-03-03", written, "17000002101"]))
    assert (local(one), one.time_precision, written in (one.time_raw or "")) == ("2025-03-03 00:00:00", "day", True)


def test_an_hour_of_a_diary_whose_half_is_open_tells_only_the_day_and_is_asked() -> None:
    text = "2025年3月3日 3点打来电话\n2025年3月4日 凌晨3点打来电话\n2025年3月5日 午后3点打来电话\n"
    found = known(text.encode(), notes_text)
    assert [(local(one)[8:16], one.time_precision, one.is_inferred) for one in entries(found)] == [
        ("03 00:00", "day", True), ("04 03:00", "minute", False), ("05 15:00", "minute", False),
    ]  # fmt: skip
    assert any(isinstance(note, Note) and note.is_asked and "第 1 行" in note.text for note in found)


@pytest.mark.parametrize("written", ["15:00", "9:05-9:11", "14时30分", "03时05分"])
def test_an_exact_time_is_no_proposal(written: str) -> None:
    (one,) = entries(_read(["日期", "来电时间", "来电号码"], ["2025-03-03", written, "17000002101"]))
    assert (one.time_precision, one.is_inferred) == ("minute", False)


def test_how_often_a_number_called_on_a_day_is_one_entry_of_that_many() -> None:
    first, second = entries(_read(
        ["号码", "来电次数", "日期"], ["17000002101", "12次", "2025-03-03"], ["02100002001", "5", "2025-03-03"], ["合计", "17", ""]
    ))  # fmt: skip
    assert [(one.count, one.time_precision) for one in (first, second)] == [(12, "day"), (5, "day")]


def test_a_count_of_nobody_knows_what_is_set_aside() -> None:
    (aside,) = _read(["号码", "次数", "日期"], ["17000002101", "12", "2025-03-03"])
    assert isinstance(aside, SetAside)


def test_words_that_speak_to_a_reader_tell_no_kind() -> None:
    (aside,) = _read(["日期", "号码", "内容"], ["2025-03-03", "17000002101", "电话里说过了，你再不还就上门"])
    assert isinstance(aside, SetAside)


def test_two_kinds_counted_in_one_line_have_its_number() -> None:
    text = "2025年6月1日 17000002101打了8个电话，发了短信2条\n2025年6月2日 02100002001 连续打了4次\n"
    calls, texts, others = entries(known(text.encode(), notes_text))
    assert [(one.kind, one.count, one.number) for one in (calls, texts, others)] == [
        ("call", 8, "17000002101"), ("sms", 2, "17000002101"), ("call", 4, "02100002001"),
    ]  # fmt: skip
    assert (calls.inbound, others.inbound) == (True, True)


def test_a_table_whose_titles_are_not_known_is_not_said_to_be_none() -> None:
    data = "电话号码,归属地,骚扰次数,最近一次\n17000002101,上海,36,2025-03-09 20:15\n02100002001,,2,2025-03-08 10:00\n"
    (note,) = letters.read(source_of(data.encode(), "a.csv"))
    assert isinstance(note, Note)
    assert "列名认不出" in note.text
