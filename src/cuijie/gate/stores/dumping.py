"""What stores keep, item by item: in memory, in the tables of SQLite, and between two stores at a migration."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cuijie.gate.encoding import to_json
from cuijie.gate.errors import StoreDamaged
from cuijie.gate.stores.contract import ClaimKind, Dump, DumpKind, RegisterEntry, Reservation, Usage

__all__ = [
    "AnswerItem",
    "CellItem",
    "Item",
    "KeptAnswer",
    "KeptItem",
    "ReservationItem",
    "dump_of",
    "read_dump",
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


class ReservationItem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One reservation and when it was last changed."""

    reservation: Reservation
    touched_at: datetime


Item = CellItem | AnswerItem | KeptItem | ReservationItem | RegisterEntry
_TYPES: dict[DumpKind, type[Item]] = {
    "counter": CellItem,
    "answer": AnswerItem,
    "kept": KeptItem,
    "reservation": ReservationItem,
    "register": RegisterEntry,
}
_KINDS: dict[type[Item], DumpKind] = {type_: kind for kind, type_ in _TYPES.items()}


def dump_of(item: Item) -> Dump:
    """*item* on its way to another store."""
    return Dump(kind=_KINDS[type(item)], body=to_json(item))


def read_dump(dump: Dump) -> Item:
    """What *dump* holds.  Raises StoreDamaged."""
    try:
        found: Item = msgspec.json.decode(dump.body, type=_TYPES[dump.kind])
    except (msgspec.DecodeError, KeyError, UnicodeDecodeError) as error:
        raise StoreDamaged(
            f"迁移文件里有一条读不懂（{dump.kind}）。", remedy="请重新导出；原来的存储没有改动。"
        ) from error
    return found
