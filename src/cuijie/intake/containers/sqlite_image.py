"""SQLite files read in memory: nothing is written beside the original, nothing in them is run.

A database's newest pages may still stand in its write-ahead log (``-wal``), sometimes all of them, so the log is
played onto the image first, frame by frame with its checksums, as SQLite itself would do at its next opening.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final, Protocol

from cuijie.intake.found import IntakeError
from cuijie.intake.source import Source

__all__ = ["Rows", "Tables", "open_tables"]

_MAGIC: Final = b"SQLite format 3\0"
_WAL_MAGICS: Final = {0x377F0682: "<", 0x377F0683: ">"}
_READS: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_STEPS: Final = 200_000_000  # virtual machine steps of one query before it is stopped


class Rows(Protocol):
    """Whatever gives the rows of a database's tables: the database, or what was saved from it."""

    def rows(self, table: str, wanted: tuple[str, ...] = (), order: str = "rowid") -> Iterator[dict[str, object]]:
        """The rows of *table* with those of the *wanted* columns that it has, and their ``rowid``."""
        ...


class Tables:
    """The tables of one database: their columns and rows, as plain SELECTs."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.names = {
            str(row[0])
            for row in connection.execute("select name from sqlite_master where type = 'table' and rootpage > 0")
        }

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of *table*; none if there is no such table (a view or a virtual table is none)."""
        if table not in self.names:
            return ()
        cursor = self._connection.execute(f"select * from {_quoted(table)} limit 0")  # noqa: S608
        return tuple(column[0] for column in cursor.description)

    def rows(self, table: str, wanted: tuple[str, ...] = (), order: str = "rowid") -> Iterator[dict[str, object]]:
        """The rows of *table* with those of the *wanted* columns (all by default) that it has."""
        have = self.columns(table)
        chosen = [name for name in wanted if name in have] if wanted else list(have)
        if not have:
            return
        names = ", ".join(map(_quoted, chosen))
        cursor = self._connection.execute(f"select rowid, {names} from {_quoted(table)} order by {order}")  # noqa: S608
        while True:
            try:
                row = cursor.fetchone()
            except sqlite3.DatabaseError as error:
                raise IntakeError("数据库在中间损坏了，后面的读不出。", remedy="请重新备份一次。") from error
            if row is None:
                return
            yield {"rowid": row[0], **dict(zip(chosen, row[1:], strict=True))}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def open_tables(source: Source, log: Source | None = None) -> Iterator[Tables]:
    """The tables of the database in *source* (with its write-ahead *log*), in memory and read-only.

    Raises IntakeError for a file that is no database or is damaged.
    """
    image = _with_log(source.read_all(), log.read_all() if log is not None else b"")
    if not image.startswith(_MAGIC):
        raise IntakeError(f"“{source.name}”不是完好的数据库文件。", remedy="请重新备份一次。")
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(bytes(image))
            del image
            connection.execute("pragma trusted_schema = off")
            connection.execute("pragma cell_size_check = on")
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY)
            steps = 0

            def stop() -> int:
                nonlocal steps
                steps += 1
                return steps * 100_000 > _STEPS

            connection.set_progress_handler(stop, 100_000)
            yield Tables(connection)
        except sqlite3.DatabaseError as error:
            raise IntakeError(
                f"“{source.name}”这个数据库损坏或没有复制完整（{type(error).__name__}）。", remedy="请重新备份一次。"
            ) from error


def _with_log(data: bytes, log: bytes) -> bytearray:
    """The database image after its write-ahead log; a damaged or unfinished tail of the log is left out."""
    image = bytearray(data)
    if log:
        _play(image, log)
    if len(image) > 20 and image[18] == 2:  # in memory there is no log: the image must say so
        image[18] = image[19] = 1
    return image


def _play(image: bytearray, log: bytes) -> None:
    if len(log) < 32:
        return
    magic, _, page_size = struct.unpack(">3I", log[:12])
    order = _WAL_MAGICS.get(magic)
    if order is None or page_size < 512 or page_size > 65_536 or page_size & (page_size - 1):
        return
    salts = log[16:24]
    sums = _checksum(log[:24], order, (0, 0))
    if sums != struct.unpack(">2I", log[24:32]):
        return
    pending: dict[int, int] = {}
    for start in range(32, len(log) - page_size - 23, page_size + 24):
        page, size = struct.unpack(">2I", log[start : start + 8])
        if log[start + 8 : start + 16] != salts or page == 0:
            return
        sums = _checksum(log[start : start + 8], order, sums)
        sums = _checksum(log[start + 24 : start + 24 + page_size], order, sums)
        if sums != struct.unpack(">2I", log[start + 16 : start + 24]):
            return
        pending[page] = start + 24
        if size:  # a commit: these pages count
            _apply(image, log, pending, page_size, size)
            pending.clear()


def _apply(image: bytearray, log: bytes, pages: dict[int, int], page_size: int, size: int) -> None:
    wanted = size * page_size
    if wanted > 2**31 or wanted > len(image) + len(log) * 64 + page_size:
        return
    if len(image) < wanted:
        image.extend(bytes(wanted - len(image)))
    for page, at in pages.items():
        if page <= size:
            image[(page - 1) * page_size : page * page_size] = log[at : at + page_size]
    del image[wanted:]


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
