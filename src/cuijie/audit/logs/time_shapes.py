# ruff: noqa: S608 -- names are our own, patterns are written here
"""How a log writes its times and durations where one value alone does not tell: settled over the whole column, and told.

Only what leaves no doubt is assumed; what stays open is set aside as ``bad_time``, and the report says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cuijie.audit.logs.mapping import EXTRA, ColumnSource, LogMapping
from cuijie.audit.logs.mapping_sql import AS_WRITTEN, Expressions
from cuijie.audit.logs.moments_sql import (
    CLOCK_HM,
    CLOCK_HMS,
    DAY_FIRST,
    EXCEL_1900,
    EXCEL_1904,
    EXCEL_ZERO,
    MONTH_FIRST,
    NUMBERED,
    SLASHED,
)
from cuijie.rulebook.moments import DAY_US
from cuijie.rulebook.sql.dialects import DialectName

__all__ = ["Assumption", "Table", "settled"]

_SAMPLE = 2_000  # rows of a file
_FILES = 8
_YEAR_1990 = 7_305  # days since 1970
_EPOCHS = {"epoch-seconds": 10, "epoch-milliseconds": 13, "epoch-microseconds": 16, "epoch-nanoseconds": 19}
_LATEST_CLOCK = 2359

Rows = Callable[[str], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """How a column was read; ``read_as`` None: what could not be settled, *doubt* says what it may be."""

    column: str
    names: tuple[str, ...]
    read_as: str | None
    doubt: str = ""

    def told(self) -> dict[str, object]:
        """For ``quality.json``."""
        return {"column": self.column, "from": list(self.names), "read_as": self.read_as, "doubt": self.doubt or None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One file of a log, as a relation, with the kinds of its columns."""

    raw: str
    kinds: Mapping[str, str]


def settled(
    mapping: LogMapping, tables: Sequence[Table], rows: Rows, dialect: DialectName, now_us: int
) -> tuple[LogMapping, tuple[Assumption, ...]]:
    """*mapping* with what was settled of its times and durations, and what that was."""
    columns, assumed = dict(mapping.columns), []
    for name in ("occurred_at", *EXTRA, "duration_s"):
        source = columns.get(name)
        if source is None or not source.names or source.formats or source.assumed:
            continue
        look = _Look(mapping, source, tables, rows, dialect)
        for told in look.lasting() if name == "duration_s" else look.moments(now_us):
            assumed.append(told)
            if told.read_as == "days":
                columns[name] = source = replace(source, unit="days")
            elif told.read_as is not None and told.read_as not in _EPOCHS:
                columns[name] = source = replace(source, assumed=(*source.assumed, told.read_as))
    return replace(mapping, columns=columns), tuple(assumed)


