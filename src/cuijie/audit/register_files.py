# ruff: noqa: S608 -- names are our own; values pass through literal()
"""The registers a lender keeps elsewhere: one file each, joined to contacts by when they happened."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.errors import AuditError
from cuijie.audit.facts import Registered, RegisterTable
from cuijie.audit.logs.log_files import LogFile, find_files, header_of, raw_sql
from cuijie.audit.logs.mapping import ColumnSource, LogMapping, words
from cuijie.audit.logs.mapping_sql import Expressions
from cuijie.audit.logs.numbers_sql import is_masked
from cuijie.audit.register_columns import (
    LOAN_COLUMNS,
    LOAN_EXTRA,
    SPAN,
    RegisterColumns,
    RegisterNotes,
    doubts_told,
    read_notes,
)
from cuijie.records import COLUMNS
from cuijie.rulebook import RulebookError
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.hours import parse_hours
from cuijie.rulebook.moments import DAY_US
from cuijie.rulebook.registers import OWNER_KEYS
from cuijie.rulebook.sql.registers import AFTER_ALL, BEFORE_ALL
from cuijie.rulebook.sql.text import literal

__all__ = ["RegisterFiles", "load_registers"]

_MEANT: dict[str, tuple[str, str]] = {
    "agreed_contacts": ("recipient_role", "agreed_contact"),
    "co_debtors": ("recipient_role", "co_debtor"),
    "debtors": ("recipient_role", "debtor"),
    "refusals": ("recipient_refused", "true"),
    "withdrawals": ("consent_withdrawn", "true"),
    "consents": ("recipient_consent", "true"),
    "disclosures": ("agency_disclosed", "true"),
    "negotiations": ("in_negotiation", "true"),
    "disputes": ("in_dispute", "true"),
    "hardships": ("hardship_known", "true"),
    "settlements": ("debt_settled", "true"),
    "unreachable": ("debtor_reachable", "false"),
    "agencies": ("agency_id", ""),
}
"""What a file of this name says of the contacts it covers; of ``agencies`` the value is in its own column."""

_AGAINST = frozenset({"recipient_refused", "consent_withdrawn", "debt_settled"})
"""Columns whose entry weighs against the collector: a bare date counts from the next day on, never the same."""

_UNPLACED = f"{is_masked('recipient_id')} AND debtor_id IS NULL AND loan_id IS NULL"
"""A masked number of no known debtor may be anybody's: it says nothing for sure, and nobody is then surely absent."""

_SPANS = 3
_TOLD_BY = {"settled_on": "debt_settled", "agreed_hours": "hours_agreed"}
"""What a register of loans tells of a contact by a column that says something else."""
_NO_HOURS = ("none", "无", "没有", "未约定", "无约定")
_OWNERS = ("debtor_id", "loan_id")
_OF_PERSON = "recipient_"
"""So begin the columns that say something of the person contacted: without that person an entry would hold for everybody."""


@dataclass(slots=True)
class RegisterFiles:
    """What was found: tables in the store (``entries`` holds all spans), and the words for ``run.json``."""

    registered: Registered = field(default_factory=Registered)
    files: list[dict[str, object]] = field(default_factory=list)
    unplaced: set[str] = field(default_factory=set)  # columns of which some masked number may be anybody's


def load_registers(
    store: DuckDBStore,
    folder: Path | None,
    law_facts: Mapping[str, object],
    names: Sequence[str],
    mappings: Sequence[LogMapping],
    zone: str,
    scratch: Path,
) -> RegisterFiles:
    """The registers in *folder* and the facts of law in *store*.

    *names* are the law facts that rules may need; a column headed as in the log is what *mappings* say of it there.
    """
    found = RegisterFiles()
    store.run(
        "CREATE OR REPLACE TEMP TABLE entries (col VARCHAR, value VARCHAR, since_us BIGINT, until_us BIGINT,"
        f" {', '.join(f'{key} VARCHAR' for key in OWNER_KEYS)})"
    )
    loans: str | None = None
    doubted: list[RegisterColumns] = []
    _add_law_facts(store, law_facts, names)
    files = find_files(str(folder), scratch) if folder is not None else ()
    notes = read_notes(folder / "registers.yaml", names) if folder is not None else RegisterNotes()
    for stem in set(notes.columns) - {file.path.stem for file in files}:
        raise AuditError(f"registers.yaml 的 columns 里写了“{stem}”，登记里没有这个文件。")
    for file in files:
        header = header_of(store.connection, file)
        stem, passed_over = file.path.stem.lower(), 0
        columns = RegisterColumns(file, header, mappings, notes.columns.get(file.path.stem, {}), zone)
        if stem == "loans":
            tells = _add_loans(store, columns)
            loans = "loans"
        elif stem == "lenders":
            tells = _add_lenders(store, columns, names)
        else:
            passed_over = _add_entries(store, columns, stem, names)
            tells = set() if columns.doubts else _columns_said(store, "names_somebody")
            found.unplaced |= set() if columns.doubts else _columns_said(store, _UNPLACED)
        if columns.doubts:
            doubted.append(columns)
            continue
        rows = store.connection.execute(f"SELECT COUNT(*) FROM {raw_sql(file, tuple(header))}").fetchone()
        told = {
            "rows": rows[0] if rows else 0,
            "without_key": passed_over,
            "tells": sorted(tells),
            "unused": columns.unused,
        }
        found.files.append({"path": file.name, **told, "sha256": file.sha256})
    if doubted:
        raise doubts_told(doubted)
    complete = {name: value for name, value in notes.complete.items() if name not in found.unplaced}
    found.registered = Registered(tables=_tables(store), complete=complete, loans=loans)
    return found


