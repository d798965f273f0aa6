"""What programs write where people write words: names out of their code, titles with underscores, their own JSON."""

from __future__ import annotations

import json

import pytest

from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import table as chat_table
from cuijie.intake.chats import text as chat_text
from cuijie.intake.contact_lists import json_list as contact_json
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.documents import letters as documents
from cuijie.intake.found import Note

from .intake_samples import entries, ms
from .recognising import known, local

AT, NUMBER, GATE = "2025-03-14 21:30:15", "17000001188", "106900001234567"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("CallType.incoming", (True, True)),
        ("CallType.wifiOutgoing", (False, True)),
        ("CallType.rejected", (True, False)),
        ("In", (True, True)),
        ("Out", (False, True)),
        ("?", (None, True)),
        ("Standard Call", (None, True)),
    ],
)
def test_a_programs_own_name_for_a_call_tells_its_way(word: str, told: tuple[bool | None, bool]) -> None:
    rows = f"name,duration,number,call_type,timestamp\n,62,{NUMBER},{word},{ms(AT)}\n"
    (call,) = entries(known(rows.encode(), contact_table))
    assert (call.kind, call.number, local(call), (call.inbound, call.connected)) == ("call", NUMBER, AT, told)


def test_a_json_list_of_calls_with_sender_and_receiver_names_the_other_side() -> None:
    sides = {
        "come": {"sender": NUMBER, "receiver": "_13800001001"},
        "go": {"sender": "_13800001001", "receiver": NUMBER},
    }
    rows = [
        {"type": kind, "direction": way, **sides[way], "day": AT[:10], "time": AT[11:], "ms": ms(AT)}
        for kind, way in (("呼入挂断", "come"), ("呼入已接", "come"), ("呼出未接", "go"))
    ]
    found = entries(known(json.dumps(rows).encode(), contact_json))
    assert [(one.inbound, one.connected, one.number, local(one)) for one in found] == [
        (True, False, NUMBER, AT), (True, True, NUMBER, AT), (False, False, NUMBER, AT),
    ]  # fmt: skip


def test_a_call_hung_up_was_answered_only_where_it_lasted() -> None:
    rows = f"时间,号码,类型,时长\n{AT},{NUMBER},呼入挂断,0\n{AT},{NUMBER},呼入挂断,62\n"
    found = entries(known(rows.encode(), contact_table))
    assert [(one.inbound, one.connected, one.duration_s) for one in found] == [(True, False, 0), (True, True, 62)]


def test_texts_in_json_from_a_number_to_me_are_texts_of_that_number() -> None:
    rows = [
        {"date": "Mar 14, 2025 at 09:30 PM", "from": "(170) 0000-1188", "text": "今晚", "to": "Me"},
        {"date": "Mar 15, 2025 at 12:05 AM", "from": "Me", "text": "月底", "to": GATE},
    ]
    found = entries(known(json.dumps(rows).encode(), chat_json))
    assert [(one.kind, one.inbound, one.number, one.counterpart_name, local(one)) for one in found] == [
        ("sms", True, NUMBER, None, "2025-03-14 21:30:00"), ("sms", False, GATE, None, "2025-03-15 00:05:00"),
    ]  # fmt: skip


def test_a_conversation_named_by_the_other_sides_account_tells_the_owner() -> None:
    def said(account: str, name: str | None, content: str, kind: str = "RichText") -> dict[str, object]:
        return {
            "id": "1", "displayName": name, "originalarrivaltime": "2025-03-14T13:30:15.123Z", "messagetype": kind,
            "content": content, "conversationid": "8:live:zhou", "from": account,
        }  # fmt: skip

    whole = {"userId": "8:me", "conversations": [{"id": "8:live:zhou", "displayName": "小周", "MessageList": [
        said("8:live:zhou", "小周", "再不还 &quot;后果&quot; <b>自负</b>"), said("8:me", None, "月底"),
        said("8:live:zhou", "小周", "<partlist><part><duration>62</duration></part></partlist>", "Event/Call"),
        said("8:live:zhou", "小周", "<topicupdate/>", "ThreadActivity/TopicUpdate"),
    ]}]}  # fmt: skip
    found = entries(known(json.dumps(whole).encode(), chat_json))
    assert [(one.inbound, one.text, one.duration_s, one.is_proof_of_contact) for one in found] == [
        (True, '再不还 "后果" 自负', None, True), (False, "月底", None, True),
        (True, "[语音通话] 通话时长 62秒", 62, True), (None, None, None, False),
    ]  # fmt: skip
    assert {local(one) for one in found} == {AT}


