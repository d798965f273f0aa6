"""Chats as apps and importers' test files show them in public, rebuilt with invented content."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cuijie.clock import SHANGHAI
from cuijie.intake import Found, Note, SetAside
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import table as chat_table
from cuijie.intake.chats import text as chat_text

from .intake_samples import entries, ms, table
from .recognising import known, local

AT, SENT = "2025-03-14 21:30:15", "2025-03-15 08:12:40"
THEN, OURS = "再不还钱，就找你单位。", "我在想办法"
NUMBER, GATE = "17000001188", "10690001188"
T, T2 = ms(AT), ms(SENT)


def _said(found: list[Found]) -> list[tuple[str, bool | None, str, str | None, str | None]]:
    return [(one.kind, one.inbound, local(one)[:16], one.counterpart_name, one.text) for one in entries(found)]


TALK = [("im", True, AT[:16], "老王", THEN), ("im", False, SENT[:16], "小陈", OURS)]
OPEN = [(kind, None, at, name, text) for kind, _, at, name, text in TALK]


@pytest.mark.parametrize(
    ("text", "name", "talk"),
    [
        (f"2025-03-14, 9:30:15 PM: 老王: {THEN}\n2025-03-15, 8:12:40 AM: 小陈: {OURS}\n", "a.txt", OPEN),
        (f"14.03.25, 21:30 - 老王: {THEN}\n15.03.25, 08:12 - 小陈: {OURS}\n", "WhatsApp - 老王.txt", TALK),
        (f"2025.03.14 星期五\n21:30 老王 {THEN}\n2025.03.15 星期六\n08:12 小陈 {OURS}\n", "[LINE]老王.txt", TALK),
        (f"[LINE] Chat history with 老王\nSaved on: 2025/03/16 10:00\n\n2025/03/14(Fri)\n21:30\t老王\t{THEN}\n2025/03/15(Sat)\n08:12\t小陈\t{OURS}\n", "a.txt", TALK),
        (f"[LINE] 与老王的聊天记录\n保存日期：2025/03/16 10:00\n\n2025/03/14（周五）\n21:30\t老王\t\"{THEN}\"\n2025/03/15（周六）\n08:12\t小陈\t{OURS}\n", "a.txt", TALK),
        (f"老王, [14/03/2025 21:30]\n{THEN}\n\n小陈, [15/03/2025 08:12]\n{OURS}\n", "a.txt", OPEN),
        (f"# 与老王的聊天\n\n**[{AT}] 老王:** {THEN}\n\n**[{SENT}] 小陈:** {OURS}\n", "与老王的聊天.md", TALK),
    ],
)  # fmt: skip
def test_a_chats_sender_time_and_words_are_not_taken_for_each_other(text: str, name: str, talk: list[Any]) -> None:
    assert _said(known(text.encode(), chat_text, name)) == talk


def test_what_line_says_itself_is_nobodys_message_and_makes_no_group() -> None:
    text = f"[LINE] 与老王的聊天记录\n\n2025/03/14（周五）\n21:30\t老王\t{THEN}\n21:31\t\t老王已收回讯息\n21:32\t小陈\t{OURS}\n"
    said, notice, answer = entries(known(text.encode(), chat_text))
    assert (said.inbound, answer.inbound, said.group_name, notice.is_proof_of_contact) == (True, False, None, False)


def test_a_recall_shown_between_messages_is_no_ones_words() -> None:
    found = known(f"老王 {AT}\n{THEN}\n\n你撤回了一条消息\n\n小陈 {SENT}\n{OURS}\n".encode(), chat_text)
    assert [one.text for one in entries(found)] == [THEN, OURS]
    assert [one.why for one in found if isinstance(one, SetAside)] == ["没有写时间"]


def test_a_recall_below_a_head_with_its_time_is_that_message() -> None:
    found = known(f"老王 {AT}\n{THEN}\n\n老王 {SENT}\n老王撤回了一条消息\n".encode(), chat_text)
    assert [one.text for one in entries(found)] == [THEN, "老王撤回了一条消息"]
    assert not [one for one in found if isinstance(one, SetAside)]


def test_a_chat_whose_days_may_be_months_says_so() -> None:
    found = known(f"[3/4/25, 21:03:11] 老王: {THEN}\n[3/5/25, 08:12:40] 小陈: {OURS}\n".encode(), chat_text)
    assert all("分不清哪个是月" in one.why for one in found if isinstance(one, SetAside))
    assert not entries(found)


def test_days_that_only_one_order_puts_one_after_the_other_are_read_so_and_asked() -> None:
    text = (
        "11/3/26, 21:41 - Wu: pay\n12/3/26, 08:05 - Wu: pay now\n2/4/26, 08:07 - Zhang: stop\n3/4/26, 09:00 - Wu: no\n"
    )
    found = known(text.encode(), chat_text)
    assert [local(one)[:10] for one in entries(found)] == ["2026-03-11", "2026-03-12", "2026-04-02", "2026-04-03"]
    assert any(one.is_asked and "日在前" in one.text for one in found if isinstance(one, Note))


def test_a_day_after_the_file_was_written_tells_the_order_too() -> None:
    text = "11/3/26, 21:41 - Wu: pay\n11/3/26, 21:45 - Zhang: stop\n"
    in_may, in_december = (datetime(2026, month, 2, tzinfo=SHANGHAI) for month in (5, 12))
    read = entries(known(text.encode(), chat_text, modified_at=in_may, taken_in_at=in_december))
    assert [local(one)[:10] for one in read] == ["2026-03-11", "2026-03-11"]
    assert not entries(known(text.encode(), chat_text, modified_at=in_december, taken_in_at=in_december))


@pytest.mark.parametrize(("word", "day"), [("日在前", "2026-03-11"), ("月在前", "2026-11-03")])
def test_the_order_is_taken_from_the_name_of_the_file_where_nothing_else_tells_it(word: str, day: str) -> None:
    text = "11/3/26, 21:41 - Wu: pay\n11/3/26, 21:45 - Zhang: stop\n"
    read = entries(known(text.encode(), chat_text, f"WhatsApp Chat with Wu（{word}）.txt"))
    assert {(local(one)[:10], one.counterpart_name) for one in read} == {(day, "Wu"), (day, "Zhang")}


def test_a_chat_that_a_program_listed_has_its_night_and_its_days_in_its_own_order() -> None:
    rows = [["时间", "发送人", "内容"], ["3/4/2025 上午12:10", "老王", THEN], ["3/14/2025 下午12:10", "我", OURS]]
    assert [local(one) for one in entries(known(table(rows), chat_table))] == [
        "2025-03-04 00:10:00",
        "2025-03-14 12:10:00",
    ]
    listed = [{"time": "2025/3/4 上午12:10", "sender": "老王", "content": THEN}]
    assert [local(one) for one in entries(known(json.dumps(listed).encode(), chat_json))] == ["2025-03-04 00:10:00"]


def _bytes_as_letters(text: str) -> str:
    return text.encode().decode("latin-1")


def _network(*names: str) -> str:
    told = [(names[0], T, THEN), (names[1], T2, OURS)]
    return json.dumps(
        {
            "participants": [{"name": _bytes_as_letters(name)} for name in names],
            "messages": [
                {"sender_name": _bytes_as_letters(who), "timestamp_ms": at, "content": _bytes_as_letters(text)}
                for who, at, text in told
            ],
            "title": _bytes_as_letters(names[0] if len(names) == 2 else "老同学群"),
        }
    )


_GOOGLE = [
    {"creator": {"name": "老王"}, "created_date": "Friday, March 14, 2025 at 1:30:15\u202fPM UTC", "text": THEN},
    {"creator": {"name": "小陈"}, "created_date": "Saturday, March 15, 2025 at 12:12:40\u202fAM UTC", "text": OURS},
]
_DIRECTED = [
    {"conversationId": "a", "conversationName": "老王", "type": "incoming", "timestamp": T, "body": THEN, "source": "+86" + NUMBER},
    {"conversationId": "a", "conversationName": "老王", "type": "outgoing", "timestamp": T2, "body": OURS},
]  # fmt: skip
_SERVICE = [
    {"from": "1", "to": "2", "fromUserName": "老王", "content": THEN, "sendTime": AT},
    {"from": "2", "to": "1", "fromUserName": "小陈", "content": OURS, "sendTime": SENT},
]


@pytest.mark.parametrize(
    ("data", "talk"),
    [
        (_network("老王", "小陈"), TALK),
        (json.dumps({"messages": _GOOGLE}), OPEN),
        (json.dumps({"messages": _DIRECTED}), [TALK[0], (*TALK[1][:3], None, OURS)]),
        (json.dumps({"resultCode": "0", "data": _SERVICE}), OPEN),
    ],
)
def test_messages_that_networks_and_messengers_give_out_as_json(data: str, talk: list[Any]) -> None:
    assert _said(known(data.encode(), chat_json)) == talk


def test_a_networks_group_and_call_are_such() -> None:
    assert {one.group_name for one in entries(known(_network("老王", "小陈", "王丽").encode(), chat_json))} == {
        "老同学群"
    }
    value = json.loads(_network("老王", "小陈"))
    value["messages"][0] |= {"call_duration": 62, "content": "x"}
    call, _ = entries(known(json.dumps(value).encode(), chat_json))
    assert (call.connected, call.duration_s) == (True, 62)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        (f"王经理 3-4 21:03:11\n{THEN}\n\n我 3-5 8:12:40\n{OURS}\n", ["2026-03-04 21:03:11", "2026-03-05 08:12:40"]),
        (f"王经理 3月4日 21:03\n{THEN}\n我 3月4日 21:04\n{OURS}\n", ["2026-03-04 21:03:00", "2026-03-04 21:04:00"]),
        (f"王经理 3-4 21:03:11\n今天 18:00 前还\n约好了 周三 21:00\n我 3-5 8:12:40\n{OURS}\n", ["2026-03-04 21:03:11", "2026-03-05 08:12:40"]),
        (f"王经理 3-4 21:03:11\n请在2026年3月9日 18:00前还\n我 3-5 8:12:40\n{OURS}\n", ["2026-03-04 21:03:11", "2026-03-05 08:12:40"]),
        (f"王经理\n12月31日 21:03\n{THEN}\n我\n1月1日 08:12\n{OURS}\n", ["2025-12-31 21:03:00", "2026-01-01 08:12:00"]),
        (f"王经理 2025/12/31 21:03:11\n{THEN}\n我 1/2 8:12:40\n{OURS}\n老地方 3/4 10:00\n", ["2025-12-31 21:03:11", "2026-01-02 08:12:40"]),
        (f"王经理 2025/12/31 21:03:11\n{THEN}\n我 2025/12/31 21:05:11\n3/4 10:00\n{OURS}\n", ["2025-12-31 21:03:11", "2025-12-31 21:05:11"]),
    ],
)  # fmt: skip
def test_days_of_a_copied_chat_without_their_year_are_proposals(text: str, times: list[str]) -> None:
    found = known(text.encode(), chat_text, "王经理.txt", modified_at=datetime(2026, 5, 1, tzinfo=UTC))
    assert [local(one) for one in entries(found)] == times
    is_full = text.count("2025/")
    assert [one.is_inferred for one in entries(found)] == [False] * is_full + [True] * (len(times) - is_full)
    assert any("没有写年份" in one.text for one in found if isinstance(one, Note)) is (len(times) > is_full)


def test_a_chat_whose_head_names_the_other_side_has_its_sides() -> None:
    text = f"与“老王”的聊天记录如下：\n\n————— 2025-03-14 —————\n\n老王  21:30\n\n{THEN}\n\n小陈  21:31\n\n{OURS}\n"
    assert [one.inbound for one in entries(known(text.encode(), chat_text))] == [True, False]


def test_the_zone_behind_a_chats_time_counts_and_is_no_name() -> None:
    for written in (
        f"2025-03-14 13:30:15 UTC 老王: {THEN}",
        f"[2025-03-14T13:30:15Z] 老王: {THEN}",
        f"2025-03-14 21:30:15+08:00 老王: {THEN}",
    ):
        found = entries(known(f"{written}\n{written}\n".encode(), chat_text))
        assert {(local(one), one.counterpart_name, one.zone_basis) for one in found} == {(AT, "老王", "stated")}


def test_what_looks_like_a_head_in_somebodys_words_heads_no_message() -> None:
    inline = f"{AT} 老王: 你说今天还\n还款时间 2025-03-20 18:00\n{SENT} 我: {OURS}\n"
    said, answer = entries(known(inline.encode(), chat_text))
    assert (said.inbound, said.text, answer.text) == (True, "你说今天还\n还款时间 2025-03-20 18:00", OURS)
    quoted = f"{AT} 老王(100550)\n转发：\n张三 2025-03-03 10:00:00\n还钱\n\n{SENT} 小陈(100551)\n{OURS}\n"
    assert [one.text for one in entries(known(quoted.encode(), chat_text))] == [
        "转发：\n张三 2025-03-03 10:00:00\n还钱",
        OURS,
    ]


def test_in_a_group_that_calls_its_maker_我_everybody_else_is_the_other_side() -> None:
    text = "".join(
        f"2025-03-14 21:0{number}:11 {who}: {THEN}\n" for number, who in enumerate(["老王", "王丽", "我", "李强"])
    )
    assert [one.inbound for one in entries(known(text.encode(), chat_text))] == [True, True, False, True]
