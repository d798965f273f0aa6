"""Layouts of apps, operators, banks and address books met in public, rebuilt with invented content."""

from __future__ import annotations

import json
import quopri
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cuijie.intake import Card, Found, IntakeError, Note, SetAside
from cuijie.intake.address_books import table as address_table
from cuijie.intake.address_books import vcard
from cuijie.intake.android import json_backup as phone_json
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import table as chat_table
from cuijie.intake.chats import text as chat_text
from cuijie.intake.contact_lists import blocks_text, call_lines, message_lines, operator_calls
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.encoding import detect
from cuijie.intake.payments import bills
from cuijie.intake.recordings import memo_list
from cuijie.intake.recordings.names import read_name
from cuijie.intake.registry import findings
from cuijie.records import Payment

from .intake_samples import database, entries, ms, source_of, table
from .recognising import known, local

AT, THEN, OURS = "2025-03-04 21:30:15", "再不还钱就找你单位", "我在想办法"
NUMBER = "17000001188"
T = ms(AT)
SENT = "2025-03-04 21:31:15"


def _said(found: list[Any]) -> list[tuple[bool | None, str, str | None]]:
    return [(one.inbound, local(one), one.text) for one in entries(found)]


TALK = [(True, AT, THEN), (False, SENT, OURS)]
_ENVELOPES = [
    {"envelope": {"sourceName": "阿强", "sourceNumber": "+8617000001188", "timestamp": T, "dataMessage": {"timestamp": T, "message": THEN}}},
    {"envelope": {"timestamp": T, "syncMessage": {"sentMessage": {"destination": "+8617000001188", "timestamp": T + 60000, "message": OURS}}}},
    {"envelope": {"timestamp": T, "receiptMessage": {"when": T}}},
]  # fmt: skip
_PLATFORM = {
    "chatlab": {"version": "1"},
    "meta": {"name": "阿强", "type": "private", "ownerId": "me1"},
    "members": [{"platformId": "x1", "accountName": "阿强"}],
    "messages": [
        {"sender": "x1", "accountName": "阿强", "timestamp": T // 1000, "type": 0, "content": THEN},
        {"sender": "me1", "accountName": "小林", "timestamp": T // 1000 + 60, "type": 0, "content": OURS},
    ],
}
_SELF_MARKED = [
    {"time": "2025-03-04T21:30:15+08:00", "sender": "wxid_x", "senderName": "阿强", "isSelf": False, "content": THEN},
    {"time": "2025-03-04T21:31:15+08:00", "sender": "wxid_y", "senderName": "小林", "isSelf": True, "content": OURS},
]
_SERVER = {
    "channel": {"type": "DirectTextChat", "name": "阿强"},
    "messages": [
        {"type": "Default", "timestamp": "2025-03-04T13:30:15+00:00", "content": THEN, "author": {"id": "1", "name": "阿强"}},
        {"type": "Reply", "timestamp": "2025-03-04T13:31:15+00:00", "content": OURS, "author": {"id": "2", "name": "小林"}},
    ],
}  # fmt: skip
_SCRIPT = f"""<html><head><meta charset="utf-8"><title>聊天</title></head><body><script>
const n = 1; const chatMessages = [ // made by a tool
{{ type:1, text: '{THEN}',is_send:0,avatar_path:'./a\\'b.png',timestamp:{T // 1000},is_chatroom:0,displayname:'阿强'}},
{{ type:1, text: '{OURS}',is_send:1,timestamp:{T // 1000 + 60},displayname:'小林'}}, ];
</script></body></html>"""
_ITEMS = "".join(
    f'<div class="item"><div class="name">{who}</div><div class="time">{at}</div><div class="words">{text}</div></div>'
    for who, at, text in (("阿强", AT, THEN), ("小林", SENT, OURS))
)


@pytest.mark.parametrize(
    ("data", "importer", "name"),
    [
        ("\n".join(json.dumps(one, ensure_ascii=False) for one in _ENVELOPES), chat_json, "messages.jsonl"),
        (json.dumps(_PLATFORM, ensure_ascii=False), chat_json, "a.json"),
        (json.dumps(_SELF_MARKED, ensure_ascii=False), chat_json, "a.json"),
        (json.dumps(_SERVER, ensure_ascii=False), chat_json, "a.json"),
        (_SCRIPT, chat_json, "阿强.html"),
        (f"<html><head><meta charset='utf-8'></head><body>{_ITEMS}</body></html>", chat_text, "阿强.html"),
        (f"阿强 ({AT}): {THEN}\n\n我 ({SENT}): {OURS}\n", chat_text, "阿强.txt"),
        (f"阿强(wxid_x) {AT}\n{THEN}\n\n我 {SENT}\n{OURS}\n", chat_text, "a.txt"),
        (f"{AT}|{NUMBER}|我|{THEN}\n{SENT}|我|{NUMBER}|{OURS}\n", message_lines, "a.txt"),
        (f"From: 阿强 ({NUMBER})\nType: incoming\nSent: Tue, 04 Mar 2025 21:30:15 +0800\nReceived: Tue, 04 Mar 2025 21:30:16 +0800\n\n{THEN}\n\n"
         f"From: 小林\nType: outgoing\nSent: Tue, 04 Mar 2025 21:31:15 +0800\n\n{OURS}\n", blocks_text, "a.txt"),
    ],
)  # fmt: skip
def test_a_talk_is_the_same_in_every_tools_form(data: str, importer: Any, name: str) -> None:
    found = known(data.encode(), importer, name)
    assert _said(found) == TALK
    first = entries(found)[0]
    assert "阿强" in (first.counterpart_name or "") or first.number == NUMBER


def test_a_work_apps_messages_hold_their_words_in_json_and_name_no_owner() -> None:
    items = [
        {"create_time": str(T), "msg_type": "text", "sender": {"id": "x"}, "body": {"content": json.dumps({"text": THEN})}},
        {"create_time": str(T + 60000), "msg_type": "post", "sender": {"id": "y"}, "body": {"content": json.dumps({"content": [[{"tag": "text", "text": OURS}]]})}},
    ]  # fmt: skip
    archive = [
        {"msgtime": T, "from": "x", "tolist": ["y"], "msgtype": "text", "text": {"content": THEN}},
        {"msgtime": T + 60000, "from": "y", "tolist": ["x"], "msgtype": "text", "text": {"content": OURS}},
    ]
    for value in ({"data": {"items": items}}, archive):
        found = known(json.dumps(value).encode(), chat_json, "a.json")
        assert _said(found) == [(None, AT, THEN), (None, SENT, OURS)]


def test_a_script_cut_off_gives_its_whole_messages_and_others_none() -> None:
    cut = _SCRIPT[: _SCRIPT.index("displayname:'小林'")]
    assert _said(known(cut.encode(), chat_json, "阿强.html")) == TALK[:1]
    page = "<html><body><script>var a=[{b:1,c:'x'}];</script><p>你好</p></body></html>"
    assert not chat_json.sniff(_head(page))


def _head(text: str) -> Any:
    return source_of(text.encode(), "a.html").head()


def test_the_part_of_the_sender_tells_the_sides_of_a_table() -> None:
    rows = [["时间", "发送者昵称", "发送者身份", "消息类型", "内容"], [AT, "阿强", "阿强", "文本消息", THEN], [SENT, "小林", "我", "文本消息", OURS]]  # fmt: skip
    assert _said(known(table(rows), chat_table, "阿强.csv")) == TALK


def test_texts_with_a_sender_and_a_receiver_have_the_other_side_as_their_number() -> None:
    rows = [
        ["Date", "From", "To", "Message", "Type"],
        [AT, "+8617000001188", "Me", THEN, "SMS"],
        [SENT, "Me", "+8617000001188", OURS, "SMS"],
    ]
    found = entries(known(table(rows), chat_table))
    assert [(one.kind, one.inbound, one.number) for one in found] == [("sms", True, NUMBER), ("sms", False, NUMBER)]
    rows = [
        ["时间", "发送方", "接收方", "内容"],
        [AT, NUMBER, "13900001003", THEN],
        [SENT, "13900001003", "10690001", OURS],
    ]
    found = entries(known(table(rows), chat_table))
    assert [(one.kind, one.inbound, one.number) for one in found] == [("sms", True, NUMBER), ("sms", False, "10690001")]
    rows = [["发送方", "接收方", "发送时间", "短信内容"], [NUMBER, "本机", AT, THEN], ["本机", "10690001", SENT, OURS]]
    found = entries(known(table(rows), chat_table))
    assert [(one.kind, one.inbound, one.number) for one in found] == [("sms", True, NUMBER), ("sms", False, "10690001")]
    rows = [["时间", "发件人", "收件人", "内容"], [AT, NUMBER, "我", THEN], [SENT, "我", NUMBER, OURS]]
    found = entries(known(table(rows), contact_table))
    assert [(one.kind, one.inbound, one.number) for one in found] == [("sms", True, NUMBER), ("sms", False, NUMBER)]


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("Folder", ("Inbox", "Sent")),
        ("Direction", ("From", "To")),
        ("Direction", ("Incoming", "Outgoing")),
        ("类型", ("收件", "发件")),
        ("收/发", ("接收", "发送")),
    ],
)
def test_a_list_of_texts_tells_the_way_in_a_word(title: str, values: tuple[str, str]) -> None:
    rows = [["Number", title, "Date", "Content"], [NUMBER, values[0], AT, THEN], [NUMBER, values[1], SENT, OURS]]
    found = known(table(rows), contact_table)
    assert _said(found) == TALK
    assert {one.kind for one in entries(found)} == {"sms"}


