"""Days as screens and people name them without a year (昨天, 周三, 11月3日): the latest such day not after a known one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from cuijie.intake.times.day_order import date_of

__all__ = ["days_back", "latest_day", "month_day", "weekday"]

_WEEKDAYS: Final = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAY: Final = re.compile(r"(?P<which>上个?|这个?|本)?(?:星期|周|礼拜)(?P<day>[一二三四五六日天])")
_BACK: Final = {"大前天": 3, "前天": 2, "前晚": 2, "昨": 1, "今": 0, "刚才": 0, "刚刚": 0}
_DATE: Final = re.compile(r"(\d{1,2})\s*[月/.-]\s*(\d{1,2})")
_YEARS: Final = 8  # how far a 29 February can lie back
_WEEKDAY_YEARS: Final = 5  # in five years a date falls on each weekday once at most


def latest_day(words: str, on: date) -> date | None:
    """The latest day not after *on* that *words* name; None if they name none, or one that no recent year has.

    A date beside a weekday is of the one recent year in which it fell on it; 上周三 is of the week before.
    """
    back = days_back(words)
    if back is not None:
        return on - timedelta(days=back)
    named, dated = weekday(words), month_day(words)
    if dated is not None:
        for year in range(on.year, on.year - (_YEARS if named is None else _WEEKDAY_YEARS), -1):
            day = date_of(year, *dated)
            if day is not None and day <= on and named in (None, day.weekday()):
                return day
        return None
    if named is None:
        return None
    monday = on - timedelta(days=on.weekday())
    which = _WEEKDAY.search(words)
    if which is not None and (which["which"] or "").startswith("上"):
        return monday + timedelta(days=named - 7)
    return on - timedelta(days=(on.weekday() - named) % 7)


def days_back(words: str) -> int | None:
    """How many days before the day of speaking *words* mean (昨天: 1); None if they do not say it so."""
    return next((back for word, back in _BACK.items() if word in words), None)


def month_day(words: str) -> tuple[int, int] | None:
    """Month and day in *words*, as written."""
    found = _DATE.search(words)
    return (int(found[1]), int(found[2])) if found else None


def weekday(words: str) -> int | None:
    """The weekday in *words*, Monday = 0."""
    found = _WEEKDAY.search(words)
    return _WEEKDAYS[found["day"]] if found else None
