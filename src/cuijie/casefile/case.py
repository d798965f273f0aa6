"""A case on disk: open it, keep things in it, write down what is known, and have every act in the ledger."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeVar

import msgspec

from cuijie import __version__, canonical
from cuijie.casefile.anchor import anchor_of, read_anchor, write_anchor
from cuijie.casefile.errors import (
    CaseDamaged,
    CaseExists,
    CaseLocked,
    ItemMissing,
    LedgerBroken,
    NotWritable,
    StoreFailed,
)
from cuijie.casefile.files import PART
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.keys import KdfCost, KeyFile, Keyring
from cuijie.casefile.ledger import GENESIS, ClockWatch, LedgerEntry, make_body, read_entry
from cuijie.casefile.lock import WriterLock
from cuijie.casefile.sharing import CaseKeys, Sharing
from cuijie.casefile.store import DATABASE, Store
from cuijie.casefile.vault import Blob, Readable, Vault
from cuijie.clock import Clock, SystemClock
from cuijie.records import Answer, CaseState, Collector, Entry, Loan, Person

__all__ = ["Batch", "Case"]

_Record = TypeVar("_Record")
_SUM = 1 << 256
OWNER = "本人"


@dataclass(slots=True)
class Batch:
    """One act under way: what is put into ``detail`` before the end is written into the ledger."""

    act: str
    detail: dict[str, canonical.CanonicalValue]
    _records: int  # the sum of all record digests, as it is inside this act
    _changed: bool = field(default=False)


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
        self.folder = folder
        self.clock = clock
        self.actor = keys.opener.label
        self.is_writable = writable
        self.troubles: list[str] = []  # what is wrong with a case that was opened for reading all the same
        self._store, self._keys, self._lock = store, keys, lock
        self._vault = Vault(folder, keys)
        self.sharing = Sharing(self, store, keys)
        self._watch = ClockWatch()
        self._guard = threading.RLock()
        self._open_batches: list[Batch] = []

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
        key_file = key_file.with_passphrase(passphrase, OWNER, _stamp(clock.now()), cost or KdfCost())
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
        except OSError as error:
            raise StoreFailed(
                f"建不成案卷“{folder}”（{error.strerror or type(error).__name__}）。",
                remedy="请检查磁盘空间和文件夹权限，或换一个地方。",
            ) from error
        finally:
            shutil.rmtree(building, ignore_errors=True)
        store, lock = Store(folder / DATABASE, keyring.database[0], writable=True), _locked(folder, clock)
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
        key_file = KeyFile.read(folder)
        keyring, opener = key_file.unlock(passphrase)
        lock = _locked(folder, clock) if writable else None
        try:
            store = _open_store(folder, keyring, writable)
            case = cls(folder, store, CaseKeys(keyring, key_file, opener), clock, lock, writable=writable)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        if actor is not None:
            case.actor = actor
        try:
            case._settle_in(accept_loss)
        except BaseException:
            case.close()
            raise
        return case

    def _settle_in(self, accept_loss: bool) -> None:
        trouble = self._anchor_trouble()
        if not self.is_writable:
            self.troubles = [trouble] if trouble else []
            return
        if trouble and not accept_loss:
            raise LedgerBroken(
                trouble,
                remedy="请先用 cuijie verify 核对，并从备份恢复；确实无法恢复时，cuijie case mend 会把这次缺失记进账里再继续。",
            )
        self.sharing.finish_key_change()
        self._vault.mend(lambda name: self._store.row("select 1 from item where blob = ?", (name,)) is not None)
        if trouble:
            self.log("loss_accepted", {"found": trouble})
        else:
            self._anchor()

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the case and lets the next writer in; safe to call twice."""
        self._store.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @property
    def case_id(self) -> str:
        """The case's own random id; says nothing about anyone."""
        return self._keys.keyring.case_id

    # -- acts and the ledger -----------------------------------------------------------------------

    @contextlib.contextmanager
    def batch(self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None) -> Iterator[Batch]:
        """Makes everything done inside one act with one ledger entry of its own; undone whole on an error."""
        with self._transaction(act, detail) as now:
            yield now
            self._append(act, now.detail, records=now._records if now._changed else None)

    @contextlib.contextmanager
    def _transaction(self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None) -> Iterator[Batch]:
        with self._guard:
            if not self.is_writable:
                raise NotWritable("这个案卷是以只读方式打开的，不能写入。")
            outer = self._open_batches[-1] if self._open_batches else None
            name, waiting = f"batch_{len(self._open_batches)}", self._vault.waiting
            self._store.run(f"savepoint {name}" if outer else "begin immediate")
            now = Batch(act, dict(detail or {}), outer._records if outer else int(self._meta("records", "0"), 16))
            self._open_batches.append(now)
            try:
                yield now
                if outer is None:
                    self._set_meta("records", f"{now._records:x}")
                    self._vault.make_durable()
                self._store.run(f"release {name}" if outer else "commit")
            except BaseException:
                self._store.undo(name if outer else None)
                self._vault.drop_waiting(since=waiting)
                raise
            finally:
                self._open_batches.pop()
            if outer is None:
                self._vault.settle()
                self._anchor()
            else:
                outer._records, outer._changed = now._records, outer._changed or now._changed

    def log(self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None) -> None:
        """Writes one act into the ledger that changes nothing else (drafted, shared, exported …)."""
        with self.batch(act, detail):
            pass

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Every act so far, oldest first."""
        return tuple(read_entry(body) for body in self.ledger_bodies())

    def ledger_bodies(self) -> list[bytes]:
        """The canonical bytes of every ledger entry, oldest first."""
        return [bytes(body) for (body,) in self._store.rows("select body from ledger order by seq")]

    def ledger_length(self) -> int:
        """How many acts the ledger holds: grows with every change of the case."""
        last = self._last()
        return last.seq if last else 0

    def _last(self) -> LedgerEntry | None:
        row = self._store.row("select body from ledger order by seq desc limit 1")
        return None if row is None else read_entry(bytes(row[0]))

    def _append(self, act: str, detail: Mapping[str, object], *, records: int | None = None) -> None:
        last, now = self._last(), self.clock.now()
        body = make_body(
            seq=(last.seq if last else 0) + 1,
            at=now,
            actor=self.actor,
            act=act,
            detail=detail if records is None else {**detail, "records": f"{records:x}"},
            prev=last.hash if last else GENESIS,
            clock=self._watch.note(now, last.at if last else None),
        )
        self._store.run("insert into ledger (seq, body) values (?, ?)", ((last.seq if last else 0) + 1, body))

    def _anchor(self) -> None:
        last = self._last()
        # a disk too full for the anchor does not undo the act: the anchor lags and is caught up next time
        with contextlib.suppress(OSError):
            write_anchor(
                self.folder, anchor_of(last.seq if last else 0, last.hash if last else None), self._keys.keyring.anchor
            )

    def _anchor_trouble(self) -> str | None:
        try:
            anchor = read_anchor(self.folder, self._keys.keyring.anchor)
        except ValueError:
            return "锚点文件 anchor.json 被改动或损坏，无法证明留痕账没有被截短。"
        last = self._last()
        have = last.seq if last else 0
        if anchor is None:
            return "锚点文件 anchor.json 不见了，无法证明留痕账没有被截短。" if have > 1 else None
        if anchor.count > have:
            return f"留痕账少了最后 {anchor.count - have} 条（锚点记着 {anchor.count} 条，现有 {have} 条）：数据库被截短，或被换成了旧的。"
        row = self._store.row("select body from ledger where seq = ?", (anchor.count,))
        if row is not None and hashlib.sha256(bytes(row[0])).hexdigest() != anchor.head:
            return f"留痕账第 {anchor.count} 条与锚点不符：账被整个改写过。"
        return None

    # -- records -----------------------------------------------------------------------------------

    def put(self, *records: object) -> None:
        """Stores records, each under its type and its first field; an older one of that id is replaced."""
        with self._joined("records"):
            for value in records:
                kind, record_id = type(value).__name__, _id_of(value)
                body = msgspec.json.encode(value, order="sorted")
                digest = _record_digest(kind, record_id, body)
                old = self._store.row("select digest from record where kind = ? and id = ?", (kind, record_id))
                if old is not None and bytes(old[0]) == digest:
                    continue
                self._count(digest, bytes(old[0]) if old else None)
                self._store.run("insert or replace into record values (?, ?, ?, ?)", (kind, record_id, body, digest))

    def drop(self, kind: type, record_id: str) -> bool:
        """Removes one record; False if there was none."""
        with self._joined("records"):
            name = kind.__name__
            old = self._store.row("select digest from record where kind = ? and id = ?", (name, record_id))
            if old is None:
                return False
            self._count(None, bytes(old[0]))
            self._store.run("delete from record where kind = ? and id = ?", (name, record_id))
            return True

    def get(self, kind: type[_Record], record_id: str) -> _Record | None:
        """The record of that type and id, or None."""
        row = self._store.row("select body from record where kind = ? and id = ?", (kind.__name__, record_id))
        return None if row is None else msgspec.json.decode(bytes(row[0]), type=kind)

    def each(self, kind: type[_Record]) -> Iterator[_Record]:
        """The records of a type one by one, by id."""
        decoder = msgspec.json.Decoder(kind)
        for (body,) in self._store.rows("select body from record where kind = ? order by id", (kind.__name__,)):
            yield decoder.decode(bytes(body))

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

    @contextlib.contextmanager
    def _joined(self, act: str) -> Iterator[None]:
        with self._guard:
            if self._open_batches:
                yield
                return
            with self._transaction(act) as now:
                yield
                if now._changed:
                    self._append(act, {}, records=now._records)

    def _count(self, new: bytes | None, old: bytes | None) -> None:
        # the sum goes into the ledger: a row changed behind our back shows
        batch = self._open_batches[-1]
        change = (int.from_bytes(new, "big") if new else 0) - (int.from_bytes(old, "big") if old else 0)
        batch._records, batch._changed = (batch._records + change) % _SUM, True

    def _meta(self, name: str, default: str) -> str:
        row = self._store.row("select value from meta where name = ?", (name,))
        return default if row is None else str(row[0])

    def _set_meta(self, name: str, value: str) -> None:
        self._store.run("insert or replace into meta values (?, ?)", (name, value))

    # -- the vault ---------------------------------------------------------------------------------

    def keep(self, stream: Readable, about: ItemFacts) -> Item:
        """Takes an original in, byte for byte; the same content again is the same item (``is_new`` False)."""
        return self._keep(stream, about, None)

    def derive(self, parent_id: str, stream: Readable, about: ItemFacts) -> Item:
        """Takes in something made from item *parent_id*; ``about`` names its kind and the tool that made it."""
        self.item(parent_id)
        return self._keep(stream, about, parent_id)

    def _keep(self, stream: Readable, about: ItemFacts, parent: str | None) -> Item:
        with self._guard:
            if self._open_batches:
                return self._take_in(stream, about, parent)
            with self._transaction("taken_in"):
                return self._take_in(stream, about, parent)

    def _take_in(self, stream: Readable, about: ItemFacts, parent: str | None) -> Item:
        blob = self._vault.put(stream, self._blob)
        item_id = _item_id(blob.sha256, parent, about)
        known = self._find(item_id)
        facts = msgspec.json.encode(about, order="sorted")
        if known is not None:
            self._mend_item(known, blob)
            self._seen_again(known, about, facts)
            return known
        now = self.clock.now()
        detail = {
            "item": item_id,
            "sha256": blob.sha256,
            "size": blob.size_bytes,
            "about": hashlib.sha256(facts).hexdigest(),
        }
        self._append("kept" if parent is None else "derived", detail | ({"parent": parent} if parent else {}))
        self._store.run(
            "insert into item values (?, ?, ?, ?, ?, ?, ?, ?, ?, (select max(seq) from ledger))",
            (item_id, blob.sha256, blob.size_bytes, blob.name, blob.epoch, blob.header, _stamp(now), parent, facts),
        )
        found = self._find(item_id)
        if found is None:
            raise ItemMissing(f"刚收进的 {item_id} 不见了。")
        return replace(found, is_new=True)

    def _mend_item(self, known: Item, blob: Blob) -> None:
        # the same content given again heals a vault file that was lost or damaged
        old = self._blob(blob.name)
        if old is not None and old.header != blob.header:
            self._store.run(
                "update item set header = ?, epoch = ? where blob = ?", (blob.header, blob.epoch, blob.name)
            )
            self._append("restored", {"item": known.item_id, "sha256": known.sha256})

    def _seen_again(self, known: Item, about: ItemFacts, facts: bytes) -> None:
        if known.about == about:
            return
        seen = self._store.row("select 1 from sighting where item_id = ? and about = ?", (known.item_id, facts))
        if seen is None:
            now = _stamp(self.clock.now())
            self._store.run("insert into sighting values (?, ?, ?)", (known.item_id, now, facts))
            self._append("seen_again", {"item": known.item_id, "about": hashlib.sha256(facts).hexdigest()})

    def _blob(self, name: str) -> Blob | None:
        row = self._store.row("select sha256, size, epoch, header from item where blob = ? limit 1", (name,))
        if row is None:
            return None
        return Blob(name=name, sha256=row[0], size_bytes=row[1], epoch=row[2], header=row[3])

    _COLUMNS = "item_id, sha256, size, kept_at, about, parent"

    def _find(self, item_id: str) -> Item | None:
        row = self._store.row(f"select {self._COLUMNS} from item where item_id = ?", (item_id,))  # noqa: S608
        return None if row is None else _item(row)

    def item(self, item_id: str) -> Item:
        """The item of that id; raises ItemMissing."""
        found = self._find(item_id)
        if found is None:
            raise ItemMissing(f"案卷里没有编号为 {item_id} 的材料。")
        return found

    def items(self) -> tuple[Item, ...]:
        """Every item, in the order of taking in."""
        return tuple(map(_item, self._store.rows(f"select {self._COLUMNS} from item order by seq, item_id")))  # noqa: S608

    def sightings(self, item_id: str) -> tuple[ItemFacts, ...]:
        """Other names and sources under which the same content was given again."""
        rows = self._store.rows("select about from sighting where item_id = ? order by rowid", (item_id,))
        return tuple(msgspec.json.decode(bytes(about), type=ItemFacts) for (about,) in rows)

    def open_item(self, item_id: str) -> BinaryIO:
        """The plain bytes of an item as a seekable stream; raises CaseDamaged rather than show altered ones."""
        row = self._store.row("select blob from item where item_id = ?", (item_id,))
        blob = self._blob(str(row[0])) if row else None
        if blob is None:
            raise ItemMissing(f"案卷里没有编号为 {item_id} 的材料。")
        return self._vault.open(blob, item_id)


def _locked(folder: Path, clock: Clock) -> WriterLock:
    try:
        return WriterLock(folder, clock)
    except CaseLocked:
        raise
    except OSError as error:
        raise StoreFailed(
            f"案卷“{folder.name}”不能写入（{error.strerror or type(error).__name__}）。",
            remedy="只查看不需要写权限；要加入材料，请把案卷复制到可以写的磁盘。",
        ) from error


def _open_store(folder: Path, keyring: Keyring, writable: bool) -> Store:
    failures: list[CaseDamaged] = []
    for key in keyring.database:
        try:
            return Store(folder / DATABASE, key, writable=writable)
        except CaseDamaged as error:
            failures.append(error)
    raise failures[0]


def _item(row: tuple[Any, ...]) -> Item:
    return Item(
        item_id=row[0],
        sha256=row[1],
        size_bytes=row[2],
        kept_at=datetime.fromisoformat(row[3]),
        about=msgspec.json.decode(bytes(row[4]), type=ItemFacts),
        parent_id=row[5],
    )


def _item_id(sha256: str, parent: str | None, about: ItemFacts) -> str:
    if parent is None:
        return sha256[:32]
    made_by = {"parent": parent, "kind": about.kind, "tool": about.tool, "version": about.tool_version}
    return canonical.digest({**made_by, "sha256": sha256})[:32]


def _id_of(record: object) -> str:
    name = next(iter(getattr(type(record), "__dataclass_fields__", {})), None)
    value = getattr(record, name) if name else None
    if not isinstance(value, str) or not value:
        raise TypeError(f"{type(record).__name__} has no text as its first field")
    return value


def _record_digest(kind: str, record_id: str, body: bytes) -> bytes:
    return hashlib.sha256(canonical.encode([kind, record_id]) + body).digest()


def _when(entry: Entry) -> tuple[bool, str, str]:
    at = entry.occurred_at
    return at is None, canonical.encode(at).decode() if at else "", entry.entry_id


def _stamp(instant: datetime) -> str:
    return canonical.encode(instant).decode().strip('"')


def _zone() -> str:
    return os.environ.get("TZ") or str(SystemClock().now().astimezone().tzinfo)