def test_which_of_two_numbers_is_ones_own_is_told_by_the_others_or_asked() -> None:
    lines = [f"{AT}|1069012345678|13900001003|{THEN}", f"{SENT}|13900001003|{NUMBER}|{OURS}"]
    first, second = entries(known("\n".join(lines).encode(), message_lines))
    assert (first.inbound, first.number, second.inbound, second.number) == (True, "1069012345678", False, NUMBER)
    lines = [f"{AT}|{NUMBER}|13900001003|{THEN}\n第二行", f"{SENT}|13900001003|{NUMBER}|{OURS}"]
    found = known("\n".join(lines).encode(), message_lines)
    assert _said(found) == [(None, AT, f"{THEN}\n第二行"), (None, SENT, OURS)]
    assert any("本机" in one.text for one in found if isinstance(one, Note))


def test_a_length_in_minutes_is_no_length_in_seconds() -> None:
    rows = [["时间", "号码", "类型", "时长(分钟)"], [AT, NUMBER, "来电", "1.5"], [SENT, NUMBER, "来电", "2"]]
    assert [one.duration_s for one in entries(known(table(rows), contact_table))] == [90, 120]
    rows = [
        ["起始时间", "对方号码", "通信方式", "计费时长(分钟)"],
        [AT, NUMBER, "被叫", "2"],
        [SENT, NUMBER, "主叫", "1"],
    ]
    found = known(table(rows), operator_calls)
    assert [(one.kind, one.connected, one.duration_s) for one in entries(found)] == [("call", True, None)] * 2
    assert any("按分钟计费" in one.text for one in found if isinstance(one, Note))


