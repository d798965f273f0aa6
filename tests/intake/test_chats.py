"""Conversations that the user brings: the same messages whatever the layout."""

from __future__ import annotations

import json

import pytest

from cuijie.intake import SetAside
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import table as chat_table
from cuijie.intake.chats import text as chat_text
from cuijie.intake.registry import Importer

from . import intake_samples as samples
from .intake_samples import entries, read_all, source_of, table
from .recognising import known, local

WORDS = [
    ("2025-03-07 20:58:01", "小周", samples.THREAT, False),
    ("2025-03-07 21:03:00", "我", "请出示授权委托书", True),
]


def _chats() -> dict[str, tuple[Importer, bytes, str]]:
    seconds = [samples.ms(at) // 1000 for at, *_ in WORDS]
    flags = [
        [
            "localId",
            "TalkerId",
            "Type",
            "SubType",
            "IsSender",
            "CreateTime",
            "Status",
            "StrContent",
            "StrTime",
            "Remark",
            "NickName",
            "Sender",
        ],
        *(
            [str(n), "7", "1", "0", str(int(own)), str(seconds[n]), "3", text, at]
            for n, (at, _, text, own) in enumerate(WORDS)
        ),
    ]
    titles = [
        samples.CHAT_HEADER,
        *([f"80000000000000000{n}", "文本", who, at, text, "", "", ""] for n, (at, who, text, _) in enumerate(WORDS)),
    ]
    names = ["id", "MsgSvrID", "type_name", "is_sender", "talker", "room_name", "msg", "src", "CreateTime"]
    plain = [
        names,
        *(
            [str(n), "81", "文本", str(int(own)), who, "wxid_x", text, "", at]
            for n, (at, who, text, own) in enumerate(WORDS)
        ),
    ]
    session = {
        "session": {"displayName": "小周", "type": "私聊", "messageCount": 2},
        "messages": [
            {
                "localId": n,
                "createTime": seconds[n],
                "localType": 1,
                "content": text,
                "isSend": int(own),
                "senderDisplayName": who,
            }
            for n, (_, who, text, own) in enumerate(WORDS)
        ],
    }
    nested = {
        "chatInfo": {"name": "小周", "type": "private", "selfUin": "2000000009"},
        "messages": [
            {"id": "75", "timestamp": seconds[n] * 1000, "sender": {"uin": "2000000009" if own else "3000000001", "name": who},
             "type": "type_1", "content": {"text": text}, "recalled": False, "system": False}
            for n, (_, who, text, own) in enumerate(WORDS)
        ],
    }  # fmt: skip
    quoted = "\n\n".join(f"{at} '{who}'\n{text}" for at, who, text, _ in WORDS)
    numbered = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:小周(3000000001)\n\n" + "\n\n".join(
        f"{at} {who if not own else '林舟'}({2000000009 if own else 3000000001})\n{text}"
        for at, who, text, own in WORDS
    )
    labelled = "\n\n".join(f"名字: {who}\n时间: {at}\n内容: {text}" for at, who, text, _ in WORDS)
    inline = "\n".join(f"[{at}] {who}: {text}" for at, who, text, _ in WORDS)
    return {
        "flags": (chat_table, table(flags), "小周_utf8.csv"),
        "titles": (chat_table, table(titles), "小周.csv"),
        "names": (chat_table, table(plain, "utf-8"), "wxid_x_0_5000.csv"),
        "session": (chat_json, json.dumps(session, ensure_ascii=False).encode(), "小周.json"),
        "nested": (chat_json, json.dumps(nested, ensure_ascii=False).encode(), "friend.json"),
        "lines": (
            chat_json,
            "\n".join(json.dumps(one, ensure_ascii=False) for one in session["messages"]).encode(),
            "小周.jsonl",
        ),
        "quoted": (chat_text, quoted.encode(), "小周.txt"),
        "numbered": (
            chat_text,
            numbered.replace("消息对象:小周(3000000001)", "消息对象:小周").encode("utf-8-sig"),
            "小周.txt",
        ),
        "labelled": (chat_text, labelled.encode(), "小周.txt"),
        "inline": (chat_text, inline.encode(), "小周.txt"),
    }


@pytest.mark.parametrize("layout", _chats())
def test_every_chat_layout_gives_the_same_conversation(layout: str) -> None:
    importer, data, name = _chats()[layout]
    found = entries(known(data, importer, name))
    assert [(local(one), one.text, one.inbound) for one in found] == [(at, text, not own) for at, _, text, own in WORDS]
    assert all(one.is_user_converted and one.kind == "im" and one.group_name is None for one in found)


