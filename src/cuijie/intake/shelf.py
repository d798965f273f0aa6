"""The entries of a case while many are put into it: new ones in one statement each thousand, misses without a query.

Most entries of a big export are new, so a filter of one bit an id answers *surely not here* for nearly all of them;
only where it says *perhaps* is the case asked.
"""

from __future__ import annotations

from typing import Final

from cuijie.casefile import Case
from cuijie.casefile.record_table import body_of
from cuijie.records import Entry

__all__ = ["EntryShelf"]

_BITS: Final = 1 << 27  # 16 MiB: three million ids with one needless question in a hundred
_WAITING: Final = 1_000


class EntryShelf:
    """Reads and writes the entries of *case*; ``flush`` before anyone else looks at them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._bits = bytearray(_BITS // 8)
        self._waiting: dict[str, Entry] = {}
        self._drafts: list[tuple[str, bytes]] = []
        for entry in case.each(Entry):
            self._mark(entry.entry_id)

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None."""
        waiting = self._waiting.get(entry_id)
        if waiting is not None or not self._may_hold(entry_id):
            return waiting
        self._write_drafts()
        return self._case.get(Entry, entry_id)

    def add(self, entry: Entry) -> None:
        """Puts in an entry that is not there yet."""
        self._waiting[entry.entry_id] = entry
        self._mark(entry.entry_id)
        if len(self._waiting) >= _WAITING:
            self.flush()

    def add_draft(self, entry_id: str, body: bytes) -> bool:
        """Puts in one that is in its stored form already, if it is surely not there yet; else False."""
        place = hash(entry_id) % _BITS
        byte, bit = place >> 3, 1 << (place & 7)
        if self._bits[byte] & bit:
            return False
        self._bits[byte] |= bit
        self._drafts.append((entry_id, body))
        if len(self._drafts) >= _WAITING:
            self._write_drafts()
        return True

    def replace(self, entry: Entry) -> None:
        """Puts in a new form of an entry that is there."""
        if entry.entry_id in self._waiting:
            self._waiting[entry.entry_id] = entry
        else:
            self._case.put(entry)

    def flush(self) -> None:
        """Writes what waits."""
        self._write_drafts()
        if self._waiting:
            self._case.put_new(Entry, ((entry_id, body_of(entry)) for entry_id, entry in self._waiting.items()))
            self._waiting = {}

    def _write_drafts(self) -> None:
        if self._drafts:
            self._case.put_new(Entry, self._drafts)
            self._drafts = []

    def _mark(self, entry_id: str) -> None:
        place = hash(entry_id) % _BITS
        self._bits[place >> 3] |= 1 << (place & 7)

    def _may_hold(self, entry_id: str) -> bool:
        place = hash(entry_id) % _BITS
        return bool(self._bits[place >> 3] >> (place & 7) & 1)
