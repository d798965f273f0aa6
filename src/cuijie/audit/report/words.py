"""The words of a report: numbers as people read them, names of columns, reasons and degrees, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from cuijie.audit.report.periods import Period, Periods

__all__ = [
    "DEGREES",
    "NOTES",
    "REASONS",
    "Language",
    "Pair",
    "assumed_line",
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
    "total_row": ("合计、页脚，不是联系", "a line of totals, no contact"),
    "empty_row": ("除了编号什么也没有", "nothing but an id"),
    "left_out": ("映射文件说这样的行不是联系", "no contact, says the mapping"),
    "repeated_row": ("整行重复", "the same row again"),
    "duplicate_id": ("联系编号重复", "contact id met before"),
}
NOTES: Mapping[str, Pair] = {
    "duration_without_answer": ("没接通却有通话时长", "a duration although not answered"),
    "masked_number": (
        "被联系的号码打了码：只把同一欠款人名下的看作一个人，按这样的号码数出来的最多算“很可能”",
        "the number contacted is masked: taken for one person within one debtor only, and what is counted by it is likely at most",
    ),
    "midnight": (
        "恰在零点：这份日志的时间带着几点，所以按零点算",
        "midnight sharp: the times of this log carry an hour, so it is one",
    ),
    "no_time_of_day": ("只有日期，没有几点", "a date without a time of day"),
    "unknown_speaker": (
        "对话里有不认识的说话人：这些话没有算到任何人头上（见“不认识的取值”，在映射文件的 speakers 里写明是谁）",
        "a conversation with speakers nobody knows: its words were held against none (see the codes not understood; the mapping can say under speakers who they are)",
    ),
    "unknown_code": ("有不认识的取值，按“不知道”处理", "an unknown code, taken as not known"),
}
_READ_AS: Mapping[str, Pair] = {
    "excel-1900": ("电子表格的日期数，从 1900 年算起（从 1904 年算会到将来）", "days of a spreadsheet, from 1900 (from 1904 they would be in the future)"),
    "excel-1904": ("电子表格的日期数，从 1904 年算起（从 1900 年算会早于 1990 年）", "days of a spreadsheet, from 1904 (from 1900 they would be before 1990)"),
    "day-first": ("日/月/年（第一个数有大于 12 的，第二个数没有）", "day/month/year (the first number is above 12 somewhere, the second nowhere)"),
    "month-first": ("月/日/年（第二个数有大于 12 的，第一个数没有）", "month/day/year (the second number is above 12 somewhere, the first nowhere)"),
    "clock-hm": ("没有冒号的时刻，最后两位是分（905 是 9:05）", "hours without a colon that end in minutes (905 is 9:05)"),
    "clock-hms": ("没有冒号的时刻，最后四位是分和秒，前面的零省了（533 是 0:05:33）", "hours without colons, ending in minutes and seconds (533 is 0:05:33)"),
    "days": ("一天的几分之几：没写单位的数都小于 1（电子表格的时长），已换成秒", "parts of a day, made seconds: no number without a unit reaches 1"),
    "epoch-seconds": ("从 1970 年起的秒数", "seconds since 1970"),
    "epoch-milliseconds": ("从 1970 年起的毫秒数", "milliseconds since 1970"),
    "epoch-microseconds": ("从 1970 年起的微秒数", "microseconds since 1970"),
    "epoch-nanoseconds": ("从 1970 年起的纳秒数", "nanoseconds since 1970"),
}  # fmt: skip
"""How a whole column was read: see ``audit.time_shapes``."""
_DOUBTS: Mapping[str, Pair] = {
    "excel": (
        "是电子表格的日期数，从 1900 年算和从 1904 年算都说得通，相差四年，所以没有读。请在映射里写 formats: [excel-1900] 或 [excel-1904]",
        "days of a spreadsheet, from 1900 or from 1904: four years apart, both possible, so none was read; the mapping can say formats: [excel-1900] or [excel-1904]",
    ),
    "day-or-month": (
        "日和月哪个在前分不清（如 3/4/2026），所以没有读。请在映射里写 formats: [day-first] 或 [month-first]",
        "day or month first cannot be told (as in 3/4/2026), so none was read; the mapping can say formats: [day-first] or [month-first]",
    ),
}
_SHORT = 10


def assumed_line(names: Sequence[str], read_as: str | None, doubt: str | None, language: Language) -> str:
    """How a column of the log was read, or why it was not."""
    place = language == "en"
    column = (" and " if place else "、").join(f"“{name}”" for name in names)
    if read_as is None:
        said = _DOUBTS.get(doubt or "", ("分不清", "not clear"))[place]
    else:
        said = ("整列当作", "the whole column read as ")[place] + _READ_AS.get(read_as, (read_as, read_as))[place]
    return f"{column}: {said}." if place else f"{column}{said}。"


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
