"""What every trained reader is made of: one linear model per output over runs of characters and word groups.

Weights are signed bytes with one scale per output.  Trained by the scripts (``linear_training.py``), stored as ``.npz``
without code inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from cuijie.errors import CouldNotFinish
from cuijie.reading.concepts import WordGroups
from cuijie.reading.features import Codes, runs_of
from cuijie.reading.result import Span

__all__ = [
    "CONCEPT_SCALE",
    "Floats",
    "Linear",
    "clauses_of",
    "concept_scale",
    "linear_of",
    "load_arrays",
    "run_scale",
    "unusable",
]

CONCEPT_SCALE = 0.45
_FEWEST_RUNS = 12
_FEWEST_CONCEPTS = 8
Floats = npt.NDArray[np.float32]


def run_scale(count: int) -> float:
    """What each of *count* runs weighs: longer texts are not louder."""
    return float(1 / np.sqrt(max(count, _FEWEST_RUNS)))


def concept_scale(count: int, weight: float = CONCEPT_SCALE) -> float:
    """What each of *count* concept keys weighs, all of them *weight* beside the runs."""
    return float(weight / np.sqrt(max(count, _FEWEST_CONCEPTS)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """``weights`` has a row per key (row 0 is zero: an unknown key) and a column per output."""

    groups: WordGroups
    keys: Codes
    weights: npt.NDArray[np.int8]
    scales: Floats
    bias: Floats
    thresholds: Floats
    concept_weight: float = CONCEPT_SCALE

    def rows(self, keys: Codes) -> npt.NDArray[np.int64]:
        """The row of each key."""
        at = self.keys.searchsorted(keys)
        at[at == len(self.keys)] = 0
        return np.where(self.keys[at] == keys, at + 1, 0)

    def odds(self, text: str) -> Floats:
        """The log-odds of every output for a folded text, counted from its threshold."""
        odds: Floats = self.odds_of([text])[0]
        return odds

    def odds_of(self, texts: Sequence[str]) -> Floats:
        """The same for some texts, a row each."""
        runs, run_rows = runs_of(texts)
        concepts, concept_rows = self.groups.keys_of(texts)
        total = self._sums(runs, run_rows, len(texts), run_scale)
        total += self._sums(concepts, concept_rows, len(texts), lambda count: concept_scale(count, self.concept_weight))
        result: Floats = total * self.scales + self.bias - self.thresholds
        return result

    def _sums(self, keys: Codes, rows: npt.NDArray[np.integer], texts: int, scale: Callable[[int], float]) -> Floats:
        """For each text, the sum of its keys' weights; *rows* is in order."""
        if texts == 1:
            one: Floats = self.weights[self.rows(keys)].sum(axis=0, dtype=np.float32)[None] * scale(len(keys))
            return one
        counts = np.bincount(rows, minlength=texts)
        sums = np.zeros((texts, self.weights.shape[1]), dtype=np.float32)
        filled = np.flatnonzero(counts)
        if len(filled):
            begins = (np.cumsum(counts) - counts)[filled]
            sums[filled] = np.add.reduceat(self.weights[self.rows(keys)], begins, axis=0, dtype=np.float32)
        return sums * np.array([[scale(count)] for count in counts.tolist()], dtype=np.float32)

    def telling_spans(self, text: str, outputs: Sequence[int]) -> list[Span]:
        """For each of some outputs, the clause of a folded text that speaks most for it."""
        clauses = clauses_of(text)
        if len(clauses) == 1 or not outputs:
            return clauses * len(outputs)
        said = [text[slice(*clause)] for clause in clauses]
        worth = np.zeros((len(clauses), len(outputs)), dtype=np.int64)
        for times, (keys, rows) in ((1, runs_of(said)), (3, self.groups.located(said))):
            np.add.at(worth, rows, times * self.weights[self.rows(keys)][:, outputs].astype(np.int64))
        return [clauses[at] for at in worth.argmax(axis=0)]


def clauses_of(text: str) -> list[Span]:
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


def load_arrays(path: Path) -> Mapping[str, npt.NDArray[np.generic]]:
    """What is stored in *path*.  Raises CouldNotFinish if the file is missing or damaged."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise unusable(path) from error


def linear_of(stored: Mapping[str, npt.NDArray[np.generic]], groups: WordGroups) -> Linear:
    """The model that was *stored*, which weighs *groups*.  Raises KeyError if a part is missing."""
    return Linear(
        groups=groups, keys=stored["keys"].astype(np.uint32), weights=stored["weights"].astype(np.int8),
        scales=stored["scales"].astype(np.float32), bias=stored["bias"].astype(np.float32),
        thresholds=stored["thresholds"].astype(np.float32),
        concept_weight=float(np.asarray(stored.get("concept_weight", CONCEPT_SCALE), dtype=np.float64)),
    )  # fmt: skip


def unusable(path: Path) -> CouldNotFinish:
    """The error of a model file that cannot be used."""
    return CouldNotFinish(
        f"读不出阅读模型 {path.name}（文件缺失或损坏）。",
        remedy="请重新安装催界，或重新训练（scripts/train_reader.py、scripts/train_prevention.py）。",
    )
