"""The rules in DuckDB: vectorised over a table or a Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook.arrow_form import contacts_table
from cuijie.rulebook.judgement import Judgements
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.sql.dialects import DialectName
from cuijie.rulebook.sql.engine import judge_by_sql

__all__ = ["DuckDB", "judge_in_duckdb"]


class DuckDB:
    """A DuckDB connection as the SQL engines use one."""

    dialect: DialectName = "duckdb"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self._connection.execute(statement)

    def settle(self, name: str) -> None:
        """Nothing to do: DuckDB keeps a table, not a view."""

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of *query*."""
        found: list[tuple[object, ...]] = self._connection.execute(query).fetchall()
        return found


def judge_in_duckdb(
    rules: Sequence[LinkedRule], contacts: Sequence[ContactRecord], loans: Sequence[Loan], registers: Registers
) -> Judgements:
    """Every breach and every unknown among *contacts*, judged in an in-memory DuckDB without network or files."""
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as connection:
        connection.register("contacts", contacts_table(contacts))
        return judge_by_sql(rules, contacts, loans, registers, DuckDB(connection))