def test_an_operators_page_copied_as_text_and_one_with_the_clock_in_six_digits() -> None:
    text = (
        "通话详单\n手机号码:13900001003    计费月:202503\n序号 起始时间            通话地点  通信方式  对方号码     通信时长\n"
        f"1    {AT} 南京      被叫      17000001188  1分2秒\n2    {SENT} 南京      主叫      13800001002  35秒\n"
    )
    found = entries(known(text.encode("gb18030"), operator_calls))
    assert [(one.inbound, one.number, one.duration_s) for one in found] == [(True, NUMBER, 62), (False, "13800001002", 35)]  # fmt: skip
    rows = [["通话起始日期", "通话起始时间", "通话时长", "呼叫类型", "对方号码"], ["20250304", "213015", "1分2秒", "被叫", NUMBER]]  # fmt: skip
    (call,) = entries(known(table(rows), operator_calls))
    assert (local(call), call.duration_s) == (AT, 62)
    assert not call_lines.sniff(_head(text))


def test_an_operators_page_that_a_browser_saved_whole_is_the_list_in_it() -> None:
    rows = [["起始时间", "通信方式", "对方号码", "通信时长"], [AT, "被叫", NUMBER, "1分2秒"]]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = quopri.encodestring(
        f'<html><head><meta charset="utf-8"></head><body><table>{cells}</table></body></html>'.encode()
    )
    data = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://x.invalid/\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + page + b"\r\n--b--\r\n"
    )
    (call,) = entries(known(data, operator_calls, "详单.mhtml"))
    assert (local(call), call.inbound, call.number, call.duration_s) == (AT, True, NUMBER, 62)