def _columns_said(store: DuckDBStore, where: str) -> set[str]:
    """The columns that the register at hand tells of, in its rows *where*."""
    return {str(col) for col in store.rows(f"SELECT DISTINCT col FROM said WHERE {where}").column(0).to_pylist()}


def _add_law_facts(store: DuckDBStore, facts: Mapping[str, object], names: Sequence[str]) -> None:
    """``{member_nifa: true}`` for all lenders, ``{b1: {member_nifa: true}}`` for one."""
    for name, said in facts.items():
        of_one = {name: said} if not isinstance(said, Mapping) else said
        lender = name if isinstance(said, Mapping) else None
        for fact, value in of_one.items():
            if fact not in names and fact not in CONTACT_COLUMNS:
                raise AuditError(f"没有“{fact}”这个法律事实；可以是 {'、'.join(names)}。")
            if not isinstance(value, bool):
                raise AuditError(f"法律事实 {fact} 应是 true 或 false。")
            _insert(store, fact, str(value).lower(), lender)


def _insert(store: DuckDBStore, column: str, value: str, lender: str | None) -> None:
    store.connection.execute(
        "INSERT INTO entries (col, value, since_us, until_us, lender_id) VALUES (?, ?, ?, ?, ?)",
        [column, value, BEFORE_ALL, AFTER_ALL, lender],
    )


def _add_entries(store: DuckDBStore, columns: RegisterColumns, stem: str, names: Sequence[str]) -> int:
    """Add what a register says; gives how many of its rows name nobody and so say nothing."""
    file = columns.file
    span, keys = columns.moments(SPAN), columns.sources(OWNER_KEYS)
    columns.doubt_institution(keys)
    column, value = _MEANT.get(stem, ("", ""))
    if column == "agency_id" and column in keys:
        span["value"] = keys.pop(column)
    if stem not in _MEANT and "column" not in span:
        raise AuditError(
            f"登记 {file.path} 不认识：文件名应是 {'、'.join(sorted(_MEANT))}、loans、lenders 之一，或表里有 column 和 value 两列。"
        )
    if column.startswith(_OF_PERSON) and "recipient_id" not in keys:
        columns.doubt_lacking("recipient_id（被联系人的号码）", "recipient_id", "联系人电话")
    elif not keys:
        columns.doubt_lacking(" 或 ".join(OWNER_KEYS), "loan_id", "借款编号")
    if "since" not in span and "since" not in columns.own:
        columns.doubt_beginning(lambda query: store.rows(query).to_pylist())
    if columns.doubts:
        return 0
    sources = keys | span
    say = columns.expressions(sources)
    column_sql = f"lower({say.known(sources['column'])})" if "column" in span else literal(column)
    value_sql = say.known(sources["value"]) if "value" in sources else literal(value)
    since, since_day = _instant(store, columns, say, span.get("since"), BEFORE_ALL)
    until, until_day = _instant(store, columns, say, span.get("until"), AFTER_ALL)
    against = f"col IN ({', '.join(map(literal, sorted(_AGAINST)))})"
    fields = ", ".join(
        f"{say.renamed(sources[key])} AS {key}" if key in keys else f"CAST(NULL AS VARCHAR) AS {key}"
        for key in OWNER_KEYS
    )
    of_whom = "recipient_id" if column.startswith(_OF_PERSON) else f"COALESCE({', '.join(OWNER_KEYS)})"
    names_somebody = f"{of_whom} IS NOT NULL" if column else "TRUE"
    store.keep(
        "said",
        f"SELECT *, {names_somebody} AND ({_UNPLACED}) IS NOT TRUE AS names_somebody FROM (SELECT {column_sql} AS col, {value_sql} AS value, {since} AS since,"
        f" {since_day} AS since_day, {until} AS until, {until_day} AS until_day, {fields} FROM {columns.told(say)}) AS q",
    )
    store.run(
        f"INSERT INTO entries SELECT col, value,"
        f" CASE WHEN since IS NULL THEN {BEFORE_ALL} WHEN since_day AND {against} THEN since + {DAY_US} WHEN since_day THEN since - 1 ELSE since END,"
        f" CASE WHEN until IS NULL THEN {AFTER_ALL} WHEN until_day THEN until + {DAY_US} ELSE until END, {', '.join(OWNER_KEYS)}"
        " FROM said WHERE value IS NOT NULL AND names_somebody"
    )
    _check(store, file, names)
    return int(store.rows("SELECT COUNT(*) AS n FROM said WHERE NOT names_somebody").to_pylist()[0]["n"])


