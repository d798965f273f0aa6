"""Days put together into as many periods as a chart can show: days, weeks from Monday, or months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

__all__ = ["Period", "Periods"]

Unit = Literal["day", "week", "month"]
_MOST_DAYS, _MOST_WEEKS = 45, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One column of a trend: its first and last day within the log."""

    first: date
    last: date


class Periods:
    """The periods from *first* to *last*, both included; none where a day is not known."""

    def __init__(self, first: date | None, last: date | None) -> None:
        self.unit: Unit = "day"
        self.all: tuple[Period, ...] = ()
        if first is None or last is None:
            return
        length = (last - first).days + 1
        self.unit = "day" if length <= _MOST_DAYS else "week" if length <= 7 * _MOST_WEEKS else "month"
        found, begin = [], first
        while begin <= last:
            end = min(self._end(begin), last)
            found.append(Period(first=begin, last=end))
            begin = end + timedelta(days=1)
        self.all = tuple(found)
        self._places = {period.first: place for place, period in enumerate(found)}

    def _end(self, day: date) -> date:
        if self.unit == "day":
            return day
        if self.unit == "week":
            return day + timedelta(days=6 - day.weekday())
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    def place(self, day: date) -> int | None:
        """Which period *day* lies in; None if outside."""
        if not self.all or not self.all[0].first <= day <= self.all[-1].last:
            return None
        start = day if self.unit == "day" else day - timedelta(days=day.weekday())
        if self.unit == "month":
            start = day.replace(day=1)
        return self._places[max(start, self.all[0].first)]
