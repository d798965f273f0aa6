"""Contact logs that people bring: tables, JSON, lists exported by phone apps, and diaries typed line by line."""

from __future__ import annotations

import contextlib
import json

import pytest

from cuijie.intake import Found, IntakeError, Note, SetAside
from cuijie.intake.chats import table as chat_table
from cuijie.intake.contact_lists import json_list as contact_json
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.diaries import notes_text
from cuijie.intake.registry import recognise
from cuijie.records import Entry, Person

from . import intake_samples as samples
from .intake_samples import entries, read_all, source_of, table
from .recognising import known, local


def test_the_contact_record_columns_are_read_with_their_own_sense_of_direction() -> None:
    rows = [["contact_id", "occurred_at", "channel", "direction", "from_number", "recipient_role", "recipient_relation", "recipient_id", "text",
             "lender_id", "agency_disclosed"],
            ["c1", "2025-03-04T21:30:00+08:00", "call", "outbound", "17000001188", "other", "family", "r-1", "还钱", "晴川", "false"]]  # fmt: skip
    person, entry = known(table(rows, "utf-8"), contact_table)
    assert isinstance(person, Person)
    assert isinstance(entry, Entry)
    assert (person.role, person.relation) == ("other", "family")
    assert (entry.inbound, entry.zone_basis, entry.owner, entry.is_user_converted) == (
        True,
        "stated",
        person.person_id,
        True,
    )
    assert {"contact.lender_id": "晴川", "contact.agency_disclosed": "false"}.items() <= dict(entry.extra).items()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_chinese_titles_and_words_are_understood(encoding: str) -> None:
    rows = [["日期", "时刻", "催收方式", "来电号码", "接听人", "关系", "是否接通", "通话时长", "说了什么", "次数"],
            ["2025年3月4日", "晚上9点30分", "电话", "170 0000 1188", "王阿姨", "母亲", "是", "1分2秒", "说你女儿欠钱不还", "3"]]  # fmt: skip
    person, entry = [one for one in known(table(rows, encoding), contact_table) if not isinstance(one, Note)]
    assert isinstance(person, Person)
    assert isinstance(entry, Entry)
    assert (person.name, person.relation, person.relation_word, person.role) == ("王阿姨", "family", "母亲", None)
    assert (local(entry), entry.number, entry.connected, entry.duration_s, entry.count) == (
        "2025-03-04 21:30:00",
        "17000001188",
        True,
        62,
        3,
    )
    assert (entry.text, entry.text_kind, entry.time_precision) == ("说你女儿欠钱不还", "summary", "minute")


def test_rows_that_cannot_be_read_are_named_one_by_one() -> None:
    rows = [
        ["时间", "方式", "号码", "内容"],
        ["昨天", "电话", "1", "x"],
        ["2025-03-04 21:30", "飞鸽", "1", "x"],
        ["2025-03-04 21:30", "短信", "1", "好"],
        ["", "电话", "1", ""],
    ]
    found = known(table(rows), contact_table)
    assert [one.text for one in entries(found)] == ["好"]
    assert [(one.at, one.why[:4]) for one in found if isinstance(one, SetAside)] == [
        ("第 2 行", "时间写的"),
        ("第 3 行", "方式写的"),
        ("第 5 行", "没有写时"),
    ]


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_rows_in_silence() -> None:
    text = '时间,方式,号码,内容\n2025-03-04 21:30,电话,1,好\n2025-03-04 21:31,电话,1,"没有\n2025-03-05 21:30,电话,1,x\n'
    read: list[Found] = []
    with pytest.raises(IntakeError, match="第 3 行"):
        read.extend(contact_table.read(source_of(text.encode())))
    assert known('时间,方式,号码,内容\n2025-03-04 21:30,电话,1,5" 的\n'.encode(), contact_table)


@pytest.mark.parametrize("text", ['{"contacts": [}', '{"contacts": ', '{"contacts": [{"occurred_at": "2025'])
def test_broken_contact_json_is_an_error_or_a_reason(text: str) -> None:
    assert recognise(source_of(text.encode()).head()) is contact_json
    found: list[Found] = []
    with contextlib.suppress(IntakeError):
        found.extend(read_all(contact_json, text.encode()))
    assert not entries(found)


