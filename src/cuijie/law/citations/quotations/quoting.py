"""Compares quoted words with an article's fingerprint: the same, another article's, changed, cut short, or made up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cuijie.law.numerals import chinese
from cuijie.law.structure import ArticleShape, Prints, Structure, normalise
from cuijie.law.structure.elements import OF_CASES, context_hash, following_hash
from cuijie.law.structure.fingerprints import LONG

__all__ = [
    "GAP",
    "SHORTEST",
    "Comparison",
    "compare",
    "cover",
    "dropped_elements",
    "has_word",
    "owner_of",
    "shared",
    "variants",
]

SHORTEST = 10
"""Quotations with fewer letters and digits are terms, not wording."""

GAP = re.compile(r"…+|\.{3,}|·{3,}|。{3,}|-{2,}|【略】|（略）|\[略\]")
"""What tells in a quotation that something is left out."""

_CHANGED = 0.5
_OWN_WORDS = 0.72
_ELSEWHERE = 0.75
_INVENTED_RUN = 8
_ALWAYS = re.compile(r"任何|一律|所有|均须|均应|都[要得须]|必须|立即|无条件")
_DIGITS = re.compile(r"[0-9]{1,4}")
_WEIGHTY = re.compile(
    r"[零一二三四五六七八九十百千万两0-9%％]|不|未|无|非|禁止|必须|应当|可以|以上|以下|任何|全部|一律"
)

Outcome = Literal["same", "changed", "own_words", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a quotation stands to an article: ``share`` of its characters found there; the ``strange`` words that are not."""

    outcome: Outcome
    share: float
    strange: str = ""


def variants(text: str) -> list[str]:
    """The text normalised as it stands, and with Arabic numbers written as laws write them."""
    plain = normalise(text)
    spelt = _DIGITS.sub(lambda match: chinese(int(match[0])), plain)
    return [plain] if spelt == plain else [plain, spelt]


def _covered(plain: str, prints: Prints, key: str) -> NDArray[np.bool_]:
    """For each character whether it lies in a run that the article has; a lone run may be chance and is not counted."""
    covered = np.zeros(len(plain), dtype=bool)
    if len(plain) < LONG:
        return covered
    hits = prints.articles[key].has_long(prints.long_hashes(plain))
    for at in np.flatnonzero(hits):
        alone = len(hits) > 2 and not hits[max(0, at - 1) : at].any() and not hits[at + 1 : at + 2].any()
        if not alone:
            covered[at : at + LONG] = True
    return covered


def cover(text: str, prints: Prints, key: str) -> float:
    """The share of the characters of *text* that stand in runs of the article *key*."""
    shares = [float(_covered(plain, prints, key).mean()) if plain else 0.0 for plain in variants(text)]
    return max(shares, default=0.0)


def shared(text: str, prints: Prints, key: str) -> float:
    """The share of the short runs of *text* that the article has: do they speak with the same words?"""
    hashes = prints.short_hashes(text)
    return float(prints.articles[key].has_short(hashes).mean()) if len(hashes) else 0.0


def compare(quote: str, prints: Prints, key: str) -> Comparison:
    """How the quotation stands to the article *key*, gaps marked by an ellipsis left aside."""
    pieces = [piece for piece in GAP.split(quote) if len(normalise(piece)) >= LONG]
    best = [max(((_covered(v, prints, key), v) for v in variants(p)), key=lambda c: float(c[0].mean())) for p in pieces]
    total = sum(len(plain) for _, plain in best)
    if not total:
        return Comparison(outcome="same", share=1.0)
    share = sum(int(covered.sum()) for covered, _ in best) / total
    strange = [run for covered, plain in best for run in _runs(plain, ~covered)]
    if share < _CHANGED:
        own = all(shared(plain, prints, key) >= _OWN_WORDS for _, plain in best)
        return Comparison(outcome="own_words" if own else "other", share=share, strange="、".join(strange))
    wrong = [run for run in strange if _alters(run, prints, key)]
    return Comparison(outcome="changed" if wrong else "same", share=share, strange="、".join(wrong))


def _runs(plain: str, chosen: NDArray[np.bool_]) -> list[str]:
    runs, current = [], ""
    for sign, inside in zip(plain, chosen, strict=True):
        if inside:
            current += sign
        elif current:
            runs.append(current)
            current = ""
    return [*runs, current] if current else runs


def _alters(run: str, prints: Prints, key: str) -> bool:
    """Whether words that are not in the article change what it says: numbers, negations, or a longer insertion."""
    known = shared(run, prints, key)
    if _WEIGHTY.search(run):
        return known < 1.0 or len(run) < 3
    return len(run) >= _INVENTED_RUN and known < _OWN_WORDS


def owner_of(quote: str, structure: Structure, but: Iterable[str] = ()) -> str | None:
    """The article of the instrument whose wording the quotation is; None where there is none."""
    skipped = set(but)
    prints = structure.prints
    plain = variants(GAP.sub("", quote))[-1]
    if len(plain) < LONG + 4:
        return None
    hashes = prints.long_hashes(plain)
    scored = [(share, key) for share, key in prints.shares(hashes[:: 1 + len(hashes) // 40]) if key not in skipped]
    share, key = max(scored, default=(0.0, ""))
    return key if share >= _ELSEWHERE - 0.15 and cover(quote, prints, key) >= _ELSEWHERE else None


def has_word(word: str, cited: Collection[str], shape: Structure) -> bool:
    """Whether one of the articles *cited* has this very word."""
    return any(shared(word, shape.prints, key) == 1.0 for key in cited)


def dropped_elements(quote: str, article: ArticleShape, around: str) -> tuple[str, ...]:
    """The elements (情节严重 …) that the article has where the quotation passes over them without a word.

    An element counts where the words before it or the consequence after it are quoted and it is neither quoted nor named *around* the quotation.
    """
    plain = normalise(quote)
    spoken = plain + normalise(around)
    contexts = {context_hash(plain, end) for end in range(LONG, len(plain) + 1)}
    contexts |= {context_hash(plain[start:], end) for start in _clauses(quote) for end in range(4, 10)}
    followings = {following_hash(plain[at : at + 8]) for at in range(len(plain) - 7)}
    missing = [
        element.word
        for element in article.elements
        if (element.before in contexts or element.after in followings)
        and element.word not in spoken
        and (element.word != OF_CASES or (_ALWAYS.search(around) and "情形" not in spoken))
    ]
    return tuple(dict.fromkeys(missing))


def _clauses(quote: str) -> list[int]:
    """Where in the normalised quotation its clauses begin: there fewer than ten characters may stand before a word."""
    starts, at = [], 0
    for clause in re.split(r"[；。：]", quote):
        starts.append(at)
        at += len(normalise(clause))
    return starts
