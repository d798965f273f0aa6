# ruff: noqa: S608 -- names are our own
"""The facts of the contacts in hand: readings, loans and registers joined as of each contact, then who was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cuijie.audit.engines import Store
from cuijie.audit.mapping_sql import STAGED
from cuijie.audit.texts import READ_COLUMNS
from cuijie.records import COLUMNS
from cuijie.rulebook.columns import Value
from cuijie.rulebook.dialects import DIALECTS
from cuijie.rulebook.facts import fact_names
from cuijie.rulebook.registers import OWNER_KEYS
from cuijie.rulebook.sql_facts import acting_sql, base_facts_sql, reachable_sql
from cuijie.rulebook.sql_registers import chosen_sql
from cuijie.rulebook.sql_text import literal

__all__ = ["CARRIED", "RegisterTable", "Registered", "keep_facts"]

CARRIED = ("template", "read_mask")
_BOOLS = {column.name for column in COLUMNS if column.type == "bool"}
_INTS = {column.name for column in COLUMNS if column.type == "int"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTable:
    """One column's entries in the store: ``table`` holds the keys, value, since_us, until_us and ``keyset``."""

    column: str
    table: str
    keysets: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What a lender keeps elsewhere, ready in the store."""

    tables: tuple[RegisterTable, ...] = ()
    complete: Mapping[str, Value] = field(default_factory=dict)
    loans: str | None = None


def keep_facts(store: Store, source: str, law_facts: Sequence[str], registered: Registered, *, texts: bool) -> None:
    """Make ``facts`` in *store* out of the staged rows of *source* (columns ``STAGED``) and ``readings``."""
    dialect = DIALECTS[store.dialect]
    columns = (*(n for n in fact_names(law_facts) if n != "text"), "at_us", "has_time", *CARRIED)
    rows = f"(SELECT {_read(texts, dialect.text)} FROM {source} AS s{_joined(texts)})"
    base = base_facts_sql(dialect, rows, law_facts=law_facts, carried=CARRIED, loans=registered.loans)
    if texts or registered.tables or registered.complete or registered.loans:
        store.keep("base", base)
    else:  # cheaper made twice than kept
        store.name("base", base)
    computed, joined = {}, []
    held = "base"
    for number, column in enumerate(name for name in _in_order(registered) if name in columns):
        found, join = _register(store, registered, column, number, held, _BOOLS | set(law_facts))
        computed[column] = found
        joined.append(join)
        if column in OWNER_KEYS:  # registers after this one may be kept by it
            others = ", ".join(f"{computed[n]} AS {n}" if n in computed else f"c.{n}" for n in columns)
            held = f"base_{number}"
            store.keep(held, f"SELECT {others} FROM base AS c{''.join(joined)}")
    acting = acting_sql(columns, computed, "base", "".join(joined))
    if computed:
        store.keep("acting", acting)
    else:
        store.name("acting", acting)
    store.name("facts", reachable_sql(columns, "acting"))


def _read(texts: bool, text: str) -> str:
    if not texts:
        return ", ".join(
            (*(f"s.{n}" for n in STAGED), f"CAST(NULL AS {text}) AS text", "CAST(0 AS BIGINT) AS read_mask")
        )
    said = [f"COALESCE(s.{n}, r.{n}) AS {n}" if n in READ_COLUMNS else f"s.{n}" for n in STAGED]
    bits = " + ".join(
        f"CASE WHEN s.{name} IS NULL AND r.{name} IS NOT NULL THEN {2**bit} ELSE 0 END"
        for bit, name in enumerate(READ_COLUMNS)
    )
    return ", ".join((*said, f"CAST(NULL AS {text}) AS text", f"CAST({bits} AS BIGINT) AS read_mask"))


def _joined(texts: bool) -> str:
    return " LEFT JOIN readings AS r ON s.text_key = r.text_key" if texts else ""


def _in_order(registered: Registered) -> list[str]:
    """The registered columns, those first by which others are kept."""
    every = dict.fromkeys((*(table.column for table in registered.tables), *registered.complete))
    return sorted(every, key=lambda column: (column not in OWNER_KEYS, column))


def _register(
    store: Store, registered: Registered, column: str, number: int, held: str, bools: set[str]
) -> tuple[str, str]:
    """What a registered column is, and the join it needs."""
    absent = literal(registered.complete.get(column))
    of_column = next((table for table in registered.tables if table.column == column), None)
    if of_column is None:
        return f"COALESCE(c.{column}, {absent})", ""
    entries = {
        keys: f"(SELECT * FROM {of_column.table} WHERE keyset = {code}) AS e"
        for code, keys in of_column.keysets.items()
    }
    store.keep(f"held_{number}", chosen_sql(held, entries, f"c.{column} IS NULL"))
    name = f"h{number}"
    value = f"{name}.value = 'true'" if column in bools else f"{name}.value"
    if column in _INTS:
        value = f"CAST({name}.value AS BIGINT)"
    keys = dict.fromkeys(key for names in of_column.keysets.values() for key in names)
    known = " AND ".join(f"c.{key} IS NOT NULL" for key in keys) or "TRUE"
    found = f"CASE WHEN {name}.contact_id IS NOT NULL THEN {value} WHEN {known} THEN {absent} END"
    return (
        f"COALESCE(c.{column}, {found})",
        f"\n  LEFT JOIN held_{number} AS {name} ON c.contact_id = {name}.contact_id",
    )
