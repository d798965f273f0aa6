"""A case on disk: open it, keep things in it, write down what is known, and have every act in the ledger."""

from __future__ import annotations

import os
import platform
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from cuijie import __version__, canonical
from cuijie.casefile.acts import Acts, Batch
from cuijie.casefile.database.item_table import ItemTable
from cuijie.casefile.database.pack_table import Stored
from cuijie.casefile.database.record_table import RecordTable, body_of, id_of
from cuijie.casefile.database.store import DATABASE, Store
from cuijie.casefile.errors import CaseExists, LedgerBroken, StoreFailed
from cuijie.casefile.holdings import Holdings
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.keys import KdfCost, KeyFile, Keyring
from cuijie.casefile.ledger.book import LedgerBook
from cuijie.casefile.ledger.chain import LedgerEntry, read_entry
from cuijie.casefile.lock import WriterLock
from cuijie.casefile.opening import locked, open_store, unlocked
from cuijie.casefile.parts import Part
from cuijie.casefile.sharing import CaseKeys, Sharing
from cuijie.casefile.vault import Readable, Vault
from cuijie.casefile.waiting import WaitingRoom
from cuijie.clock import Clock, SystemClock
from cuijie.errors import cause_of
from cuijie.records import Answer, CaseState, Collector, Entry, Loan, Person
from cuijie.whole_files import PART, sweep, sync_folder

if TYPE_CHECKING:
    from cuijie.casefile.stamps import Stamps

__all__ = ["Batch", "Case"]

_Record = TypeVar("_Record")
OWNER = "本人"


