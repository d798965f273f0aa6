"""The encrypted database of a case: records, items, ledger, stamps.

SQLite with the SQLCipher format of SQLite3 Multiple Ciphers: every page is encrypted and authenticated.
The cipher is set explicitly and the file's first bytes are looked at after it is made, because a SQLite
without encryption takes a key without a word and writes plain text.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any

import apsw

from cuijie.casefile.errors import CaseDamaged, CaseError, StoreFailed

__all__ = ["DATABASE", "Store"]

DATABASE = "case.db"
_SCHEMA_VERSION = 3
_BUSY_MS = 10_000
_CACHE_KIB = 16_384  # a page that many rows go to is encrypted once, not again for each
_TOGETHER = 500  # rows in one statement
_OF_ROWS = "select ", "insert ", "update ", "delete "  # all else (commit, savepoint …) is about every table

_PACKS = """
create {kept} table pack (pack_id integer primary key, kind text not null, first text not null, last text not null,
                          body blob not null, digest blob not null) strict;
create index {where}pack_reach on pack (kind, first, last, digest);
"""

_PARTS = """
create {kept} table part (item_id text primary key, start integer not null, size integer not null) strict, without rowid;
"""
_ADDED = {1: _PACKS + _PARTS, 2: _PARTS}
"""What a database of an earlier version lacks."""

_SCHEMA = """
create table meta (name text primary key, value text not null) strict, without rowid;
create table record (kind text not null, id text not null, body blob not null, digest blob not null,
                     primary key (kind, id)) strict, without rowid;
create table item (item_id text primary key, sha256 text not null, size integer not null, blob text not null,
                   epoch integer not null, header text not null, kept_at text not null, parent text,
                   about blob not null, seq integer not null) strict, without rowid;
create index item_blob on item (blob);
create table sighting (item_id text not null, seen_at text not null, about blob not null) strict;
create table ledger (seq integer primary key, body blob not null) strict;
create table stamp (stamp_id integer primary key, authority text not null, subject text not null,
                    data blob not null, state text not null, request blob, response blob, certificates blob,
                    tried_at text, tries integer not null, problem text, gen_time text, count integer,
                    not_before text) strict;
