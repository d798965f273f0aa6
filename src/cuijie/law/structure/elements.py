"""The words on which a provision's consequence hangs: leaving one out of a quotation changes what the law says."""

from __future__ import annotations

import hashlib
import re

from cuijie.law.structure.fingerprints import normalise

__all__ = ["ELEMENT", "OF_CASES", "context_hash", "elements_in", "following_hash"]

_REACH = 10
_LEAST = 4
_FOLLOWING = 8
ELEMENT = re.compile(
    "情节特别严重|情节严重|情节恶劣|情节较重|数额特别巨大|数额巨大|数额较大|造成严重后果|后果严重|造成严重精神损害"
    "|造成严重社会影响|造成公共场所秩序严重混乱|破坏社会秩序|拒不改正|以营利为目的|以非法占有为目的|违反国家有关规定|违反国家规定"
    "|高利放贷等产生的非法债务|公然|多次|捏造事实|有下列情形之一|严重危害社会秩序和国家利益|故意或者重大过失|不合理地"
)
"""The words themselves, as law texts write them."""
OF_CASES = "有下列情形之一"
"""What follows holds in listed cases only: to leave this out makes a general duty of it."""


def context_hash(text: str, end: int) -> int:
    """A 16-bit hash of the ten characters of the normalised *text* before *end* (0 at its start, else never 0)."""
    before = text[max(0, end - _REACH) : end]
    if not before:
        return 0
    return (
        int.from_bytes(hashlib.blake2b(before.encode(), digest_size=2, key=b"cuijie element").digest(), "little") or 1
    )


def following_hash(after: str) -> int:
    """A 16-bit hash of the eight normalised characters *after* an element, never 0."""
    return (
        int.from_bytes(hashlib.blake2b(after.encode(), digest_size=2, key=b"cuijie following").digest(), "little") or 1
    )


_SEGMENT = re.compile(r"[；。]")


def elements_in(words: str, article: str = "") -> list[tuple[str, int, int]]:
    """The elements in *words* (one paragraph's opening or one item), each with the hashes of what stands around it.

    What follows is hashed (as ``following_hash`` does) only where it stands once in the whole *article*, else it is 0.

    An element that opens a clause of its own (；情节严重的，处……) only raises the penalty and is left out.
    """
    found: list[tuple[str, int, int]] = []
    whole = normalise(article or words)
    for segment in _SEGMENT.split(words):
        plain = normalise(segment)
        for match in ELEMENT.finditer(plain):
            if match.start() >= _LEAST or match[0] == OF_CASES:
                after = plain[match.end() : match.end() + _FOLLOWING]
                once = len(after) == _FOLLOWING and whole.count(after) == 1
                found.append((match[0], context_hash(plain, match.start()), following_hash(after) if once else 0))
    return found