@pytest.mark.parametrize("shape", ["list", "object", "lines"])
def test_contact_records_as_json_in_every_shape(shape: str) -> None:
    records = [samples.CONTACT, {**samples.CONTACT, "contact_id": "2", "duration_s": 62, "connected": True}]
    text = {
        "list": json.dumps(records),
        "object": json.dumps({"loan": {}, "contacts": records}),
        "lines": "\n".join(map(json.dumps, records)),
    }[shape]
    found = entries(known(text.encode(), contact_json))
    assert [(one.inbound, one.duration_s) for one in found] == [(True, None), (True, 62)]


def test_a_list_of_blocked_calls_is_of_calls_that_did_not_get_through() -> None:
    rows = [
        ["时间", "号码", "类型", "标记", "归属地", "拦截原因", "内容"],
        ["2025-03-04 07:00:59", "19500001177", "电话", "骚扰电话(326人标记)", "广州", "黑名单", ""],
    ]
    (entry,) = entries(known(table(rows), contact_table))
    assert (entry.inbound, entry.connected, dict(entry.extra)["mark"]) == (True, False, "骚扰电话(326人标记)")


def test_a_table_typed_by_hand_is_no_operators_list_even_with_a_title_above_it() -> None:
    text = (
        "我的催收记录（2026年3月）\n,,,,\n日期,时间,对方号码,方式,打给谁,接通,时长,说了什么,平台\n"
        "2026-03-01,21:58:03,17000001188,电话,我妈,是,1分20秒,你儿子欠钱不还,晴川贷\n"
        "2026/3/2,下午3:15,1069 0000 123,短信,本人,,,【晴川贷】您已逾期,晴川贷\n"
        "3月3日,22:41,17000001188,微信,我,,,你等着,晴川贷\n合计,3条\n"
    )
    found = known(text.encode(), contact_table)
    assert [(one.kind, local(one)) for one in entries(found)] == [
        ("call", "2026-03-01 21:58:03"), ("sms", "2026-03-02 15:15:00"), ("im", "2026-03-03 22:41:00"),
    ]  # fmt: skip
    assert [one.relation for one in found if isinstance(one, Person)] == ["family"]
    assert not [one for one in found if isinstance(one, SetAside)]
    assert any("没有写年份" in one.text for one in found if isinstance(one, Note))


def test_who_called_whom_is_of_a_text_and_a_visit_too_and_of_calls_the_user_made() -> None:
    rows = [
        ["日期", "时间", "谁打的", "打给谁", "情况"],
        ["2026-03-02", "21:45", "17000001188", "我", "打来电话，没接"],
        ["2026-03-03", "8:02、8:15", "17000001188", "我", "连打两个"],
        ["2026-03-04", "", "", "我老婆", "收到短信，说要起诉"],
        ["2026-03-05", "14:00", "两个男的", "家里", "上门，在楼道喊"],
        ["2026-03-06", "9:10", "我", "客服95012", "我打过去投诉"],
    ]
    found = known(table(rows), contact_table)
    assert [(local(one), one.kind, one.inbound, one.connected, one.number) for one in entries(found)] == [
        ("2026-03-02 21:45:00", "call", True, False, "17000001188"),
        ("2026-03-03 08:02:00", "call", True, None, "17000001188"),
        ("2026-03-03 08:15:00", "call", True, None, "17000001188"),
        ("2026-03-04 00:00:00", "sms", True, None, None),
        ("2026-03-05 14:00:00", "visit", True, None, None),
        ("2026-03-06 09:10:00", "call", False, None, "95012"),
    ]
    assert [one.relation_word for one in found if isinstance(one, Person)] == ["我老婆", None]


def test_a_missing_year_is_not_supplied_where_the_table_spans_two() -> None:
    rows = [["日期", "方式", "号码"], ["2025-12-31", "电话", "1"], ["1月2日", "电话", "1"], ["2026-01-03", "电话", "1"]]
    found = known(table(rows), contact_table)
    assert len(entries(found)) == 2
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 3 行"]