class Case:
    """An open case.  Made by ``Case.create`` or ``Case.open``, used as a context manager.

    Everything written is one act: ``batch`` makes many changes one; outside a batch each call is its own.
    An act is in the case wholly or not at all, also after a crash.  Raises CaseError and its kinds.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        keys: CaseKeys,
        clock: Clock,
        lock: WriterLock | None,
        *,
        writable: bool,
    ) -> None:
        self.folder, self.clock, self.is_writable = folder, clock, writable
        self.troubles: list[str] = []  # what is wrong with a case that was opened for reading all the same
        self._store, self._keys, self._lock = store, keys, lock
        self._items = ItemTable(store)
        self._vault = Vault(folder, keys, self._items.blob)
        # for who reads many in their stored form; what is written must go through the case, into the ledger
        self.records, self._book = RecordTable(store), LedgerBook(folder, store, clock)
        self.sharing = Sharing(self, store, keys)
        self.waiting = WaitingRoom(folder, keys, writable=writable)
        self._acts = Acts(store, self._vault, self._book, keys, writable=writable)
        self._holdings = Holdings(
            store, self._items, self._vault, self._acts, lambda: canonical.instant(self.clock.now())
        )

    @cached_property
    def stamps(self) -> Stamps:
        """Its time-stamps."""
        from cuijie.casefile.stamps import Stamps  # certificates are long to import, and few pages look at stamps

        return Stamps(self, self._store, self._acts)

    # -- making, opening, closing ------------------------------------------------------------------

    @classmethod
    def create(
        cls, folder: Path | str, passphrase: str, *, clock: Clock | None = None, cost: KdfCost | None = None
    ) -> Case:
        """Makes a new case in *folder* (which must not exist, or be empty) and opens it for writing."""
        clock, folder = clock or SystemClock(), Path(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CaseExists(f"“{folder}”已经存在，而且不是空文件夹。", remedy="请换一个名字，或先看看里面是什么。")
        keyring = Keyring.fresh()
        key_file = KeyFile(case_id=keyring.case_id, recipients=(), wrapped="")
        key_file = key_file.with_passphrase(passphrase, OWNER, canonical.instant(clock.now()), cost or KdfCost())
        building = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{PART}")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            building.mkdir(mode=0o700)
            Vault.make(building)
            store = Store(building / DATABASE, keyring.database[0], writable=True, create=True)
            key_file = key_file.wrapping(keyring).write(building, keyring)
            keys = CaseKeys(keyring, key_file, key_file.recipients[0])
            with cls(building, store, keys, clock, None, writable=True) as made:
                made.log("created", {"program": f"cuijie {__version__}", "system": platform.system(), "zone": _zone()})
            if folder.exists():
                folder.rmdir()
            building.rename(folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise StoreFailed(
                f"建不成案卷“{folder}”（{cause_of(error)}）。",
                remedy="请检查磁盘空间和文件夹权限，或换一个地方。",
            ) from error
        finally:
            shutil.rmtree(building, ignore_errors=True)
        store, lock = Store(folder / DATABASE, keyring.database[0], writable=True), locked(folder, clock)
        return cls(folder, store, keys, clock, lock, writable=True)

    @classmethod
    def open(
        cls,
        folder: Path | str,
        passphrase: str,
        *,
        clock: Clock | None = None,
        writable: bool = True,
        actor: str | None = None,
        accept_loss: bool = False,
    ) -> Case:
        """Opens the case in *folder* with its passphrase, or with an age identity or recovery key in its place.

        ``writable=False`` takes no lock and writes nothing.  Raises NotACase, KeyRefused, CaseLocked,
        CaseDamaged, LedgerBroken (the ledger is not the one the anchor vouches for; ``accept_loss`` writes
        the loss into the ledger and goes on).
        """
        clock, folder = clock or SystemClock(), Path(folder)
        KeyFile.read(folder)  # what is no case gets no lock file
        lock = locked(folder, clock) if writable else None
        try:
            keys, store = unlocked(folder, passphrase, writable=writable)  # after the lock: its holder may change keys
            case = cls(folder, store, keys, clock, lock, writable=writable)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        if actor is not None:
            case._acts.actor = actor
        try:
            case._settle_in(accept_loss)
        except BaseException:
            case.close()
            raise
        return case

    def _settle_in(self, accept_loss: bool) -> None:
        trouble = self.anchor_trouble()
        if not self.is_writable:
            self.troubles = [trouble] if trouble else []
            return
        if trouble and not accept_loss:
            raise LedgerBroken(
                trouble,
                remedy="请先用 cuijie verify 核对，并从备份恢复；确实无法恢复时，cuijie case mend 会把这次缺失记进账里再继续。",
            )
        self.sharing.finish_key_change()
        self._vault.mend()
        sweep(self.folder)
        self.waiting.sweep()
        self._holdings.sweep()
        if trouble:
            self.log("loss_accepted", {"found": trouble})
        else:
            self._book.anchor(self._keys.keyring.anchor)

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the case and lets the next writer in; safe to call twice."""
        self._store.close()
        self._vault.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def beside(self, *, frozen: bool = False) -> Case:
        """The same case for reading only, waiting for no writer: as it is committed, or (*frozen*) as it is now."""
        store = open_store(self.folder, self._keys.keyring, writable=False, frozen=frozen)
        return Case(self.folder, store, self._keys, self.clock, None, writable=False)

    @property
    def case_id(self) -> str:
        """The case's own random id; says nothing about anyone."""
        return self._keys.keyring.case_id

    # -- acts and the ledger -----------------------------------------------------------------------

    @property
    def actor(self) -> str:
        """In whose name acts are written: the label of the key that opened the case, unless told otherwise."""
        return self._acts.actor

    def batch(
        self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None
    ) -> AbstractContextManager[Batch]:
        """Makes everything done inside one act with one ledger entry of its own; undone whole on an error."""
        return self._acts.batch(act, detail)

    @property
    def is_in_act(self) -> bool:
        """True inside ``batch``: what is read now may still be undone."""
        return self._acts.is_under_way

    def log(self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None) -> None:
        """Writes one act into the ledger that changes nothing else (drafted, shared, exported …)."""
        with self.batch(act, detail):
            pass

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Every act so far, oldest first."""
        return tuple(read_entry(body) for body in self.ledger_bodies())

    def ledger_bodies(self) -> list[bytes]:
        """The canonical bytes of every ledger entry, oldest first."""
        return list(self._book.bodies())

    def ledger_length(self) -> int:
        """How many acts the ledger holds: grows with every change of the case."""
        last = self._book.last()
        return last.seq if last else 0

    # -- what a verification needs ------------------------------------------------------------------

    def anchor_trouble(self) -> str | None:
        """How the ledger contradicts its anchor, or None."""
        return self._book.trouble(self._keys.keyring.anchor)

    def database_trouble(self) -> str | None:
        """What SQLite finds wrong with the database file, or None."""
        return self._store.check()

    def records_total(self) -> int:
        """The sum of all record digests, from the rows themselves; the ledger holds what it should be."""
        return self.records.total()

    def blob_path(self, item_id: str) -> Path:
        """Where the encrypted file should lie that holds an item: its own, or that of the item in which it lies."""
        return self._holdings.path(item_id)

    def stray_files(self) -> list[str]:
        """Files below the vault's folders that belong to no item, relative to the case."""
        return [path.relative_to(self.folder).as_posix() for path in self._holdings.strays()]

    def unfinished_files(self) -> int:
        """How many files wait that belong to no item: of an act under way in another program, or cut off."""
        return self._holdings.unfinished()

    # -- records -----------------------------------------------------------------------------------

    def put(self, *records: object) -> None:
        """Stores records, each under its type and its first field; an older one of that id is replaced."""
        with self._acts.joined("records", entry=True) as batch:
            for kind, alike in groupby(records, type):
                batch.count(self.records.put(kind, {id_of(record): body_of(record) for record in alike}))

    def put_stored(self, kind: type, bodies: Mapping[str, bytes]) -> None:
        """Stores many records of one kind that are in their stored form (``body_of``), by id."""
        with self._acts.joined("records", entry=True) as batch:
            batch.count(self.records.put(kind, bodies))

    def put_new(self, kind: type, records: Iterable[tuple[str, Stored]]) -> None:
        """The same for records that the case does not hold yet, whole or as a form and its values."""
        with self._acts.joined("records", entry=True) as batch:
            batch.count(self.records.put_new(kind, records))

    def drop(self, kind: type, record_id: str) -> bool:
        """Removes one record; False if there was none."""
        with self._acts.joined("records", entry=True) as batch:
            return batch.count(self.records.drop(kind, record_id))

    def get(self, kind: type[_Record], record_id: str) -> _Record | None:
        """The record of that type and id, or None."""
        return self.records.get(kind, record_id)

    def each(self, kind: type[_Record]) -> Iterator[_Record]:
        """The records of a type one by one, by id."""
        return self.records.each(kind)

    def all(self, kind: type[_Record]) -> tuple[_Record, ...]:
        """Every record of a type, by id."""
        return tuple(self.each(kind))

    def state(self) -> CaseState:
        """All that is known now: entries by time (undated last), the rest by id."""
        entries = sorted(self.each(Entry), key=_when)
        return CaseState(
            loans=self.all(Loan),
            persons=self.all(Person),
            collectors=self.all(Collector),
            entries=tuple(entries),
            answers=self.all(Answer),
        )

    # -- the vault ---------------------------------------------------------------------------------

    def keep(self, stream: Readable, about: ItemFacts) -> Item:
        """Takes an original in, byte for byte; the same content again is the same item (``is_new`` False)."""
        return self._holdings.keep(stream, about, None, None)

    def derive(self, parent_id: str, stream: Readable, about: ItemFacts, *, sha256: str | None = None) -> Item:
        """Takes in something made from item *parent_id*; ``about`` names its kind and the tool that made it.

        A *sha256* that is known already spares the caller the wait for it; it is held against the bytes.
        """
        self.item(parent_id)
        return self._holdings.keep(stream, about, parent_id, sha256)

    def derive_parts(self, parent_id: str, parts: Sequence[tuple[Part, ItemFacts, str]]) -> list[Item]:
        """The same for what lies whole in that item, in base64: it is named by its place and not kept a second time.

        The caller has read each there and tells its facts and SHA-256; verifying holds that against the bytes.
        Their ids are known before (``item_id_of``).
        """
        return self._holdings.keep_parts(parent_id, parts)

    def item(self, item_id: str) -> Item:
        """The item of that id; raises ItemMissing."""
        return self._holdings.item(item_id)

    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of taking in."""
        return tuple(self._items.each())

    def sightings(self, item_id: str) -> tuple[ItemFacts, ...]:
        """Other names and sources under which the same content was given again."""
        return self._items.sightings(item_id)

    def open_item(self, item_id: str) -> BinaryIO:
        """The plain bytes of an item as a seekable stream; raises CaseDamaged rather than show altered ones."""
        return self._holdings.open(item_id)

    def discard(self, item_id: str, reason: str) -> tuple[str, ...]:
        """Removes an item and what was derived from it; the ledger keeps the act, the fingerprint and the reason."""
        return self._holdings.discard(item_id, reason)


def _when(entry: Entry) -> tuple[bool, str, str]:
    at = entry.occurred_at
    return at is None, canonical.instant(at) if at else "", entry.entry_id


def _zone() -> str:
    return os.environ.get("TZ") or str(SystemClock().now().astimezone().tzinfo)
