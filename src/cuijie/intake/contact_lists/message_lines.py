"""Messages listed without titles, one a line: when, from whom, to whom, the words (``时间|发送号码|接收号码|内容``).

Who of the two owns the phone is told by a word (我), by a service number, which nobody owns, or by the number that
is in every line while the others change; else it stays unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import parse_time
from cuijie.intake.vocabulary import OWN_WORDS, direction_of, duration_of
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "message_lines"
TITLE: Final = "没有列名的信息清单"

_WHEN: Final = r"20\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T\s]\s*(?:凌晨|早上|上午|中午|下午|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_LINE: Final = re.compile(
    rf"^\W?(?P<when>{_WHEN})\W?\s*(?P<mark>[|\t,，;])(?P<first>[^|\t,，;]+)(?P=mark)(?P<second>[^|\t,，;]+)(?P=mark)(?P<text>.*)$"
)
_WORDS: Final = re.compile(r"[^\W\d_]")
_NAME: Final = re.compile(r"[^\W\d_][\w·]{0,9}")
_REAL: Final = frozenset({"mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign"})
_OF_NOBODY: Final = frozenset({"service", "sms_port", "hotline"})
_AROUND: Final = " \t\"'　"


@dataclass(frozen=True, slots=True)
class _Message:
    at: str
    when: str
    sides: tuple[str, str]
    text: str


def sniff(head: Head) -> bool:
    """True for text most lines of which, and at least two, hold a time, two sides and words."""
    if head.names or (b"\0" in head.data[:1024] and not detect(head.data).startswith("utf-16")):
        return False
    lines = [line for line in decode_text(head.data[:32_768]).text.splitlines()[:100] if line.strip()]
    good = sum(_message("", line) is not None for line in lines)
    return good >= 2 and good * 2 >= len(lines)


def read(source: Source) -> Iterator[Found]:
    """Each message; a line that does not begin one goes on with the words of the last."""
    messages = list(_messages(decode_text(source.read_all()).text.lstrip("\ufeff").splitlines()))
    own = _own([message.sides for message in messages])
    yield Note(text="清单没有列名，各格是什么按内容认的，请核对；最上面写一行列名（时间,发件人,收件人,内容）会更稳当。")
    if own is None and not all(_has_word(message.sides) for message in messages):
        yield Note(text="看不出两个号码里哪个是本机，收发方向先空着：把本机号码改写成“我”，再收一次，就能认出来。")
    for message in messages:
        yield _found(source, message, own)


def _messages(lines: Sequence[str]) -> Iterator[_Message]:
    last: _Message | None = None
    for number, line in enumerate(lines, 1):
        begun = _message(f"第 {number} 行", line)
        if begun is not None:
            if last is not None:
                yield last
            last = begun
        elif last is not None and line.strip():
            last = _Message(last.at, last.when, last.sides, f"{last.text}\n{line.strip()}")
    if last is not None:
        yield last


def _message(at: str, line: str) -> _Message | None:
    found = _LINE.match(line.strip())
    if found is None:
        return None
    first, second = (found[side].strip(_AROUND) for side in ("first", "second"))
    if any(side.lower() not in OWN_WORDS and direction_of(side) is not None for side in (first, second)):
        return None  # the way is told, and one side
    told = [side for side in (first, second) if _is_number(side) or side.lower() in OWN_WORDS]
    if not told or not all(side in told or _NAME.fullmatch(side) for side in (first, second)):
        return None
    text = found["text"].strip()
    if not _WORDS.search(text) or duration_of(text) is not None:
        return None  # a list of calls
    if text[:1] == text[-1:] == '"' and len(text) > 1:
        text = text[1:-1].replace('""', '"')
    return _Message(at, found["when"], (first, second), text)


def _is_number(written: str) -> bool:
    number = normalise(written) if any(map(str.isdigit, written)) else None
    return number is not None and classify(number) in _REAL


def _has_word(sides: tuple[str, str]) -> bool:
    return any(side.lower() in OWN_WORDS for side in sides)


def _own(pairs: Sequence[tuple[str, str]]) -> str | None:
    """The number whose phone it is; None where nothing tells it."""
    met = Counter(number for pair in pairs for number in {normalise(side) for side in pair if _is_number(side)})
    usable = [number for number in met if number is not None and classify(number) not in _OF_NOBODY]
    if len(met) > 2 or len(usable) == 1 < len(met):
        always = [number for number in usable if met[number] == len(pairs)]
        return always[0] if len(always) == 1 else None
    return None


def _found(source: Source, message: _Message, own: str | None) -> Found:
    when = parse_time(message.when)
    if when.instant is None:
        return SetAside(at=message.at, why=f"时间写的是“{message.when}”，读不出")
    sender, receiver = message.sides
    inbound = _inbound(sender, receiver, own)
    other = None if inbound is None else sender if inbound else receiver
    is_number = other is not None and _is_number(other)
    return make_entry(
        source,
        message.at,
        "sms" if _is_number(sender) or _is_number(receiver) else "im",
        when=when,
        inbound=inbound,
        number_raw=other if is_number else None,
        name=None if is_number else other,
        text=message.text or None,
        is_user_converted=True,
        extra=(("from", sender), ("to", receiver)),
    )


def _inbound(sender: str, receiver: str, own: str | None) -> bool | None:
    mine = [side.lower() in OWN_WORDS or (own is not None and normalise(side) == own) for side in (sender, receiver)]
    return mine[1] if mine[0] != mine[1] else None
