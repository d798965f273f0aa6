"""The times that chat and SMS screens show, resolved against the moment the picture was taken.

昨天 21:03, 星期三, 下午3:15, 3月3日 星期一, 2024/1/5: only a known capture time makes an instant of them; what
results is inferred and called so.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from cuijie.clock import SHANGHAI
from cuijie.intake.times.spoken_days import latest_day, month_day, weekday
from cuijie.intake.times.written import UNKNOWN, When, parse_time

__all__ = ["day_words", "is_short_date", "is_time_line", "leading_time", "resolve", "trailing_time"]

_A_YEAR: Final = timedelta(days=366)
_CLOCKS_DIFFER: Final = timedelta(minutes=2)  # a screen shows nothing that is still to come
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = {"mon": "一", "tue": "二", "wed": "三", "thu": "四", "fri": "五", "sat": "六", "sun": "日"}
_SPOKEN: Final = {"today": "今天", "yesterday": "昨天"}
_IN_ENGLISH: Final = re.compile(  # Monday, Nov 16 • 9:41 AM; Mon 16 Nov at 21:41; Yesterday 9:41 PM
    rf"(?:(?P<spoken>today|yesterday)|(?P<weekday>{'|'.join(_WEEKDAYS)})[a-z]*\.?)?,?\s*"
    rf"(?:(?P<first>\d{{1,2}})?\s*(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?\s*(?P<day>(?<!\d )\d{{1,2}}(?![\d:]))?(?:,?\s*(?P<year>20\d{{2}}))?)?"
    r"[\s,•·]*(?:at\s*)?(?P<clock>\d{1,2}:\d{2}\s*(?:[AaPp]\.?[Mm]\.?)?)?",
    re.IGNORECASE,
)
_CLOCK: Final = r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜)?\s*\d{1,2}\s*[:：]\s*\d{2}(?:[:：]\d{2})?\s*(?:[AaPp][Mm])?"
_DAY: Final = r"(?:今天|昨天|昨日|前天|(?:星期|周|礼拜)[一二三四五六日天]|(?:\d{4}\s*[年/.-]\s*)?\d{1,2}\s*[月/.-]\s*\d{1,2}\s*日?)"
_TAIL: Final = r"(?:[\s·,，|]*(?:SIM\s?\d|卡\s?[12一二]|中国(?:移动|联通|电信|广电)|已送达|已读|已发送|短信|彩信|RCS))?"  # which card, what became of it
_LINE: Final = re.compile(
    rf"(?:短信/彩信|短信|彩信|iMessage信息|iMessage|信息|RCS|5G消息)?[\s·,，]*(?:(?:{_DAY})[\s,，]*){{0,2}}(?:{_CLOCK})?{_TAIL}"
)

_LEADING: Final = re.compile(rf"(?:(?:{_DAY})[\s,，]*){{0,2}}(?:{_CLOCK})?(?![\d:])")

_SHORT: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")
_NAMED: Final = re.compile(rf"(?P<name>.*?[^\d\s:/.月日-])\s*(?P<time>(?:{_DAY})?\s*{_CLOCK})")


def _squeezed(text: str) -> str:
    """OCR loses blanks and mixes widths: 昨天21：03 and 昨天 21:03 are one; a list shows an arrow behind."""
    plain = re.sub(r"\s+", " ", text.replace("：", ":").replace("／", "/").replace("．", ".")).strip(" ›>＞〉")
    found = _IN_ENGLISH.fullmatch(plain)
    return _in_chinese(found) if found and (found["spoken"] or found["weekday"] or found["month"]) else plain


def _in_chinese(time: re.Match[str]) -> str:
    """An English line of time as a Chinese phone writes it: 11月16日 星期一 9:41 AM."""
    day = time["first"] or time["day"]
    month = _MONTHS.index(time["month"][:3].lower()) + 1 if time["month"] and day else None
    parts = (
        f"{time['year']}年" if time["year"] and month else "",
        f"{month}月{day}日 " if month else "",
        f"星期{_WEEKDAYS[time['weekday'].lower()]} " if time["weekday"] else "",
        f"{_SPOKEN[time['spoken'].lower()]} " if time["spoken"] else "",
        time["clock"] or "",
    )
    return "".join(parts).strip()


def is_time_line(text: str) -> bool:
    """True if *text* is nothing but a time as a chat screen writes it between bubbles."""
    line = _squeezed(text)
    return bool(line) and any(c.isdigit() or c in "天周星" for c in line) and _LINE.fullmatch(line) is not None


def leading_time(text: str) -> tuple[str | None, str]:
    """The time at the beginning of *text*, if there can be such a one, and what follows it."""
    line = _squeezed(text)
    found = _LEADING.match(line)
    if found is None or not found[0].strip(" ,，") or not _can_be(found[0]):
        return None, line
    return found[0].strip(" ,，"), line[found.end() :]


def is_short_date(text: str) -> bool:
    """True for 11/12/26, which an English phone writes: the month first or the day."""
    return _SHORT.fullmatch(_squeezed(text)) is not None


def _of_short_date(date_: re.Match[str], taken_at: datetime | None) -> When:
    """The day of 11/25/26; where both parts may be the month the one that lies before the picture, if only one does."""
    first, second, year = (int(part) for part in date_.groups())
    days = {parse_time(f"20{year:02d}-{month:02d}-{day:02d}") for month, day in ((first, second), (second, first))}
    known = [one for one in days if one.instant is not None and (taken_at is None or one.instant <= taken_at)]
    return known[0] if len(known) == 1 else UNKNOWN


def trailing_time(text: str) -> tuple[str, str | None]:
    """A name and the time of day behind it, as some apps head each message: 周燕 16:22."""
    found = _NAMED.fullmatch(_squeezed(text))
    return (found["name"].strip(), found["time"]) if found else (text, None)


def _can_be(time: str) -> bool:
    clock = re.search(r"(\d{1,2})\s*:\s*(\d{2})", time)
    date_ = re.search(r"(\d{1,2})\s*[月/.-]\s*(\d{1,2})", re.sub(r"\d{4}\s*[年/.-]", "", time))
    is_clock = clock is None or (int(clock[1]) < 24 and int(clock[2]) < 60)
    return is_clock and (date_ is None or (1 <= int(date_[1]) <= 12 and 1 <= int(date_[2]) <= 31))


def day_words(text: str) -> str | None:
    """The day in *text* without its time of day: 昨天 of 昨天 21:03; None where it names none."""
    found = re.search(rf"(?:(?:{_DAY})[\s,，]*)+", _squeezed(text))
    return found[0].strip(" ,，") if found else None


def resolve(text: str, taken_at: datetime | None) -> When:
    """The instant of a time line on a picture taken at *taken_at*; unknown where that is not known.

    A weekday is the latest one not after the picture; a date without a year lies within the year before it.
    """
    line = re.sub(r"^(?:短信/彩信|短信|彩信|iMessage信息|iMessage|信息|RCS|5G消息)\s*", "", _squeezed(text))
    if short := _SHORT.fullmatch(line):
        when = _of_short_date(short, taken_at)
    elif re.search(r"\d{4}\s*[年/.-]", line):
        when = parse_time(line, by_program=True)
    elif taken_at is None or (day := _day(line, taken_at.astimezone(SHANGHAI).date())) is None:
        return When(raw=text)
    else:
        when = _on(day, line, taken_at)
    if when.instant is None or (taken_at is not None and when.instant > taken_at + _CLOCKS_DIFFER):
        return When(raw=text)
    return When(instant=when.instant, raw=text, precision=when.precision, basis="inferred")


def _on(day: date, line: str, taken_at: datetime) -> When:
    """The time of day of *line* on *day*; if that was still to come, the day before or the same weekday a week before."""
    clock = re.search(_CLOCK, line)
    if clock is None:
        return parse_time(day.isoformat())
    when = parse_time(f"{day.isoformat()} {clock[0]}", by_program=True)
    if when.instant is None or when.instant <= taken_at + _CLOCKS_DIFFER:
        return when
    named = re.search(_DAY, line)
    back = 1 if named is None else 7 if weekday(line) is not None and month_day(line) is None else 0
    earlier = day - timedelta(days=back)  # 23:50 seen at 00:05
    return parse_time(f"{earlier.isoformat()} {clock[0]}", by_program=True)


def _day(line: str, taken_on: date) -> date | None:
    """The day that *line* names, not a year or more back: of such a one phones write the year; the picture's own if none."""
    day = latest_day(line, taken_on) if re.search(_DAY, line) else taken_on
    return day if day is not None and taken_on - day <= _A_YEAR else None
