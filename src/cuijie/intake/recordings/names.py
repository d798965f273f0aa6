"""What a phone's call recorder wrote into a file name: number or contact name, and when the recording began.

Contact names may hold brackets, @, _ and -, so a name is read from its end.  The time is the phone's own clock;
its zone is assumed, and it is the start of the recording, which is not exactly the start of the call.

Besides the makers of phones (docs/formats.md) these name theirs in public: BCR ``{date}_{direction}_sim{slot}_{number}_{name}``
(microseconds and zone in the date), LineageOS ``{number}_yyMMdd_HHmmssSSS``, crDroid ``CallRecord_{date}_{number}``, Cube
ACR ``{date} (phone) {name} ({number}) ↙``, True Phone ``{name} ({number} {kind}) {date}_{in|out}``.  Which way the arrows
→ ← ↑ ↓ of others point nobody says: they tell nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cuijie.intake.times.written import UNKNOWN, When, from_epoch, parse_time
from cuijie.records.numbers import classify, is_masked, normalise

__all__ = ["CallName", "read_name"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallName:
    """What a file name says; ``None`` where it says nothing."""

    when: When = UNKNOWN
    number_raw: str | None = None
    number_shown: bool | None = None  # False where the recorder wrote that the caller hid the number
    contact: str | None = None
    inbound: bool | None = None
    is_call: bool = False  # the name itself says that it is a call


_COPY: Final = re.compile(
    r"(?:(?<=\d{9})_\d|\s*[(（]\d{1,2}[)）]|\s*-\s*副本(?:\s*[(（]\d+[)）])?|\s*[-_ ]copy)$", re.IGNORECASE
)
_ENDINGS: Final = re.compile(
    r"(?:\.(?:mp3|m4a|amr|awb|wav|aac|ogg|oga|opus|3gpp?|3ga|mp4|flac|silk|slk|txt|srt|vtt|json))+$", re.IGNORECASE
)
_DAY: Final = r"20\d{2}(?P<a>[-_.]?)[01]\d(?P=a)[0-3]\d"
_LONG: Final = _DAY + r"[-_ T.]{0,2}[0-2]\d(?P<b>[-_.:：]?)[0-5]\d(?:(?P=b)[0-5]\d)?"
_SHORT: Final = (
    r"\d{2}[01]\d[0-3]\d[-_ ]?[0-2]\d[0-5]\d[0-5]\d|\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d"  # yyMMdd_HHmmss, yyMMddHHmm
)
_MILLIS: Final = r"(?<=_\d{6})\d{3}"
_AT_END: Final = (
    re.compile(rf"^(?P<who>.*?)(?<!\d)(?P<time>{_LONG})(?:[-_.]\d{{3}})?$"),
    re.compile(rf"^(?P<who>.*?)(?<!\d)(?P<time>{_SHORT})(?:{_MILLIS})?$"),
)
_AT_START: Final = re.compile(rf"^(?P<time>{_LONG})(?:\.\d{{3,9}})?(?P<zone>[+-]\d{{4}})?(?!\d)(?P<who>.*)$")
_SPELT: Final = re.compile(
    r"20\d{2}年\d{1,2}月\d{1,2}日[\s_-]*(?:[上下]午)?\d{1,2}[点时:：.]\d{1,2}(?:[分:：.](?:\d{1,2}秒?)?)?"
)
_EPOCH: Final = re.compile(r"(?<![^\s_@-])1[4-9]\d{11}(?!\d)")  # milliseconds
_WITHIN: Final = re.compile(rf"^(?P<before>.*?)(?<!\d)(?P<time>{_LONG})(?!\d)(?P<after>.*)$")
_CALL_WORDS: Final = re.compile(
    r"^(?:通话录音|电话录音|(?:微信|qq)?语音通话|通话|call[ _-]?record(?:ing|er)?|phone[ _-]?record(?:ing)?|call|phone|tel)(?=[\s@_\-:：(（+\d]|$|[\u4e00-\u9fff])",
    re.IGNORECASE,
)
_MEMO_WORDS: Final = re.compile(
    r"^(?:新?录音|语音备忘录|语音|标准录音|recording|record|rec|voice|audio|sound|new recording|新建录音|wechat|微信|qq)(?=[\s@_\-(（]|\d|$)"
    r"(?:\s*\d{1,4}(?![\d*]|[ \-－][\d*]))?",  # 录音 12, but not the beginning of a number in groups
    re.IGNORECASE,
)
_WAY: Final = r"(?:^|(?<=[\s_\-@])|[(（\[【])(?:{})(?:$|(?=[\s_\-@\d])|[)）\]】])|{}"
_INBOUND: Final = re.compile(_WAY.format("已接来电|已接|来电|呼入|被叫|incoming|in", "↙"), re.IGNORECASE)
_OUTBOUND: Final = re.compile(_WAY.format("已拨电话|去电|呼出|拨出|主叫|outgoing|out", "↗"), re.IGNORECASE)
_NO_WAY: Final = re.compile(r"[(（]?[→←↑↓⇒⇐⬆⬇➡⬅]\ufe0f?[)）]?|(?<![^\s_])conference(?![^\s_])")
_WITH: Final = re.compile(
    r"^[(（](?:phone|电话|通话|whatsapp|telegram|skype|viber|wechat|微信|line|signal|messenger|qq)[)）]\s*|^(?:with|to|from)\s+",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(r"\[([^\[\]]*)\]")  # recorders that put parts of a name in brackets
_TALK: Final = re.compile(
    r"^(?:与|和|跟)\s*(.+?)\s*的?(?:通话|电话)(?:录音)?$|^(?!通话|电话|call)(\S.*?)\s*的?(?:通话|电话)录音$",
    re.IGNORECASE,
)  # as an iPhone titles it, and as people do
_ON_DAY: Final = re.compile(r"\s+on\s+\d{4}-\d{2}-\d{2}$")
_SIM: Final = re.compile(r"(?:^\W?|[\s_\-@])(?:sim|卡)\s?[12](?=[\s_\-@]|$)", re.IGNORECASE)
_QUOTES: Final = " \t_-@.,，、“”\"'「」"
_HIDDEN: Final = {
    "未知号码",
    "未知",
    "私密号码",
    "私人号码",
    "隐藏号码",
    "无号码",
    "unknown",
    "private",
    "private number",
    "unknown number",
}
_NUMBER: Final = r"[+\d＋][\d\s*\-－]{1,24}"
_BRACKETED: Final = re.compile(rf"^(?P<name>.*?)\s*[(（\[](?P<number>{_NUMBER})(?: \w{{1,8}})?[)）\]]$", re.DOTALL)
_MARKED: Final = re.compile(rf"^(?P<name>.*)@(?P<number>{_NUMBER})$", re.DOTALL)
_BESIDE: Final = re.compile(rf"^(?:(?P<name>.*?\D)[\s_\-]+)(?P<number>{_NUMBER})$", re.DOTALL)
_BEFORE: Final = re.compile(rf"^(?P<number>{_NUMBER}?)[\s_\-@]+(?P<name>[^\d\s].*)$", re.DOTALL)
_GLUED: Final = re.compile(r"^(?P<number>\d{5,})(?P<name>[\u4e00-\u9fff].*)$", re.DOTALL)  # 95588客服
_GLUED_AFTER: Final = re.compile(r"^(?P<name>.*[\u4e00-\u9fff])(?P<number>\d{7,})$", re.DOTALL)
_PLACES: Final = ((_BRACKETED, 3), (_MARKED, 3), (_BESIDE, 5), (_BEFORE, 5), (_GLUED, 5), (_GLUED_AFTER, 7))
"""Where a number stands in a name, with the least digits that are one there."""
_OWN_ID: Final = re.compile(r"(?<=^20\d{6} \d{6})-[0-9A-F]{8}$")  # in the file name of an iPhone's voice memo
_DAY_ALONE: Final = re.compile(r"(?<!\d)20\d{2}(?:([-./])\d{1,2}\1\d{1,2}(?!\d)|年\d{1,2}月\d{1,2}[日号])")
_EDGES: Final = " \t_-@.,，、"


def read_name(file_name: str) -> CallName:
    """Everything that *file_name* says of a call; an empty CallName for a name that says nothing."""
    stem = _ENDINGS.sub("", file_name.strip())
    while (shorter := _COPY.sub("", stem)) != stem:
        stem = shorter
    stem = _OWN_ID.sub("", stem)
    stem = _IN_BRACKETS.sub(r" \1 ", stem).strip()
    who, when = _time_of(stem)
    told = _TALK.match(who.strip(_EDGES))
    is_talk = told is not None
    who = _ON_DAY.sub("", told[1] or told[2] if told else who)
    who = _NO_WAY.sub(" ", who)
    inbound = True if _INBOUND.search(who) else False if _OUTBOUND.search(who) else None
    who = _SIM.sub(" ", _OUTBOUND.sub(" ", _INBOUND.sub(" ", who))).strip(_QUOTES)
    plain = _CALL_WORDS.sub("", who).strip(_EDGES)
    is_call = plain != who or inbound is not None or is_talk
    who = _WITH.sub("", _MEMO_WORDS.sub("", plain).strip(_EDGES)).strip(_EDGES)
    if who.lower() in _HIDDEN:
        return CallName(when=when, number_shown=False, inbound=inbound, is_call=True)
    contact, number = _who(who, is_timed=when.instant is not None)
    if (when.instant is None or when.precision == "day") and number is None:
        return CallName(inbound=inbound, is_call=is_call)  # a song's or a memo's title is nobody's name
    return CallName(
        when=when, number_raw=number, contact=contact, inbound=inbound, is_call=is_call or number is not None
    )


def _time_of(stem: str) -> tuple[str, When]:
    """(the rest of the name, the time): at its end, at its start, or between."""
    if spelt := _SPELT.search(stem):
        when = parse_time(re.sub(r"(?<=\d)\.(?=\d)", ":", spelt[0]))
        if when.instant is not None:
            return f"{stem[: spelt.start()].strip(_EDGES)} {stem[spelt.end() :].strip(_EDGES)}".strip(), when
    for pattern in (*_AT_END, _AT_START):
        found = pattern.match(stem)
        zone = found["zone"] if found and pattern is _AT_START else None
        if (
            found
            and (when := _instant(found["time"], zone)).instant is not None
            and _stands_apart(found["who"], pattern)
        ):
            return found["who"], when
    found = _WITHIN.match(stem)
    if found and (when := _instant(found["time"])).instant is not None:
        return f"{found['before'].strip(_EDGES)} {found['after'].strip(_EDGES)}".strip(), when
    if (found := _EPOCH.search(stem)) and (when := from_epoch(found[0])).instant is not None:
        return f"{stem[: found.start()].strip(_EDGES)} {stem[found.end() :].strip(_EDGES)}".strip(), when
    if (found := _DAY_ALONE.search(stem)) and (when := parse_time(found[0])).instant is not None:
        return f"{stem[: found.start()].strip(_EDGES)} {stem[found.end() :].strip(_EDGES)}".strip(), when
    return stem, UNKNOWN


def _stands_apart(who: str, pattern: re.Pattern[str]) -> bool:
    """A bare yyMMddHHmm is a time only behind a separator: 王丽-2503041201, not a ten-digit number by itself."""
    return pattern is not _AT_END[1] or who[-1:] in {"-", "_", " ", "@"}


def _instant(written: str, zone: str | None = None) -> When:
    digits = "".join(c for c in written if c.isdecimal())
    full = digits if digits.startswith("20") and len(digits) in (12, 14) and not _is_short(written) else "20" + digits
    zoned = f"{full[:4]}-{full[4:6]}-{full[6:8]}T{full[8:10]}:{full[10:12]}:{full[12:]}{zone}"
    when = parse_time(zoned if zone and len(full) == 14 else full)
    return When(instant=when.instant, raw=written + (zone or ""), precision=when.precision, basis=when.basis)


def _is_short(written: str) -> bool:
    """yyMMdd_HHmmss has twelve digits too: told by the separator after six."""
    return re.fullmatch(r"\d{6}[-_ ]\d{6}", written) is not None


def _who(who: str, *, is_timed: bool) -> tuple[str | None, str | None]:
    """(contact name, number) of what is left of a name; either may be missing."""
    if re.fullmatch(_NUMBER, who):
        return None, who if _is_number(who, at_least=3 if is_timed else 7) else None
    for pattern, at_least in _PLACES:
        found = pattern.match(who)
        if found and _is_number(found["number"], at_least=at_least):
            name, number = found["name"].strip(_EDGES), found["number"].strip(_EDGES)
            is_name = any(map(str.isalpha, name)) and normalise(name) != normalise(number)
            return (name if is_name else None), number
    return who or None, None


def _is_number(written: str, *, at_least: int) -> bool:
    number = normalise(written.strip(_EDGES))
    if number is None or sum(c.isdecimal() for c in number) < at_least:
        return False
    return at_least < 5 or is_masked(number) or classify(number) != "unknown"
