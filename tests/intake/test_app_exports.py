"""What backup apps and messengers write: texts and calls as XML and JSON, chats with their own marks."""

from __future__ import annotations

import json

import pytest

from cuijie.intake import Found, Note, SetAside
from cuijie.intake.address_books import table as address_table
from cuijie.intake.address_books import vcard
from cuijie.intake.android import adb_query, sms_backup
from cuijie.intake.android import json_backup as phone_json
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import page as chat_page
from cuijie.intake.chats import table as chat_table
from cuijie.intake.chats import text as chat_text
from cuijie.intake.contact_lists import blocks_text
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.documents import letters as documents  # fmt: skip
from cuijie.intake.found import Card
from cuijie.intake.registry import recognise

from .intake_samples import entries, ms, source_of, table
from .recognising import known, local

AT = ms("2025-03-03 21:14:11")
SHORT = {"address": "10690001", "body": "【某某】还款", "date": AT, "type": 1}


def facts(found: list[Found]) -> list[tuple[str, str, bool | None, str | None, str | None]]:
    return [(one.kind, local(one), one.inbound, one.number, one.text) for one in entries(found)]


def test_texts_and_calls_of_an_app_that_names_its_elements_otherwise() -> None:
    texts = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<allsms count="2">\n'
        f'\t<sms address="10690001" time="x" date="{AT}" type="1" body="请"尽快"还款&#10;谢谢" read="1" service_center="" name="" />\n'
        f'\t<sms address="13800001002" time="x" date="{AT}" type="2" body="好" read="1" service_center="" name="王丽" />\n</allsms>'
    )
    found = known(texts.encode(), sms_backup)
    assert [(one.inbound, one.text, one.counterpart_name) for one in entries(found)] == [
        (True, '请"尽快"还款\n谢谢', None),
        (False, "好", "王丽"),
    ]
    calls = f'<alllogs count="1"><log number="17000001188" time="x" date="{AT}" type="1" name="某" new="1" dur="30" /></alllogs>'
    (call,) = entries(known(calls.encode(), sms_backup))
    assert (call.kind, call.duration_s, call.connected, call.counterpart_name) == ("call", 30, True, "某")


@pytest.mark.parametrize(
    "value",
    [
        [{**SHORT, "dateSent": AT, "subscriptionId": 1, "backupType": "sms"}],
        [{**SHORT, "date_sent": AT, "sub_id": 1, "service_center": None}],
        {"messageCount": 1, "messages": [{**SHORT, "dateSent": AT, "read": True, "subId": 1, "protocol": 0}]},
        [{"sms": [{**SHORT, "date_sent": 0, "sub_id": 1}], "mms": []}, {"sms": [], "mms": []}],
        {**{key: str(one) for key, one in SHORT.items()}, "_id": "1", "thread_id": "2"},
    ],
)
def test_a_text_in_the_json_of_several_backup_apps_is_the_same_text(value: object) -> None:
    found = known(json.dumps(value, ensure_ascii=False).encode(), phone_json)
    assert facts(found) == [("sms", "2025-03-03 21:14:11", True, "10690001", "【某某】还款")]
    assert not any(one.is_user_converted for one in entries(found))


def test_picture_messages_drafts_and_calls_one_object_a_line() -> None:
    sides = [{"address": "17000001188", "type": 137}, {"address": "13800001001", "type": "151"}]
    parts = [{"ct": "application/smil", "text": "<smil/>"}, {"contentType": "text/plain", "text": "正文"}]
    lines: list[object] = [
        {"date": AT // 1000, "msg_box": "1", "m_type": "132", "sub": "主题", "__sender_address": sides[0], "__recipient_addresses": sides[1:],
         "__parts": [*parts[:1], {"ct": "text/plain", "text": "正文"}]},
        {"date": AT, "messageBox": 2, "backupType": "mms", "addresses": sides, "parts": parts},
        {**SHORT, "type": 3, "thread_id": 1},
        {"_id": "1", "number": "17000001188", "date": AT, "duration": "0", "type": "3", "__display_name": "某"},
        {**SHORT, "date": None, "thread_id": 1},
    ]  # fmt: skip
    data = "\n".join(json.dumps(one, ensure_ascii=False) for one in lines).encode()
    found = known(data, phone_json, "messages.ndjson")
    at = "2025-03-03 21:14:11"
    assert facts(found) == [
        ("mms", at, True, "17000001188", "主题\n正文"), ("mms", at, False, "13800001001", "正文"),
        ("sms", at, False, "10690001", "【某某】还款"), ("call", at, True, "17000001188", None),
    ]  # fmt: skip
    assert [one.is_proof_of_contact for one in entries(found)] == [True, True, False, True]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 5 行"]


