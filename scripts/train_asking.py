"""Trains what tells asking for payment from other talk, on the corpus beside this script, and writes ``asking.npz``.

    python scripts/train_asking.py

A line of the corpus that asks for money owed has the code ``ap``; one that may or may not has ``ap?`` and is left out.
The folder ``asking`` is learnt from here only: the labels of other authors' messages gained nothing by it.
Same corpus, same model: nothing here is left to chance.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
from linear_training import featured, stored, table_of, vocabulary_of
from logistic import fit_together, telling
from reader_data import Message
from scipy.sparse import csr_matrix, hstack
from train_reader import ABSORBED, SISTERS, training_messages

from cuijie.reading.asking import ASKING, asking_groups
from cuijie.reading.normalise import normalise
from cuijie.reading.reader import judged_text

C = 15.0
CONCEPT_WEIGHT = 1.0
FEWEST_SEEDS = 3
THRESHOLD = -1.0  # unseen wordings score lower than their sisters in the corpus


def train(rows: list[Message]) -> dict[str, npt.NDArray]:
    """The arrays of the model file."""
    features = featured((judged_text(normalise(row.text)) for row in rows), asking_groups())
    vocabulary = vocabulary_of(features, [row.seed for row in rows], FEWEST_SEEDS)
    always = csr_matrix(np.ones((len(rows), 1)))
    table = hstack([table_of(features, vocabulary, CONCEPT_WEIGHT), always], format="csr", dtype=np.float32)
    asks = np.array([[row.asks] for row in rows], dtype=np.bool_)
    sisters = Counter(row.seed for row in rows)
    alone = np.array([sisters[row.seed] ** -SISTERS for row in rows])
    counts = (alone / alone.mean())[:, None].astype(np.float32)
    allowed = telling(table, asks, counts)
    allowed[len(vocabulary) :] = 1  # the bias
    fitted = fit_together(table, asks, counts, allowed, C)
    arrays = stored(vocabulary, fitted[: len(vocabulary)].T, fitted[-1], [THRESHOLD])
    return arrays | {"concept_weight": np.array(CONCEPT_WEIGHT)}


def main() -> None:
    """Entry point."""
    rows = [row for row in training_messages(ABSORBED, also=["asking"]) if row.asks is not None]
    arrays = train(rows)
    np.savez_compressed(ASKING, **arrays)
    asking = sum(bool(row.asks) for row in rows)
    print(f"{len(rows)} messages, {asking} that ask, {len(arrays['keys'])} keys, {ASKING.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
