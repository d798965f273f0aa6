"""Chat pages of Telegram Desktop (messages.html): times, senders and kinds stand in the markup, not in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

from cuijie.intake.chats.group_titles import group_named
from cuijie.intake.chats.messages import SIDES_NOTE, Chat, Message, entries_of
from cuijie.intake.encoding import decode_text
from cuijie.intake.found import Found, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import parse_time

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "chat_page"
TITLE: Final = "聊天记录（Telegram 网页）"

_KINDS: Final = {
    "photo": "image", "sticker": "sticker", "animated": "sticker", "video": "video", "voice": "voice", "audio": "file",
    "file": "file", "call": "call", "contact": "card", "location": "place", "live": "place", "venue": "place",
}  # fmt: skip
_MISSED: Final = ("missed", "cancelled", "declined", "busy")
_LASTED: Final = re.compile(r"\((\d+) seconds?\)")


def sniff(head: Head) -> bool:
    """True for a page with a message as Telegram Desktop writes it."""
    return b'<div class="message ' in head.data and b'<div class="page_header' in head.data


def read(source: Source) -> Iterator[Found]:
    """Each message of the page; day lines and notices carry no time and are nobody's words."""
    from lxml import html

    text = decode_text(source.read_all()).text
    page = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True))
    titles = _all(page, '//div[contains(@class,"page_header")]//div[@class="text bold"]')
    title = _words(titles[0]) if titles else ""
    messages = list(_messages(page))
    senders = {message.sender for message in messages}
    titled = group_named(title, senders)
    is_group = titled is not None or len(senders) > 2 or (len(senders) == 2 and title not in senders)
    if title not in senders:
        yield Note(text=SIDES_NOTE)
    peer = title if title in senders and not is_group else None
    yield from entries_of(source, messages, Chat(name=titled or title or None, is_group=is_group, peer=peer))


def _messages(page: HtmlElement) -> Iterator[Message]:
    sender = ""
    for number, one in enumerate(_all(page, '//div[starts-with(@class,"message default")]'), 1):
        body = next(iter(_all(one, './div[@class="body"]')), one)
        for named in _all(body, './div[@class="from_name"]'):
            sender = (named.text or "").strip()
        media = next(iter(_all(body, './/div[contains(@class,"media_wrap")]')), None)
        written = "\n".join(_words(found) for found in _all(body, './/div[@class="text"]'))
        kind = _kind(media) if media is not None else "text"
        if kind == "call" and media is not None:
            written = _call(_words(media))
        yield Message(
            at=f"第 {number} 条",
            when=parse_time(next((found.get("title") for found in _all(body, './div[contains(@class,"date")]')), None)),
            sender=sender or None,
            text=written or None,
            kind=kind,
            message_id=(one.get("id") or "").removeprefix("message") or None,
        )


def _all(element: HtmlElement, path: str) -> list[HtmlElement]:
    return cast("list[HtmlElement]", element.xpath(path))


def _kind(media: HtmlElement) -> str:
    classes = re.findall(r"[a-z]+", " ".join(found.get("class") or "" for found in _all(media, ".//*[@class]")))
    marked = [after for before, after in pairwise(classes) if before == "media"]
    marked += [before for before, after in pairwise(classes) if after == "wrap"]
    return next((_KINDS[word] for word in marked if word in _KINDS), "file")


def _call(shown: str) -> str:
    lasted = _LASTED.search(shown)
    if lasted:
        return f"[语音通话] 通话时长 {lasted[1]}秒"
    return "[语音通话] 未接" if any(word in shown.lower() for word in _MISSED) else "[语音通话]"


def _words(element: HtmlElement) -> str:
    """The text of an element, its line breaks kept."""
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(element.text_content()).strip()
