# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""From the days to the files an audit hands over: months added up, windows of several days, one sorted table.

What was added up already is not added up again: new days are added to the whole; where an old one changed or is gone, the
whole is made of the months, of which only that day's is added up anew.  Files of days are put behind each other as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cuijie.audit.day_files import DayFiles
from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.engines.judging import sorted_findings
from cuijie.audit.errors import AuditStopped
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import FINDINGS, OPEN, QUESTIONS, ROWS_A_GROUP, SUMMARY, write_options
from cuijie.audit.parquet_joining import join_parquet
from cuijie.audit.staging import UNDATED, as_day
from cuijie.audit.windows.counting import ASKED, LISTED_IF_FOUND, TOTALS, found_totals, masked_value
from cuijie.audit.windows.long_windows import LongWindows, judge_long_windows
from cuijie.rulebook import Rulebook
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.question_words import asked_of_collector
from cuijie.rulebook.sql.text import literal
from cuijie.whole_files import whole_file

__all__ = ["Kept", "merge"]

_WHOLE = "whole"
_NUMBERS = SUMMARY.names[4:]
_WORDS_OF = ("column", "rule", "owner_kind", "asks", "asks_en")
_WORDED: Any = pa.schema([*((name, pa.string()) for name in _WORDS_OF), ("place", pa.int32())])
_SUMS = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in _NUMBERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is known of each day, and of each month; ``prints`` say what a day was made from."""

    days: DayFiles
    months: DayFiles
    prints: Mapping[str, str]


def merge(
    store: DuckDBStore,
    book: Rulebook,
    kept: Kept,
    days: tuple[str, ...],
    mask: Mask,
    folder: Path,
    *,
    with_open: bool,
) -> dict[str, int]:
    """Write ``findings``, ``questions``, ``summary`` and, if asked for, ``open`` into *folder*; gives their rows."""
    months = _months(store, book, kept, days, mask)
    past_months = judge_long_windows(store, book, kept.days.paths(days, "members"), mask, month=None)
    long = pa.concat_tables([*_tables(kept, months, "long"), *past_months.findings])
    counts = {"findings": _join(_findings(kept, days, long), FINDINGS, folder / "findings.parquet")}
    if with_open:
        counts["open"] = _join(kept.days.paths(days, "open"), OPEN, folder / "open.parquet")
    asked = pa.concat_tables([*_tables(kept, [_WHOLE, *months], "asked"), *past_months.asked])
    questions = _questions(store, book, asked)
    counts["questions"] = _write(folder / "questions.parquet", questions)
    longer = pa.concat_tables([*_tables(kept, months, "totals"), _long_totals(store, past_months)])
    summary = _summary(store, kept.months.paths((_WHOLE,), "totals"), longer, mask)
    counts["summary"] = _write(folder / "summary.parquet", summary)
    windows = {linked.rule.id for linked in book.rules if linked.rule.about == "window"}
    counts["open_windows"] = sum(
        row["unknown"]
        for row in summary.filter(pc.equal(summary["dimension"], "all")).to_pylist()
        if row["rule"] in windows
    )
    return counts


def _tables(kept: Kept, months: Sequence[str], name: str) -> list[Any]:
    return [table for month in months if (table := kept.months.table(month, name)) is not None]


def _months(store: DuckDBStore, book: Rulebook, kept: Kept, days: tuple[str, ...], mask: Mask) -> list[str]:
    """Have *days* added up, and the windows of every month of them judged; gives the names of these."""
    found: dict[str, list[str]] = {}
    for day in days:
        found.setdefault(day if day == UNDATED else day[:7], []).append(day)
    _add_up_all(store, kept, found)
    for month, own in found.items():
        beside = [UNDATED] if UNDATED in found and month != UNDATED else []
        said = "\n".join(kept.prints[day] for day in (*own, *beside))
        print_ = hashlib.sha256(said.encode()).hexdigest()
        if not kept.months.has(f"{month}-windows", print_):
            kept.months.write(f"{month}-windows", print_, _windows(store, book, kept, month, (*own, *beside), mask))
    windows = [f"{month}-windows" for month in found]
    for old in {*kept.months.names()} - {_WHOLE, *windows, *(f"{month}-days" for month in found)}:
        kept.months.drop(old)
    return windows


def _windows(
    store: DuckDBStore, book: Rulebook, kept: Kept, month: str, days: tuple[str, ...], mask: Mask
) -> dict[str, Any]:
    """The windows of a month that reach past a day."""
    long = judge_long_windows(store, book, kept.days.paths(days, "members"), mask, month=month)
    store.put("long_totals", _long_totals(store, long))
    totals = store.rows(_summed("long_totals", None))
    return {
        "long": pa.concat_tables(long.findings),
        "totals": totals.cast(TOTALS),
        "asked": pa.concat_tables(long.asked),
    }


def _add_up_all(store: DuckDBStore, kept: Kept, months: Mapping[str, Sequence[str]]) -> None:
    """Have the days of all *months* added up as the whole."""
    days = [day for own in months.values() for day in own]
    if kept.months.part_of(_WHOLE, _lines(kept, days))[0]:
        _add_up(store, kept, _WHOLE, days)
        return
    for month, own in months.items():
        _add_up(store, kept, f"{month}-days", own)
    names = tuple(f"{month}-days" for month in months)
    added = {table: kept.months.paths(names, table) for table in _SUMMED}
    kept.months.write(_WHOLE, "\n".join(_lines(kept, days)), _added_up(store, {}, added))


def _add_up(store: DuckDBStore, kept: Kept, name: str, days: Sequence[str]) -> None:
    """Have *days* added up: what an earlier run added up of some of them, and the others."""
    prints = _lines(kept, days)
    if kept.months.has(name, "\n".join(prints)):
        return
    before, done = kept.months.part_of(name, prints)
    fresh = tuple(day for print_, day in prints.items() if print_ not in done)
    old = {table: before / f"{table}.parquet" for table in _SUMMED} if before else {}
    added = {table: [str(path)] for table, path in old.items() if path.exists()}
    made = _added_up(store, {table: kept.days.paths(fresh, table) for table in _SUMMED}, added)
    kept.months.write(name, "\n".join(prints), made)


def _lines(kept: Kept, days: Sequence[str]) -> dict[str, str]:
    """A line for each day that tells what it was made of, to the day."""
    return {f"{day} {kept.prints[day]}": day for day in days}


def _added_up(
    store: DuckDBStore, days: Mapping[str, Sequence[str]], added: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The tables of days added up, from the files of *days* and of what was *added* up before."""
    made = {}
    for table, (schema, summed) in _SUMMED.items():
        rows, there = (
            f"read_parquet([{', '.join(map(literal, paths))}])" if paths else None
            for paths in (days.get(table), added.get(table))
        )
        if rows or there:
            made[table] = store.rows(summed(rows, there)).cast(schema)
    return made


