"""How much speaks for it that a statement is not about the article cited but about another one of the same law.

The weights were found by logistic regression on the annotated texts of ``tests/law/citations``, where a right citation
counted three times as much as a wrong one; ``docs/citation-check.md`` tells what came of it on texts that it had not seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from cuijie.law.citations.quotations.quoting import shared
from cuijie.law.citations.statements.ranking import Fit, fit_of
from cuijie.law.structure import Structure, normalise

__all__ = ["Weighed", "is_about", "only_a_penalty", "weigh", "without_penalty"]

_TIED, _MOST_TIED = 0.06, 3
_AT_REST = -5.3  # log odds where nothing speaks for another article
_MISSING, _MOST_MISSING = 0.27, 50.0  # for each nat that the best article has and the cited one has not
_CORE, _LEAST_CORE, _MOST_CORE = 0.19, -20.0, 30.0  # the same of what the articles are about
_BEST, _ENOUGH = 0.75, 12.0  # by the square of the best share; with few words (in nats) it tells less
_CITED = -1.4  # by the share of the cited article as a part of the best one's
_SURELY, _MUCH = 0.9, 0.45
_FOLLOWS = 2.2  # for what follows from the best article, is said, and is not in the one cited
_WHAT_FOLLOWS = re.compile(
    r"连带责任|单独同意|书面同意|扩大部分|有期徒刑|拘留|没收违法所得|吊销|从重处罚|减半|禁止接触|抵销|解除合同"
)
# 处十日以上十五日以下拘留，可以并处罚款: many articles have the same
_A_PENALTY = re.compile(
    r"[，、]|[零一二三四五六七八九十百千万0-9]+(?:倍|[日天年月元块](?!内))|(?:行政|治安)?拘留|有期徒刑|拘役|管制|警告|罚[款金]|以[上下]|情节[较轻重严恶劣]*的?"
    r"|可以?|应当?|将|[要会至到或者处判罚并单给予的]"
)
_TERM, _LONGEST_TERM, _SHORTEST_TERM = 0.6, 8, 4  # for each character of a term that stands for the other article


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One statement held against the articles of a law.

    ``doubt`` are the log odds that it is not about the article cited; ``others`` the articles that it fits better, the
    best first, none where they are too many to tell; ``here``, how well the cited article fits beside the best one (0–1).
    """

    doubt: float
    others: tuple[str, ...]
    here: float
    best: float
    weight: float


def weigh(words: str, cited: Collection[str], shape: Structure) -> Weighed:
    """*words* against the articles *cited* together and all others of the law."""
    fit = fit_of(words, shape.instrument)
    if fit.best <= 0:
        return Weighed(doubt=-10.0, others=(), here=0.0, best=0.0, weight=0.0)
    near = max(fit.of(key) for key in cited)
    tied = fit.nearly(fit.best - _TIED)
    others = tuple(sorted((key for key in tied if key not in cited), key=lambda key: -fit.core_of(key)))
    evidence = (
        _AT_REST
        + _MISSING * min((fit.best - near) * fit.weight, _MOST_MISSING)
        + _CORE * min(max(_core(fit, tied[:_MOST_TIED], cited), _LEAST_CORE), _MOST_CORE)
        + _BEST * fit.best**2 * min(1.0, fit.weight / _ENOUGH)
        + _CITED * near / fit.best
        + _TERM * max((_term(words, key, cited, shape) for key in others[:_MOST_TIED]), default=0)
    )
    if others and _follows(words, others[0], cited, shape):
        evidence += _FOLLOWS
    return Weighed(
        doubt=evidence,
        others=others if len(tied) <= _MOST_TIED else (),
        here=near / fit.best,
        best=fit.best,
        weight=fit.weight,
    )


def only_a_penalty(words: str) -> bool:
    """Whether *words* are nothing but a penalty, which tells no article from another."""
    return not _A_PENALTY.sub("", words)


def without_penalty(words: str) -> str:
    """*words* without the clauses that are nothing but a penalty."""
    return "，".join(clause for clause in re.split("[，；]", words) if not only_a_penalty(clause))


def is_about(words: str, key: str, shape: Structure) -> bool:
    """Whether *words* surely tell what the article *key* provides."""
    if only_a_penalty(words):
        return False
    found = weigh(words, [key], shape)
    return found.here >= _SURELY and found.best >= _MUCH and found.weight >= _ENOUGH


def _core(fit: Fit, best: Collection[str], cited: Collection[str]) -> float:
    """What the best articles are about more than those cited, in nats; 0 where we wrote nothing of one cited."""
    if not all(key in fit.told for key in cited):
        return 0.0
    most = max(map(fit.core_of, best))
    return (most - max(map(fit.core_of, cited))) * fit.weight


def _follows(words: str, key: str, cited: Collection[str], shape: Structure) -> bool:
    """Whether *words* name a consequence that the article *key* has and none of those cited."""
    return any(
        shared(term, shape.prints, key) == 1.0 and all(shared(term, shape.prints, one) < 1.0 for one in cited)
        for term in _WHAT_FOLLOWS.findall(words)
    )


def _term(words: str, key: str, cited: Collection[str], shape: Structure) -> int:
    """The length of the longest subject of the article *key* that is named and that none of those cited knows."""
    article = shape.articles[key]
    if not article.written_by_hand:
        return 0
    said = normalise(words)
    known = {part for one in cited for part in (shape.articles[one].subject, shape.articles[one].spoken)}
    strange = [
        len(term)
        for term in (normalise(part) for part in article.subject.split("、"))
        if len(term) >= _SHORTEST_TERM
        and term in said
        and not any(term in normalise(one) for one in known)
        and all(shared(term, shape.prints, one) < 1.0 for one in cited)
    ]
    return min(max(strange, default=0), _LONGEST_TERM)
