"""Messages of an iPhone that a tool wrote out as text or as a page: when, from whom, the words; ``Me`` is the owner.

Text: a line with the time (and when it was read), one with the sender, the words, a blank line.  Page: the same in
its markup.  The file is named after the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from cuijie.intake.chats.group_titles import group_named
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import parse_time
from cuijie.records.numbers import classify, normalise

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "message_export"
TITLE: Final = "用工具导出的 iPhone 信息"

_TIME: Final = r"[A-Z][a-z]{2} \d{1,2}, \d{4}\s+\d{1,2}:\d{2}:\d{2} [AP]M"
_HEAD: Final = re.compile(rf"^({_TIME})(?: \([^()]*\))?$")
_REPLY: Final = re.compile(rf"^ {{4,}}{_TIME}")  # the answers stand again below what they answer
_NOTICE: Final = re.compile(rf"^{_TIME} \S")  # somebody came, left or named the group
_FILE: Final = re.compile(r"^(?:[~/]|attachments/|[A-Z]:\\)\S.*\.\w{2,5}$")
_ANSWERS: Final = "This message responded to an earlier message."
_OUTSIDE: Final = '[not(ancestor::div[@class="replies"])]'
_OWN: Final = "Me"


@dataclass(frozen=True, slots=True)
class _Message:
    at: str
    time: str
    sender: str
    text: str


def sniff(head: Head) -> bool:
    """True for at least two messages in the text form, or a page whose messages are received and sent."""
    if b"\0" in head.data[:64] and not detect(head.data[:512]).startswith("utf-16"):
        return False
    if b'<div class="message">' in head.data:
        return b'<span class="timestamp">' in head.data and b'<div class="message_part">' in head.data
    lines = decode_text(head.data[:32_768]).text.lstrip("\ufeff").splitlines()
    return sum(1 for _ in _heads(lines)) >= 2 or (sum(1 for _ in _heads(lines)) == 1 and "(Read by " in lines[0])


def read(source: Source) -> Iterator[Found]:
    """Each message; what was left as a reaction to one is no message."""
    text = decode_text(source.read_all()).text.lstrip("\ufeff")
    messages = list(_of_page(text) if text.lstrip().startswith("<") else _of_text(text.splitlines()))
    yield Note(text="这是用工具从 iPhone 导出的信息，证明力不如手机里的原信息：请保留原手机，最好再收一份整机备份。")
    other = re.sub(r"\.\w{2,5}$", "", source.name).strip()
    senders = {one.sender for one in messages} - {_OWN}
    is_group = len(senders) > 1 or group_named(other, senders) is not None
    for one in messages:
        when = parse_time(one.time)
        if when.instant is None:
            yield SetAside(at=one.at, why=f"时间写的是“{one.time[:40]}”，读不出" if one.time else "没有写时间")
            continue
        is_own = one.sender == _OWN
        number, name = _who("" if is_own and is_group else other if is_own else one.sender)
        yield make_entry(
            source,
            one.at,
            "sms",
            when=when,
            inbound=not is_own,
            number_raw=number,
            name=name,
            text=one.text or None,
            group_name=other if is_group else None,
            is_user_converted=True,
        )


def _who(written: str) -> tuple[str | None, str | None]:
    """(number, name) of a sender, who is one or the other."""
    number = normalise(written) if any(map(str.isdigit, written)) else None
    return (written, None) if number and classify(number) != "unknown" else (None, written or None)


def _heads(lines: Sequence[str]) -> Iterator[int]:
    """Which lines begin a message: a time that follows a blank line and stands above a sender."""
    for index, line in enumerate(lines[:-1]):
        if _HEAD.match(line) and (not index or not lines[index - 1].strip()) and lines[index + 1].strip():
            yield index


def _of_text(lines: Sequence[str]) -> Iterator[_Message]:
    starts = list(_heads(lines))
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = _HEAD.match(lines[start])
        body = _body(lines[start + 2 : end])
        yield _Message(f"第 {start + 1} 行", found[1] if found else "", lines[start + 1].strip(), body)


def _body(lines: Sequence[str]) -> str:
    """The words among the lines of a message, without reactions, answers and notices."""
    kept: list[str] = []
    for line in lines:
        if line == "Tapbacks:" or _REPLY.match(line) or _NOTICE.match(line):
            break
        if line != _ANSWERS:
            kept.append("[附件]" if _FILE.match(line) else line)
    return "\n".join(kept).strip()


def _of_page(text: str) -> Iterator[_Message]:
    from lxml import html

    page = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True))
    found = _all(page, f'//div[@class="message"]{_OUTSIDE}')
    for number, one in enumerate(found, 1):
        time = re.search(_TIME, _words(one, './/span[@class="timestamp"]'))
        parts = [str(part.text_content()).strip() for part in _all(one, f'.//span[@class="bubble"]{_OUTSIDE}')]
        if _all(one, './/div[@class="attachment"]|.//img|.//video|.//audio'):
            parts.append("[附件]")
        sender = _words(one, './/span[@class="sender"]')
        yield _Message(f"第 {number} 条", time[0] if time else "", sender, "\n".join(filter(None, parts)))


def _all(element: HtmlElement, path: str) -> list[HtmlElement]:
    return cast("list[HtmlElement]", element.xpath(path))


def _words(element: HtmlElement, path: str) -> str:
    first = next(iter(_all(element, path)), None)
    return "" if first is None else str(first.text_content()).strip()
