"""The registers a lender keeps: stop requests, withdrawals, agreed contacts and hours, hardship, disputes …

An entry says what held from when to when, for whom; it is never changed, only ended by a later one, so that it
can be told what was known on any day.  What a register says stands against what an ask says: the lender's own
books are the better witness, and a forgotten stop request must not be argued away by the next caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from cuijie import canonical
from cuijie.clock import SHANGHAI, Clock
from cuijie.gate.asking.asks import HEARD
from cuijie.gate.asking.contacts import changed
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.decision_log.logged import log_act
from cuijie.gate.errors import RegisterError
from cuijie.gate.pseudonyms import PERSON_IDS, Pseudonyms
from cuijie.gate.registers.rows import REGISTER_COLUMNS, RegisterRow, entry_id
from cuijie.gate.stores.contract import GateStore, RegisterEntry, Seen
from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook import Entry
from cuijie.rulebook import Registers as Held
from cuijie.rulebook.as_of import fill_from_registers
from cuijie.rulebook.columns import Value
from cuijie.rulebook.hours import agreed_at, parse_hours
from cuijie.rulebook.moments import has_time_of_day

__all__ = ["Joined", "RegisterBook", "apply", "home_of", "joined"]

_RECORD = frozenset(column.name for column in COLUMNS)
_HOMES = ("debtor_id", "loan_id", "recipient_id", "from_number", "lender_id", "agency_id")
_INSTANT = timedelta(microseconds=1)  # what is entered now holds for a contact made now
_IDS = (*_HOMES, "collector_id")
_AGAINST = (*HEARD, "debt_settled")
_ids = attrgetter(*_IDS)
Joined = tuple[dict[str, Value], tuple[tuple[str, Value], ...]]
"""What registers say at the moment of a contact: columns of its record, and facts of law by name."""


def home_of(column: str, value: str) -> str:
    """The home of what is registered under one id; *value* is a pseudonym where the id is a person's."""
    return value if column in PERSON_IDS else f"{column}:{value}"


def joined(contact: ContactRecord, entries: Sequence[RegisterEntry], known_at: datetime | None = None) -> Joined:
    """What *entries*, all about this contact, say at its time; *known_at*: only what had been entered by then."""
    if known_at is not None:
        entries = [entry for entry in entries if entry.entered_at <= known_at]
    ended = {entry.ends: entry.since or entry.entered_at for entry in entries if entry.ends is not None}
    spans = [
        Entry(column=e.column, value=e.value, since=since, until=_earlier(e.until, ended.get(e.id)))
        for e in entries
        if e.ends is None
        for since in _sinces(e, entries)
    ]
    names = tuple(dict.fromkeys(span.column for span in spans))
    row: list[Value] = [None] * len(names)
    fill_from_registers([contact], [row], {name: place for place, name in enumerate(names)}, Held(entries=tuple(spans)))
    columns: dict[str, Value] = {}
    law: list[tuple[str, Value]] = []
    for name, value in zip(names, row, strict=True):
        if value is None:
            continue
        if name == "agreed_hours":
            columns.setdefault("hours_agreed", _agreed(str(value), contact))
        elif name in _RECORD:
            columns[name] = value
        else:
            law.append((name, value))
    return {n: v for n, v in columns.items() if v is not None}, tuple(sorted(law))


def _sinces(entry: RegisterEntry, entries: Sequence[RegisterEntry]) -> tuple[datetime | None, ...]:
    """Since when *entry* holds.  Undated it holds from the beginning, and anew from its entry against what was entered
    before it with a date: a refusal heard today is not undone by "did not refuse" of yesterday."""
    is_later_word = entry.since is None and any(
        e.column == entry.column and e.since is not None and e.ends is None and e.entered_at <= entry.entered_at
        for e in entries
        if e.id != entry.id
    )
    return (None, entry.entered_at - _INSTANT) if is_later_word else (entry.since,)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _agreed(hours: str, contact: ContactRecord) -> bool | None:
    at = contact.occurred_at
    local = None if at is None else at.astimezone(SHANGHAI)
    timed = local is not None and has_time_of_day(contact.time_precision, local)
    minute = local.hour * 60 + local.minute if timed and local is not None else None
    return agreed_at(parse_hours(hours) or (), minute)


def apply(contact: ContactRecord, columns: Mapping[str, Value]) -> tuple[ContactRecord, tuple[str, ...]]:
    """*contact* as the registers have it, and the columns in which the ask had said otherwise."""
    fresh = {name: value for name, value in columns.items() if getattr(contact, name) != value}
    if not fresh:
        return contact, ()
    overruled = tuple(name for name in fresh if getattr(contact, name) is not None)
    return changed(contact, fresh), overruled


