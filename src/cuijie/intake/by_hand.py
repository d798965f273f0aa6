"""What left no file: a call, a visit, a word passed on, told by the user or by a relative in their own name.

It is kept as testimony, never as a record: the words as told are an item of the vault, the entry points to it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from cuijie import canonical
from cuijie.casefile import Case, ItemFacts
from cuijie.clock import SHANGHAI
from cuijie.intake.entries import make_entry
from cuijie.intake.found import IntakeError
from cuijie.intake.people import DEBTOR, owner_of
from cuijie.intake.source import Source
from cuijie.intake.times.written import UNKNOWN, When, parse_time
from cuijie.intake.tying import Ties, mark_collector
from cuijie.records import Collector, Entry, EntryKind, Loan, Tie
from cuijie.records.contact import VisitPlace
from cuijie.records.numbers import normalise

__all__ = ["TOLD", "HandRecord", "Statement", "add_by_hand", "add_statement"]

TOLD = "本人陈述"
"""How what somebody of the case told themselves was obtained."""

_NAMELESS = "未表明身份的催收方"
_KINDS = {
    "call": "电话", "sms": "短信", "im": "聊天", "email": "邮件", "letter": "信函", "visit": "上门",
    "public_post": "公开发布", "other": "联系",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HandRecord:
    """One quick form: who was contacted, when, how, by whom, what was said.  What is not known stays None."""

    kind: EntryKind
    when: str  # as the user writes it: 2025-03-04 21:30, 3月4日晚上 …
    recipient: str = "debtor"  # the user's word: 本人, 母亲, a name
    number: str | None = None  # the number that called
    said: str | None = None  # what was said, as remembered
    is_verbatim: bool = False  # the user copied the words, not their sense
    inbound: bool | None = True
    connected: bool | None = None
    duration_s: int | None = None
    count: int | None = 1  # None: several, not counted
    visit_place: VisitPlace | None = None
    group_name: str | None = None
    is_collection: bool = False  # the user says that this was about the debt
    collector: str | None = None  # what the caller called themselves
    year: int | None = None  # the year, where ``when`` has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A relative's or colleague's own account, to be signed by them; ``contacts`` are the events it tells of."""

    who: str  # 母亲, a name
    told_on: datetime
    text: str
    contacts: tuple[HandRecord, ...] = ()


def add_by_hand(case: Case, record: HandRecord) -> Entry:
    """Keeps *record* and its words in the case and answers the entry.  Raises IntakeError for an unusable form."""
    with case.batch("told"):
        return _put(case, record, DEBTOR, None)


def add_statement(case: Case, statement: Statement) -> tuple[Entry, ...]:
    """Keeps the statement's text as evidence and each event it tells of as an entry of the person's own."""
    if not statement.text.strip():
        raise IntakeError("陈述还是空的。", remedy="请写下谁、什么时候、怎么联系的、说了什么。")
    with case.batch("stated"):
        owner = _owner(case, statement.who)
        about = ItemFacts(
            name=f"{'本人' if owner == DEBTOR else statement.who}的陈述.txt",
            kind="original",
            media_type="text/plain",
            owner=owner,
            obtained=TOLD,
            created_at=statement.told_on,
        )
        item = case.keep(io.BytesIO(statement.text.strip().encode()), about)
        told = (
            replace(one, recipient=statement.who) if one.recipient == "debtor" else one for one in statement.contacts
        )
        return tuple(_put(case, one, statement.who, item.item_id, number) for number, one in enumerate(told, 1))


def _owner(case: Case, word: str) -> str:
    owner, person = owner_of(case, word)
    if person is not None:
        case.put(person)
    return owner


def _put(case: Case, record: HandRecord, told_by: str, item_id: str | None, number: int = 1) -> Entry:
    when = _when(case, record)
    if record.kind not in _KINDS:
        raise IntakeError(
            f"“{record.kind}”不是一种联系方式。", remedy="请选电话、短信、聊天、邮件、信函、上门或公开发布。"
        )
    if record.number and normalise(record.number) is None:
        raise IntakeError(f"号码“{record.number}”看不懂。", remedy="不知道号码就空着。")
    owner = _owner(case, record.recipient)
    if item_id is None:
        form = canonical.encode({name: getattr(record, name) for name in HandRecord.__slots__})
        about = ItemFacts(
            name=_file_name(record, when), kind="original", media_type="application/json", owner=owner, obtained=TOLD
        )
        item_id = case.keep(io.BytesIO(form), about).item_id
    source = Source(name="手工记录", item_id=item_id, owner=owner, opener=lambda: case.open_item(item_id))
    entry = make_entry(
        source,
        f"told:{number}",
        record.kind,
        when=when,
        inbound=record.inbound,
        number_raw=record.number,
        name=record.collector,
        text=record.said,
        text_kind="verbatim" if record.is_verbatim else "summary",
        connected=record.connected,
        duration_s=record.duration_s,
        count=record.count,
        group_name=record.group_name,
        visit_place=record.visit_place if record.kind == "visit" else None,
        is_user_converted=True,
        extra=(("told_by", told_by),),
    )
    tie = Ties(case).tie(entry)
    if tie is None and record.is_collection:
        words = [word for word in (record.number, record.collector) if word]
        if not words:
            words = [_nameless(case)]
        tie = Tie(collector_id=mark_collector(case, words).collector_id, basis="user")
    entry = replace(entry, tie=tie)
    case.put(entry)
    return entry


def _file_name(record: HandRecord, when: When) -> str:
    """What tells one note from the next in a list of files; no names, for others may come to see it."""
    local = when.instant.astimezone(SHANGHAI) if when.instant else None
    day = f"{local:%Y-%m-%d}" if local else "时间不详"
    hour = f" {local:%H时%M分}" if local and when.precision != "day" else ""
    return f"手工记录（{day}{hour} {_KINDS[record.kind]}）.json"


def _nameless(case: Case) -> str:
    """Whom a caller without number and name is put to: of several loans, nobody who is known to collect for one of them."""
    is_one_loan = len(case.all(Loan)) < 2
    taken = {sign for who in case.each(Collector) if who.lender_id for sign in who.signatures}
    names = (f"{_NAMELESS}（{number}）" if number > 1 else _NAMELESS for number in count(1))
    return next(name for name in names if is_one_loan or name not in taken)


def _when(case: Case, record: HandRecord) -> When:
    if not record.when.strip():
        return UNKNOWN
    when = parse_time(record.when, year=record.year)
    if when.instant is None:
        raise IntakeError(
            f"时间“{record.when}”看不懂。", remedy="请写成 2025-03-04 21:30；只记得哪天就写 2025-03-04；不记得就空着。"
        )
    if when.instant > case.clock.now():
        raise IntakeError(f"时间“{record.when}”在将来。", remedy="请核对年份和日期。")
    return when
