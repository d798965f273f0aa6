# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""A log brought into one form on disk, day by day: each file once, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from cuijie.audit.day_files import linked
from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.errors import AuditError
from cuijie.audit.logs.log_files import LogFile, raw_sql
from cuijie.audit.logs.mapping import LogMapping
from cuijie.audit.logs.mapping_sql import STAGED, mapped_sql, texts_sql
from cuijie.audit.logs.numbers_sql import is_masked
from cuijie.audit.reading_keys import every_role_sql
from cuijie.records import COLUMNS
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US
from cuijie.rulebook.sql.text import literal

__all__ = [
    "ASIDE",
    "MARK",
    "MAYBE",
    "MAYBE_MIDNIGHT",
    "UNDATED",
    "Staged",
    "StagedFile",
    "as_day",
    "at_midnight",
    "counts_of",
    "held_columns",
    "odd_words",
    "stage_file",
    "tells_hours",
    "texts_of",
]

ASIDE, UNDATED = "aside", "undated"
MARK = "staged.json"
"""Of a staged file: it is whole if this is there, which tells about it."""
_FORM = 10  # of the staged files: goes up whenever what is written in them changes
_WRITTEN = "FORMAT parquet, COMPRESSION lz4, DICTIONARY_SIZE_LIMIT 2000"  # ids are too many for dictionaries
_DAYS_A_GROUP, _MOST_WORDS = 3, 500
MAYBE = "maybe_midnight"
"""Under this name ``known`` counts a file's rows that are ``MAYBE_MIDNIGHT``."""
_MIDNIGHT = f"(at_us + {EIGHT_HOURS_US}) % {DAY_US} = 0"
MAYBE_MIDNIGHT = f"time_precision IS NULL AND {_MIDNIGHT}"
"""Midnight sharp, of which one value does not tell whether it is an hour or a date without one."""
_KINDS = {"bool": "BOOLEAN", "int": "BIGINT"}
_KIND_OF = {column.name: _KINDS.get(column.type, "VARCHAR") for column in COLUMNS}
_DAY = (
    "CASE WHEN problem IS NOT NULL THEN 'aside' WHEN at_us IS NULL THEN 'undated'"
    f" ELSE CAST(DATE '1970-01-01' + CAST((at_us + {EIGHT_HOURS_US}) // {DAY_US} AS INTEGER) AS VARCHAR) END"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedFile:
    """One file of the log in our form, of the system *part*; ``is_exact``: it says itself how exact its times are.

    ``days`` gives for each day the rows and a fingerprint of them, ``known`` how many usable rows pass each of
    ``counts_of``, ``odd`` the words nobody knows, as ``column=word``, with their rows.
    """

    number: int
    part: str
    is_exact: bool
    file: LogFile
    folder: Path
    rows: int
    broken: tuple[tuple[int, str], ...]
    days: Mapping[str, tuple[int, str]]
    known: Mapping[str, int]
    odd: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)  # no slots: what is worked out of it is kept
class Staged:
    """The whole log in our form; ``held`` are the columns of ``STAGED`` that it fills, all others are unknown."""

    files: tuple[StagedFile, ...]
    held: tuple[str, ...]

    @cached_property
    def with_hours(self) -> frozenset[int]:
        """The files (numbers) of systems whose times carry an hour, so that midnight is one too."""
        counted: dict[str, Counter[str]] = {}
        for file in self.files:
            counted.setdefault(file.part, Counter()).update(file.known)
        telling = {part for part, known in counted.items() if tells_hours(known, known[MAYBE])}
        return frozenset(file.number for file in self.files if file.part in telling and not file.is_exact)

    @property
    def days(self) -> tuple[str, ...]:
        """The days that occur, in order; ``undated`` last."""
        every = {day for file in self.files for day in file.days if day != ASIDE}
        return tuple(sorted(every))

    def rows(self, days: Sequence[str]) -> str | None:
        """The relation of the rows of *days*, with ``src_file``, the number of the file; None if there are none."""
        held = [file.folder for file in self.files if any(day in file.days for day in days)]
        if not held:
            return None
        files = ", ".join(literal(str(folder / "log.parquet")) for folder in held)
        number = "CAST(regexp_extract(filename, '([0-9]{5})-[0-9a-f]{20}[/\\\\]log', 1) AS INTEGER)"
        listed = ", ".join(map(literal, days))
        own = {name: name if name in self.held else f"CAST(NULL AS {_KIND_OF.get(name, 'VARCHAR')})" for name in STAGED}
        if self.with_hours:
            of_some = f" AND {number} IN ({', '.join(map(str, sorted(self.with_hours)))})"
            are_all = len(self.with_hours) == len(self.files)
            own["time_precision"] = at_midnight("" if are_all else of_some)
        fields = ", ".join(f"{value} AS {name}" for name, value in own.items())
        return (
            f"(SELECT {fields}, problem, odd, src_row, day, {number} AS src_file FROM read_parquet([{files}], filename = true, hive_partitioning = false)"
            f" WHERE day BETWEEN {literal(min(days))} AND {literal(max(days))} AND day IN ({listed}))"
        )


