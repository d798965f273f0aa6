# ruff: noqa: S608 -- quoted names
"""Rows from all over a log, and what can be asked of them: which words a column holds, how often, and of what kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.logs.log_files import LogFile, header_of, raw_sql
from cuijie.audit.logs.mapping import ColumnSource, LogMapping, value_words, words
from cuijie.audit.logs.mapping_sql import TOTALS, Expressions
from cuijie.records import COLUMN_BY_NAME

__all__ = ["MOST_WORDS", "Sample", "sample_of"]

_ROWS, _FILES = 20_000, 8
"""How many rows are looked at, from how many files."""
MOST_WORDS = 40  # more words than this in a column of codes: it holds no codes
_ENOUGH, _CALLS_EACH = 100, 20  # rows that say something; a number that calls makes so many calls at least
_REPEATED = 4  # an id that more than one row in so many has again is none
_DATE_ONLY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{8}")
_TIME_ONLY = re.compile(r"\D{0,2}\d{1,2}[:：时]\d{1,2}.*|\d{5,6}|\d{1,4}|0?\.\d+")


def sample_of(store: DuckDBStore, files: Sequence[LogFile]) -> Sample:
    """Keep rows from all over the log as ``sample``: what a column holds may change on the way."""
    header = header_of(store.connection, files[0])
    spread = {files[0]: dict(header)}
    for number in range(1, min(_FILES, len(files))):
        file = files[number * (len(files) - 1) // (min(_FILES, len(files)) - 1)]
        spread[file] = header_of(store.connection, file)
    alike = [file for file, own in spread.items() if own == header]  # of others the audit itself will speak
    names = ", ".join(map(_in_sql, header))
    each = _ROWS // len(alike)
    no_totals = f"regexp_matches(lower(trim(CAST(#1 AS VARCHAR))), '{TOTALS}') IS NOT TRUE"
    parts = (
        f"(SELECT {names} FROM {raw_sql(file, tuple(header))} WHERE {no_totals} ORDER BY hash(cj_row) LIMIT {each})"
        for file in alike
    )
    store.keep("sample", " UNION ALL ".join(parts))
    return Sample(store, header)


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows that were kept; *header* gives the columns of the log with their types."""

    store: DuckDBStore
    header: Mapping[str, str]

    def _row(self, asked: str) -> tuple[Any, ...]:
        (row,) = self.store.connection.execute(f"SELECT {asked} FROM sample").fetchall()
        return tuple(row)

    def different(self, given: str) -> int:
        """How many different values a column has."""
        (different,) = self._row(f"COUNT(DISTINCT {_in_sql(given)})")
        return int(different)

    def is_filled_at_times(self, given: str) -> bool:
        """Whether a column is empty in some rows and not in others."""
        rows, filled = self._row(f"COUNT(*), COUNT(*) FILTER (WHERE {_filled(given)})")
        return bool(0 < filled < rows)

    def in_turn(self, theirs: Sequence[str]) -> bool:
        """Whether no row fills two of these columns: a call's transcript here, a text message there."""
        (most,) = self._row(f"max({' + '.join(f'CASE WHEN {_filled(given)} THEN 1 ELSE 0 END' for given in theirs)})")
        return bool(most == 1)

    def repeats(self, given: str) -> bool:
        """Whether many rows share what should be an id: each file of a log may count from 1."""
        rows, different = self._row(f"COUNT({_in_sql(given)}), COUNT(DISTINCT {_in_sql(given)})")
        return bool((rows - different) * _REPEATED > rows)

    def by_spread(self, given: str) -> str | None:
        """Few numbers call, many are called; None where there are too few rows to tell."""
        rows, different = self._row(f"COUNT({_in_sql(given)}), COUNT(DISTINCT {_in_sql(given)})")
        if rows < _ENOUGH:
            return None
        return "from_number" if different * _CALLS_EACH <= rows else "recipient_id"

    def changes_places(self, caller: str, called: str, direction: str) -> bool:
        """Whether caller and called change places where a call came in."""
        source = ColumnSource(column="direction", names=(direction,), values=value_words("direction"))
        say = Expressions(LogMapping(columns={"direction": source}, unknown=words().unknown), "duckdb", self.header)
        inbound = f"({say.value(COLUMN_BY_NAME['direction'])}) = 'inbound'"
        counted = ", ".join(f"COUNT(DISTINCT {say.say.name(given)})" for given in (caller, called))
        asked = f"SELECT {counted} FROM (SELECT *{say.said_columns()} FROM sample) AS told WHERE {inbound}"
        ((callers, lines),) = self.store.connection.execute(asked).fetchall()
        # many people call few lines; of few calls the header tells
        return bool(callers > lines or (callers == lines > 0 and "主叫" in caller and "被叫" in called))

    def words(self, given: str, most: int = MOST_WORDS) -> list[str]:
        """The different words of a column, *most* and one at most."""
        say = Expressions(LogMapping(columns={}, unknown=words().unknown), "duckdb", self.header)
        said = say.known(ColumnSource(column="", names=(given,)))
        rows = self.store.connection.execute(
            f"SELECT DISTINCT word FROM (SELECT {said} AS word FROM (SELECT *{say.said_columns()} FROM sample) AS told) AS w"
            f" WHERE word IS NOT NULL ORDER BY word LIMIT {most + 1}"
        ).fetchall()
        return [str(word) for (word,) in rows]

    def writes_na(self, given: str) -> bool:
        """Whether a column says NA: not available, or among the codes of a dialler no answer."""
        (found,) = self._row(f"bool_or(lower(trim(CAST({_in_sql(given)} AS VARCHAR))) = 'na')")
        return bool(found)

    def kind(self, given: str) -> str:
        """``date`` for a column of dates alone, ``time`` for one of hours alone, ``none`` without any digit, else ``moment``."""
        every = self.words(given)
        if every and not any(sign.isdigit() for word in every for sign in word):
            return "none"
        for kind, shape in (("date", _DATE_ONLY), ("time", _TIME_ONLY)):
            if every and all(shape.fullmatch(word) for word in every):
                return kind
        return "moment"


def _filled(given: str) -> str:
    return f"trim(CAST({_in_sql(given)} AS VARCHAR)) <> ''"


def _in_sql(given: str) -> str:
    return '"' + given.replace('"', '""') + '"'