_MAILED = """如下是与王经理的聊天记录：

—————  2026-03-06  —————

王经理  21:03

你妈电话我有，明天打给她

我  21:05

别打我家里人

—————  2026-03-07  —————

王经理  上午8:10

[语音通话] 通话时长 01:23
"""
_PAGES = {
    "blocks": '<div class="m"><span>2026-03-06 21:03</span> <span>王经理</span><div>你妈电话我有，明天打给她</div></div>'
    "<div><span>2026-03-06 21:05</span> <b>我</b><div>别打我家里人</div></div>"
    "<div><span>2026-03-07 08:10</span> <span>王经理</span><div>[语音通话] 通话时长 01:23</div></div>",
    "breaks": "<p><span>王经理</span> <span>2026-03-06 21:03</span><br>你妈电话我有，明天打给她</p>"
    "<p><span>我</span> <span>2026-03-06 21:05</span><br>别打我家里人</p>"
    "<p><span>王经理</span> 2026-03-07 08:10<br>[语音通话] 通话时长 01:23</p>",
}


@pytest.mark.parametrize("layout", ["mailed", *_PAGES])
def test_chats_sent_by_mail_and_free_form_pages(layout: str) -> None:
    data = _MAILED if layout == "mailed" else f"<html><meta charset=utf-8><body>{_PAGES[layout]}</body></html>"
    theirs, ours, call = entries(known(data.encode(), chat_text))
    assert [local(one) for one in (theirs, ours, call)] == [
        "2026-03-06 21:03:00", "2026-03-06 21:05:00", "2026-03-07 08:10:00",
    ]  # fmt: skip
    assert (theirs.inbound, ours.inbound, theirs.counterpart_name) == (True, False, "王经理")
    assert (theirs.text, call.duration_s, call.connected) == ("你妈电话我有，明天打给她", 83, True)


def test_an_article_with_dated_comments_is_no_chat() -> None:
    body = "".join(f"<p>第 {number} 段，讲催收的规定。</p>" for number in range(40))
    comments = "<p>甲 2026-03-06 21:03</p><p>说得对</p><p>乙 2026-03-06 21:05</p><p>学习了</p>"
    assert not chat_text.sniff(source_of(f"<html><body>{body}{comments}</body></html>".encode()).head())


_NEWS = ("区里召开一季度经济形势分析会", "全区中小学三月十日开学公告", "三号线延长线本月底开通试运行")


@pytest.mark.parametrize("below", ["", "<p>有关部门今天上午这样说</p>"])
def test_a_page_of_headlines_with_their_days_is_no_chat(below: str) -> None:
    news = "".join(f"<h3>{title}</h3><span>2025-03-0{day} 09:00</span>{below}" for day, title in enumerate(_NEWS, 1))
    assert not chat_text.sniff(source_of(f"<html><body><h1>新闻</h1>{news}</body></html>".encode()).head())


def test_a_page_on_which_each_writes_once_is_a_chat() -> None:
    said = "".join(
        f"<div>{who} 2025-03-0{day} 09:00</div><p>在吗</p>" for day, who in enumerate(("小周", "二姨", "老陈"), 1)
    )
    assert chat_text.sniff(source_of(f"<html><body>{said}</body></html>".encode()).head())


def test_a_group_keeps_its_senders_and_its_name() -> None:
    rows = [
        samples.CHAT_HEADER,
        *(
            [str(n), "文本", who, f"2025-03-07 20:58:0{n}", f"第{n}句", "", "", ""]
            for n, who in enumerate(["小周", "老同学", "我", "表姐"])
        ),
    ]
    found = entries(known(table(rows), chat_table, "相亲相爱一家人.csv"))
    assert {one.group_name for one in found} == {"相亲相爱一家人"}
    assert [(one.counterpart_name, one.inbound) for one in found] == [
        ("小周", True),
        ("老同学", True),
        (None, False),
        ("表姐", True),
    ]


def test_calls_recalls_and_pictures_of_a_chat_are_said_to_be_such() -> None:
    rows = [
        samples.CHAT_HEADER, ["1", "音视频通话", "小周", "2025-03-08 23:59:59", "[语音通话] 未接听", "", "", ""],
        ["2", "音视频通话", "小周", "2025-03-09 00:10:59", "[语音通话] 通话时长 01:02", "", "", ""],
        ["3", "系统消息", "小周", "2025-03-09 00:11:59", "\"小周\"撤回了一条消息", "", "", ""], ["4", "图片", "小周", "2025-03-09 00:12:00", "<msg/>", "", "", ""],
    ]  # fmt: skip
    missed, answered, recall, picture = entries(known(table(rows), chat_table))
    assert (missed.connected, answered.connected, answered.duration_s) == (False, True, 62)
    assert (recall.inbound, dict(recall.extra)["message_kind"]) == (None, "system")
    assert picture.text == "[图片]"


def test_a_cut_off_chat_keeps_its_whole_messages() -> None:
    _, data, name = _chats()["session"]
    found = read_all(chat_json, data[:-30], name)
    assert [one.text for one in entries(found)] == [samples.THREAT]
    assert any(isinstance(one, SetAside) for one in found)


def test_lines_about_the_chat_and_its_members_are_no_messages() -> None:
    lines = [{"_type": "header", "meta": {"name": "小周"}}, {"_type": "member", "platformId": "wxid_a", "accountName": "小周"},
             {"_type": "message", "sender": "wxid_a", "accountName": "小周", "timestamp": samples.ms(WORDS[0][0]) // 1000,
              "type": 0, "content": samples.THREAT}]  # fmt: skip
    found = known("\n".join(json.dumps(one, ensure_ascii=False) for one in lines).encode(), chat_json, "chat.jsonl")
    assert [(one.text, one.counterpart_name, local(one)) for one in entries(found)] == [
        (samples.THREAT, "小周", WORDS[0][0])
    ]
    assert not [one for one in found if isinstance(one, SetAside)]


