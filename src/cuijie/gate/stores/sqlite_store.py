"""The store in one SQLite file: the default, for one machine with any number of processes.

Every change is one transaction that takes the write lock first, so that processes wait for each other and none
counts on what another is changing.  Counters and registers read before are remembered as long as SQLite says
that nobody else has written.  ``batch`` makes one durable commit of many claims: what they need is read, and what
they change written, for all of them together.

A page touched at random costs more than anything else here, so long bodies are appended one after another: an
answer is found by a small index, a reservation by its place, which is a part of its id.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import msgspec

from cuijie.gate.encoding import to_json, to_msgpack
from cuijie.gate.errors import KeyfileError, emptied
from cuijie.gate.stores.contract import Claim, Claimed, ClockMarks, Dump, RegisterEntry, Reservation, Seen
from cuijie.gate.stores.dumping import AnswerItem, CellItem, Item, KeptAnswer, KeptItem, ReservationItem
from cuijie.gate.stores.instants import instant, micros
from cuijie.gate.stores.local import LocalStore
from cuijie.gate.stores.sqlite_file import SqliteFile
from cuijie.gate.stores.tally import FIRST_INSTANT, Cell, Place, past_buckets

__all__ = ["SqliteStore"]

_FORMAT = "cuijie-gate-2"
_KEPT = 200_000
_NEVER = 1 << 62
_FORGOTTEN_TOGETHER = 2000  # rows: whoever asks meanwhile waits for them
_BEFORE_ALL, _AFTER_ALL = -(1 << 63), "\U0010ffff"  # places, keys
_FIRST = (
    "SELECT max(place), min(age) FROM (SELECT place, {age} AS age FROM {table} WHERE place > ? ORDER BY place LIMIT ?)"
)
_FIRST_GONE = "DELETE FROM {table} WHERE place > ? AND place <= ? AND {age} < ? AND {ended}"
_CELL_AFTER = "SELECT key FROM cell WHERE key > ? ORDER BY key LIMIT 1 OFFSET ?"
_CELLS_GONE = (
    "DELETE FROM cell WHERE key > ? AND key <= ? AND held = 0 AND"
    " (bucket >= ? AND bucket < ? OR bucket >= ? AND bucket < ? OR bucket >= ? AND bucket < ?)"
)
_SCHEMA = """
CREATE TABLE cell (key TEXT, bucket INTEGER, settled INTEGER NOT NULL, held INTEGER NOT NULL,
                   PRIMARY KEY (key, bucket)) WITHOUT ROWID;