def _instant(
    store: DuckDBStore, columns: RegisterColumns, say: Expressions, end: ColumnSource | None, absent: int
) -> tuple[str, str]:
    """When entries begin or end, and whether only the day is known; *absent* where no column tells.  Raises AuditError."""
    if end is None:
        return str(absent), "FALSE"
    unread = f"{say.known(end)} IS NOT NULL AND ({say.instant(end)}) IS NULL"
    row = store.connection.execute(f"SELECT cj_row FROM {columns.told(say)} WHERE {unread} LIMIT 1").fetchone()
    if row is not None:
        raise AuditError(
            f"登记 {columns.file.path} 第 {row[0]} 行，“{end.names[0]}”这一列的时间读不懂。",
            remedy="写成 2026-03-01 或 2026-03-01 10:00:00。",
        )
    return say.instant(end), f"({say.precision(end)}) IS NOT DISTINCT FROM 'day'"


def _check(store: DuckDBStore, file: LogFile, names: Sequence[str]) -> None:
    """Raise for a column or a value that no contact can have."""
    known = {column.name: column for column in COLUMNS}
    for column, value in store.connection.execute("SELECT DISTINCT col, value FROM entries").fetchall():
        of = known.get(column)
        if of is None and column not in names:
            raise AuditError(f"登记 {file.path} 里写了“{column}”，它不是联系记录的列，也不是规则要的法律事实。")
        allowed = of.values if of is not None and of.values else ()
        if of is None or of.type == "bool":
            allowed = ("true", "false")
        if allowed and value not in allowed:
            raise AuditError(f"登记 {file.path} 里 {column} 的取值“{value[:20]}”不对；应是 {'、'.join(allowed)}。")


def _add_lenders(store: DuckDBStore, columns: RegisterColumns, names: Sequence[str]) -> set[str]:
    """Add what is known of lenders; gives the columns that it tells."""
    meant = columns.sources(("lender_id", "lender_type", "product"))
    if "lender_id" not in meant:
        columns.doubt_lacking("lender_id（贷款人）", "lender_id", "贷款机构")
        return set()
    whose = meant.pop("lender_id")
    meant |= {
        name: ColumnSource(column=name, names=(given,), values=words().values["bool"])
        for name, given in columns.named({name: (name,) for name in names}).items()
    }
    for name, source in meant.items():
        say = columns.expressions({name: source})
        lender = say.renamed(whose)
        coded = (
            say.coded(source, {c.name: c for c in COLUMNS}[name]) if name in CONTACT_COLUMNS else say.yes_or_no(source)
        )
        store.run(
            f"INSERT INTO entries (col, value, since_us, until_us, lender_id) SELECT {literal(name)}, v, {BEFORE_ALL}, {AFTER_ALL}, l"
            f" FROM (SELECT lower(CAST({coded} AS VARCHAR)) AS v, {lender} AS l FROM {columns.told(say)}) AS q"
            " WHERE v IS NOT NULL AND l IS NOT NULL"
        )
    return set(meant)


