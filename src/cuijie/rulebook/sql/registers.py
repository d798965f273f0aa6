# ruff: noqa: S608 -- statements are made of our own words; every value passes through literal()
"""The as-of join in SQL: the same choice as ``as_of``, one column after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US
from cuijie.rulebook.registers import Entry, Registers
from cuijie.rulebook.sql.text import literal

__all__ = ["AFTER_ALL", "BEFORE_ALL", "chosen_sql", "register_steps"]

_FIRST, _LAST = -4_000_000_000_000_000_000, 4_000_000_000_000_000_000  # before and after every instant
BEFORE_ALL, AFTER_ALL = _FIRST - 1, _LAST + 1  # the ends of an entry without an end
_MIDNIGHT = f"(c.at_us - (c.at_us + {EIGHT_HOURS_US}) % {DAY_US})"
_FROM = f"CASE WHEN c.at_us IS NULL THEN {_FIRST} WHEN c.has_time THEN c.at_us ELSE {_MIDNIGHT} END"
_TO = f"CASE WHEN c.at_us IS NULL THEN {_LAST} WHEN c.has_time THEN c.at_us ELSE {_MIDNIGHT} + {DAY_US} END"

_Step = tuple[str, dict[str, str], Callable[[str], str]]


def register_steps(
    registers: Registers, columns: Sequence[str], bools: Collection[str], micros: Callable[[datetime], int]
) -> Iterator[_Step]:
    """For each registered column: the step's name, what it computes, and its join over the step before."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in registers.entries:
        entries[entry.column].append(entry)
    for column in dict.fromkeys((*entries, *registers.complete)):
        if column not in columns:
            continue
        absent = literal(registers.complete.get(column))
        of_column = entries[column]
        keysets = dict.fromkeys(tuple(name for name, _ in entry.keys) for entry in of_column)
        keys = dict.fromkeys(name for names in keysets for name in names)
        known = " AND ".join(f"c.{name} IS NOT NULL" for name in keys) or "TRUE"
        if not of_column:
            yield f"has_{column}", {column: f"COALESCE(c.{column}, {absent})"}, lambda _source: ""
            continue
        value = "r.value = 'true'" if column in bools else "CAST(r.value AS INT)" if _is_int(of_column) else "r.value"
        found = f"CASE WHEN r.contact_id IS NOT NULL THEN {value} WHEN {known} THEN {absent} END"
        yield f"has_{column}", {column: f"COALESCE(c.{column}, {found})"}, partial(_joined, of_column, micros)


def _is_int(entries: Sequence[Entry]) -> bool:
    return all(isinstance(entry.value, int) and not isinstance(entry.value, bool) for entry in entries)


def _text(entry: Entry) -> str:
    return literal(str(entry.value).lower() if isinstance(entry.value, bool) else str(entry.value))


def _joined(entries: Sequence[Entry], micros: Callable[[datetime], int], source: str) -> str:
    """The join that gives, for each contact with any entry that may hold, the one value or NULL if that is open."""
    by_keys: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for entry in entries:
        since = BEFORE_ALL if entry.since is None else micros(entry.since)
        until = AFTER_ALL if entry.until is None else micros(entry.until)
        keys = [literal(value) for _, value in entry.keys]
        row = ", ".join([*keys, _text(entry), str(since), str(until)])
        by_keys[tuple(name for name, _ in entry.keys)].append(f"({row})")
    tables = {
        names: f"(VALUES {', '.join(rows)}) AS e({', '.join([*names, 'value', 'since_us', 'until_us'])})"
        for names, rows in by_keys.items()
    }
    return f"\n  LEFT JOIN ({chosen_sql(source, tables)}) AS r ON c.contact_id = r.contact_id"


def chosen_sql(source: str, entries: Mapping[tuple[str, ...], str], only: str = "TRUE") -> str:
    """For each contact of *source* with any entry that may hold: the one value, or NULL if that is open.

    *entries* are tables ``e`` of value, since_us and until_us by the keys a contact must carry; *only* limits
    the contacts ``c``.
    """
    candidates = "\n    UNION ALL ".join(_candidates(source, names, table, only) for names, table in entries.items())
    newest = "MAX(CASE WHEN sure THEN since_us END) OVER (PARTITION BY contact_id)"
    return (
        "SELECT contact_id,"
        "\n      CASE WHEN MAX(CASE WHEN sure THEN 0 ELSE 1 END) = 0"
        "\n        THEN CASE WHEN MIN(new_value) = MAX(new_value) THEN MIN(new_value) END"
        "\n        WHEN MAX(CASE WHEN sure THEN 1 ELSE 0 END) = 1 AND MIN(value) = MAX(value) THEN MIN(value) END AS value"
        "\n    FROM (SELECT *, CASE WHEN sure AND since_us = newest THEN value END AS new_value"
        f"\n      FROM (SELECT *, {newest} AS newest FROM (\n    {candidates}) AS held) AS aged) AS chosen"
        "\n    GROUP BY contact_id"
    )


def _candidates(source: str, names: Sequence[str], table: str, only: str) -> str:
    sure = f"e.since_us < {_FROM} AND {_TO} < e.until_us"
    perhaps = f"e.since_us < {_TO} AND {_FROM} < e.until_us"
    on = " AND ".join([*(f"c.{name} = e.{name}" for name in names), f"({sure} OR {perhaps})"])
    return (
        f"SELECT c.contact_id, e.value, e.since_us, ({sure}) AS sure FROM {source} AS c"
        f" JOIN {table} ON {on} WHERE {only}"
    )
