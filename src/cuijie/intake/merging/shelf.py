"""The entries of a case while many are put into it: new ones by the thousand, misses without a query.

Most entries of a big export are new, so a filter of two bits an id answers *surely not here* for nearly all of them;
only where it says *perhaps* is the case asked, which waits for what is being packed.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from cuijie.casefile import Case
from cuijie.casefile.database.pack_table import Stored, filled
from cuijie.casefile.database.record_table import body_of
from cuijie.records import Entry

__all__ = ["EntryShelf", "Passed"]

_WORDS: Final = 1 << 21  # of 64 bits: 16 MiB, and of three million ids one in five hundred is asked for in vain
_MARKS: Final = tuple(1 << one | 1 << other for one in range(64) for other in range(64))
_MARK: Final = len(_MARKS) - 1
_WAITING: Final = 8_192
_WAITING_BYTES: Final = 16 * 1024 * 1024


@dataclass(slots=True)
class Passed:
    """The equal records of one file up to, and without, *number*: at which *places* it has which of them."""

    number: int = 1
    places: dict[str, int] = field(default_factory=dict)


class EntryShelf:
    """Reads and writes the entries of *case*; ``flush`` before anyone else looks at them."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._words = array("Q", bytes(8 * _WORDS))  # an id is two bits of one word: one look at memory
        self._waiting: dict[str, Stored] = {}
        self._bytes = 0
        self.passed: dict[tuple[str, str], Passed] = {}  # by the file and the id of the first of them
        self._met(case.records.ids(Entry))

    def _met(self, ids: Iterable[str]) -> list[str]:
        """Those of *ids* that were perhaps there before; from now on all of them perhaps are."""
        words, perhaps = self._words, []
        for entry_id in ids:
            place = hash(entry_id)
            mark, at = _MARKS[place & _MARK], (place >> 12) % _WORDS
            word = words[at]
            if word & mark == mark:
                perhaps.append(entry_id)
            else:
                words[at] = word | mark
        return perhaps

    def get(self, entry_id: str) -> Entry | None:
        """The entry of that id, or None."""
        if (waiting := self._waiting.get(entry_id)) is not None:
            return msgspec.json.decode(filled(entry_id, waiting), type=Entry)
        place = hash(entry_id)
        mark = _MARKS[place & _MARK]
        return self._case.get(Entry, entry_id) if self._words[(place >> 12) % _WORDS] & mark == mark else None

    def stored(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The stored forms of those of *ids* that are there."""
        waiting = {one: filled(one, held) for one in ids if (held := self._waiting.get(one)) is not None}
        return waiting | self._case.records.stored(Entry, [entry_id for entry_id in ids if entry_id not in waiting])

    def add(self, entry: Entry) -> None:
        """Puts in an entry that is not there yet."""
        self.add_stored(entry.entry_id, body_of(entry))

    def add_stored(self, entry_id: str, body: bytes) -> None:
        """The same for one in its stored form."""
        self._met((entry_id,))
        self._waiting[entry_id] = body
        self._bytes += len(body)
        if len(self._waiting) >= _WAITING or self._bytes >= _WAITING_BYTES:
            self.flush()

    def add_if_new(self, entry_id: str, form: bytes, values: bytes) -> bool:
        """Puts in one as a form and its values, if it is surely not there yet; else False."""
        if self._met((entry_id,)):
            return False
        self._waiting[entry_id] = (form, values)
        self._bytes += len(values)
        if len(self._waiting) >= _WAITING or self._bytes >= _WAITING_BYTES:
            self.flush()
        return True

    def add_all_if_new(self, ids: Collection[str], records: Collection[tuple[bytes, bytes]]) -> bool:
        """The same for many at once, if none of them is there and none comes twice; else False, and none is put in."""
        if (perhaps := self._met(ids)) and (len(set(ids)) < len(ids) or self.stored(perhaps)):
            return False
        self._waiting.update(zip(ids, records, strict=True))
        self._bytes += sum(len(values) for _, values in records)
        if len(self._waiting) >= _WAITING or self._bytes >= _WAITING_BYTES:
            self.flush()
        return True

    def replace(self, entry: Entry) -> None:
        """Puts in a new form of an entry that is there."""
        self.replace_stored({entry.entry_id: body_of(entry)})

    def replace_stored(self, bodies: Mapping[str, bytes]) -> None:
        """The same for many in their stored form."""
        waiting = self._waiting.keys() & bodies.keys()
        self._waiting.update((entry_id, bodies[entry_id]) for entry_id in waiting)
        if len(waiting) < len(bodies):
            self._case.put_stored(Entry, {one: body for one, body in bodies.items() if one not in waiting})

    def flush(self) -> None:
        """Writes what waits."""
        if self._waiting:
            self._case.put_new(Entry, self._waiting.items())
            self._waiting, self._bytes = {}, 0
