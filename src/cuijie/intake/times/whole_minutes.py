"""Clock times that were told to the minute, though a spreadsheet wrote :00 behind each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from cuijie.intake.times.written import When

__all__ = ["ENOUGH_TIMES", "are_whole_minutes", "to_the_minute"]

ENOUGH_TIMES: Final = 3
"""So many times with seconds, all of them :00, are no chance: one in 216,000."""
_SECONDS: Final = re.compile(r"\d[:：]\d{2}[:：](\d{2}(?:\.\d+)?)")
_SERIAL: Final = re.compile(r"[2-7]\d{4}\.\d+")  # a workbook's day number
_DAY_SECONDS: Final = 86_400


def are_whole_minutes(column: Iterable[str], *, at_least: int = ENOUGH_TIMES) -> bool:
    """True if *at_least* so many cells of a column of times have seconds, and all of those are :00."""
    seconds = [told for cell in column if (told := _seconds(cell)) is not None]
    return len(seconds) >= at_least and not any(seconds)


def _seconds(cell: str) -> float | None:
    """The seconds of a time; None where none are written."""
    if found := _SECONDS.search(cell):
        return float(found[1])
    return round(float(cell) * _DAY_SECONDS) % 60 if _SERIAL.fullmatch(cell) else None


def to_the_minute(when: When) -> When:
    """*when*, told to the minute, if its seconds are :00 and no zone, as programs write it, stands behind them."""
    is_exact = when.precision == "second" and when.basis == "local_assumed"
    is_whole = is_exact and when.instant is not None and when.instant.second == 0
    return replace(when, precision="minute") if is_whole else when
