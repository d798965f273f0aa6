"""What desktop tools and mailboxes make of a phone: messages as text, pages, tables and mails; many chats in one file."""

from __future__ import annotations

import json

import pytest

from cuijie.intake import Found, SetAside
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import text as chat_text
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.documents import letters as documents
from cuijie.intake.iphone import message_export

from .intake_samples import entries
from .recognising import known, local

_HEAD = "Mar 03, 2025  9:14:11 PM"


def _facts(found: list[Found]) -> list[tuple[str, str, bool | None, str | None, str | None]]:
    return [(one.kind, local(one)[5:16], one.inbound, one.number, one.text) for one in entries(found)]


_TEXT = f"""{_HEAD} (Read by you after 1 minute)
+8617000001188
再不还钱就上门

第二段
Tapbacks:
    Loved by Me

Mar 03, 2025  9:15:11 PM
Me
别打了
This message responded to an earlier message.

Mar 03, 2025  9:16:11 PM +8617000001188 named the conversation 欠款

Mar 03, 2025  9:17:11 PM
+8617000001188
/Users/x/Attachments/a.jpeg
    {_HEAD}
    Me
    又一遍

"""
_PAGE = f"""<html><head><meta charset="utf-8"></head><body>
<div class="message"><div class="received"><p><span class="timestamp"><a href="x">{_HEAD}</a> (Read by you after 2 seconds)</span>
<span class="sender">+8617000001188</span></p><hr><div class="message_part"><span class="bubble">再不还钱就上门</span></div>
<div class="replies"><div class="reply"><div class="message"><div class="sent iMessage"><p><span class="timestamp">{_HEAD}</span>
<span class="sender">Me</span></p><div class="message_part"><span class="bubble">又一遍</span></div></div></div></div></div></div></div>
<div class="message"><div class="sent iMessage"><p><span class="timestamp">Mar 03, 2025  9:15:11 PM</span>
<span class="sender">Me</span></p><div class="message_part"><span class="bubble">别打了</span></div></div></div></body></html>"""


def test_messages_written_out_as_text_have_their_sides_and_only_their_words() -> None:
    found = known(_TEXT.encode(), message_export, "+8617000001188.txt")
    assert _facts(found) == [
        ("sms", "03-03 21:14", True, "17000001188", "再不还钱就上门\n\n第二段"),
        ("sms", "03-03 21:15", False, "17000001188", "别打了"),
        ("sms", "03-03 21:17", True, "17000001188", "[附件]"),
    ]


def test_the_page_says_the_same_and_an_answer_shown_twice_counts_once() -> None:
    found = known(_PAGE.encode(), message_export, "+8617000001188.html")
    assert [fact[2:] for fact in _facts(found)] == [
        (True, "17000001188", "再不还钱就上门"),
        (False, "17000001188", "别打了"),
    ]


def test_texts_and_calls_kept_as_mails_are_texts_and_calls() -> None:
    mails = "".join(
        f"From x@y Mon Mar  3 13:14:11 2025\nSubject: {kind}\nFrom: {sender}\nTo: {to}\nDate: Mon, 03 Mar 2025 21:14:11 +0800\n"
        f"Content-Type: text/plain; charset=utf-8\nX-smssync-datatype: {kind}\nX-smssync-type: {way}\n"
        f"X-smssync-address: 17000001188\nX-smssync-date: 1741007651000\nX-smssync-duration: 62\n\n再不还钱就上门\n\n"
        for kind, way, sender, to in (
            ("SMS", "1", "催收王 <17000001188@unknown.email>", "me@x.example"),
            ("CALLLOG", "2", "me@x.example", "17000001188 <17000001188@unknown.email>"),
            ("MMS", "132", "17000001188 <17000001188@unknown.email>", "me@x.example"),
        )
    )
    text, call, picture = entries(known(mails.encode(), documents, "SMS.mbox"))
    assert (text.kind, text.inbound, text.number, text.counterpart_name) == ("sms", True, "17000001188", "催收王")
    assert (text.text, local(text)) == ("再不还钱就上门", "2025-03-03 21:14:11")
    assert (call.kind, call.inbound, call.duration_s, call.text) == ("call", False, 62, None)
    assert (picture.kind, picture.inbound, picture.counterpart_name) == ("mms", True, None)


def test_every_conversation_of_a_file_keeps_its_own_name_and_sides() -> None:
    rule = "=" * 64
    text = (
        f"消息记录（此消息记录为文本格式，不支持重新导入）\n\n{rule}\n消息分组:我的好友\n{rule}\n消息对象:催收王(10001)\n{rule}\n\n"
        "2025-03-03 21:14:11 催收王(10001)\n再不还钱就上门\n\n2025-03-03 21:15:11 小舟(10002)\n别打了\n\n"
        f"{rule}\n消息分组:我的QQ群\n{rule}\n消息对象:家人群\n{rule}\n\n2025-03-03 21:16:11 【群主】老王(10003)\n小舟欠钱\n"
    )
    theirs, own, group = entries(known(text.encode(), chat_text, "全部消息记录.txt"))
    assert [(one.inbound, one.group_name, one.text) for one in (theirs, own, group)] == [
        (True, None, "再不还钱就上门"),
        (False, None, "别打了"),
        (None, "家人群", "小舟欠钱"),
    ]
    assert group.places[0].endswith("#第 21 行")


