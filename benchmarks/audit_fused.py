"""The fused pass over a log file: the twelve rules or the whole rulebook, as the audit would run it."""

from __future__ import annotations

import queue
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from benchmarks.audit_by_hand import ANY_PATTERN
from benchmarks.text_patterns import PATTERNS

from cuijie.rulebook import Rulebook, load_rulebook
from cuijie.rulebook.fused.arrow import as_bytes, truth
from cuijie.rulebook.fused.found import FIRST, LAST
from cuijie.rulebook.fused.one_pass import FusedPass
from cuijie.rulebook.fused.window_shapes import COLUMNS

__all__ = ["by_fused", "twelve", "whole"]

_RULES = Path(__file__).parent / "twelve_rules"
_ROWS_A_BATCH = 1 << 17
_BREACH = COLUMNS.index("breach")
_CODED = ("actor", "lender_type", "product", "channel", "time_precision", "direction", "recipient_role", "lender_id")


def twelve(text: bool) -> Rulebook:
    """The twelve rules; eleven for a log without text."""
    book = load_rulebook([_RULES], ours=False)
    ids = [linked.rule.id for linked in book.rules]
    return book if text else book.only(*(id_ for id_ in ids if id_ != "xx.load.text"))


def whole(text: bool) -> Rulebook:
    """The rulebook as it is shipped."""
    return load_rulebook()


def by_fused(log: Path, text: bool, book: Rulebook) -> Iterator[tuple[str, Any]]:
    """The rows that break each rule, and under ``(unknown)`` how much more was told."""
    file = pq.ParquetFile(log)
    names = file.schema_arrow.names
    judging = FusedPass(book.rules, partly_known=_partly_known(file))
    wanted = [name for name in names if name in judging.columns] + (["text"] if text else [])
    file = pq.ParquetFile(log, read_dictionary=[name for name in _CODED if name in wanted], pre_buffer=False)
    told = _Told(judging, file.metadata.num_rows)
    for batch in _ahead(file, wanted):
        judging.feed(_read_texts(batch) if text else batch)
        told.take()
    judging.close()
    told.take()
    return told.rows()


class _Told:
    """The rows found, written away as they come; what is open is only counted."""

    def __init__(self, judging: FusedPass, rows: int) -> None:
        self._judging, self._rows = judging, rows
        self._unknown = 0
        ids = [one.linked.rule.id for one in judging.contact_rules]
        ids += [one.linked.rule.id for one in judging.window_rules]
        self._files: dict[str, Any] = {id_: tempfile.TemporaryFile(prefix="cuijie-") for id_ in ids}  # noqa: SIM115

    def take(self) -> None:
        """Take over what was found since the last time."""
        judging = self._judging
        for one in judging.take():
            rule = judging.contact_rules[one.rule]
            breached = np.array([said.verdict == "breach" for said in rule.outcomes], np.bool_)[one.pattern]
            self._write(rule.linked.rule.id, one.place[breached])
            self._unknown += int((~breached).sum())
        for window in judging.window_rules:
            for part in window.take():
                breached = part.table[:, _BREACH] != 0
                named = np.repeat(breached, part.table[:, LAST] - part.table[:, FIRST])
                self._write(window.linked.rule.id, part.place[named])
                self._unknown += int((~breached).sum())

    def rows(self) -> Iterator[tuple[str, Any]]:
        """The rows by rule, in order: one rule after the other, so that they are never all in memory."""
        for id_, file in self._files.items():
            yield id_.removeprefix("xx.load."), self._read(file)
        yield "(unknown)", np.array([self._unknown], np.int64)

    def _write(self, id_: str, places: Any) -> None:
        places.astype(np.uint32).tofile(self._files[id_])

    def _read(self, file: Any) -> Any:
        found = np.zeros(self._rows, np.bool_)
        with file:
            file.seek(0)
            while said := file.read(1 << 22):
                found[np.frombuffer(said, np.uint32)] = True
        parts = range(0, self._rows, 1 << 22)
        return np.concatenate(
            [np.flatnonzero(found[at : at + (1 << 22)]).astype(np.uint32) + np.uint32(at) for at in parts]
        )


def _partly_known(file: Any) -> set[str]:
    """The columns that are NULL in some rows only, by what the row groups tell."""
    about = file.metadata
    nulls: dict[str, int] = {}
    for group in (about.row_group(number) for number in range(about.num_row_groups)):
        for column in (group.column(number) for number in range(about.num_columns)):
            told = column.statistics
            name = column.path_in_schema
            nulls[name] = nulls.get(name, 0) + (told.null_count if told is not None else 1)
    return {name for name, number in nulls.items() if 0 < number < about.num_rows}


def _ahead(file: Any, columns: list[str]) -> Iterator[Any]:
    """The batches of *file*, the next ones being read while one is judged."""
    waiting: queue.Queue[Any] = queue.Queue(maxsize=2)

    def read() -> None:
        for batch in file.iter_batches(batch_size=_ROWS_A_BATCH, columns=columns):
            waiting.put(batch)
        waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (batch := waiting.get()) is not None:
        yield batch


def _read_texts(batch: Any) -> Any:
    """The batch with ``says_insult``: whether its text holds any of the patterns."""
    place = batch.schema.get_field_index("text")
    columns = [*batch.columns[:place], *batch.columns[place + 1 :], _matches(batch.column(place))]
    names = [name for name in batch.schema.names if name != "text"]
    return pa.RecordBatch.from_arrays(columns, names=[*names, "says_insult"])


def _matches(texts: Any) -> Any:
    """Where a text holds any pattern: all texts in one block for Hyperscan, or Arrow's own RE2 where it is missing."""
    database = _hyperscan()
    if database is None:
        return pc.match_substring_regex(texts, ANY_PATTERN)
    block = pc.binary_join_element_wise(pc.fill_null(texts, ""), "", "。")  # no pattern reaches past a full stop
    ends = np.frombuffer(block.buffers()[1], np.int32)[block.offset : block.offset + len(block) + 1]
    found: list[int] = []
    database.scan(
        memoryview(block.buffers()[2])[ends[0] : ends[-1]], match_event_handler=lambda _, start, end, flags, to: to.append(end),
        context=found,
    )  # fmt: skip
    said = np.zeros(len(block), np.bool_)
    said[np.searchsorted(ends[1:] - ends[0], np.array(found, np.int64), side="left")] = True
    return pa.array(said, mask=as_bytes(truth(texts.is_null(), "text")[0], len(texts)))


@cache
def _hyperscan() -> Any:
    try:
        import hyperscan
    except ImportError:
        return None
    database = hyperscan.Database()
    database.compile(
        expressions=[pattern.encode() for pattern in PATTERNS], flags=[hyperscan.HS_FLAG_UTF8] * len(PATTERNS)
    )
    return database
