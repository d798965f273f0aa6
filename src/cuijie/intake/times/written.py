"""Times as sources write them: the raw text, the instant, its precision, and how the zone was known.

Mainland China is UTC+8; between 1986 and 1991 it had summer time, which the zone data knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from cuijie.clock import SHANGHAI
from cuijie.intake.times.day_order import date_of, plain_date
from cuijie.records import ZoneBasis
from cuijie.records.contact import TimePrecision

__all__ = ["UNKNOWN", "When", "excel_serial", "from_apple", "from_epoch", "parse_time", "spoken_number"]

_APPLE_EPOCH: Final = datetime(2001, 1, 1, tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS: Final = 4_102_444_800_000  # 2100-01-01
_LATEST_TEXT: Final = str(_LATEST_MS)
_EARLIEST_MS: Final = 315_532_800_000  # 1980-01-01


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time as written and as understood; ``instant`` is None where it could not be understood."""

    instant: datetime | None = None
    raw: str | None = None
    precision: TimePrecision | None = None
    basis: ZoneBasis = "unknown"


UNKNOWN: Final = When()


def from_epoch(written: str | int | float | None) -> When:
    """A Unix time in milliseconds, seconds, micro- or nanoseconds (told by size); 0 and nonsense are unknown."""
    raw = str(written).strip() if written is not None else None
    if raw is not None and len(raw) == 13 and raw.isascii() and raw.isdecimal() and "1" < raw < _LATEST_TEXT:
        return When(instant=_EPOCH + timedelta(milliseconds=int(raw)), raw=raw, precision="second", basis="epoch")
    if raw is None or not re.fullmatch(r"-?\d{1,20}(?:\.\d+)?", raw, re.ASCII):
        return When(raw=raw)
    value = float(raw) if "." in raw else int(raw)
    for scale in (1000, 1, 0.001, 0.000001):  # seconds first: a ms value read as seconds lies far past 2100
        ms = value * scale
        if _EARLIEST_MS <= ms < _LATEST_MS:
            return When(instant=_EPOCH + timedelta(milliseconds=ms), raw=raw, precision="second", basis="epoch")
    return When(raw=raw)


def from_apple(written: int | float | None) -> When:
    """Seconds (or, from iOS 11, nanoseconds) since 2001-01-01 UTC; 0 and None are unknown."""
    if not written or isinstance(written, bool):
        return When(raw=None if written is None else str(written))
    seconds = written / 1_000_000_000 if abs(written) > 100_000_000_000 else written
    if not 0 < seconds < 3_200_000_000:
        return When(raw=str(written))
    instant = _APPLE_EPOCH + timedelta(microseconds=round(seconds * 1_000_000))
    return When(instant=instant, raw=str(written), precision="second", basis="epoch")


def excel_serial(value: float) -> When:
    """An Excel day number (1900 system) as local time; whole numbers are a bare day."""
    if not 20_000 <= value < 75_000:
        return When(raw=str(value))
    local = datetime(1899, 12, 30, tzinfo=SHANGHAI) + timedelta(seconds=round(value * 86_400))
    precision: TimePrecision = "day" if value == int(value) else "second"
    return When(instant=local, raw=str(value), precision=precision, basis="local_assumed")


