"""Chats and texts saved as a page of bubbles whose markup tells the sides: left or right, ``sent`` or ``received``.

Each bubble ends in its time; the sender stands above the words or, as a number, beside the time.  Read line by line,
the time below some words would be taken for that of the words after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from cuijie.intake.chats.group_titles import group_among
from cuijie.intake.chats.messages import Chat, Message, entries_of
from cuijie.intake.chats.text_heads import TIME, plain
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import parse_time
from cuijie.intake.vocabulary import OWN_WORDS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "chat_bubbles"
TITLE: Final = "聊天记录（气泡网页）"

_OWN: Final = frozenset({"sent", "send", "self", "me", "mine", "own", "outgoing", "right", "flex-end"})
_OTHER: Final = frozenset({"received", "receive", "recv", "incoming", "other", "left", "flex-start"})
_OF_MESSAGES: Final = frozenset({
    "msg", "message", "chat", "bubble", "sent", "received", "recv", "incoming", "outgoing", "self",
})  # fmt: skip
_SIDED: Final = re.compile(
    r"(?:class|style)\s*=\s*[\"'][^\"']*\b(?:sent|send|self|me|mine|own|outgoing|right|flex-end)\b"
)
_PLACED: Final = re.compile(r"(?:text-align|justify-content|align-self|float)\s*:\s*([a-z-]+)")
_ENDS: Final = re.compile(rf"(?P<beside>.*?)\s*(?P<time>{TIME})", re.DOTALL)
_NUMBER: Final = re.compile(r"\+?\d[\d\s-]{4,23}")
_OF_TEXTS: Final = re.compile(r"\bSMS\b|短信|彩信")
_LONGEST: Final = 40  # of a name


@dataclass(frozen=True, slots=True)
class _Bubble:
    is_own: bool
    pieces: tuple[str, ...]  # its elements' own words, from the top; the time is none of them
    beside: str  # what stands in the element of the time, or heads the conversation
    time: str
    is_marked: bool  # its class speaks of a message, not only of a place


def sniff(head: Head) -> bool:
    """True for a page with at least two bubbles of known sides that each end in a time."""
    start = head.data[:512].decode(detect(head.data[:512]), "replace")
    if head.whole is None or not start.lstrip("\ufeff \r\n\t").startswith("<"):
        return False
    text = decode_text(head.whole()).text
    return _SIDED.search(text) is not None and _are_talk([one for one in _bubbles(text)[1] if one is not None])


def read(source: Source) -> Iterator[Found]:
    """Each bubble as a message; texts where the page's title says so.  What ends in a time on no side is set aside."""
    text = decode_text(source.read_all()).text
    titles, found = _bubbles(text)
    if "</html" not in text[-200:].lower():
        yield Note(text="网页的末尾没有存完整，最后一条可能没有读到；请重新导出或另存一次再收，不会重复。")
    bubbles = [one for one in found if one is not None]
    for number, one in enumerate(found, 1):
        if one is None:
            yield SetAside(at=f"第 {number} 个时间", why="看不出是哪一方说的，没有当作消息读")
    is_headed = _are_headed(bubbles)
    is_text = any(map(_OF_TEXTS.search, titles))
    messages = [_message(number, one, is_headed, is_text) for number, one in enumerate(bubbles, 1)]
    others = {one.sender for one in messages if not one.is_own and one.sender}
    titled = None if is_text else group_among(titles, others)
    is_group = not is_text and (titled is not None or len(others) > 1)
    peer = next(iter(others)) if len(others) == 1 and not is_group else None
    name = titled or " ".join(titles) or None
    yield from entries_of(source, messages, Chat(name=name, is_group=is_group, peer=peer, own=OWN_WORDS))


def _message(number: int, one: _Bubble, is_headed: bool, is_text: bool) -> Message:
    other = one.beside if _NUMBER.fullmatch(one.beside) else None
    sender = one.pieces[0] if is_headed else other
    return Message(
        at=f"第 {number} 条",
        when=parse_time(one.time, by_program=True),
        sender=None if one.is_own else sender,
        receiver=other if one.is_own else None,
        text="\n".join(one.pieces[1:] if is_headed else one.pieces) or None,
        is_own=one.is_own,
        is_text=is_text,
    )