@dataclass(frozen=True, slots=True)
class _Look:
    """One column of the log, looked at over some rows or all."""

    mapping: LogMapping
    source: ColumnSource
    tables: Sequence[Table]
    rows: Rows
    dialect: DialectName

    def moments(self, now_us: int) -> list[Assumption]:
        """What holds of a column of moments."""
        if all(self._is_instant(table.kinds) for table in self.tables):
            return []
        seen = self._counted(_moments, sample=True)
        found = [self._as(name) for name in _EPOCHS if seen["said"] and seen[name.replace("-", "_")] == seen["said"]]
        if not any(seen[name] for name in ("serials", "slashed", "numbered", "run_together")):
            return found
        whole = self._counted(_moments, sample=False)
        if whole["serials"]:
            found.append(self._excel(whole, now_us))
        if whole["slashed"]:
            found.append(self._order(whole))
        if whole["numbered"]:
            found.append(self._as(CLOCK_HMS if whole["run_together"] or whole["clock"] > _LATEST_CLOCK else CLOCK_HM))
        return found

    def lasting(self) -> list[Assumption]:
        """What holds of a column of durations."""
        if self.source.unit != "seconds" or not self._counted(_lasting, sample=True)["fractions"]:
            return []
        whole = self._counted(_lasting, sample=False)
        return [self._as("days")] if whole["fractions"] and whole["longest"] < 1 else []

    def _excel(self, whole: Mapping[str, Any], now_us: int) -> Assumption:
        today = now_us / DAY_US
        if whole["latest"] - EXCEL_ZERO[EXCEL_1904] > today + 1:
            return self._as(EXCEL_1900)  # counted from 1904 it would be in the future
        if whole["earliest"] - EXCEL_ZERO[EXCEL_1900] < _YEAR_1990:
            return self._as(EXCEL_1904)
        return Assumption(column=self.source.column, names=self.source.names, read_as=None, doubt="excel")

    def _order(self, whole: Mapping[str, Any]) -> Assumption:
        first, second = whole["first"] > 12, whole["second"] > 12
        if first != second:
            return self._as(DAY_FIRST if first else MONTH_FIRST)
        return Assumption(column=self.source.column, names=self.source.names, read_as=None, doubt="day-or-month")

    def _as(self, name: str) -> Assumption:
        return Assumption(column=self.source.column, names=self.source.names, read_as=name)

    def _is_instant(self, kinds: Mapping[str, str]) -> bool:
        names = self.source.names
        return len(names) == 1 and (kinds.get(names[0]) or "").startswith(("timestamp", "date"))

    def _counted(self, counts: Callable[[Expressions, str], Mapping[str, str]], *, sample: bool) -> dict[str, Any]:
        """The counts over all files, or over the first rows of some of them."""
        tables = self.tables
        if sample and len(tables) > _FILES:
            tables = [tables[number * (len(tables) - 1) // (_FILES - 1)] for number in range(_FILES)]
        found: dict[str, Any] = {}
        for table in tables:
            if any(name not in table.kinds for name in self.source.names):
                continue
            say = Expressions(self.mapping, self.dialect, table.kinds)
            said = say.known(replace(self.source, assumed=AS_WRITTEN))
            fields = ", ".join(f"{count} AS {name}" for name, count in counts(say, said).items())
            raw = f"(SELECT * FROM {table.raw} AS r LIMIT {_SAMPLE})" if sample else table.raw
            (row,) = self.rows(f"SELECT {fields} FROM (SELECT *{say.said_columns()} FROM {raw} AS raw_rows) AS told")
            for name, number in row.items():
                join = {"earliest": min}.get(name, max if name in _EXTREMES else sum)
                held = [value for value in (found.get(name), number) if value is not None]
                found[name] = join(held) if held else None
        return {name: value or 0 for name, value in found.items()} if found else dict.fromkeys(_NOTHING, 0)


_EXTREMES = frozenset({"latest", "first", "second", "clock", "longest"})
_NOTHING = (
    "said",
    "serials",
    "slashed",
    "numbered",
    "run_together",
    "fractions",
    *(name.replace("-", "_") for name in _EPOCHS),
)


def _moments(say: Expressions, said: str) -> dict[str, str]:
    def where(pattern: str, value: str = "1") -> str:
        return f"CASE WHEN {say.say.matches.format(said, pattern)} THEN {value} END"

    def part(place: int) -> str:
        return where(SLASHED, f"try_cast(regexp_extract({said}, '{SLASHED}', {place}) AS BIGINT)")

    day = where("^[2-7][0-9]{4}([.][0-9]+)?( .*)?$", f"try_cast(substr({said}, 1, 5) AS BIGINT)")
    epochs = {name.replace("-", "_"): f"COUNT({where(f'^1[0-9]{{{n - 1}}}$')})" for name, n in _EPOCHS.items()}
    return epochs | {
        "said": f"COUNT({said})",
        "serials": f"COUNT({day})",
        "earliest": f"MIN({day})",
        "latest": f"MAX({day})",
        "slashed": f"COUNT({where(SLASHED)})",
        "first": f"MAX({part(1)})",
        "second": f"MAX({part(2)})",
        "numbered": f"COUNT({where(NUMBERED)})",
        "clock": f"MAX({where(NUMBERED, f'try_cast(regexp_extract({said}, {NUMBERED!r}, 2) AS BIGINT)')})",
        "run_together": f"COUNT({where('[ T][0-9]{5,6}$')})",
    }


def _lasting(say: Expressions, said: str) -> dict[str, str]:
    number = f"try_cast({said} AS DOUBLE)"
    return {
        "fractions": f"COUNT(CASE WHEN {number} > 0 AND {number} < 1 THEN 1 END)",
        "longest": f"MAX({number})",
    }