def test_call_lists_exported_by_apps_in_english_and_chinese() -> None:
    english = "Name,Number,Date/Time,Type,Duration\n,17000001188,2026-03-05 09:12:00,Incoming,61\n,17000001188,2026-03-05 09:14:00,Missed,0\n"
    chinese = "号码,时间,类型,时长\n17000001188,2026/3/5 09:12:00,已接来电,00:01:01\n17000001188,2026/3/5 09:14:00,未接来电,00:00:00\n"
    listed = [{"phone_number": "17000001188", "type": "INCOMING", "date": "2026-03-05 09:12:00", "duration": "01:01"},
              {"phone_number": "17000001188", "type": "MISSED", "date": "2026-03-05 09:14:00", "duration": "00:00"}]  # fmt: skip
    expected = [(True, True, 61, "2026-03-05 09:12:00"), (True, False, 0, "2026-03-05 09:14:00")]
    for found in (
        known(english.encode(), contact_table),
        known(chinese.encode(), contact_table),
        known(json.dumps(listed).encode(), contact_json),
    ):
        assert [(one.inbound, one.connected, one.duration_s, local(one)) for one in entries(found)] == expected


def test_text_lists_exported_by_apps_are_texts_and_no_chats() -> None:
    listed = [{"type": "inbox", "number": "10690000123", "received": "2026-03-05 09:12:00", "body": "您已逾期"},
              {"type": "sent", "number": "10690000123", "received": "2026-03-05 09:22:00", "body": "收到"}]  # fmt: skip
    tabled = "时间,类型,号码,发送人,内容\n2026-03-05 09:12:00,接收,10690000123,,您已逾期\n2026-03-05 09:22:00,发送,10690000123,,收到\n"
    for found in (known(json.dumps(listed).encode(), contact_json), known(tabled.encode(), contact_table)):
        assert [(one.kind, one.inbound, one.number, one.text) for one in entries(found)] == [
            ("sms", True, "10690000123", "您已逾期"),
            ("sms", False, "10690000123", "收到"),
        ]
    assert (
        recognise(source_of(table([["时间", "发送人", "内容"], ["2026-03-05 09:12", "甲", "在吗"]])).head())
        is chat_table
    )


def test_a_landlines_list_of_incoming_calls_is_read_to_the_second() -> None:
    listed = table([["固定电话来话清单"], ["序号", "来电号码", "来话日期", "来话时间", "时长（时:分:秒）"],
                    ["1", "17199990033", "20261106", "223110", "00:02:07"]])  # fmt: skip
    (call,) = entries(known(listed, contact_table))
    assert (local(call), call.inbound, call.duration_s) == ("2026-11-06 22:31:10", True, 127)


_DIARY = """催收流水
2026年3月5日 09:12 17000001188 打来，1分20秒，说要联系我单位
3.6 早上7点半 收到短信：“再不还就起诉你”
3月7号，上门到我家，两个人
  一直敲门
3/8 21:59 17000001189 打给我妈 没接
"""


def test_a_diary_gives_an_entry_a_line_in_the_writers_own_words() -> None:
    found = known(_DIARY.encode(), notes_text, "流水.txt")
    call, text, visit, missed = entries(found)
    assert (call.kind, call.number, call.duration_s, call.text_kind, local(call)) == (
        "call", "17000001188", 80, "summary", "2026-03-05 09:12:00",
    )  # fmt: skip
    assert (text.kind, text.text, text.text_kind, local(text)) == (
        "sms",
        "再不还就起诉你",
        "verbatim",
        "2026-03-06 07:30:00",
    )
    assert (visit.kind, visit.time_precision) == ("visit", "day")
    assert "一直敲门" in (visit.text or "")
    assert (missed.connected, local(missed)) == (False, "2026-03-08 21:59:00")
    (mother,) = [one for one in found if isinstance(one, Person)]
    assert (mother.relation, mother.person_id) == ("family", missed.owner)
    assert all(one.is_user_converted for one in entries(found))


def test_a_time_that_nobody_remembers_leaves_the_day() -> None:
    data = table([
        ["日期", "时间", "方式", "联系了谁", "关系"], ["2026-3-5", "不记得", "电话", "王某", "母亲"], ["2026-3-6", "20:10", "电话", "王某", "母亲"],
    ])  # fmt: skip
    found = known(data, contact_table)
    first, second = entries(found)
    assert [(local(one)[:10], one.time_precision) for one in (first, second)] == [
        ("2026-03-05", "day"), ("2026-03-06", "minute"),
    ]  # fmt: skip
    assert {one.name for one in found if isinstance(one, Person)} == {"王某"}


