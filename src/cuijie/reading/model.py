"""The statistical part of the reader of messages: one linear model per label, and the first look.

Trained by ``scripts/train_reader.py`` on messages of our own making; shipped as ``model.npz`` (see
``model_card.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cuijie.reading.concepts import message_groups
from cuijie.reading.features import Codes
from cuijie.reading.gate import gate_score, gate_scores
from cuijie.reading.linear import Floats, Linear, linear_of, load_arrays, unusable
from cuijie.reading.result import Recipient, Span

__all__ = ["MODEL", "RECIPIENTS", "Model", "load_model", "model"]

MODEL = Path(__file__).with_name("model.npz")
RECIPIENTS: tuple[Recipient, ...] = ("debtor", "third_party", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """The outputs of ``linear`` are the labels in their order and, last, *any violation at all*."""

    linear: Linear
    recipients: Floats
    gate: npt.NDArray[np.int8]
    gate_scale: float
    gate_bias: float

    def scores(self, text: str, recipient: Recipient, runs: Codes | None = None) -> Floats:
        """The log-odds of every output for a folded text, counted from its threshold; *runs* if already at hand."""
        result: Floats = self.linear.odds(text, runs) + self.recipients[RECIPIENTS.index(recipient)]
        return result

    def telling_span(self, text: str, output: int) -> Span:
        """The clause of a folded text that speaks most for an output."""
        return self.linear.telling_span(text, output)

    def is_worth_reading(self, runs: Codes) -> bool:
        """False if the folded text with these runs is plainly lawful."""
        return gate_score(runs, self.gate, self.gate_scale, self.gate_bias) >= 0

    def worth_reading(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """For each folded text, False if it is plainly lawful."""
        scores = gate_scores(texts, self.gate, self.gate_scale, self.gate_bias)
        worth: npt.NDArray[np.bool_] = scores >= 0
        return worth


def load_model(path: Path) -> Model:
    """The model in *path*.  Raises CouldNotFinish if the file is missing or damaged."""
    stored = load_arrays(path)
    try:
        line = stored["gate_line"].astype(np.float64)
        return Model(
            linear=linear_of(stored, message_groups()),
            recipients=stored["recipients"].astype(np.float32),
            gate=stored["gate"].astype(np.int8),
            gate_scale=float(line[0]),
            gate_bias=float(line[1]),
        )
    except (KeyError, IndexError) as error:
        raise unusable(path) from error


@cache
def model() -> Model:
    """The model that comes with Cuijie; loaded on first use."""
    return load_model(MODEL)
