"""Calls and texts listed without titles, a row or a line each: typed off a screen, or saved by old phone suites.

What a piece is its own form tells: a full time, a telephone number, a word for the kind or the way, a length, words.
Days without a year (5月11日, 昨天) are worked out as those of a diary are, and proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile
from operator import not_
from typing import Final

from cuijie.intake.contact_lists.headed_calls import under_headings
from cuijie.intake.diaries import notes_text
from cuijie.intake.diaries.asks import asked, written_on
from cuijie.intake.diaries.days import Day, days_of
from cuijie.intake.encoding import detect
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, first_rows, rows
from cuijie.intake.times.written import UNKNOWN, When, parse_time
from cuijie.intake.vocabulary import channel_of, direction_of, duration_of, was_missed
from cuijie.records import EntryKind
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "call_lines"
TITLE: Final = "没有列名的通话或短信清单"

_DATE: Final = r"20\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_CLOCK: Final = r"(?:凌晨|早上|上午|中午|下午|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[AaPp][Mm])?"
_WHEN: Final = re.compile(rf"(?<!\d){_DATE}[T\s,，]*(?:(?:星期|周)[一二三四五六日天]\s*)?{_CLOCK}(?!\d)")
_DAY: Final = re.compile(rf"{_DATE}\s*(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?)?")
_WEEKDAY: Final = r"(?:星期|周)[一二三四五六日天]"
_SHORT_DAY: Final = (
    rf"(?:\d{{1,2}}\s*月\s*\d{{1,2}}\s*[日号]?|\d{{1,2}}[-/]\d{{1,2}}|大?前天|昨天|今天)(?:\s*{_WEEKDAY})?|{_WEEKDAY}"
)
_SHORT: Final = re.compile(rf"(?<![^\s,，、;；|])(?P<day>{_SHORT_DAY})[\s,，]*(?P<clock>{_CLOCK}(?!\d))")
_SHORT_ALONE: Final = re.compile(rf"\s*(?P<day>{_SHORT_DAY})(?P<clock>)\s*")
_ANY_DAY: Final = date(2024, 12, 31)  # for recognition: which year it is does not matter
_CLOCK_FIRST: Final = re.compile(rf"{_CLOCK}(?!\d)")
_NUMBER: Final = re.compile(r"\+?\d[\d\s-]{2,24}")
_LABELLED: Final = re.compile(
    r"(\+?\d[\d\s-]{2,24})[(（【\[]([^()（）【】\[\]\d]{1,12})[)）】\]]"
)  # 021… (上海), 170… (骚扰电话)
_PIECES: Final = re.compile(r"[\s,，;；|、]+")
_LENGTH: Final = re.compile(r"(?:时长|通话|共|[:：])*\s*(\d[\d:：时小分钟秒s'\"]*)", re.IGNORECASE)
_PLACE: Final = re.compile(
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    r"|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门).{0,8}|.{0,8}(?:移动|联通|电信|广电)"
)
_MARKED: Final = re.compile(rb"[\xef\xbb\xbf\s]*(?:[<{]|\[\s*[\[{\"\d\]])")  # XML or JSON
_TAB: Final = "\t"  # between the cells of a row in one piece
_NAME_LENGTH: Final = 6
_REAL: Final = frozenset({"mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign"})
_WAYS: Final = {"deliver": True, "read,received": True, "unread,received": True, "submit": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One row as understood; None where it does not say."""

    when: When = UNKNOWN
    number: str | None = None
    kind: EntryKind | None = None
    inbound: bool | None = None
    was_missed: bool = False
    duration_s: int | None = None
    rest: tuple[str, ...] = ()

    @property
    def is_record(self) -> bool:
        """True if the row has a time, a number and a word for what it was."""
        return self.when.instant is not None and self.number is not None and self.kind is not None


def sniff(head: Head) -> bool:
    """True for text of which at least two rows, and most of all, hold a time, a number and a kind or way."""
    if head.names or (b"\0" in head.data[:1024] and not detect(head.data).startswith("utf-16")):
        return False
    if _MARKED.match(head.data) or head.data.startswith((b"\xd0\xcf\x11\xe0", b"PK", b"%PDF")):
        return False
    written = first_rows(head)[:60]
    listed = under_headings(written)
    lines = list(_dated(_Years(listed, _ANY_DAY).rows))
    table = list(_paired(lines))
    is_joined = len(table) < len(lines)  # off a screen, where a record stands on several lines
    if _is_titled(lines) or (not is_joined and listed is written and notes_text.sniff(head)):
        return False  # what somebody wrote of each contact counts for more than its pieces
    told = [_line_of(row).is_record for row in table]
    told = list(dropwhile(not_, told)) if is_joined else told
    return sum(told) >= 2 and sum(told) * 5 >= len(told) * 3


