"""The one-year loan prime rate as published, month by month; months without a source are missing, not guessed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

__all__ = ["Lpr", "four_times"]

_FILE = Path(__file__).parent / "data" / "lpr.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lpr:
    """One publication: the day and the one-year rate a year, as a fraction (0.03 for 3 %)."""

    published_on: date
    one_year: Decimal


@cache
def _table() -> tuple[Lpr, ...]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Lpr(published_on=date.fromisoformat(row["date"]), one_year=Decimal(row["one_year"]) / 100)
            for row in csv.DictReader(lines)
        )


_USUAL_DAY = 20  # of the month; on a day off, the next working day


def _lpr_on(day: date) -> Lpr | None:
    """The latest publication on or before *day*; None before the first, and where a later one is out but not held.

    The rate is published about the 20th of each month: from the 20th of the month after a publication, that one no
    longer counts unless the table shows that the next came later in that month.
    """
    table = _table()
    known = [row for row in table if row.published_on <= day]
    if not known:
        return None
    latest = known[-1]
    year, month = divmod(latest.published_on.year * 12 + latest.published_on.month, 12)
    due = date(year, month + 1, _USUAL_DAY)
    if day < due:
        return latest
    follows = table[len(known)] if len(known) < len(table) else None
    is_late = follows is not None and (follows.published_on.year, follows.published_on.month) == (year, month + 1)
    return latest if is_late else None


def four_times(day: date) -> Decimal | None:
    """Four times the one-year rate that counted on *day*, a year; None where it is not held (民间借贷规定第二十五条)."""
    found = _lpr_on(day)
    return found.one_year * 4 if found else None
