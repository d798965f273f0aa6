"""The rules in Spark SQL, through Spark Connect: the same statements, spelled for Spark."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook.arrow_form import contacts_table
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.judgement import Judgements
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.sql.dialects import DialectName
from cuijie.rulebook.sql.engine import judge_by_sql

__all__ = ["Spark", "judge_in_spark", "make_ready"]

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # Java compiles no longer method, and what it only interprets takes several times as long
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # asked for by the client when it sends a table; a server older than the client has never heard of them
    "spark.sql.session.localRelationCacheThreshold": str(64 << 20),
    "spark.sql.session.localRelationSizeLimit": str(1 << 30),
    "spark.sql.session.localRelationChunkSizeRows": "10000",
    "spark.sql.session.localRelationChunkSizeBytes": str(16 << 20),
    "spark.sql.session.localRelationBatchOfChunksSizeBytes": str(32 << 20),
    "spark.sql.execution.pandas.convertToArrowArraySafely": "false",
    "spark.sql.execution.pandas.inferPandasDictAsMap": "false",
}


class Spark:
    """A Spark Connect session as the SQL engines use one."""

    dialect: DialectName = "spark"

    def __init__(self, session: Any) -> None:
        self._session = session

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self._session.sql(statement).collect()

    def settle(self, name: str) -> None:
        """Replace the view *name* by its rows: Spark works a view out anew each time it is read."""
        rows = self._session.table(name).toArrow()
        self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of *query*."""
        return [tuple(row) for row in self._session.sql(query).collect()]


def make_ready(session: Any) -> None:
    """Settle what every query here counts on; a server that is gone is given up after a minute or two, not after ten."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    policy = DefaultPolicy(max_retries=6, initial_backoff=200, max_backoff=15_000, max_server_retry_delay=15_000)
    session.client.set_retry_policies([policy])
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)


def judge_in_spark(
    rules: Sequence[LinkedRule], contacts: Sequence[ContactRecord], loans: Sequence[Loan], registers: Registers
) -> Judgements:
    """Judged by the Spark server that ``SPARK_REMOTE`` (sc://host:port) names.  Raises RulebookError without one."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise RulebookError("没有装 Spark 客户端。", remedy="请安装 cuijie[spark]，或改用 --engine duckdb。") from error
    remote = os.environ.get("SPARK_REMOTE", "")
    if not remote:
        raise RulebookError(
            "没有说用哪台 Spark。", remedy="请设环境变量 SPARK_REMOTE=sc://主机:端口，或改用 --engine duckdb。"
        )
    session = SparkSession.builder.remote(remote).getOrCreate()
    make_ready(session)
    session.createDataFrame(contacts_table(contacts)).createOrReplaceTempView("contacts")
    return judge_by_sql(rules, contacts, loans, registers, Spark(session))