def test_a_notice_in_the_name_of_the_other_side_tells_which_side_it_is() -> None:
    text = "[2025/3/7 21:05:12] 小周: 消息和通话已进行端到端加密。\n[2025/3/7 21:05:12] 小周: 在吗\n[2025/3/7 21:06:40] 林舟: 哪位\n"
    found = entries(known(text.encode(), chat_text, "_chat.txt"))
    assert [(one.counterpart_name, one.inbound, one.is_proof_of_contact) for one in found] == [
        ("小周", None, False), ("小周", True, True), ("林舟", False, True),
    ]  # fmt: skip


def test_the_hour_after_midnight_is_上午_to_a_program() -> None:
    text = "[2025/3/7 上午12:10:05] 小周: 睡了？\n[2025/3/7 下午12:20:05] 小周: 起来了？\n"
    line = "[LINE] 與小周的聊天記錄\n\n2025/03/07（五）\n上午12:10\t小周\t睡了？\n下午12:20\t小周\t起來了？\n"
    for written in (text, line):
        found = entries(known(written.encode(), chat_text))
        assert [local(one)[:16] for one in found] == ["2025-03-07 00:10", "2025-03-07 12:20"]


def test_english_windows_times_are_read() -> None:
    head = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:小周\n\n"
    text = head + "2025-03-07 8:43:38 PM 小周(3000000001)\n第一句\n\n2025-03-08 9:00:00 AM 小周(3000000001)\n第二句\n"
    assert [local(one) for one in entries(known(text.encode(), chat_text))] == [
        "2025-03-07 20:43:38",
        "2025-03-08 09:00:00",
    ]


def test_each_conversation_of_a_table_is_a_group_or_has_its_own_sides() -> None:
    rows = table([
        ["群名称", "发送者昵称", "发送者ID", "消息时间戳", "消息正文"],
        ["一家人", "二姨", "wx_1", str(samples.ms("2025-03-07 20:00:00")), "有人加我微信说你欠钱"],
        ["公司大群", "小周", "wx_2", str(samples.ms("2025-03-07 20:02:00")), "各位请代为转告"],
        ["", "小周", "wx_2", str(samples.ms("2025-03-07 20:03:00")), "还钱"],
    ])  # fmt: skip
    found = entries(known(rows, chat_table))
    assert [(one.group_name, one.counterpart_name) for one in found] == [
        ("一家人", "二姨"), ("公司大群", "小周"), (None, "小周"),
    ]  # fmt: skip


def test_conversations_and_messages_are_found_whatever_their_lists_are_called() -> None:
    data = {
        "会话": [
            {"群名": "同事群", "是否群聊": True, "消息": [{"发送人": "小李", "时间": "2025-03-07 15:01:00", "内容": "找林舟"}]},
            {"对方": "小周", "消息": [{"发送人": "我", "时间": "2025-03-07 18:33:20", "内容": "请走法律途径"}]},
        ]
    }  # fmt: skip
    found = entries(known(json.dumps(data, ensure_ascii=False).encode(), chat_json))
    assert [(one.group_name, one.inbound, one.text) for one in found] == [
        ("同事群", None, "找林舟"), (None, False, "请走法律途径"),
    ]  # fmt: skip


def test_a_group_that_an_app_sent_by_mail_is_read_beside_the_mail_under_its_name() -> None:
    words = "微信群“陈家(5)”的聊天记录如下:\n\n—— 2025-03-07 ——\n\n小周  19:40\n\n请转告他还款\n\n妈  19:52\n\n你是谁\n"
    head = "From: a@example.com\nTo: a@example.com\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    assert {one.group_name for one in entries(known(words.encode(), chat_text))} == {"陈家"}
    assert not chat_text.sniff(source_of((head + words).encode(), "x.eml").head())


def test_words_marked_as_quoted_in_markdown_are_the_words() -> None:
    text = "# 微信\n\n**小周** 2025-03-07 09:30\n> 钱呢\n> 说话\n\n**我** 2025-03-07 09:45\n> 发工资还\n"
    assert [one.text for one in entries(known(text.encode(), chat_text))] == ["钱呢\n说话", "发工资还"]


def test_a_voice_call_with_a_length_was_answered_and_is_no_voice_message() -> None:
    rows = [["时间", "发送人", "类型", "内容"], ["2025-03-07 20:05:00", "小李", "语音通话", "通话时长 01:12"],
            ["2025-03-07 20:06:00", "小李", "视频通话", "对方已取消"], ["2025-03-07 20:07:00", "小李", "语音", "3''"]]  # fmt: skip
    assert [(one.connected, one.duration_s) for one in entries(known(table(rows), chat_table))] == [
        (True, 72), (False, None), (None, None),
    ]  # fmt: skip