def test_lists_of_texts_pictures_and_calls_in_one_object_are_all_read_whatever_they_are_called() -> None:
    value = {
        "version": 3,
        "smsMessages": [{**SHORT, "thread_id": 1}],
        "mmsMessages": [{"date": AT, "msg_box": 1, "ct_t": "x", "addresses": [{"address": "17000001188", "type": 137}],
                         "parts": [{"ct": "text/plain", "text": "正文"}]}],
        "callLogs": [{"number": "17000001188", "date": AT, "duration": 9, "type": 1, "presentation": 1}],
    }  # fmt: skip
    found = known(json.dumps(value, ensure_ascii=False).encode(), phone_json)
    assert [(kind, words) for kind, _, _, _, words in facts(found)] == [
        ("sms", "【某某】还款"),
        ("mms", "正文"),
        ("call", None),
    ]


_SAID = [("今天必须还\n第二行", "催收小周"), ("知道了", "陈某")]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[2025/3/3 21:14:12] 催收小周: 今天必须还\n第二行\n\u200e[2025/3/3 21:15:11] 陈某: 知道了\n", "2025-03-03 21:14:12"),
        ("[2025/3/3 下午9:14:12] 催收小周: 今天必须还\n第二行\n[2025/3/3 下午9:15:11] 陈某: 知道了\n", "2025-03-03 21:14:12"),
        ("2025/3/3 21:14 - 催收小周: 今天必须还\n第二行\n2025/3/3 21:15 - 陈某: 知道了\n2025/3/3 21:16 - 已开启加密\n", "2025-03-03 21:14:00"),
        ("3/13/25, 9:14\u202fPM - 催收小周: 今天必须还\n第二行\n3/13/25, 9:15\u202fPM - 陈某: 知道了\n", "2025-03-13 21:14:00"),
        ("[3/4/25, 9:14:12 PM] 催收小周: 今天必须还\n第二行\n[3/13/25, 9:15:11 PM] 陈某: 知道了\n", "2025-03-04 21:14:12"),
    ],
)  # fmt: skip
def test_a_messengers_text_is_parted_at_its_own_marks(text: str, at: str) -> None:
    found = entries(known(text.encode(), chat_text, "_chat.txt"))
    assert local(found[0]) == at
    assert [
        (one.text, one.counterpart_name) for one in found if dict(one.extra).get("message_kind") != "system"
    ] == _SAID


