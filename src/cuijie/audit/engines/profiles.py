"""Contacts that no rule can tell apart, as a few numbers: worked out in the database, judged once in Python.

The tests of all rules cut each column's values into classes (see ``rulebook.codes``).  The classes of a contact,
packed into whole numbers, are its key; contacts with the same key get the same answers from every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from cuijie.audit.engines.seam import Counted, Profile, Said
from cuijie.audit.texts import READ_COLUMNS
from cuijie.rulebook import LinkedRule, Rulebook
from cuijie.rulebook.asking import missing_columns, representatives
from cuijie.rulebook.codes import ClassTable, code_tables
from cuijie.rulebook.columns import FactColumn, Value
from cuijie.rulebook.compiled import WHO_ACTED, asked_columns
from cuijie.rulebook.facts import fact_names
from cuijie.rulebook.judgement import Outcome
from cuijie.rulebook.predicate import Node, Span, all_of, because, evaluate
from cuijie.rulebook.sql.text import literal

__all__ = ["Profiler"]

_ROOM = 2**62
_BIT = {name: 2**bit for bit, name in enumerate(READ_COLUMNS)}


class Profiler:
    """Keys and profiles for the contact and window rules of one rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self.names = fact_names(book.law_facts)
        self.rules = book.rules
        self._engine = book.python
        judged = [linked for linked in book.rules if linked.rule.about != "case"]
        self._windows = [
            (place, linked, [all_of(linked.breach, norm.applies) for norm in linked.norms])
            for place, linked in enumerate(book.rules)
            if linked.rule.about == "window"
        ]
        self._places = {linked.rule.id: place for place, linked in enumerate(book.rules)}
        columns = {name: column for linked in judged for name, column in linked.columns.items()}
        nodes = [linked.verdict for linked in judged if linked.rule.about == "contact"]
        nodes += [node for _, _, of_rule in self._windows for node in of_rule]
        if "institution_id" in columns:
            nodes += WHO_ACTED
        self._tables = code_tables(nodes, columns)
        self._columns = columns
        self._used = sorted(self._tables, key=self.names.index)
        self._values = {name: {0: None} for name in self._used}  # type: dict[str, dict[int, Value]]
        for name, values in representatives(nodes, columns).items():
            self._values[name].update({self._tables[name][value]: value for value in values})
        self._words = self._packed()
        self._own: dict[str, tuple[list[str], int]] = {}
        for linked in judged:
            own = [name for name in linked.columns if name in self._tables]
            self._own[linked.rule.id] = own, sum(_BIT.get(name, 0) for name in own)
        self._known: dict[tuple[int, ...], int] = {}
        self._every_said: dict[tuple[int, ...], Said] = {}
        self._every_counted: dict[tuple[int, ...], Counted | None] = {}
        self.profiles: list[Profile] = []

    def _packed(self) -> list[list[str]]:
        """The columns in as few whole numbers as hold them."""
        found: list[list[str]] = [[]]
        room = _ROOM
        for name in self._used:
            width = len(self._values[name])
            if room < width:
                found.append([])
                room = _ROOM
            room //= width
            found[-1].append(name)
        return found

    @property
    def key_names(self) -> tuple[str, ...]:
        """The names of a key's numbers; the last says what a machine read."""
        return (*(f"key_{n}" for n in range(len(self._words))), "read_mask")

    def key_sql(self) -> list[str]:
        """The expressions of a key, ``AS key_n``, over ``facts``."""
        found = []
        for number, names in enumerate(self._words):
            terms, factor = [], 1
            for name in names:
                terms.append(f"CAST({self._class_sql(name)} AS BIGINT) * {factor}")
                factor *= len(self._values[name])
            found.append(f"{' + '.join(terms) or '0'} AS key_{number}")
        return [*found, "read_mask"]

    def _class_sql(self, name: str) -> str:
        table, column = self._tables[name], self._columns[name]
        if column.kind == "bool":
            return f"CASE WHEN {name} THEN {table[True]} WHEN NOT {name} THEN {table[False]} ELSE 0 END"
        if column.kind == "string":
            return _text_class(name, column, table, self._values[name])
        return _ordered_class(name, column, table)

    def place_of(self, key: Sequence[int]) -> int:
        """The place of the profile with this key, judged when first met."""
        own = tuple(key)
        found = self._known.get(own)
        if found is None:
            found = self._known[own] = len(self.profiles)
            self.profiles.append(self._judged(own))
        return found

    def _judged(self, key: tuple[int, ...]) -> Profile:
        *packed, mask = key
        codes: dict[str, int] = {}
        for word, names in zip(packed, self._words, strict=True):
            rest = word
            for name in names:
                rest, codes[name] = divmod(rest, len(self._values[name]))
        value_of: dict[str, Value] = dict.fromkeys(self.names)
        value_of |= {name: self._values[name][code] for name, code in codes.items()}
        row = [value_of[name] for name in self.names]
        judged = self._engine.contact_rules.judge(row)
        return Profile(
            said=tuple(self._said(number, outcome, codes, mask, value_of) for number, outcome in judged),
            counted=tuple(
                found
                for number in range(len(self._windows))
                if (found := self._counted(number, codes, mask, value_of)) is not None
            ),
        )

    def _alike(self, linked: LinkedRule, codes: Mapping[str, int], mask: int) -> tuple[int, ...]:
        """What one rule can tell of a contact: the classes of its own columns, and which of them a machine read."""
        own, bits = self._own[linked.rule.id]
        return (*map(codes.__getitem__, own), mask & bits)

    def _said(
        self, number: int, outcome: Outcome, codes: Mapping[str, int], mask: int, value_of: Mapping[str, Value]
    ) -> Said:
        linked = self._engine.contact_rules.rules[number]
        alike = (number, *self._alike(linked, codes, mask))
        found = self._every_said.get(alike)
        if found is None:
            leans = outcome.verdict == "breach" and not evaluate(linked.verdict, _unread(value_of, alike[-1]))
            found = self._every_said[alike] = Said(
                place=self._places[linked.rule.id],
                outcome=outcome,
                because=tuple(self._shown(name, value_of[name]) for name in outcome.because),
                machine_read=leans,
            )
        return found

    def _counted(
        self, number: int, codes: Mapping[str, int], mask: int, value_of: Mapping[str, Value]
    ) -> Counted | None:
        place, linked, nodes = self._windows[number]
        alike = (number, *self._alike(linked, codes, mask))
        if alike not in self._every_counted:
            states = tuple(evaluate(node, value_of.__getitem__) for node in nodes)
            self._every_counted[alike] = (
                None
                if all(state is False for state in states)
                else Counted(
                    place=place,
                    states=states,
                    firm=tuple(evaluate(node, _unread(value_of, alike[-1])) for node in nodes),
                    missing=_missing(linked, nodes, states, value_of),
                    because=tuple(self._shown(n, value_of[n]) for n in because(linked.breach, value_of.__getitem__)),
                )
            )
        return self._every_counted[alike]

    def _shown(self, name: str, value: Value) -> str:
        """``column=value`` where the class has but one value."""
        column, table = self._columns[name], self._tables[name]
        if isinstance(value, bool):
            return f"{name}={str(value).lower()}"
        alike = [v for v in column.values if table[v] == table[value]] if column.values else []
        return f"{name}={value}" if len(alike) == 1 else name


