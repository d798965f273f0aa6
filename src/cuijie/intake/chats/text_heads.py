"""Which lines of a chat's text begin a message: a time and a sender, in the orders in which apps and people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cuijie.intake.diaries.told import is_event

__all__ = ["ACCOUNT", "APP", "CLOCK", "DAY", "TIME", "Style", "header", "heads", "is_diary_line", "is_inline", "joined", "plain", "style_of"]  # fmt: skip

APP: Final = "系统消息"  # who says what is nobody's words
_OF_LINE: Final = "[LINE]"
_DATED: Final = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2}))"
_HALF: Final = r"(?:(?:凌晨|早上|上午|中午|下午|晚上)\s*)?"
_ZONE: Final = r"(?:\s*(?:Z|(?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2})(?![\w:]))?"
TIME: Final = (
    rf"{_DATED}(?:,?\s+|T){_HALF}\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,6}})?)?(?:\s*[AaPp]\.?[Mm]\.?)?{_ZONE}"
)
_TIME_FIRST: Final = re.compile(rf"^(?P<time>{TIME})\s+(?P<who>\S.{{0,80}})$")
_SENDER_FIRST: Final = re.compile(rf"^(?P<who>\S.{{0,60}}?)[\s(（\[]+(?P<time>{TIME})[)）\]]?[:：]?$")
_INLINE: Final = re.compile(
    rf"^[\[(【]?(?P<time>{TIME})[\])】]?(?:\s+-\s|(?<=[Mm.]):\s+|(?!\s*[AaPp]\.?[Mm]\.?\s*:)\s*)(?P<who>[^:：\s][^:：]{{0,40}})[:：]\s?(?P<text>.*)$"
)
_SENDER_INLINE: Final = re.compile(
    rf"^(?P<who>[^\s:：][^:：]{{0,40}}?)\s*[(（\[](?P<time>{TIME})[)）\]]\s*[:：]\s?(?P<text>.+)$"
)
_SAID_BY_THE_APP: Final = re.compile(rf"^(?P<time>{TIME})\s+-\s(?P<text>[^:：]+)$")  # a notice: nobody's words
_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # say which way text runs, and nothing else
_TURNED: Final = re.compile(
    rf"^\[({_HALF}\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s*[AaPp]\.?[Mm]\.?)?), ({_DATED})\]", re.MULTILINE
)  # as copied out of a browser
ACCOUNT: Final = re.compile(
    r"^(?P<name>.*)(?:\((?P<number>\d{4,12}|wxid_\w+|[A-Za-z]\d{8})\)|<(?P<mail>[^<>\s]+@[^<>\s]+)>)$"
)
DAY: Final = re.compile(
    r"^[\s—–―\-=*_~·]*(?:日期\s*[:：]\s*)?(?P<day>\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?)(?:\s*[(（]?(?:(?:星期|周|週)?[一二三四五六日天月火水木金土]|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[)）]?)?[\s—–―\-=*_~·]*$"
)
CLOCK: Final = r"(?:(?:凌晨|早上|上午|中午|下午|晚上)\s*)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_CLOCK_LAST: Final = re.compile(
    rf"^(?!.*(?:时长|通话))(?P<who>[^\s:：，。！？；\[][^:：，。！？；]{{0,30}}?)[\s(（\[]+(?P<time>{CLOCK})[)）\]]?[:：]?$"
)
_CLOCK_FIRST: Final = re.compile(
    rf"^[\[(（]?(?P<time>{CLOCK})[)）\]]?\s+(?P<who>[^\s:：，。！？；][^:：，。！？；]{{0,30}})$"
)
_CLOCK_INLINE: Final = re.compile(
    rf"^(?:[\[(（]?(?P<first>{CLOCK})[)）\]]?\s+(?P<who>[^\s:：][^:：]{{0,30}})|(?P<who2>[^\s:：][^:：]{{0,30}}?)\s+(?P<last>{CLOCK}))\s*[:：]\s?(?P<text>\S.*)$"
)
_CLOCK_TABBED: Final = re.compile(
    rf"^(?P<time>{CLOCK})\t(?P<who>[^\t]{{0,40}})\t(?P<text>.*)$"
)  # as LINE saves a chat: notices without a sender, words of several lines in quotation marks
_MARKDOWN: Final = re.compile(r"^(?:#{1,6}\s+|[-*]\s+)?\*\*(.+?)\*\*|^#{1,6}\s+")
_CLOCK_PARTED: Final = re.compile(rf"^(?P<time>{CLOCK}) (?P<who>\S{{1,40}}) (?P<text>.+)$")  # as its PC program does
_TIME_ALONE: Final = re.compile(rf"^{TIME}$")
_MARKED: Final = "#* \t\r"  # Markdown's marks of a heading and of a slanted line
_STAMP: Final = re.compile(r"20\d{2}[-/]\d{1,2}[-/]\d")  # a second time on the line: a table's row, nobody's name
_QUOTED: Final = re.compile(r"['\"“](.+)['\"”]")


def plain(text: str) -> str:
    """*text* without the marks that say which way it runs, narrow blanks as blanks, the day before the clock."""
    return _TURNED.sub(r"[\2 \1]", _MARKS.sub("", text).replace("\u202f", " "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the lines of a file are parted, where one line does not tell.  What heads a message elsewhere may be words in it."""

    is_dashed: bool  # a dash parts the time from sender and words (``2025/3/3 21:14 - 小周: …``)
    is_parted: bool  # blanks part them (``21:14 小周 …``)
    is_inline: bool = False  # time, sender and words stand on one line
    is_accounted: bool = False  # a time on a line with a sender and the sender's account