def _add_loans(store: DuckDBStore, columns: RegisterColumns) -> set[str]:
    """Keep the register of loans as ``loans``; gives the columns that it tells."""
    known = {column.name: column for column in COLUMNS}
    sources = columns.sources(("loan_id", *LOAN_COLUMNS))
    if "loan_id" not in sources:
        columns.doubt_lacking("loan_id（借款编号）", "loan_id", "借款编号")
        return set()
    sources |= columns.moments(LOAN_EXTRA)
    if "agreed_hours" in sources:  # here none is an answer
        sources["agreed_hours"] = replace(sources["agreed_hours"], values=dict.fromkeys(_NO_HOURS, "none"))
    say = columns.expressions(sources)
    fields = []
    for name in LOAN_COLUMNS:
        kind = "BOOLEAN" if known[name].type == "bool" else "VARCHAR"
        fields.append(f"{say.value(known[name]) if name in sources else f'CAST(NULL AS {kind})'} AS {name}")
    settled = (
        f"{say.instant(sources['settled_on'])} + 28800000000" if "settled_on" in sources else "CAST(NULL AS BIGINT)"
    )
    hours = say.renamed(sources["agreed_hours"]) if "agreed_hours" in sources else "CAST(NULL AS VARCHAR)"
    store.keep(
        "loan_rows",
        f"SELECT {say.renamed(sources['loan_id'])} AS loan_id, {', '.join(fields)},"
        f" DATE '1970-01-01' + CAST(({settled}) // {DAY_US} AS INTEGER) AS settled_on, {hours} AS agreed_hours FROM {columns.told(say)}",
    )
    twice = store.connection.execute(
        "SELECT loan_id FROM loan_rows WHERE loan_id IS NOT NULL GROUP BY loan_id HAVING COUNT(*) > 1 LIMIT 1"
    ).fetchone()
    if twice is not None:
        raise AuditError(f"登记 {columns.file.path} 里有借款编号写了两次。", remedy="一笔借款只写一行。")
    _put_hours(store, columns.file)
    store.keep(
        "loans",
        "SELECT l.*, h.* EXCLUDE (said) FROM loan_rows AS l LEFT JOIN hours AS h ON l.agreed_hours = h.said WHERE loan_id IS NOT NULL",
    )
    return {_TOLD_BY.get(name, name) for name in sources} - {"loan_id"}


def _put_hours(store: DuckDBStore, file: LogFile) -> None:
    names = [f"span_{n}_{end}" for n in range(1, _SPANS + 1) for end in ("from", "to")]
    store.run(
        f"CREATE OR REPLACE TEMP TABLE hours (said VARCHAR, no_hours BOOLEAN, {', '.join(f'{n} INTEGER' for n in names)})"
    )
    for (said,) in store.connection.execute(
        "SELECT DISTINCT agreed_hours FROM loan_rows WHERE agreed_hours IS NOT NULL"
    ).fetchall():
        try:
            spans = parse_hours(str(said)) or ()
        except RulebookError as error:
            raise AuditError(f"登记 {file.path}：{error.message}", remedy=error.remedy) from error
        if len(spans) > _SPANS:
            raise AuditError(f"登记 {file.path} 里约定时段“{said}”超过 {_SPANS} 段。")
        ends = [minute for span in spans for minute in span] + [0] * (2 * (_SPANS - len(spans)))
        store.connection.execute(
            f"INSERT INTO hours VALUES (?, ?, {', '.join('?' * len(names))})", [said, not spans, *ends]
        )


def _tables(store: DuckDBStore) -> tuple[RegisterTable, ...]:
    """One table of entries per column, each with the keys a contact must carry as a number."""
    code = " + ".join(f"CASE WHEN {key} IS NULL THEN 0 ELSE {2**bit} END" for bit, key in enumerate(OWNER_KEYS))
    found = []
    columns = store.connection.execute("SELECT DISTINCT col FROM entries ORDER BY col").fetchall()
    for (column,) in columns:
        table = "register_" + hashlib.sha256(str(column).encode()).hexdigest()[:12]
        store.keep(
            table,
            f"SELECT DISTINCT {', '.join(OWNER_KEYS)}, value, since_us, until_us, {code} AS keyset FROM entries WHERE col = {literal(column)}",
        )
        sets = store.connection.execute(f"SELECT DISTINCT keyset FROM {table} ORDER BY keyset").fetchall()
        keysets = {int(k): tuple(key for bit, key in enumerate(OWNER_KEYS) if int(k) >> bit & 1) for (k,) in sets}
        of_masked = ", ".join(f"bool_or({key} IS NOT NULL) AS {key}" for key in _OWNERS)
        (held,) = store.rows(f"SELECT {of_masked} FROM {table} WHERE {is_masked('recipient_id')}").to_pylist()
        masked = tuple(key for key in _OWNERS if held[key])
        found.append(RegisterTable(column=str(column), table=table, keysets=keysets, masked=masked))
    return tuple(found)
