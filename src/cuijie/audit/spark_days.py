# ruff: noqa: S608 -- names are our own
"""The days of a log on a Spark server: those that changed are judged, some at a time, and written before the next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cuijie import __version__
from cuijie.audit.day_files import DayFiles
from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.engines.judging import Judging
from cuijie.audit.engines.spark_store import SparkStore
from cuijie.audit.facts import Registered, keep_facts
from cuijie.audit.fingerprints import register_prints
from cuijie.audit.options import Tell
from cuijie.audit.staging import UNDATED
from cuijie.audit.texts import reader_digest
from cuijie.canonical import digest
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US

__all__ = ["DAY_NUMBER", "SparkDay", "judge_days", "prints_of", "spark_days"]

DAY_NUMBER = f"(at_us + {EIGHT_HOURS_US}) DIV {DAY_US}"
"""The day of a contact in Asia/Shanghai, counted from 1970."""
_ROWS_AT_ONCE = 5_000_000  # what is found in them comes back and is held here


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkDay:
    """A day of the log as the server has it: ``print_`` is a digest of its rows; ``number`` None: those without a time."""

    number: int | None
    rows: int
    print_: str

    @property
    def date(self) -> date | None:
        """The day in Asia/Shanghai."""
        return None if self.number is None else date(1970, 1, 1) + timedelta(days=self.number)

    @property
    def name(self) -> str:
        """The name of its folder."""
        return UNDATED if self.date is None else self.date.isoformat()


def spark_days(spark: SparkStore) -> tuple[SparkDay, ...]:
    """The days of ``contacts_in_hand`` in order, what has no time last; ``whole`` is the md5 of a row."""
    halves = ", ".join(
        f"CAST(SUM(CAST(conv(substr(whole, {start}, 12), 16, 10) AS DECIMAL(38, 0))) AS STRING) AS {name}"
        for name, start in (("one", 1), ("two", 13))
    )
    rows = spark.rows(
        f"SELECT {DAY_NUMBER} AS number, COUNT(*) AS n, {halves} FROM contacts_in_hand GROUP BY {DAY_NUMBER}"
    ).to_pylist()
    days = [
        SparkDay(number=row["number"], rows=int(row["n"]), print_=f"{row['n']}-{row['one']}-{row['two']}")
        for row in rows
    ]
    return tuple(sorted(days, key=lambda day: day.name))


def prints_of(
    days: Sequence[SparkDay],
    local: DuckDBStore,
    parameters: Mapping[str, object],
    registered: Registered,
    *,
    texts: bool,
) -> dict[str, str]:
    """What each day is made from, as a digest: its rows, what the registers say of it, and all that judges it."""
    loans = None
    if registered.loans is not None:
        loans = str(local.rows(f"SELECT CAST(SUM(hash(l)) AS VARCHAR) AS one FROM {registered.loans} AS l").to_pylist())
    common = digest([__version__, dict(parameters), reader_digest() if texts else None, loans])
    registers = register_prints(local, [day.name for day in days])
    return {
        day.name: hashlib.sha256("\n".join([common, day.print_, registers[day.name]]).encode()).hexdigest()
        for day in days
    }


def judge_days(
    spark: SparkStore,
    judging: Judging,
    days: Sequence[SparkDay],
    prints: Mapping[str, str],
    registered: Registered,
    files: DayFiles,
    tell: Tell,
    *,
    texts: bool,
) -> int:
    """Judge the days that are not in *files* as *prints* say, and write them there; gives how many."""
    waiting = [day for day in days if not files.has(day.name, prints[day.name])]
    total, done = sum(day.rows for day in waiting), 0
    for chunk in _chunks(waiting):
        tell("judge", done, total)
        spark.name("contacts_here", f"SELECT * FROM contacts_in_hand WHERE {_are(chunk)}")
        keep_facts(spark, "contacts_here", judging.book.law_facts, registered, texts=texts)
        for day, (_, tables) in zip(chunk, judging.judge().by_day([day.date for day in chunk]), strict=True):
            files.write(day.name, prints[day.name], tables)
        done += sum(day.rows for day in chunk)
    tell("judge", total, total)
    return len(waiting)


def _chunks(days: Sequence[SparkDay]) -> Iterator[list[SparkDay]]:
    """Days together up to so many rows; what has no time goes by itself, as on one computer."""
    held: list[SparkDay] = []
    for day in days:
        if held and (day.number is None or sum(one.rows for one in held) + day.rows > _ROWS_AT_ONCE):
            yield held
            held = []
        held.append(day)
    if held:
        yield held


def _are(days: Sequence[SparkDay]) -> str:
    numbers = [day.number for day in days if day.number is not None]
    if not numbers:
        return "at_us IS NULL"
    return f"at_us IS NOT NULL AND {DAY_NUMBER} IN ({', '.join(map(str, numbers))})"
