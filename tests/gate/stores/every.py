"""The stores that must all behave alike: one list, every contract test runs over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cuijie.gate.stores.contract import GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.stores.redis_server import open_redis_at

__all__ = ["STORES", "StoreKind", "kinds", "opened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreKind:
    """One kind of store: ``open`` opens it at a place of the test's own; ``is_shared``: by many processes at once."""

    open: Callable[[Path], GateStore]
    is_shared: bool


STORES: dict[str, StoreKind] = {
    "memory": StoreKind(open=lambda _: MemoryStore(), is_shared=False),
    "redis": StoreKind(open=open_redis_at, is_shared=True),
    "sqlite": StoreKind(open=lambda place: SqliteStore(place / "gate.db", durable=False), is_shared=True),
}


def kinds(*, shared: bool = False) -> list[str]:
    """The names of the stores, or of those that many processes share."""
    return [name for name, kind in STORES.items() if kind.is_shared or not shared]


def opened(name: str, place: Path) -> GateStore:
    """The store of this kind at *place*; also in a process of its own, which knows the name only."""
    return STORES[name].open(place)
