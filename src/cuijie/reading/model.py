"""The statistical part of the reader of messages: one linear model per label, and the first look.

Trained by ``scripts/train_reader.py`` on messages of our own making; shipped as ``model.npz`` (see
``model_card.md``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cuijie.reading.concepts import message_groups
from cuijie.reading.first_look import look_scores
from cuijie.reading.linear import Floats, Linear, linear_of, load_arrays, unusable
from cuijie.reading.result import Recipient, Span

__all__ = ["MODEL", "OUT_OF_CONTEXT", "RECIPIENTS", "Model", "load_model", "model", "with_stretches"]

_LONG = 100  # characters from where on stretches of a text are weighed alone as well
_STRETCH = 40  # characters, in whole clauses
_SHORTEST = 8  # characters of a sentence that is weighed alone
_STEP = 12  # characters at least from the start of one stretch to that of the next
_ALONE_UNLAWFUL = 2.0  # and how much more clearly for being unlawful at all, so that courtesies do not hide it
_BATCH = 512  # texts weighed at once
_CLAUSE = re.compile(r"[^,.。;!?\n:]+[,.。;!?\n:]*|^[,.。;!?\n:]+$")
_BREAK = re.compile(r"(?<=[。!\n])|(?<=[,;])(?=但|不过|可是|只是|然而)")
OUT_OF_CONTEXT = 1.0
"""How much more clearly a stretch of a text must speak than a whole text."""
MODEL = Path(__file__).with_name("model.npz")
RECIPIENTS: tuple[Recipient, ...] = ("debtor", "third_party", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """The outputs of ``linear`` are the labels in their order and, last, *any violation at all*."""

    linear: Linear
    recipients: Floats
    look: npt.NDArray[np.int8]
    look_scale: float
    look_bias: float

    def scores(self, texts: Sequence[str], recipients: Sequence[Recipient]) -> Floats:
        """A row of log-odds of every output for each folded text, counted from its threshold.

        A label of which one stretch of a long text speaks clearly is not drowned by the rest.
        """
        if not texts:
            return np.zeros((0, self.recipients.shape[1]), dtype=np.float32)
        pieces, owners = with_stretches(texts)
        odds = np.concatenate([self.linear.odds_of(pieces[at : at + _BATCH]) for at in range(0, len(pieces), _BATCH)])
        odds += self.recipients[[RECIPIENTS.index(recipients[at]) for at in owners]]
        whole, parts = odds[: len(texts)], odds[len(texts) :]
        np.maximum.at(whole[:, :-1], owners[len(texts) :], parts[:, :-1] - OUT_OF_CONTEXT)
        np.maximum.at(whole[:, -1], owners[len(texts) :], parts[:, -1] - _ALONE_UNLAWFUL)
        return whole

    def telling_spans(self, asked: Sequence[tuple[str, Sequence[int]]]) -> list[list[Span]]:
        """For each folded text and some outputs: for each output, the clause that speaks most for it."""
        return self.linear.telling_spans(asked)

    def worth_reading(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """For each folded text, False if it is plainly lawful, each stretch of a long one too."""
        if not texts:
            return np.zeros(0, dtype=np.bool_)
        pieces, owners = with_stretches(texts)
        scores = look_scores(pieces, self.look, self.look_scale, self.look_bias)
        whole, parts = scores[: len(texts)], scores[len(texts) :]
        np.maximum.at(whole, owners[len(texts) :], parts - OUT_OF_CONTEXT)
        worth: npt.NDArray[np.bool_] = whole >= 0
        return worth


def with_stretches(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """The texts, and after them the stretches of the long ones and the sentences of the others; and which text each belongs to."""
    pieces, owners = list(texts), list(range(len(texts)))
    for at, text in enumerate(texts):
        stretches = _stretches(text) if len(text) >= _LONG else _sentences(text)
        pieces += stretches
        owners += [at] * len(stretches)
    return pieces, owners


def _sentences(text: str) -> list[str]:
    """The lines and sentences of *text* but for very short ones, if there are several: courtesies beside a threat do not soften it.

    A question stays with what follows it, for alone it tells little; 不过 and the like begin a sentence anywhere.
    """
    return [one for one in _BREAK.split(text) if _SHORTEST <= len(one) < len(text)]


def _stretches(text: str) -> list[str]:
    """As many whole clauses of *text* as make a stretch, and again from a clause some way on, to its end."""
    ends = [match.end() for match in _CLAUSE.finditer(text)]
    stretches, last, next_start = [], 0, 0
    for start in [0, *ends[:-1]]:
        if start < next_start:
            continue
        next_start = start + _STEP
        while last + 1 < len(ends) and ends[last] - start < _STRETCH:
            last += 1
        stretches.append(text[start : ends[last]])
        if last + 1 == len(ends):
            break
    return stretches


def load_model(path: Path) -> Model:
    """The model in *path*.  Raises CouldNotFinish if the file is missing or damaged."""
    stored = load_arrays(path)
    try:
        line = stored["gate_line"].astype(np.float64)
        return Model(
            linear=linear_of(stored, message_groups()),
            recipients=stored["recipients"].astype(np.float32),
            look=stored["gate"].astype(np.int8),
            look_scale=float(line[0]),
            look_bias=float(line[1]),
        )
    except (KeyError, IndexError) as error:
        raise unusable(path) from error


@cache
def model() -> Model:
    """The model that comes with Cuijie; loaded on first use."""
    return load_model(MODEL)
