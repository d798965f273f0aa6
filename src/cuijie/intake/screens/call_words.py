"""What a line of a call list says beside the number: when, which kind of call, how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cuijie.intake.screens.spoken_times import leading_time
from cuijie.intake.vocabulary import direction_of, duration_of, was_missed

__all__ = ["CallWords", "call_words", "has_card_sign"]

_CARD: Final = re.compile(r"(?:[①②]|SIM\s?[12]|卡\s?[12一二])[\s·・|,，]*")
_CARD_BEHIND: Final = re.compile(r"[\s·・|,，]*(?:SIM\s?[12]|卡\s?[12一二])$")
_KIND: Final = re.compile(
    r"(?P<off>已取消的|未接通的)?"
    r"(?P<kind>未接来电|已拒接来电|已接来电|已拨电话|呼入|呼出|来电|去电|未接通|未接听|未接|已接|已拒接|拒接|拨出|主叫|被叫|已取消|已拦截|拦截"
    r"|(?:missed|incoming|outgoing|rejected|declined|blocked|cancell?ed)(?: (?:voice |video )?call)?)"
    r"(?=$|[\s·・|,，\d(（]|响铃|未接通|无人接听|通话|电话|时长|SIM|卡)",
    re.IGNORECASE,
)
_ENGLISH: Final = tuple(  # 1 hr 2 mins 3 secs
    (re.compile(rf"(?<=\d)\s*(?:{words})\b,?", re.IGNORECASE), unit)
    for words, unit in (("hours?|hrs?|h", "小时"), ("minutes?|mins?|m", "分"), ("seconds?|secs?|s", "秒"))
)
_LENGTH: Final = re.compile(
    r"(?:通话|时长|[\s·・|,，])*((?:\d+\s*(?:小时|时))?\s*(?:\d+\s*分钟?)?\s*(?:\d+\s*秒)?|\d+[:：]\d{2}[:：]\d{2})$"
)
_PARTED: Final = re.compile(r"[·・|]\s*")
_NOBODY: Final = ("未接通", "无人接听", "已取消")
_BETWEEN: Final = " ·・|,，"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWords:
    """The parts of one line; None for each that it does not give."""

    time: str | None
    kind: str | None = None
    inbound: bool | None = None
    connected: bool | None = None
    duration_s: int | None = None


def has_card_sign(text: str) -> bool:
    """True for a line before whose time the sign of a SIM card was certainly read: ②08:40, 109:12 for 1 and 09:12."""
    return text[:1] in {"①", "②"} or (_is_glued(text) and leading_time(text)[0] is None)


def call_words(text: str, *, are_cards_shown: bool = False) -> CallWords:
    """What *text* says of one call.

    Where the list shows the cards' signs (``are_cards_shown``), the 1 of 18:40 may be the card's or the hour's: no time.
    """
    line = _CARD.sub("", text.strip(), count=1) if _CARD.match(text.strip()) else text.strip()
    for words, unit in _ENGLISH:
        line = words.sub(unit, line)
    time, rest = leading_time(line)
    if _is_glued(line):
        if time is None:
            time, rest = leading_time(line[1:])
        elif are_cards_shown:
            time = None
    rest = rest.strip(_BETWEEN)
    rest = _CARD.sub("", rest, count=1) if _CARD.match(rest) else rest
    starts = [0, *(sign.end() for sign in _PARTED.finditer(rest))]  # 中国上海 · 未接来电
    found = next((kind for at in starts if (kind := _KIND.match(rest, at))), None)
    tail = rest[found.end() :] if found else rest
    tail = _CARD_BEHIND.sub("", tail)
    length = None if "响铃" in tail else _LENGTH.search(tail)
    seconds = duration_of(length[1]) if length and length[1].strip() else None
    if found is None:
        return CallWords(time=time, duration_s=seconds)
    is_missed = was_missed(found["kind"]) or any(word in found[0] + tail for word in _NOBODY)
    return CallWords(
        time=time,
        kind=found[0],
        inbound=True if "拦截" in found["kind"] else direction_of(found["kind"]),
        connected=False if is_missed else True if seconds else None,
        duration_s=None if is_missed else seconds,
    )


def _is_glued(text: str) -> bool:
    """True if a 1 or 2 stands before what is a time without it too."""
    return text[:1] in {"1", "2"} and leading_time(text[1:])[0] is not None