def test_whom_they_only_said_they_would_call_was_not_called() -> None:
    found = known("2026年3月5日 电话打来，说要打给我妈\n2026年3月6日 短信发来，威胁打给我爸\n".encode(), notes_text)
    assert not [one for one in found if isinstance(one, Person)]


@pytest.mark.parametrize(
    "text", ["3月5日开会\n3月6日休息\n", "关于催收电话的文章\n\n2026年3月5日 记者 张三\n正文很长\n还有一段\n"]
)
def test_other_dated_notes_are_no_diary(text: str) -> None:
    assert not notes_text.sniff(source_of(text.encode()).head())


def test_a_table_titled_as_people_speak_is_read_and_a_missed_call_told_where_the_words_stand() -> None:
    rows = [
        ["哪天", "几点", "谁打的", "打给谁", "说啥"],
        ["2025年3月3号", "12:30", "17000001188", "本人", "没接"],
        ["2025年3月4号", "早7:05", "17000001188", "我爸", "让他还"],
    ]
    first, second = entries(known(table(rows), contact_table))
    assert (local(first), first.kind, first.connected) == ("2025-03-03 12:30:00", "call", False)
    assert (local(second), second.connected) == ("2025-03-04 07:05:00", None)


def test_a_channel_where_the_number_would_stand_tells_the_kind() -> None:
    rows = [["时间", "电话", "谁接的", "说的话"], ["2025-03-03 12:30", "微信", "我", "发了我的照片"], ["2025-03-03 12:31", "17000001188", "我", "还钱"]]  # fmt: skip
    assert [one.kind for one in entries(known(table(rows), contact_table))] == ["im", "call"]


@pytest.mark.parametrize(
    ("clocks", "precisions"),
    [
        (["21:30:00"], {"minute"}),
        (["21:30:00", "22:05:00", "07:20:37"], {"second"}),
        ([45720.5, 45720.75], {"minute"}),  # day numbers
        ([45720.5, 45720.7501], {"second"}),
    ],
)
def test_a_workbooks_times_are_to_the_minute_where_none_has_seconds(clocks: list[object], precisions: set[str]) -> None:
    told = [f"2025-03-03 {at}" if isinstance(at, str) else at for at in clocks]
    rows = [[at, "17000001188", "来电", "0:01:00"] for at in told]
    book = samples.workbook({"表": [["时间", "号码", "类型", "通话时长"], *rows]})
    calls = entries(known(book, contact_table))
    assert {one.time_precision for one in calls} == precisions
    assert {one.duration_s for one in calls} == {60}


@pytest.mark.parametrize(("calls", "precision"), [(2, "second"), (3, "minute")])
def test_texts_times_are_to_the_minute_only_where_so_many_are_whole_that_it_is_no_chance(
    calls: int, precision: str
) -> None:
    rows = [["时间", "号码", "类型"], *([f"2025-03-03 1{n}:07:00", "17000001188", "来电"] for n in range(calls))]
    assert {one.time_precision for one in entries(known(table(rows), contact_table))} == {precision}


def test_the_same_number_is_that_of_the_event_before_where_that_had_one() -> None:
    told = [
        ("2026年3月5日 9:20 17000001188 打来电话，没接", "17000001188"),
        ("2026年3月5日 15:00 同一个号码又打来，没接", "17000001188"),
        ("2026年3月6日 8:15 还是那个号，打电话骂人", "17000001188"),
        ("2026年3月7日 8:00 不是同一个号码，打来电话", None),
        ("2026年3月7日 9:00 同一号码打来电话", None),
        ("2026年3月8日 9:00 17000001188打来电话，让我打17000001199", "17000001188"),
        ("2026年3月8日 9:30 又是那个号打来电话", None),
        ("2026年3月9日 9:00 17000001199打来电话", "17000001199"),
        ("2026年3月9日 21:00 同一个号码打了8次电话", None),
        ("2026年3月10日 9:00，17000001188，男的，让我还钱", "set aside"),  # no word of a call
        ("2026年3月10日 9:30 同一号码打来电话", "17000001188"),
    ]
    found = known("\n".join(line for line, _ in told).encode(), notes_text)
    read = ["set aside" if isinstance(one, SetAside) else one.number for one in found if not isinstance(one, Note)]  # type: ignore[union-attr]
    assert read == [number for _, number in told]
