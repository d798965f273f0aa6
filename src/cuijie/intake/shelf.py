"""The entries of a case while many are put into it: new ones in one statement each thousand, misses without a query.

Most entries of a big export are new, so a filter of two bits an id answers *surely not here* for nearly all of them;
only where it says *perhaps* is the case asked.
"""

from __future__ import annotations

from typing import Final

from cuijie.casefile import Case
from cuijie.records import Entry

__all__ = ["EntryShelf"]

_BITS: Final = 1 << 27  # 16 MiB: three million ids with one needless question in a thousand
_WAITING: Final = 1_000


class EntryShelf:
    """Reads and writes the entries of *case*; ``flush`` before anyone else looks at them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._bits = bytearray(_BITS // 8)
        self._waiting: dict[str, Entry] = {}
        for entry in case.each(Entry):
            self._mark(entry.entry_id)

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None."""
        waiting = self._waiting.get(entry_id)
        if waiting is not None or not self._may_hold(entry_id):
            return waiting
        return self._case.get(Entry, entry_id)

    def add(self, entry: Entry) -> None:
        """Puts in an entry that is not there yet."""
        self._waiting[entry.entry_id] = entry
        self._mark(entry.entry_id)
        if len(self._waiting) >= _WAITING:
            self.flush()

    def replace(self, entry: Entry) -> None:
        """Puts in a new form of an entry that is there."""
        if entry.entry_id in self._waiting:
            self._waiting[entry.entry_id] = entry
        else:
            self._case.put(entry)

    def flush(self) -> None:
        """Writes what waits."""
        if self._waiting:
            self._case.put_new(*self._waiting.values())
            self._waiting = {}

    def _mark(self, entry_id: str) -> None:
        number = hash(entry_id)
        for place in (number % _BITS, (number >> 32) % _BITS):
            self._bits[place >> 3] |= 1 << (place & 7)

    def _may_hold(self, entry_id: str) -> bool:
        number = hash(entry_id)
        first, second = number % _BITS, (number >> 32) % _BITS
        return bool(self._bits[first >> 3] >> (first & 7) & 1 and self._bits[second >> 3] >> (second & 7) & 1)
