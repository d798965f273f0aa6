"""The store in one SQLite file: the default, for one machine with any number of processes.

Every change is one transaction that takes the write lock first, so that processes wait for each other and none
counts on what another is changing.  Counters and registers read before are remembered as long as SQLite says
that nobody else has written.  ``batch`` makes one durable commit of many claims.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from cuijie.gate import dumping
from cuijie.gate.errors import KeyfileError, StoreDamaged
from cuijie.gate.sqlite_file import SqliteFile
from cuijie.gate.store import (
    Claim,
    Claimed,
    ClaimKind,
    Count,
    Dump,
    RegisterEntry,
    Reservation,
    Seen,
    SettleClaim,
    StoreSettled,
    Usage,
)
from cuijie.gate.tally import Cell, full_places, is_past, usage_of

__all__ = ["SqliteStore"]

_FORMAT = "cuijie-gate-1"
_KEPT = 200_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_T = TypeVar("_T")
_SCHEMA = """
CREATE TABLE cell (key TEXT, bucket INTEGER, settled INTEGER NOT NULL, held INTEGER NOT NULL,
                   PRIMARY KEY (key, bucket)) WITHOUT ROWID;
CREATE TABLE ask (key TEXT PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE held (id TEXT PRIMARY KEY, state TEXT NOT NULL, due INTEGER NOT NULL, touched INTEGER NOT NULL,
                   body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX held_due ON held (due) WHERE state = 'held';
CREATE TABLE kept (digest TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE register (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, home TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX register_home ON register (home);
"""


def _us(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


class SqliteStore:
    """One file; *durable* waits for the disk at every commit, otherwise a power cut may lose the last moments."""

    def __init__(self, path: Path, *, durable: bool = True, timeout_s: float = 5.0) -> None:
        self.file = SqliteFile(path, durable=durable, timeout_s=timeout_s)
        self.path = path
        self.is_durable = durable
        self._cells: dict[tuple[str, int], Cell] = {}
        self._dirty: set[tuple[str, int]] = set()
        self._registers: dict[str, tuple[RegisterEntry, ...]] = {}
        self._next_due: int | None = None
        self.file.prepare(_FORMAT, _SCHEMA)
        self.file.watch(self)

    def began(self, others_wrote: bool) -> None:
        """See ``sqlite_file.Watcher``: forgets what was remembered if another connection has written since."""
        if others_wrote or len(self._cells) > _KEPT or len(self._registers) > _KEPT:
            self._forget_seen()

    def ending(self) -> None:
        """See ``sqlite_file.Watcher``: writes the counters changed meanwhile."""
        if self._dirty:
            rows = [(*place, *self._cells[place]) for place in self._dirty]
            self._connection.executemany("INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?)", rows)
            self._dirty.clear()

    def undone(self) -> None:
        """See ``sqlite_file.Watcher``."""
        self._forget_seen()

    def _forget_seen(self) -> None:
        self._cells.clear()
        self._dirty.clear()
        self._registers.clear()
        self._next_due = None

    @property
    def _connection(self) -> sqlite3.Connection:
        return self.file.connection

    def batch(self) -> AbstractContextManager[None]:
        """One commit for all that is done inside, of this thread; others wait."""
        return self.file.changing()

    def _do(self, act: Callable[[], _T]) -> _T:
        with self.file.changing():
            return act()

    def _about(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _cell(self, place: tuple[str, int]) -> Cell:
        found = self._cells.get(place)
        if found is None:
            row = self._connection.execute(
                "SELECT settled, held FROM cell WHERE key = ? AND bucket = ?", place
            ).fetchone()
            found = self._cells[place] = [0, 0] if row is None else list(row)
        return found

    def _add(self, counts: Sequence[Count], *, settled: int = 0, held: int = 0) -> None:
        for count in counts:
            place = (count.key, count.bucket)
            cell = self._cell(place)
            cell[0] += settled * count.amount
            cell[1] += held * count.amount
            self._dirty.add(place)

    def identify(self, key_id: str) -> None:
        """See the protocol."""

        def act() -> None:
            known = self._about("key")
            if known is None:
                self._connection.execute("INSERT INTO about VALUES ('key', ?)", (key_id,))
            elif known != key_id:
                raise KeyfileError(f"存储 {self.path} 是用另一把假名密钥写的。", remedy="请换回原来的密钥文件。")

        self._do(act)

    def registers(self, homes: Sequence[str]) -> Seen:
        """See the protocol."""
        return self._do(lambda: self._seen(homes))

    def remembered(self, homes: Sequence[str]) -> Seen:
        """See the protocol."""
        return self._do(lambda: self._seen(homes))

    def _seen(self, homes: Sequence[str]) -> Seen:
        found: list[RegisterEntry] = []
        for home in homes:
            entries = self._registers.get(home)
            if entries is None:
                rows = self._connection.execute("SELECT body FROM register WHERE home = ? ORDER BY seq", (home,))
                entries = tuple(msgspec.json.decode(body, type=RegisterEntry) for (body,) in rows)
                self._registers[home] = entries
            found += entries
        return Seen(homes=tuple(homes), entries=tuple(found))

    def claim(self, claim: Claim) -> Claimed:
        """See the protocol."""
        return self._do(lambda: self._claim(claim))

    def _claim(self, claim: Claim) -> Claimed:
        earlier = self._answer(claim.idempotency_key)
        if earlier is not None:
            return dumping.repeated(earlier, claim.digest)
        self._expire(claim.now)
        usage = tuple(usage_of(count, self._cell) for count in claim.counts)
        kind: ClaimKind = "noted"
        full: tuple[int, ...] = ()
        if claim.reserve:
            full = full_places(claim.counts, usage)
            kind = "full" if full else "reserved"
        if kind == "reserved":
            self._add(claim.counts, held=1)
            self._hold(claim)
        kept = dumping.KeptAnswer(
            digest=claim.digest, kind=kind, answer=claim.answer, usage=usage, full=full, at=claim.now
        )
        values = (claim.idempotency_key, _us(claim.now), msgspec.msgpack.encode(kept))
        self._connection.execute("INSERT INTO ask VALUES (?, ?, ?)", values)
        return Claimed(kind=kind, usage=usage, full=full)

    def _hold(self, claim: Claim) -> None:
        found = Reservation(
            id=claim.reservation,
            home=claim.home,
            state="held",
            counts=claim.counts,
            facts=claim.facts,
            expires_at=claim.expires_at,
        )
        due = _us(claim.expires_at)
        values = (found.id, "held", due, _us(claim.now), msgspec.msgpack.encode(found))
        self._connection.execute("INSERT INTO held VALUES (?, ?, ?, ?, ?)", values)
        self._next_due = due if self._next_due is None else min(due, self._next_due)

    def _answer(self, key: str) -> dumping.KeptAnswer | None:
        row = self._connection.execute("SELECT body FROM ask WHERE key = ?", (key,)).fetchone()
        return None if row is None else msgspec.msgpack.decode(row[0], type=dumping.KeptAnswer)

    def _expire(self, now: datetime) -> list[str]:
        if self._next_due is not None and self._next_due > _us(now):
            return []
        due = self._connection.execute(
            "SELECT body FROM held WHERE state = 'held' AND due <= ?", (_us(now),)
        ).fetchall()
        released = [msgspec.msgpack.decode(body, type=Reservation) for (body,) in due]
        for found in released:
            self._add(found.counts, held=-1)
            self._change(msgspec.structs.replace(found, state="expired"), now)
        (first,) = self._connection.execute("SELECT min(due) FROM held WHERE state = 'held'").fetchone()
        self._next_due = _us(datetime.max.replace(tzinfo=UTC)) if first is None else first
        return [found.id for found in released]

    def _change(self, found: Reservation, now: datetime) -> None:
        values = (found.state, _us(now), msgspec.msgpack.encode(found), found.id)
        self._connection.execute("UPDATE held SET state = ?, touched = ?, body = ? WHERE id = ?", values)

    def keep(self, digest: str, body: bytes) -> None:
        """See the protocol."""
        self._do(lambda: self._connection.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (digest, body)))

    def kept(self, digest: str) -> bytes | None:
        """See the protocol."""
        row = self._do(lambda: self._connection.execute("SELECT body FROM kept WHERE digest = ?", (digest,)).fetchone())
        return None if row is None else bytes(row[0])

    def amend(self, home: str, idempotency_key: str, answer: bytes) -> None:
        """See the protocol."""

        def act() -> None:
            found = self._answer(idempotency_key)
            if found is not None and found.kind in ("full", "noted"):
                body = msgspec.msgpack.encode(msgspec.structs.replace(found, answer=answer))
                self._connection.execute("UPDATE ask SET body = ? WHERE key = ?", (body, idempotency_key))

        self._do(act)

    def usage(self, counts: Sequence[Count], now: datetime) -> tuple[Usage, ...]:
        """See the protocol."""

        def act() -> tuple[Usage, ...]:
            self._expire(now)
            return tuple(usage_of(count, self._cell) for count in counts)

        return self._do(act)

    def reservation(self, id_: str) -> Reservation | None:
        """See the protocol."""
        return self._do(lambda: self._reservation(id_))

    def _reservation(self, id_: str) -> Reservation | None:
        row = self._connection.execute("SELECT body FROM held WHERE id = ?", (id_,)).fetchone()
        return None if row is None else msgspec.msgpack.decode(row[0], type=Reservation)

    def begin(self, id_: str, now: datetime) -> Reservation | None:
        """See the protocol."""

        def act() -> Reservation | None:
            self._expire(now)
            found = self._reservation(id_)
            if found is None or found.state not in ("held", "expired"):
                return found
            if found.state == "expired":
                self._add(found.counts, held=1)
            begun = msgspec.structs.replace(found, state="begun")
            self._change(begun, now)
            return begun

        return self._do(act)

    def settle(self, claim: SettleClaim) -> StoreSettled:
        """See the protocol."""
        return self._do(lambda: self._settle(claim))

    def _settle(self, claim: SettleClaim) -> StoreSettled:
        self._expire(claim.now)
        found = self._reservation(claim.reservation)
        if found is None:
            return StoreSettled(kind="unknown")
        if found.state in ("settled", "cancelled"):
            return StoreSettled(kind="repeated" if found.settlement == claim.digest else "conflict")
        was_expired = found.state == "expired"
        if not was_expired:
            self._add(found.counts, held=-1)
        self._add(claim.counts, settled=1)
        state: dumping.EndState = "settled" if claim.made else "cancelled"
        ended = msgspec.structs.replace(found, state=state, counts=claim.counts, settlement=claim.digest)
        self._change(ended, claim.now)
        usage = tuple(usage_of(count, self._cell) for count in claim.counts)
        return StoreSettled(kind="late" if was_expired else "settled", usage=usage)

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See the protocol."""
        return tuple(self._do(lambda: self._expire(now)))

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """See the protocol."""

        def act() -> None:
            rows = [(entry.id, entry.home, msgspec.json.encode(entry)) for entry in entries]
            self._connection.executemany("INSERT OR IGNORE INTO register (id, home, body) VALUES (?, ?, ?)", rows)
            for entry in entries:
                self._registers.pop(entry.home, None)

        self._do(act)

    def add(self, counts: Sequence[Count]) -> None:
        """See the protocol."""
        self._do(lambda: self._add(counts, settled=1))

    def forget(self, before: datetime) -> int:
        """See the protocol."""

        def act() -> int:
            run = self._connection.execute
            number = run("DELETE FROM ask WHERE at < ?", (_us(before),)).rowcount
            number += run(
                "DELETE FROM held WHERE state NOT IN ('held', 'begun') AND touched < ?", (_us(before),)
            ).rowcount
            past = [row for row in run("SELECT DISTINCT bucket FROM cell") if is_past(row[0], before)]
            self.ending()
            for row in past:
                number += run("DELETE FROM cell WHERE bucket = ? AND held = 0", row).rowcount
            self._cells.clear()
            return number

        return self._do(act)

    def dump(self) -> Iterator[Dump]:
        """See the protocol."""
        items = self._do(self._dumped)
        yield from items

    def _dumped(self) -> list[Dump]:
        run = self._connection.execute
        items = [
            dumping.cell_dump(key, bucket, [settled, held]) for key, bucket, settled, held in run("SELECT * FROM cell")
        ]
        items += [dumping.kept_dump(digest, bytes(body)) for digest, body in run("SELECT * FROM kept")]
        for key, body in run("SELECT key, body FROM ask"):
            items.append(dumping.answer_dump(key, msgspec.msgpack.decode(body, type=dumping.KeptAnswer)))
        for touched, body in run("SELECT touched, body FROM held"):
            at = _EPOCH + timedelta(microseconds=touched)
            items.append(dumping.reservation_dump(msgspec.msgpack.decode(body, type=Reservation), at))
        for (body,) in run("SELECT body FROM register ORDER BY seq"):
            items.append(Dump(kind="register", body=bytes(body)))
        return items

    def load(self, items: Iterable[Dump]) -> int:
        """See the protocol."""

        def act() -> int:
            for table in ("cell", "ask", "held", "register"):
                if self._connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 -- our own names
                    raise StoreDamaged("要迁入的存储不是空的。", remedy="请迁入一个新建的存储。")
            number = sum(1 for item in items if self._take(dumping.read_dump(item)))
            self._next_due = None
            return number

        return self._do(act)

    def _take(self, item: dumping.Item) -> bool:
        run = self._connection.execute
        match item:
            case dumping.CellItem():
                run("INSERT INTO cell VALUES (?, ?, ?, ?)", (item.key, item.bucket, item.settled, item.held))
                self._cells.pop((item.key, item.bucket), None)
            case dumping.AnswerItem():
                run(
                    "INSERT INTO ask VALUES (?, ?, ?)",
                    (item.key, _us(item.answer.at), msgspec.msgpack.encode(item.answer)),
                )
            case dumping.KeptItem():
                run("INSERT OR IGNORE INTO kept VALUES (?, ?)", (item.digest, item.body))
            case dumping.ReservationItem():
                held = item.reservation
                values = (held.id, held.state, _us(held.expires_at), _us(item.touched_at), msgspec.msgpack.encode(held))
                run("INSERT INTO held VALUES (?, ?, ?, ?, ?)", values)
            case RegisterEntry():
                self.enter([item])
        return True

    def ping(self) -> None:
        """See the protocol."""
        self._do(lambda: None)
        self.file.check_room()

    def close(self) -> None:
        """See the protocol."""
        self.file.close()
