"""The earliest time at which the same contact would be let through, as far as can be known now.

Only instants at which something can change are tried: the rules' own times of day, midnights, the beginnings
and ends of register entries, the seconds from which contacts counted before are far enough away.  Each is judged by
the same rules and held against the same counters as an ask made then would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import chain, islice
from operator import itemgetter

from cuijie.clock import SHANGHAI
from cuijie.gate.asking.contacts import changed
from cuijie.gate.deciding.answers import Verdicts
from cuijie.gate.deciding.counting import by_values, counts_of
from cuijie.gate.judging.judge import Judge
from cuijie.gate.judging.preparing import Prepared, prepare
from cuijie.gate.stores.contract import GateStore, RegisterEntry
from cuijie.gate.stores.tally import fits
from cuijie.records import ContactRecord
from cuijie.rulebook.hours import parse_hours
from cuijie.rulebook.moments import EPOCH

__all__ = ["earliest"]

_HORIZON = 33  # days: a month's window has opened anew by then
_SOON = 2
_INSTANT = timedelta(microseconds=1)
_SECOND_US = 1_000_000
_Moment = tuple[datetime, Verdicts]


def earliest(
    contact: ContactRecord,
    prepared: Prepared,
    entries: Sequence[RegisterEntry],
    *,
    ids: Mapping[str, str],
    judge: Judge,
    store: GateStore,
    now: datetime,
) -> datetime | None:
    """The first instant after *contact*'s own at which it is lawful, none that is past; None if none within a month.

    *prepared* is the contact as it was judged just now, with what *entries* say at its own time.
    """
    start = contact.occurred_at or now
    at_once: list[_Moment] = []
    if start < now:  # asked about a time that is past: what is lawful now need not wait
        start = now.astimezone(SHANGHAI)
        contact = changed(contact, {"occurred_at": start, "time_precision": "second"})
        prepared = prepare(judge, contact, entries)
        verdicts = prepared.judged.verdicts
        at_once = [(start, verdicts)] if verdicts.is_lawful else []
    later = _under_registers(contact, entries, judge, start) if entries else _by_the_rules(prepared, judge, start)
    moments = chain(at_once, later)
    gaps = _after_gaps(contact, prepared, entries, ids=ids, judge=judge, store=store, now=now, start=start)
    if gaps:
        return _with_room(contact, sorted([*gaps, *moments], key=itemgetter(0)), ids, store, now)
    # one moment for each day; most waits end tomorrow, so the store is asked for little first
    soon = _with_room(contact, list(islice(moments, _SOON)), ids, store, now)
    return soon or _with_room(contact, list(moments), ids, store, now)


def _with_room(
    contact: ContactRecord, moments: Sequence[_Moment], ids: Mapping[str, str], store: GateStore, now: datetime
) -> datetime | None:
    if not moments:
        return None
    counts = [
        by_values(store, verdicts.counted, counts_of(contact, ids, verdicts.counted, at), now)
        for at, verdicts in moments
    ]
    usage = iter(store.usage([count for of_day in counts for count in of_day], now))
    room = [all([fits(count, next(usage)) for count in of_day]) for of_day in counts]
    return next((at for (at, _), has_room in zip(moments, room, strict=True) if has_room), None)


def _after_gaps(
    contact: ContactRecord,
    prepared: Prepared,
    entries: Sequence[RegisterEntry],
    *,
    ids: Mapping[str, str],
    judge: Judge,
    store: GateStore,
    now: datetime,
    start: datetime,
) -> list[_Moment]:
    """The lawful instants from which on a contact counted before lies outside a window of minutes."""
    gaps = [item for item in prepared.judged.verdicts.counted if item.by_minute and not item.is_beside]
    if not gaps:
        return []
    taken = zip(gaps, store.near(counts_of(contact, ids, gaps, start), now), strict=True)
    ends = {-(-(instant + item.span) // _SECOND_US) for item, instants in taken for instant in instants}
    moments = []
    for end in sorted(ends):
        at = (EPOCH + timedelta(seconds=end)).astimezone(SHANGHAI)
        verdicts = prepare(
            judge, changed(contact, {"occurred_at": at, "time_precision": "second"}), entries
        ).judged.verdicts
        if at > start and verdicts.is_lawful:
            moments.append((at, verdicts))
    return moments


def _by_the_rules(prepared: Prepared, judge: Judge, start: datetime) -> Iterator[_Moment]:
    """The first lawful instant of each day, where no register can change anything."""
    verdicts, first = prepared.judged.verdicts, start.astimezone(SHANGHAI).date()
    codes = judge.day_codes(first, _HORIZON)
    is_hopeless = not verdicts.is_lawful and judge.stands_all_day(verdicts)
    if is_hopeless and codes.count(codes[0]) == len(codes):
        return
    lawful = judge.lawful(prepared.contact, prepared.law, prepared.words)
    for offset, code in enumerate(codes):
        day = first + timedelta(days=offset)
        midnight = datetime.combine(day, time(), SHANGHAI)
        for after, then in lawful(day, code):
            if midnight + after > start:
                yield midnight + after, then
                break


def _under_registers(
    contact: ContactRecord, entries: Sequence[RegisterEntry], judge: Judge, start: datetime
) -> Iterator[_Moment]:
    """The first lawful instant of each day, the registers joined anew at each."""
    minutes = sorted({*judge.minute_edges, *_agreed_edges(entries)})
    edges = {edge.astimezone(SHANGHAI) for entry in entries for edge in _edges(entry)}
    first = start.astimezone(SHANGHAI).date()
    for offset in range(_HORIZON):
        day = first + timedelta(days=offset)
        midnight = datetime.combine(day, time(), SHANGHAI)
        of_day = {midnight + timedelta(minutes=minute) for minute in minutes}
        of_day |= {edge for edge in edges if edge.date() == day}
        for instant in sorted(instant for instant in of_day if instant > start):
            there = changed(contact, {"occurred_at": instant, "time_precision": "second"})
            verdicts = prepare(judge, there, entries).judged.verdicts
            if verdicts.is_lawful:
                yield instant, verdicts
                break


def _edges(entry: RegisterEntry) -> Iterator[datetime]:
    if entry.until is not None:
        yield entry.until
    if entry.since is not None:
        yield entry.since + _INSTANT


def _agreed_edges(entries: Sequence[RegisterEntry]) -> Iterator[int]:
    for entry in entries:
        if entry.column == "agreed_hours":
            for start, end in parse_hours(str(entry.value)) or ():
                yield from (start, end % 1440)
