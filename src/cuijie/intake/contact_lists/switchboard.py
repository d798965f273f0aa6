"""Call records of an office's switchboard: Asterisk and FreePBX (``calldate, src, dst … billsec, disposition``), 3CX, Yeastar.

Who is outside is told by the numbers: an extension is short.  A call that rings several telephones stands on several
lines and is one; calls between two extensions are nobody's contact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from cuijie.intake.contact_lists.visitors import of_a_place
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, rows, rows_ahead
from cuijie.intake.tables.titles import Header, body, is_titled, needed_header, unread_notes
from cuijie.intake.times.day_order import order_of, plain_date, why_unread
from cuijie.intake.times.told_order import named_order
from cuijie.intake.times.written import When, parse_time
from cuijie.intake.vocabulary import duration_of
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "switchboard_calls"
TITLE: Final = "单位总机的通话记录"

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "start": ("calldate", "call time", "time", "timestart", "time-start", "start time", "date/time", "date", "呼叫时间", "通话时间", "时间", "开始时间"),
    "caller": ("src", "call from", "callfrom", "from-no", "caller id", "callerid", "from", "source", "caller", "主叫", "主叫号码", "呼叫方", "主叫方"),
    "called": ("dst", "call to", "callto", "to-no", "destination", "to", "callee", "被叫", "被叫号码", "被呼叫方", "被叫方"),
    "state": ("disposition", "status", "call status", "状态", "通话状态", "接听状态", "呼叫状态"),
    "talk": ("billsec", "talking", "talk duration", "talk duration(s)", "talkduraction", "talk time", "实际通话时长", "通话时长", "通话时长(s)", "计费时长"),
    "rung": ("duration", "ringing", "ring duration", "ring duration(s)", "call duration", "call duration(s)", "callduraction",
             "振铃时长", "振铃时长(s)", "响铃时长", "呼叫时长", "呼叫时长(s)"),
    "way": ("direction", "communication type", "call type", "type", "通信类型", "呼叫类型", "通话类型", "呼叫方向"),
    "own": ("did", "did number", "didnumber", "外线号码"),
    "call": ("linkedid", "uniqueid", "callid", "call id", "historyid"),
    "name": ("cnam",),
}  # fmt: skip
_ANSWERED: Final = frozenset({"answered", "answer", "已接听", "已接", "接通", "已接通", "已应答"})
_INBOUND: Final = frozenset({"inbound", "incoming", "呼入", "来电"})
_OUTBOUND: Final = frozenset({"outbound", "outgoing", "呼出", "去电"})
_NAMED: Final = re.compile(r"\s*\"*(?P<name>[^<>(（\"]*?)\"*\s*[<(（]\s*(?P<number>[^<>()（）]*?)\s*[>)）]\s*")
_HIDDEN: Final = re.compile(r"anonymous|unknown|unavailable|private|restricted|withheld|匿名|未知|隐藏", re.IGNORECASE)
_OUTSIDE: Final = frozenset({"mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign"})
_EXTENSION: Final = 5  # digits at most; public numbers as short (10086) say so by their class
_AT_ONCE: Final = 200  # calls whose lines may stand among each other


def _is_switchboard(fields: set[str]) -> bool:
    return {"start", "caller", "called", "state", "talk", "rung"} <= fields


def sniff(head: Head) -> bool:
    """True for a table with both sides, what became of the call, how long they talked and how long it took or rang."""
    return is_titled(head, _COLUMNS, _is_switchboard)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call with somebody outside, as far as its lines are read."""

    at: str
    key: str
    when: When
    inbound: bool
    number: str | None
    name: str | None
    was_answered: bool
    talked_s: int

    def with_line(self, other: _Call) -> _Call:
        """The same call with what another of its lines says."""
        answered, talked = self.was_answered or other.was_answered, max(self.talked_s, other.talked_s)
        return replace(self, was_answered=answered, talked_s=talked)


