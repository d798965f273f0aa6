"""Clock times as people remember them: which of them are no exact ones (下午3点多, 三点左右, 约10:30), and which of two halves is open.

They are proposals: what is written is kept as it stands, and asked.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from cuijie.clock import SHANGHAI
from cuijie.intake.times.written import When

__all__ = ["CLOCK", "is_open_half", "rough_clock", "roughly"]

_HALF: Final = r"凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|夜里|深夜|半夜|早|晚|夜"
CLOCK: Final = (
    rf"(?:(?:{_HALF})\s*\d{{1,2}}\s*[、~～—-]\s*\d{{1,2}}\s*[点时]|(?:{_HALF})?\s*"  # 晚上8、9点
    r"(?:\d{1,2}\s*[:：]\s*\d{2}(?:[:：]\d{2})?|(?:\d{1,2}|[零一二两三四五六七八九十]{1,3})\s*[点时](?:\s*(?:半|[一三]刻|\d{1,2}(?!\d)\s*分?|零?[一二三四五六七八九十]{1,3}(?:分|(?=\s|$)|(?![次个通点]))))?))"
)
"""A clock time in a sentence, with its part of the day."""
_AT: Final = re.compile(rf"(?P<clock>{CLOCK})")
_BEFORE: Final = re.compile(r"(?:大概|大约|约|差不多|快|将近|近|不到|没到)\s*$")
_AFTER: Final = re.compile(r"\s*(?:多|不到|左右|前后|许|之?前|来钟|出头|过后|以后|过(?=$|\s)|[到至~～—-]\s*\S{0,2}\d)")
_FROM_TO: Final = re.compile(
    r"\d[:：]\d{2}(?:[:：]\d{2})?\s*[到至~～—-]\s*\d{1,2}[:：]\d{2}"
)  # a call's beginning and end
_OPEN: Final = re.compile(
    r"\s*[1-6一二两三四五六]\s*点|.*\d\s*[、~～—-]\s*\d"
)  # of which half of the day, or two hours


def rough_clock(told: str) -> str | None:
    """The clock time of *told* where it is no exact one, with the words that say so."""
    clock = _AT.search(told)
    if clock is None or _FROM_TO.search(told):
        return None
    before, after = _BEFORE.search(told[: clock.start()]), _AFTER.match(told, clock.end())
    if before is None and after is None:
        return None
    return f"{before[0] if before else ''}{clock['clock']}{after[0] if after else ''}".strip()


def is_open_half(told: str) -> bool:
    """True for two hours (晚上8、9点), and one up to six without its part of the day: 三点 is at night or in the afternoon."""
    clock = _AT.search(told)
    return clock is not None and _OPEN.match(clock["clock"]) is not None


def roughly(when: When, told: str) -> When:
    """*when*, read from *told*, as a proposal; of an hour whose half is open only the day."""
    if when.instant is None or not is_open_half(told):
        return replace(when, basis="inferred")
    midnight = when.instant.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(when, instant=midnight, precision="day", basis="inferred")
