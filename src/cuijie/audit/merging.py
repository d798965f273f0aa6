# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""From the days to the files an audit hands over: windows of several days, questions, counts, one sorted table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cuijie.audit.counting import LISTED_IF_FOUND, TOTALS, found_totals, masked_value
from cuijie.audit.day_files import DayFiles
from cuijie.audit.duckdb_store import DuckDBStore
from cuijie.audit.hits import window_findings
from cuijie.audit.judging import found_table, is_of_one_day, open_windows, sorted_findings
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import FINDINGS, OPEN, QUESTIONS, ROWS_A_GROUP, SUMMARY, write_options
from cuijie.audit.staging import as_day
from cuijie.audit.window_sql import sum_groups
from cuijie.audit.windows import Breached, breaches_of, rows_of, spans_of
from cuijie.rulebook import LinkedRule, Rulebook
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.sql_text import literal
from cuijie.rulebook.windows import window_of

__all__ = ["Merged", "long_windows", "merge"]


class Merged:
    """What was found in windows of several days, as tables like those of a day."""

    def __init__(self) -> None:
        self.findings: list[Any] = [FINDINGS.empty_table()]
        self.found: list[Any] = []
        self.totals: list[Any] = []
        self.asked: list[dict[str, object]] = []


def long_windows(store: DuckDBStore, book: Rulebook, files: DayFiles, days: tuple[str, ...], mask: Mask) -> Merged:
    """Judge the rules whose windows reach past a day, from what each day kept for them."""
    merged = Merged()
    paths = files.paths(days, "members")
    for place, linked in enumerate(book.rules):
        if linked.rule.about != "window" or is_of_one_day(linked) or not paths:
            continue
        listed = ", ".join(map(literal, paths))
        members = f"long_members_{place}"
        store.name(
            members,
            f"SELECT * FROM read_parquet([{listed}], union_by_name = true) WHERE rule = {literal(linked.rule.id)}",
        )
        breached = [(linked, window) for window in _breaches(store, linked, place, members)]
        merged.findings.append(window_findings(breached, mask))
        merged.found.append(found_table(breached))
        groups = sum_groups(store, linked, f"long_{place}", members)
        merged.totals.append(open_windows(store, groups))
        merged.asked += _asked(store, linked, members, f"open_{groups.suffix}", groups.same("m", "g"))
    return merged


def _breaches(store: DuckDBStore, linked: LinkedRule, place: int, members: str) -> Iterator[Breached]:
    groups = sum_groups(store, linked, f"long_{place}", members)
    if window_of(linked).within_days is None:
        yield from breaches_of(store, groups, members)
        return
    order = ", ".join(f"m.{key}" for key in groups.per)
    query = (
        f"SELECT m.* FROM {members} AS m JOIN breached_{groups.suffix} AS g ON {groups.same('m', 'g')}"
        f" ORDER BY {order}, m.at_us, m.contact_id"
    )
    yield from spans_of(linked, rows_of(store.batches(query)))


def _asked(store: DuckDBStore, linked: LinkedRule, members: str, opened: str, same: str) -> list[dict[str, object]]:
    return [
        row | {"rule": linked.rule.id, "column": column, "alone": row["contacts"] if len(asked) == 1 else 0}
        for row in store.rows(
            f"SELECT m.missing, m.lender_id, m.agency_id, CAST(SUM(m.rows_meant) AS BIGINT) AS contacts FROM {members} AS m"
            f" JOIN {opened} AS g ON {same} WHERE m.missing <> '' GROUP BY ALL ORDER BY ALL"
        ).to_pylist()
        for asked in [str(row.pop("missing")).split(";")]
        for column in asked
    ]


def merge(
    store: DuckDBStore,
    book: Rulebook,
    files: DayFiles,
    days: tuple[str, ...],
    mask: Mask,
    folder: Path,
    *,
    with_open: bool,
) -> dict[str, int]:
    """Write ``findings``, ``questions``, ``summary`` and, if asked for, ``open`` into *folder*; gives their rows."""
    merged = long_windows(store, book, files, days, mask)
    long = pa.concat_tables(merged.findings)
    counts = {"findings": _write(folder / "findings.parquet", FINDINGS, _by_day(files, days, long))}
    if with_open:
        every = (table for day in days if (table := files.table(day, "open")) is not None)
        counts["open"] = _write(folder / "open.parquet", OPEN, every)
    questions = _questions(store, book, files, days, merged)
    counts["questions"] = _write(folder / "questions.parquet", QUESTIONS, [questions])
    summary = _summary(store, files, days, merged, mask)
    counts["summary"] = _write(folder / "summary.parquet", SUMMARY, [summary])
    opened = summary.filter(pc.is_valid(summary["rule"]))
    windows = {linked.rule.id for linked in book.rules if linked.rule.about == "window"}
    counts["open_windows"] = sum(
        row["unknown"] for row in opened.to_pylist() if row["dimension"] == "all" and row["rule"] in windows
    )
    return counts


def _by_day(files: DayFiles, days: tuple[str, ...], long: Any) -> Iterator[Any]:
    for day in days:
        at: date | None = as_day(day)
        here = pc.is_null(long["day"]) if at is None else pc.equal(long["day"], pa.scalar(at, pa.date32()))
        own = files.table(day, "findings")
        tables = [table for table in (own, long.filter(here)) if table is not None and table.num_rows]
        if len(tables) > 1 or (tables and own is None):
            yield sorted_findings(pa.concat_tables([table.cast(FINDINGS) for table in tables]))
        elif tables:
            yield tables[0].cast(FINDINGS)