def test_a_number_where_a_chat_shows_no_name_is_the_number_of_the_other_side() -> None:
    text = "2025/3/3 21:14 - +86 170 0000 1188: 还钱\n2025/3/3 21:15 - 我: 别打了\n"
    theirs, own = entries(known(text.encode(), chat_text, "c.txt"))
    assert (theirs.inbound, theirs.number, theirs.counterpart_name) == (True, "17000001188", None)
    assert (own.inbound, own.number) == (False, "17000001188")


def test_calls_and_voice_messages_of_a_messenger_are_said_to_be_such() -> None:
    common = {"type": "service", "actor": "催收王", "actor_id": "user1", "action": "phone_call", "text": ""}
    messages = [
        {"id": 1, "date": "2025-03-03T21:14:11", "date_unixtime": "1741007651", "duration_seconds": 62, "discard_reason": "hangup", **common},
        {"id": 2, "date": "2025-03-03T21:14:11", "date_unixtime": "1741007751", "discard_reason": "missed", **common},
        {"id": 3, "type": "message", "date": "2025-03-03T21:14:11", "date_unixtime": "1741007851", "from": "催收王", "media_type": "voice_message",
         "file": "x", "text": ""},
        {"id": 4, "type": "message", "date": "2025-03-03T21:14:11", "date_unixtime": "1741007951", "from": "小舟", "text": "别打了"},
    ]  # fmt: skip
    data = json.dumps({"name": "催收王", "type": "personal_chat", "messages": messages}).encode()
    talk, missed, voice, own = entries(known(data, chat_json, "result.json"))
    assert (talk.duration_s, talk.connected, talk.inbound) == (62, True, True)
    assert (missed.connected, missed.text) == (False, "[语音通话] 未接")
    assert (voice.text, own.inbound) == ("[语音]", False)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "聊天会话,消息日期,服务,类型,发送者 ID,发送者姓名,文本",
            "+86 170 0000 1188,2025-03-03 21:14:11,SMS,传入,+8617000001188,,还钱",
            ("sms", "03-03 21:14", True, "17000001188", "还钱"),
        ),
        (
            "号码,联系人,短信类型,时间,短信内容",
            "17000001188,,发送,2025-03-03 21:14:11,别打了",
            ("sms", "03-03 21:14", False, "17000001188", "别打了"),
        ),
        (
            "Name,Number,Call Type,Date & Time,Duration",
            ",17000001188,Rejected Call,2025-03-03 21:14:11,0s",
            ("call", "03-03 21:14", True, "17000001188", None),
        ),
        (
            "Call Date (timestamp),Call date,Call type,Caller name,Caller #,Call duration (s)",
            '1741007651000,"Mar 3, 2025 9:14:11 PM",Outgoing,(Unknown),17000001188,62',
            ("call", "03-03 21:14", False, "17000001188", None),
        ),
        (
            "direction,timestamp,name,number,content,type",
            'Received,"Mar 3, 2025 9:14:11 PM",+8617000001188,+8617000001188,还钱,SMS',
            ("sms", "03-03 21:14", True, "17000001188", "还钱"),
        ),
    ],
)
def test_a_table_of_a_tool_is_read_by_its_columns(header: str, row: str, expected: tuple[object, ...]) -> None:
    found = known(f"{header}\n{row}\n".encode(), contact_table)
    assert _facts(found) == [expected]
    assert entries(found)[0].counterpart_name is None


def test_a_chat_apps_messages_in_a_tools_table_are_no_calls_and_its_notices_no_contact() -> None:
    rows = (
        "Chat Session,Message Date,Sent Date,Type,Sender ID,Sender Name,Text\n"
        "催收王,2025-03-03 21:14:11,,Incoming,8617000001188@s.whatsapp.net,催收王,还钱\n"
        "催收王,2025-03-03 21:15:11,,Notification,,,已加密\n"
    )
    found = known(rows.encode(), contact_table)
    assert _facts(found) == [("im", "03-03 21:14", True, "17000001188", "还钱")]
    assert [one.why for one in found if isinstance(one, SetAside)] == ["这是应用自己的提示，不算一次联系"]


def test_a_relation_in_the_column_of_contacts_is_who_was_contacted() -> None:
    found = known("时间,方式,联系人,内容\n2025-03-03 21:14,电话,母亲,说要上门\n".encode(), contact_table)
    (entry,) = entries(found)
    assert entry.owner.startswith("p-")
    assert entry.counterpart_name is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("WhatsApp Chat with 家人群.txt", "家人群"),
        ("WhatsApp Chat - 家人群.txt", "家人群"),
        ("与家人群的 WhatsApp 聊天.txt", "家人群"),
        ("家人群聊天记录.txt", "家人群"),
    ],
)
def test_a_chat_copied_out_of_a_browser_has_its_day_behind_the_clock_and_its_name_in_the_files(
    name: str, expected: str
) -> None:
    text = "[9:03 PM, 3/14/2025] 小李: 还钱\n[9:04 PM, 3/14/2025] 二姨: 谁\n[9:05 PM, 3/14/2025] 小舟: 别打了\n"
    found = entries(known(text.encode(), chat_text, name))
    assert [(local(one)[5:16], one.group_name) for one in found] == [
        (f"03-14 21:0{minute}", expected) for minute in (3, 4, 5)
    ]


def test_messages_whose_words_are_called_body_are_a_chat() -> None:
    rows = [
        {"date": "2025-03-03T21:14:11+08:00", "sender": "+8617000001188", "body": "还钱"},
        {"date": "2025-03-03T21:15:11+08:00", "sender": "Me", "body": "别打了"},
    ]
    found = known(json.dumps(rows).encode(), chat_json)
    assert [fact[2:] for fact in _facts(found)] == [(True, "17000001188", "还钱"), (False, None, "别打了")]
