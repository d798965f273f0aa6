"""Numbers with their units in legal language: 五日以上十日以下, 3-7年, 百分之五, 五千万元, 15个工作日.

Terms, ages, sums, shares and multiples are facts, so the structure files hold those of each article, and a statement's
numbers can be held against them on any machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cuijie.law.numerals import number

__all__ = ["Amount", "AmountFound", "amounts_in", "find_amounts"]

_NUMBER = r"[0-9]+(?:\.[0-9]+)?|[零一二两三四五六七八九十百千]+|半"
_UNITS = (
    ("hours", 1, "个?小时"),
    ("days", 1, "个?工作日|日|天"),
    ("days", 7, "个?星期|周(?![岁年])"),
    ("months", 1, "个?月(?![0-9一二三四五六七八九十底初末])"),
    ("age", 1, "周?岁"),
    ("months", 12, "周?年(?!月|度|第|代|期|[0-9一二三四五六七八九十]{1,2}月)"),
    ("yuan", 1, "元|块(?:钱)?"),
    ("times", 1, "倍"),
    ("percent", 1, "%|％"),
    ("occasions", 1, "次(?![日月序级性债品数贷])"),
    ("records", 1, "条(?!之|第|、|和|规定|款|的规定|约定)"),
)
_ANY = "|".join(f"(?P<u{at}>{pattern})" for at, (_, _, pattern) in enumerate(_UNITS))
_NOT_INSIDE = r"(?<![第零一二两三四五六七八九十百千万亿0-9.〔（])"
_AMOUNT = re.compile(rf"{_NOT_INSIDE}(?P<value>{_NUMBER})(?P<large>[万亿])?[余多]?(?:{_ANY})")
_RANGE = re.compile(
    rf"{_NOT_INSIDE}(?P<value>{_NUMBER})(?P<large>[万亿])?(?:-|至|到)(?=(?:{_NUMBER})(?P<second>[万亿])?(?:{_ANY}))"
)
_SUM = re.compile(
    rf"(?<![第零一二两三四五六七八九十百千0-9.])(?P<value>{_NUMBER})个?(?P<large>[万亿])(?![元余多条人次户个部台字份的零一二两三四五六七八九十百千0-9])"
)
_FINE = re.compile(
    r"(?<=[告或罚者款])(?P<value>[零一二两三四五六七八九十百千]{2,}|[0-9]{2,5})(?=以[上下]|封顶)"
)  # 警告或者二百以下
_MILLE = re.compile(r"(?P<of>[千万])分之(?P<value>[零一二两三四五六七八九十点.0-9]+)|(?P<per>[0-9]+(?:\.[0-9]+)?)‰")
_FRACTION = re.compile(r"(?P<of>[二两三四五六七八九])分之(?P<value>[一二三四五六七八九])")
_PERCENT = re.compile(r"百分之(?P<value>(?:[零二两三四五六七八九十百]|一(?!般|律|定|直|并))+)")
_DOUBLE = re.compile(r"双倍|加倍")
_DATED = re.compile(r"(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}[日号])?)?|[0-9]{1,2}月[0-9]{1,2}[日号]")
_LARGE = {"": 1, "万": 10_000, "亿": 100_000_000}


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """A number of some kind: days, months (a year is twelve), hours, age, yuan, times, percent, fraction, occasions (次), records."""

    kind: str
    value: float

    def __str__(self) -> str:
        return f"{self.kind} {self.value:g}"

    @classmethod
    def parse(cls, text: str) -> Amount:
        """The amount written by ``str``; raises ValueError."""
        kind, _, value = text.partition(" ")
        return cls(kind, float(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountFound:
    """An amount, and between which characters it stands."""

    amount: Amount
    start: int
    end: int
    written: str


def amounts_in(text: str) -> tuple[Amount, ...]:
    """Every amount in *text*, in order, dates and numbers of articles left out; both ends of 3-7年."""
    return tuple(found.amount for found in find_amounts(text))


def find_amounts(text: str) -> tuple[AmountFound, ...]:
    """The same with their places."""
    plain = _DATED.sub(lambda match: "，" * len(match[0]), text)
    found = [*_ranges(plain), *_single(plain)]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _single(plain: str) -> Iterator[AmountFound]:
    for match in _AMOUNT.finditer(plain):
        kind, factor = next((k, f) for at, (k, f, _) in enumerate(_UNITS) if match[f"u{at}"] is not None)
        yield from _read(match, match["value"], match["large"], kind, factor)
    for match in _SUM.finditer(plain):
        yield from _read(match, match["value"], match["large"], "yuan", 1)
    for match in _FINE.finditer(plain):
        yield from _read(match, match["value"], "", "yuan", 1)
    for match in _PERCENT.finditer(plain):
        yield from _read(match, match["value"], "", "percent", 1)
    yield from _shares(plain)
    for match in _DOUBLE.finditer(plain):
        yield from _read(match, "二", "", "times", 1)


def _shares(plain: str) -> Iterator[AmountFound]:
    """千分之五, 5‰ in percent, and 三分之二."""
    for match in _MILLE.finditer(plain):
        written = match["per"] or match["value"]
        value = float(written) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", written) else number(written)
        if value is not None:
            share = Amount("percent", round(value / (100 if match["of"] == "万" else 10), 6))
            yield AmountFound(amount=share, start=match.start(), end=match.end(), written=match[0])
    for match in _FRACTION.finditer(plain):
        whole, part = number(match["of"].replace("两", "二")), number(match["value"])
        if whole and part:
            share = Amount("fraction", round(part / whole, 4))
            yield AmountFound(amount=share, start=match.start(), end=match.end(), written=match[0])


def _ranges(plain: str) -> Iterator[AmountFound]:
    """The first number of 3-7年, which has its unit from the second."""
    for match in _RANGE.finditer(plain):
        kind, factor = next((k, f) for at, (k, f, _) in enumerate(_UNITS) if match[f"u{at}"] is not None)
        yield from _read(match, match["value"], match["large"] or match["second"], kind, factor)


def _read(match: re.Match[str], written: str, large: str | None, kind: str, factor: int) -> Iterator[AmountFound]:
    value = 0.5 if written == "半" else float(written) if written[0].isascii() else number(written.replace("两", "二"))
    if value is not None:
        amount = Amount(kind, value * _LARGE[large or ""] * factor)
        yield AmountFound(amount=amount, start=match.start(), end=match.end(), written=match[0])