def _is_titled(lines: Sequence[Row]) -> bool:
    """True for a table with titles, no known ones, whose rows tell two times: which of them counts nobody says."""
    titles = lines[0].cells if lines else ()
    is_twice = sum(sum(map(bool, map(_WHEN.fullmatch, row.cells))) > 1 for row in lines[1:])
    return len(titles) > 2 and not any(map(str.isdigit, "".join(titles))) and is_twice * 2 > len(lines) - 1


def read(source: Source) -> Iterator[Found]:
    """Each row that tells of a call or a text; others are set aside, unless they are a title or a sum."""
    yield from encoding_note(source.head())
    yield Note(
        text="清单没有列名，各格是什么按内容认的，请核对；最上面写一行列名（时间,方式,号码,时长,内容）会更稳当。"
    )
    years = _Years(under_headings(list(rows(source))), written_on(source))
    for row in _paired(_dated(years.rows)):
        line = _line_of(row)
        if line.when.instant is None and line.number is None:
            continue  # a heading, a page number
        yield _found(source, row, replace(line, when=years.told(line.when, row.at)))
    yield from asked(years.named, source)


class _Years:
    """Rows of which each day without a year has one: that of a diary whose lines say no more than these days."""

    def __init__(self, table: Sequence[Row], on: date | None) -> None:
        told = [self._short(_TAB.join(row.cells)) for row in table]
        days = iter(days_of([found["day"] for found in told if found], on=on))
        self.rows: list[Row] = []
        self.named: list[tuple[int, str, Day]] = []
        self._told: dict[str, tuple[str, Day]] = {}  # by the day as it is put in
        for row, found in zip(table, told, strict=True):
            day = next(days) if found else None
            self.rows.append(row if found is None or day is None else self._dated(row, found, day))

    @staticmethod
    def _short(line: str) -> re.Match[str] | None:
        """Where *line* tells a day without a year, beside a clock time or by itself."""
        return None if _WHEN.search(line) else _SHORT.search(line) or _SHORT_ALONE.fullmatch(line)

    def _dated(self, row: Row, found: re.Match[str], day: Day) -> Row:
        if day.on is None:
            return row
        self._told[day.on.isoformat()] = (found["day"], day)
        line = f"{found.string[: found.start()]}{day.on} {found['clock']}{found.string[found.end() :]}"
        return Row(row.at, tuple(line.split(_TAB)), row.sheet)

    def told(self, when: When, at: str) -> When:
        """The time of the row *at* as inferred, with the words that were written, where its day was worked out here."""
        raw = when.raw or ""
        if (told := self._told.get(raw[:10])) is None:
            return when
        self.named.append((int(re.sub(r"\D", "", at)), *told))
        return replace(when, raw=told[0] + raw[10:], basis="inferred")


def _dated(table: Iterable[Row]) -> Iterator[Row]:
    """The rows, a clock time with the day of the line above that holds nothing else."""
    day = ""
    for row in table:
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        if len(filled) == 1 and _DAY.fullmatch(filled[0]):
            day = filled[0]
            continue
        timed = day and filled and _CLOCK_FIRST.match(filled[0])
        yield Row(row.at, (f"{day} {filled[0]}", *filled[1:]), row.sheet) if timed else row


def _paired(table: Iterable[Row]) -> Iterator[Row]:
    """The rows, a number on a line by itself with the line below it that tells the time and the way.

    The only number of all, above several such lines, is that of each.
    """
    lines = [(row, _line_of(row), _number_alone(row)) for row in _timed(list(table))]
    is_of_one = sum(line.number is not None or bool(alone) or _is_digits(row) for row, line, alone in lines) == 1
    above: Row | None = None
    for row, line, alone in lines:
        if above is not None and line.number is None and line.when.instant is not None and line.kind is not None:
            yield Row(row.at if is_of_one else above.at, (*above.cells, *_pieces(row)), row.sheet)
            above = above if is_of_one else None
            continue
        if above is not None and not is_of_one:
            yield above
        above = Row(row.at, alone, row.sheet) if alone else above if is_of_one else None
        if not alone:
            yield row
    if above is not None and not is_of_one:
        yield above


def _is_digits(row: Row) -> bool:
    """True for a row that has no time and may name a number, whatever stands around it."""
    line = " ".join(row.cells)
    return _WHEN.search(line) is None and re.search(r"\d{5}", line) is not None


def _timed(table: Sequence[Row]) -> Iterator[Row]:
    """The rows, a time on a line by itself with the lines below it, up to the next time or number, where several are."""
    lines = [_line_of(row) for row in table]
    alone = [line.when.instant is not None and line == _Line(when=line.when) for line in lines]
    above: Row | None = None
    for row, line, is_time in zip(table, lines, alone, strict=True):
        if above is not None and line.when.instant is None and not _number_alone(row):
            above = Row(above.at, (*above.cells, *_words(row)), row.sheet)
            continue
        if above is not None:
            yield above
        above = row if is_time and sum(alone) > 1 else None
        if above is None:
            yield row
    if above is not None:
        yield above


