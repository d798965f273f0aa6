"""Dates in numbers only: which of them is the day, the month and the year, and when that cannot be known.

``25/3/4`` can only be 2025-03-04; ``03/04/2025`` is March or April, and only the other dates of its column may tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

__all__ = ["DayOrder", "date_of", "is_open", "order_of", "plain_date", "why_unread"]

DayOrder = Literal["ymd", "mdy", "dmy"]

_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})(?!\d|:)")
_SHORT_YEAR: Final = re.compile(r"(?<!\d)(\d{2})\s*年(?=\s*\d{1,2}\s*月)")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED: Final = re.compile(  # 4 Mar 2025, March 4, 2025
    r"\b(?:(?P<d>\d{1,2})[ -](?P<m>[A-Za-z]{3,9})\.?,?[ -](?P<y>\d{4})|(?P<m2>[A-Za-z]{3,9})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4}))\b"
)
_JAVA: Final = re.compile(  # Tue Mar 04 21:03:11 GMT+08:00 2025; CST is China's own time here
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) (\d{1,2}) (\d{1,2}:\d{2}:\d{2}) (?:CST|(GMT[+-]\d{1,2}:?\d{2}|GMT|UTC)) (\d{4})"
)
_WORDS: Final[dict[DayOrder, str]] = {"dmy": "“日在前”", "mdy": "“月在前”", "ymd": "“年在前”"}
_YEARS: Final = range(15, 36)  # what two digits can mean: 2015 to 2035
_RELATIVE: Final = re.compile(
    r"昨天|前天|今天|刚刚|分钟前|小时前|星期|(?<!\d)周[一二三四五六日天]|yesterday|today", re.IGNORECASE
)


def date_of(year: int, month: int, day: int) -> date | None:
    """The date of these numbers; None if the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(written: str) -> int | None:
    number = int(written)
    if len(written) == 4:
        return number if 1990 <= number <= 2100 else None
    return 2000 + number if number in _YEARS else None


def _readings(written: str) -> dict[DayOrder, date]:
    """What the date in *written* can mean, by order."""
    found = _NUMBERS.search(written)
    if found is None:
        return {}
    first, middle, last = found[1], found[3], found[4]
    parts: dict[DayOrder, tuple[str, str, str]] = {
        "ymd": (first, middle, last), "mdy": (last, first, middle), "dmy": (last, middle, first)
    }  # fmt: skip
    if len(last) == 4 and found[2] == ".":
        parts = {"dmy": parts["dmy"]}  # 4.3.2025: dots stand between day, month and year
    read: dict[DayOrder, date] = {}
    for order, (y, m, d) in parts.items():
        year = _year(y)
        if year is not None and 1 <= int(m) <= 12 and len(d) < 3:
            day = date_of(year, int(m), int(d))
            if day is not None:
                read[order] = day
    return read


def _month(found: re.Match[str]) -> str:
    """A date with the month's English name as year-month-day; as it was if that is no month."""
    name = (found["m"] or found["m2"])[:3].lower()
    if name not in _MONTHS:
        return found[0]
    return f"{found['y'] or found['y2']}-{_MONTHS.index(name) + 1}-{found['d'] or found['d2']}"


def order_of(column: Iterable[str]) -> DayOrder | None:
    """The one order in which every date of *column* can be read; None where several remain, or none.

    Dates with dots tell nothing of others: 4.3.2025 is day and month wherever it stands.
    """
    told = [(written.partition(" ")[0], read) for written in column if (read := _readings(written))]
    is_dotted = all("." in day for day, _ in told)
    orders: set[DayOrder] = {"ymd", "mdy", "dmy"}
    for day, read in told:
        if is_dotted or "." not in day:
            orders &= set(read)
    return next(iter(orders)) if told and len(orders) == 1 else None


def is_open(written: str) -> bool:
    """True for a date that is another day in another order (11/3/26)."""
    return len(set(_readings(written).values())) > 1


def plain_date(written: str, order: DayOrder | None = None) -> str:
    """*written* with its date as year-month-day, where that is certain or *order* tells; else as it was."""
    written = _NAMED.sub(_month, _JAVA.sub(r"\1 \2, \5 \3 \4", written))
    text = _SHORT_YEAR.sub(lambda found: f"20{found[1]}年" if int(found[1]) in _YEARS else found[0], written)
    read = _readings(text)
    days = set(read.values())
    day = days.pop() if len(days) == 1 else read.get(order) if order is not None else None
    return text if day is None else _NUMBERS.sub(day.isoformat(), text, count=1)


def why_unread(written: str | None) -> str:
    """Why a time cannot be understood, in Chinese, and what to write instead."""
    if not written:
        return "没有写时间"
    shown = written[:40]
    if is_open(written):
        read = _readings(written)
        words = [f"{word}（{read[order]}）" for order, word in _WORDS.items() if order in read]
        return (
            f"时间写的是“{shown}”，分不清哪个是月、哪个是日；请在文件名里加上{'或'.join(words)}再收，"
            "或改写成 2025-03-04 这样的日期再收"
        )
    if _RELATIVE.search(written):
        return f"时间写的是“{shown}”，不知道是从哪一天算起；请改写成具体的日期再收"
    return f"时间写的是“{shown}”，读不出"
