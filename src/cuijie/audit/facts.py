# ruff: noqa: S608 -- names are our own
"""The facts of the contacts in hand: readings, loans and registers joined as of each contact, then who was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cuijie.audit.engines.seam import Store
from cuijie.audit.logs.mapping_sql import STAGED
from cuijie.audit.logs.numbers_sql import is_masked
from cuijie.audit.reading_keys import placed_key, waits_for_role
from cuijie.audit.texts import READ_COLUMNS
from cuijie.records import COLUMNS
from cuijie.rulebook.columns import Value
from cuijie.rulebook.facts import fact_names
from cuijie.rulebook.registers import OWNER_KEYS
from cuijie.rulebook.sql.dialects import DIALECTS
from cuijie.rulebook.sql.facts import BOOLS, acting_sql, base_facts_sql, reachable_sql
from cuijie.rulebook.sql.registers import chosen_sql
from cuijie.rulebook.sql.text import literal

__all__ = ["RegisterTable", "Registered", "keep_facts"]

_CARRIED = ("template", "read_mask")
_INTS = {column.name for column in COLUMNS if column.type == "int"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTable:
    """One column's entries in the store: ``table`` holds the keys, value, since_us, until_us and ``keyset``.

    ``masked``: by which of debtor_id and loan_id it names people under masked numbers.
    """

    column: str
    table: str
    keysets: Mapping[int, tuple[str, ...]]
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What a lender keeps elsewhere, ready in the store."""

    tables: tuple[RegisterTable, ...] = ()
    complete: Mapping[str, Value] = field(default_factory=dict)
    loans: str | None = None

    @property
    def tells_roles(self) -> bool:
        """Whether to whom a contact went may stand in a register."""
        return "recipient_role" in self.complete or any(table.column == "recipient_role" for table in self.tables)


def keep_facts(store: Store, source: str, law_facts: Sequence[str], registered: Registered, *, texts: bool) -> None:
    """Make ``facts`` in *store* out of the staged rows of *source* (columns ``STAGED``) and ``readings``."""
    dialect = DIALECTS[store.dialect]
    columns = (*(n for n in fact_names(law_facts) if n != "text"), "at_us", "has_time", *_CARRIED)
    if texts and registered.tells_roles:
        source = _placed(store, source, columns, law_facts, registered)
    rows = f"(SELECT {_read(texts, dialect.text)} FROM {source} AS s{_joined(texts)})"
    base = base_facts_sql(dialect, rows, law_facts=law_facts, carried=_CARRIED, loans=registered.loans)
    if texts or registered.tables or registered.complete or registered.loans:
        store.keep("base", base)
    else:  # cheaper made twice than kept
        store.name("base", base)
    computed, joined = _looked_up(store, registered, columns, law_facts, "base")
    acting = acting_sql(columns, computed, "base", joined)
    if computed:
        store.keep("acting", acting)
    else:
        store.name("acting", acting)
    store.name("facts", reachable_sql(columns, "acting"))


def _placed(store: Store, source: str, columns: Sequence[str], law_facts: Sequence[str], registered: Registered) -> str:
    """*source* with the roles that only registers tell, where a text is to be read for them: the name of it.

    What is told to a third party is no disclosure to the debtor, so that the words hang on the role.
    """
    dialect = DIALECTS[store.dialect]
    waiting = f"(SELECT {_read(False, dialect.text)} FROM {source} AS s WHERE {waits_for_role()})"
    store.keep(
        "unplaced", base_facts_sql(dialect, waiting, law_facts=law_facts, carried=_CARRIED, loans=registered.loans)
    )
    needed = {*OWNER_KEYS, "recipient_role"}
    of_role = replace(
        registered,
        tables=tuple(table for table in registered.tables if table.column in needed),
        complete={column: value for column, value in registered.complete.items() if column in needed},
    )
    computed, joined = _looked_up(store, of_role, columns, law_facts, "unplaced")
    store.keep(
        "placed_roles",
        f"SELECT c.contact_id, {computed['recipient_role']} AS recipient_role FROM unplaced AS c{joined}",
    )
    own = {
        "recipient_role": "COALESCE(s.recipient_role, p.recipient_role)",
        "text_key": placed_key("s.text_key", "p.recipient_role"),
    }
    fields = ", ".join(f"{own[name]} AS {name}" if name in own else f"s.{name}" for name in STAGED)
    store.name(
        "placed", f"SELECT {fields} FROM {source} AS s LEFT JOIN placed_roles AS p ON s.contact_id = p.contact_id"
    )
    return "placed"


def _looked_up(
    store: Store, registered: Registered, columns: Sequence[str], law_facts: Sequence[str], base: str
) -> tuple[dict[str, str], str]:
    """What the registers say of the contacts of *base*, by column, and the joins that this needs."""
    computed, joined, held = {}, "", base
    for number, column in enumerate(name for name in _in_order(registered) if name in columns):
        found, join = _register(store, registered, column, f"{base}_held_{number}", held, BOOLS | set(law_facts))
        computed[column] = found
        joined += join
        if column in OWNER_KEYS:  # registers after this one may be kept by it
            others = ", ".join(f"{computed[n]} AS {n}" if n in computed else f"c.{n}" for n in columns)
            held = f"{base}_{number}"
            store.keep(held, f"SELECT {others} FROM {base} AS c{joined}")
    return computed, joined


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
    store: Store, registered: Registered, column: str, name: str, held: str, bools: set[str]
) -> tuple[str, str]:
    """What a registered column is, looked up for the contacts of *held* and kept as *name*, and the join it needs."""
    absent = literal(registered.complete.get(column))
    of_column = next((table for table in registered.tables if table.column == column), None)
    if of_column is None:
        return f"COALESCE(c.{column}, {absent})", ""
    entries = {
        keys: f"(SELECT * FROM {of_column.table} WHERE keyset = {code}) AS e"
        for code, keys in of_column.keysets.items()
    }
    store.keep(name, chosen_sql(held, entries, f"c.{column} IS NULL"))
    value = f"{name}.value = 'true'" if column in bools else f"{name}.value"
    if column in _INTS:
        value = f"CAST({name}.value AS BIGINT)"
    keys = dict.fromkeys(key for names in of_column.keysets.values() for key in names)
    join = f"\n  LEFT JOIN {name} ON c.contact_id = {name}.contact_id"
    here = [*map(_is_whole, keys)]
    for key in of_column.masked:  # who is masked there may be anybody whom this debtor's contacts reach
        names = f"SELECT DISTINCT {key} AS owner FROM {of_column.table} WHERE {is_masked('recipient_id')} AND {key} IS NOT NULL"
        join += f"\n  LEFT JOIN ({names}) AS {name}_{key} ON c.{key} = {name}_{key}.owner"
        here.append(f"{name}_{key}.owner IS NULL")
    known = " AND ".join(here) or "TRUE"
    found = f"CASE WHEN {name}.contact_id IS NOT NULL THEN {value} WHEN {known} THEN {absent} END"
    return f"COALESCE(c.{column}, {found})", join


def _is_whole(key: str) -> str:
    """A condition: *key* is known, so that the register would name it; 138****1002 may be any of the numbers in it."""
    return f"c.{key} IS NOT NULL" + (f" AND NOT {is_masked(f'c.{key}')}" if key == "recipient_id" else "")