def stage_file(
    store: DuckDBStore,
    file: LogFile,
    number: int,
    mapping: LogMapping,
    kinds: Mapping[str, str],
    held: Sequence[str],
    folder: Path,
    now_us: int,
    earlier: Path | None = None,
) -> StagedFile:
    """Bring *file* into our form under *folder*, with the columns *held*, unless it is there already."""
    said = [_FORM, file.sha256, repr(mapping), sorted(kinds.items()), file.form, list(held)]
    parameters = json.dumps(said, ensure_ascii=False)
    place = folder / f"{number:05d}-{hashlib.sha256(parameters.encode()).hexdigest()[:20]}"
    if not (place / MARK).exists():
        partial = folder / f".{place.name}.part"
        shutil.rmtree(partial, ignore_errors=True)
        if earlier is not None and (earlier / place.name / MARK).exists():
            shutil.copytree(earlier / place.name, partial, copy_function=linked)
        else:
            _write(store, file, number, mapping, kinds, held, partial, now_us)
        shutil.rmtree(place, ignore_errors=True)
        partial.replace(place)
    about: dict[str, Any] = json.loads((place / MARK).read_text(encoding="utf-8"))
    return StagedFile(
        number=number,
        part=mapping.part,
        is_exact="time_precision" in mapping.columns,
        file=file,
        folder=place,
        rows=about["rows"],
        broken=tuple((row, why) for row, why in about["broken"]),
        days={day: (rows, print_) for day, (rows, print_) in about["days"].items()},
        known=about["known"],
        odd=about["odd"],
    )


def held_columns(mappings: Sequence[LogMapping]) -> tuple[str, ...]:
    """The columns of ``STAGED`` that a log with these mappings can fill."""
    mapped = {name for mapping in mappings for name in mapping.columns}
    made = {"contact_id", "at_us", "count", "time_precision"}
    of_text = {"text_key", "template"} if "text" in mapped else set()
    return tuple(name for name in STAGED if name in made | of_text | mapped)


def counts_of(held: Sequence[str]) -> dict[str, str]:
    """What is counted of usable rows, by name: the columns that are known, and what is odd though kept."""
    columns = {name: f"COUNT({name})" for name in held}
    odd = {
        "unknown_code": "odd IS NOT NULL",
        "no_time_of_day": f"at_us IS NOT NULL AND (time_precision = 'day' OR {MAYBE_MIDNIGHT})",
        "midnight": f"time_precision = 'second' AND {_MIDNIGHT}",
    }
    if "recipient_id" in held:
        odd["masked_number"] = is_masked("recipient_id")
    if {"connected", "duration_s"} <= set(held):
        odd["duration_without_answer"] = "NOT connected AND duration_s > 0"
    return columns | {f"note_{name}": f"COUNT(CASE WHEN {test} THEN 1 END)" for name, test in odd.items()}


def at_midnight(which: str = "") -> str:
    """``time_precision`` where midnight is an hour: of all rows, or of those that *which* (`` AND …``) says."""
    return f"CASE WHEN {MAYBE_MIDNIGHT}{which} THEN 'second' ELSE time_precision END"


def tells_hours(known: Mapping[str, int], maybe_midnight: int) -> bool:
    """Whether the times of a log, counted by ``counts_of``, carry an hour: at least as many as may be at midnight.

    One value cannot tell a call at midnight from a date without an hour; the column can.
    """
    return known["at_us"] - known["note_no_time_of_day"] >= max(maybe_midnight, 1)