def test_a_private_chat_that_names_its_other_side_tells_the_owner_too() -> None:
    messages = [
        {"id": 1, "type": "message", "date": "2025-03-03T10:14:11", "date_unixtime": str(AT // 1000), "from": "小周", "text": "今天必须还"},
        {"id": 2, "type": "message", "date_unixtime": str(AT // 1000), "from": "陈某", "text": ["好 ", {"type": "link", "text": "a.example"}]},
    ]  # fmt: skip
    private = {"name": "小周", "type": "personal_chat", "messages": messages}
    group = {"name": "群", "type": "private_group", "messages": messages}
    expected = [(True, "今天必须还", "2025-03-03 21:14:11"), (False, "好 a.example", "2025-03-03 21:14:11")]
    for value in (private, {"chats": {"list": [private, group]}}):
        found = entries(known(json.dumps(value, ensure_ascii=False).encode(), chat_json, "result.json"))
        assert [(one.inbound, one.text, local(one)) for one in found[:2]] == expected
        assert [one.group_name for one in found[2:]] == ["群"] * (len(found) - 2)


def test_two_who_write_and_nobody_marked_are_no_group() -> None:
    rows = [
        ["发送时间", "发送人", "消息类型", "消息内容"],
        ["2025-03-03 21:14:11", "小周", "文本", "还钱"],
        ["2025-03-03 21:15:11", "陈某", "文本", "好"],
    ]
    found = known(table(rows), chat_table, "聊天.csv")
    assert [(one.inbound, one.group_name) for one in entries(found)] == [(None, None)] * 2
    assert any("哪一方是自己" in one.text for one in found if isinstance(one, Note))


PAGE = (
    "From: <Save by Tencent MsgMgr>\r\nSubject: Tencent IM Message\r\nMIME-Version: 1.0\r\nContent-Type:multipart/related;\r\n"
    '\tcharset="utf-8"\r\n\ttype="text/html";\r\n\tboundary="--=_N"\r\n\r\n----=_N\r\nContent-Type: text/html\r\n'
    "Content-Transfer-Encoding:7bit\r\n\r\n<html><head><title>QQ Message</title></head><body><table>"
    "<tr><td><div>消息对象:小周</div></td></tr><tr><td>日期: 2025-03-03</td></tr>"
    "<tr><td><div><div style=float:left;>小周</div>21:14:11</div><div><font>今天必须还</font></div></td></tr>"
    "<tr><td><div><div style=float:left;>陈某</div>21:15:11</div><div><font>知道了</font></div></td></tr></table></body></html>\r\n----=_N--\r\n"
)


def test_a_chat_saved_as_a_page_of_mail_is_a_chat_and_no_mail() -> None:
    found = entries(known(PAGE.encode(), chat_text, "消息记录.mht"))
    assert [(one.kind, one.inbound, one.text, local(one)) for one in found] == [
        ("im", True, "今天必须还", "2025-03-03 21:14:11"),
        ("im", False, "知道了", "2025-03-03 21:15:11"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "end"),
    [("", "", "\n"), ("C:\\tools> adb shell content query --uri content://call_log/calls\n", "C:\\tools>\n", "\n"),
     ("* daemon started successfully\n", "", "\r\r\n"), ("chen@pc:~$ adb shell content query --uri x\n", "chen@pc:~$\n", "\r\n")],
)  # fmt: skip
def test_rows_copied_with_the_command_window_round_them(before: str, after: str, end: str) -> None:
    listed = f"Row: 0 number=17000001188, type=1, date={AT}, duration=30{end}Row: 1 number=15, type=3, date={AT}, duration=45{end}"
    found = entries(known((before + listed + after).encode(), adb_query))
    assert [(one.number, one.duration_s) for one in found] == [("17000001188", 30), ("15", 45)]


@pytest.mark.parametrize(
    ("header", "line", "name", "numbers"),
    [
        (["姓名", "手机", "单位电话", "备注"], ["王丽", "13800001002", "", ""], "王丽", ("13800001002",)),
        (["姓", "名", "昵称", "手机号码1", "手机号码2"], ["王", "丽", "", "13800001002", "13900001003"], "王丽", ("13800001002", "13900001003")),
        (["First Name", "Middle Name", "Last Name", "Organization Name", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Value"],
         ["丽", "", "王", "", "Work", "95533 ::: 95588", "+86 138 0000 1002"], "王丽", ("95533", "95588", "13800001002")),
        (["First Name", "Last Name", "Company", "Business Phone", "Mobile Phone"], ["", "", "某公司", "", "13800001002"], "某公司", ("13800001002",)),
    ],
)  # fmt: skip
def test_an_address_book_as_a_table_gives_cards(
    header: list[str], line: list[str], name: str, numbers: tuple[str, ...]
) -> None:
    (card,) = [one for one in known(table([header, line], "gb18030"), address_table) if isinstance(one, Card)]
    assert (card.person.name, card.person.numbers) == (name, numbers)


def test_relations_of_an_address_book_are_kept_and_a_list_of_calls_is_none() -> None:
    (card,) = [
        one
        for one in known(table([["姓名", "关系", "电话"], ["王丽", "母亲", "13800001002"]]), address_table)
        if isinstance(one, Card)
    ]
    assert (card.person.relation, card.person.relation_word) == ("family", "母亲")
    calls = [
        ["姓名", "号码", "通话类型", "时间", "时长"],
        ["王丽", "13800001002", "已接来电", "2025-03-03 21:14:11", "00:01:02"],
    ]
    (call,) = entries(known(table(calls), contact_table))
    assert (call.kind, call.counterpart_name, call.duration_s) == ("call", "王丽", 62)
    letter = "催收函\n联系人：王某, 电话：0755-12345678\n请于三日内还款，逾期起诉\n".encode()
    assert recognise(source_of(letter, "函.txt").head()) is documents
    assert recognise(source_of(b"BEGIN:VCARD\r\nFN:x\r\nEND:VCARD\r\n", "f").head()) is vcard


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["address", "date", "type", "body"], ["10690001", str(AT), "1", "请还款"]], ("sms", True, "请还款", None)),
        ([["_id", "number", "date", "duration", "type"], ["1", "10690001", str(AT), "62", "2"]], ("call", False, None, 62)),
        ([["Name", "Phone Number", "Call Type", "Call Date", "Call Time", "Call Duration"],
          ["", "10690001", "Incoming Call", "2025-03-03", "09:14:11 PM", "00:01:02"]], ("call", True, None, 62)),
        ([["联系人", "号码", "收发", "时间", "内容"], ["", "10690001", "发", "2025/3/3 21:14:11", "好"]], ("sms", False, "好", None)),
    ],
)  # fmt: skip
def test_lists_of_log_export_apps_are_read_by_their_columns(
    rows: list[list[str]], expected: tuple[str, bool, str | None, int | None]
) -> None:
    (one,) = entries(known(table(rows), contact_table))
    assert (one.kind, one.inbound, one.text, one.duration_s) == expected
    assert (local(one), one.number) == ("2025-03-03 21:14:11", "10690001")


def test_a_draft_in_a_list_is_no_contact_and_labelled_texts_lose_none() -> None:
    found = known(table([["address", "date", "type", "body"], ["10690001", str(AT), "3", "草稿"]]), contact_table)
    assert ["草稿" in one.why for one in found if isinstance(one, SetAside)] == [True]
    blocks = (
        "发件人: 10690001\n时间: 2025-03-03 21:14\n内容: 一\n\n发件人: 17000001188\n时间: 2025-03-03 21:15\n内容: 二\n"
    )
    listed = entries(known(blocks.encode(), blocks_text))
    assert [(one.kind, one.inbound, one.number, one.text) for one in listed] == [
        ("sms", True, "10690001", "一"),
        ("sms", True, "17000001188", "二"),
    ]


def test_a_list_copied_from_an_operators_page_keeps_way_and_length() -> None:
    line = "起始时间：2025-03-03 21:14:11\n通信地点：深圳\n通信方式：被叫\n对方号码：17000001188\n通信时长：1分2秒\n通信类型：国内\n实收费：0.00\n\n"
    calls = entries(known((line * 2).encode(), blocks_text))
    assert [(one.kind, one.inbound, one.number, one.duration_s) for one in calls] == [
        ("call", True, "17000001188", 62)
    ] * 2


def test_a_telegram_page_tells_times_and_kinds_in_its_markup() -> None:
    def message(at: str, inside: str, who: str = "") -> str:
        named = f'<div class="from_name">{who} </div>' if who else ""
        return f"""<div class="message default clearfix{"" if who else " joined"}" id="message{at[-2:]}"><div class="body">
            <div class="pull_right date details" title="01.03.2026 {at} UTC+00:00">x</div>{named}{inside}</div></div>"""

    call = '<div class="media_wrap clearfix"><div class="media media_call"><div class="body"><div class="status details">{}</div></div></div></div>'
    lines = [
        '<div class="message service" id="message-1"><div class="body details">1 March 2026</div></div>',
        message("10:11:12", '<div class="text">今天<br>必须还</div>', "某催收"),
        message("10:11:13", call.format("Incoming (35 seconds)")),
        message("10:11:14", call.format("Missed")),
        message("10:11:15", '<div class="media_wrap"><a class="photo_wrap" href="x.jpg"></a></div>', "小周"),
        message(
            "10:11:16",
            '<div class="forwarded body"><div class="from_name">别人</div><div class="text">转来</div></div>',
        ),
    ]
    page = '<!DOCTYPE html><html><body><div class="page_header"><div class="content"><div class="text bold">{}</div></div></div>{}</body></html>'
    found = entries(known(page.format("某催收", "".join(lines)).encode(), chat_page))
    assert [
        (local(one)[11:], one.inbound, one.counterpart_name, one.text, one.connected, one.duration_s) for one in found
    ] == [
        ("18:11:12", True, "某催收", "今天\n必须还", None, None),
        ("18:11:13", True, "某催收", "[语音通话] 通话时长 35秒", True, 35),
        ("18:11:14", True, "某催收", "[语音通话] 未接", False, None),
        ("18:11:15", False, "小周", "[图片]", None, None),
        ("18:11:16", False, "小周", "转来", None, None),
    ]
    group = entries(known(page.format("某群", "".join(lines)).encode(), chat_page))
    assert {(one.inbound, one.group_name) for one in group} == {(None, "某群")}
