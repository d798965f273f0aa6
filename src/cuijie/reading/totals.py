"""Patterns and model together: the log-odds of each label, and which texts can have none whatever their patterns find.

What a text's patterns can add at most is known from the words in it.  Where even that leaves every label below zero,
no expression need be tried: that is decided on arrays, for many texts at once.  Contexts only ever take away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from cuijie.reading.context import contexts
from cuijie.reading.lexicon import lexicon
from cuijie.reading.linear import Floats
from cuijie.reading.model import RECIPIENTS
from cuijie.reading.needed import Numbers
from cuijie.reading.result import Recipient
from cuijie.records import LABELS

__all__ = ["HALF_SURE", "LABELS_FOR", "totals_of", "undecided"]

_THIRD_PARTY_ONLY = frozenset({"third_party_disclosure", "third_party_pressure"})
LABELS_FOR: dict[Recipient, frozenset[str]] = {
    "debtor": frozenset(LABELS) - _THIRD_PARTY_ONLY,
    "third_party": frozenset(LABELS) - {"threat_contacts"},
    "unknown": frozenset(LABELS),
}
"""Which labels a text to this recipient can have (label guide, §2)."""

HALF_SURE = 1.0
_POSSIBLE = {to: [(at, label) for at, label in enumerate(LABELS) if label in LABELS_FOR[to]] for to in LABELS_FOR}
_WARNED = -4.0  # a text that as a whole warns, teaches or reports, or is about pastimes
_UNADDRESSED = 2.0  # a text to nobody in particular must show more clearly that it collects
_NO_MONEY = {"debtor": 0.7, "third_party": 1.5}  # and so must words without one of money: friends write to them, too
_DOUBT = 1.5  # how much the model's doubt that a text is unlawful at all counts against each label
_SURELY = 1.5  # log-odds of *any violation* from where on one of the labels must be right
_NEAREST = -3.0  # how far below even that one may be
_JUST = 0.01
_NEVER = -1e9
_FIVE_CHARACTERS = re.compile(r"(?:[\W_]*[^\W_]){5}")
_QUOTE = re.compile('[“「『"]')


def totals_of(
    text: str, to: Recipient, weights: Mapping[str, float], scores: Sequence[float] | None, *, doubted: bool
) -> dict[str, float]:
    """The log-odds of each label a text to this recipient can have.

    *weights* are what the patterns say, *scores* what the model does; *doubted*: the text as a whole warns or jokes.
    """
    doubt = _WARNED if doubted else 0.0
    possible = _POSSIBLE[to]
    # too few characters tell the model nothing but their letters: 还钱 alone is no insult
    if scores is None or _FIVE_CHARACTERS.match(text) is None:
        return {label: weights[label] + doubt - HALF_SURE for _, label in possible if label in weights}
    unlawful = scores[-1] - (_UNADDRESSED if to == "unknown" else 0.0)
    if to != "unknown" and not contexts().speaks_of_money(text):
        unlawful -= _NO_MONEY[to]
    sure = unlawful + doubt > _SURELY
    doubt += _DOUBT * min(0.0, unlawful)
    totals = {label: scores[at] + doubt for at, label in possible}
    for label, weight in weights.items():
        if label in totals:
            totals[label] += weight
    likeliest = max(totals, key=totals.__getitem__)
    if sure and _NEAREST < totals[likeliest] <= 0:
        totals[likeliest] = _JUST
    return totals


@cache
def _impossible() -> npt.NDArray[np.float64]:
    """A row per recipient: what to add to a label so that one that a text to them cannot have is never reached."""
    return np.array([[0.0 if label in LABELS_FOR[to] else _NEVER for label in LABELS] for to in RECIPIENTS])


@cache
def _at_most() -> tuple[npt.NDArray[np.float64], Numbers]:
    """What each pattern adds to its label at most, a row per recipient; and the place of its label."""
    patterns = lexicon().patterns
    added = [[max(0.0, one.weight) if to in one.recipients else 0.0 for one in patterns] for to in RECIPIENTS]
    return np.array(added), np.array([LABELS.index(one.label) for one in patterns], dtype=np.int64)


def undecided(
    texts: Sequence[str], recipients: Sequence[Recipient], scores: Floats, rows: Numbers, patterns: Numbers
) -> list[int]:
    """The places of the folded texts that may have a label, and so must be read in full.

    *scores* are the model's; *patterns* are those each text could match, *rows* the texts they belong to.
    """
    to = np.array([RECIPIENTS.index(recipient) for recipient in recipients], dtype=np.int64)
    added, label_of = _at_most()
    most = np.zeros(len(texts) * len(LABELS))
    np.maximum.at(most, rows * len(LABELS) + label_of[patterns], added[to[rows], patterns])
    exact = scores.astype(np.float64)
    unlawful = exact[:, -1] - np.where(to == RECIPIENTS.index("unknown"), _UNADDRESSED, 0.0)
    totals = exact[:, :-1] + (_DOUBT * np.minimum(0.0, unlawful))[:, None] + most.reshape(len(texts), -1)
    highest = (totals + _impossible()[to]).max(axis=1)
    may_have = (highest > 0) | ((unlawful > _SURELY) & (highest > _NEAREST))
    # what a warning quotes is blanked before its patterns are tried; of too few characters the patterns decide alone
    return [
        at
        for at, (text, may) in enumerate(zip(texts, may_have.tolist(), strict=True))
        if may or _QUOTE.search(text) or _FIVE_CHARACTERS.match(text) is None
    ]