def _write(path: Path, schema: Any, tables: Iterable[Any]) -> int:
    """Write *tables* one after the other in row groups of one size, so that the same rows give the same bytes."""
    partial, waiting, rows = path.with_name(f".{path.name}.part"), schema.empty_table(), 0
    with pq.ParquetWriter(partial, schema, **write_options()) as writer:
        for table in tables:
            waiting = pa.concat_tables([waiting, table.cast(schema)])
            rows += table.num_rows
            while waiting.num_rows >= ROWS_A_GROUP:
                writer.write_table(waiting.slice(0, ROWS_A_GROUP).combine_chunks())
                waiting = waiting.slice(ROWS_A_GROUP)
        if waiting.num_rows or not rows:
            writer.write_table(waiting.combine_chunks())
    partial.replace(path)
    return rows


def _questions(store: DuckDBStore, book: Rulebook, files: DayFiles, days: tuple[str, ...], merged: Merged) -> Any:
    kinds = pa.schema(
        [("column", pa.string()), ("rule", pa.string()), ("lender_id", pa.string()), ("agency_id", pa.string()),
         ("contacts", pa.int64()), ("alone", pa.int64())]
    )  # fmt: skip
    store.put("asked_long", pa.Table.from_pylist(merged.asked, schema=kinds))
    names = ", ".join(f'"{name}"' for name in kinds.names)
    every = f"SELECT {names} FROM asked_long"
    if paths := files.paths(days, "asked"):
        every += f" UNION ALL SELECT {names} FROM read_parquet([{', '.join(map(literal, paths))}])"
    of_lender = [n for n in CONTACT_COLUMNS if CONTACT_COLUMNS[n].owner == "lender"] + list(book.law_facts)
    rows = store.rows(
        f'SELECT "column", lender_id, agency, rule, CAST(SUM(contacts) AS BIGINT) AS contacts, CAST(SUM(alone) AS BIGINT) AS alone'
        f' FROM (SELECT *, CASE WHEN "column" NOT IN ({", ".join(map(literal, of_lender)) or "NULL"}) THEN agency_id END AS agency'
        f" FROM ({every}) AS a) AS b GROUP BY ALL ORDER BY ALL"
    ).to_pylist()
    grouped: dict[tuple[str, str | None, str | None], list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault((row["column"], row["lender_id"], row["agency"]), []).append(row)
    places = {linked.rule.id: place for place, linked in enumerate(book.rules)}
    found = [_question(book, key, held, places, set(of_lender)) for key, held in grouped.items()]
    found.sort(key=lambda q: (-int(str(q["verdicts"])), str(q["id"])))
    return pa.Table.from_pylist(found, schema=QUESTIONS)


def _question(
    book: Rulebook,
    key: tuple[str, str | None, str | None],
    rows: Sequence[dict[str, Any]],
    places: dict[str, int],
    of_lender: set[str],
) -> dict[str, object]:
    column, lender, agency = key
    by_rule = {row["rule"]: row for row in rows}
    rules = sorted((rule for rule in by_rule if rule), key=places.__getitem__)
    words = book.ask(column, rules[0] if rules else None)
    owner = "/".join(part for part in (lender or "?", agency) if part)
    return {
        "id": f"{column}@{owner}",
        "column": column,
        "owner_kind": "lender" if column in of_lender else "log",
        "lender_id": lender,
        "agency_id": agency,
        "asks": words.zh,
        "asks_en": words.en,
        "contacts": max(row["contacts"] for row in rows),
        "verdicts": sum(by_rule[rule]["contacts"] for rule in rules),
        "alone": sum(row["alone"] for row in rows),
        "decides": rules,
    }


def _summary(store: DuckDBStore, files: DayFiles, days: tuple[str, ...], merged: Merged, mask: Mask) -> Any:
    """The days' totals added up, and each day as a dimension of its own."""
    paths = files.paths(days, "totals")
    store.put("totals_long", pa.concat_tables([TOTALS.empty_table(), *merged.totals]))
    store.put("found_all", pa.concat_tables(merged.found) if merged.found else found_table([]))
    every = f"SELECT * FROM totals_long UNION ALL {found_totals('found_all')}"
    if paths:
        every += f" UNION ALL SELECT * FROM read_parquet([{', '.join(map(literal, paths))}])"
    numbers = SUMMARY.names[4:]
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in numbers)
    store.name("every_total", f"SELECT * FROM ({every}) AS t({', '.join(TOTALS.names)})")
    store.keep(
        "totals",
        f"SELECT dimension, value, rule, lender_id, {sums} FROM every_total GROUP BY dimension, value, rule, lender_id"
        f" UNION ALL SELECT 'day', CAST(day AS VARCHAR), rule, lender_id, {sums} FROM every_total WHERE dimension = 'all'"
        " GROUP BY day, rule, lender_id",
    )
    listed = ", ".join(map(literal, LISTED_IF_FOUND))
    table = store.rows(
        f"SELECT dimension, {masked_value(mask)} AS value, rule, lender_id, {', '.join(numbers)} FROM totals AS t"
        # a text sent once is no template to look at, unless something is wrong with it
        f" WHERE dimension NOT IN ({listed})"
        " OR (dimension, value) IN (SELECT (dimension, value) FROM totals WHERE findings > 0)"
        " ORDER BY dimension, value NULLS FIRST, rule NULLS FIRST, lender_id NULLS FIRST"
    )
    return table.cast(SUMMARY)
