"""What each number of an article is of: 判决书……十五日, 裁定书……十日.

An article with several numbers of one kind gives each its place.  The structure files hold each with 12-bit hashes of the
pairs of characters around it, so that a number said can be told to stand in another's place.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cuijie.law.structure.amounts import Amount, AmountFound, find_amounts
from cuijie.law.structure.fingerprints import normalise

__all__ = ["Slot", "marks_of", "packed_marks", "slots_in", "unpacked", "unpacked_marks"]

_CLAUSES = re.compile(r"[，。；：、]")
_BOUND, _BOUNDS = re.compile("以上|以下|以内"), {"以上": "least", "以下": "most", "以内": "most"}
_NUMBERS = re.compile(r"[零一二两三四五六七八九十百千万亿0-9.%％]+")
_ENDS = re.compile(r"[。；]")
_RANGE = re.compile(r"(?:以[上下]|之?内|[-至到~—、]|或者?)*")
_MARKS = 4096  # so few that a dozen common pairs share each: the words cannot be read back
_BEFORE, _BEHIND = 3, 2  # clauses around the number, each with its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A number and the marks (hashed pairs of characters) of what stands around it."""

    amount: Amount
    marks: frozenset[int]
    bound: str = ""

    def is_like(self, other: Slot) -> bool:
        """Whether both are the same number, and both the least or the most where that is told (三年以上, 三年以下)."""
        return self.amount == other.amount and (not self.bound or not other.bound or self.bound == other.bound)

    @property
    def packed(self) -> str:
        """The marks as the structure files hold them."""
        return packed_marks(self.marks)


def unpacked(amount: str, packed: str, bound: str) -> Slot:
    """The slot of three strings of a structure file; raises ValueError."""
    return Slot(amount=Amount.parse(amount), marks=unpacked_marks(packed), bound=bound)


def packed_marks(marks: frozenset[int]) -> str:
    """*marks* as the structure files hold them."""
    return base64.b64encode(b"".join(mark.to_bytes(2, "little") for mark in sorted(marks))).decode()


def unpacked_marks(packed: str) -> frozenset[int]:
    """The marks of a string of a structure file; raises ValueError."""
    raw = base64.b64decode(packed, validate=True)
    return frozenset(int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2))


@lru_cache(maxsize=65536)
def _mark(pair: str) -> int:
    return int.from_bytes(hashlib.blake2b(pair.encode(), digest_size=2, key=b"cuijie slot").digest(), "little") % _MARKS


def marks_of(words: str) -> frozenset[int]:
    """The marks of *words*, numbers left out."""
    found: set[int] = set()
    for part in _NUMBERS.split(words):
        plain = normalise(part)
        found |= {_mark(plain[at : at + 2]) for at in range(len(plain) - 1)}
    return frozenset(found)


def _last_of_range(text: str, numbers: Sequence[AmountFound], at: int) -> int:
    """The place of the last number of the range that begins with the number *at*."""
    while at + 1 < len(numbers):
        end, start = numbers[at].end, numbers[at + 1].start
        if not _RANGE.fullmatch(text, end, max(end, start)):
            break
        at += 1
    return at


def slots_in(text: str, *, said: bool = False) -> Iterator[Slot]:
    """Every number of *text* with what stands around it in its sentence, on to the next number.

    Of what people have *said*, whose sentences run on, only back to the number before.
    """
    numbers = find_amounts(text)
    around = ""
    for at, found in enumerate(numbers):
        since = numbers[at - 1].end if at else 0
        if not at or not _RANGE.fullmatch(text, since, max(since, found.start)):  # 五日以上十日: both are of the same
            sentence = max(since if said else 0, *(text.rfind(sign, 0, found.start) + 1 for sign in "。；"))
            before = _CLAUSES.split(text[sentence : found.start])[-_BEFORE:]
            last = _last_of_range(text, numbers, at)
            until = numbers[last + 1].start if last + 1 < len(numbers) else len(text)
            rest = text[numbers[last].end : max(until, numbers[last].end)]
            behind = _CLAUSES.split(_ENDS.split(rest, maxsplit=1)[0])[:_BEHIND]
            around = "，".join([*before, *behind])
        bound = _BOUND.match(text, found.end)
        yield Slot(amount=found.amount, marks=marks_of(around), bound=_BOUNDS[bound[0]] if bound else "")