def _are_talk(bubbles: list[_Bubble]) -> bool:
    """True for bubbles of a talk: a page of news has columns left and right too, but nobody who writes."""
    is_told = all(one.is_marked or _NUMBER.fullmatch(one.beside) for one in bubbles)
    return len(bubbles) >= 2 and (is_told or _are_headed(bubbles))


def _are_headed(bubbles: list[_Bubble]) -> bool:
    """True where every bubble has a sender above its words: short, and the same few again and again."""
    firsts = [(one.is_own, one.pieces[0]) for one in bubbles if len(one.pieces) > 1 and len(one.pieces[0]) <= _LONGEST]
    own, others = ({name for is_own, name in firsts if is_own is side} for side in (True, False))
    return len(firsts) == len(bubbles) and len(own) <= 1 and not own & others


def _bubbles(text: str) -> tuple[list[str], list[_Bubble | None]]:
    """What the page is titled, in its head and above its bubbles, and for each of its times the bubble; None where its side is not told."""
    from lxml import etree, html

    try:
        page = html.document_fromstring(plain(text), parser=html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return [], []
    headings = cast("list[HtmlElement]", page.xpath("//title|//h1"))
    titles = list(dict.fromkeys(words for one in headings if (words := _words(one))))
    etree.strip_elements(page, "script", "style", "title", "head", etree.Comment, with_tail=False)
    timed = [one for one in page.iter() if len(one) == 0 and _is_time(one)]
    around = [{one, *one.iterancestors()} for one in timed]
    bubbles: list[_Bubble | None] = []
    for place, one in enumerate(timed):
        others = frozenset[object]().union(*around[max(0, place - 1) : place], *around[place + 1 : place + 2])
        block = one
        for above in one.iterancestors():  # the outermost element that holds no other time
            if above in others or above.tag == "body":
                break
            block = above
        bubbles.append(_bubble(one, block))
    return titles, bubbles


def _is_time(element: HtmlElement) -> bool:
    found = _ENDS.fullmatch(_words(element))
    return found is not None and len(found["beside"]) <= _LONGEST and found["beside"][-1:] not in (":", "：")


def _bubble(time: HtmlElement, block: HtmlElement) -> _Bubble | None:
    """The bubble *block*, where its side is told and *time* is the last of it."""
    side, named = _side(block), _class(block)
    found = _ENDS.fullmatch(_words(time))
    pieces = [(one, words) for one in block.iter() if (words := _own_words(one))]
    if side is None or found is None or not pieces or pieces[-1][0] is not time or block is time:
        return None
    beside = found["beside"].strip() or _above(block)
    return _Bubble(
        side,
        tuple(words for one, words in pieces if one is not time),
        beside,
        found["time"],
        bool(named & _OF_MESSAGES),
    )


def _above(block: HtmlElement) -> str:
    """The number in the heading above the bubbles of one conversation: ``17000001188 (3)``."""
    headings = cast(
        "list[HtmlElement]", block.xpath("preceding-sibling::*[self::h1 or self::h2 or self::h3 or self::h4]")
    )
    return re.sub(r"\s*[(（]\d+[)）]$", "", _words(headings[-1])) if headings else ""


def _side(block: HtmlElement) -> bool | None:
    """True for the owner's side, by the words of the class or by where the style puts it."""
    named = _class(block)
    placed = set(_PLACED.findall((block.get("style") or "").lower()))
    for words in (named, placed):
        if bool(words & _OWN) != bool(words & _OTHER):
            return bool(words & _OWN)
    return None


def _class(block: HtmlElement) -> set[str]:
    return set(re.split(r"[\s_-]+", (block.get("class") or "").lower()))


def _own_words(element: HtmlElement) -> str:
    """The words of an element itself, and those behind the parts in it; a line break parts lines."""
    if not isinstance(element.tag, str):
        return ""
    behind = (("\n" if part.tag == "br" else " ") + re.sub(r"\s+", " ", part.tail or "") for part in element)
    written = re.sub(r"\s+", " ", element.text or "") + "".join(behind)
    return "\n".join(line.strip() for line in written.splitlines() if line.strip())


def _words(element: HtmlElement) -> str:
    return re.sub(r"\s+", " ", str(element.text_content())).strip() if isinstance(element.tag, str) else ""
