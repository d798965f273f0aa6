"""The first look: texts so plainly lawful that nothing further is done with them.

One weight per hashed run of characters, a hundred thousand texts at a time.  It only ever says *nothing here*;
whatever it lets through is read in full.  One text and a batch are looked at alike, so both give the same labels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cuijie.reading.compiled import kernels, stretches_of
from cuijie.reading.features import block_of, classes, keys_of, run_keys

__all__ = ["LOOK_BITS", "look_scores", "look_sums"]

LOOK_BITS = 17
_FEWEST_RUNS = 12
_SLOT = np.uint32((1 << LOOK_BITS) - 1)
_Floats = npt.NDArray[np.float64]


def look_sums(texts: Sequence[str], weights: npt.NDArray[np.int8]) -> tuple[_Floats, npt.NDArray[np.int64]]:
    """For each folded text: the sum of its runs' weights, and the number of runs."""
    if len(texts) == 1:
        runs = run_keys(texts[0])
        return np.array([weights[runs & _SLOT].sum(dtype=np.int64)], dtype=np.float64), np.array([len(runs)])
    if (compiled := kernels()) is not None:
        sums, counts = compiled.look_sums(*stretches_of(texts), classes(), weights)
        return sums, counts
    block = block_of(texts)
    whole = block.whole_runs()
    said = weights.take(keys_of(block.codes) & _SLOT) * whole
    begins = np.searchsorted(block.rows, np.arange(block.texts))
    counts = np.add.reduceat(whole.sum(axis=0), begins)
    return np.add.reduceat(said.sum(axis=0, dtype=np.float64), begins), counts


def look_scores(texts: Sequence[str], weights: npt.NDArray[np.int8], scale: float, bias: float) -> _Floats:
    """For each folded text, how far it is from plainly lawful; below zero nothing is worth a second look."""
    if not texts:
        return np.zeros(0)
    sums, counts = look_sums(texts, weights)
    scores: _Floats = sums * scale / np.sqrt(np.maximum(counts, _FEWEST_RUNS)) + bias
    return scores
