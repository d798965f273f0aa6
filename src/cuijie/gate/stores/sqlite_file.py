"""One SQLite file that many processes write: every change takes the write lock first and is one commit.

Whoever keeps tables in it and remembers what it read is told when another connection has written since
(``Watcher``), so that remembering is safe.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NoReturn, Protocol

from cuijie.errors import cause_of
from cuijie.gate.errors import StoreDamaged, StoreUnreachable

__all__ = ["SqliteFile", "Watcher"]

_MAGIC = b"SQLite format 3\x00"
_CACHE_KIB = 4 * 1024  # more is slower: what lies in the processor's own cache is nearer than what lies in ours
_PAGES_AHEAD = 4000  # of 4 KiB: pages that many decisions change are carried over to the file once
_MOST_ROWS = 64  # in one statement
_STATEMENTS = 256  # remembered
_ROOM = 1 << 20  # bytes: some hundred decisions with their log entries
_REASONS = {
    "SQLITE_BUSY": "一直有别的程序在写",
    "SQLITE_FULL": "磁盘满了",
    "SQLITE_READONLY": "没有写的权限",
    "SQLITE_CANTOPEN": "打不开（文件夹不存在，或没有权限）",
    "SQLITE_IOERR": "磁盘读写出错",
    "SQLITE_LOCKED": "被锁住了",
}


class Watcher(Protocol):
    """Somebody who keeps tables in the file."""

    def began(self, others_wrote: bool) -> None:
        """A transaction has begun; what was remembered is worth nothing if *others_wrote*."""

    def ending(self) -> None:
        """The transaction is about to be committed: the last chance to write."""

    def undone(self) -> None:
        """The transaction was rolled back: what was remembered is worth nothing."""


class SqliteFile:
    """One file; *durable* waits for the disk at every commit, otherwise a power cut may lose the last moments."""

    def __init__(self, path: Path, *, durable: bool = True, timeout_s: float = 5.0) -> None:
        self.path = path
        self.is_durable = durable
        self._timeout_s = timeout_s
        self._transaction = _Transaction(self)
        self._watchers: list[Watcher] = []
        self._is_open = False  # inside a transaction
        self._seen_version = -1
        self._connect()

    def _connect(self) -> None:
        self._pid = os.getpid()
        self._check_is_ours()
        try:
            self.connection = sqlite3.connect(
                self.path,
                timeout=self._timeout_s,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
            self.connection.execute("PRAGMA trusted_schema = OFF")
            self.connection.execute("PRAGMA temp_store = MEMORY")
            self.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self.connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_AHEAD}")
            self.connection.execute(f"PRAGMA synchronous = {'FULL' if self.is_durable else 'NORMAL'}")
            if self.connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                raise StoreUnreachable(
                    f"存储 {self.path} 用不了预写日志。", remedy="请放在本机磁盘上，不要放在网络盘。"
                )
            if os.name == "posix":
                os.chmod(self.path, 0o600)
            self._opened = self.path.stat()
        except sqlite3.Error as error:
            self._refuse(error)
        except OSError as error:
            raise StoreUnreachable(f"存储 {self.path} 的权限改不了。", remedy="请核对它归谁所有。") from error

    def _check_is_ours(self) -> None:
        """SQLite would write over a file of a few bytes: whatever is no database is left alone."""
        try:
            with self.path.open("rb") as file:
                head = file.read(len(_MAGIC))
        except FileNotFoundError:
            self._check_was_not_moved()
            return
        except OSError as error:
            raise StoreUnreachable(
                f"存储 {self.path} 读不出：{cause_of(error)}。", remedy="请核对设置里的 store。"
            ) from error
        if head and head != _MAGIC:
            raise StoreDamaged(
                f"{self.path} 不是 SQLite 文件，或已经坏了。", remedy="请核对设置里的 store，或从备份取回。"
            )

    def _check_was_not_moved(self) -> None:
        """A new file in the place of one that was moved would forget every limit, and spoil what the old one left."""
        left = self.path.with_name(f"{self.path.name}-wal")
        if left.exists() and left.stat().st_size:
            raise StoreUnreachable(
                f"存储 {self.path} 不见了，它的预写日志 {left.name} 还在：文件被移走或删除了。",
                remedy=f"请放回原来的文件；真要从头开始，请连 {left.name} 一起移走。",
            )

    def _check_is_the_same(self) -> None:
        """A file deleted or exchanged under us still takes writes that nobody will ever read again."""
        try:
            is_same = os.path.samestat(self._opened, self.path.stat())
        except OSError:
            is_same = False
        if not is_same:
            raise StoreUnreachable(
                f"存储 {self.path} 在运行中被删除、移走或换掉了。", remedy="请放回原来的文件，或核对之后重新启动。"
            )

    def check_room(self) -> None:
        """Raises StoreUnreachable if the next commits may not fit.

        It writes beside the file and takes it away again: free space says nothing of a quota.
        """
        try:
            with tempfile.TemporaryFile(dir=self.path.parent) as trial:
                trial.write(bytes(_ROOM))
        except OSError as error:
            raise StoreUnreachable(
                f"存储 {self.path} 所在的文件夹写不进新的内容：{cause_of(error)}。",
                remedy="请腾出空间或放宽限额；恢复之前一律不放行。",
            ) from error

    def _refuse(self, error: sqlite3.Error) -> NoReturn:
        code = getattr(error, "sqlite_errorname", "") or ""
        if code in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
            raise StoreDamaged(f"存储 {self.path} 坏了，或不是 SQLite 文件。", remedy="请从备份取回。") from error
        why = next((text for name, text in _REASONS.items() if code.startswith(name)), str(error))
        raise StoreUnreachable(f"存储 {self.path} 用不了：{why}。", remedy="恢复之前一律不放行。") from error

    def prepare(self, format_: str, schema: str) -> None:
        """Makes the tables of *format_* if the file has none of its name.  Raises StoreDamaged for a foreign file."""
        with self.changing():
            run = self.connection.execute
            tables = {name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and "about" not in tables:
                raise StoreDamaged(f"{self.path} 不是催界的存储。", remedy="请核对设置里的 store。")
            if not tables:
                run("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
            family = format_.rsplit("-", 1)[0]
            row = run("SELECT value FROM about WHERE name = ?", (family,)).fetchone()
            if row is None:
                for statement in schema.split(";"):
                    run(statement)
                run("INSERT INTO about VALUES (?, ?)", (family, format_))
            elif row[0] != format_:
                raise StoreDamaged(f"{self.path} 是别的版本写的（{row[0]}）。", remedy="请用写它的那个版本导出再迁入。")

    def watch(self, watcher: Watcher) -> None:
        """*watcher* is told of every transaction from now on."""
        self._watchers.append(watcher)

    def changing(self) -> AbstractContextManager[object]:
        """Inside one transaction that holds the write lock; an outer one of the same thread is shared."""
        return self._transaction

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Sees one state of the file for as long as it takes, while others write on."""
        with self._transaction.lock:
            if self._is_open:
                yield
                return
            self._check_is_the_same()
            try:
                self.connection.execute("BEGIN")
                try:
                    yield
                finally:
                    self.connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._refuse(error)

    def begin(self) -> None:
        """Takes the write lock, and tells the watchers.  Raises StoreUnreachable, StoreDamaged."""
        try:
            others_wrote = self._begin()
            for watcher in self._watchers:
                watcher.began(others_wrote)
        except BaseException as error:
            self.end(error)
            raise

    def end(self, failed: BaseException | None) -> None:
        """Commits, or rolls back and raises what *failed*.  Raises StoreUnreachable, StoreDamaged."""
        try:
            if failed is not None:
                raise failed
            for watcher in self._watchers:
                watcher.ending()
            self.connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            self._refuse(error)
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._is_open = False

    def insert(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """*statement* with its ``{}`` filled by *rows*, in few steps: each step gives Python's lock away and takes it back."""
        at, width = 0, _MOST_ROWS
        while at < len(rows):
            while width > len(rows) - at:
                width //= 2
            values = ",".join([f"({','.join('?' * len(rows[at]))})"] * width)
            self.connection.execute(statement.format(values), [part for row in rows[at : at + width] for part in row])
            at += width

    def look_up(self, query: str, values: Sequence[object], columns: int) -> Iterator[Sequence[Any]]:
        """The rows that *query* finds for the table ``w`` of *values*, *columns* in a row."""
        step = _MOST_ROWS * columns
        for at in range(0, len(values), step):
            some = [*values[at : at + step]]
            while (rows := len(some) // columns) & (rows - 1):  # few sizes, so that few statements are to be remembered
                some += [None] * columns
            marks = ",".join([f"({','.join('?' * columns)})"] * rows)
            yield from self.connection.execute(f"WITH w AS (VALUES {marks}) {query}", some)

    def _begin(self) -> bool:
        if self._pid != os.getpid():  # a forked child must not use its parent's connection
            self._connect()
            self._seen_version = -1
        self._check_is_the_same()
        self.connection.execute("BEGIN IMMEDIATE")
        self._is_open = True
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        others_wrote = bool(version != self._seen_version)
        self._seen_version = version
        return others_wrote

    def _roll_back(self) -> None:
        for watcher in self._watchers:
            watcher.undone()
        if self._is_open and self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the connection; another use of the file raises StoreUnreachable."""
        with self._transaction.lock:
            self.connection.close()


class _Transaction:
    """The transactions of one file, one after another; entered again by the same thread, it is the same one."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._depth = 0
        self.lock = threading.RLock()

    def __enter__(self) -> None:
        self.lock.acquire()
        try:
            if self._depth == 0:
                self._file.begin()
        except BaseException:
            self.lock.release()
            raise
        self._depth += 1

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._depth -= 1
        try:
            if self._depth == 0:
                self._file.end(error)
        finally:
            self.lock.release()
