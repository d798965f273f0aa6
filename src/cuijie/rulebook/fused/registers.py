"""The as-of join over columns: the same choice as ``as_of``, by merging each key's spans of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.columns import CONTACT_COLUMNS, Value
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.fused.arrow import as_mask, hash_of
from cuijie.rulebook.fused.classes import Classes
from cuijie.rulebook.fused.facts import Facts
from cuijie.rulebook.fused.kernels import Hashes, Longs, Places
from cuijie.rulebook.fused.table import Interner
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US, micros_of
from cuijie.rulebook.registers import Entry, Registers

__all__ = ["RegisterColumns"]

_FIRST, _LAST = -4_000_000_000_000_000_000, 4_000_000_000_000_000_000  # before and after every instant
_NOT_HELD = ("day", "month", "hour", "minute_of_day", "institution_id", "count", "duration_s", "contact_id", "text")


@kernel
def _merge(
    group: Places, open_: NDArray[np.bool_], first: Longs, last: Longs,
    begins: Places, since: Longs, until: Longs, value: Places,
    perhaps: NDArray[np.bool_], newest: Longs, of_all: NDArray[np.int32], of_newest: NDArray[np.int32],
) -> None:  # fmt: skip
    """Take the entries of each row's *group* into account; -1 stands for none yet, -2 for values that differ.

    *newest* is the latest beginning of an entry that surely holds.
    """
    for row in range(group.shape[0]):
        if group[row] < 0 or not open_[row]:
            continue
        for place in range(begins[group[row]], begins[group[row] + 1]):
            if since[place] < first[row] and last[row] < until[place]:
                if since[place] > newest[row] or of_newest[row] == -1:
                    newest[row], of_newest[row] = since[place], value[place]
                elif since[place] == newest[row] and of_newest[row] != value[place]:
                    of_newest[row] = -2
            elif since[place] < last[row] and first[row] < until[place]:
                perhaps[row] = True
            else:
                continue
            if of_all[row] == -1:
                of_all[row] = value[place]
            elif of_all[row] != value[place]:
                of_all[row] = -2


class _Keyed:
    """The entries of one column that name the same keys, those with equal keys side by side."""

    def __init__(self, names: tuple[str, ...], entries: Sequence[Entry], values: Mapping[Value, int]) -> None:
        self.names = names
        keys = _joined([hash_of([dict(entry.keys)[name] for entry in entries]) for name in names], len(entries))
        self._numbers = Interner(max(1024, 1 << (4 * len(entries)).bit_length()))
        groups = self._numbers.numbers(keys)
        since = np.array([_micros(entry.since, _FIRST - 1) for entry in entries], np.int64)
        order = np.lexsort((since, groups))
        self._since: Longs = since[order]
        self._until: Longs = np.array([_micros(entry.until, _LAST + 1) for entry in entries], np.int64)[order]
        self._value: Places = np.array([values[entry.value] for entry in entries], np.int32)[order]
        self._begins: Places = np.searchsorted(groups[order], np.arange(len(self._numbers) + 1)).astype(np.int32)

    def group(self, facts: Facts) -> tuple[Places, NDArray[np.bool_]]:
        """Each row's group of entries (-1: none), and whether all its keys are known."""
        columns = [facts.ids[name] for name in self.names]
        known = np.logical_and.reduce([np.ones(facts.size, np.bool_), *(column != 0 for column in columns)])
        return np.where(known, self._numbers.found(_joined(columns, facts.size)), -1).astype(np.int32), known

    def merge(self, group: Places, open_: NDArray[np.bool_], span: tuple[Longs, Longs], found: _Found) -> None:
        """Take the entries of each row's group into account."""
        _merge(
            group, open_, *span, self._begins, self._since, self._until, self._value,
            found.perhaps, found.newest, found.of_all, found.of_newest,
        )  # fmt: skip


class _Found:
    """What the entries say of each row so far."""

    def __init__(self, size: int) -> None:
        self.perhaps: NDArray[np.bool_] = np.zeros(size, np.bool_)
        self.newest: Longs = np.full(size, np.iinfo(np.int64).min, np.int64)
        self.of_all: Places = np.full(size, -1, np.int32)
        self.of_newest: Places = np.full(size, -1, np.int32)

    def chosen(self, keys_known: NDArray[np.bool_], absent: int) -> Places:
        """The value of each row; below 0 where it is open."""
        sure = self.of_newest != -1
        unclear = np.where(sure, self.of_all, -2)
        none = np.where(keys_known, absent, -2)
        return np.where(self.perhaps, unclear, np.where(sure, self.of_newest, none)).astype(np.int32)


