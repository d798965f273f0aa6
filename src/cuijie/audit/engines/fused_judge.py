# ruff: noqa: S608 -- names are our own
"""The engine that tells contacts apart over Arrow batches, with the kernels of the fused pass; embedded runs only.

The same profiles as ``sql_judge``: only how a contact finds its profile differs, once a contact and not once for
each later look at it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cuijie.audit.engines.profiles import Profiler
from cuijie.audit.engines.seam import Profile, Store
from cuijie.audit.engines.sql_judge import shown_columns
from cuijie.rulebook import Rulebook
from cuijie.rulebook.columns import FactColumn, Value
from cuijie.rulebook.fused.arrow import as_bytes, integers, text_codes, truth
from cuijie.rulebook.fused.classes import Classes, classes_of
from cuijie.rulebook.fused.table import Interner
from cuijie.rulebook.predicate import Atom

__all__ = ["FusedEngine"]

_Longs = NDArray[np.int64]


class FusedEngine:
    """Judges by the rules' classes, column by column; raises ImportError where numba is not installed."""

    name = "fused"

    def __init__(self, book: Rulebook) -> None:
        self._profiler = Profiler(book)
        self._shown = shown_columns(book)
        packed = self._profiler.packed
        atoms = [Atom(name, test) for name in packed.tables for test in packed.tables[name].tests]
        classes = classes_of(atoms, packed.columns, ())
        self._numbers = {
            name: _numbers(name, classes.get(name), packed.columns[name], packed.tables) for name in packed.tables
        }
        self._classes = classes
        self._words = packed.words
        self._widths = packed.widths
        self._seen = [Interner() for _ in range(len(packed.words) + 1)]
        self._joined = [Interner() for _ in self._seen]
        self._places: list[int] = []

    def judge(self, store: Store) -> Sequence[Profile]:
        """Judge the table ``facts`` of *store*."""
        read = dict.fromkeys((*self._shown, *self._numbers, "read_mask"))
        found = []
        for batch in store.batches(f"SELECT {', '.join(read)} FROM facts"):
            shown = [batch.column(name) for name in self._shown]
            columns = [*shown, pa.array(self._profiles(batch), pa.int64())]
            found.append(pa.RecordBatch.from_arrays(columns, names=[*self._shown, "profile"]))
        if found:
            store.put("judged", pa.Table.from_batches(found))
        else:
            store.keep("judged", f"SELECT {', '.join(self._shown)}, CAST(0 AS BIGINT) AS profile FROM facts")
        return self._profiler.profiles

    def _profiles(self, batch: Any) -> _Longs:
        """The place of each row's profile."""
        key = [self._word(batch, names) for names in self._words]
        key.append(integers(batch.column("read_mask").fill_null(0), "read_mask")[0])
        number: NDArray[Any] = np.zeros(batch.num_rows, np.uint64)
        for seen, joined, word in zip(self._seen, self._joined, key, strict=True):
            own = seen.numbers(word.astype(np.uint64)).astype(np.uint64)
            number = joined.numbers((number << np.uint64(32)) | own).astype(np.uint64)
        fresh = range(len(self._places), len(self._joined[-1]))
        if fresh:
            _, first = np.unique(number, return_index=True)
            row_of = {int(number[row]): row for row in first.tolist()}
            self._places += [self._profiler.place_of([int(word[row_of[new]]) for word in key]) for new in fresh]
        return np.array(self._places, np.int64)[number.astype(np.int64)]

    def _word(self, batch: Any, names: Sequence[str]) -> _Longs:
        """One whole number of the key: the classes of these columns, packed."""
        word: _Longs = np.zeros(batch.num_rows, np.int64)
        factor = 1
        for name in names:
            column = batch.column(batch.schema.get_field_index(name))
            if column.null_count < len(column):
                word += (self._numbers[name] * factor)[self._codes(column, name)]
            factor *= self._widths[name]
        return word

    def _codes(self, column: Any, name: str) -> NDArray[np.uint8]:
        classes = self._classes.get(name)
        if classes is None:
            true, known = truth(column, name)
            return as_bytes(known, len(column)).view(np.uint8) + as_bytes(true, len(column)).view(np.uint8)
        if classes.kind == "string":
            return text_codes(column, classes.texts)
        whole = column.cast(pa.int32()) if classes.kind == "date" else column
        return classes.of_numbers(*integers(whole, name))


def _numbers(
    name: str, classes: Classes | None, column: FactColumn, tables: Mapping[str, Mapping[Value, int]]
) -> _Longs:
    """The class number that the profiles use, by ours."""
    table = tables[name]
    if classes is None:
        return np.array([0, table[False], table[True]], np.int64)
    if classes.kind == "string":
        other = 0 if column.values else table["\x00"]
        return np.array([0, *(table[text] for text in classes.texts), other], np.int64)
    held = [_within(sample, column) for sample in classes.samples]
    return np.array([0, *(table[sample] for sample in held)], np.int64)


def _within(sample: Value, column: FactColumn) -> Value:
    """A value of a class that the column can have: classes beyond its range are never met."""
    if not isinstance(sample, int):
        return sample
    lowest = sample if column.lowest is None else max(sample, column.lowest)
    return lowest if column.highest is None else min(lowest, column.highest)
