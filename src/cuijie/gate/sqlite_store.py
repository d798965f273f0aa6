"""The store in one SQLite file: the default, for one machine with any number of processes.

Every change is one transaction that takes the write lock first, so that processes wait for each other and none
counts on what another is changing.  Counters and registers read before are remembered as long as SQLite says
that nobody else has written.  ``batch`` makes one durable commit of many claims.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from cuijie.gate.dumping import AnswerItem, CellItem, Item, KeptAnswer, KeptItem, ReservationItem
from cuijie.gate.errors import KeyfileError
from cuijie.gate.local_store import LocalStore
from cuijie.gate.sqlite_file import SqliteFile
from cuijie.gate.store import ClockMarks, RegisterEntry, Reservation
from cuijie.gate.tally import Cell, Place, is_past

__all__ = ["SqliteStore"]

_FORMAT = "cuijie-gate-1"
_KEPT = 200_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = 1 << 62
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
_KEEP_LATEST = (
    "INSERT INTO about VALUES ('latest', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)"
)
_pack = msgspec.msgpack.Encoder().encode
_answer = msgspec.msgpack.Decoder(KeptAnswer).decode
_reservation = msgspec.msgpack.Decoder(Reservation).decode
_entry = msgspec.json.Decoder(RegisterEntry).decode


def _us(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


class SqliteStore(LocalStore):
    """One file; *durable* waits for the disk at every commit, otherwise a power cut may lose the last moments."""

    def __init__(self, path: Path, *, durable: bool = True, timeout_s: float = 5.0) -> None:
        self.file = SqliteFile(path, durable=durable, timeout_s=timeout_s)
        self.path = path
        self.is_durable = durable
        self._cells: dict[Place, Cell | None] = {}
        self._dirty: set[Place] = set()
        self._registers: dict[str, tuple[RegisterEntry, ...]] = {}
        self._next_due: int | None = None
        self._latest = self._latest_kept = 0
        self.file.prepare(_FORMAT, _SCHEMA)
        self.file.watch(self)

    def began(self, others_wrote: bool) -> None:
        """See ``sqlite_file.Watcher``: forgets what was remembered if another connection has written since."""
        if others_wrote or len(self._cells) > _KEPT or len(self._registers) > _KEPT:
            self._forget_seen()

    def ending(self) -> None:
        """See ``sqlite_file.Watcher``: writes the counters changed meanwhile, and until when there are answers."""
        if self._dirty:
            changed = ((place, self._cells[place]) for place in self._dirty)
            rows = [(*place, cell.settled, cell.held) for place, cell in changed if cell is not None]
            self._connection.executemany("INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?)", rows)
            self._dirty.clear()
        if self._latest > self._latest_kept:
            self._connection.execute(_KEEP_LATEST, (self._latest,))
            self._latest_kept = self._latest

    def undone(self) -> None:
        """See ``sqlite_file.Watcher``."""
        self._forget_seen()

    def _forget_seen(self) -> None:
        self._cells.clear()
        self._dirty.clear()
        self._registers.clear()
        self._next_due = None
        self._latest = self._latest_kept = 0

    @property
    def _connection(self) -> sqlite3.Connection:
        return self.file.connection

    def batch(self) -> AbstractContextManager[object]:
        """One commit for all that is done inside, of this thread; others wait."""
        return self.file.changing()

    def identify(self, key_id: str) -> None:
        """See the protocol."""
        with self.batch():
            row = self._connection.execute("SELECT value FROM about WHERE name = 'key'").fetchone()
            if row is None:
                self._connection.execute("INSERT INTO about VALUES ('key', ?)", (key_id,))
            elif row[0] != key_id:
                raise KeyfileError(f"存储 {self.path} 是用另一把假名密钥写的。", remedy="请换回原来的密钥文件。")

    def _cell(self, place: Place) -> Cell | None:
        try:
            return self._cells[place]
        except KeyError:
            row = self._connection.execute(
                "SELECT settled, held FROM cell WHERE key = ? AND bucket = ?", place
            ).fetchone()
            found = self._cells[place] = None if row is None else Cell(settled=row[0], held=row[1])
            return found

    def _put_cell(self, place: Place, cell: Cell) -> None:
        self._cells[place] = cell
        self._dirty.add(place)

    def _answer(self, key: str) -> KeptAnswer | None:
        row = self._connection.execute("SELECT body FROM ask WHERE key = ?", (key,)).fetchone()
        return None if row is None else _answer(row[0])

    def _put_answer(self, key: str, answer: KeptAnswer) -> None:
        at = _us(answer.at)
        self._latest = max(at, self._latest)
        self._connection.execute("INSERT OR REPLACE INTO ask VALUES (?, ?, ?)", (key, at, _pack(answer)))

    def _held(self, id_: str) -> Reservation | None:
        row = self._connection.execute("SELECT body FROM held WHERE id = ?", (id_,)).fetchone()
        return None if row is None else _reservation(row[0])

    def _put_held(self, found: Reservation, touched_at: datetime) -> None:
        due = _us(found.expires_at)
        values = (found.id, found.state, due, _us(touched_at), _pack(found))
        self._connection.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", values)
        if self._next_due is not None and found.state == "held":
            self._next_due = min(due, self._next_due)

    def _due(self, now: datetime) -> Sequence[Reservation]:
        at = _us(now)
        if self._next_due is not None and self._next_due > at:
            return ()
        rows = self._connection.execute("SELECT body FROM held WHERE state = 'held' AND due <= ?", (at,)).fetchall()
        query = "SELECT min(due) FROM held WHERE state = 'held' AND due > ?"
        (first,) = self._connection.execute(query, (at,)).fetchone()
        self._next_due = _NEVER if first is None else first
        return [_reservation(body) for (body,) in rows]

    def _entries(self, homes: Sequence[str]) -> list[RegisterEntry]:
        known = self._registers
        fresh = [home for home in homes if home not in known]
        if fresh:
            known.update(dict.fromkeys(fresh, ()))
            places = ",".join("?" * len(fresh))
            query = f"SELECT home, body FROM register WHERE home IN ({places}) ORDER BY seq"  # noqa: S608 -- no words in it
            for home, body in self._connection.execute(query, fresh):
                known[home] = (*known[home], _entry(body))
        return [entry for home in homes for entry in known[home]]

    def keep(self, digest: str, body: bytes) -> None:
        """See the protocol."""
        with self.batch():
            self._connection.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (digest, body))

    def kept(self, digest: str) -> bytes | None:
        """See the protocol."""
        with self.batch():
            row = self._connection.execute("SELECT body FROM kept WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else bytes(row[0])

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """See the protocol."""
        with self.batch():
            rows = [(entry.id, entry.home, msgspec.json.encode(entry)) for entry in entries]
            self._connection.executemany("INSERT OR IGNORE INTO register (id, home, body) VALUES (?, ?, ?)", rows)
            for entry in entries:
                self._registers.pop(entry.home, None)

    def forget(self, before: datetime) -> int:
        """See the protocol."""
        with self.batch():
            run, at = self._connection.execute, (_us(before),)
            number = run("DELETE FROM ask WHERE at < ?", at).rowcount
            number += run("DELETE FROM held WHERE state NOT IN ('held', 'begun') AND touched < ?", at).rowcount
            self.ending()
            past = [row for row in run("SELECT DISTINCT bucket FROM cell").fetchall() if is_past(row[0], before)]
            for row in past:
                number += run("DELETE FROM cell WHERE bucket = ? AND held = 0", row).rowcount
            self._cells.clear()
            return number

    def _everything(self) -> Iterator[Item]:
        run = self._connection.execute
        self.ending()
        for key, bucket, settled, held in run("SELECT key, bucket, settled, held FROM cell"):
            yield CellItem(key=key, bucket=bucket, settled=settled, held=held)
        for digest, body in run("SELECT digest, body FROM kept"):
            yield KeptItem(digest=digest, body=bytes(body))
        for key, body in run("SELECT key, body FROM ask"):
            yield AnswerItem(key=key, answer=_answer(body))
        for (body,) in run("SELECT body FROM register ORDER BY seq"):
            yield _entry(body)
        for touched, body in run("SELECT touched, body FROM held"):
            yield ReservationItem(reservation=_reservation(body), touched_at=_EPOCH + timedelta(microseconds=touched))

    def _is_empty(self) -> bool:
        tables = ("cell", "ask", "held", "register")
        return not any(self._connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)  # noqa: S608 -- our own names

    def clock_marks(self) -> ClockMarks:
        """See the protocol: the clock is this computer's own."""
        with self.batch():
            self.ending()
            row = self._connection.execute("SELECT value FROM about WHERE name = 'latest'").fetchone()
        return ClockMarks(latest=None if row is None else _EPOCH + timedelta(microseconds=int(row[0])))

    def ping(self) -> None:
        """See the protocol."""
        with self.batch():
            self.file.check_room()

    def close(self) -> None:
        """See the protocol."""
        self.file.close()
