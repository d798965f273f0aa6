"""What an English text says of an article, in the words of the law: terms only, in their order."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cuijie.datafiles import load_rows

__all__ = ["in_chinese"]

_HERE = Path(__file__).parent
_LETTERS, _CHINESE = re.compile(r"[A-Za-z]"), re.compile(r"[\u4e00-\u9fff]")
_STOP = re.compile(r"\.(?=[A-Z]|$)")
_TIMES = {"million": 1_000_000, "thousand": 1_000, "": 1}
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "twenty": 20, "thirty": 30}
_MONEY = re.compile(
    r"(?:rmb|cny|¥)([0-9]+(?:[，.][0-9]+)*)(million|thousand)?|([0-9]+(?:，[0-9]{3})*)(million|thousand)?yuan"
)
_TERM = re.compile(rf"([0-9]+|{'|'.join(_NUMBERS)})-?(year|month|day)s?")
_UNITS = {"year": "年", "month": "个月", "day": "日"}


def in_chinese(words: str, *, first: bool) -> str:
    """The terms of the *first* or the last sentence of *words* in Chinese; *words* themselves where they are not English."""
    if _CHINESE.search(words) or not _LETTERS.search(words):
        return words
    sentences = [one for one in _STOP.split(words) if one]
    said = (sentences[0] if first else sentences[-1]).lower() if sentences else ""
    found = [(at, term) for at, term in (*_amounts(said), *_terms(said))]
    return "，".join(term for _, term in sorted(found))


def _amounts(said: str) -> list[tuple[int, str]]:
    found = [(match.start(), f"{match[0]}") for match in re.finditer(r"[0-9]+%", said)]
    for match in _MONEY.finditer(said):
        value = float((match[1] or match[3]).replace("，", "")) * _TIMES[match[2] or match[4] or ""]
        found.append((match.start(), f"{int(value)}元"))
    for match in _TERM.finditer(said):
        found.append((match.start(), f"{_NUMBERS.get(match[1], match[1])}{_UNITS[match[2]]}"))
    return found


def _terms(said: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for pattern, term in _words():
        for match in pattern.finditer(said):
            found.append((match.start(), term))
        said = pattern.sub(lambda match: "-" * len(match[0]), said)
    return found


@cache
def _words() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((row.pattern("english"), row.text("law")) for row in load_rows(_HERE / "english_words.yaml"))