def _unread(value_of: Mapping[str, Value], read: int) -> Callable[[str], Value]:
    """The values without those a machine read."""
    return lambda name: None if name in _BIT and read & _BIT[name] else value_of[name]


def _missing(
    linked: LinkedRule, nodes: Sequence[Node], states: Sequence[bool | None], value_of: Mapping[str, Value]
) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for node, state in zip(nodes, states, strict=True):
        if state is None:
            names.update(dict.fromkeys(missing_columns(node, value_of.__getitem__, linked.domains)))
    ordinary = [name for name in names if name not in linked.law_facts]
    return asked_columns(ordinary, linked.columns, value_of.__getitem__) or tuple(names)


def _text_class(name: str, column: FactColumn, table: ClassTable, values: dict[int, Value]) -> str:
    named = column.values or tuple(str(v) for v in values.values() if v not in (None, "\x00"))
    cases = " ".join(f"WHEN {literal(value)} THEN {table[value]}" for value in named)
    other = 0 if column.values else table["\x00"]
    if not cases:
        return f"CASE WHEN {name} IS NULL THEN 0 ELSE {other} END"
    return f"CASE WHEN {name} IS NULL THEN 0 ELSE CASE {name} {cases} ELSE {other} END END"


def _ordered_class(name: str, column: FactColumn, table: ClassTable) -> str:
    """Between two cuts every value answers every test alike, so one comparison a cut is enough."""
    cuts: set[Any] = set()
    for test in table.tests:
        if isinstance(test, Span):
            cuts |= {test.low} if test.low is not None else set()
            cuts |= {_next(test.high)} if test.high is not None else set()
        else:
            cuts |= {edge for value in test.values for edge in (value, _next(value))}
    ordered = sorted(cuts)
    cases = "".join(f" WHEN {name} < {literal(cut)} THEN {table[_before(cut)]}" for cut in ordered)
    last = table[ordered[-1]]
    return f"CASE WHEN {name} IS NULL THEN 0{cases} ELSE {last} END"


def _next(value: Any) -> Any:
    return date.fromordinal(value.toordinal() + 1) if isinstance(value, date) else value + 1


def _before(value: Any) -> Any:
    return date.fromordinal(value.toordinal() - 1) if isinstance(value, date) else value - 1