def _summed(rows: str | None, added: str | None) -> str:
    """The query for ``TOTALS`` of *rows*, each day a dimension of its own, and of what is *added* up already."""
    numbers = ", ".join(_NUMBERS)
    parts = [f"SELECT dimension, value, rule, lender_id, {numbers} FROM {table}" for table in (rows, added) if table]
    if rows:
        of_day = f"'day' AS dimension, CAST(day AS VARCHAR) AS value, rule, lender_id, {numbers}"
        parts.append(f"SELECT {of_day} FROM {rows} WHERE dimension = 'all'")
    return (
        f"SELECT NULL AS day, dimension, value, rule, lender_id, {_SUMS} FROM ({' UNION ALL '.join(parts)}) AS t"
        " GROUP BY dimension, value, rule, lender_id"
    )


def _asked_of(rows: str | None, added: str | None) -> str:
    """The query for ``ASKED`` of *rows* and of what is *added* up already, whatever the day."""
    parts = [f"SELECT * FROM {table}" for table in (rows, added) if table]
    return (
        'SELECT NULL AS day, "column", rule, lender_id, agency_id, CAST(SUM(contacts) AS BIGINT) AS contacts,'
        f" CAST(SUM(alone) AS BIGINT) AS alone FROM ({' UNION ALL '.join(parts)}) AS a"
        ' GROUP BY "column", rule, lender_id, agency_id'
    )


_SUMMED: Mapping[str, tuple[Any, Callable[[str | None, str | None], str]]] = {
    "totals": (TOTALS, _summed),
    "asked": (ASKED, _asked_of),
}


def _long_totals(store: DuckDBStore, long: LongWindows) -> Any:
    """The windows of several days as they are counted."""
    store.put("found_long", pa.concat_tables(long.found))
    counted = store.rows(found_totals("found_long")).rename_columns(TOTALS.names).cast(TOTALS)
    return pa.concat_tables([counted, *long.totals])


def _findings(kept: Kept, days: Sequence[str], long: Any) -> list[str]:
    """For each day the file of its findings: its own, or one with those of longer windows in their places."""
    mixed = DayFiles(kept.months.folder.with_name("mixed"), None)
    found = []
    for day in days:
        at = as_day(day)
        here = long.filter(pc.is_null(long["day"]) if at is None else pc.equal(long["day"], pa.scalar(at, pa.date32())))
        own = kept.days.paths((day,), "findings")
        if not here.num_rows:
            found += own
            continue
        here = sorted_findings(here)
        print_ = hashlib.sha256(kept.prints[day].encode() + _bytes(here)).hexdigest()
        if not mixed.has(day, print_):
            table = kept.days.table(day, "findings")
            both = here if table is None else pa.concat_tables([table.cast(FINDINGS), here])
            mixed.write(day, print_, {"findings": sorted_findings(both)})
        found += mixed.paths((day,), "findings")
    return found


