"""Whether the collecting side sounds as if it asked for money owed.

Most who ask name no paying: 钱准备得咋样了, 今天能弄掉不, 还差七百就平了.  So a linear model weighs the words, as the labels'
model does; trained by ``scripts/train_asking.py`` on the same corpus, shipped as ``asking.npz``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cuijie.reading.concepts import WordGroups
from cuijie.reading.judging import pieces_of
from cuijie.reading.lexicon import load_groups
from cuijie.reading.linear import Linear, linear_of, load_arrays, unusable
from cuijie.reading.model import OUT_OF_CONTEXT, with_stretches
from cuijie.reading.variants import LEXICON

__all__ = ["ASKING", "asking_groups", "sounds_like_asking"]

_HOPELESS = -4.0  # so unlike asking that no stretch of it will be
ASKING = Path(__file__).with_name("asking.npz")


@cache
def asking_groups() -> WordGroups:
    """The word groups that tell asking for payment from other talk.  Raises DataFileError."""
    return WordGroups(load_groups(LEXICON / "asking_words.yaml"))


@cache
def _model() -> Linear:
    stored = load_arrays(ASKING)
    try:
        return linear_of(stored, asking_groups())
    except KeyError as error:
        raise unusable(ASKING) from error


def sounds_like_asking(judged: str) -> bool:
    """True if a folded text, a passage of a long one or clearly a stretch of it sounds like a demand for what is owed."""
    return any(_asks(judged[start:end]) for start, end in pieces_of(judged))


def _asks(passage: str) -> bool:
    whole = float(_model().odds(passage)[0])
    if whole > 0 or whole < _HOPELESS:
        return whole > 0
    pieces, _ = with_stretches([passage])
    return len(pieces) > 1 and float(_model().odds_of(pieces[1:]).max()) > OUT_OF_CONTEXT
