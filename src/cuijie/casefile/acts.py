"""Acts on a case: many changes, one ledger entry, wholly in the case or not at all."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cuijie import canonical
from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import NotWritable, StoreFailed
from cuijie.casefile.ledger.book import LedgerBook
from cuijie.casefile.sharing import CaseKeys
from cuijie.casefile.vault import Vault

__all__ = ["Acts", "Batch"]

_SUM = 1 << 256
Detail = Mapping[str, canonical.CanonicalValue]


@dataclass(slots=True)
class Batch:
    """One act under way: what is put into ``detail`` before the end is written into the ledger."""

    act: str
    detail: dict[str, canonical.CanonicalValue]
    records: int  # the sum of all record digests, as it is inside this act
    changed: bool = field(default=False)

    def count(self, change: int) -> bool:
        """Notes by how much the sum of record digests changed; True if it did."""
        self.records, self.changed = (self.records + change) % _SUM, self.changed or change != 0
        return change != 0


class Acts:
    """Opens, nests, commits and takes back the acts of one open case, from one thread at a time.

    The order at the end of an outermost act is what makes a crash harmless: originals to the disk, then the
    commit, then originals to their place and the anchor.
    """

    def __init__(self, store: Store, vault: Vault, book: LedgerBook, keys: CaseKeys, *, writable: bool) -> None:
        self._store, self._vault, self._book, self._keys = store, vault, book, keys
        self._writable = writable
        self._guard = threading.RLock()
        self._open: list[Batch] = []
        self.actor = keys.opener.label

    @property
    def is_under_way(self) -> bool:
        """Whether an act has begun that is neither committed nor undone."""
        return bool(self._open)

    @contextlib.contextmanager
    def batch(self, act: str, detail: Detail | None = None) -> Iterator[Batch]:
        """One act with one ledger entry of its own."""
        with self._transaction(act, detail) as now:
            yield now
            self.append(act, now.detail, records=now.records if now.changed else None)

    @contextlib.contextmanager
    def joined(self, act: str, *, entry: bool) -> Iterator[Batch]:
        """The act under way if there is one, else one of its own; with *entry*, in the ledger if records changed."""
        with self._guard:
            if self._open:
                self._refuse_what_is_undone()
                yield self._open[-1]
                return
            with self._transaction(act) as now:
                yield now
                if entry and now.changed:
                    self.append(act, {}, records=now.records)

    @contextlib.contextmanager
    def _transaction(self, act: str, detail: Detail | None = None) -> Iterator[Batch]:
        with self._guard:
            if not self._writable:
                raise NotWritable("这个案卷是以只读方式打开的，不能写入。")
            outer = self._open[-1] if self._open else None
            if outer is not None:
                self._refuse_what_is_undone()
            name, waiting = f"batch_{len(self._open)}", self._vault.waiting
            self._store.run(f"savepoint {name}" if outer else "begin immediate")
            now = Batch(act, dict(detail or {}), outer.records if outer else self._book.records())
            self._open.append(now)
            try:
                yield now
                self._refuse_what_is_undone()
                if outer is None:
                    self._vault.make_durable()
                self._store.run(f"release {name}" if outer else "commit")
            except BaseException:
                self._store.undo(name if outer else None)
                self._vault.drop_waiting(since=waiting)
                raise
            finally:
                self._open.pop()
            if outer is None:
                self._vault.settle()
                self._book.anchor(self._keys.keyring.anchor)
            else:
                outer.records, outer.changed = now.records, outer.changed or now.changed

    def _refuse_what_is_undone(self) -> None:
        # a full or failing disk makes SQLite take the whole act back by itself; what came after that would be
        # committed piece by piece, without the ledger
        if not self._store.is_in_transaction:
            raise StoreFailed(
                "磁盘满或读写出错，这一步已经全部撤回，没有做。",
                remedy="请腾出空间或换一块盘，再做一次；之前保存的内容不受影响。",
            )

    def append(self, act: str, *details: Detail, records: int | None = None) -> int:
        """Adds an entry for each of *details* inside the act under way; answers the number of the last."""
        more: Detail = {} if records is None else {"records": f"{records:x}"}
        return self._book.append(act, self.actor, ({**detail, **more} for detail in details))