def _bytes(table: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return bytes(sink.getvalue())


def _join(paths: Sequence[str], schema: Any, out: Path) -> int:
    """Put the files behind each other; gives the rows."""
    if not paths:
        return _write(out, schema.empty_table())
    try:
        join_parquet(map(Path, paths), out)
    except ValueError as error:
        raise AuditStopped(
            f"中间文件坏了（{error}）。", remedy="请删去结果文件夹里的 work 文件夹，再跑同一条命令。"
        ) from error
    return int(pq.read_metadata(out).num_rows)


def _write(path: Path, table: Any) -> int:
    """Write *table*, whole or not at all, so that the same rows give the same bytes."""
    with whole_file(path) as file:
        pq.write_table(table.combine_chunks(), file, row_group_size=ROWS_A_GROUP, **write_options())
    return int(table.num_rows)


def _questions(store: DuckDBStore, book: Rulebook, asked: Any) -> Any:
    """One row per missing column and owner, those first on which most verdicts hang."""
    store.put("asked_whole", asked)
    store.put("worded", _worded(book, store.rows('SELECT DISTINCT "column", rule FROM asked_whole').to_pylist()))
    store.name(
        "asked_by_owner",
        "SELECT w.*, a.lender_id, CASE WHEN w.owner_kind = 'log' THEN a.agency_id END AS agency_id,"
        " SUM(a.contacts) AS contacts, SUM(a.alone) AS alone"
        ' FROM asked_whole AS a JOIN worded AS w ON a."column" = w."column" AND a.rule IS NOT DISTINCT FROM w.rule GROUP BY ALL',
    )
    table = store.rows(
        "SELECT concat(\"column\", '@', concat_ws('/', COALESCE(NULLIF(lender_id, ''), '?'), NULLIF(agency_id, ''))) AS id,"
        ' "column", owner_kind, lender_id, agency_id, arg_min(asks, place) AS asks, arg_min(asks_en, place) AS asks_en,'
        " MAX(contacts) AS contacts, COALESCE(SUM(contacts) FILTER (WHERE rule IS NOT NULL), 0) AS verdicts,"
        " SUM(alone) AS alone, COALESCE(list(rule ORDER BY place) FILTER (WHERE rule IS NOT NULL), []) AS decides"
        ' FROM asked_by_owner GROUP BY "column", owner_kind, lender_id, agency_id'
        " ORDER BY verdicts DESC, id, lender_id, agency_id"
    )
    return table.cast(QUESTIONS)


def _worded(book: Rulebook, pairs: Sequence[Mapping[str, Any]]) -> Any:
    """How each column is asked about for each rule (NULL: for none), whose it is, and the rule's place in the rulebook."""
    places = {linked.rule.id: place for place, linked in enumerate(book.rules)}
    of_lender = {name for name, column in CONTACT_COLUMNS.items() if column.owner == "lender"} | set(book.law_facts)
    rows = []
    for pair in pairs:
        column, rule = pair["column"], pair["rule"]
        words = asked_of_collector(book.ask(column, rule))
        owner = "lender" if column in of_lender else "log"
        said = (column, rule, owner, words.zh, words.en)
        rows.append(dict(zip(_WORDS_OF, said, strict=True)) | {"place": places.get(rule, len(places))})
    return pa.Table.from_pylist(rows, schema=_WORDED)


def _summary(store: DuckDBStore, whole: Sequence[str], longer: Any, mask: Mask) -> Any:
    """The *whole* added up, with the windows *longer* than a day; each day is a dimension of its own already."""
    store.put("longer_totals", longer)
    rules = store.rows("SELECT DISTINCT rule FROM longer_totals").column(0).to_pylist()
    both = f"rule IN ({', '.join(map(literal, rules)) or 'NULL'})"
    keys = "dimension, value, rule, lender_id"
    days = f"read_parquet([{', '.join(map(literal, whole))}])" if whole else "(SELECT * FROM longer_totals LIMIT 0)"
    store.keep(
        "totals",
        f"SELECT {keys}, {', '.join(_NUMBERS)} FROM {days} AS d WHERE ({both}) IS NOT TRUE"
        f" UNION ALL SELECT {keys}, {_SUMS} FROM (SELECT * FROM {days} AS d WHERE {both} UNION ALL SELECT * FROM longer_totals)"
        f" AS t GROUP BY {keys}",
    )
    listed = ", ".join(map(literal, LISTED_IF_FOUND))
    every = (
        "SELECT DISTINCT dimension, value FROM totals WHERE value IS NOT NULL"  # a pseudonym is made once, not a row
    )
    store.keep("shown", f"SELECT dimension, value, {masked_value(mask)} AS pseudonym FROM ({every}) AS v")
    table = store.rows(
        f"SELECT dimension, pseudonym AS value, rule, lender_id, {', '.join(_NUMBERS)} FROM totals"
        " LEFT JOIN shown USING (dimension, value)"
        # a text sent once is no template to look at, unless something is wrong with it
        f" WHERE dimension NOT IN ({listed})"
        f" OR (dimension, value) IN (SELECT (dimension, value) FROM totals WHERE findings > 0 AND dimension IN ({listed}))"
        " ORDER BY dimension, value NULLS FIRST, rule NULLS FIRST, lender_id NULLS FIRST"
    )
    return table.cast(SUMMARY)
