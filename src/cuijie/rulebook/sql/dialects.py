"""The few things that DuckDB and Spark spell differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DIALECTS", "Dialect", "DialectName"]

DialectName = Literal["duckdb", "spark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one engine spells what the generated statements need; ``{0}`` and ``{1}`` are expressions."""

    name: DialectName
    text: str
    micros: str  # a timestamp with zone as microseconds since 1970-01-01 UTC
    day_of: str  # the date so many days after 1970-01-01
    divided: str  # whole-number division
    nth: str  # the item at place {1}, from 0, of the list of {0}; names {1} once, or nesting explodes
    days_before: str  # the date so many days before another
    temporary: str  # how a result is kept under a name for the statements that follow

    def kept(self, name: str, query: str) -> str:
        """The statement that keeps *query* under *name*."""
        return f"CREATE OR REPLACE {self.temporary} {name} AS\n{query}"


DIALECTS: dict[DialectName, Dialect] = {
    "duckdb": Dialect(
        name="duckdb",
        text="VARCHAR",
        micros="epoch_us({0})",
        day_of="(DATE '1970-01-01' + CAST({0} AS INTEGER))",
        divided="({0} // {1})",
        nth="list_extract([{0}], {1} + 1)",
        days_before="({0} - {1})",
        temporary="TEMP TABLE",
    ),
    "spark": Dialect(
        name="spark",
        text="STRING",
        micros="unix_micros({0})",
        day_of="date_add(DATE '1970-01-01', CAST({0} AS INT))",
        divided="({0} DIV {1})",
        nth="get(array({0}), {1})",
        days_before="date_add({0}, -{1})",
        temporary="TEMP VIEW",
    ),
}
