"""Chinese numerals and the numbers of articles, both ways: 一千零三十三 ↔ 1033, 第二百五十三条之一 ↔ 253-1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

__all__ = ["NUMBER", "ArticleNumber", "chinese", "number"]

_DIGITS = "零一二三四五六七八九"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGEST = 9999
_LONGEST = 12

NUMBER = r"(?:[零〇○一二三四五六七八九十百千两]+|[0-9０-９]+)"
"""Pattern of a number as law texts and letters write it; ``number`` judges whether it is one."""

_PLAIN = re.compile(r"[零〇○一二三四五六七八九两]+")


def number(text: str) -> int | None:
    """The value of *text*: 一千零三十三, 一〇三三, 1033 or １０３３; None where it is no number from 0 to 9999."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if text.isdecimal():
        value = int(text)
        return value if value <= _LARGEST else None
    if _PLAIN.fullmatch(text):
        return _positional(text)
    return _with_units(text)


def _positional(text: str) -> int | None:
    value = int("".join(str(_VALUE[digit]) for digit in text))
    return value if value <= _LARGEST and (len(text) > 1 or text != "两") else None


def _with_units(text: str) -> int | None:
    total, pending, ceiling = 0, None, _LARGEST + 1
    for position, sign in enumerate(text):
        if sign in _UNITS:
            unit = _UNITS[sign]
            if unit >= ceiling or pending == 0 or (pending is None and not _is_ten(text, position)):
                return None  # 百 without a digit, units out of order
            total += (1 if pending is None else pending) * unit
            pending, ceiling = None, unit
        elif sign in _VALUE:
            if pending is not None and pending != 0:
                return None
            pending = _VALUE[sign]
        else:
            return None
    if pending == 0 or not text:
        return None
    return total + (pending or 0)


def _is_ten(text: str, position: int) -> bool:
    """Whether the sign without a digit of its own is 十 for 一十: 十三, 二百十三."""
    return text[position] == "十" and (position == 0 or text[position - 1] == "百")


def chinese(value: int) -> str:
    """*value* as law texts write it (10 is 十, 110 is 一百一十, 1001 is 一千零一); raises ValueError outside 0 to 9999."""
    if not 0 <= value <= _LARGEST:
        raise ValueError("law texts are numbered from 0 to 9999")
    if value < 10:
        return _DIGITS[value]
    written, gap = "", False
    for name, unit in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, unit)
        if digit:
            written += ("零" if gap else "") + _DIGITS[digit] + name
            gap = False
        elif written:
            gap = True
    return written.removeprefix("一") if written.startswith("一十") else written


_ARTICLE = re.compile(rf"第?\s*({NUMBER})\s*条(?:\s*之\s*({NUMBER}))?")
_KEY = re.compile(r"([0-9]+)(?:-([0-9]+))?")


@dataclass(frozen=True, slots=True, order=True)
class ArticleNumber:
    """The number of an article: ``main``, and ``inserted`` for 之一, 之二 … (0 where there is none)."""

    main: int
    inserted: int = 0

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """The number that *text* is, such as 第二百五十三条之一 or 253条之1; None where it is none."""
        match = _ARTICLE.fullmatch(text.strip())
        if match is None:
            return None
        main = number(match[1])
        inserted = number(match[2]) if match[2] else 0
        return cls(main, inserted) if main and inserted is not None else None

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """The number written in an id: ``253-1``; None for named keys."""
        match = _KEY.fullmatch(key)
        return cls(int(match[1]), int(match[2] or 0)) if match and 0 < int(match[1]) <= _LARGEST else None

    @property
    def key(self) -> str:
        """As ids write it: ``253-1``."""
        return f"{self.main}-{self.inserted}" if self.inserted else str(self.main)

    @property
    def label(self) -> str:
        """As law texts write it: 第二百五十三条之一."""
        return f"第{chinese(self.main)}条" + (f"之{chinese(self.inserted)}" if self.inserted else "")