def test_the_list_of_voice_memos_proposes_the_calls_its_titles_name(tmp_path: Path) -> None:
    date = datetime(2025, 3, 4, 13, 30, 15, tzinfo=UTC).timestamp() - datetime(2001, 1, 1, tzinfo=UTC).timestamp()
    rows = [(date, 62.4, f"催收电话 {NUMBER}", "a.m4a"), (date, 5.0, "买菜", "b.m4a"), (None, None, None, None)]
    make = "create table ZCLOUDRECORDING(ZDATE real, ZDURATION real, ZENCRYPTEDTITLE text, ZPATH text)"
    data = database(tmp_path / "x", [make, *(("insert into ZCLOUDRECORDING values (?, ?, ?, ?)", row) for row in rows)])
    found = known(data, memo_list, "CloudRecordings.db")
    (call,) = entries(found)
    assert (call.kind, local(call), call.number, call.duration_s, call.is_inferred) == ("call", AT, NUMBER, 62, True)
    notes = "".join(one.text for one in found if isinstance(one, Note))
    assert "2025-03-04 21:30 买菜（5 秒）；时间不详 没有标题" in notes
    assert "存储到文件" in notes


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_statement_in_utf_16_without_its_mark_is_read_however_chinese_it_is(encoding: str) -> None:
    text = "交易日期,交易摘要,支出金额,收入金额,账户余额,对方户名\r\n2025-03-04,消费金融还款扣款,500.00,,1.00,晴川消费金融有限公司代收还款专户\r\n"
    (paid,) = (one for one in known(text.encode(encoding), bills) if isinstance(one, Payment))
    assert (paid.amount_fen, paid.flow, paid.payee) == (50000, "out", "晴川消费金融有限公司代收还款专户")
    assert detect(bytes(range(1, 200)) + bytes(3) + bytes(range(1, 200))) not in ("utf-16-le", "utf-16-be")


@pytest.mark.parametrize("sign", ["-", ""])
@pytest.mark.parametrize("rest", ['"+5', '"+5,000.00","x', ""])
def test_a_table_cut_off_in_its_last_line_gives_only_whole_lines(rest: str, sign: str) -> None:
    text = f"记账日期,交易金额,联机余额,对手信息\n2025-03-04,{sign}500.00,1.00,晴川\n2025-03-05,{rest}"
    reading = known_until_error(text.encode(), bills)
    assert [one.amount_fen for one in reading if isinstance(one, Payment)] == [50000]


def test_a_page_cut_off_in_its_last_row_and_a_chat_in_its_last_message_keep_the_rest() -> None:
    row = f"<tr><td>{AT}</td><td>被叫</td><td>{NUMBER}</td><td>62秒</td></tr>"
    page = f"<html><table><tr><td>起始时间</td><td>通信方式</td><td>对方号码</td><td>通信时长</td></tr>{row}{row[:-24]}"
    assert len(entries(known_until_error(page.encode(), operator_calls))) == 1
    chat = json.dumps({"chatInfo": {"type": "private", "selfUin": "2"}, "messages": [
        {"timestamp": T, "sender": {"uin": "1", "name": "阿强"}, "content": {"text": THEN}}]}, ensure_ascii=False)  # fmt: skip
    found = known((chat[:-2] + ', {"timestamp": 17').encode(), chat_json)
    assert _said(found) == TALK[:1]


def known_until_error(data: bytes, importer: Any) -> list[Found]:
    """What *importer* reads before it says that the file was cut off."""
    found: list[Found] = []
    with pytest.raises(IntakeError, match="中间断了"):
        found.extend(findings(importer, source_of(data)))  # what came before the error stays in the list
    return found


def test_a_lenders_list_of_instalments_counts_only_those_that_were_paid() -> None:
    rows = [
        ["还款日期", "期数", "还款金额", "本金", "状态", "还款方式"],
        ["2025-03-04", "3/12", "520.00", "500.00", "已结清", "银行卡"],
        ["2025-04-04", "4/12", "520.00", "500.00", "待还款", ""],
    ]
    paid, due = (one for one in known(table(rows), bills) if isinstance(one, Payment))
    assert (paid.amount_fen, paid.flow, paid.suggested, paid.is_completed) == (52000, "out", "repayment", True)
    assert (due.suggested, due.is_completed) == (None, False)
    rows = [
        ["期数", "应还日期", "应还总额", "实还日期", "实还金额", "状态"],
        ["1", "2025-03-05", "520", "2025-03-04", "520", "已还清"],
    ]
    (once,) = (one for one in known(table(rows), bills) if isinstance(one, Payment))
    assert (local(once)[:10], once.suggested) == ("2025-03-04", "repayment")
    rows = [["期数", "还款日期", "还款金额", "本金", "利息", "余额"], ["1", "2025-03-05", "520", "500", "20", "1000"]]
    assert not bills.sniff(source_of(table(rows)).head())


