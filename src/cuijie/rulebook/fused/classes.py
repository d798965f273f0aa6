"""Class numbers for the columns that are no plain yes or no: what the tests of all rules can tell apart.

A text has one number for each value named anywhere, a whole number or a day one for each stretch between the
edges of its tests; 0 is always unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.columns import CONTACT_COLUMNS, FactColumn, Kind
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.fused.kernels import Codes, Longs
from cuijie.rulebook.moments import DAY_ZERO
from cuijie.rulebook.predicate import Atom, OneOf, Span

__all__ = ["Classes", "classes_of"]

_MOST = 255
_OTHER = "\x00"  # a text that no rule names
_Known = str | bool | int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The classes of one column: ``samples`` holds a value of each, from class 1 on."""

    name: str
    kind: Kind
    samples: tuple[_Known, ...]
    edges: Longs  # of numbers and days: the first value of each class but the first

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that have a number of their own."""
        return tuple(str(sample) for sample in self.samples[:-1])

    def answers(self, test: OneOf | Span) -> NDArray[np.bool_]:
        """For each class, 0 (unknown) first, whether its values pass *test*."""
        return np.array([False, *(test.holds(sample) for sample in self.samples)], np.bool_)

    def of_numbers(self, values: Longs, known: NDArray[np.bool_]) -> Codes:
        """The class of each number (days since 1970 for days)."""
        if not self.edges.shape[0]:
            return known.astype(np.uint8)
        return np.where(known, np.searchsorted(self.edges, values, side="right") + 1, 0).astype(np.uint8)

    def code(self, value: _Known) -> int:
        """The class of one known value."""
        if self.kind == "string":
            return self.texts.index(str(value)) + 1 if value in self.texts else len(self.samples)
        number = (value - DAY_ZERO).days if isinstance(value, date) else int(value)
        return int(np.searchsorted(self.edges, number, side="right")) + 1


def classes_of(atoms: Iterable[Atom], columns: Mapping[str, FactColumn], also: Sequence[str]) -> dict[str, Classes]:
    """The classes of every column of *atoms* and of those in *also*, but for the yes-or-no ones."""
    tests: dict[str, list[OneOf | Span]] = {name: [] for name in also}
    for atom in atoms:
        tests.setdefault(atom.column, []).append(atom.test)
    found = {}
    for name, of_column in tests.items():
        column = CONTACT_COLUMNS.get(name) or columns[name]
        if column.kind != "bool":
            found[name] = _classes(column, of_column)
            if len(found[name].samples) >= _MOST:
                raise RulebookError(f"规则区分 {name} 的值太多，这个引擎做不了。", remedy="请改用 --engine duckdb。")
    return found


def _classes(column: FactColumn, tests: Sequence[OneOf | Span]) -> Classes:
    if column.kind == "string":
        named = {str(value) for test in tests if isinstance(test, OneOf) for value in test.values}
        texts = (*column.values, *sorted(named - set(column.values)), _OTHER)
        return Classes(name=column.name, kind="string", samples=texts, edges=np.empty(0, np.int64))
    edges = sorted({edge for test in tests for edge in _edges(test)})
    first = [edges[0] - 1, *edges] if edges else [0]
    samples: tuple[_Known, ...] = tuple(first)
    if column.kind == "date":
        samples = tuple(DAY_ZERO + timedelta(days=number) for number in first)
    return Classes(name=column.name, kind=column.kind, samples=samples, edges=np.array(edges, np.int64))


def _edges(test: OneOf | Span) -> Iterable[int]:
    """The numbers from which on *test* may answer otherwise."""
    spans = [(value, value) for value in test.values] if isinstance(test, OneOf) else [(test.low, test.high)]
    for bound, step in ((bound, step) for span in spans for step, bound in enumerate(span)):
        if isinstance(bound, date):
            yield (bound - DAY_ZERO).days + step
        elif bound is not None:
            yield int(bound) + step
