"""Judging through SQL: what the DuckDB and Spark engines share.

The database says which contacts and windows are breached or unknown, with bounds, norms and missing
columns; what a finding names in a window (marks, whom to ask) is worked out from that window's own rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook.columns import Value
from cuijie.rulebook.compiled import compile_nodes
from cuijie.rulebook.facts import fact_names
from cuijie.rulebook.judgement import Judgement, Judgements, WindowJudgement
from cuijie.rulebook.linking import LinkedRule, ceiling, law_facts_of
from cuijie.rulebook.moments import DAY_ZERO
from cuijie.rulebook.predicate import all_of
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.sql.dialects import DialectName
from cuijie.rulebook.sql.statements import facts_statement, rule_query
from cuijie.rulebook.sql.text import literal
from cuijie.rulebook.windows.grouping import Keys
from cuijie.rulebook.windows.judging import judge_window
from cuijie.rulebook.windows.members import Member, members_of, window_of
from cuijie.rulebook.windows.spans import is_within, length_of

__all__ = ["Connection", "judge_by_sql"]

_Table = Sequence[tuple[object, ...]]


class Connection(Protocol):
    """A database in which ``contacts`` stands ready."""

    dialect: DialectName

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        ...

    def settle(self, name: str) -> None:
        """See to it that what is kept under *name* is worked out once and not anew for each query."""
        ...

    def rows(self, query: str) -> _Table:
        """The rows of *query*, dates and lists as Python has them."""
        ...


def judge_by_sql(
    rules: Sequence[LinkedRule],
    contacts: Sequence[ContactRecord],
    loans: Sequence[Loan],
    registers: Registers,
    connection: Connection,
) -> Judgements:
    """Every breach and every unknown among *contacts*, judged inside the database."""
    connection.run(facts_statement(rules, connection.dialect, loans=loans, registers=registers))
    connection.settle("facts")
    names = fact_names(law_facts_of(rules))
    place = {contact.contact_id: number for number, contact in enumerate(contacts)}
    judged: list[Judgement] = []
    windows: list[WindowJudgement] = []
    for linked in rules:
        if linked.rule.about == "case":
            continue
        found = connection.rows(rule_query(linked, connection.dialect))
        if linked.rule.about == "contact":
            judged += sorted((_judgement(linked, row) for row in found), key=lambda j: place[j.contact])
        else:
            windows += _windows(linked, found, contacts, place, connection, names)
    return Judgements(contacts=tuple(judged), windows=tuple(windows))


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(value).split(",")) if value else ()


def _judgement(linked: LinkedRule, row: tuple[object, ...]) -> Judgement:
    contact, verdict, basis, may_apply, missing, law_missing = row
    named = frozenset(_words(basis))
    return Judgement(
        rule=linked.rule.id,
        version=linked.rule.version,
        contact=str(contact),
        verdict="breach" if verdict == "breach" else "unknown",
        basis=_words(basis),
        may_apply=_words(may_apply),
        missing=_words(missing),
        law_missing=_words(law_missing),
        certainty=ceiling(tuple(norm for norm in linked.norms if norm.id in named)),
    )


def _windows(
    linked: LinkedRule,
    found: _Table,
    contacts: Sequence[ContactRecord],
    place: Mapping[str, int],
    connection: Connection,
    names: Sequence[str],
) -> list[WindowJudgement]:
    if not found:
        return []
    held = sorted({contact for row in found for contact in _ids(row[-1])}, key=place.__getitem__)
    by_id = {member.contact: member for member in _members(linked, held, contacts, place, connection, names)}
    named = []
    for *values, until, verdict, at_least, at_most, ids in found:
        keys: Keys = tuple(values)  # type: ignore[arg-type]
        end = (until - DAY_ZERO).days if isinstance(until, date) else None if until is None else _number(until)
        inside = sorted((by_id[contact] for contact in _ids(ids)), key=lambda m: m.place)
        judged = judge_window(linked, keys, end, [(m, _sure(linked, m, keys, end)) for m in inside])
        if judged is None or judged.verdict != verdict:
            raise RuntimeError(f"{linked.rule.id}: SQL says {verdict} of a window, its rows do not")
        bounds = replace(judged, at_least=_number(at_least), at_most=None if at_most is None else _number(at_most))
        named.append((inside[0].place, tuple("" if v is None else str(v) for _, v in judged.keys), bounds))
    return [judged for _, _, judged in sorted(named, key=lambda n: (n[0], n[1]))]


def _ids(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, Iterable) else []


def _number(value: object) -> int:
    return int(str(value))


def _sure(linked: LinkedRule, member: Member, keys: Keys, end: int | None) -> bool:
    window = window_of(linked)
    inside = not window.slides or is_within(member.lies, end, length_of(window))
    return inside and None not in keys and member.keys == keys


def _members(
    linked: LinkedRule,
    held: Sequence[str],
    contacts: Sequence[ContactRecord],
    place: Mapping[str, int],
    connection: Connection,
    names: Sequence[str],
) -> Iterable[Member]:
    ids = ", ".join(map(literal, held))
    query = f"SELECT {', '.join(names)} FROM facts WHERE contact_id IN ({ids})"  # noqa: S608 -- literal() quotes
    rows = sorted(connection.rows(query), key=lambda row: place[str(row[names.index("contact_id")])])
    nodes = [all_of(linked.breach, norm.applies) for norm in linked.norms]
    answers: Callable[[Sequence[Value]], tuple[bool | None, ...]] = compile_nodes(nodes, [linked], names)
    own = [contacts[place[contact]] for contact in held]
    found = members_of(linked, own, rows, names, answers)  # type: ignore[arg-type]
    return [replace(member, place=place[member.contact]) for member in found]
