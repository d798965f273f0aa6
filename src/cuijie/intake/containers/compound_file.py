"""Compound files (OLE): the container of old Office files, of Outlook's mails and of Office files with a password.

Read whole in memory; a chain of sectors that goes round or leaves the file ends the reading with an IntakeError.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from cuijie.intake.found import IntakeError

__all__ = ["COMPOUND_MAGIC", "CompoundFile", "names_in"]

COMPOUND_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END: Final = 0xFFFFFFFA  # this and above: no sector
_NONE: Final = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class CompoundFile:
    """The streams of a compound file by their path (``__attach_version1.0_#00000000/__substg1.0_37010102``)."""

    def __init__(self, data: bytes, name: str) -> None:
        """Reads the directory.  Raises IntakeError for a file that is no whole compound file; *name* is for the error."""
        self._data, self._name = data, name
        try:
            self._open()
        except (struct.error, IndexError) as error:
            raise self._damaged() from error

    def _open(self) -> None:
        if not self._data.startswith(COMPOUND_MAGIC) or len(self._data) < 512:
            raise self._damaged()
        shift, small_shift = struct.unpack_from("<HH", self._data, 30)
        if not 7 <= shift <= 16 or not 2 <= small_shift < shift:
            raise self._damaged()
        self._sector, self._small_sector = 1 << shift, 1 << small_shift
        first_directory, _, self._cutoff, first_small, _, first_more = struct.unpack_from("<6I", self._data, 48)
        self._next = self._table(first_more)
        directory = b"".join(self._chain(first_directory))
        entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
        if not entries or entries[0][66] != _ROOT:
            raise self._damaged()
        root_start, root_size = struct.unpack_from("<IQ", entries[0], 116)
        small = b"".join(self._chain(first_small))
        self._next_small = struct.unpack(f"<{len(small) // 4}I", small[: len(small) // 4 * 4])
        self._small = b"".join(self._chain(root_start))[: root_size & 0xFFFFFFFF]
        self._streams = dict(self._walk(entries))

    def _table(self, more: int) -> tuple[int, ...]:
        """Which sector follows which: the sectors of this table stand in the header and, of big files, in a chain."""
        places = list(struct.unpack_from("<109I", self._data, 76))
        seen: set[int] = set()
        while more < _END:
            if more in seen:
                raise self._damaged()
            seen.add(more)
            *listed, more = struct.unpack(f"<{self._sector // 4}I", self._at(more))
            places.extend(listed)
        table = b"".join(self._at(place) for place in places if place < _END)
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        found = self._data[start : start + self._sector]
        if not found:
            raise self._damaged()
        return found.ljust(self._sector, b"\0")

    def _chain(self, sector: int) -> Iterator[bytes]:
        for _ in range(len(self._next) + 1):
            if sector >= _END:
                return
            yield self._at(sector)
            sector = self._next[sector]
        raise self._damaged()

    def _walk(self, entries: list[bytes]) -> Iterator[tuple[str, tuple[int, int]]]:
        """(path, (first sector, size)) of each stream below the root."""
        waiting = [(struct.unpack_from("<I", entries[0], 76)[0], "")]
        seen: set[int] = set()
        while waiting:
            number, above = waiting.pop()
            if number == _NONE:
                continue
            if number in seen or number >= len(entries):
                raise self._damaged()
            seen.add(number)
            entry = entries[number]
            length = min(struct.unpack_from("<H", entry, 64)[0], 64)
            path = above + entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
            left, right, child = struct.unpack_from("<3I", entry, 68)
            waiting += [(left, above), (right, above)]
            if entry[66] == _STORAGE:
                waiting.append((child, f"{path}/"))
            elif entry[66] == _STREAM:
                start, size = struct.unpack_from("<IQ", entry, 116)
                yield path, (start, size & 0xFFFFFFFF)

    @property
    def names(self) -> frozenset[str]:
        """The paths of all streams."""
        return frozenset(self._streams)

    def read(self, path: str) -> bytes:
        """The bytes of a stream; none if there is no such stream.  Raises IntakeError if it is damaged."""
        if path not in self._streams:
            return b""
        start, size = self._streams[path]
        try:
            found = b"".join(self._chain(start) if size >= self._cutoff else self._small_chain(start))
        except IndexError as error:
            raise self._damaged() from error
        if len(found) < size:
            raise self._damaged()
        return found[:size]

    def _small_chain(self, sector: int) -> Iterator[bytes]:
        for _ in range(len(self._next_small) + 1):
            if sector >= _END:
                return
            yield self._small[sector * self._small_sector : (sector + 1) * self._small_sector]
            sector = self._next_small[sector]
        raise self._damaged()

    def _damaged(self) -> IntakeError:
        return IntakeError(f"“{self._name}”损坏或没有下载完整，打不开。", remedy="请重新下载，或另存为 PDF 再收。")


def names_in(data: bytes, *wanted: str) -> bool:
    """True if *data* is the beginning or whole of a compound file that names one of the *wanted* streams."""
    return data.startswith(COMPOUND_MAGIC) and any(name.encode("utf-16-le") in data for name in wanted)
