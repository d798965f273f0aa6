"""Contacts that wait for their windows to close: some in memory, the rest in temporary files, so that memory is bounded.

A file holds its contacts in lots: all that may ever stand in one group are in the same lot of every file, so lot by lot
can be judged by itself.  Of each contact there are hashes and numbers alone; a file has no name and goes with the process.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from cuijie.errors import cause_of
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.fused.kernels import Hashes, Longs, Places

__all__ = ["Members", "Waiting"]

_IN_MEMORY = 1 << 20  # contacts of one rule; more go to a file
_A_PART = 4  # of that, once a rule has had to: more will wait than memory is to hold
_A_LOT = 1 << 18  # contacts that are about right to judge at once
_AT_ONCE = 1 << 17  # contacts that are written at once
_LOTS, _LOT_BITS = 64, np.uint64(58)  # by the first six bits of a group's hash
_TURN = "turn"  # where each stood before the lots were put together
_NEVER = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Contacts that count or may count, in the order of time; ``place`` is their place in the log."""

    place: Longs
    keys: Hashes  # a row a member, a column a key
    joined_keys: Hashes
    day: Longs
    weight: Longs
    timed: NDArray[np.bool_]
    pattern: Places
    alone: Hashes  # empty for a rule that does not look at any value alone
    value: Hashes  # empty for a rule that does not count different values
    since: Longs  # between which moments each lies; empty but for windows of minutes
    until: Longs

    def __len__(self) -> int:
        return len(self.place)

    def cut(self, rows: slice | NDArray[np.bool_]) -> Members:
        """Some of them."""
        if not isinstance(rows, slice):
            return self.taken(np.flatnonzero(rows))
        return Members(**{f.name: held[rows] if len(held := getattr(self, f.name)) else held for f in fields(self)})

    def taken(self, places: NDArray[np.intp]) -> Members:
        """Those at these places."""
        return Members(
            **{f.name: h.take(places, axis=0) if len(h := getattr(self, f.name)) else h for f in fields(self)}
        )

    @staticmethod
    def joined(parts: Sequence[Members]) -> Members:
        """All of them, one after the other."""
        if len(parts) == 1:
            return parts[0]
        return Members(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Members)})


class Waiting:
    """The contacts of one rule that wait, in the order of time.

    One that lacks a key may stand in any group: while there is such a one, all is one lot, in memory while it is judged.
    """

    def __init__(self) -> None:
        self._held: list[Members] = []
        self._files: list[_File] = []
        self._in_memory = 0
        self._most = _IN_MEMORY
        self._from = _NEVER  # the first day that is still waited for
        self._lacking_to = _NEVER  # the last day of a contact that lacks a key

    def __len__(self) -> int:
        return self._in_memory + sum(file.rows for file in self._files)

    @property
    def first_day(self) -> int:
        """The day of the earliest; where nobody waits, the first that may still come."""
        days = [*(file.first_day for file in self._files), *(int(part.day[0]) for part in self._held)]
        return max([self._from, *days[:1]])

    def add(self, members: Members) -> None:
        """Let some more wait; none of them is earlier than those before.  Raises RulebookError if the disk refuses."""
        self._held.append(members)
        self._in_memory += len(members)
        lacking = ~members.keys.all(axis=1)
        if lacking.any():
            self._lacking_to = int(members.day[lacking][-1])
        if self._in_memory > self._most:
            every = Members.joined(self._held)
            self._held, self._in_memory = [], 0  # let go before the file takes room of its own
            self._most = _IN_MEMORY // _A_PART
            self._files.append(_File(every))

    def lots(self, before: int, *, whole: bool) -> Iterator[Members]:
        """Those of days before that one, lot by lot, in the order of time in each group; *whole*: all in one."""
        held = Members.joined(self._held) if self._held else None
        self._held = [] if held is None else [held]
        whole = whole or self._lacking_to >= self._from or not self._files
        many = 1 if whole else min(_LOTS, max(1, len(self) // _A_LOT))
        edges = [_LOTS * number // many for number in range(many + 1)]
        of_lot = _lots_of(held) if held is not None and not whole else None
        for first, end in itertools.pairwise(edges):
            parts = [file.read(first, end, in_order=whole) for file in self._files]
            if held is not None:
                parts.append(held if of_lot is None else held.cut((of_lot >= first) & (of_lot < end)))
            lot = _of_days(Members.joined(parts), self._from, before) if parts else None
            if lot is not None and len(lot):
                yield lot

    def let_go(self, before: int) -> None:
        """Those of days before that one wait no longer."""
        self._from = before
        for file in self._files[:]:
            if file.last_day < before:
                file.close()
                self._files.remove(file)
        rest = [part.cut(part.day >= before) for part in self._held]  # copies: a slice would keep the whole alive
        self._held = [part for part in rest if len(part)]
        self._in_memory = sum(map(len, self._held))


def _lots_of(members: Members) -> NDArray[np.uint8]:
    return (members.joined_keys >> _LOT_BITS).astype(np.uint8)


def _of_days(members: Members, since: int, before: int) -> Members:
    day = members.day
    if not (day[1:] >= day[:-1]).all():
        return members.cut((day >= since) & (day < before))
    return members.cut(slice(*np.searchsorted(day, (since, before)).tolist()))


class _File:
    """Contacts in a temporary file, lot by lot, in the order of time in each."""

    def __init__(self, members: Members) -> None:
        lot = _lots_of(members)
        turn = np.argsort(lot, kind="stable")
        self.rows, self.first_day, self.last_day = len(members), int(members.day[0]), int(members.day[-1])
        self._starts = np.searchsorted(lot[turn], np.arange(_LOTS + 1)).tolist()
        columns = {f.name: getattr(members, f.name) for f in fields(Members)}
        self._empty = {name: column for name, column in columns.items() if not len(column)}
        filled = {name: column for name, column in columns.items() if len(column)}
        kinds = [(name, column.dtype, column.shape[1:]) for name, column in filled.items()]
        self._kind = np.dtype([*kinds, (_TURN, np.int32)])
        try:
            self._file: IO[bytes] = tempfile.TemporaryFile(prefix="cuijie-")  # noqa: SIM115 -- it goes with its contacts
            for start in range(0, self.rows, _AT_ONCE):
                self._write(filled, turn[start : start + _AT_ONCE])
        except OSError as error:
            raise RulebookError(
                f"临时文件写不了：{cause_of(error)}。",
                remedy=f"请在 {tempfile.gettempdir()} 腾出地方，或用 TMPDIR 另指一个文件夹。",
            ) from error

    def _write(self, filled: Mapping[str, NDArray[Any]], turn: NDArray[np.intp]) -> None:
        records: NDArray[Any] = np.empty(len(turn), self._kind)
        for name, column in filled.items():
            records[name] = column.take(turn, axis=0)
        records[_TURN] = turn
        records.tofile(self._file)

    def read(self, first: int, end: int, *, in_order: bool) -> Members:
        """The lots from *first* on before *end*; *in_order*: as they came, of all lots."""
        size = self._kind.itemsize
        self._file.seek(self._starts[first] * size)
        said = self._file.read((self._starts[end] - self._starts[first]) * size)
        records = np.frombuffer(said, self._kind)
        if in_order:
            records = records[np.argsort(records[_TURN])]
        return Members(
            **{name: np.ascontiguousarray(records[name]) for name in self._kind.names or () if name != _TURN},
            **self._empty,
        )

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
