"""Pages of Google Voice as Takeout gives them: a conversation of texts, or one call, voicemail or recording each.

Times carry their zone; the owner stands as *Me* (or the word of another language) without a name of an address book.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from cuijie.intake.encoding import decode_text
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, IntakeError, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When, parse_time
from cuijie.records import Entry

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "voice_page"
TITLE: Final = "Google Voice 的短信或通话（Takeout 网页）"

_LABELS: Final[dict[str, tuple[bool, bool]]] = {  # the end of a label's link: (inbound, connected)
    "received": (True, True), "placed": (False, True), "missed": (True, False), "voicemail": (True, False),
    "recorded": (True, True),
}  # fmt: skip
_CUT: Final = "网页在这里断了，这一条不完整，没有收；请从下载的压缩包里重新解出来再收，不会重复"
_LASTED: Final = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def sniff(head: Head) -> bool:
    """True for a page with a conversation or a call as Google Voice marks them."""
    return (b'class="hChatLog' in head.data or b'class="haudio"' in head.data) and b'class="tel"' in head.data


def read(source: Source) -> Iterator[Found]:
    """Each text of the conversation, or the one call of the page."""
    from lxml import etree, html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode_text(source.read_all()).text)
    is_cut = "</html" not in text[-200:].lower()
    try:
        page = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise IntakeError(
            f"网页“{source.name}”是空的或损坏了。", remedy="请从下载的压缩包里重新解出来再收。"
        ) from error
    messages = _all(page, '//div[contains(@class,"hChatLog")]//div[@class="message"]')
    members = _all(page, '//div[@class="participants"]//a[@class="tel"]')
    others = {number for one in (*messages, *members) for number, name, own in _people(one) if number and not own}
    for number, message in enumerate(messages, 1):
        at = f"第 {number} 条"
        yield SetAside(at=at, why=_CUT) if is_cut and number == len(messages) else _text(source, at, message, others)
    for call in _all(page, '//div[@class="haudio"]'):
        yield SetAside(at="call", why=_CUT) if is_cut else _call(source, call)


def _text(source: Source, at: str, message: HtmlElement, others: set[str]) -> Found:
    when = _when(message, "dt")
    if when.instant is None:
        return SetAside(at=at, why="没有写时间" if not when.raw else f"时间写的是“{when.raw[:40]}”，读不出")
    number, name, is_own = next(iter(_people(message)), (None, None, False))
    for line_break in message.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    words = "\n".join(str(one.text_content()) for one in _all(message, ".//q")).strip()
    is_group = len(others) > 1
    other = next(iter(others), None) if len(others) == 1 else None
    return make_entry(
        source,
        at,
        "sms",
        when=when,
        inbound=not is_own,
        number_raw=other if is_own else number,
        name=None if is_own else name,
        text=words or None,
        group_name="、".join(sorted(others)) if is_group else None,
    )


def _call(source: Source, call: HtmlElement) -> Found:
    when = _when(call, "published")
    if when.instant is None:
        return SetAside(at="call", why="没有写时间，或读不出")
    labels = [str(one.get("href") or "").rpartition("#")[2] for one in _all(call, './/a[@rel="tag"]')]
    labels = labels or [
        str(one.get("href") or "").rpartition("#")[2] for one in _all(call.getparent(), './/a[@rel="tag"]')
    ]
    label = next((one for one in labels if one in _LABELS), "")
    inbound, connected = _LABELS.get(label, (None, None))
    number, name, _ = next(iter(_people(call)), (None, None, False))
    lasted = next((one.get("title") for one in _all(call, './/abbr[@class="duration"]')), "") or ""
    parts = _LASTED.fullmatch(lasted)
    seconds = (
        sum(int(part or 0) * unit for part, unit in zip(parts.groups(), (3600, 60, 1), strict=True)) if parts else None
    )
    words = " ".join(str(one.text_content()).strip() for one in _all(call, './/span[@class="full-text"]'))
    return _made(
        source, when, inbound, connected, number, name, None if label == "voicemail" else seconds, words, label
    )


def _made(
    source: Source, when: When, inbound: bool | None, connected: bool | None, number: str | None, name: str | None,
    seconds: int | None, words: str, label: str,
) -> Entry:  # fmt: skip
    return make_entry(
        source,
        "call",
        "call",
        when=when,
        inbound=inbound,
        number_raw=number,
        number_shown=None if number else False,
        name=name,
        connected=connected,
        duration_s=seconds,
        text=words or None,
        text_kind="transcript" if words else None,
        extra=(("label", label),) if label else (),
    )


def _people(element: HtmlElement) -> Iterator[tuple[str | None, str | None, bool]]:
    """(number, name, whether it is the owner) of each person named in *element*."""
    links = [element] if element.get("class") == "tel" else _all(element, './/a[@class="tel"]')
    for link in links:
        number = str(link.get("href") or "").removeprefix("tel:").strip() or None
        name = " ".join(str(link.text_content()).split()) or None
        # the owner is an <abbr class="fn">, anybody else a <span>
        yield number, name, bool(_all(link, './/abbr[@class="fn"]'))


def _when(element: HtmlElement, kind: str) -> When:
    return parse_time(next((one.get("title") for one in _all(element, f'.//abbr[@class="{kind}"]')), None))


def _all(element: HtmlElement | None, path: str) -> list[HtmlElement]:
    return [] if element is None else cast("list[HtmlElement]", element.xpath(path))
