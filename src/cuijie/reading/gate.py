"""The first look: texts so plainly lawful that nothing further is done with them.

One weight per hashed run of characters, a hundred thousand texts at a time.  It only ever says *nothing here*;
whatever it lets through is read in full.  One text and a batch pass the same gate, so both give the same labels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cuijie.reading.features import LONGEST_RUN, block_of, keys_of, run_keys

__all__ = ["GATE_BITS", "gate_scores", "gate_sums"]

GATE_BITS = 17
_FEWEST_RUNS = 12
_SLOT = np.uint32((1 << GATE_BITS) - 1)
_Floats = npt.NDArray[np.float64]


def gate_sums(texts: Sequence[str], weights: npt.NDArray[np.int8]) -> tuple[_Floats, npt.NDArray[np.int64]]:
    """For each folded text: the sum of its runs' weights, and the number of runs."""
    if len(texts) == 1:
        runs = run_keys(texts[0])
        return np.array([weights[runs & _SLOT].sum(dtype=np.int64)], dtype=np.float64), np.array([len(runs)])
    block = block_of(texts)
    sums = np.zeros(block.texts)
    counts = np.zeros(block.texts, dtype=np.int64)
    for length in range(1, LONGEST_RUN + 1):
        keys = keys_of(block.codes, length)
        whole = block.rows[: len(keys)] == block.rows[length - 1 :][: len(keys)]
        rows = block.rows[: len(keys)][whole]
        sums += np.bincount(rows, weights=weights[keys[whole] & _SLOT], minlength=block.texts)
        counts += np.bincount(rows, minlength=block.texts)
    return sums, counts


def gate_scores(texts: Sequence[str], weights: npt.NDArray[np.int8], scale: float, bias: float) -> _Floats:
    """For each folded text, how far it is from plainly lawful; below zero nothing is worth a second look."""
    if not texts:
        return np.zeros(0)
    sums, counts = gate_sums(texts, weights)
    scores: _Floats = sums * scale / np.sqrt(np.maximum(counts, _FEWEST_RUNS)) + bias
    return scores