def test_a_statement_whose_other_side_is_called_opponent() -> None:
    rows = [
        ["交易日期", "交易时间", "交易摘要", "交易金额", "交易余额", "对手姓名", "对手账号"],
        ["20250304", "213015", "网上支付", "-500.00", "1000.00", "晴川消费金融有限公司", "3101"],
    ]
    (paid,) = (one for one in known(table(rows), bills) if isinstance(one, Payment))
    assert (local(paid), paid.flow, paid.payee) == (AT, "out", "晴川消费金融有限公司")


def test_picture_messages_of_an_older_backup_app_without_its_own_mark() -> None:
    picture = {
        "contentType": "application/vnd.wap.multipart.related", "messageBox": 1, "messageType": 132, "date": T, "dateSent": 0,
        "addresses": [{"address": NUMBER, "type": 137}], "parts": [{"contentType": "text/plain", "text": "看看这个"}],
    }  # fmt: skip
    found = known(json.dumps([{"sms": [], "mms": [picture]}]).encode(), phone_json)
    (message,) = entries(found)
    assert (message.kind, message.inbound, message.number, message.text) == ("mms", True, NUMBER, "看看这个")
    assert not [one for one in found if isinstance(one, SetAside)]


def _cards(text: str) -> tuple[list[tuple[str | None, str | None, str | None]], str]:
    found = known(text.replace("\n", "\r\n").encode(), vcard)
    people = [one.person for one in found if isinstance(one, Card)]
    notes = "".join(one.text for one in found if isinstance(one, Note))
    return [(one.name, one.relation, one.relation_word) for one in people], notes


@pytest.mark.parametrize(
    ("label", "told"),
    [("妈妈", ("family", "妈妈")), ("_$!<Mother>!$_", ("family", "母亲")), ("单位", (None, None)), ("_$!<Work>!$_", (None, None))],
)  # fmt: skip
def test_the_label_of_a_number_tells_a_relation_and_a_place_is_none(
    label: str, told: tuple[str | None, str | None]
) -> None:
    card = (
        f"BEGIN:VCARD\nVERSION:3.0\nN:王;芳;;;\nFN:王芳\nitem1.TEL:138 0000 1002\nitem1.X-ABLabel:{label}\nEND:VCARD\n"
    )
    assert _cards(card)[0] == [("王芳", *told)]


def test_relations_named_on_a_card_are_told_and_given_to_nobody() -> None:
    card = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:林舟\nTEL:13900001003\nitem1.X-ABRELATEDNAMES;type=pref:王芳\n"
        "item1.X-ABLabel:_$!<Mother>!$_\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:王芳\nTEL:13800001002\nCATEGORIES:同事,x\nEND:VCARD\n"
    )
    people, notes = _cards(card)
    assert people == [("林舟", None, None), ("王芳", "colleague", "同事")]
    assert "母亲：王芳" in notes


def test_the_group_of_a_line_in_an_address_book_is_a_relation_where_it_names_one() -> None:
    rows = [["姓名", "手机", "分组"], ["王芳", "13800001002", "家人"], ["李伟", "13800001003", "* myContacts"]]
    people = [one.person for one in known(table(rows), address_table) if isinstance(one, Card)]
    assert [(one.relation, one.relation_word) for one in people] == [("family", "家人"), (None, None)]


@pytest.mark.parametrize(
    ("name", "number", "at"),
    [
        ("20250304_213015.123+0000_in_+8617000001188.amr", NUMBER, "2025-03-04 21:30:15"),
        ("与“17000001188”通话.amr", NUMBER, None),
        ("17000001188的通话录音 2025年3月4日 21.30.15.amr", NUMBER, "2025-03-04 13:30:15"),
        ("SIM1_17000001188_20250304213015.amr", NUMBER, "2025-03-04 13:30:15"),
        ("+8617000001188_20250304213015_卡2.amr", NUMBER, "2025-03-04 13:30:15"),
    ],
)
def test_names_of_recordings_with_a_zone_quotes_or_a_card(name: str, number: str, at: str | None) -> None:
    told = read_name(name)
    assert (told.number_raw or "").removeprefix("+86") == number
    wanted = datetime.strptime(at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if at else None
    assert told.when.instant == wanted
