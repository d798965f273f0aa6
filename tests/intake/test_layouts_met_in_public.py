"""Layouts that importers and their test files show in public, rebuilt with invented content: lists, XML, backups, cards."""

from __future__ import annotations

import io
import json
import re
import struct
import tarfile
import zlib

import pytest

from cuijie.intake import Card, IntakeError, SetAside
from cuijie.intake.address_books import vcard
from cuijie.intake.android import adb_query
from cuijie.intake.android import backup as android_backup
from cuijie.intake.chats import text as chat_text
from cuijie.intake.chats import voice_page
from cuijie.intake.contact_lists import blocks_text, operator_calls, operator_json, xml_list
from cuijie.intake.contact_lists import json_list as contact_json
from cuijie.intake.contact_lists import table as contact_table

from .intake_samples import entries, ms, read_all, source_of, table
from .recognising import known, local

AT, SENT = "2025-03-14 21:30:15", "2025-03-15 08:12:40"
THEN, OURS = "再不还钱，就找你单位。", "我在想办法"
NUMBER, GATE = "17000001188", "10690001188"
T, T2 = ms(AT), ms(SENT)


def test_texts_listed_as_from_and_to_a_number_are_texts() -> None:
    found = entries(known(f"[{AT}] 收到 {GATE}: {THEN}\n[{SENT}] 发给 {NUMBER}: {OURS}\n".encode(), chat_text))
    assert [(one.kind, one.inbound, one.number, one.text) for one in found] == [
        ("sms", True, GATE, THEN),
        ("sms", False, NUMBER, OURS),
    ]
    blocks = f"From: {GATE}\nDate: 2025.03.14 21:30:15\nBody: {THEN}\n\nTo: {NUMBER}\nDate: 2025.03.15 08:12:40\nBody: {OURS}\n"
    assert [(one.kind, one.inbound, one.number) for one in entries(known(blocks.encode(), blocks_text))] == [
        ("sms", True, GATE),
        ("sms", False, NUMBER),
    ]


def test_a_text_in_json_whose_type_says_only_the_way_is_no_call_and_outbound_is_the_owners() -> None:
    (text,) = entries(
        known(json.dumps([{"date": AT, "address": GATE, "body": THEN, "type": "incoming"}]).encode(), contact_json)
    )
    assert (text.kind, text.inbound, text.number) == ("sms", True, GATE)
    listed = [{"number": NUMBER, "date": AT, "direction": "outbound", "duration": 5}]
    (call,) = entries(known(json.dumps(listed).encode(), contact_json))
    assert (call.kind, call.inbound) == ("call", False)


def test_androids_number_tells_what_an_apps_unknown_call_was_and_未接_is_no_length() -> None:
    rows = [{"phoneNumber": NUMBER, "timestamp": str(T), "type": "UNKNOWN", "rawType": 5, "duration": 0}]
    (call,) = entries(known(json.dumps(rows).encode(), contact_json))
    assert (call.inbound, call.connected) == (True, False)
    listed = [["时间", "号码", "类型", "通话时长"], [AT, NUMBER, "来电", "未接"], [SENT, NUMBER, "来电", "62秒"]]
    assert [one.connected for one in entries(known(table(listed), contact_table))] == [False, True]


_MOBILE = [
    {"startTime": "03-14 21:30:15", "commPlac": "北京", "commMode": "被叫", "anotherNm": NUMBER, "commTime": "1分2秒", "commFee": "0"},
    {"startTime": "03-15 08:12:40", "commPlac": "北京", "commMode": "主叫", "anotherNm": "95000", "commTime": "1小时0分2秒"},
]  # fmt: skip
_UNICOM = [
    {"calldate": AT[:10], "calltime": AT[11:], "calltypeName": "被叫", "othernum": NUMBER, "calllonghour": "1分2秒"},
    {"calldate": SENT[:10], "calltime": SENT[11:], "calltypeName": "主叫", "othernum": "95000", "calllonghour": "3602"},
]
_COLLECTED = [
    {"time": AT, "peer_number": NUMBER, "dial_type": "DIALED", "duration": "62", "location": "北京"},
    {"time": SENT, "peer_number": "95000", "dial_type": "DIAL", "duration": "3602", "location": "北京"},
]