_NIGHT: Final = ("夜里", "深夜", "夜间", "夜")
_SPOKEN: Final = re.compile(
    r"[零一二两三四五六七八九十]{1,3}(?=\s*[点时](?!间))|(?<=[点时])零?[一二三四五六七八九十]{1,3}(?=分|$|\s)"
)
_DIGITS: Final = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2}
_PARTS_OF_HOURS: Final = (("半", "30"), ("一刻", "15"), ("三刻", "45"))
_HALF = r"(?P<half>凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|夜里|深夜|夜间|晚间|早|晚|夜|[AaPp]\.?[Mm]\.?)"
_EITHER: Final = re.compile(
    rf"{_HALF.replace('?P<half>', '?:')}?\s*十?[一二两三四五六七八九]{{2}}\s*点[钟多半]?"
)  # 两三点
_DATE = re.compile(
    r"(?P<y>\d{4})\s*(?:年|[-/.])\s*(?P<m>\d{1,2})\s*(?:月|[-/.])\s*(?P<d>\d{1,2})\s*日?"
    r"|(?<!\d)(?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.(?P<y3>\d{4})(?!\d)"
    r"|(?<!\d)(?P<m2>\d{1,2})(?:月|[-/.])(?P<d2>\d{1,2})日?(?!\d|:)"
)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:[\sT_-]*(?P<h>\d{2}):?(?P<n>\d{2})(?::?(?P<s>\d{2}))?)?"
)
_CLOCK = re.compile(
    rf"{_HALF}?\s*(?P<h>\d{{1,2}})\s*(?::|：|点|时)\s*(?P<n>\d{{1,2}})?分?"
    rf"(?:\s*(?::|：)?\s*(?P<s>\d{{1,2}})(?:[.,](?P<f>\d{{1,9}}))?秒?)?\s*(?P<half2>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)


def parse_time(
    written: str | None, *, day: date | None = None, year: int | None = None, by_program: bool = False
) -> When:
    """A local time as people and Chinese programs write it, zone assumed Asia/Shanghai unless written.

    *day* stands in where only a clock time is written, *year* where the year is missing.  What is missing
    and not given stays unknown; a bare date has precision *day*.  To a program (*by_program*, or whoever writes
    seconds) 上午12:10 is ten past midnight, to people ten past noon.
    """
    if written is None or not (raw := written.strip()):
        return UNKNOWN
    text = plain_date(raw.replace("\u3000", " ").replace("\xa0", " "))
    text = _EITHER.sub("", text)
    text = _SPOKEN.sub(lambda found: str(spoken_number(found[0])), text)
    for word, minutes in _PARTS_OF_HOURS:
        text = re.sub(rf"([点时])\s*{word}", rf"\g<1>{minutes}分", text)
    compact = _COMPACT.fullmatch(text)
    if compact:
        found = date_of(int(compact["y"]), int(compact["m"]), int(compact["d"]))
        clock = (int(compact["h"]), int(compact["n"]), int(compact["s"] or 0), 0) if compact["h"] else None
        return _compose(raw, found, clock, seconds=compact["s"] is not None, zone=None)
    dated = _DATE.search(text)
    rest = text
    found = day
    if dated:
        rest = text[dated.end() :].removeprefix("T")
        written_year = dated["y"] or dated["y3"]
        y = int(written_year) if written_year else year or (day.year if day else None)
        month, of_month = dated["m"] or dated["m2"] or dated["m3"], dated["d"] or dated["d2"] or dated["d3"]
        found = date_of(y, int(month), int(of_month)) if y else None
    timed = _CLOCK.search(rest)
    if timed is None:
        return _compose(raw, found if dated else None, None, seconds=False, zone=None)
    hour = _hour(int(timed["h"]), timed["half"] or timed["half2"], by_program=by_program or timed["s"] is not None)
    if hour is None:
        return When(raw=raw)
    micro = int((timed["f"] or "0").ljust(6, "0")[:6])
    clock = (hour, int(timed["n"] or 0), int(timed["s"] or 0), micro)
    zone = timed["zone"]
    if zone and zone[0] == "-" and timed["s"] is None and "T" not in text:
        zone = None  # 10:11-10:20 is from one minute to another
    return _compose(raw, found, clock, seconds=timed["s"] is not None, zone=zone)


def spoken_number(written: str) -> int:
    """A number up to 99 in digits or as spoken (二十三)."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.lstrip("零").rpartition("十")
    return (_DIGITS.get(tens, 1) if ten else 0) * (10 if ten else 1) + _DIGITS.get(ones, 0)


def _hour(hour: int, half: str | None, *, by_program: bool) -> int | None:
    if half is None:
        return hour if hour <= 24 else None
    word = half.lower().replace(".", "")
    if word in {"pm", "下午", "午后", "傍晚", "晚上", "晚间", "晚", *_NIGHT} and hour < 12:
        # 夜里 1 点 and 晚上 12 点 belong to the small hours
        return hour if word in _NIGHT and hour < 6 else hour + 12
    if word in {"晚上", "晚间", "晚", *_NIGHT} and hour == 12:
        return 24  # midnight at the end of that day
    if hour == 12 and (word in {"am", "凌晨"} or (word == "上午" and by_program)):
        return 0
    if word == "中午" and hour < 10:
        return hour + 12
    return hour if hour <= 24 else None


def _compose(
    raw: str, day: date | None, clock: tuple[int, int, int, int] | None, *, seconds: bool, zone: str | None
) -> When:
    if day is None:
        return When(raw=raw)
    hour, minute, second, micro = clock or (0, 0, 0, 0)
    try:
        local = datetime(day.year, day.month, day.day, hour % 24, minute, second, micro, tzinfo=SHANGHAI)
    except ValueError:
        return When(raw=raw)
    if hour == 24:
        local += timedelta(days=1)
    precision: TimePrecision = "day" if clock is None else "second" if seconds else "minute"
    if zone is None:
        return When(instant=local, raw=raw, precision=precision, basis="local_assumed")
    return When(instant=local.replace(tzinfo=_zone(zone)), raw=raw, precision=precision, basis="stated")


def _zone(written: str) -> timezone:
    offset = re.sub(r"^(?:UTC|GMT|Z)\s?", "", written)
    if not offset:
        return UTC
    hours, minutes = re.findall(r"^.(\d{1,2}):?(\d{2})?", offset)[0]
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if offset[0] == "-" else ahead) if ahead < timedelta(hours=24) else UTC
