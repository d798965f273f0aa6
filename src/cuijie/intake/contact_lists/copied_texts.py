"""Texts copied out of a phone below the number they came from: the number on a line, then time and words, again and again.

Whose text each is a copy shows only by a word (我：, 对方：) or by a number that nobody writes to (106…); else the way
stays unknown.  Days without a year are proposals, as those of a diary are.  What the owner tells of calls is a diary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cuijie.intake.diaries.asks import asked, written_on
from cuijie.intake.diaries.days import Day, days_of
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.entries import make_entry, signature_of
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When, parse_time
from cuijie.intake.vocabulary import channel_of, direction_of, duration_of
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "copied_texts"
TITLE: Final = "从手机里复制的短信"

_DAY: Final = (
    r"(?:(?:20\d{2}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
    r"|大?前天|昨天|今天|(?:星期|周)[一二三四五六日天])"
)
_CLOCK: Final = r"(?:凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?!\d)(?:\s*[AaPp][Mm])?"
_TIMED: Final = re.compile(
    rf"\s*[\[(【（]?(?P<day>{_DAY})[\s,，]*(?P<clock>{_CLOCK})[\])】）]?[\s,，:：]*(?P<words>.*)"
)
_HEADED: Final = re.compile(
    r"\s*(?P<label>[\[【（(<]|(?:短信)?(?:号码|来自|发件人|发信人|发送人|联系人|电话)\s*[:：]?\s*)?(?P<name>[^\d\s:：,，。+]{1,10}\s*[(（:： ]\s*)?"
    r"(?P<number>\+?\d[\d\s-]{2,24}?)\s*[\]】）)>]*(?P<came>\s*(?:发来|发给我|给我发)?的?(?:短信|信息|消息)?(?:内容|记录)?)\s*[:：]?\s*"
)
_SPEAKER: Final = re.compile(r"(?:(?P<own>我|本人|自己)|对方)\s*[:：]\s*")
_ADDRESSED: Final = re.compile(r"[您你]|【[^【】]+】|尊敬的|贵(?:司|户)|退订")
_TOLD: Final = re.compile(  # by the owner, of what happened
    r"(?:骂|威胁|恐吓|骚扰|吓唬)了?我|对方|[他她]们?(?:说|又|打|在)|打来|来电|[未没]接|接通|挂断|我(?:没|挂|说|不敢)"
)
_TITLES: Final = 2  # lines above the first number
_OF_NOBODY: Final = frozenset({"service", "sms_port", "hotline"})


@dataclass(slots=True)
class _Text:
    at: int
    number: str
    name: str
    day: str
    clock: str
    words: list[str]
    came: bool = False  # the heading says that they were received


@dataclass(slots=True)
class _Reading:
    """What the lines hold; ``odd`` is a line that belongs to no text."""

    texts: list[_Text] = field(default_factory=list)
    odd: int = 0


def sniff(head: Head) -> bool:
    """True for text that is a number, then at least two times with words that speak to a reader, and nothing else."""
    if head.names or (b"\0" in head.data[:1024] and not detect(head.data).startswith("utf-16")):
        return False
    found = _read(_lines(head.data[:32_768]))
    texts = found.texts[:-1] if head.size > 32_768 else found.texts
    words = [" ".join(text.words) for text in texts]
    if len(words) < 2 or found.odd > _TITLES or not all(words) or any(map(_is_of_call, words)):
        return False
    addressed, told = (sum(pattern.search(one) is not None for one in words) for pattern in (_ADDRESSED, _TOLD))
    return addressed * 2 >= len(words) and told * 2 < addressed + 1


def _is_of_call(words: str) -> bool:
    """True for words that begin as a row of a list of calls does (呼入 1分5秒)."""
    first = words.split()[0]
    return (
        channel_of(first)[0] is not None
        or direction_of(first) is not None
        or (not first.isdecimal() and duration_of(first) is not None)
    )


def read(source: Source) -> Iterator[Found]:
    """Each text of each number."""
    texts = _read(_lines(source.read_all())).texts
    days = days_of([text.day for text in texts], on=written_on(source))
    is_spoken = any(_SPEAKER.match(text.words[0]) for text in texts if text.words)
    is_open = False
    for text, day in zip(texts, days, strict=True):
        if day.on is None and day.how == "written":
            yield SetAside(at=f"第 {text.at} 行", why=f"时间写的是“{text.day}”，读不出")
            continue
        inbound = _inbound(text, is_spoken=is_spoken)
        is_open = is_open or inbound is None
        when = _when(text, day)
        words = "\n".join(text.words)
        yield make_entry(
            source,
            f"第 {text.at} 行",
            "sms",
            when=when,
            inbound=inbound,
            number_raw=text.number,
            name=text.name or None,
            text=_SPEAKER.sub("", words, count=1) if _SPEAKER.match(words) else words,
            is_user_converted=True,
            is_inferred=when.basis == "inferred",
        )
    yield from asked([(text.at, text.day, day) for text, day in zip(texts, days, strict=True)], source)
    if is_open:
        yield Note(
            text="复制出来的文字看不出哪一条是自己发的，收发方向先空着，请在案卷里确认；或在自己发的前面写上“我：”，再收一次。"
        )
    yield Note(
        text="这是从手机里复制出来的短信，证明力不如原短信：请保留原手机，最好用备份应用导出，或截图（号码和时间要露出来）。"
    )


def _lines(data: bytes) -> list[str]:
    return decode_text(data).text.lstrip("\ufeff").splitlines()


def _read(lines: Sequence[str]) -> _Reading:
    found = _Reading()
    number = name = ""
    came, is_marked, is_apart = False, False, True
    for place, line in enumerate(lines):
        if not line.strip():
            is_apart = True
            continue
        headed = _heading(lines, place)
        # a bare number at the end of a text is one that it names
        if headed is not None and (is_apart or not found.texts or (is_marked and _is_marked(headed))):
            number, name = headed["number"].strip(), (headed["name"] or "").strip(" \t(（:：")
            came, is_marked = bool(headed["came"].strip()), _is_marked(headed)
        elif number and (timed := _TIMED.fullmatch(line)):
            words = [timed["words"].strip()] if timed["words"].strip() else []
            found.texts.append(_Text(place + 1, number, name, timed["day"].strip(), timed["clock"], words, came))
        elif found.texts:
            found.texts[-1].words.append(line.strip())
        else:
            found.odd += 1
        is_apart = False
    return found


def _heading(lines: Sequence[str], place: int) -> re.Match[str] | None:
    """The number that line *place* holds and nothing else, where a time stands below it."""
    found = _HEADED.fullmatch(lines[place])
    number = normalise(found["number"]) if found else None
    if found is None or number is None or classify(number) in ("unknown", "foreign"):
        return None
    below = next((line for line in lines[place + 1 : place + 4] if line.strip()), "")
    return found if _TIMED.fullmatch(below) else None


def _is_marked(heading: re.Match[str]) -> bool:
    return bool(heading["label"] or heading["came"].strip())


def _inbound(text: _Text, *, is_spoken: bool) -> bool | None:
    said = _SPEAKER.match(text.words[0]) if text.words else None
    if said is not None:
        return said["own"] is None
    is_received = text.came or is_spoken or classify(normalise(text.number) or "") in _OF_NOBODY
    return True if is_received or signature_of("\n".join(text.words)) else None


def _when(text: _Text, day: Day) -> When:
    raw = f"{text.day} {text.clock}"
    if day.on is None:
        return When(raw=raw)
    found = parse_time(f"{day.on.isoformat()} {text.clock}")
    basis = found.basis if day.how == "written" else "inferred"
    return When(instant=found.instant, raw=raw, precision=found.precision, basis=basis)