@pytest.mark.parametrize(
    "text",
    [
        f"callback({json.dumps({'data': _MOBILE, 'startDate': '20250301', 'endDate': '20250331'})})",
        json.dumps({"pageMap": {"totalCount": 2, "result": _UNICOM}}),
        "\n".join(json.dumps({"pageMap": {"result": [one]}}) for one in _UNICOM),
        json.dumps({"calls": [{"bill_month": "2025-03", "items": _COLLECTED}]}),
    ],
)
def test_the_list_that_an_operators_page_fetches_is_the_list(text: str) -> None:
    found = known(text.encode(), operator_json)
    assert [(one.kind, one.inbound, local(one), one.number, one.duration_s) for one in entries(found)] == [
        ("call", True, AT, NUMBER, 62),
        ("call", False, SENT, "95000", 3602),
    ]
    assert all(one.connected and one.is_user_converted for one in entries(found))


def test_an_operators_texts_as_json_and_a_list_without_its_months() -> None:
    unicom = [{"smsdate": AT[:10], "smstime": AT[11:], "smstype": "1", "othernum": GATE, "businesstype": "01"}]
    collected = [{"time": SENT, "peer_number": GATE, "send_type": "SEND", "msg_type": "SMS"}]
    (text,), (sent,) = (entries(known(json.dumps([one]).encode(), operator_json)) for one in (unicom, collected))
    assert (text.kind, text.inbound, sent.kind, sent.inbound) == ("sms", True, "sms", False)
    found = known(json.dumps({"data": _MOBILE[:1]}).encode(), operator_json)
    assert not entries(found)
    assert any("没有年份" in one.why for one in found if isinstance(one, SetAside))
    cut = read_all(operator_json, json.dumps({"pageMap": {"result": _UNICOM}}).encode()[:-40])
    assert len(entries(cut)) == 1
    assert ["断了" in one.why for one in cut if isinstance(one, SetAside)] == [True]
    with pytest.raises(IntakeError, match="没有存全"):
        read_all(operator_json, json.dumps({"data": _MOBILE}).encode()[:90])


def test_cells_that_excel_is_to_take_for_text_are_their_words() -> None:
    rows = [["起始时间", "通信方式", "对方号码", "通信时长"], [f'="{AT}"', "被叫", f'="{NUMBER}"', "62秒"]]
    (call,) = entries(known(table(rows), operator_calls))
    assert (local(call), call.number) == (AT, NUMBER)


_CHILDREN = (
    f"<smss><sms id='1'><body>{THEN}</body><address>{GATE}</address><type>1</type><date>{T}</date></sms>"
    f"<sms id='2'><body>{OURS}</body><address>{NUMBER}</address><type>2</type><date>{T2}</date></sms></smss>"
)

_WINDOWS = (
    f"<ArrayOfMessage><Message><Recepients /><Body>{THEN}</Body><IsIncoming>true</IsIncoming><Attachments />"
    f"<LocalTimestamp>{(T + 11_644_473_600_000) * 10_000}</LocalTimestamp><Sender>{GATE}</Sender></Message>"
    f"<Message><Recepients><string>{NUMBER}</string></Recepients><Body>{OURS}</Body><IsIncoming>false</IsIncoming>"
    f"<LocalTimestamp>{(T2 + 11_644_473_600_000) * 10_000}</LocalTimestamp><Sender /></Message></ArrayOfMessage>"
)

_ATTRIBUTES = (
    f'<messages><message phone="{GATE}" content="{THEN}" time="{AT}" type="接收"/>'
    f'<message phone="{NUMBER}" content="{OURS}" time="{SENT}" type="发送"/></messages>'
)


