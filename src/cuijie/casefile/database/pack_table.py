"""Many records of one kind in one row: what a big export brings is kept in *packs*, compressed, in the order of ids.

What many records have in common is written once a pack: a *form*, a text with a gap for the id and one for each value.
A pack is never changed.  A record that changes takes its pack with it: the pack is written anew, or its records become
rows of their own, which is cheaper where one after another changes.  A record is in one pack or in one row, never twice.
"""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import pairwise
from operator import itemgetter
from typing import Final

import msgspec

from cuijie import canonical
from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import CaseDamaged

__all__ = ["PACK_RECORDS", "Body", "Pack", "PackTable", "Stored", "filled"]

PACK_RECORDS: Final = 256
_FEWEST: Final = 32  # fewer are rows
_LEVEL: Final = 1  # a higher one takes three times as long to save a fifth
_OPENED: Final = 16  # packs kept open: what is asked for next lies near what was asked for last

_BETWEEN: Final = b"\x1f"  # control characters are escaped in JSON: none stands in a stored form

Stored = bytes | tuple[bytes, bytes]
"""A record's stored form: whole, or as (form, values): the form with ``%b`` where id and values go, the values joined."""
Body = tuple[str, bytes]
"""A record's id and its whole stored form."""


def filled(record_id: str, stored: Stored) -> bytes:
    """The whole stored form."""
    return stored if isinstance(stored, bytes) else stored[0] % (record_id.encode(), *stored[1].split(_BETWEEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack as it was read: its row, and the records in it by id."""

    number: int
    members: Mapping[str, bytes]


class PackTable:
    """Reads and writes packs; ``add`` and ``remove`` answer by how much the sum of digests changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._opened: dict[tuple[int, bytes], Mapping[str, bytes]] = {}

    def add(self, kind: str, records: Iterable[tuple[str, Stored]]) -> tuple[int, list[Body]]:
        """Packs records of which none is there yet; the change, and the few that are left over for rows."""
        together = sorted(records, key=itemgetter(0))
        if len(together) >= _FEWEST and any(one[0] == next_[0] for one, next_ in pairwise(together)):
            raise ValueError("a record twice")
        left = len(together) % PACK_RECORDS
        packed = len(together) - (left if left < _FEWEST else 0)
        change = 0
        made: list[tuple[str, str, bytes, bytes]] = []
        for start in range(0, packed, PACK_RECORDS):
            piece = together[start : min(start + PACK_RECORDS, packed)]
            plain = _plain(piece)
            digest = _digest(kind, piece[0][0], plain)
            change += _number(digest)
            made.append((piece[0][0], piece[-1][0], plain, digest))
        self._write(kind, made)
        return change, [(one, filled(one, stored)) for one, stored in together[packed:]]

    def _write(self, kind: str, made: list[tuple[str, str, bytes, bytes]]) -> None:
        if made:  # compressed where it is written: beside the caller
            rows = (
                (None, kind, first, last, zlib.compress(plain, _LEVEL), digest) for first, last, plain, digest in made
            )
            self._store.insert_beside("pack", rows)

    def remove(self, pack: Pack) -> int:
        """Takes a pack away; whoever calls puts its records elsewhere."""
        # the digest of what is in it now, never the one beside it: else who changes a record of a pack that was
        # tampered with would make the sum right again
        row = self._store.row("select kind, first, body from pack where pack_id = ?", (pack.number,))
        self._store.run("delete from pack where pack_id = ?", (pack.number,))
        return 0 if row is None else -_number(_digest(row[0], row[1], _opened(bytes(row[2]))))

    def holding(self, kind: str, ids: Iterable[str]) -> Iterator[Pack]:
        """The packs in which any of *ids* lies."""
        wanted = sorted(ids)
        if not wanted:
            return
        bounds = self._store.rows(
            "select pack_id, first, last, digest from pack where kind = ? and first <= ? and last >= ?",
            (kind, wanted[-1], wanted[0]),
        )
        for number, first, last, digest in list(bounds):
            start = bisect_left(wanted, first)
            if start < len(wanted) and wanted[start] <= last:
                members = self._members(number, bytes(digest))
                if any(one in members for one in wanted[start : bisect_left(wanted, last) + 1]):
                    yield Pack(number=number, members=members)

    def get(self, kind: str, record_id: str) -> bytes | None:
        """The stored form of one record, or None."""
        return next((pack.members[record_id] for pack in self.holding(kind, (record_id,))), None)

    def each(self, kind: str) -> Iterator[Body]:
        """Every packed record of a kind, by id; as many packs are open at once as overlap."""
        bounds = list(self._store.rows("select pack_id, first, last from pack where kind = ? order by first", (kind,)))
        lanes: list[list[tuple[int, str, str]]] = []
        ends: list[str] = []
        for number, first, last in bounds:
            lane = next((place for place, end in enumerate(ends) if end < first), len(lanes))
            if lane == len(lanes):
                lanes.append([])
                ends.append("")
            lanes[lane].append((number, first, last))
            ends[lane] = last
        return merge(*(self._lane(kind, lane) for lane in lanes))

    def _lane(self, kind: str, packs: list[tuple[int, str, str]]) -> Iterator[Body]:
        for number, first, last in packs:
            row = self._store.row("select body from pack where pack_id = ? and first = ?", (number, first))
            yield from self._moved(kind, first, last) if row is None else _members(bytes(row[0])).items()

    def _moved(self, kind: str, first: str, last: str) -> list[Body]:
        """What lies now where a pack lay that was changed while it was waited for: its records, perhaps others' too."""
        reach = (kind, first, last)
        packs = self._store.rows("select body from pack where kind = ? and first >= ? and last <= ?", reach)
        found = {one: body for (packed,) in list(packs) for one, body in _members(bytes(packed)).items()}
        rows = self._store.rows("select id, body from record where kind = ? and id between ? and ?", reach)
        return sorted((found | {str(one): bytes(body) for one, body in rows}).items())

    def ids(self, kind: str) -> Iterator[str]:
        """The ids of every packed record of a kind, in no order."""
        for (body,) in self._store.rows("select body from pack where kind = ?", (kind,)):
            for line in _lines(bytes(body))[1]:
                yield line.partition(_BETWEEN)[0].decode()

    def total(self) -> int:
        """The sum of all packs' digests, worked out from what is in them; raises CaseDamaged for one that tells otherwise."""
        total = 0
        for kind, first, last, packed, told in self._store.rows("select kind, first, last, body, digest from pack"):
            plain = _opened(bytes(packed))
            lines = plain.split(b"\n")
            if [line.partition(_BETWEEN)[0] for line in (lines[1], lines[-1])] != [first.encode(), last.encode()]:
                raise _damaged()
            if (digest := _digest(kind, first, plain)) != bytes(told):
                raise _damaged()
            total += _number(digest)
        return total

    def _members(self, number: int, digest: bytes) -> Mapping[str, bytes]:
        if (number, digest) not in self._opened:
            row = self._store.row("select body from pack where pack_id = ?", (number,))
            if row is None:
                return {}
            while len(self._opened) >= _OPENED:
                del self._opened[next(iter(self._opened))]
            self._opened[number, digest] = _members(bytes(row[0]))
        return self._opened[number, digest]


def _plain(piece: list[tuple[str, Stored]]) -> bytes:
    """The content of a pack: a line with its forms, then a line for each record: id, number of its form, values."""
    forms: dict[bytes, bytes] = {}
    lines = [b""]
    for record_id, stored in piece:
        if isinstance(stored, bytes):
            lines.append(b"%b\x1f\x1f%b" % (record_id.encode(), stored))
            continue
        form, values = stored
        if (number := forms.get(form)) is None:
            number = forms[form] = b"%d" % len(forms)
        lines.append(b"%b\x1f%b\x1f%b" % (record_id.encode(), number, values))
    lines[0] = msgspec.json.encode([form.decode() for form in forms])
    return b"\n".join(lines)


def _opened(packed: bytes) -> bytes:
    """The content of a pack; raises CaseDamaged for what is none."""
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(packed)
    except zlib.error as error:
        raise _damaged() from error
    if not reader.eof or reader.unused_data or b"\n" not in plain:
        raise _damaged()
    return plain


def _lines(packed: bytes) -> tuple[list[bytes], list[bytes]]:
    head, *lines = _opened(packed).split(b"\n")
    try:
        return [form.encode() for form in msgspec.json.decode(head, type=list[str])], lines
    except msgspec.DecodeError as error:
        raise _damaged() from error


def _members(packed: bytes) -> dict[str, bytes]:
    forms, lines = _lines(packed)
    members = {}
    try:
        for line in lines:
            record_id, number, rest = line.split(_BETWEEN, 2)
            whole = forms[int(number)] % (record_id, *rest.split(_BETWEEN)) if number else rest
            members[record_id.decode()] = whole
    except (ValueError, IndexError, TypeError) as error:
        raise _damaged() from error
    return members


def _damaged() -> CaseDamaged:
    return CaseDamaged(
        "案卷数据库里有一包记录损坏，或被人绕过程序改过，与它的目录不符。",
        remedy="请从备份恢复整个案卷文件夹；原件库里的文件没有动，还可以重新收进一个新案卷。",
    )


def _number(digest: bytes) -> int:
    return int.from_bytes(digest, "big")


def _digest(kind: str, first: str, plain: bytes) -> bytes:
    return hashlib.sha256(canonical.encode([kind, first]) + plain).digest()
