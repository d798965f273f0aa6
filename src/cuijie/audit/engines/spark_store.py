# ruff: noqa: S608 -- names are our own
"""Spark through Spark Connect, as the audit uses it: tables are named queries, results come back as Arrow."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from cuijie.audit.errors import AuditError, AuditStopped
from cuijie.rulebook.sql.dialects import DialectName
from cuijie.rulebook.sql.spark_engine import make_ready

__all__ = ["SparkStore", "open_spark"]

_USUAL_PORT, _PATIENCE_S = 15002, 10
_WORTH_KEEPING = frozenset({"as_written", "acting", "keyed"})
"""What many queries read again."""
_LOOKED_AFTER = [("grpc.keepalive_time_ms", 360_000), ("grpc.keepalive_timeout_ms", 60_000)]
"""A server that went away without a word is noticed after some minutes, instead of never."""
_ANEW = "处理好之后再跑同一条命令，已经判完的日子不再算。"
_FEW_ROWS, _PIECE_BYTES = 500_000, 32_000_000


class SparkStore:
    """One Spark Connect session."""

    dialect: DialectName = "spark"

    def __init__(self, session: Any) -> None:
        self.session = session
        self._holds = _can_hold(session)

    def keep(self, name: str, query: str) -> None:
        """Give *query* a name; what is read often is worked out once.

        Apache Spark holds the rows and forgets how they came about, or each question would be planned the whole way
        from the log.  A server may hold nothing (Sail), so that few rows are held here and sent back.
        """
        if self._holds:
            self.session.sql(query).localCheckpoint().createOrReplaceTempView(name)
            return
        if name not in _WORTH_KEEPING:
            self.name(name, query)
            return
        frame = self.session.sql(query).cache()
        table = _nullable(frame.limit(_FEW_ROWS + 1).toArrow())
        if table.num_rows > _FEW_ROWS:
            frame.createOrReplaceTempView(name)
        else:
            self.put(name, table)

    def name(self, name: str, query: str) -> None:
        """Give *query* a name without working it out yet."""
        self.session.sql(query).createOrReplaceTempView(name)

    def put(self, name: str, table: Any) -> None:
        """Send the Arrow *table* to the server under *name*, in pieces that a message holds."""
        if table.num_rows == 0:  # a row that is left out again carries the types
            table = pa.Table.from_pylist([dict.fromkeys(table.column_names)], schema=table.schema)
            self.session.createDataFrame(table).where("1 = 0").createOrReplaceTempView(name)
            return
        step = max(1, table.num_rows * _PIECE_BYTES // max(table.nbytes, _PIECE_BYTES))
        pieces = [table.slice(start, step) for start in range(0, table.num_rows, step)]
        if len(pieces) == 1:
            self.session.createDataFrame(table).createOrReplaceTempView(name)
            return
        for number, piece in enumerate(pieces):
            self.session.createDataFrame(piece).createOrReplaceTempView(f"{name}_{number}")
        self.name(name, " UNION ALL ".join(f"SELECT * FROM {name}_{number}" for number in range(len(pieces))))

    def rows(self, query: str) -> Any:
        """The rows of *query* as an Arrow table; what a server takes for never NULL depends on how it works it out."""
        return _nullable(self.session.sql(query).toArrow())

    def batches(self, query: str) -> Iterator[Any]:
        """The rows of *query*, Arrow batch by batch."""
        yield from self.rows(query).to_batches(100_000)


def _can_hold(session: Any) -> bool:
    """Whether the server keeps the rows of a query when it is told to."""
    from pyspark.errors import PySparkException

    try:
        session.sql("SELECT 1 AS one").localCheckpoint()
    except PySparkException:
        return False
    return True


def _nullable(table: Any) -> Any:
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))


@contextmanager
def open_spark(remote: str) -> Iterator[SparkStore]:
    """A session on the server at *remote* (``sc://host:port``).  Raises AuditError, AuditStopped."""
    if not remote.startswith("sc://"):
        raise AuditError(f"不认识引擎“{remote}”。", remedy="写 duckdb，或 Spark Connect 的地址 sc://主机:端口。")
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql.connect.client.core import DefaultChannelBuilder
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise AuditError("没有装 Spark 客户端。", remedy="请安装 cuijie[spark]，或改用 --engine duckdb。") from error
    import grpc  # type: ignore[import-untyped]

    _reach(remote)
    session = SparkSession.builder.channelBuilder(DefaultChannelBuilder(remote, _LOOKED_AFTER)).create()
    is_done = False
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")  # said by the error itself
    try:
        make_ready(session)
        yield SparkStore(session)
        is_done = True
    except PySparkException as error:
        if "StatusCode.UNAVAILABLE" in str(error):
            raise _unreachable(remote) from error
        first = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise AuditStopped(f"Spark（{remote}）没有做完：{first}", remedy=_ANEW) from error
    except grpc.RpcError as error:
        raise _unreachable(remote) from error
    finally:
        if not is_done:
            _call_off(session)
        session.stop()


def _call_off(session: Any) -> None:
    """Tell the server that nobody waits any more for what it is at; it may be gone itself."""
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.client.retries import DefaultPolicy

    session.client.set_retry_policies([DefaultPolicy(max_retries=1, initial_backoff=200)])
    with suppress(PySparkException):
        session.interruptAll()


def _reach(remote: str) -> None:
    """Raise AuditStopped if nobody listens at *remote*: the client itself would try for minutes."""
    address = urlsplit(remote)
    try:
        with socket.create_connection((address.hostname or "", address.port or _USUAL_PORT), timeout=_PATIENCE_S):
            return
    except (OSError, ValueError) as error:
        raise _unreachable(remote) from error


def _unreachable(remote: str) -> AuditStopped:
    return AuditStopped(
        f"连不上 Spark（{remote}），或中途断开。",
        remedy=f"请核对地址和端口，确认 Spark Connect 还在运行（内存不够会使它停下）。{_ANEW}",
    )
