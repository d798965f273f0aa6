"""The decision log: every answer and what became of it, each entry chained to the one before.

An entry's hash covers its number, its time, its kind and the digest of its body, so that a body can be purged
when its time is over and the chain still holds.  The head (how many entries, the last hash) is vouched for with
the key of the pseudonyms: who has the file without the key can neither alter nor cut off anything unnoticed.
Who has both can write another history; only a head kept elsewhere (``head``) shows that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from cuijie import canonical
from cuijie.gate.encoding import to_json
from cuijie.gate.errors import ChainError
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.settings import Settings
from cuijie.gate.stores.instants import instant, micros
from cuijie.gate.stores.sqlite_file import SqliteFile
from cuijie.rulebook import Rulebook
from cuijie.rulebook.book import OUR_RULES

__all__ = ["SETTINGS", "DecisionLog", "Entry", "Fault", "Head", "LogReport", "holds_log", "terms_digest"]

_FORMAT = "cuijie-gate-log-1"
SETTINGS = "settings.json"
"""Under which name the settings lie among the rule files."""
_TERMS = "terms:"
_DEEPEST = 4  # folders between a rule and the folder that was named
_GENESIS = "0" * 64
_SCHEMA = """
CREATE TABLE log_entry (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL,
                        digest TEXT NOT NULL, hash TEXT NOT NULL, body BLOB);
