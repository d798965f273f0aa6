"""What the rules say of a contact before it is made, without its counters: worked out once per kind of contact.

The rules are those of the rulebook, joined to the law as they are there; nothing of them is written again.
What is special to the time before a contact:

* a call is judged as if it were answered (and counted both ways);
* a rule that conduct can keep (name yourself, record, no threats) gives a duty, not a question;
* every other missing fact that can decide is a need, and a need never lets a contact through.

Contacts that no rule can tell apart share one ``Judged``, so that most asks cost a look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from operator import attrgetter
from pathlib import Path

from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.gate.asking.contacts import changed
from cuijie.gate.deciding.answers import Verdicts
from cuijie.gate.decision import Note
from cuijie.gate.judging.conduct import OUTCOME
from cuijie.gate.judging.notes import Notes, told_of
from cuijie.gate.judging.text_reading import NOTHING_READ, ReadColumns
from cuijie.gate.judging.verdict_parts import Judged, Parts
from cuijie.gate.judging.verdicts import FLIGHT, RuleReader
from cuijie.gate.settings import Settings
from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook import Entry, Registers, Rulebook
from cuijie.rulebook.codes import ClassTable, code_tables
from cuijie.rulebook.columns import CONTACT_COLUMNS, Value
from cuijie.rulebook.facts import fact_names, facts_of
from cuijie.rulebook.moments import has_time_of_day
from cuijie.rulebook.predicate import atoms_of

__all__ = ["Judge", "Judged", "judge_of"]

_PERSON_IDS = ("debtor_id", "loan_id", "recipient_id", "collector_id", "from_number")
_APART = {"contact_id", "occurred_at", "text", "text_kind", "time_precision", "count", *_PERSON_IDS, *OUTCOME}
_TOLD_APART = tuple(column.name for column in COLUMNS if column.name not in _APART)
_told_apart = attrgetter(*_TOLD_APART)
_KEPT = 50_000
_Lawful = tuple[tuple[timedelta, Verdicts], ...]
"""Times after midnight at which a contact may be made, as far as counters allow, and what the rules say then."""


class Judge:
    """The rules of one rulebook, ready to be asked before contacts; safe to share between threads."""

    def __init__(
        self,
        book: Rulebook,
        *,
        advise_only: frozenset[str] = frozenset(),
        declared: Sequence[Entry] = (),
        complete: Mapping[str, Value] | None = None,
        agencies_apart: bool = False,
        folders: Sequence[Path] = (),
    ) -> None:
        self.rules = tuple(linked for linked in book.rules if linked.rule.about != "case")
        self._law_facts = book.law_facts
        self.places = {name: place for place, name in enumerate(fact_names(self._law_facts))}
        self._declared = tuple(declared)
        self._complete = dict(complete or {})
        columns = CONTACT_COLUMNS | {n: c for linked in self.rules for n, c in linked.columns.items()}
        cited = [atom for linked in self.rules for beside in linked.support for atom in atoms_of(beside.applies)]
        self._tables = code_tables(
            [*(linked.verdict for linked in self.rules), *(atom for atom in cited if atom.column in columns)], columns
        )
        reader = RuleReader(book, self.rules, self.places, advise_only, agencies_apart=agencies_apart)
        self._notes = Notes(book.law, folders)
        self._parts = Parts(reader, self._tables, self.places)
        self._connected = self.places["connected"]
        self._tested_ids = tuple(name for name in (*_PERSON_IDS, "count") if name in self._tables)
        self._time_tables: dict[str, ClassTable] = {
            n: self._tables[n] for n in ("month", "hour", "minute_of_day") if n in self._tables
        }
        self._day_table = self._tables.get("day")
        self._times: dict[tuple[int, int | None], tuple[int, ...]] = {}
        self._judged: dict[object, Judged] = {}
        self._noted: dict[object, tuple[Note, ...]] = {}
        self._of_the_hour = {r.rule.id for r in self.rules if {"hour", "minute_of_day"} & r.columns.keys()}
        self._lawful: dict[object, dict[tuple[int, ...], _Lawful]] = {}
        self._codes_from: dict[date, tuple[tuple[int, ...], ...]] = {}
        self.minute_edges = self._minute_edges()
        """The minutes of the day at which some rule begins to see another time of day; midnight among them."""

    def _minute_edges(self) -> tuple[int, ...]:
        edges = {0}
        for name, factor in (("minute_of_day", 1), ("hour", 60)):
            table = self._time_tables.get(name)
            if table is not None:
                codes = [table[value] for value in range(1440 // factor)]
                edges |= {m * factor for m in range(1, len(codes)) if codes[m] != codes[m - 1]}
        return tuple(sorted(edges))

    def day_code(self, day: date) -> tuple[int, ...]:
        """Days with the same code are the same to every rule."""
        month = self._time_tables.get("month")
        codes = () if month is None else (month[f"{day.year:04d}-{day.month:02d}"],)
        return (*codes, 0 if self._day_table is None else self._day_table[day])

    def day_codes(self, first: date, days: int) -> tuple[tuple[int, ...], ...]:
        """The codes of *first* and the days after it."""
        found = self._codes_from.get(first)
        if found is None or len(found) < days:
            if len(self._codes_from) >= _KEPT:
                self._codes_from.clear()
            found = tuple(self.day_code(first + timedelta(days=offset)) for offset in range(days))
            self._codes_from[first] = found
        return found[:days]

    def judged(
        self, contact: ContactRecord, law_facts: tuple[tuple[str, Value], ...] = (), words: ReadColumns = NOTHING_READ
    ) -> Judged:
        """What the rules say of *contact*, which carries its time; *law_facts* are what registers say of its lender."""
        key = (self._timeless(contact, law_facts, words), self._time_codes(contact))
        found = self._judged.get(key)
        if found is None:
            found = self._judge(contact, law_facts, words)
            if len(self._judged) >= _KEPT:
                self._judged.clear()
            self._judged[key] = found
        return found

    def notes(self, contact: ContactRecord, law_facts: tuple[tuple[str, Value], ...] = ()) -> tuple[Note, ...]:
        """What is told of the debt beside the verdicts; *contact* carries its time."""
        said = told_of(contact)
        if not said or contact.occurred_at is None:
            return ()
        day = shanghai_day(contact.occurred_at)
        key = (self._timeless(contact, law_facts, NOTHING_READ), said, day)
        found = self._noted.get(key)
        if found is None:
            row = self.row(contact, law_facts)
            if len(self._noted) >= _KEPT:
                self._noted.clear()
            found = self._noted[key] = self._notes.of(
                said, day, lambda name: row[self.places[name]] if name in self.places else None
            )
        return found

    def _timeless(
        self, contact: ContactRecord, law_facts: tuple[tuple[str, Value], ...], words: ReadColumns
    ) -> tuple[object, ...]:
        """All that any rule can tell apart of a contact but its time."""
        return (
            _told_apart(contact),
            contact.debtor_id is None,
            contact.loan_id is None,
            contact.recipient_id is None,
            contact.collector_id is None,
            contact.from_number is None,
            contact.count is None,
            contact.connected,
            tuple([self._tables[name][getattr(contact, name)] for name in self._tested_ids])
            if self._tested_ids
            else None,
            law_facts,
            words,
        )

    def stands_all_day(self, verdicts: Verdicts) -> bool:
        """Whether something is in the way that no other hour of such a day can mend."""
        return any(not self._of_the_hour.issuperset(need.decides) for need in verdicts.needs) or any(
            rule.verdict == "breach" and not rule.advisory and rule.id not in self._of_the_hour
            for rule in verdicts.rules
        )

    def lawful(
        self, contact: ContactRecord, law_facts: tuple[tuple[str, Value], ...], words: ReadColumns
    ) -> Callable[[date, tuple[int, ...]], _Lawful]:
        """Tells for a day and its code at which edges no rule but a counter could deny *contact*, with the verdicts."""
        timeless = self._timeless(contact, law_facts, words)
        by_code = self._lawful.get(timeless)
        if by_code is None:
            if len(self._lawful) >= _KEPT:
                self._lawful.clear()
            by_code = self._lawful[timeless] = {}
        of_code = by_code

        def on(day: date, code: tuple[int, ...]) -> _Lawful:
            found = of_code.get(code)
            if found is None:
                found = of_code[code] = tuple(self._lawful_on(contact, law_facts, words, day))
            return found

        return on

    def _lawful_on(
        self, contact: ContactRecord, law_facts: tuple[tuple[str, Value], ...], words: ReadColumns, day: date
    ) -> Iterator[tuple[timedelta, Verdicts]]:
        midnight = datetime.combine(day, time(), SHANGHAI)
        for minute in self.minute_edges:
            after = timedelta(minutes=minute)
            there = changed(contact, {"occurred_at": midnight + after, "time_precision": "second"})
            verdicts = self.judged(there, law_facts, words).verdicts
            if verdicts.is_lawful:
                yield after, verdicts

    def _time_codes(self, contact: ContactRecord) -> tuple[int, ...]:
        at = contact.occurred_at
        if at is None:
            return ()
        local = at.astimezone(SHANGHAI)
        timed = has_time_of_day(contact.time_precision, local)
        when = (local.toordinal(), local.hour * 60 + local.minute if timed else None)
        codes = self._times.get(when)
        if codes is None:
            minute = when[1]
            of_day = [
                0 if minute is None else table[minute if name == "minute_of_day" else minute // 60]
                for name, table in self._time_tables.items()
                if name != "month"
            ]
            codes = (*self.day_code(local.date()), *of_day)
            if len(self._times) >= _KEPT:
                self._times.clear()
            self._times[when] = codes
        return codes

    def row(self, contact: ContactRecord, law_facts: Iterable[tuple[str, Value]] = ()) -> list[Value]:
        """The facts of one contact, as the rules see them."""
        complete = {column: value for column, value in self._complete.items() if _owner_is_named(column, contact)}
        registers = Registers(entries=self._declared, complete=complete)
        row = facts_of([contact], registers=registers, law_facts=self._law_facts)[0]
        for name, value in law_facts:
            row[self.places[name]] = value
        return row

    def _judge(self, contact: ContactRecord, law_facts: tuple[tuple[str, Value], ...], words: ReadColumns) -> Judged:
        in_flight = contact.connected is None and contact.channel in (*FLIGHT, None)
        row = self.row(contact, law_facts)
        if in_flight:
            row[self._connected] = True  # nothing follows from that: the row is the same otherwise

        @cache
        def rows() -> tuple[list[Value], ...]:
            return (row, self.row(changed(contact, {"connected": False}), law_facts)) if in_flight else (row,)

        return self._parts.judged(row, words, in_flight, rows)


def judge_of(book: Rulebook, settings: Settings) -> Judge:
    """The rules of *book* under *settings*."""
    declared = tuple(
        Entry(column=column, value=value, lender_id=lender)
        for lender, facts in settings.lenders.items()
        for column, value in facts.items()
    )
    return Judge(
        book,
        advise_only=settings.advise_only,
        declared=declared,
        complete=settings.complete,
        agencies_apart=settings.agencies_apart,
        folders=settings.rules,
    )


def _owner_is_named(column: str, contact: ContactRecord) -> bool:
    """Whether a register that is complete can be known to hold nothing: the contact names whose fact it is."""
    owner = next((c.owner for c in COLUMNS if c.name == column), "lender")
    ids = {"recipient": (contact.recipient_id,), "loan": (contact.debtor_id, contact.loan_id)}
    return any(ids.get(owner, (contact.lender_id or contact.debtor_id,)))