class RegisterBook:
    """Enters rows and finds what concerns a contact; ids of persons leave it as pseudonyms only."""

    def __init__(
        self,
        store: GateStore,
        pseudonyms: Pseudonyms,
        clock: Clock,
        law_facts: Sequence[str],
        log: DecisionLog | None = None,
    ) -> None:
        self._log = log
        self._store = store
        self._pseudonyms = pseudonyms
        self._clock = clock
        self.columns = (*REGISTER_COLUMNS, *law_facts)

    def _named(self, ids: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, self._pseudonyms.of(name, ids[name]) if name in PERSON_IDS else ids[name])
            for name in _HOMES
            if name in ids
        )

    def enter(self, rows: Sequence[RegisterRow], *, source: str = "") -> tuple[RegisterEntry, ...]:
        """Enters *rows*, all or none; one entered before is left as it is.  Raises RegisterError."""
        now = self._clock.now()
        entries = tuple(self._entry(row, now, source) for row in rows)
        with self._store.batch():
            self._store.enter(entries)
            log_act(self._log, "register", "", {"entries": entries}, now)
        return entries

    def _entry(self, row: RegisterRow, now: datetime, source: str) -> RegisterEntry:
        if row.column not in self.columns:
            raise RegisterError(
                f"{row.where}：没有“{row.column}”这种登记。", remedy=f"可以登记：{'、'.join(self.columns)}。"
            )
        keys = self._named(row.keys)
        home = home_of(*keys[0])
        if row.ends is not None:
            self._check_is_there(row, row.ends, keys)
        return RegisterEntry(
            id=self._free_id(entry_id(row, keys), home, row),
            home=home,
            column=row.column,
            value=row.value,
            keys=keys,
            since=row.since or (now - _INSTANT if row.ends else None),
            until=row.until,
            entered_at=now,
            ends=row.ends,
            source=source,
        )

    def _check_is_there(self, row: RegisterRow, ends: str, keys: Sequence[tuple[str, str]]) -> None:
        """An end that names no entry would change nothing, and whoever wrote it would rely on it."""
        there = self._store.registers([home_of(name, value) for name, value in keys]).entries
        if not any(entry.id == ends and entry.column == row.column for entry in there):
            raise RegisterError(
                f"{row.where}：在这些编号名下没有编号为 {ends[:80]} 的 {row.column} 登记，结束不了。",
                remedy="编号见 cuijie gate register show；column 和 debtor_id 等编号要与原来的一行一样。",
            )

    def _free_id(self, id_: str, home: str, row: RegisterRow) -> str:
        """A row that was ended and is entered anew is another entry if it is undated, or stands against contacts: a
        stop request ended by mistake must hold again, while a consent in last night's list must not come back."""
        stands_against = row.column in _AGAINST and row.value is True and row.ends is None
        if row.since is None or stands_against:
            ended = {entry.ends for entry in self._store.registers([home]).entries}
            while id_ in ended:
                id_ = canonical.digest(id_)[:32]
        return id_

    def known_as(self, contact: ContactRecord) -> tuple[dict[str, str], tuple[str, ...]]:
        """The ids of *contact* as the store knows them, and where entries about it may lie."""
        ids: dict[str, str] = {}
        homes: list[str] = []
        for name, value in zip(_IDS, _ids(contact), strict=True):
            if value is None:
                continue
            if name not in PERSON_IDS:
                ids[name] = value
                homes.append(f"{name}:{value}")
            else:
                ids[name] = found = self._pseudonyms.of(name, value)
                if name != "collector_id":
                    homes.append(found)
        return ids, tuple(homes)

    def ids_of(self, contact: ContactRecord) -> dict[str, str]:
        """The ids of *contact* as the store knows them, in the order of homes."""
        return self.known_as(contact)[0]

    def homes(self, ids: Mapping[str, str]) -> tuple[str, ...]:
        """Where entries about a contact with these ids may lie."""
        return tuple([v if n in PERSON_IDS else f"{n}:{v}" for n, v in ids.items() if n != "collector_id"])

    def about(self, ids: Mapping[str, str], seen: Seen) -> tuple[RegisterEntry, ...]:
        """The entries whose every key the contact carries."""
        return tuple(entry for entry in seen.entries if all(ids.get(name) == value for name, value in entry.keys))

    def history(self, ids: Mapping[str, str]) -> tuple[RegisterEntry, ...]:
        """Every entry that was ever made under any of these ids (as people write them), in the order of entry."""
        named = dict(self._named(ids))
        seen = self._store.registers([home_of(name, value) for name, value in named.items()])
        entries = {entry.id: entry for entry in seen.entries if set(named.items()) & set(entry.keys)}
        return tuple(sorted(entries.values(), key=lambda entry: entry.entered_at))
