"""A quotation beside the article's own words, where the user has imported the text: what differs, what was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from cuijie.law.numerals import chinese
from cuijie.law.structure import normalise

__all__ = ["Difference", "difference"]

_GAP = re.compile(r"…+|\.{3,}|。{3,}|-{2,}|【略】|（略）|\[略\]")
_NUMBER = re.compile(r"[0-9]{1,4}")
_LEAST = 6  # characters in a row that show which words of the article are quoted
_LONGEST = 40  # characters of a stretch shown
# words on which a rule hangs: to leave them out of a quotation changes what it says
_CONDITION = re.compile(
    r"情节|严重|数额|但是?|除外|未经|明知|故意|过失|拒不|情形之一|以非法占有|多次|公然|不得|应当|可以|同意|批准|非法|超过|以[上下]|[二三四五六七八九十百千万]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a quotation departs from the text: pairs of (quoted, real) words, and conditions left out without a sign."""

    changed: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether it is word for word the text."""
        return not (self.changed or self.left_out)


def difference(quote: str, article: str) -> Difference | None:
    """*quote* against the words of the *article*, signs aside; None where too little of it stands there to compare."""
    changed: list[tuple[str, str]] = []
    left_out: list[str] = []
    whole = normalise(article)
    for piece in filter(None, map(normalise, _GAP.split(quote))):
        if piece in whole:
            continue
        piece = _NUMBER.sub(lambda match: match[0] if match[0] in whole else chinese(int(match[0])), piece)
        steps = _steps(piece, whole)
        if steps is None:
            return None
        for quoted, real in steps:
            if quoted:
                changed.append((quoted[:_LONGEST], real[:_LONGEST]))
            elif _CONDITION.search(real):
                left_out.append(real[:_LONGEST])
    return Difference(changed=tuple(changed), left_out=tuple(left_out))


def _steps(piece: str, whole: str) -> list[tuple[str, str]] | None:
    """Where *piece* departs from the stretch of *whole* it was taken from: (quoted, real), "" for nothing."""
    blocks = [b for b in SequenceMatcher(None, piece, whole, autojunk=False).get_matching_blocks() if b.size >= 2]
    if sum(b.size for b in blocks if b.size >= _LEAST) * 2 < len(piece):
        return None
    found: list[tuple[str, str]] = []
    first, last = blocks[0], blocks[-1]
    if first.a:
        found.append((piece[: first.a], whole[max(0, first.b - first.a) : first.b]))
    for one, following in pairwise(blocks):
        quoted, real = piece[one.a + one.size : following.a], whole[one.b + one.size : following.b]
        if quoted or real:
            found.append((quoted, real))
    if last.a + last.size < len(piece):
        rest = len(piece) - last.a - last.size
        found.append((piece[-rest:], whole[last.b + last.size : last.b + last.size + rest]))
    return found
