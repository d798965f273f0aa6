"""The one-year loan prime rate as published, month by month; months without a source are missing, not guessed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

__all__ = ["Lpr", "four_times", "lpr_on"]

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


def lpr_on(day: date) -> Lpr | None:
    """The latest publication on or before *day*; None before the first, and from two months after the last one held."""
    known = [row for row in _table() if row.published_on <= day]
    if not known or (day - known[-1].published_on).days > 61:
        return None
    return known[-1]


def four_times(day: date) -> Decimal | None:
    """Four times the one-year rate that counted on *day*, a year; None where it is not held (民间借贷规定第二十五条)."""
    found = lpr_on(day)
    return found.one_year * 4 if found else None
