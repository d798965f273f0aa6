"""What stores keep, as bytes: between two stores at a migration, and in the tables of the SQLite store."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from cuijie.gate.errors import StoreDamaged
from cuijie.gate.store import Claimed, ClaimKind, Dump, RegisterEntry, Reservation, Usage
from cuijie.gate.tally import Cell

__all__ = [
    "AnswerItem",
    "CellItem",
    "EndState",
    "Item",
    "KeptAnswer",
    "KeptItem",
    "ReservationItem",
    "answer_dump",
    "cell_dump",
    "kept_dump",
    "read_dump",
    "register_dump",
    "repeated",
    "reservation_dump",
]


class KeptAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a claim came to, kept under its key."""

    digest: str
    kind: ClaimKind
    answer: bytes
    usage: tuple[Usage, ...]
    full: tuple[int, ...]
    at: datetime


class CellItem(msgspec.Struct, frozen=True, kw_only=True):
    """One bucket of one counter."""

    key: str
    bucket: int
    settled: int
    held: int


class AnswerItem(msgspec.Struct, frozen=True, kw_only=True):
    """One answer with its key."""

    key: str
    answer: KeptAnswer


class KeptItem(msgspec.Struct, frozen=True, kw_only=True):
    """The long part of answers."""

    digest: str
    body: bytes


class ReservationItem(msgspec.Struct, frozen=True, kw_only=True):
    """One reservation and when it was last changed."""

    reservation: Reservation
    touched_at: datetime


Item = CellItem | AnswerItem | KeptItem | ReservationItem | RegisterEntry
EndState = Literal["settled", "cancelled"]
_KINDS = {
    "counter": CellItem,
    "answer": AnswerItem,
    "kept": KeptItem,
    "reservation": ReservationItem,
    "register": RegisterEntry,
}


def repeated(earlier: KeptAnswer, digest: str) -> Claimed:
    """What a claim under a key already used comes to."""
    if earlier.digest != digest:
        return Claimed(kind="key_reused")
    return Claimed(kind="repeated", usage=earlier.usage, full=earlier.full, answer=earlier.answer, first=earlier.kind)


def cell_dump(key: str, bucket: int, cell: Cell) -> Dump:
    """One bucket on its way."""
    item = CellItem(key=key, bucket=bucket, settled=cell[0], held=cell[1])
    return Dump(kind="counter", body=msgspec.json.encode(item))


def answer_dump(key: str, answer: KeptAnswer) -> Dump:
    """One answer on its way."""
    return Dump(kind="answer", body=msgspec.json.encode(AnswerItem(key=key, answer=answer)))


def kept_dump(digest: str, body: bytes) -> Dump:
    """One long part on its way."""
    return Dump(kind="kept", body=msgspec.json.encode(KeptItem(digest=digest, body=body)))


def reservation_dump(found: Reservation, touched_at: datetime) -> Dump:
    """One reservation on its way."""
    item = ReservationItem(reservation=found, touched_at=touched_at)
    return Dump(kind="reservation", body=msgspec.json.encode(item))


def register_dump(entry: RegisterEntry) -> Dump:
    """One register entry on its way."""
    return Dump(kind="register", body=msgspec.json.encode(entry))


def read_dump(item: Dump) -> Item:
    """What *item* holds.  Raises StoreDamaged."""
    try:
        found: Item = msgspec.json.decode(item.body, type=_KINDS[item.kind])
    except (msgspec.DecodeError, KeyError, UnicodeDecodeError) as error:
        raise StoreDamaged(
            f"迁移文件里有一条读不懂（{item.kind}）。", remedy="请重新导出；原来的存储没有改动。"
        ) from error
    return found