_ANY_STYLE: Final = Style(is_dashed=True, is_parted=True)


def style_of(lines: list[str], name: str) -> Style:
    """How the *lines* of the file *name* are parted."""
    first = [line.strip() for line in lines[:4000]]
    inline = [line for line in first if _INLINE.match(line)]
    apart = [found["who"] for line in first if (found := _TIME_FIRST.match(line)) and not _INLINE.match(line)]
    accounts = sum(ACCOUNT.match(who) is not None for who in apart)
    return Style(
        is_dashed=any(" - " in line and not line.startswith("[") for line in inline),
        is_parted=_OF_LINE in name or any(line.startswith(_OF_LINE) for line in lines[:3]),
        is_inline=len(inline) > max(1, 2 * len(apart)),
        is_accounted=accounts > max(1, 2 * (len(apart) - accounts)),
    )


def heads(lines: list[str], name: str) -> Iterator[int]:
    """Which of *lines* of the file *name* begin a message."""
    is_dated, style = False, style_of(lines, name)
    for index, line in enumerate(lines):
        is_dated = is_dated or DAY.match(line.strip()) is not None
        if header(line.strip(), style, is_dated=is_dated) is not None:
            yield index


def header(line: str, style: Style, *, is_dated: bool) -> tuple[str, str, str | None] | None:
    """(who, time, words on the same line) if *line* begins a message; a bare clock time does only below a day."""
    found = _begun(line, style, is_dated=is_dated)
    return None if found is None or is_event(found[0]) or _STAMP.match(found[0]) else found


def _begun(line: str, style: Style, *, is_dated: bool) -> tuple[str, str, str | None] | None:
    line = _MARKDOWN.sub(r"\1", line)
    if style.is_dashed and (found := _SAID_BY_THE_APP.match(line)):
        return APP, found["time"], found["text"]
    if not style.is_inline and (found := _TIME_FIRST.match(line)):
        who = found["who"].removeprefix("- ").strip()
        is_name = len(who) <= 30 and not re.search(r"[。！？，；|]|[:：]", who) and not style.is_accounted
        if (quoted := _QUOTED.fullmatch(who)) or ACCOUNT.match(who) or is_name:
            return quoted[1] if quoted else who, found["time"], None
    is_other = style.is_inline or style.is_accounted
    if (
        not is_other and (found := _SENDER_FIRST.match(line)) and found["who"].rstrip()[-1] not in ":："
    ):  # 时间: is a label
        return found["who"].strip(" ,，"), found["time"], None
    if found := _INLINE.match(line) or _SENDER_INLINE.match(line):
        return found["who"].strip(), found["time"], found["text"]
    if not is_dated:
        return None
    if found := _CLOCK_TABBED.match(line) or (_CLOCK_PARTED.match(line) if style.is_parted else None):
        return found["who"].strip() or APP, found["time"], found["text"]
    if found := _CLOCK_LAST.match(line) or _CLOCK_FIRST.match(line):
        return found["who"].strip(), found["time"], None
    if found := _CLOCK_INLINE.match(line):
        return (found["who"] or found["who2"]).strip(), found["first"] or found["last"], found["text"]
    return None


def is_inline(line: str) -> bool:
    """True for a line with time, sender and words; those of a diary or a list have no words apart."""
    return (found := header(line.strip(), _ANY_STYLE, is_dated=True)) is not None and found[2] is not None


def is_diary_line(line: str) -> bool:
    """True for a line of a diary: as long as it is no head, nobody's words are below it, and it is none of them."""
    found = _begun(line.strip(), _ANY_STYLE, is_dated=True)
    return found is not None and is_event(found[0])


def joined(lines: list[str]) -> list[str]:
    """*lines* where the sender stands on a line by itself above the time (as 飞书 copies it): the two as one, the other empty.

    Every line keeps its number.
    """
    alone = [index for index, line in enumerate(lines) if _TIME_ALONE.match(line.strip(_MARKED))]
    if len(alone) < 2 or any(not index or not _is_name(lines[index - 1]) for index in alone):
        return lines
    if any(is_event(line.strip()) for index in alone for line in lines[index + 1 : index + 2]):
        return lines  # a list of calls
    both = list(lines)
    for index in alone:
        both[index - 1], both[index] = f"{lines[index - 1].strip(_MARKED)} {lines[index].strip(_MARKED)}", ""
    return both


def _is_name(line: str) -> bool:
    return 0 < len(line.strip()) <= 30 and not re.search(r"[。！？，；：:]", line) and not is_event(line)
