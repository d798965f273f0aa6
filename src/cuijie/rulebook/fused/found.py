"""What the fused pass finds of window rules: a table of numbers, and the contacts that the windows name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cuijie.rulebook.fused.kernels import Hashes, Longs, Masks, Places
from cuijie.rulebook.fused.window_shapes import COLUMNS, NO_DAY

__all__ = ["FIRST", "LAST", "FoundWindows", "NamedMember", "WindowRow"]

_WORD = 1 << 64  # masks of norms come back signed
FIRST, LAST = COLUMNS.index("first"), COLUMNS.index("last")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """One judged window; ``seen`` is the place of the first contact that counts or may count in it.

    ``end`` is where a window that slides ends (see ``windows.spans``).
    """

    group: int
    end: int | None
    breach: bool
    at_least: int
    at_most: int | None
    basis: int
    may_apply: int
    holds_alone: bool | None
    first: int
    last: int
    seen: int


class NamedMember(NamedTuple):
    """One contact that a window names; see ``FoundWindows``."""

    place: int
    pattern: int
    asked: int
    counted: int
    unknown_keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWindows:
    """Windows that are breached or open: a row of numbers each (see ``COLUMNS``), and the contacts they name.

    ``shown_by`` are the places of contacts that carry the window's keys (-1: not known), ``keys`` their
    hashes.  Of a named contact ``asked`` are the norms it is named for, ``counted`` those under which its
    count is asked; bits of ``unknown_keys`` are keys it lacks (after the last key: its day or exact time, for windows that
    slide, and the value that is counted).
    """

    table: Longs
    keys: Hashes
    shown_by: Longs
    place: Longs
    pattern: Places
    asked: Masks
    counted: Masks
    unknown_keys: Masks

    def rows(self) -> Iterator[WindowRow]:
        """The windows one by one."""
        for group, end, breach, least, most, basis, may_apply, alone, first, last, seen in self.table.tolist():
            yield WindowRow(
                group=group,
                end=None if end == NO_DAY else end,
                breach=bool(breach),
                at_least=least,
                at_most=None if most < 0 else most,
                basis=basis % _WORD,
                may_apply=may_apply % _WORD,
                holds_alone=None if not breach or alone < 0 else bool(alone),
                first=first,
                last=last,
                seen=seen,
            )

    def members(self, row: WindowRow) -> list[NamedMember]:
        """The contacts that a window names, in the order of the log."""
        part = slice(row.first, row.last)
        columns = (self.place, self.pattern, self.asked, self.counted, self.unknown_keys)
        return sorted(NamedMember(*said) for said in zip(*(column[part].tolist() for column in columns), strict=True))
