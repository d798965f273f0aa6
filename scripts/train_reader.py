"""Trains the reader's statistical model on the corpus beside this script and writes ``model.npz``.

    python scripts/train_reader.py            train, write the model
    python scripts/train_reader.py --report   also print precision, recall, F1 on the held-out messages

Same corpus, same model: nothing here is left to chance.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
from linear_training import featured, stored, table_of, vocabulary_of
from logistic import fit_together, telling
from reader_data import CORPUS, Message, messages, roughened
from scipy.sparse import csr_matrix, hstack

from cuijie.reading.concepts import message_groups
from cuijie.reading.features import run_keys
from cuijie.reading.first_look import LOOK_BITS
from cuijie.reading.judging import LABELS_FOR
from cuijie.reading.linear import run_scale
from cuijie.reading.model import MODEL, RECIPIENTS
from cuijie.reading.normalise import normalise
from cuijie.reading.reader import judged_text
from cuijie.records import LABELS

VARIANTS_A_LINE = 6
RECIPIENT_SCALE = 0.3
C = 15.0
CONCEPT_WEIGHT = 0.45  # of all word groups beside the runs of characters
SISTERS = 0.5  # each of n messages from one line counts n to the power of minus this: single lines are heard, too
SEEN_LOUDER = 2.5  # what a message that has a label weighs beside one that has not
LOWER_THRESHOLD = 1.1  # unseen wordings score lower than their sisters in the corpus
ANY_THRESHOLD = -0.5  # doubt whether it is unlawful at all counts from half a step above even
ABSORBED = (
    "heldout",
    "final",
    "last",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twentyfirst",
    "twentysecond",
    "twentythird",
    "twentyfourth",
)  # former test sets: measured first, then learned from
GATE_C = 10.0
GATE_FOLDS = 5
GATE_LOUDER = 2.0  # what an unlawful message weighs beside a lawful one
GATE_MAY_LOSE = 0.002  # share of unseen unlawful texts that the first look may lose


def training_messages(absorbed: Sequence[str], also: Sequence[str] = ()) -> list[Message]:
    """The corpus, the folders *also* to be learnt and the *absorbed* test sets, with their rough versions."""
    chance = random.Random(3)  # noqa: S311 - reproducible sampling, no secret
    clean = messages(CORPUS, most=VARIANTS_A_LINE)
    for folder in also:
        clean += messages(CORPUS / folder, most=VARIANTS_A_LINE)
    for folder in absorbed:
        clean += messages(CORPUS / folder, most=1)
    return [version for message in clean for version in (message, *roughened(message, chance))]


def recipients_of(rows: list[Message]) -> csr_matrix:
    """One row per message, one column per recipient."""
    columns = [RECIPIENTS.index(row.recipient) for row in rows]
    weighed = np.full(len(rows), RECIPIENT_SCALE)
    return csr_matrix((weighed, (range(len(rows)), columns)), shape=(len(rows), len(RECIPIENTS)))


def train(rows: list[Message]) -> dict[str, npt.NDArray]:
    """The arrays of the model file."""
    features = featured((judged_text(normalise(row.text)) for row in rows), message_groups())
    vocabulary = vocabulary_of(features, [row.seed for row in rows])
    always = csr_matrix(np.ones((len(rows), 1)))
    parts = [table_of(features, vocabulary, CONCEPT_WEIGHT), recipients_of(rows), always]
    table = hstack(parts, format="csr", dtype=np.float32)
    wanted, counts = _wanted(rows)
    allowed = telling(table, wanted, counts)
    allowed[len(vocabulary) :] = 1  # the recipient and the bias
    fitted = fit_together(table, wanted, counts, allowed, C)
    features_of, last = fitted[: len(vocabulary)].T, fitted[len(vocabulary) :]
    thresholds = [-LOWER_THRESHOLD] * len(LABELS) + [-ANY_THRESHOLD]
    arrays = stored(vocabulary, features_of, last[-1], thresholds)
    return arrays | {"recipients": last[:-1] * RECIPIENT_SCALE, "concept_weight": np.array(CONCEPT_WEIGHT)}


def _wanted(rows: list[Message]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float32]]:
    """Which outputs each message should have, and how much it counts for each (not at all where it can have none)."""
    wanted = np.array([[label in row.labels for label in LABELS] + [bool(row.labels)] for row in rows])
    possible = np.array([[label in LABELS_FOR[row.recipient] for label in LABELS] + [True] for row in rows])
    louder = np.where(wanted, SEEN_LOUDER, 1)
    louder[:, -1] = 1
    sisters = Counter(row.seed for row in rows)
    alone = np.array([sisters[row.seed] ** -SISTERS for row in rows])
    return wanted, (possible * louder * (alone / alone.mean())[:, None]).astype(np.float32)


def train_first_look(rows: list[Message]) -> dict[str, npt.NDArray]:
    """The first look: any violation or none, from hashed runs alone, set so low that it lets nearly all through."""
    texts = [normalise(row.text).text for row in rows]
    at, columns, values = [], [], []
    for number, text in enumerate(texts):
        slots = (run_keys(text) & np.uint32((1 << LOOK_BITS) - 1)).tolist()
        at += [number] * len(slots)
        columns += slots
        values += [run_scale(len(slots))] * len(slots)
    table = csr_matrix((values, (at, columns)), shape=(len(rows), 1 << LOOK_BITS))
    table = hstack([table, np.ones((len(rows), 1))], format="csr", dtype=np.float32)
    unlawful = np.array([bool(row.labels) for row in rows])
    folds = np.array([hash_of(row.seed) % GATE_FOLDS for row in rows])
    # an output for each fold that it has not seen, and one that has seen all
    seen = folds[:, None] != np.arange(GATE_FOLDS + 1)
    counts = (seen * np.where(unlawful, GATE_LOUDER, 1)[:, None]).astype(np.float32)
    wanted = np.repeat(unlawful[:, None], GATE_FOLDS + 1, axis=1)
    fitted = fit_together(table, wanted, counts, np.ones((1, 1), dtype=np.float32), GATE_C)
    unseen = (table @ fitted)[np.arange(len(rows)), folds]
    lowest = float(np.quantile(unseen[unlawful], GATE_MAY_LOSE))
    print(f"first look: at {lowest:.2f} lets {np.mean(unseen[~unlawful] >= lowest):.0%} of unseen lawful texts through")
    slots, bias = fitted[:-1, -1], fitted[-1, -1]
    scale = float(np.abs(slots).max() / 127)
    return {"gate": np.rint(slots / scale).astype(np.int8), "gate_line": np.array([scale, bias - lowest])}


def hash_of(seed: str) -> int:
    """A number for a seed that is the same in every run."""
    return crc32(seed.encode())


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--report", action="store_true")
    arguments.add_argument("--held-back", action="store_true", help="leave the former test sets out")
    arguments.add_argument("--out", type=Path, default=MODEL)
    options = arguments.parse_args()
    rows = training_messages([] if options.held_back else ABSORBED)
    arrays = train(rows) | train_first_look(rows)
    np.savez_compressed(options.out, **arrays)
    print(f"{len(rows)} messages, {len(arrays['keys'])} keys, {options.out.stat().st_size // 1024} KiB")
    if options.report:
        from reader_report import main as report

        sys.argv = [sys.argv[0]]
        report()


if __name__ == "__main__":
    main()
