"""The words of a report: numbers as people read them, names of columns, reasons and degrees, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from cuijie.audit.report.periods import Period, Periods

__all__ = [
    "DEGREES",
    "NOTES",
    "REASONS",
    "Language",
    "Pair",
    "day_words",
    "percent",
    "period_words",
    "short",
    "thousands",
]

Language = Literal["zh", "en"]
Pair = tuple[str, str]

DEGREES: Mapping[str, Pair] = {
    "established": ("已能认定", "established"),
    "likely": ("很可能", "likely"),
    "to_judge": ("需要人判断", "for a person to judge"),
}
REASONS: Mapping[str, Pair] = {
    "broken_row": ("这一行断了，列数不对", "broken row"),
    "missing_id": ("没有联系编号", "no contact id"),
    "bad_time": ("时间读不懂", "time not understood"),
    "bad_number": ("数字读不懂", "number not understood"),
    "bad_value": ("取值读不懂", "value not understood"),
    "impossible_time": ("时间早于 1990 年", "time before 1990"),
    "future_time": ("时间在将来", "time in the future"),
    "end_before_start": ("结束早于开始", "end before start"),
    "negative_duration": ("时长是负数", "negative duration"),
    "negative_count": ("次数是负数", "negative count"),
    "repeated_row": ("整行重复", "the same row again"),
    "duplicate_id": ("联系编号重复", "contact id met before"),
}
NOTES: Mapping[str, Pair] = {
    "duration_without_answer": ("没接通却有通话时长", "a duration although not answered"),
    "no_time_of_day": ("只有日期，没有几点", "a date without a time of day"),
    "unknown_code": ("有不认识的取值，按“不知道”处理", "an unknown code, taken as not known"),
}
_SHORT = 10


def thousands(number: int) -> str:
    """12,345."""
    return f"{number:,}"


def percent(part: float, whole: float) -> str:
    """A share as people read it: two figures below 10 %, never 0 % for something and never 100 % for less than all."""
    if not whole:
        return "—"
    share = 100 * part / whole
    if 0 < share < 0.01:
        return "<0.01%"
    if share < 1:
        return f"{share:.2f}%" if share else "0%"
    if share < 99.95 or share == 100:
        return f"{share:.1f}%".replace(".0%", "%")
    return ">99.9%"


def short(name: str | None) -> str:
    """An id as a table shows it: a pseudonym cut short."""
    if name is None:
        return "—"
    is_pseudonym = len(name) == 20 and all(sign in "0123456789abcdef" for sign in name)
    return name[:_SHORT] if is_pseudonym else name


def day_words(day: date | None, language: Language) -> str:
    """2026年3月1日, or 1 March 2026."""
    if day is None:
        return "日期不详" if language == "zh" else "no date"
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B} {day.year}"


def period_words(period: Period, periods: Periods, language: Language) -> str:
    """A period as the axis of a chart names it."""
    zh = language == "zh"
    if periods.unit == "month":
        return f"{period.first.year}年{period.first.month}月" if zh else f"{period.first:%b %Y}"
    first = f"{period.first.month}月{period.first.day}日" if zh else f"{period.first.day} {period.first:%b}"
    if periods.unit == "day" or period.first == period.last:
        return first
    last = f"{period.last.month}月{period.last.day}日" if zh else f"{period.last.day} {period.last:%b}"
    return f"{first}–{last}"