def _number_alone(row: Row) -> tuple[str, ...]:
    """The number of a row that holds nothing else, or nothing but a name; empty for any other."""
    words = _words(row)
    return words if len(words) < 3 and _is_number(words[0]) and not any(map(_way_or_kind, words)) else ()


def _words(row: Row) -> tuple[str, ...]:
    """The cells of a row, or the words of a line; a number written in groups is one."""
    cells = [part for cell in row.cells for part in _apart(cell.strip())]
    return tuple(cells if len(cells) != 1 or _is_number(cells[0]) else cells[0].split()) or ("",)


def _way_or_kind(word: str) -> bool:
    return (
        channel_of(word)[0] is not None or _way(word) is not None or (duration_of(word) is not None and len(word) < 5)
    )


def _found(source: Source, row: Row, line: _Line) -> Found:
    if line.when.instant is None:
        return SetAside(at=row.at, why="没有写完整的时间（年月日和几点几分）")
    if line.kind is None:
        return SetAside(at=row.at, why="看不出是电话还是短信")
    is_call = line.kind == "call"
    longest = max(line.rest, key=len, default="")
    words = longest if not is_call or len(longest) > _NAME_LENGTH else ""  # beside a call a short word is who it was
    places = [piece for piece in line.rest if piece != words and _PLACE.fullmatch(piece)]
    names = [one for one in line.rest if one != words and one not in places and 1 < len(one) <= 2 * _NAME_LENGTH]
    return make_entry(
        source,
        row.at,
        line.kind,
        when=line.when,
        inbound=line.inbound,
        number_raw=line.number,
        name=names[0] if names else None,
        text=words or None,
        text_kind="summary" if is_call else "verbatim",
        connected=(True if line.duration_s else False if line.was_missed else None) if is_call else None,
        duration_s=line.duration_s if is_call else None,
        is_user_converted=True,
        is_inferred=line.when.basis == "inferred",
        extra=(("location", places[0]),) if places else (),
    )


def _line_of(row: Row) -> _Line:
    pieces = _pieces(row)
    when, number = UNKNOWN, None
    kind: EntryKind | None = None
    inbound: bool | None = None
    missed = False
    lengths: list[int] = []
    rest: list[str] = []
    for piece in pieces:
        if _WHEN.fullmatch(piece):  # a second one is when it was sent or read: no words
            when = parse_time(piece) if when.instant is None else when
        elif number is None and _is_number(piece):
            number = piece
        elif (told := channel_of(piece)[0]) is not None or _way(piece) is not None:
            kind = kind or told
            inbound = _way(piece) if inbound is None else inbound
            missed = missed or was_missed(piece)
        elif (length := _LENGTH.fullmatch(piece)) and (
            seconds := duration_of(length[1].replace("：", ":"))
        ) is not None:
            lengths.append(seconds)
        else:
            rest.append(piece)
    if kind is None and inbound is not None:
        kind = "call" if lengths and not rest else "sms" if rest else None
    return _Line(
        when=when, number=number, kind=kind, inbound=inbound, was_missed=missed,
        duration_s=lengths[0] if lengths else None, rest=tuple(rest),
    )  # fmt: skip


def _apart(cell: str) -> Iterator[str]:
    """A cell, or the number and the label behind it as two, or none for an empty one."""
    if labelled := _LABELLED.fullmatch(cell):
        yield from (labelled[1].strip(), labelled[2])
    elif cell:
        yield _LABELLED.sub(r"\1 \2 ", cell)


def _pieces(row: Row) -> Sequence[str]:
    """The cells of a row, or the words of a line; a day and its clock time in two cells are one piece."""
    cells = [part for cell in row.cells for part in _apart(cell.strip(" \t\"'　"))]
    if len(cells) < 3:
        line = " ".join(cells)
        timed = _WHEN.search(line)
        if timed is None:
            return cells
        return [timed[0], *(one for one in _PIECES.split(line[: timed.start()] + " " + line[timed.end() :]) if one)]
    joined: list[str] = []
    for cell in cells:
        if joined and re.fullmatch(_DATE, joined[-1]) and re.fullmatch(_CLOCK, cell):
            joined[-1] += " " + cell
        else:
            joined.append(cell)
    return joined


def _way(piece: str) -> bool | None:
    return _WAYS.get(piece.lower(), direction_of(piece))


def _is_number(piece: str) -> bool:
    if not _NUMBER.fullmatch(piece):
        return False
    number = normalise(piece)
    return number is not None and classify(number) in _REAL
