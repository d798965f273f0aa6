"""Short keyword subjects by machine, for the articles that nobody has described by hand.

Method: every run of two to six characters between punctuation marks that occurs in at least five articles of the
whole pack, holds together (pointwise mutual information of its best split) and is free on both sides (entropy of its
neighbours) is a term.  An article's subject is its three terms of highest frequency times inverse article frequency
times length, none inside another, none a word of form such as 规定 or 应当.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

__all__ = ["Terms"]

_LONGEST = 6
_ARTICLES = 5
_COHESION = 3.5
_FREEDOM = 1.2
_CHOSEN = 3
_SPLIT = re.compile(r"[^\u4e00-\u9fff]+")
_FORM = re.compile(
    r"规定|应当|可以|下列|情形|本法|本条|之一|有关|以及|或者|按照|依照|根据|其他|不得|以上|以下|以内|前款|第.*条|第.*款"
    r"|的$|^的|^在|^对|^由|^经|^将|^并|^其|^和|^及|^或|^与|^以|^为|^不|^是|^自|^向|^从|^所|^该|^等|^有|^者|^被|^应|^可"
    r"|[和或与及对在为由向并等以其将经]$|进行|予以|给予|作出|提出|需要|情况|方面"
)


def _pieces(text: str) -> list[str]:
    return [piece for piece in _SPLIT.split(text) if piece]


class Terms:
    """The terms found in a pack of articles."""

    def __init__(self, articles: Iterable[str]) -> None:
        pieces = [_pieces(text) for text in articles]
        counts: Counter[str] = Counter()
        holders: Counter[str] = Counter()
        left: defaultdict[str, Counter[str]] = defaultdict(Counter)
        right: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for article in pieces:
            seen: set[str] = set()
            for piece in article:
                for size in range(1, _LONGEST + 1):
                    for at in range(len(piece) - size + 1):
                        run = piece[at : at + size]
                        counts[run] += 1
                        seen.add(run)
            holders.update(seen)
        common = {run for run, n in holders.items() if len(run) > 1 and n >= _ARTICLES and not _FORM.search(run)}
        for article in pieces:
            for piece in article:
                for size in range(2, _LONGEST + 1):
                    for at in range(len(piece) - size + 1):
                        run = piece[at : at + size]
                        if run in common:
                            left[run][piece[at - 1] if at else f"^{len(left[run])}"] += 1
                            right[run][piece[at + size] if at + size < len(piece) else f"${len(right[run])}"] += 1
        self._size = len(pieces)
        total = sum(n for run, n in counts.items() if len(run) == 1)
        self._weight = {
            run: math.log(self._size / holders[run]) * (len(run) ** 0.5)
            for run in common
            if _cohesion(run, counts, total) >= _COHESION and min(_entropy(left[run]), _entropy(right[run])) >= _FREEDOM
        }

    def subject(self, text: str) -> str:
        """The keyword subject of an article with the words *text*: up to three terms, in order of appearance."""
        score: Counter[str] = Counter()
        for piece in _pieces(text):
            for size in range(2, _LONGEST + 1):
                for at in range(len(piece) - size + 1):
                    run = piece[at : at + size]
                    if run in self._weight:
                        score[run] += 1
        ranked = sorted(score, key=lambda run: (-math.sqrt(score[run]) * self._weight[run], run))
        return "、".join(sorted(_apart(ranked), key=text.find))


def _apart(ranked: Sequence[str]) -> list[str]:
    chosen: list[str] = []
    for run in ranked:
        if not any(run in other or other in run or run[:2] == other[:2] for other in chosen):
            chosen.append(run)
        if len(chosen) == _CHOSEN:
            break
    return chosen


def _cohesion(run: str, counts: Counter[str], total: int) -> float:
    return min(math.log(counts[run] * total / (counts[run[:at]] * counts[run[at:]])) for at in range(1, len(run)))


def _entropy(neighbours: Counter[str]) -> float:
    total = sum(neighbours.values())
    return -sum(n / total * math.log(n / total) for n in neighbours.values())