"""


class Store:
    """One open connection to the encrypted database.  Raises CaseDamaged and StoreFailed, never apsw's errors."""

    def __init__(self, path: Path, key: str, *, writable: bool, create: bool = False, frozen: bool = False) -> None:
        self.path = path
        self._beside: ThreadPoolExecutor | None = None
        self._writing = threading.Lock()
        self._under_way: tuple[str, Future[list[tuple[object, ...]]]] | None = None
        with _translated(path):
            self._connection = self._open(path, key, writable=writable, create=create)
            if frozen:  # one read transaction for as long as it is open: what is committed later is not seen
                self._connection.execute("begin; select count(*) from meta").fetchall()
        if create:
            with path.open("rb") as file:
                if file.read(16).startswith(b"SQLite format 3"):
                    raise CaseError("数据库没有加密成功，已停止。", remedy="请重新安装 apsw-sqlite3mc，再建案卷。")

    def _open(self, path: Path, key: str, *, writable: bool, create: bool) -> apsw.Connection:
        flags = apsw.SQLITE_OPEN_READWRITE if writable else apsw.SQLITE_OPEN_READONLY
        if create:
            flags |= apsw.SQLITE_OPEN_CREATE
        try:
            connection = _keyed(apsw.Connection(str(path), flags=flags), key)
        except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.IOError, apsw.FullError):
            log = path.with_name(path.name + "-wal")
            if writable or not path.exists() or (log.exists() and log.stat().st_size > 0):
                raise
            # on a read-only or full disk there is no room for the shared index, and nobody writes beside us
            uri = path.absolute().as_uri() + "?immutable=1"
            connection = _keyed(apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI), key)
        if create:
            connection.execute(_SCHEMA + (_PACKS + _PARTS).format(kept="", where=""))
            connection.pragma("user_version", _SCHEMA_VERSION)
        elif (version := connection.pragma("user_version")) in _ADDED:
            _bring_up(connection, writable=writable)
        elif version != _SCHEMA_VERSION:
            connection.close()
            if version == 0:
                raise apsw.CorruptError("empty")
            raise CaseError(
                f"案卷数据库是第 {version} 版，这个程序只认第 {_SCHEMA_VERSION} 版。", remedy="请用较新的版本打开。"
            )
        return connection

    def close(self) -> None:
        """Closes the connection; the write-ahead log is folded in."""
        if self._beside is not None:
            self._beside.shutdown()
        with contextlib.suppress(apsw.Error):
            self._connection.close()

    def rekey(self, key: str) -> None:
        """Encrypts the whole database anew under *key* (hex), in one transaction."""
        with _translated(self.path):
            self._ready("pragma").execute(f'pragma rekey = "raw:{key}"')

    def rows(self, sql: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one by one."""
        with _translated(self.path):
            yield from self._ready(sql).execute(sql, values)

    def row(self, sql: str, values: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        with _translated(self.path):
            found: tuple[Any, ...] | None = self._ready(sql).execute(sql, values).fetchone()
            return found

    def run(self, sql: str, values: tuple[object, ...] = ()) -> None:
        """Runs one statement."""
        with _translated(self.path):
            self._ready(sql).execute(sql, values)

    def meta(self, name: str, default: str) -> str:
        """One of the few single values that belong to the case as a whole."""
        row = self.row("select value from meta where name = ?", (name,))
        return default if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Stores such a value."""
        self.run("insert or replace into meta values (?, ?)", (name, value))

    @property
    def is_in_transaction(self) -> bool:
        """False where none was begun, or SQLite has taken it back by itself."""
        return not self._connection.get_autocommit()

    def undo(self, savepoint: str | None) -> None:
        """Takes back the open transaction, or what came after *savepoint*; SQLite may have done so by itself."""
        with self._writing:
            self._under_way = None  # it came after the savepoint, which waited for all before it
        if not self._connection.get_autocommit():
            with contextlib.suppress(apsw.SQLError):  # a full disk may have ended the savepoint already
                self._connection.execute(f"rollback to {savepoint}; release {savepoint}" if savepoint else "rollback")

    def insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Inserts *rows*."""
        self._settle(f"insert into {table}")
        self._write(table, rows)

    def insert_beside(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Inserts *rows*, which are made while the caller goes on; whoever asks for that table next waits for them."""
        self._settle()
        if self._beside is None:
            self._beside = ThreadPoolExecutor(1, thread_name_prefix="case-store")
        self._under_way = table, self._beside.submit(list, rows)

    def _settle(self, sql: str | None = None) -> None:
        """Writes what was made beside, but before a statement about other tables only."""
        with self._writing:  # of two threads that ask at once the second waits, and finds it written
            if self._under_way is None:
                return
            table, made = self._under_way
            if sql is not None and sql.startswith(_OF_ROWS) and table not in sql:
                return
            self._under_way = None
            self._write(table, made.result())

    def _write(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        # many with one statement: between two, threads that wait for the interpreter take it
        left = iter(rows)
        with _translated(self.path):
            while piece := list(islice(left, _TOGETHER)):
                places = ",".join([f"({','.join('?' * len(piece[0]))})"] * len(piece))
                self._connection.execute(f"insert into {table} values {places}", tuple(chain.from_iterable(piece)))  # noqa: S608

    def _ready(self, sql: str) -> apsw.Connection:
        """The connection once it holds all that *sql* can ask for."""
        self._settle(sql)
        return self._connection

    def check(self) -> str | None:
        """What SQLite itself finds wrong with the file, or None."""
        try:
            found = [row[0] for row in self._ready("pragma").execute("pragma integrity_check(3)")]
        except apsw.Error as error:
            return str(error)
        return None if found == ["ok"] else "；".join(map(str, found))


def _bring_up(connection: apsw.Connection, *, writable: bool) -> None:
    """Gives a case of an earlier version the tables it lacks; what is only read gets empty ones of its own."""
    if not writable:
        connection.execute(_ADDED[connection.pragma("user_version")].format(kept="temp", where="temp."))
        return
    connection.execute("begin immediate")
    try:
        if (version := connection.pragma("user_version")) in _ADDED:  # else another program was first
            connection.execute(_ADDED[version].format(kept="", where=""))
            connection.pragma("user_version", _SCHEMA_VERSION)
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise


def _keyed(connection: apsw.Connection, key: str) -> apsw.Connection:
    try:
        connection.set_busy_timeout(_BUSY_MS)
        connection.pragma("cipher", "sqlcipher")
        connection.pragma("legacy", 4)
        connection.execute(f'pragma key = "raw:{key}"')
        connection.execute("select count(*) from sqlite_master").fetchone()
        connection.pragma("temp_store", 2)  # nothing plain in temporary files
        connection.pragma("foreign_keys", True)
        connection.pragma("secure_delete", True)
        if not connection.readonly("main"):
            connection.pragma("cache_size", -_CACHE_KIB)
            connection.pragma("journal_mode", "wal")
            connection.pragma("synchronous", 2)
    except apsw.Error:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (apsw.FullError, apsw.IOError) as error:
        raise StoreFailed(
            "案卷写不进磁盘（磁盘满、被拔出或读写出错），这一步没有做。",
            remedy="请腾出空间或换一块盘，再做一次；之前保存的内容不受影响。",
        ) from error
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError) as error:
        raise StoreFailed(
            f"打不开或不能写入案卷数据库 {path.name}（文件不在、没有权限，或磁盘只读）。",
            remedy="请检查文件夹权限；只查看可以把案卷复制到自己的磁盘再打开。",
        ) from error
    except (apsw.NotADBError, apsw.CorruptError) as error:
        raise CaseDamaged(
            f"案卷数据库 {path.name} 损坏、被截断或被换过，打不开。",
            remedy="请从备份恢复整个案卷文件夹；原件库里的文件没有动。",
        ) from error
    except apsw.BusyError as error:
        raise StoreFailed("案卷数据库正被别的程序占用。", remedy="请等几秒再试。") from error