@pytest.mark.parametrize("text", [_CHILDREN, _CHILDREN.replace("smss>", "smses>"), _WINDOWS, _ATTRIBUTES])
def test_texts_in_xml_whose_values_are_elements_or_attributes(text: str) -> None:
    found = known(f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode(), xml_list)
    texts = [
        ("sms", True, AT, GATE, THEN),
        ("sms", False, SENT, NUMBER, OURS),
    ]
    assert [(one.kind, one.inbound, local(one), one.number, one.text) for one in entries(found)] == texts
    cut = read_all(xml_list, text.encode()[:-30])
    assert len(entries(cut)) == 1
    assert any("断了" in one.why for one in cut if isinstance(one, SetAside))
    second = max(text.rfind(name) for name in ("<sms ", "<Message>", "<message "))
    undated = text[:second] + re.sub(r'<(date|LocalTimestamp)>\d+</\1>|time="[^"]+"', "", text[second:])
    assert [one.why for one in read_all(xml_list, undated.encode()) if isinstance(one, SetAside)] == ["没有写时间"]


def _kept_call(key: str, number: str | None, kind: int, at: int, seconds: int) -> bytes:
    written = b"\0" if number is None else b"\1" + struct.pack(">H", len(number)) + number.encode()
    value = struct.pack(">iqq", 1005, at, seconds) + written + struct.pack(">ii", kind, 1 if number else 2) + b"\0" * 30
    head = struct.pack("<4sIi", b"Data", len(key), len(value)) + key.encode() + b"\0"
    return b"".join(part + b"\0" * (-len(part) % 4) for part in (head, value))


def test_an_android_backup_with_key_values_holds_the_call_log() -> None:
    data = (
        _kept_call("1", NUMBER, 1, T, 62)
        + struct.pack("<4sIi", b"Data", 1, -1)
        + b"2\0\0\0"
        + _kept_call("3", None, 3, T2, 0)
    )
    for cut, count in ((len(data), 2), (len(data) - 40, 1)):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            info = tarfile.TarInfo("apps/com.android.calllogbackup/k/com.android.calllogbackup.data")
            info.size = cut
            archive.addfile(info, io.BytesIO(data[:cut]))
        found = known(b"ANDROID BACKUP\n5\n1\nnone\n" + zlib.compress(out.getvalue()), android_backup)
        told = [(one.inbound, local(one), one.number, one.connected, one.duration_s) for one in entries(found)]
        assert told == [(True, AT, NUMBER, True, 62), (True, SENT, None, False, 0)][:count]
        assert any("断了" in one.why for one in found if isinstance(one, SetAside)) is (count == 1)


def test_a_list_of_picture_messages_says_that_their_words_are_elsewhere() -> None:
    found = known(f"Row: 0 _id=3, thread_id=2, date={T // 1000}, msg_box=1, m_type=132\n".encode(), adb_query)
    assert [one.why[:4] for one in found if isinstance(one, SetAside)] == ["这是彩信"]


def test_columns_between_the_words_and_the_service_centre_are_no_words() -> None:
    row = f"Row: 0 read=1, body={THEN}, address={NUMBER}, thread_id=3, _id=0, person=NULL, service_center=+8613800571500, date={T}, type=1\n"
    (text,) = entries(known(row.encode(), adb_query))
    assert (text.text, text.number) == (THEN, NUMBER)


