"""Times and durations written with words, in SQL: 2026/3/1 下午3:05, 2026年3月1日 星期日 9时5分, 24:00, 1分20秒.

Both dialects read these statements alike: patterns without back-slashes, no function that only one of them has.
"""

from __future__ import annotations

from cuijie.audit.logs.spelling import Spelling
from cuijie.rulebook.sql.text import literal

__all__ = ["AT_24", "is_lasting", "lasting", "worded_time"]

_DAY = "^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?:日|号)?[ ,T]*(?:[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?[ ,]*"
_PART = "凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜间|夜里|[AaPp][.]?[Mm][.]?"
_HOUR = "([0-9]{1,2})[:：时点]([0-9]{1,2})?(?:[:：分]([0-9]{1,2})?)?秒?"
_WORDED = f"{_DAY}({_PART})? *{_HOUR} *({_PART})?$"
_YEAR, _MONTH, _DAY_OF_MONTH, _BEFORE, _CLOCK_HOUR, _MINUTE, _SECOND, _AFTER = range(1, 9)
AT_24 = "[^0-9:：时点]24[:：时点]0{0,2}分?([:：]?0{1,2})?秒?$"
"""The end of a day, which is the beginning of the next: an hour that was written, though midnight stands for none.

In 14:24:00 the 24 are minutes."""

# Hours written with a word, as [first, last, hours to add]; any other hour with that word would have to be guessed.
_SHIFTS: dict[tuple[str, ...], tuple[tuple[int, int, int], ...]] = {
    ("",): ((0, 23, 0), (24, 24, 24)),
    ("上午", "am"): ((0, 11, 0), (12, 12, -12)),  # as Windows and Excel write midnight
    ("凌晨",): ((0, 6, 0), (12, 12, -12)),
    ("清晨", "早晨", "早上"): ((4, 11, 0),),
    ("中午",): ((11, 14, 0), (1, 2, 12)),
    ("下午", "pm"): ((12, 23, 0), (1, 11, 12)),
    ("傍晚",): ((16, 20, 0), (4, 8, 12)),
    ("晚上",): ((17, 23, 0), (5, 11, 12), (24, 24, 24)),
    ("夜间", "夜里"): ((18, 23, 0), (6, 11, 12), (24, 24, 24)),
}

_LASTING = "^(?:([0-9]{1,5})(?:小时|时|h))? *(?:([0-9]{1,6})(?:分钟|分|min|m))? *(?:([0-9]{1,7})(?:秒钟|秒|s))?$"


def _part(said: str, pattern: str, place: int) -> str:
    return f"regexp_extract({said}, '{pattern}', {place})"  # no literal(): it would take the dollar apart


def worded_time(say: Spelling, said: str) -> str:
    """The text *said* as a timestamp without zone; NULL where it is none, or its hour does not go with its word."""
    part = {place: _part(said, _WORDED, place) for place in range(_YEAR, _AFTER + 1)}
    word = f"replace(lower(concat({part[_BEFORE]}, {part[_AFTER]})), '.', '')"
    hour = f"try_cast({part[_CLOCK_HOUR]} AS BIGINT)"
    cases = "".join(
        f" WHEN {word} IN ({', '.join(map(literal, names))}) THEN CASE"
        + "".join(f" WHEN {hour} BETWEEN {first} AND {last} THEN {more}" for first, last, more in shifts)
        + " END"
        for names, shifts in _SHIFTS.items()
    )
    # the hour is written as one that every engine reads, and what is missing of it is added
    bare = f"CASE WHEN {hour} = 24 THEN '0' ELSE {part[_CLOCK_HOUR]} END"
    minute, second = (f"CASE WHEN {part[n]} = '' THEN '0' ELSE {part[n]} END" for n in (_MINUTE, _SECOND))
    day = f"{part[_YEAR]}, '-', {part[_MONTH]}, '-', {part[_DAY_OF_MONTH]}"
    naive = say.naive.format(f"concat({day}, ' ', {bare}, ':', {minute}, ':', {second})")
    ends = say.matches.format(said, AT_24)
    return (
        f"CASE WHEN {say.matches.format(said, _WORDED)} AND ({hour} <> 24 OR {ends})"
        f" THEN {naive} + (CASE{cases} END) * INTERVAL '1' HOUR END"
    )


def is_lasting(say: Spelling, said: str) -> str:
    """Whether the text *said* is a duration with its units written: 1分20秒, 80秒, 1小时5分."""
    return f"{say.matches.format(said, '[^0-9]$')} AND {say.matches.format(said, _LASTING)}"


def lasting(said: str) -> str:
    """Seconds of a duration for which ``is_lasting``."""
    hours, minutes, seconds = (
        f"COALESCE(try_cast(NULLIF({_part(said, _LASTING, place)}, '') AS BIGINT), 0)" for place in (1, 2, 3)
    )
    return f"{hours} * 3600 + {minutes} * 60 + {seconds}"
