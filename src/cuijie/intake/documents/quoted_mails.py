"""Mails that stand in the words of another one, or copied below each other in a text: each with its own sender and time.

A mail program writes them below the words of who sends them on or answers: a block of headers (``发件人: … 发送时间: …
收件人: … 主题: …``, as Outlook, QQ, Foxmail, NetEase and an iPhone do; NetEase's app in a table of bars), or one line
(``在 …，… 写道：``, ``… 于… 写道：``, ``On …, … wrote:``).  Who sends them on has not said their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Final

from cuijie.intake.entries import make_entry
from cuijie.intake.source import Source
from cuijie.intake.times.day_order import plain_date
from cuijie.intake.times.written import When, parse_time
from cuijie.records import Entry

__all__ = ["QUOTED_NOTE", "Quoted", "addresses", "parted", "quoted_entry"]

QUOTED_NOTE: Final = "里面引用了 {} 封邮件，已各自读出；它们的时间和发件人只以引用的文字为准，证明力不如原邮件，请尽量导出原邮件（.eml）。"
_NAMES: Final = {
    **dict.fromkeys(("发件人", "寄件者", "寄件人", "发送者", "from"), "from"),
    **dict.fromkeys(
        ("发送时间", "发送日期", "发件时间", "日期", "时间", "寄件日期", "date", "sent", "sendtime"), "date"
    ),
    **dict.fromkeys(("收件人", "收件者", "to"), "to"),
    **dict.fromkeys(("抄送", "抄送至", "抄送人", "副本", "cc", "密送", "bcc", "reply-to", "回复"), "cc"),
    **dict.fromkeys(("主题", "主旨", "subject"), "subject"),
}
_FIELD: Final = re.compile(
    rf"[>\s|*]*(?P<name>{'|'.join(map(re.escape, _NAMES))})(?:[\s*]*[:：|][\s*]*|\s{{2,}})(?P<value>.*?)[\s|*;；]*",
    re.IGNORECASE,
)
_RULE: Final = re.compile(
    r"[>\s]*(?:[-_—=*]{2,}[^-_—=*]{0,30}[-_—=*]{2,}|[-_—=*]{4,}|下面是被转发的邮件[:：]|以下是转发的邮件[:：]?|Begin forwarded message:)\s*",
    re.IGNORECASE,
)
_WROTE: Final = (
    re.compile(r"[>\s]*在\s*(?P<date>.{6,40}?)[，,]\s*(?P<sender>.{2,90}?)\s*写道\s*[:：]\s*"),
    re.compile(r"[>\s]*(?P<sender>[^\s>].{1,90}?)\s*于\s*(?P<date>20\d{2}年.{4,30}?)\s*写道\s*[:：]\s*"),
    re.compile(r"[>\s]*On\s+(?P<date>.{8,60}?),?\s+(?P<sender>[^,]{0,60}<[^<>]+@[^<>]+>)\s*wrote:\s*"),
)
_ZONE_FIRST: Final = re.compile(r"((?:GMT|UTC)[+-]\d{1,2}(?::\d{2})?)\s+(\d{1,2}:\S+)")  # as an iPhone writes it
_LONGEST: Final = 400  # characters; no line of headers is longer
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_BRACKETED: Final = re.compile(rf"[<\[](?:mailto:)?({_ADDRESS.pattern})[>\]]")
_BEHIND: Final = 12  # lines within which a block of headers ends
_MARK: Final = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """One mail as another one quotes it."""

    line: int  # on which its headers begin
    sender: str
    to: str = ""
    date: str
    subject: str = ""
    words: str


@dataclass(frozen=True, slots=True)
class _Begun:
    """The headers of a quoted mail: its first line, the line after them, and what they say."""

    start: int
    end: int
    fields: dict[str, str]


def parted(text: str) -> tuple[str, tuple[Quoted, ...]]:
    """(what the writer says, each mail quoted below it)."""
    lines = text.splitlines()
    begun = list(_blocks([line if len(line) < _LONGEST else "" for line in lines]))
    own = lines[: begun[0].start] if begun else lines
    found = []
    for place, one in enumerate(begun):
        end = begun[place + 1].start if place + 1 < len(begun) else len(lines)
        found.append(Quoted(
            line=one.start + 1, sender=one.fields["from"], to=one.fields.get("to", ""), date=one.fields["date"],
            subject=one.fields.get("subject", ""), words=_words(lines[one.end : end]),
        ))  # fmt: skip
    return (_words(own) if begun else text), tuple(found)


def _words(lines: Sequence[str]) -> str:
    """The words without the rule that a program draws below them, and without the marks of a quotation."""
    left = list(lines)
    while left and (not left[-1].strip(" >\t") or _RULE.fullmatch(left[-1])):
        left.pop()
    return _MARK.sub("", "\n".join(left)).strip()


def _blocks(lines: Sequence[str]) -> Iterator[_Begun]:
    place = 0
    while place < len(lines):
        found = _headers(lines, place) or _wrote(lines, place)
        if found is not None:
            yield found
        place = found.end if found is not None else place + 1


def _headers(lines: Sequence[str], start: int) -> _Begun | None:
    """The block of headers that begins with its sender on line *start*: with a time, and a receiver or a subject."""
    first = _FIELD.fullmatch(lines[start])
    if first is None or _NAMES[first["name"].lower()] != "from" or not first["value"]:
        return None
    fields, end = {"from": first["value"]}, start + 1
    for place in range(start + 1, min(start + _BEHIND, len(lines))):
        found = _FIELD.fullmatch(lines[place])
        name = _NAMES[found["name"].lower()] if found else ""
        if found is None and not _is_between(lines, place):
            break
        if found is not None:
            if name in fields and name != "cc":
                break
            fields[name], end = found["value"], place + 1
    return _Begun(start, end, fields) if "date" in fields and fields.keys() & {"to", "subject"} else None


def _is_between(lines: Sequence[str], place: int) -> bool:
    """True for a blank line, or the rest of a long one, within a block of headers."""
    below = _FIELD.fullmatch(lines[place + 1]) if place + 1 < len(lines) else None
    return below is not None and _NAMES[below["name"].lower()] != "from"


def _wrote(lines: Sequence[str], start: int) -> _Begun | None:
    """The line that says when who wrote; it may run over onto the next."""
    for end in (start + 1, start + 2):
        line = " ".join(line.strip() for line in lines[start:end])
        for pattern in _WROTE:
            if found := pattern.fullmatch(line):
                return _Begun(start, end, {"from": found["sender"], "date": found["date"]})
    return None


def addresses(*written: str) -> set[str]:
    """The mail addresses in *written*, lower case; of a part with one in angle brackets that one."""
    parts = (part for one in written for part in re.split(r"[,;；，]", one))
    found = (_BRACKETED.findall(part) or _ADDRESS.findall(part) for part in parts)
    return {mail.lower() for mails in found for mail in mails}


def quoted_entry(source: Source, at: str, mail: Quoted, *, inbound: bool | None) -> Entry:
    """The entry of a quoted mail: what it proves rests on what the quotation says."""
    return make_entry(
        source,
        at,
        "email",
        when=_sent(mail.date),
        inbound=inbound,
        name=(mail.to if inbound is False else mail.sender) or None,
        text="\n".join(part for part in (mail.subject, mail.words) if part) or None,
        is_user_converted=True,
        extra=tuple((name, value[:500]) for name, value in (("from", mail.sender), ("to", mail.to)) if value),
    )


def _sent(written: str) -> When:
    try:
        instant = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError):
        plain = _ZONE_FIRST.sub(r"\2 \1", re.sub(r"\s+at\s+", " ", written))
        return replace(parse_time(plain_date(plain)), raw=written)
    if instant.tzinfo is None:
        return replace(parse_time(plain_date(written)), raw=written)
    return When(instant=instant, raw=written, precision="second", basis="stated")