def _write(
    store: DuckDBStore,
    file: LogFile,
    number: int,
    mapping: LogMapping,
    kinds: Mapping[str, str],
    held: Sequence[str],
    partial: Path,
    now_us: int,
) -> None:
    partial.mkdir(parents=True)
    raw = raw_sql(file, tuple(kinds))
    if file.form == "jsonl":
        raw = f"(SELECT * FROM {raw} WHERE NOT cj_broken)"
    no_id = f"concat('{number}-', cj_row)"
    query = mapped_sql(mapping, "duckdb", kinds, raw, place={"src_row": "cj_row"}, now_us=now_us, no_id=no_id)
    at = partial / "log.parquet"
    fields = ", ".join((*held, "problem", "odd", "src_row"))
    try:
        store.run(f"COPY (SELECT {fields}, {_DAY} AS day FROM ({query}) AS q) TO {literal(str(at))} ({_WRITTEN})")
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.BinderException) as error:
        raise AuditError(
            f"读不出 {file.path}：{str(error).splitlines()[0][:160]}。",
            remedy="文件多半坏了（没有拷贝完整，或磁盘有损）。请从原来的系统重新导出一份再来。",
        ) from error
    _in_order_of_days(store, at)
    broken = _broken(store, file)
    told = _told(store, at, held)
    total = len(broken) + sum(rows for rows, _ in told["days"].values())
    about = {"rows": total, "broken": broken, **told}
    (partial / MARK).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def _in_order_of_days(store: DuckDBStore, at: Path) -> None:
    """Sort the file by day, unless its row groups hold few days each as they are."""
    groups = pq.ParquetFile(at).metadata
    place = groups.schema.to_arrow_schema().names.index("day")
    spans = [groups.row_group(n).column(place).statistics for n in range(groups.num_row_groups)]
    edges = [(str(span.min), str(span.max)) for span in spans if span is not None and span.has_min_max]
    days = sorted({day for edge in edges for day in edge})
    met = sum(bisect_right(days, high) - bisect_left(days, low) for low, high in edges)
    if len(edges) == len(spans) and met <= len(days) + _DAYS_A_GROUP * len(spans):
        return
    whole = at.with_name("unsorted.parquet")
    at.replace(whole)
    store.run(
        f"COPY (SELECT * FROM read_parquet({literal(str(whole))}) ORDER BY day) TO {literal(str(at))} ({_WRITTEN})"
    )
    whole.unlink()


def _told(store: DuckDBStore, at: Path, held: Sequence[str]) -> dict[str, Any]:
    """The days of a staged file with a fingerprint each, and what its quality report says, in one scan."""
    columns = ", ".join((*held, "problem", "src_row"))
    counts = counts_of(held) | {MAYBE: f"COUNT(CASE WHEN {MAYBE_MIDNIGHT} THEN 1 END)"}
    rows = store.rows(
        f"SELECT day, COUNT(*) AS n, CAST(SUM(hash({columns})) AS VARCHAR) AS one,"
        f" CAST(bit_xor(hash(src_row, {columns})) AS VARCHAR) AS two, {', '.join(f'{c} AS {n}' for n, c in counts.items())}"
        f" FROM read_parquet({literal(str(at))}) GROUP BY day ORDER BY day"
    ).to_pylist()
    names = hashlib.sha256(columns.encode()).hexdigest()[:8]
    words = store.rows(odd_words(f"read_parquet({literal(str(at))})", "problem IS NULL")).to_pylist()
    return {
        "days": {row["day"]: (row["n"], f"{row['one']}-{row['two']}-{names}") for row in rows},
        "known": {name: sum(row[name] for row in rows if row["day"] != ASIDE) for name in counts},
        "odd": {row["word"]: row["n"] for row in words},
    }


def odd_words(rows: str, which: str) -> str:
    """The query for the words nobody knows in *rows*, most frequent first."""
    return (
        f"SELECT word, COUNT(*) AS n FROM (SELECT unnest(string_split(odd, ';')) AS word FROM {rows} AS kept"
        f" WHERE odd IS NOT NULL AND {which}) AS w GROUP BY word ORDER BY n DESC, word LIMIT {_MOST_WORDS}"
    )


def _broken(store: DuckDBStore, file: LogFile) -> list[tuple[int, str]]:
    """Lines that are no rows."""
    if file.form == "csv":
        found = store.connection.execute(
            "SELECT DISTINCT line, MIN(column_name) FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
        store.run("DROP TABLE IF EXISTS reject_errors")
        store.run("DROP TABLE IF EXISTS reject_scans")
        return [(int(line), str(column or "")) for line, column in found]
    if file.form == "jsonl":
        found = store.connection.execute(
            f"SELECT cj_row FROM {raw_sql(file)} WHERE cj_broken ORDER BY cj_row"
        ).fetchall()
        return [(int(row), "") for (row,) in found]
    return []


def texts_of(store: DuckDBStore, file: LogFile, mapping: LogMapping, kinds: Mapping[str, str], *, to_each: bool) -> Any:
    """The distinct texts of *file* as Arrow batches; nothing for a log without texts.

    *to_each*: where the log does not say to whom, as words to each that it may have been.
    """
    query = texts_sql(mapping, "duckdb", kinds, raw_sql(file, tuple(kinds)))
    if query is None:
        return iter(())
    return store.batches(every_role_sql(query) if to_each else query)


def as_day(name: str) -> date | None:
    """The date a day's folder is named by; None for what has no time."""
    return None if name == UNDATED else date.fromisoformat(name)