CREATE TABLE ask (place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE held (place INTEGER PRIMARY KEY, state TEXT NOT NULL, due INTEGER NOT NULL, touched INTEGER NOT NULL,
                   body BLOB NOT NULL);
CREATE INDEX held_due ON held (due) WHERE state = 'held';
CREATE TABLE kept (digest TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE register (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, home TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX register_home ON register (home);
"""
_KEEP_LATEST = (
    "INSERT INTO about VALUES ('latest', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)"
)
_ASK = (
    "INSERT INTO ask (key, at, body) VALUES {} ON CONFLICT (key) DO UPDATE SET at = excluded.at, body = excluded.body"
)
_HELD = "INSERT OR REPLACE INTO held VALUES {}"
_CELL = "INSERT OR REPLACE INTO cell VALUES {}"
_OUR_ID = re.compile(r"\.([0-9a-f]{12})[0-9a-f]{16}$").search
_answer = msgspec.msgpack.Decoder(KeptAnswer).decode
_reservation = msgspec.msgpack.Decoder(Reservation).decode
_entry = msgspec.json.Decoder(RegisterEntry).decode


def _place_of(id_: str) -> int:
    """Where the reservation with this id lies; below nothing if another store made the id."""
    ours = _OUR_ID(id_)
    return (
        int(ours[1], 16) if ours else -1 - (int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest()) >> 1)
    )


class SqliteStore(LocalStore):
    """One file; *durable* waits for the disk at every commit, otherwise a power cut may lose the last moments."""

    def __init__(self, path: Path, *, durable: bool = True, timeout_s: float = 5.0) -> None:
        self.file = SqliteFile(path, durable=durable, timeout_s=timeout_s)
        self.path = path
        self.is_durable = durable
        self._cells: dict[Place, Cell | None] = {}
        self._dirty: set[Place] = set()
        self._instants: dict[str, set[int]] = {}  # by key: those of the dirty places
        self._answers: dict[str, KeptAnswer | None] = {}  # read or given in this transaction
        self._given: dict[str, KeptAnswer] = {}  # of these, what is still to be written
        self._reserved: dict[str, tuple[Reservation, datetime]] = {}  # changed in this transaction
        self._next_place: int | None = None
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
        insert = self.file.insert
        if self._dirty:
            changed = ((place, self._cells[place]) for place in self._dirty)
            insert(_CELL, [(*place, cell.settled, cell.held) for place, cell in changed if cell is not None])
            self._dirty.clear()
            self._instants.clear()
        if self._given:
            insert(_ASK, [(key, micros(answer.at), to_msgpack(answer)) for key, answer in self._given.items()])
            self._given.clear()
        if self._reserved:
            changed_ones = self._reserved.values()
            insert(
                _HELD,
                [(_place_of(r.id), r.state, micros(r.expires_at), micros(at), to_msgpack(r)) for r, at in changed_ones],
            )
            self._reserved.clear()
        self._answers.clear()
        if self._latest > self._latest_kept:
            self._connection.execute(_KEEP_LATEST, (self._latest,))
            self._latest_kept = self._latest

    def undone(self) -> None:
        """See ``sqlite_file.Watcher``."""
        self._forget_seen()

    def _forget_seen(self) -> None:
        self._cells.clear()
        self._dirty.clear()
        self._instants.clear()
        self._registers.clear()
        self._answers.clear()
        self._given.clear()
        self._reserved.clear()
        self._next_due = self._next_place = None
        self._latest = self._latest_kept = 0

    @property
    def _connection(self) -> sqlite3.Connection:
        return self.file.connection

    def batch(self) -> AbstractContextManager[object]:
        """One commit for all that is done inside, of this thread; others wait."""
        return self.file.changing()

    def identify(self, key_id: str, *, may_be_new: bool = True) -> None:
        """See the protocol."""
        with self.batch():
            row = self._connection.execute("SELECT value FROM about WHERE name = 'key'").fetchone()
            if row is None and not may_be_new:
                raise emptied()
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

    def _cells_near(self, key: str, first: int, last: int) -> Sequence[tuple[int, Cell]]:
        query = "SELECT bucket, settled, held FROM cell WHERE key = ? AND bucket BETWEEN ? AND ?"
        rows = self._connection.execute(query, (key, first, last)).fetchall()
        found = {bucket: Cell(settled=settled, held=held) for bucket, settled, held in rows}
        for bucket in self._instants.get(key, ()):
            cell = self._cells[key, bucket]
            if first <= bucket <= last and cell is not None:
                found[bucket] = cell
        return sorted(found.items())

    def _put_cell(self, place: Place, cell: Cell) -> None:
        self._cells[place] = cell
        self._dirty.add(place)
        if place[1] >= FIRST_INSTANT:
            self._instants.setdefault(place[0], set()).add(place[1])

    def _answer(self, key: str) -> KeptAnswer | None:
        if key in self._answers:
            return self._answers[key]
        row = self._connection.execute("SELECT body FROM ask WHERE key = ?", (key,)).fetchone()
        found = self._answers[key] = None if row is None else _answer(row[0])
        return found

    def _put_answer(self, key: str, answer: KeptAnswer) -> None:
        self._latest = max(micros(answer.at), self._latest)
        self._answers[key] = self._given[key] = answer

    def _held(self, id_: str) -> Reservation | None:
        changed = self._reserved.get(id_)
        if changed is not None:
            return changed[0]
        row = self._connection.execute("SELECT body FROM held WHERE place = ?", (_place_of(id_),)).fetchone()
        found = None if row is None else _reservation(row[0])
        return found if found is not None and found.id == id_ else None

    def _put_held(self, found: Reservation, touched_at: datetime) -> None:
        self._reserved[found.id] = found, touched_at
        if self._next_due is not None and found.state == "held":
            self._next_due = min(micros(found.expires_at), self._next_due)

    def tokens(self, many: int) -> list[str]:
        """See the protocol: a place in the file, and what nobody can guess."""
        with self.batch():
            if self._next_place is None:
                (last,) = self._connection.execute("SELECT max(place) FROM held").fetchone()
                self._next_place = max(last or 0, 0) + 1
            first, self._next_place = self._next_place, self._next_place + many
        return [f"{first + place:012x}{token}" for place, token in enumerate(super().tokens(many))]

    def _due(self, now: datetime) -> Sequence[Reservation]:
        at = micros(now)
        if self._next_due is not None and self._next_due > at:
            return ()
        self.ending()
        rows = self._connection.execute("SELECT body FROM held WHERE state = 'held' AND due <= ?", (at,)).fetchall()
        query = "SELECT min(due) FROM held WHERE state = 'held' AND due > ?"
        (first,) = self._connection.execute(query, (at,)).fetchone()
        self._next_due = _NEVER if first is None else first
        return [_reservation(body) for (body,) in rows]

    def _entries(self, homes: Sequence[str]) -> list[RegisterEntry]:
        known = self._registers
        fresh = [home for home in dict.fromkeys(homes) if home not in known]
        if fresh:
            known.update(dict.fromkeys(fresh, ()))
            query = "SELECT home, body FROM w CROSS JOIN register ON home = w.column1 ORDER BY seq"
            for home, body in self.file.look_up(query, fresh, 1):
                known[home] = (*known[home], _entry(body))
        return [entry for home in homes for entry in known[home]]

    def remembered(self, homes: Sequence[Sequence[str]]) -> list[Seen]:
        """See the protocol: one look for all registers."""
        with self.batch():
            self._entries([home for one in homes for home in one])
            return super().remembered(homes)

    def claim_many(self, claims: Sequence[Claim]) -> list[Claimed]:
        """See the protocol: one look for all answers, one for all counters."""
        with self.batch():
            self._look_up(claims)
            return super().claim_many(claims)

    def _look_up(self, claims: Sequence[Claim]) -> None:
        keys = [claim.idempotency_key for claim in claims if claim.idempotency_key not in self._answers]
        for key, body in self.file.look_up("SELECT w.column1, body FROM w CROSS JOIN ask ON key = w.column1", keys, 1):
            self._answers[key] = _answer(body)
        self._answers.update((key, None) for key in keys if key not in self._answers)
        wanted = {(count.key, count.bucket) for claim in claims for count in claim.counts}
        places = [place for place in wanted if place not in self._cells]
        self._cells.update(dict.fromkeys(places))
        query = "SELECT key, bucket, settled, held FROM w CROSS JOIN cell ON key = w.column1 AND bucket = w.column2"
        flat = [part for place in places for part in place]
        for key, bucket, settled, held in self.file.look_up(query, flat, 2):
            self._cells[key, bucket] = Cell(settled=settled, held=held)

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
            rows = [(entry.id, entry.home, to_json(entry)) for entry in entries]
            self._connection.executemany("INSERT OR IGNORE INTO register (id, home, body) VALUES (?, ?, ?)", rows)
            for entry in entries:
                self._registers.pop(entry.home, None)

    def forget(self, before: datetime) -> Iterator[int]:
        """See the protocol: all is looked at, as a clock that was ahead for a while leaves younger rows before older ones."""
        at = micros(before)
        yield from self._forget_first("ask", "at", "1", at)
        yield from self._forget_first("held", "touched", "state <> 'held'", at)
        yield from self._forget_cells(past_buckets(before))

    def _forget_first(self, table: str, age: str, ended: str, at: int) -> Iterator[int]:
        look, gone = (words.format(table=table, age=age, ended=ended) for words in (_FIRST, _FIRST_GONE))
        after = _BEFORE_ALL
        while True:
            with self.batch():
                self.ending()
                last, oldest = self._connection.execute(look, (after, _FORGOTTEN_TOGETHER)).fetchone()
                if last is None:
                    return
                number = 0
                if oldest < at:
                    if table == "held":
                        self._let_go(after, last, at)
                    number = self._connection.execute(gone, (after, last, at)).rowcount
                after = last
            yield number

    def _let_go(self, after: int, last: int, at: int) -> None:
        """Hold nothing any more for contacts that began before *at* and were never settled."""
        query = "SELECT body FROM held WHERE place > ? AND place <= ? AND touched < ? AND state = 'begun'"
        for (body,) in self._connection.execute(query, (after, last, at)).fetchall():
            self._add(_reservation(body).counts, held=-1)

    def _forget_cells(self, past: Sequence[range]) -> Iterator[int]:
        edges = [edge for span in past for edge in (span.start, span.stop)]
        after: str | None = ""
        while after is not None:
            with self.batch():
                self.ending()
                row = self._connection.execute(_CELL_AFTER, (after, _FORGOTTEN_TOGETHER)).fetchone()
                last = None if row is None else str(row[0])
                number = self._connection.execute(_CELLS_GONE, (after, last or _AFTER_ALL, *edges)).rowcount
                self._cells.clear()
                after = last
            yield number

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
            yield ReservationItem(reservation=_reservation(body), touched_at=instant(touched))

    def _is_empty(self) -> bool:
        self.ending()
        tables = ("cell", "ask", "held", "register")
        return not any(self._connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)  # noqa: S608 -- our own names

    def clock_marks(self) -> ClockMarks:
        """See the protocol: the clock is this computer's own."""
        with self.batch():
            self.ending()
            row = self._connection.execute("SELECT value FROM about WHERE name = 'latest'").fetchone()
        return ClockMarks(latest=None if row is None else instant(int(row[0])))

    def load(self, items: Iterable[Dump]) -> int:
        """See the protocol."""
        with self.batch():
            number = super().load(items)
            self._next_place = None
        return number

    def ping(self) -> None:
        """See the protocol."""
        with self.batch():
            self.file.check_room()

    def close(self) -> None:
        """See the protocol."""
        self.file.close()
