# ruff: noqa: S608 -- names are our own
"""The data-quality report: what was read, kept and set aside, and what is missing or odd in what was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cuijie.audit.duckdb_store import DuckDBStore
from cuijie.audit.mapping import LogMapping
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import SET_ASIDE, write_options
from cuijie.audit.staging import ASIDE, UNDATED, Staged
from cuijie.records import COLUMNS
from cuijie.rulebook.columns import CONTACT_COLUMNS

__all__ = ["quality_of", "write_set_aside"]

_SAMPLES = 20


def write_set_aside(store: DuckDBStore, staged: Staged, mask: Mask, path: Path) -> Any:
    """Write every row that is not judged; gives the table of them."""
    names = {file.number: file.file.name for file in staged.files}
    tables = [_broken_rows(staged)]
    rows = staged.rows([ASIDE])
    bad = (
        f"SELECT src_file, src_row, {mask.sql('contact_id', 'contact_id')} AS contact_id, problem FROM {rows}"
        if rows
        else "SELECT 0 AS src_file, 0 AS src_row, '' AS contact_id, '' AS problem WHERE FALSE"
    )
    query = f"{bad} UNION ALL SELECT src_file, src_row, {mask.sql('contact_id', 'contact_id')}, concat(reason, ':contact_id') FROM repeated"
    for batch in store.batches(f"SELECT * FROM ({query}) AS q ORDER BY src_file, src_row"):
        parts = [str(problem).partition(":") for problem in batch.column("problem").to_pylist()]
        tables.append(
            pa.Table.from_arrays(
                [
                    pa.array([names[n] for n in batch.column("src_file").to_pylist()], pa.string()),
                    batch.column("src_row").cast(pa.int64()),
                    batch.column("contact_id").cast(pa.string()),
                    pa.array([reason for reason, _, _ in parts], pa.string()),
                    pa.array([column for _, _, column in parts], pa.string()),
                ],
                schema=SET_ASIDE,
            )
        )
    whole = pa.concat_tables(tables).sort_by([("file", "ascending"), ("row", "ascending"), ("reason", "ascending")])
    pq.write_table(whole, path, **write_options())
    return whole


def _broken_rows(staged: Staged) -> Any:
    rows = [
        {"file": file.file.name, "row": row, "reason": "broken_row", "column": column}
        for file in staged.files
        for row, column in file.broken
    ]
    return pa.Table.from_pylist(rows, schema=SET_ASIDE)


def quality_of(store: DuckDBStore, staged: Staged, mapping: LogMapping, aside: Any) -> dict[str, object]:
    """The report as JSON; counts in = kept + set aside."""
    read = sum(file.rows for file in staged.files)
    kept = read - aside.num_rows
    reasons = aside.group_by("reason").aggregate([([], "count_all")]).to_pylist()
    by_file = {
        row["file"]: row["count_all"] for row in aside.group_by("file").aggregate([([], "count_all")]).to_pylist()
    }
    dated = [day for day in staged.days if day != UNDATED]
    rows = staged.rows(staged.days) if staged.days else None
    columns, notes = _columns(store, mapping, rows) if rows else ([], {})
    return {
        "read": read,
        "kept": kept,
        "set_aside": aside.num_rows,
        "reasons": {row["reason"]: row["count_all"] for row in sorted(reasons, key=lambda r: str(r["reason"]))},
        "files": [
            {
                "path": file.file.name,
                "read": file.rows,
                "kept": file.rows - by_file.get(file.file.name, 0),
                "set_aside": by_file.get(file.file.name, 0),
            }
            for file in staged.files
        ],
        "columns": columns,
        "notes": notes,
        "samples": _samples(aside),
        "days": {
            "first": dated[0] if dated else None,
            "last": dated[-1] if dated else None,
            "number": len(dated),
            "undated": sum(file.days.get(UNDATED, (0, ""))[0] for file in staged.files),
        },
    }


def _columns(store: DuckDBStore, mapping: LogMapping, rows: str) -> tuple[list[object], dict[str, int]]:
    names = [column.name for column in COLUMNS]
    stored = {"occurred_at": "at_us", "text": "text_key"}
    counts = ", ".join(f"COUNT({stored.get(name, name)}) AS n_{name}" for name in names)
    notes = {
        "duration_without_answer": "NOT connected AND duration_s > 0",
        "no_time_of_day": "at_us IS NOT NULL AND (time_precision = 'day' OR (time_precision IS NULL AND (at_us + 28800000000) % 86400000000 = 0))",
        "unknown_code": "odd IS NOT NULL",
    }
    noted = ", ".join(f"COUNT(*) FILTER (WHERE {test}) AS note_{name}" for name, test in notes.items())
    here = f"(SELECT q.* FROM {rows} AS q ANTI JOIN repeated AS r ON q.src_file = r.src_file AND q.src_row = r.src_row)"
    row = store.rows(f"SELECT COUNT(*) AS every, {counts}, {noted} FROM {here} AS kept").to_pylist()[0]
    unknown = _unknown_values(store, here)
    found: list[object] = []
    for name in names:
        source = mapping.columns.get(name)
        known = row[f"n_{name}"]
        found.append(
            {
                "column": name,
                "title": CONTACT_COLUMNS[name].title_zh if name in CONTACT_COLUMNS else "",
                "from": None if source is None else list(source.names) or f"={source.constant}",
                "known": known,
                "missing": row["every"] - known,
                "unknown_values": unknown.get(name, {}),
            }
        )
    return found, {name: row[f"note_{name}"] for name in notes if row[f"note_{name}"]}


def _unknown_values(store: DuckDBStore, here: str) -> dict[str, dict[str, int]]:
    """Words nobody knows, most frequent first; words with long numbers in them are not repeated."""
    rows = store.rows(
        "SELECT word, COUNT(*) AS n FROM (SELECT unnest(string_split(odd, ';')) AS word"
        f" FROM {here} AS kept WHERE odd IS NOT NULL) AS w GROUP BY word ORDER BY n DESC, word LIMIT 500"
    ).to_pylist()
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        column, _, word = str(row["word"]).partition("=")
        shown = "（含长数字，不列出）" if sum(map(str.isdigit, word)) >= 5 else word
        of_column = found.setdefault(column, {})
        if len(of_column) < _SAMPLES or shown in of_column:
            of_column[shown] = of_column.get(shown, 0) + row["n"]
    return found


def _samples(aside: Any) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for reason in sorted(set(aside["reason"].to_pylist())):
        here = aside.filter(pc.equal(aside["reason"], reason)).slice(0, _SAMPLES)
        found[reason] = [{"file": r["file"], "row": r["row"], "column": r["column"]} for r in here.to_pylist()]
    return found
