"""The records of a case in the database: any dataclass, under its class and its first field, in rows or in packs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from heapq import merge
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from cuijie import canonical
from cuijie.casefile.database.pack_table import PACK_RECORDS, Body, Pack, PackTable, Stored
from cuijie.casefile.database.store import Store

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["RecordTable", "body_of", "encoded", "id_of", "said_of"]

_Record = TypeVar("_Record")
_Shape = tuple[tuple[str, ...], tuple[object, ...], Callable[[object], tuple[object, ...]]]
"""The fields of a class, their defaults, and what reads them all from a record."""
_SHAPES: dict[type, _Shape] = {}
_SUM = 1 << 256
_WORTH_A_PACK = PACK_RECORDS // 8  # a pack of which so many change is packed again
_PLAIN = re.compile(r"[A-Za-z0-9.-]+")


def body_of(record: object) -> bytes:
    """The stored form of *record*: JSON with its keys in order; a field that has its default is left out."""
    return encoded(said_of(record))


def said_of(record: object) -> dict[str, object]:
    """What *record* says in its stored form, by field: all that is not the default."""
    names, defaults, values = _shape(type(record))
    return {
        name: value
        for name, value, default in zip(names, values(record), defaults, strict=True)
        if value is not default and value != default
    }


def encoded(said: Mapping[str, object]) -> bytes:
    """The stored form of what a record says."""
    return msgspec.json.encode(said, order="sorted")


def _shape(kind: type) -> _Shape:
    if kind not in _SHAPES:
        shape = fields(cast("type[DataclassInstance]", kind))
        names = tuple(one.name for one in shape)
        values = attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)
        _SHAPES[kind] = names, tuple(one.default for one in shape), values
    return _SHAPES[kind]


class RecordTable:
    """Reads and writes records.

    What writes answers by how much the sum of all digests (mod 2^256) changed: the sum is written into the
    ledger, so that a row changed behind our back shows.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._packs = store, PackTable(store)

    def put(self, kind: type, bodies: Mapping[str, bytes]) -> int:
        """Stores records of one kind, each as its ``body_of`` under its id, in place of older ones."""
        name, left, change = kind.__name__, dict(bodies), 0
        for pack in list(self._packs.holding(name, left)):
            mine = {record_id: left.pop(record_id) for record_id in pack.members.keys() & left.keys()}
            if any(pack.members[record_id] != body for record_id, body in mine.items()):
                change += self._renew(name, pack, {**pack.members, **mine}, len(mine))
        new = []
        for record_id, body in left.items():
            if (old := self._digest_of(name, record_id)) is None:
                new.append((record_id, body))
            elif (digest := _digest(name, record_id, body)) != old:
                row = (name, record_id, body, digest)
                self._store.run("insert or replace into record values (?, ?, ?, ?)", row)
                change += _number(digest) - _number(old)
        return change + self._add_rows(name, new)

    def put_new(self, kind: type, records: Iterable[tuple[str, Stored]]) -> int:
        """Stores many records of one kind, each as its id and stored form, of which none is there; fails if one is twice."""
        change, left = self._packs.add(kind.__name__, records)
        return change + self._add_rows(kind.__name__, left)

    def _renew(self, kind: str, pack: Pack, members: Mapping[str, bytes], changed: int) -> int:
        """Puts *members* in place of *pack*: as a pack again if much of it changed, else as rows."""
        change = self._packs.remove(pack)
        if changed < _WORTH_A_PACK:
            return change + self._add_rows(kind, list(members.items()))
        packed, left = self._packs.add(kind, members.items())
        return change + packed + self._add_rows(kind, left)

    def _add_rows(self, kind: str, bodies: list[Body]) -> int:
        rows: list[tuple[object, ...]] = []
        change = 0
        for record_id, body in bodies:
            digest = _digest(kind, record_id, body)
            rows.append((kind, record_id, body, digest))
            change += _number(digest)
        if rows:
            self._store.insert_beside("record", rows)
        return change

    def drop(self, kind: type, record_id: str) -> int:
        """Removes one record; 0 if there was none."""
        name = kind.__name__
        for pack in list(self._packs.holding(name, (record_id,))):
            return self._renew(name, pack, {one: body for one, body in pack.members.items() if one != record_id}, 1)
        old = self._digest_of(name, record_id)
        if old is not None:
            self._store.run("delete from record where kind = ? and id = ?", (name, record_id))
        return -_number(old)

    def get(self, kind: type[_Record], record_id: str) -> _Record | None:
        """The record of that type and id, or None."""
        name = kind.__name__
        row = self._store.row("select body from record where kind = ? and id = ?", (name, record_id))
        body = self._packs.get(name, record_id) if row is None else bytes(row[0])
        return None if body is None else msgspec.json.decode(body, type=kind)

    def stored(self, kind: type, ids: Iterable[str]) -> dict[str, bytes]:
        """The stored forms of those of *ids* that are there."""
        name, wanted = kind.__name__, set(ids)
        found: dict[str, bytes] = {}
        for pack in self._packs.holding(name, wanted):
            found.update((one, pack.members[one]) for one in pack.members.keys() & wanted)
        for record_id in wanted - found.keys():
            row = self._store.row("select body from record where kind = ? and id = ?", (name, record_id))
            if row is not None:
                found[record_id] = bytes(row[0])
        return found

    def each(self, kind: type[_Record]) -> Iterator[_Record]:
        """The records of a type one by one, by id."""
        return map(msgspec.json.Decoder(kind).decode, (body for _, body in self.bodies(kind)))

    def bodies(self, kind: type) -> Iterator[Body]:
        """Ids and stored forms of a type one by one, by id; a record that moves meanwhile is given once."""
        rows = self._store.rows("select id, body from record where kind = ? order by id", (kind.__name__,))
        last = None
        for record_id, body in merge(((str(one), bytes(body)) for one, body in rows), self._packs.each(kind.__name__)):
            if record_id != last:
                yield record_id, body
            last = record_id

    def ids(self, kind: type) -> Iterator[str]:
        """The ids of a type, in no order."""
        yield from (str(one) for (one,) in self._store.rows("select id from record where kind = ?", (kind.__name__,)))
        yield from self._packs.ids(kind.__name__)

    def total(self) -> int:
        """The sum of all digests, worked out from the rows and packs themselves."""
        rows = self._store.rows("select kind, id, body from record")
        alone = sum(_number(_digest(kind, record_id, bytes(body))) for kind, record_id, body in rows)
        return (alone + self._packs.total()) % _SUM

    def _digest_of(self, kind: str, record_id: str) -> bytes | None:
        # of what is there now: the digest beside it may be that of what was there before somebody tampered with it
        row = self._store.row("select body from record where kind = ? and id = ?", (kind, record_id))
        return None if row is None else _digest(kind, record_id, bytes(row[0]))


def _number(digest: bytes | None) -> int:
    return int.from_bytes(digest, "big") if digest else 0


def _digest(kind: str, record_id: str, body: bytes) -> bytes:
    # a plain id needs no escapes: the same bytes as the encoder's, and a record a microsecond
    named = f'["{kind}","{record_id}"]'.encode() if _PLAIN.fullmatch(record_id) else canonical.encode([kind, record_id])
    return hashlib.sha256(named + body).digest()


def id_of(record: object) -> str:
    """The id of *record*: its first field; raises TypeError for what has none."""
    name = next(iter(getattr(type(record), "__dataclass_fields__", {})), None)
    value = getattr(record, name) if name else None
    if not isinstance(value, str) or not value:
        raise TypeError(f"{type(record).__name__} has no text as its first field")
    return value
