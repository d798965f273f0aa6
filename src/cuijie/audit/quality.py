# ruff: noqa: S608 -- names are our own
"""The data-quality report: what was read, kept and set aside, and what is missing or odd in what was kept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.logs.mapping import LogMapping
from cuijie.audit.logs.time_shapes import Assumption
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import SET_ASIDE, write_options
from cuijie.audit.staging import ASIDE, MAYBE, UNDATED, Staged, counts_of, odd_words
from cuijie.records import COLUMNS
from cuijie.rulebook.columns import CONTACT_COLUMNS

__all__ = ["Counted", "quality_of", "report", "unheard_sql", "with_unheard", "write_set_aside"]

_SAMPLES = 20
_SAMPLE = ("file", "row", "contact_id", "column")
_NOT_NAMED = "（没有写是谁）"
_MAYBE_A_NAME = "（可能是人名，不列出）"
_PARTY = re.compile(  # 催收员2, SPK_0, 左声道: who is meant, and nobody's name
    r"(?:[A-Za-z]+|[\d_.#:：-]|说话人|发言人|声道|左|右|坐席|座席|客服|人工|机器人?|系统|催收|外呼|业务|专员|员|顾问|客户|用户|债务人|借款人|联系人|本人|对方|主叫|被叫"
    r"|[甲乙丙丁一二三]|方)+"
)
_NOTES = ("duration_without_answer", "masked_number", "midnight", "no_time_of_day", "unknown_code")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of the rows that were kept: ``known`` by the names of ``counts_of``, ``words`` nobody knows."""

    kept: int
    known: Counter[str]
    words: Counter[str]
    days: Mapping[str, object]


def quality_of(
    store: DuckDBStore, staged: Staged, mapping: LogMapping, aside: Any, assumed: Sequence[Assumption]
) -> dict[str, object]:
    """The report as JSON; counts in = kept + set aside."""
    dated = [day for day in staged.days if day != UNDATED]
    days = {
        "first": dated[0] if dated else None,
        "last": dated[-1] if dated else None,
        "number": len(dated),
        "undated": sum(file.days.get(UNDATED, (0, ""))[0] for file in staged.files),
    }
    read = sum(file.rows for file in staged.files)
    known, words = _counted(store, staged)
    counted = Counted(kept=read - aside.num_rows, known=known, words=words, days=days)
    return report(counted, {file.file.name: file.rows for file in staged.files}, mapping, aside, assumed)


def report(
    counted: Counted, files: Mapping[str, int], mapping: LogMapping, aside: Any, assumed: Sequence[Assumption]
) -> dict[str, object]:
    """The report of a log of these *files* (rows read of each), whatever the engine."""
    by_reason, by_file = (
        {row[name]: row["count_all"] for row in aside.group_by(name).aggregate([([], "count_all")]).to_pylist()}
        for name in ("reason", "file")
    )
    return {
        "read": sum(files.values()),
        "kept": counted.kept,
        "set_aside": aside.num_rows,
        "reasons": dict(sorted(by_reason.items())),
        "files": [
            {"path": name, "read": rows, "kept": rows - by_file.get(name, 0), "set_aside": by_file.get(name, 0)}
            for name, rows in files.items()
        ],
        "columns": _columns(counted, mapping),
        "assumed": [assumption.told() for assumption in assumed],
        "notes": {name: n for name in _NOTES if (n := counted.known.get(f"note_{name}", 0))},
        "samples": _samples(aside),
        "days": dict(counted.days),
    }


def _columns(counted: Counted, mapping: LogMapping) -> list[object]:
    stored = {"occurred_at": "at_us", "text": "text_key"}
    unknown = _unknown_values(counted.words)
    found: list[object] = []
    for name in (column.name for column in COLUMNS):
        source = mapping.columns.get(name)
        known = counted.known.get(stored.get(name, name), 0)
        found.append(
            {
                "column": name,
                "title": CONTACT_COLUMNS[name].title_zh if name in CONTACT_COLUMNS else "",
                "from": None if source is None else [*source.names, *source.inbound] or f"={source.constant}",
                "known": known,
                "missing": counted.kept - known,
                "unknown_values": unknown.get(name, {}),
            }
        )
    return found


def unheard_sql(rows: str) -> str:
    """The query for how many of *rows* are conversations whose speakers nobody knows, by those speakers."""
    return (
        f"SELECT r.unheard, COUNT(*) AS n FROM {rows} AS s JOIN readings AS r ON s.text_key = r.text_key"
        " WHERE r.unheard IS NOT NULL GROUP BY r.unheard"
    )


def with_unheard(quality: Mapping[str, Any], found: Iterable[Mapping[str, Any]], *, is_masked: bool) -> dict[str, Any]:
    """The report *quality* with what ``unheard_sql`` *found*: it is known only once the texts are read.

    *is_masked*: a speaker that may be somebody's name is not repeated.
    """
    rows, words = 0, Counter[str]()
    for one in found:
        rows += one["n"]
        told = {who or _NOT_NAMED for who in json.loads(one["unheard"])}
        if is_masked:
            told = {who if who == _NOT_NAMED or _PARTY.fullmatch(who) else _MAYBE_A_NAME for who in told}
        words.update({f"text={who}": one["n"] for who in told})
    if not rows:
        return dict(quality)
    speakers = _unknown_values(words)["text"]
    columns = [
        {**column, "unknown_values": speakers} if column["column"] == "text" else column
        for column in quality["columns"]
    ]
    return {**quality, "columns": columns, "notes": {**quality["notes"], "unknown_speaker": rows}}


def _counted(store: DuckDBStore, staged: Staged) -> tuple[Counter[str], Counter[str]]:
    """What was counted when the files were staged, without the rows that repeat others."""
    counts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for file in staged.files:
        counts.update(file.known)
        words.update(file.odd)
        if file.number in staged.with_hours:
            told = file.known[MAYBE]
            counts.update({"note_midnight": told, "time_precision": told, "note_no_time_of_day": -told})
    days = [str(day) for day in store.rows("SELECT DISTINCT day FROM repeated").column(0).to_pylist()]
    if days:
        gone = f"(SELECT q.* FROM {staged.rows(days)} AS q SEMI JOIN repeated AS r ON q.src_file = r.src_file AND q.src_row = r.src_row)"
        fields = ", ".join(f"{count} AS {name}" for name, count in counts_of(staged.held).items())
        counts.subtract(store.rows(f"SELECT {fields} FROM {gone} AS gone").to_pylist()[0])
        words.subtract({row["word"]: row["n"] for row in store.rows(odd_words(gone, "TRUE")).to_pylist()})
    return counts, words


def _unknown_values(words: Counter[str]) -> dict[str, dict[str, int]]:
    """Words nobody knows, most frequent first; words with long numbers in them are not repeated."""
    found: dict[str, dict[str, int]] = {}
    for said, number in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
        column, _, word = said.partition("=")
        shown = "（含长数字，不列出）" if sum(map(str.isdigit, word)) >= 5 else word
        of_column = found.setdefault(column, {})
        if number > 0 and (len(of_column) < _SAMPLES or shown in of_column):
            of_column[shown] = of_column.get(shown, 0) + number
    return found


def _samples(aside: Any) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for reason in sorted(set(aside["reason"].to_pylist())):
        here = aside.filter(pc.equal(aside["reason"], reason)).slice(0, _SAMPLES)
        found[reason] = [{name: row[name] for name in _SAMPLE} for row in here.to_pylist()]
    return found