def test_a_mail_in_the_inbox_came_where_no_line_of_delivery_stands() -> None:
    mail = (
        "From fawu@example.net Wed Mar 05 00:10:00 +0000 2025\nFrom: fawu@example.net\nTo: me@example.com\nSubject: 通知\n"
        "Date: Wed, 05 Mar 2025 08:10:00 +0800\nX-Gmail-Labels: Inbox,Unread\n\n再不还款，将上门。\n"
    )
    (entry,) = entries(known(mail.encode(), documents, "a.mbox"))
    assert entry.inbound is True


@pytest.mark.parametrize("stamp", ["2025-03-14T21:30:15+08:00", 1741959015, 1741959015640])
def test_records_in_json_of_no_known_form_are_not_passed_over_in_silence(stamp: object) -> None:
    rows = {"items": {"a": {"wann": stamp, "wer": NUMBER}, "b": {"wann": stamp, "wer": NUMBER}}}
    notes = [found.text for found in known(json.dumps(rows).encode(), documents, "a.json") if isinstance(found, Note)]
    assert any("没有逐条读出" in note for note in notes)


def test_texts_in_json_with_their_day_and_way_beside_the_clock_are_texts() -> None:
    me = "_13800001001"
    rows = [
        {"type": "短信", "direction": "come", "sender": GATE, "senderName": "_", "receiver": me, "content": "还钱"},
        {"type": "短信", "direction": "go", "sender": me, "senderName": "_", "receiver": NUMBER, "content": "月底"},
    ]
    timed = [{**row, "day": AT[:10], "time": AT[11:]} for row in rows]
    found = entries(known(json.dumps(timed).encode(), chat_json))
    assert [(one.kind, one.inbound, one.number, local(one)) for one in found] == [
        ("sms", True, GATE, AT), ("sms", False, NUMBER, AT),
    ]  # fmt: skip


def test_calls_with_their_time_in_another_zone_are_a_list_and_no_chat() -> None:
    titles = (
        "Starting Timestamp\tEnding Timestamp\tName\tPhone Number\tCall Direction\tAnswered\tCall Duration\tCall Type"
    )
    row = f"2025-03-14 13:30:15+00:00\t2025-03-14 13:31:17+00:00\t\t{NUMBER}\tIncoming\tYes\t1 hours 0 minutes 2 seconds\tStandard Call"
    (call,) = entries(known(f"{titles}\n{row}\n".encode(), contact_table, "a.tsv"))
    assert (call.kind, call.inbound, call.connected, call.duration_s, local(call)) == ("call", True, True, 3602, AT)


def test_a_time_said_to_be_chinas_is_read_and_another_zones_title_is_no_known_one() -> None:
    rows = f"time({{}}),group_name,from_nickname,content_type,content\n{AT},三班家长群,小周,Text,欠钱\n{AT},三班家长群,老师,Text,别发\n"
    first, second = entries(known(rows.format("Asia/Shanghai").encode(), chat_table))
    assert (first.group_name, first.counterpart_name, second.counterpart_name, local(first)) == (
        "三班家长群",
        "小周",
        "老师",
        AT,
    )
    assert not entries(known(rows.format("UTC").encode(), documents, "a.csv"))


def test_senders_in_double_quotes_are_told_without_them() -> None:
    found = entries(known(f'{AT} "小周"\n还钱\n\n{AT} "我"\n月底\n'.encode(), chat_text))
    assert [(one.inbound, one.counterpart_name) for one in found] == [(True, "小周"), (False, None)]


def test_a_calendar_is_no_mail_and_told_to_be_unread() -> None:
    event = "BEGIN:VEVENT\nDTSTART:20250314T133015Z\nX-DURATION:PT0S\nX-ID:1\nX-NUMBER:1\nEND:VEVENT\n"
    found = known(f"BEGIN:VCALENDAR\n{event}{event}END:VCALENDAR\n".encode(), documents, "a.ics")
    assert not entries(found)
    assert any("没有逐条读出" in one.text for one in found if isinstance(one, Note))
