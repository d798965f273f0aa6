"""The records of a case in the database: any dataclass, under its class and its first field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from cuijie import canonical
from cuijie.casefile.store import Store

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["RecordTable", "body_of"]

_Record = TypeVar("_Record")
_SUM = 1 << 256
_SHAPES: dict[type, tuple[tuple[str, object], ...]] = {}  # each field and its default, by class
_PLAIN = re.compile(r"[A-Za-z0-9.-]+")


def body_of(record: object) -> bytes:
    """The stored form of *record*: JSON with its keys in order; a field that has its default is left out."""
    shape = _shape(type(record))
    said = {name: value for name, default in shape if (value := getattr(record, name)) != default}
    return msgspec.json.encode(said, order="sorted")


def _shape(kind: type) -> tuple[tuple[str, object], ...]:
    if kind not in _SHAPES:
        _SHAPES[kind] = tuple((one.name, one.default) for one in fields(cast("type[DataclassInstance]", kind)))
    return _SHAPES[kind]


class RecordTable:
    """Reads and writes records.

    ``put`` and ``drop`` answer by how much the sum of all record digests (mod 2^256) changed: the sum is
    written into the ledger, so that a row changed behind our back shows.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, record: object) -> int:
        """Stores *record* in place of an older one of its id."""
        kind, record_id, body = type(record).__name__, _id_of(record), body_of(record)
        digest, old = _digest(kind, record_id, body), self._digest_of(kind, record_id)
        if old == digest:
            return 0
        self._store.run("insert or replace into record values (?, ?, ?, ?)", (kind, record_id, body, digest))
        return _number(digest) - _number(old)

    def put_new(self, kind: type, bodies: Iterable[tuple[str, bytes]]) -> int:
        """Stores many records of one kind, each as (id, ``body_of``), of which none is there yet; fails if one is."""
        rows: list[tuple[object, ...]] = []
        change, name = 0, kind.__name__
        for record_id, body in bodies:
            digest = _digest(name, record_id, body)
            rows.append((name, record_id, body, digest))
            change += int.from_bytes(digest, "big")
        self._store.insert_beside("record", rows)
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
