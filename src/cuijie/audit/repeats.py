# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""Rows met before: which ids occur twice is remembered, so that a new file is held against the old ones only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.staging import ASIDE, Staged, StagedFile
from cuijie.rulebook.sql.text import literal

__all__ = ["drop_repeated"]


def drop_repeated(store: DuckDBStore, staged: Staged, work: Path, earlier: Path | None, *, with_ids: bool) -> None:
    """Put ``repeated`` (src_file, src_row, contact_id, reason): every row whose id, or which itself, was met before.

    The first in the order of the files is kept.  What is found is remembered in *work*; *earlier* is that of another run.
    """
    content = ", ".join(name for name in staged.held if with_ids or name != "contact_id")
    key = "hash(contact_id)" if with_ids else f"hash({content})"
    _put_met_twice(store, staged, work, earlier, key, with_ids=with_ids)
    rows = staged.rows(staged.days)
    if rows is None or not store.rows("SELECT 1 AS one FROM met_twice LIMIT 1").num_rows:
        store.run(
            "CREATE OR REPLACE TEMP TABLE repeated (src_file INTEGER, src_row BIGINT, contact_id VARCHAR, reason VARCHAR, day VARCHAR)"
        )
        return
    by = "contact_id" if with_ids else "whole"
    store.keep(
        "repeated",
        f"SELECT src_file, src_row, contact_id, CASE WHEN whole = first_value(whole) OVER w THEN 'repeated_row' ELSE 'duplicate_id' END AS reason, day"
        f" FROM (SELECT src_file, src_row, contact_id, hash({content}) AS whole, day FROM {rows}"
        f"   WHERE {key} IN (SELECT h FROM met_twice)) AS met"
        f" WINDOW w AS (PARTITION BY {by} ORDER BY src_file, src_row)"
        " QUALIFY row_number() OVER w > 1",
    )


def _put_met_twice(
    store: DuckDBStore, staged: Staged, work: Path, earlier: Path | None, key: str, *, with_ids: bool
) -> None:
    """Put ``met_twice``: the digests of what occurs more than once in the log."""
    names = [file.folder.name for file in staged.files]
    held, known = _remembered(work, names) or (earlier and _remembered(earlier, names)) or ([], None)
    old = [file for file in staged.files if file.folder.name in held]
    new = [file for file in staged.files if file.folder.name not in held]
    parts = [f"SELECT h FROM read_parquet({literal(str(known))})"] if known else []
    fresh = _rows(staged, new)
    before = _rows(staged, old)
    if fresh is not None:
        twice = (
            "" if before else " HAVING COUNT(*) > 1"
        )  # a digest a row is kept only where old files are held against it
        store.keep("met_now", f"SELECT {key} AS h, COUNT(*) AS n FROM {fresh} GROUP BY 1{twice}")
        parts.append("SELECT h FROM met_now WHERE n > 1")
        if before is not None:
            parts.append(
                f"SELECT {key} FROM {before} WHERE {_span(store, fresh) if with_ids else 'TRUE'} AND {key} IN (SELECT h FROM met_now)"
            )
    every = " UNION ".join(parts) or "SELECT CAST(0 AS UBIGINT) AS h WHERE FALSE"
    store.keep("met_twice", f"SELECT DISTINCT h FROM ({every}) AS q ORDER BY h")
    store.run("DROP TABLE IF EXISTS met_now")
    _remember(store, work, names)


def _span(store: DuckDBStore, fresh: str) -> str:
    """Between which ids those of new files lie: ids are mostly counted on, so that whole old files need no look."""
    ((first, last),) = store.connection.execute(f"SELECT MIN(contact_id), MAX(contact_id) FROM {fresh}").fetchall()
    return "FALSE" if first is None else f"contact_id BETWEEN {literal(str(first))} AND {literal(str(last))}"


def _rows(staged: Staged, files: Sequence[StagedFile]) -> str | None:
    return Staged(files=tuple(files), held=staged.held).rows(
        sorted({day for file in files for day in file.days if day != ASIDE})
    )


def _remembered(work: Path, names: Sequence[str]) -> tuple[list[str], Path] | None:
    """The files of an earlier run that are all here still, and what was met twice in them."""
    try:
        told: object = json.loads((work / "repeats.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or not set(map(str, told["files"])) <= set(names):
        return None
    path = work / str(told["met"])
    return ([*map(str, told["files"])], path) if path.exists() else None


def _remember(store: DuckDBStore, work: Path, names: Sequence[str]) -> None:
    met = work / "repeats.parquet"
    (work / "repeats.json").unlink(missing_ok=True)
    store.run(f"COPY met_twice TO {literal(str(met))} (FORMAT parquet)")
    (work / "repeats.json").write_text(json.dumps({"files": list(names), "met": met.name}), encoding="utf-8")
