"""Pages of bubbles whose markup tells the sides, each bubble ending in its time: no words go to the next one's time."""

from __future__ import annotations

from cuijie.intake import SetAside
from cuijie.intake.chats import bubbles
from cuijie.intake.chats import text as chat_text
from cuijie.intake.registry import recognise

from .intake_samples import entries, source_of
from .recognising import known, local

NUMBER, GATE = "17000001188", "106900001234567"


def _page(title: str, *blocks: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>{''.join(blocks)}</div></body></html>".encode()


def test_texts_with_their_number_beside_the_time_have_their_way_and_their_own_words() -> None:
    rows = [
        ("recv", "不还就给你妈打电话", NUMBER, "2025-03-14T13:30:15.640Z"), ("sent", "月底还", NUMBER, "2025-03-14T13:35:00.000Z"),
        ("recv", "【小舟】逾期了", GATE, "2025-03-15T00:12:40.000Z"),
    ]  # fmt: skip
    blocks = [
        f'<div class="msg {side}"><div class="b">{words}<span class="t">{number}   {time}</span></div></div>'
        for side, words, number, time in rows
    ]
    found = entries(known(_page("SMS Export (3 messages)", *blocks), bubbles))
    assert [(one.kind, one.inbound, one.number, one.text, local(one)) for one in found] == [
        ("sms", True, NUMBER, "不还就给你妈打电话", "2025-03-14 21:30:15"),
        ("sms", False, NUMBER, "月底还", "2025-03-14 21:35:00"),
        ("sms", True, GATE, "【小舟】逾期了", "2025-03-15 08:12:40"),
    ]


def _said(side: str, *lines: str) -> str:
    return (
        f'<div style="margin:0;text-align: {side};"><div>{"".join(f"<div>{line}</div>" for line in lines)}</div></div>'
    )


def test_a_chat_whose_sides_stand_in_the_style_has_its_senders_above_the_words() -> None:
    page = _page(
        "聊天记录导出",
        "<p>导出时间: 2025-03-20 10:00:00</p>",
        _said("left", "小周", "去你单位<br>今天", "2025-03-14 21:30:15"),
        _said("right", "我", "月底还", "2025-03-14 21:31:00"),
        _said("left", "小周", "那好", "2025-03-14 21:32:00"),
    )
    found = known(page, bubbles)
    assert not [one for one in found if isinstance(one, SetAside)]
    assert [(one.kind, one.inbound, one.counterpart_name, one.text, local(one)) for one in entries(found)] == [
        ("im", True, "小周", "去你单位\n今天", "2025-03-14 21:30:15"),
        ("im", False, None, "月底还", "2025-03-14 21:31:00"),
        ("im", True, "小周", "那好", "2025-03-14 21:32:00"),
    ]


def test_a_number_heading_a_conversation_is_its_other_side_and_what_has_no_side_is_named() -> None:
    said = ('<div class="msg {}"><div>{}<span>2025/3/14 21:3{}:00</span></div></div>'.format(*one) for one in (
        ("recv", "还钱", 0), ("sent", "好", 1), ("note", "谁说的", 2),
    ))  # fmt: skip
    found = known(_page("SMS", f"<h2>{NUMBER} (3)</h2>", *said), bubbles)
    assert [(one.inbound, one.number, one.text) for one in entries(found)] == [
        (True, NUMBER, "还钱"),
        (False, NUMBER, "好"),
    ]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 3 个时间"]


def test_an_article_with_dated_comments_left_and_right_is_no_page_of_bubbles() -> None:
    comments = "".join(f'<li class="comment"><p>说得对</p><i>2025-03-14 21:3{number}</i></li>' for number in range(3))
    page = f'<html><body><div class="left">文章</div><div class="right"><ul>{comments}</ul></div></body></html>'
    assert recognise(source_of(page.encode(), "a.html").head()) is not bubbles


def test_a_sender_as_a_heading_above_a_slanted_time_in_markdown_begins_a_message() -> None:
    text = "# 聊天记录导出\n\n**消息数量**: 2\n\n---\n\n### 小周\n*2025-03-14 21:30:15*\n\n去你单位\n\n---\n\n### 我\n*2025-03-14 21:31:00*\n\n好\n"
    assert [(one.inbound, one.counterpart_name, one.text, local(one)) for one in entries(known(text.encode(), chat_text, "a.md"))] == [
        (True, "小周", "去你单位", "2025-03-14 21:30:15"), (False, None, "好", "2025-03-14 21:31:00"),
    ]  # fmt: skip


def test_a_page_of_news_in_two_columns_is_no_talk() -> None:
    news = "".join(
        f'<div class="{side}"><h3>{title}</h3><p>正文</p><p>2025-03-14 09:1{number}</p></div>'
        for number, (side, title) in enumerate(
            [("left", "新闻"), ("right", "热点一"), ("right", "热点二"), ("left", "更多")]
        )
    )
    page = f"<html><body>{news}</body></html>"
    assert recognise(source_of(page.encode(), "a.html").head()) is not bubbles