class RegisterColumns:
    """Registers ready to be joined; ``keys`` are the id columns they are joined by."""

    def __init__(self, registers: Registers, classes: Mapping[str, Classes]) -> None:
        self._classes = classes
        self._complete = registers.complete
        by_column: dict[str, list[Entry]] = defaultdict(list)
        for entry in registers.entries:
            by_column[entry.column].append(entry)
        self._columns: dict[str, tuple[list[Value], list[_Keyed]]] = {}
        for column in dict.fromkeys((*by_column, *registers.complete)):
            if column in _NOT_HELD:
                raise RulebookError(f"这个引擎不能从登记里取 {column}。", remedy="请改用 --engine duckdb。")
            values = dict.fromkeys(entry.value for entry in by_column[column])
            absent = registers.complete.get(column)
            listed = list(dict.fromkeys((*values, *([absent] if absent is not None else []))))
            number = {value: place for place, value in enumerate(listed)}
            by_names: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
            for entry in by_column[column]:
                by_names[tuple(name for name, _ in entry.keys)].append(entry)
            keyed = [_Keyed(names, entries, number) for names, entries in by_names.items()]
            self._columns[column] = (listed, keyed)

    @property
    def keys(self) -> set[str]:
        """The id columns the registers are joined by, and those they fill."""
        joined = {name for _, keyed in self._columns.values() for one in keyed for name in one.names}
        filled = {c for c in self._columns if c in CONTACT_COLUMNS and _is_id(c)}
        return joined | filled

    @property
    def filled(self) -> tuple[str, ...]:
        """The columns that are filled."""
        return tuple(self._columns)

    def fill(self, facts: Facts) -> None:
        """Fill what the contacts leave open, column by column."""
        midnight = facts.at - (facts.at + EIGHT_HOURS_US) % DAY_US
        first = np.where(facts.dated, np.where(facts.timed, facts.at, midnight), _FIRST)
        last = np.where(facts.dated, np.where(facts.timed, facts.at, midnight + DAY_US), _LAST)
        for column, (values, keyed) in self._columns.items():
            if column not in facts.known and column not in facts.codes and column not in facts.ids:
                continue
            open_ = facts.is_open(column)
            found, keys_known = _Found(facts.size), np.ones(facts.size, np.bool_)
            for one in keyed:
                group, known = one.group(facts)
                keys_known &= known
                one.merge(group, open_, (first, last), found)
            absent = self._complete.get(column)
            chosen = found.chosen(keys_known, -2 if absent is None else values.index(absent))
            self._put(facts, column, values, np.where(open_, chosen, -2).astype(np.int32))

    def _put(self, facts: Facts, column: str, values: Sequence[Value], chosen: Places) -> None:
        every = chosen >= 0
        if column in facts.known:
            said = np.array([*(2 if value else 1 for value in values), 0, 0], np.uint8)[chosen]
            facts.settle(column, as_mask(said == 2), value=True)
            facts.settle(column, as_mask(said == 1), value=False)
        elif column in facts.ids:
            hashes = np.append(hash_of([str(value) for value in values]), np.zeros(2, np.uint64))
            facts.put(column, every, hashes[chosen])
        else:
            codes = [self._classes[column].code(value) for value in values if value is not None]
            facts.put(column, every, np.array([*codes, 0, 0], np.uint8)[chosen])


def _is_id(column: str) -> bool:
    return CONTACT_COLUMNS[column].kind == "string" and not CONTACT_COLUMNS[column].values


def _micros(instant: datetime | None, otherwise: int) -> int:
    return otherwise if instant is None else micros_of(instant)


def _joined(columns: Sequence[Hashes], size: int) -> Hashes:
    """One hash for the keys of each row together."""
    found: Hashes = np.full(size, 0x51ED270B, np.uint64)
    for column in columns:
        found = found * np.uint64(0x9E3779B97F4A7C15) ^ column
        found ^= found >> np.uint64(29)
    return np.where(found == 0, np.uint64(1), found)
