"""The records of a case in the database: any dataclass, under its class and its first field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from cuijie import canonical
from cuijie.casefile.store import Store

__all__ = ["RecordTable"]

_Record = TypeVar("_Record")
_SUM = 1 << 256
_PLAIN = re.compile(r"[A-Za-z0-9.-]+")


class RecordTable:
    """Reads and writes records.

    ``put`` and ``drop`` answer by how much the sum of all record digests (mod 2^256) changed: the sum is
    written into the ledger, so that a row changed behind our back shows.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, record: object) -> int:
        """Stores *record* in place of an older one of its id."""
        kind, record_id = type(record).__name__, _id_of(record)
        body = msgspec.json.encode(record, order="sorted")
        digest, old = _digest(kind, record_id, body), self._digest_of(kind, record_id)
        if old == digest:
            return 0
        self._store.run("insert or replace into record values (?, ?, ?, ?)", (kind, record_id, body, digest))
        return _number(digest) - _number(old)

    def put_new(self, records: Iterable[object]) -> int:
        """Stores records of which none is there yet, in one statement; fails if one is."""
        rows, change = [], 0
        for record in records:
            kind, record_id = type(record).__name__, _id_of(record)
            body = msgspec.json.encode(record, order="sorted")
            digest = _digest(kind, record_id, body)
            rows.append((kind, record_id, body, digest))
            change += _number(digest)
        self._store.run_many("insert into record values (?, ?, ?, ?)", rows)
        return change

    def drop(self, kind: type, record_id: str) -> int:
        """Removes one record; 0 if there was none."""
        old = self._digest_of(kind.__name__, record_id)
        if old is not None:
            self._store.run("delete from record where kind = ? and id = ?", (kind.__name__, record_id))
        return -_number(old)

    def get(self, kind: type[_Record], record_id: str) -> _Record | None:
        """The record of that type and id, or None."""
        row = self._store.row("select body from record where kind = ? and id = ?", (kind.__name__, record_id))
        return None if row is None else msgspec.json.decode(bytes(row[0]), type=kind)

    def each(self, kind: type[_Record]) -> Iterator[_Record]:
        """The records of a type one by one, by id."""
        decoder = msgspec.json.Decoder(kind)
        for (body,) in self._store.rows("select body from record where kind = ? order by id", (kind.__name__,)):
            yield decoder.decode(bytes(body))

    def total(self) -> int:
        """The sum of all record digests, worked out from the rows themselves."""
        rows = self._store.rows("select kind, id, body from record")
        return sum(_number(_digest(kind, record_id, bytes(body))) for kind, record_id, body in rows) % _SUM

    def _digest_of(self, kind: str, record_id: str) -> bytes | None:
        row = self._store.row("select digest from record where kind = ? and id = ?", (kind, record_id))
        return None if row is None else bytes(row[0])


def _number(digest: bytes | None) -> int:
    return int.from_bytes(digest, "big") if digest else 0


def _digest(kind: str, record_id: str, body: bytes) -> bytes:
    # a plain id needs no escapes: the same bytes as the encoder's, and a record a microsecond
    named = f'["{kind}","{record_id}"]'.encode() if _PLAIN.fullmatch(record_id) else canonical.encode([kind, record_id])
    return hashlib.sha256(named + body).digest()


def _id_of(record: object) -> str:
    name = next(iter(getattr(type(record), "__dataclass_fields__", {})), None)
    value = getattr(record, name) if name else None
    if not isinstance(value, str) or not value:
        raise TypeError(f"{type(record).__name__} has no text as its first field")
    return value