CREATE INDEX log_ref ON log_entry (ref);
CREATE TABLE log_part (digest TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE log_head (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL, hash TEXT NOT NULL,
                       mac TEXT NOT NULL)
"""
_REGISTERED = "CREATE INDEX IF NOT EXISTS log_registered ON log_entry (seq) WHERE kind = 'register'"
"""Finds the few entries on registers among millions of answers; logs begun before it get it when they are opened."""
_SOME = "SELECT max(seq), min(at), max(at) FROM (SELECT seq, at FROM log_entry WHERE seq > ? ORDER BY seq LIMIT ?)"
_EMPTY = (
    "UPDATE log_entry SET body = NULL WHERE seq > ? AND seq <= ? AND at < ? AND body IS NOT NULL"
    " AND kind IN (SELECT value FROM json_each(?))"
)
_LOOKED_AT_TOGETHER = 2000  # entries: whoever asks meanwhile waits for them


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One act; ``body`` is None once it has been purged."""

    seq: int  # from 1
    at: datetime
    kind: str
    ref: str  # the contact's id
    body: bytes | None
    hash: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How far the log reaches; kept elsewhere, it shows a history written anew."""

    count: int
    hash: str


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the chain does not hold."""

    seq: int
    why: str


class LogReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found; sound if there is no fault."""

    head: Head
    purged: int
    faults: tuple[Fault, ...]


def _hash(prev: str, seq: int, at: int, kind: str, ref: str, digest: str) -> str:
    return hashlib.sha256(f"{prev}\n{seq}\n{at}\n{kind}\n{ref}\n{digest}".encode()).hexdigest()


class DecisionLog:
    """The log in one SQLite file, which may be the store's own: then an answer and its entry are one commit."""

    def __init__(self, file: SqliteFile, pseudonyms: Pseudonyms) -> None:
        self.file = file
        self._pseudonyms = pseudonyms
        self._head: Head | None = None
        self._is_new = False
        self._new: list[tuple[object, ...]] = []  # entries appended in this transaction and not written yet
        self._parts: set[str] = set()
        self._emptied_to: dict[tuple[str, ...], int] = {}  # by kinds: all before is emptied already
        self._told_of: Mapping[str, int] | None = None  # the cuts of the last purge
        file.prepare(_FORMAT, _SCHEMA)
        with file.changing():
            file.connection.execute(_REGISTERED)
        file.watch(self)

    def began(self, others_wrote: bool) -> None:
        """See ``sqlite_file.Watcher``."""
        if others_wrote:
            self._head = None

    def ending(self) -> None:
        """See ``sqlite_file.Watcher``: one head for all that was appended."""
        if self._new:
            self.file.insert("INSERT INTO log_entry VALUES {}", self._new)
            self._new.clear()
        if self._is_new and self._head is not None:
            head = self._head
            values = (head.count, head.hash, self._vouch(head))
            self.file.connection.execute("INSERT OR REPLACE INTO log_head VALUES (1, ?, ?, ?)", values)
        self._is_new = False

    def undone(self) -> None:
        """See ``sqlite_file.Watcher``."""
        self._head, self._is_new = None, False
        self._new.clear()
        self._parts.clear()
        self._emptied_to.clear()
        self._told_of = None

    def ping(self) -> None:
        """Returns if there is room to write the next answers down.  Raises StoreUnreachable."""
        with self.file.changing():
            self.file.check_room()

    def _vouch(self, head: Head) -> str:
        return self._pseudonyms.mac(f"{head.count}\n{head.hash}".encode())

    def _read_head(self) -> Head:
        row = self.file.connection.execute("SELECT count, hash FROM log_head").fetchone()
        return Head(count=0, hash=_GENESIS) if row is None else Head(count=row[0], hash=row[1])

    @property
    def head(self) -> Head:
        """How far the log reaches now."""
        with self.file.changing():
            return self._head or self._read_head()

    def append(self, kind: str, ref: str, body: bytes, at: datetime) -> int:
        """Adds one entry; its number.  Raises StoreUnreachable; inside a batch it is durable when the batch ends."""
        with self.file.changing():
            head = self._head or self._read_head()
            seq, us = head.count + 1, micros(at)
            digest = hashlib.sha256(body).hexdigest()
            hash_ = _hash(head.hash, seq, us, kind, ref, digest)
            self._new.append((seq, us, kind, ref, digest, hash_, body))
            self._head, self._is_new = Head(count=seq, hash=hash_), True
            return seq

    def keep(self, digest: str, body: bytes) -> None:
        """Keeps what many entries share (verdicts, rulebooks) under its digest, once."""
        if digest not in self._parts:
            with self.file.changing():
                self.file.connection.execute("INSERT OR IGNORE INTO log_part VALUES (?, ?)", (digest, body))
            self._parts.add(digest)

    def keep_all(self, name: str, pieces: Callable[[], Iterable[tuple[str, bytes]]]) -> None:
        """Keeps *pieces*, of which the one called *name* comes last, once."""
        if name not in self._parts:
            for digest, body in pieces():
                self.keep(digest, body)

    def keep_terms(self, digest: str, rulebook: Rulebook, settings: Settings) -> None:
        """Keeps the files of *rulebook* and what of *settings* decides, once."""
        name = f"{_TERMS}{digest}"
        if name not in self._parts:
            self.keep(name, to_json({**_rule_files(rulebook), SETTINGS: _deciding(settings)}))

    def kept(self, digest: str) -> bytes | None:
        """What was kept under *digest*."""
        with self.file.changing():
            row = self.file.connection.execute("SELECT body FROM log_part WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else bytes(row[0])

    def entries(self, ref: str | None = None, after: int = 0) -> Iterator[Entry]:
        """The entries after number *after*, in order; of one contact, if *ref* names it."""
        where = "seq > ?" if ref is None else "seq > ? AND ref = ?"
        query = f"SELECT seq, at, kind, ref, body, hash FROM log_entry WHERE {where} ORDER BY seq LIMIT 1000"  # noqa: S608 -- our own words
        while True:
            with self.file.changing():
                self.ending()
                rows = self.file.connection.execute(query, (after,) if ref is None else (after, ref)).fetchall()
            for seq, us, kind, of, body, hash_ in rows:
                at = instant(us)
                yield Entry(seq=seq, at=at, kind=kind, ref=of, body=body, hash=hash_)
                after = seq
            if not rows:
                return

    def registered(self) -> Iterator[bytes]:
        """The bodies of the entries on registers, oldest first; without those purged."""
        with self.file.changing():
            self.ending()
            query = "SELECT body FROM log_entry WHERE kind = 'register' AND body IS NOT NULL ORDER BY seq"
            yield from [body for (body,) in self.file.connection.execute(query)]

    def purge(self, before: Mapping[str, datetime], now: datetime) -> Iterator[int]:
        """Empties the bodies of entries of each kind in *before* made before its instant: how many in each step.

        The act itself is an entry, so that an emptied body that no purge speaks of is found by ``verify``.
        """
        cuts = {kind: micros(at) for kind, at in before.items() if kind != "purged"}
        for cut in sorted(set(cuts.values())):
            yield from self._empty([kind for kind in cuts if cuts[kind] == cut], cut, cuts, now)

    def _empty(self, kinds: Sequence[str], cut: int, cuts: Mapping[str, int], now: datetime) -> Iterator[int]:
        """Those of *kinds*, to the end: a clock that was ahead for a while leaves younger entries before older ones."""
        after, are_all_older = self._emptied_to.get(tuple(kinds), 0), True
        while True:
            with self.file.changing():
                self.ending()
                run = self.file.connection.execute
                last, oldest, latest = run(_SOME, (after, _LOOKED_AT_TOGETHER)).fetchone()
                if last is None:
                    return
                number = run(_EMPTY, (after, last, cut, to_json(kinds).decode())).rowcount if oldest < cut else 0
                if number and self._told_of != cuts:
                    self.append("purged", "", to_json(cuts), now)
                    self._told_of = cuts
                are_all_older = are_all_older and latest < cut
                if are_all_older:
                    self._emptied_to[tuple(kinds)] = last
                after = last
            yield number

    def verify(self, expected: Head | None = None) -> LogReport:
        """Checks every entry against its neighbours, its body and the head; *expected*: a head kept elsewhere."""
        faults: list[Fault] = []
        with self.file.reading():
            connection = self.file.connection
            purges = self._purges(faults)
            prev, number, purged, at_expected = _GENESIS, 0, 0, None
            query = "SELECT seq, at, kind, ref, digest, hash, body FROM log_entry ORDER BY seq"
            for number, row in enumerate(connection.execute(query), start=1):
                seq, us, kind, _, _, hash_, body = row
                why = _wrong(number, prev, row)
                if why is None and body is None:
                    purged += 1
                    why = None if isinstance(us, int) and us < purges.get(kind, 0) else "内容被清空，却没有清除的记录"
                if why is not None:
                    faults.append(Fault(seq=seq, why=why))
                if number == (expected.count if expected else -1):
                    at_expected = hash_
                prev = hash_
            faults += self._head_faults(Head(count=number, hash=prev))
        if expected is not None and at_expected != expected.hash and expected.count > 0:
            faults.append(Fault(seq=expected.count, why="与另外保存的日志头对不上：历史被重写或截断"))
        return LogReport(head=Head(count=number, hash=prev), purged=purged, faults=tuple(faults))

    def _purges(self, faults: list[Fault]) -> dict[str, int]:
        cuts: dict[str, int] = {}
        for seq, body in self.file.connection.execute("SELECT seq, body FROM log_entry WHERE kind = 'purged'"):
            try:
                for kind, us in msgspec.json.decode(body or b"", type=dict[str, int]).items():
                    cuts[kind] = max(us, cuts.get(kind, 0))
            except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
                faults.append(Fault(seq=seq, why="清除的记录读不懂"))
        return cuts

    def _head_faults(self, found: Head) -> list[Fault]:
        row = self.file.connection.execute("SELECT count, hash, mac FROM log_head").fetchone()
        if row is None:
            return [] if found.count == 0 else [Fault(seq=found.count, why="日志头不见了")]
        head = Head(count=row[0], hash=row[1])
        if row[2] != self._vouch(head):
            return [Fault(seq=head.count, why="日志头的校验码不对：日志头被改过，或密钥不是写日志的那一把")]
        if head.count > found.count:
            return [Fault(seq=found.count + 1, why=f"日志头说有 {head.count} 条，只剩 {found.count} 条：末尾被删")]
        if head != found:
            return [Fault(seq=found.count, why="最后一条与日志头对不上：末尾被改或被加")]
        return []

    def terms(self, digest: str) -> dict[str, str]:
        """The rule files and settings kept under *digest*.  Raises ChainError if they are not there."""
        body = self.kept(f"{_TERMS}{digest}")
        if body is None:
            raise ChainError("日志里没有当时的规则书。", remedy="请用 --rules 给出当时的规则文件夹。")
        return msgspec.json.decode(body, type=dict[str, str])


def holds_log(file: SqliteFile) -> bool:
    """Whether a log is kept in *file*."""
    with file.changing():
        query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log_entry'"
        return file.connection.execute(query).fetchone() is not None


def _deciding(settings: Settings) -> str:
    """What of *settings* decides, as canonical JSON."""
    return canonical.encode(
        {
            "advise_only": sorted(settings.advise_only),
            "lenders": settings.lenders,
            "complete": settings.complete,
            "agencies_apart": settings.agencies_apart,
        }
    ).decode()


def terms_digest(rulebook: str, settings: Settings) -> str:
    """The digest of a rulebook (by its own) and of the settings that decide."""
    return canonical.digest([rulebook, _deciding(settings)])


def _wrong(number: int, prev: str, row: tuple[int, int, str, str, str, str, object]) -> str | None:
    seq, us, kind, ref, digest, hash_, body = row
    if seq != number:
        return f"这里应是第 {number} 条：有条目被删除或插入"
    if hash_ != _hash(prev, seq, us, kind, ref, digest):
        return "与上一条的哈希接不上：这条或上一条被改动"
    if body is not None and not (isinstance(body, bytes) and hashlib.sha256(body).hexdigest() == digest):
        return "内容与它的哈希不符：被改动"
    return None


def _rule_files(rulebook: Rulebook) -> dict[str, str]:
    """The files a rulebook was read from, by a path of their own, so that it can be read again years later."""
    found: dict[str, str] = {}
    folders: dict[Path, None] = {OUR_RULES.parent: None}
    for linked in rulebook.rules:
        path = Path(linked.rule.source)
        found[f"rules/{linked.rule.id}.yaml"] = path.read_text(encoding="utf-8")
        folders |= dict.fromkeys(path.parents[:_DEEPEST])
    for folder in folders:  # ours first: a lender's words for a country stand in place of ours
        for bindings in sorted((folder / "bindings").glob("*.yaml")):
            found[f"bindings/{bindings.name}"] = bindings.read_text(encoding="utf-8")
    return found