def test_what_breaks_off_inside_a_row_a_time_or_a_page_is_said_and_makes_no_record() -> None:
    rows = f"Row: 0 _id=2, number={NUMBER}, date={T}, duration=62, type=1\nRow: 1 _id=1, number=95000, date={T2}, duration=0, type=3"
    texts = f"Row: 0 _id=2, address={GATE}, date={T}, type=1, body={THEN}\nRow: 1 _id=1, addr"
    chat = f"{AT} 老王: {THEN}\n{SENT} 小陈: {OURS}\n2025-03-15 08:"
    page = (
        f'<div class="hChatLog"><div class="message"><abbr class="dt" title="2025-03-14T21:30:15+08:00">x</abbr><cite><a class="tel" '
        f'href="tel:+86{NUMBER}"><span>王</span></a></cite><q>{THEN}</q></div><div class="message"><abbr class="dt" title="2025-03-15T08:12:40+08:00">x'
    )
    listed = json.dumps([{"number": NUMBER, "date": AT, "duration": 5, "type": "incoming"}] * 2)
    for importer, data, count in (
        (adb_query, rows, 2), (adb_query, rows[:-18], 1), (adb_query, texts, 1), (chat_text, chat, 2), (voice_page, f"<html>{page}", 1),
        (contact_json, listed, 2), (contact_json, listed[:-1], 2), (contact_json, listed[: len(listed) // 2], 1),
    ):  # fmt: skip
        found = known(data.encode(), importer)
        assert len(entries(found)) == count
        assert any(isinstance(one, SetAside) for one in found) is (data not in (rows, listed))
        assert all(one.text in (None, THEN, OURS) for one in entries(found))


def test_times_as_java_and_browsers_print_them() -> None:
    rows = [["number", "type", "date", "duration"], [NUMBER, "INCOMING", "Fri Mar 14 21:30:15 GMT+08:00 2025", "62"],
            [NUMBER, "MISSED", "Sat Mar 15 08:12:40 CST 2025", "0"], [NUMBER, "OUTGOING", "Sat Mar 15 2025 08:12:40 GMT+0800 (中国标准时间)", "0"]]  # fmt: skip
    found = entries(known(table(rows), contact_table))
    assert [local(one) for one in found] == [AT, SENT, SENT]
    assert [one.connected for one in found] == [True, False, False]


def test_what_became_of_a_call_is_told_in_many_words() -> None:
    rows = [["时间", "电话", "方向", "接听状态", "时长"]]
    rows += [[AT, NUMBER, way, told, "0"] for way, told in (("撥入", "未接"), ("撥出", "对方忙"), ("呼出", "无人接听"))]
    assert [(one.kind, one.inbound, one.connected) for one in entries(known(table(rows), contact_table))] == [
        ("call", True, False),
        ("call", False, False),
        ("call", False, False),
    ]
    listed = [{"callNumber": NUMBER, "callTime": AT, "callDuration": 62, "callType": "INCOMING_TYPE"}]
    (call,) = entries(known(json.dumps({"code": 0, "data": {"list": listed}}).encode(), contact_json))
    assert (call.inbound, call.duration_s, local(call)) == (True, 62, AT)


def test_messages_headed_by_a_gateways_number_are_texts_and_a_rule_between_blocks_is_no_word() -> None:
    (text, _) = entries(known(f"{GATE} {AT}\n{THEN}\n\n{GATE} {SENT}\n{THEN}\n".encode(), chat_text))
    assert (text.kind, text.inbound, text.number, text.text) == ("sms", True, GATE, THEN)
    rule = "=" * 10
    blocks = f"{rule}\n发件人：{GATE}\n时间：{AT}\n内容：{THEN}\n{rule}\n发件人：{GATE}\n时间：{SENT}\n内容：{THEN}\n{rule}\n"
    assert {one.text for one in entries(known(blocks.encode(), blocks_text))} == {THEN}


def test_two_columns_of_calls_and_a_status_that_tells_the_way() -> None:
    found = entries(known(table([["来电时间", "来电号码"], [AT, NUMBER], [SENT, "95000"]]), contact_table))
    assert [(one.kind, one.inbound, local(one), one.number) for one in found] == [
        ("call", True, AT, NUMBER),
        ("call", True, SENT, "95000"),
    ]
    rows = [["Contact Name", "Contact Number", "Time", "Status", "Content"], ["", GATE, AT, "Received", THEN], ["", NUMBER, SENT, "Sent", OURS]]  # fmt: skip
    assert [(one.kind, one.inbound, one.number, one.text) for one in entries(known(table(rows), contact_table))] == [
        ("sms", True, GATE, THEN),
        ("sms", False, NUMBER, OURS),
    ]


def test_xml_of_a_chat_or_of_a_page_is_no_list_of_texts() -> None:
    chat = f'<chat><message sender="老王" time="{AT}" content="{THEN}"/></chat>'
    page = f'<html><body><input type="1" phone="{NUMBER}" date="{AT}" text="{THEN}"/></body></html>'
    assert [xml_list.sniff(source_of(text.encode()).head()) for text in (chat, page, _ATTRIBUTES)] == [
        False,
        False,
        True,
    ]
    named = entries(known(_CHILDREN.replace(GATE, "某某银行").encode(), xml_list))
    assert [(one.number, one.counterpart_name) for one in named] == [(None, "某某银行"), (NUMBER, None)]


def test_a_kind_may_tell_what_became_of_the_call_and_how_often() -> None:
    kinds = ("呼入(已接通)", "呼出-未接通", "→ 来电", "未接来电(3)", "来电·拒接")
    found = entries(known(table([["时间", "号码", "类型"], *([AT, NUMBER, kind] for kind in kinds)]), contact_table))
    assert [(one.inbound, one.connected, one.count) for one in found] == [
        (True, True, 1),
        (False, False, 1),
        (True, None, 1),
        (True, False, 3),
        (True, False, 1),
    ]


def test_a_number_that_a_workbook_spoilt_is_none_and_one_beside_a_name_is_one() -> None:
    rows = [["时间", "号码", "类型"], [AT, "1.7E+10", "来电"], [SENT, NUMBER, "来电"]]
    found = known(table(rows), contact_table)
    assert ["科学计数法" in one.why for one in found if isinstance(one, SetAside)] == [True]
    texts = [
        ["联系人", "时间", "类型", "内容"],
        [f"晴川(贷款)({GATE})", AT, "接收", THEN],
        [f"晴川({GATE})", AT, "接收", THEN],
    ]
    found = known(table(texts), contact_table)
    assert [(one.number, one.counterpart_name, one.text) for one in entries(found)] == [(GATE, "晴川", THEN)]
    beside = {
        "【骚扰电话】170 0000 1188": "骚扰电话",
        f"{NUMBER}（疑似催收）": "疑似催收",
        f"170的号码 {NUMBER}": "170的号码",
        f"老王 {NUMBER}": "老王",
        f"{NUMBER}疑似催收": "疑似催收",
    }
    marked = [["来电时间", "来电号码"], *([AT, written] for written in beside)]
    told = [(one.number, one.counterpart_name) for one in entries(known(table(marked), contact_table))]
    assert told == [(NUMBER, name) for name in beside.values()]
    for written in ("170000****", "170****1188", "95000转1"):
        (call,) = entries(known(table([["来电时间", "来电号码"], [AT, written]]), contact_table))
        assert (call.number_raw, call.counterpart_name) == (written, None)


def test_a_label_of_the_owners_own_on_an_androids_card_and_a_card_without_its_end() -> None:
    custom = "X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5=A6=88=E5=A6=88)"
    text = "".join(
        f"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:{name}\r\nTEL;{label}:{number}\r\n{end}"
        for name, label, number, end in (
            ("王丽", custom, "13800001006", ""), ("赵敏", "X-妹妹", "13800001007", "END:VCARD\r\n"), ("李强", "CELL", "13800001008", "END:VCARD\r\n"),
        )
    )  # fmt: skip
    people = [one.person for one in known(text.encode(), vcard) if isinstance(one, Card)]
    assert [(one.name, one.relation_word, one.numbers) for one in people] == [
        ("王丽", "妈妈", ("13800001006",)),
        ("赵敏", "妹妹", ("13800001007",)),
        ("李强", None, ("13800001008",)),
    ]
