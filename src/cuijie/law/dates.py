"""Dates as the law has them: a day, or only a month or a year where no more is known."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

__all__ = ["LegalDate"]

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class LegalDate:
    """A date known to the day (``first == last``), the month or the year; counted in Asia/Shanghai."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """The date written as ``2022-07-12``, ``2022-07`` or ``2022``; raises ValueError."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no date")
        year, month, day = int(match[1]), match[2], match[3]
        if day:
            whole = date(year, int(month), int(day))
            return cls(whole, whole)
        if month:
            return cls(date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1]))
        return cls(date(year, 1, 1), date(year, 12, 31))

    def reached(self, on: date) -> bool | None:
        """Whether *on* is this date or later; None where *on* falls within the month or year and the day is unknown."""
        if on >= self.last:
            return True
        return False if on < self.first else None

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first.isoformat()
        return f"{self.first:%Y-%m}" if self.first.month == self.last.month else f"{self.first:%Y}"

    @property
    def words_zh(self) -> str:
        """As a sentence says it: 2022年7月1日, or 2022年7月（日期不详）."""
        if self.first == self.last:
            return f"{self.first.year}年{self.first.month}月{self.first.day}日"
        month = f"{self.first.month}月" if self.first.month == self.last.month else ""
        return f"{self.first.year}年{month}（具体日期未核实）"