def read(source: Source) -> Iterator[Found]:
    """Each call with somebody outside, once."""
    head = source.head()
    needed_header(head, _COLUMNS, _is_switchboard, remedy="请从总机的管理页面重新导出，不要删掉表头。")
    yield from encoding_note(head)
    source, told = of_a_place(source)
    yield from told
    times = [titles.cell(row, "start") for titles, row in body(rows_ahead(source), _COLUMNS, _is_switchboard)]
    order = order_of(times) or named_order(source.name)
    waiting: dict[str, _Call] = {}
    internal, unread = 0, dict[str, int]()
    for titles, row in body(rows(source), _COLUMNS, _is_switchboard, unread):
        if not any(cell.strip() for cell in row.cells):
            continue
        sides = _sides(titles, row)
        if sides == "internal":
            internal += 1
            continue
        when = parse_time(plain_date(titles.cell(row, "start"), order), by_program=True)
        if when.instant is None or sides is None:
            why = why_unread(when.raw) if when.instant is None else "看不出哪一边是外面的号码，是打进来的还是打出去的"
            yield SetAside(at=row.at, why=why)
            continue
        call = _call(titles, row, when, *sides)
        known = waiting.get(call.key)
        waiting[call.key] = call if known is None else known.with_line(call)
        if len(waiting) > _AT_ONCE:
            yield _entry(source, waiting.pop(next(iter(waiting))))
    yield from (_entry(source, call) for call in waiting.values())
    if internal:
        yield Note(text=f"另有 {internal} 行是内部分机之间的，不是外面打来的，没有算进来。")
    yield from unread_notes(unread)


def _sides(titles: Header, row: Row) -> tuple[bool, str, str] | str | None:
    """(whether it came in, the number outside, its name); ``internal`` between two extensions, None where nothing tells."""
    caller, called = _party(titles.cell(row, "caller")), _party(titles.cell(row, "called"))
    way = titles.cell(row, "way").strip().lower()
    own = normalise(titles.cell(row, "own"))
    is_outside = [_is_outside(number) or bool(_HIDDEN.search(number)) for number, _ in (caller, called)]
    inbound = True if way in _INBOUND else False if way in _OUTBOUND else None
    if inbound is None and is_outside[0] != is_outside[1]:
        inbound = is_outside[0]
    if inbound is None and all(is_outside) and own and own in {normalise(caller[0]), normalise(called[0])}:
        inbound = own == normalise(called[0])
    if inbound is None:
        return None if any(is_outside) else "internal"
    number, name = caller if inbound else called
    if number and not any(map(str.isdigit, number)) and not _HIDDEN.search(number):
        return None
    return inbound, number, name or (titles.cell(row, "name") if inbound else "")


def _party(written: str) -> tuple[str, str]:
    """(number, name) of ``前台 (100)``, ``"17000001188" <17000001188>``, ``8001``."""
    found = _NAMED.fullmatch(written)
    return (found["number"], found["name"].strip()) if found else (written.strip(), "")


def _is_outside(written: str) -> bool:
    number = normalise(written)
    if number is None or not re.fullmatch(r"\+?[\d*]{3,}", number):
        return False
    return len(number.lstrip("+")) > _EXTENSION or classify(number) in _OUTSIDE


def _call(titles: Header, row: Row, when: When, inbound: bool, number: str, name: str) -> _Call:
    is_hidden = not any(map(str.isdigit, number))
    key = titles.cell(row, "call")
    return _Call(
        at=row.at,
        key=f"{key} {inbound} {number}" if key else row.at,
        when=when,
        inbound=inbound,
        number=None if is_hidden else number,
        name=None if is_hidden or normalise(name) == normalise(number) else name or None,
        was_answered=titles.cell(row, "state").strip().lower() in _ANSWERED,
        talked_s=duration_of(titles.cell(row, "talk")) or 0,
    )


def _entry(source: Source, call: _Call) -> Found:
    return make_entry(
        source,
        call.at,
        "call",
        when=call.when,
        inbound=call.inbound,
        number_raw=call.number,
        number_shown=False if call.number is None else None,
        name=call.name,
        connected=call.was_answered,
        duration_s=call.talked_s if call.was_answered else None,
    )
