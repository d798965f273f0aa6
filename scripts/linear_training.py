"""What the training scripts share: features of texts, the table that a model is fitted on, the arrays that are shipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from cuijie.reading.concepts import WordGroups
from cuijie.reading.features import Codes, run_keys
from cuijie.reading.linear import CONCEPT_SCALE, concept_scale, run_scale

Features = tuple[Codes, Codes]  # runs and word groups of one text
FEWEST_SEEDS = 2


def featured(texts: Iterable[str], groups: WordGroups) -> list[Features]:
    """Keys of each folded text."""
    return [(run_keys(text or "|"), groups.keys(text or "|")) for text in texts]


def vocabulary_of(features: Sequence[Features], seeds: Sequence[str], fewest: int = FEWEST_SEEDS) -> dict[int, int]:
    """Keys that came up in *fewest* lines of the corpus or more, in order."""
    owners: dict[int, set[str]] = {}
    for (runs, concepts), seed in zip(features, seeds, strict=True):
        for key in (*runs.tolist(), *concepts.tolist()):
            owners.setdefault(key, set()).add(seed)
    return {key: at for at, key in enumerate(sorted(key for key, of in owners.items() if len(of) >= fewest))}


def table_of(
    features: Sequence[Features], vocabulary: dict[int, int], concept_weight: float = CONCEPT_SCALE
) -> csr_matrix:
    """One row per text, one column per known key, weighed as the reader weighs them."""
    at, columns, values = [], [], []
    for number, (runs, concepts) in enumerate(features):
        for keys, scale in ((runs, run_scale(len(runs))), (concepts, concept_scale(len(concepts), concept_weight))):
            known = [vocabulary[key] for key in keys.tolist() if key in vocabulary]
            at += [number] * len(known)
            columns += known
            values += [scale] * len(known)
    return csr_matrix((values, (at, columns)), shape=(len(features), len(vocabulary)))


def stored(
    vocabulary: dict[int, int], weights: Sequence[npt.NDArray], bias: Sequence[float], thresholds: Sequence[float]
) -> dict[str, npt.NDArray]:
    """The arrays of a model file: a row of signed bytes per key that weighs anything, a column per output."""
    columns = np.array(weights, dtype=np.float32).T
    scales = np.abs(columns).max(axis=0) / 127
    bytes_of = np.zeros((len(vocabulary) + 1, columns.shape[1]), dtype=np.int8)
    bytes_of[1:] = np.rint(columns / scales)
    kept = np.flatnonzero(np.any(bytes_of[1:], axis=1))
    return {
        "keys": np.array(sorted(vocabulary), dtype=np.uint32)[kept],
        "weights": np.vstack([bytes_of[:1], bytes_of[1:][kept]]),
        "scales": scales.astype(np.float32),
        "bias": np.array(bias, dtype=np.float32),
        "thresholds": np.array(thresholds, dtype=np.float32),
    }
