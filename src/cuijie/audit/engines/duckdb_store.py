# ruff: noqa: S608 -- names are our own
"""DuckDB as the audit uses it: out of core, no network, no extension loaded from anywhere."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow

from cuijie.audit.errors import AuditError, AuditStopped
from cuijie.errors import cause_of
from cuijie.rulebook.sql.dialects import DialectName

__all__ = ["DuckDBStore", "open_duckdb"]

_LOOKS_EVERY_S = 0.5
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO)


class DuckDBStore:
    """A DuckDB connection with a ceiling on its memory and a folder to spill to."""

    dialect: DialectName = "duckdb"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def keep(self, name: str, query: str) -> None:
        """Keep the result of *query* as a table."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def name(self, name: str, query: str) -> None:
        """Give *query* a name without working it out yet."""
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def put(self, name: str, table: Any) -> None:
        """Keep the Arrow *table* under *name*."""
        self.connection.register("cj_given", table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM cj_given")
        self.connection.unregister("cj_given")

    def rows(self, query: str) -> Any:
        """The rows of *query* as an Arrow table."""
        return self.connection.sql(query).to_arrow_table()

    def batches(self, query: str) -> Iterator[Any]:
        """The rows of *query*, Arrow batch by batch."""
        yield from self.connection.sql(query).to_arrow_reader(100_000)

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self.connection.execute(statement)

    @contextmanager
    def watched(self, tell: Callable[[float], None]) -> Iterator[None]:
        """Tell meanwhile, from another thread, which part of the statement under way is done (0 to 1)."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(_LOOKS_EVERY_S):
                if (percent := self.connection.query_progress()) > 0:
                    tell(percent / 100)

        watcher = threading.Thread(target=look, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


@contextmanager
def open_duckdb(memory: str, spill: Path) -> Iterator[DuckDBStore]:
    """A store that holds at most *memory* (such as ``2GB``) and spills to *spill*.  Raises AuditError, AuditStopped."""
    spill.mkdir(parents=True, exist_ok=True)
    _keep_pandas_out()
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(spill),
        "threads": str(os.cpu_count() or 1),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    }
    try:
        connection = duckdb.connect(":memory:", config=config)
    except duckdb.Error as error:
        raise AuditError(f"内存上限“{memory}”读不懂。", remedy="写成 2GB、800MB 这样。") from error
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = true")  # counted, for ``watched``
        connection.execute("SET enable_progress_bar_print = false")
        # DuckDB 2.0 cannot plan a join by a column that is NULL everywhere if it knows that
        connection.execute("SET disabled_optimizers = 'statistics_propagation'")
        yield DuckDBStore(connection)
    except duckdb.OutOfMemoryException as error:
        raise AuditStopped(
            f"内存上限 {memory} 不够用，或放临时文件的磁盘满了（{spill}）。",
            remedy="请加大 --memory，或腾出磁盘后再跑同一条命令，会从断点继续。",
        ) from error
    except duckdb.IOException as error:
        raise AuditStopped(f"读写磁盘出错：{_cause(error)}。") from error
    finally:
        connection.close()


def _keep_pandas_out() -> None:
    """Let Arrow find no pandas: it looks once, when it is first given a list, and looks by loading pandas (0.35 s), which
    an audit never uses.  Whoever hands Arrow a table of pandas later has it loaded then."""
    places, sys.path = sys.path, []
    try:
        pyarrow.array([])
    finally:
        sys.path = places


def _cause(error: duckdb.Error) -> str:
    """What the system reported of the disk, which the database quotes among words of its own."""
    said = str(error)
    known = next((number for number in _OF_THE_DISK if os.strerror(number) in said), None)
    return said.splitlines()[0][:160] if known is None else cause_of(OSError(known, said))
