"""The statistical part: one linear model per label over runs of characters and word groups.

Trained by ``scripts/train_reader.py`` on messages of our own making; shipped as ``model.npz`` (see
``model_card.md``).  Weights are kept as signed bytes with one scale per label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from cuijie.errors import CouldNotFinish
from cuijie.reading.concepts import concept_keys, concepts_in, located_keys
from cuijie.reading.features import Codes, run_keys
from cuijie.reading.gate import gate_score, gate_scores
from cuijie.reading.result import Recipient, Span

__all__ = ["CONCEPT_SCALE", "MODEL", "RECIPIENTS", "Model", "concepts_of", "model"]

MODEL = Path(__file__).with_name("model.npz")
RECIPIENTS: tuple[Recipient, ...] = ("debtor", "third_party", "unknown")
CONCEPT_SCALE = 0.45
_FEWEST_RUNS = 12
_FEWEST_CONCEPTS = 8
_Floats = npt.NDArray[np.float32]


def concepts_of(text: str) -> Codes:
    """The keys (each once) of a folded text's word groups."""
    return np.fromiter(sorted(concept_keys(concepts_in(text))), dtype=np.uint32)


def run_scale(count: int) -> float:
    """What each of *count* runs weighs: longer texts are not louder."""
    return float(1 / np.sqrt(max(count, _FEWEST_RUNS)))


def concept_scale(count: int) -> float:
    """What each of *count* concept keys weighs."""
    return float(CONCEPT_SCALE / np.sqrt(max(count, _FEWEST_CONCEPTS)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """``weights`` has a row per key (row 0 is zero: an unknown key) and a column per output.

    The outputs are the labels in their order and, last, *any violation at all*.
    """

    keys: Codes
    weights: npt.NDArray[np.int8]
    scales: _Floats
    recipients: _Floats
    bias: _Floats
    thresholds: _Floats
    gate: npt.NDArray[np.int8]
    gate_scale: float
    gate_bias: float

    def rows(self, keys: Codes) -> npt.NDArray[np.int64]:
        """The row of each key."""
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        return np.where(self.keys[at] == keys, at + 1, 0)

    def scores(self, text: str, recipient: Recipient, runs: Codes | None = None) -> _Floats:
        """The log-odds of every output for a folded text, counted from its threshold; *runs* if already at hand."""
        runs = run_keys(text) if runs is None else runs
        concepts = concepts_of(text)
        total = self.weights[self.rows(runs)].sum(axis=0, dtype=np.float32) * run_scale(len(runs))
        if len(concepts):
            total += self.weights[self.rows(concepts)].sum(axis=0, dtype=np.float32) * concept_scale(len(concepts))
        known = self.recipients[RECIPIENTS.index(recipient)]
        result: _Floats = total * self.scales + known + self.bias - self.thresholds
        return result

    def telling_span(self, text: str, output: int) -> Span:
        """The clause of a folded text that speaks most for an output."""
        clauses = _clauses(text)
        weights = self.weights[:, output].astype(np.float32)
        worth = [self._worth(text[start:end], weights) for start, end in clauses]
        best = int(np.argmax(worth))
        return clauses[best]

    def _worth(self, clause: str, weights: _Floats) -> float:
        keys = np.fromiter((key for key, _, _ in located_keys(concepts_in(clause))), dtype=np.uint32)
        return float(weights[self.rows(run_keys(clause))].sum()) + 3 * float(weights[self.rows(keys)].sum())

    def is_worth_reading(self, runs: Codes) -> bool:
        """False if the folded text with these runs is plainly lawful."""
        return gate_score(runs, self.gate, self.gate_scale, self.gate_bias) >= 0

    def worth_reading(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """For each folded text, False if it is plainly lawful."""
        scores = gate_scores(texts, self.gate, self.gate_scale, self.gate_bias)
        worth: npt.NDArray[np.bool_] = scores >= 0
        return worth


def _clauses(text: str) -> list[Span]:
    """The clauses of *text*, without their marks; the whole text if it has none."""
    clauses: list[Span] = []
    start = 0
    for at, char in enumerate(text + "\n"):
        if char in ",.。;；!?！？\n、:":
            if text[start:at].strip():
                lead = len(text[start:at]) - len(text[start:at].lstrip())
                clauses.append((start + lead, start + len(text[start:at].rstrip())))
            start = at + 1
    return clauses or [(0, len(text))]


def load_model(path: Path) -> Model:
    """The model in *path*.  Raises CouldNotFinish if the file is missing or damaged."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            return Model(
                keys=stored["keys"], weights=stored["weights"], scales=stored["scales"],
                recipients=stored["recipients"], bias=stored["bias"], thresholds=stored["thresholds"],
                gate=stored["gate"], gate_scale=float(stored["gate_line"][0]), gate_bias=float(stored["gate_line"][1]),
            )  # fmt: skip
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise CouldNotFinish(
            f"读不出阅读模型 {path.name}（文件缺失或损坏）。", remedy="请重新安装催界，或运行 scripts/train_reader.py。"
        ) from error


@cache
def model() -> Model:
    """The model that comes with Cuijie; loaded on first use."""
    return load_model(MODEL)
