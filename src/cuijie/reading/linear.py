"""What every trained reader is made of: one linear model per output over runs of characters and word groups.

Weights are signed bytes with one scale per output.  Trained by the scripts (``linear_training.py``), stored as ``.npz``
without code inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import sqrt
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from cuijie.errors import CouldNotFinish
from cuijie.reading.compiled import kernels, rows_in, slots_of, stretches_of, words_of
from cuijie.reading.concepts import NEAR, WordGroups
from cuijie.reading.features import Codes, classes, runs_of
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
_MANY_KEYS = 20_000  # from so many on, slots are looked up instead of the sorted keys
Floats = npt.NDArray[np.float32]
_Counts = npt.NDArray[np.int64]
_MARKS = ",.。;；!?！？\\n、:"
# a mark between digits ends no clause: 19:00, 3,200.50
_CLAUSE = re.compile(rf"[^\s{_MARKS}](?:(?:[^{_MARKS}]|(?<=\d)[:,.](?=\d))*[^\s{_MARKS}])?")
_NAME = 6  # characters at most of what only names who speaks: 客服:, 催收员1:


def run_scale(count: int) -> float:
    """What each of *count* runs weighs: longer texts are not louder."""
    return 1 / sqrt(max(count, _FEWEST_RUNS))


def concept_scale(count: int, weight: float) -> float:
    """What each of *count* concept keys weighs, all of them *weight* beside the runs."""
    return weight / sqrt(max(count, _FEWEST_CONCEPTS))


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

    def rows(self, keys: Codes) -> _Counts:
        """The row of each key."""
        if len(keys) > _MANY_KEYS:
            return rows_in(_slots(self), keys)
        at = self.keys.searchsorted(keys)
        rows: _Counts = (at + 1) * (self.keys.take(at, mode="clip") == keys)
        return rows

    def odds(self, text: str) -> Floats:
        """The log-odds of every output for a folded text, counted from its threshold."""
        odds: Floats = self.odds_of([text])[0]
        return odds

    def odds_of(self, texts: Sequence[str]) -> Floats:
        """The same for some texts, a row each."""
        (runs, run_counts), (concepts, concept_counts) = self._weighed(texts, distinct=True)
        run_scales = (1 / np.sqrt(np.maximum(run_counts, _FEWEST_RUNS))).astype(np.float32)
        concept_scales = self.concept_weight / np.sqrt(np.maximum(concept_counts, _FEWEST_CONCEPTS))
        total = runs * run_scales[:, None] + concepts * concept_scales.astype(np.float32)[:, None]
        result: Floats = total * self.scales + self.bias - self.thresholds
        return result

    def _weighed(self, texts: Sequence[str], *, distinct: bool) -> Iterable[tuple[Floats, _Counts]]:
        """The sum of each text's weights, and how many: first of its runs, then of its groups.

        *distinct*: each group and pair of groups once, pairs anywhere too; else repeats included, only pairs close by.
        """
        compiled = kernels() if len(texts) > 1 else None
        if compiled is None:
            return self._sums(
                len(texts), runs_of(texts), (self.groups.keys_of if distinct else self.groups.located)(texts)
            )
        stretches, (slots, numbers, rows, weights) = stretches_of(texts), _tables(self)
        runs = compiled.weigh_runs(*stretches, classes(), slots, weights)
        groups = compiled.weigh_groups(
            *stretches, *self.groups.trie, NEAR, len(self.groups), numbers, rows, weights, distinct
        )
        outputs = self.weights.shape[1]
        return [(sums[:, :outputs], counts) for sums, counts in (runs, groups)]

    def _sums(self, texts: int, *found: tuple[Codes, npt.NDArray[np.integer]]) -> Iterator[tuple[Floats, _Counts]]:
        """For each kind of keys *found*, with their texts in order: the sum of each text's weights, and how many."""
        weights = self.weights.take(self.rows(np.concatenate([keys for keys, _ in found])), axis=0)
        first = 0
        for keys, rows in found:
            own, first = weights[first : first + len(keys)], first + len(keys)
            if texts == 1:
                yield np.ones((1, len(keys)), dtype=np.float32) @ own.astype(np.float32), np.array([len(keys)])
                continue
            begins = np.searchsorted(rows, np.arange(texts + 1))
            counts = np.diff(begins)
            sums = np.zeros((texts, own.shape[1]), dtype=np.float32)
            if len(keys):
                filled = np.flatnonzero(counts)
                sums[filled] = np.add.reduceat(own, begins[filled], axis=0, dtype=np.float32)
            yield sums, counts

    def telling_spans(self, asked: Sequence[tuple[str, Sequence[int]]]) -> list[list[Span]]:
        """For each folded text and some outputs: for each output, the clause that speaks most for it."""
        told = [clauses_of(text) if outputs else [] for text, outputs in asked]
        said = [text[slice(*clause)] for (text, _), clauses in zip(asked, told, strict=True) for clause in clauses]
        if not said:
            return [[] for _ in asked]
        (runs, _), (concepts, _) = self._weighed(said, distinct=False)
        worth = runs + 3 * concepts
        first, spans = 0, []
        for (_, outputs), clauses in zip(asked, told, strict=True):
            best = worth[first : first + len(clauses), outputs].argmax(axis=0).tolist() if outputs else []
            spans.append([clauses[at] for at in best])
            first += len(clauses)
        return spans


@lru_cache(maxsize=8)
def _slots(linear: Linear) -> npt.NDArray[np.uint64]:
    return slots_of(linear.keys)


@lru_cache(maxsize=8)
def _tables(linear: Linear) -> tuple[npt.NDArray[np.uint64], _Counts, _Counts, npt.NDArray[np.uint64]]:
    """What the compiled loops read of a model: slots of its keys, the numbers of its groups and their rows, its weights."""
    keys, numbers = linear.groups.numbered
    return _slots(linear), numbers, linear.rows(keys), words_of(linear.weights)


def clauses_of(text: str) -> list[Span]:
    """The clauses of *text*, without their marks and without the names of who speaks; the whole text if it has none."""
    spans = [match.span() for match in _CLAUSE.finditer(text)]
    said = [(start, end) for start, end in spans if end - start > _NAME or text[end : end + 1] != ":"]
    return said or spans or [(0, len(text))]


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
        remedy="请重新安装催界，或重新训练（scripts/train_reader.py、train_asking.py、train_prevention.py）。",
    )
