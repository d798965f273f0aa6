"""The earliest time at which the same contact would be let through, as far as can be known now.

Only instants at which something can change are tried: the rules' own times of day, midnights, the beginnings
and ends of register entries.  Each is judged by the same rules and held against the same counters as an ask
made then would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from cuijie.clock import SHANGHAI
from cuijie.gate.counting import counts_of
from cuijie.gate.judging import Judge
from cuijie.gate.preparing import Prepared, prepare
from cuijie.gate.store import GateStore, RegisterEntry
from cuijie.gate.tally import fits
from cuijie.records import ContactRecord
from cuijie.rulebook.hours import parse_hours

__all__ = ["earliest"]

_HORIZON = 32  # days: a month's window has opened anew by then
_SOON = 2
_INSTANT = timedelta(microseconds=1)


def earliest(
    contact: ContactRecord,
    entries: Sequence[RegisterEntry],
    *,
    judge: Judge,
    ids: Mapping[str, str],
    store: GateStore,
    now: datetime,
) -> datetime | None:
    """The first instant after *contact*'s own at which it is lawful; None if none is known within a month."""
    search = _Search(contact, entries, judge, now)
    for days in (range(_SOON), range(_SOON, _HORIZON + 1)):  # most waits end tomorrow: ask the store for little first
        lawful = [found for offset in days if (found := search.first_of(offset)) is not None]
        if not lawful:
            continue
        counts = [counts_of(prepared.contact, ids, prepared.judged.verdicts.counted) for _, prepared in lawful]
        usage = iter(store.usage([count for of_day in counts for count in of_day], now))
        room = [all([fits(count, next(usage)) for count in of_day]) for of_day in counts]
        for (instant, _), has_room in zip(lawful, room, strict=True):
            if has_room:
                return instant
    return None


class _Search:
    def __init__(self, contact: ContactRecord, entries: Sequence[RegisterEntry], judge: Judge, now: datetime) -> None:
        self._contact = replace(contact, time_precision="second")
        self._entries = entries
        self._judge = judge
        self._start = contact.occurred_at or now
        self._minutes = sorted({*judge.minute_edges, *_agreed_edges(entries)})
        self._hopeless: set[tuple[int, ...]] = set()
        self._first = self._start.astimezone(SHANGHAI).date()
        self._codes = judge.day_codes(self._first, _HORIZON + 1)

    def first_of(self, offset: int) -> tuple[datetime, Prepared] | None:
        """The first instant, *offset* days on, at which no rule but a counter could deny."""
        day = self._first + timedelta(days=offset)
        alike = self._codes[offset]
        if not self._entries and alike in self._hopeless:
            return None
        for instant in self._instants(day):
            prepared = prepare(self._judge, replace(self._contact, occurred_at=instant), self._entries)
            if not prepared.judged.verdicts.is_denied and not prepared.judged.verdicts.needs:
                return instant, prepared
        if offset > 0:
            self._hopeless.add(alike)
        return None

    def _instants(self, day: date) -> Iterator[datetime]:
        midnight = datetime.combine(day, time(), SHANGHAI)
        found = {midnight + timedelta(minutes=minute) for minute in self._minutes}
        for entry in self._entries:
            edges = (entry.until, None if entry.since is None else entry.since + _INSTANT)
            found |= {edge.astimezone(SHANGHAI) for edge in edges if edge and edge.astimezone(SHANGHAI).date() == day}
        yield from sorted(instant for instant in found if instant > self._start)


def _agreed_edges(entries: Sequence[RegisterEntry]) -> Iterator[int]:
    for entry in entries:
        if entry.column == "agreed_hours":
            for start, end in parse_hours(str(entry.value)) or ():
                yield from (start, end % 1440)
