"""Trains the readers of offers of help and of contract clauses on our own corpus and writes their models.

    python scripts/train_prevention.py              train both, write the models
    python scripts/train_prevention.py scam --try   train without a fifth of the lines at a time; how are those read?

Needs scikit-learn (development group).  Same corpus, same model: nothing here is left to chance.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
from linear_training import featured, stored, table_of, vocabulary_of
from prevention_data import CODES, Labelled, examples, joined, labelled, messages_of, numbered
from sklearn.linear_model import LogisticRegression

from cuijie.prevention.trained import groups_of, model_file
from cuijie.reading.normalise import normalise

VARIANTS_A_LINE = 6
JOINED = 1500  # texts of several lines
LAWFUL_MESSAGES, TRAP_MESSAGES = 800, 240  # beside the corpus's own lines, however large that of messages grows
FOLDS = 5
FEWEST_SEEDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one model is trained; chosen on lines that it had not seen (``--try``)."""

    c: float
    concept_weight: float  # of all word groups beside the runs of characters
    label_threshold: float
    any_threshold: float


SETTINGS = {
    "scam": Settings(c=30.0, concept_weight=0.45, label_threshold=-0.3, any_threshold=0.15),
    "contract": Settings(c=10.0, concept_weight=1.2, label_threshold=0.2, any_threshold=0.4),
}


def training_texts(subject: str) -> list[Labelled]:
    """The corpus; offers also as texts of several lines and beside messages, clauses also numbered."""
    rows = labelled(subject, most=VARIANTS_A_LINE)
    chance = random.Random(5)  # noqa: S311 - reproducible sampling, no secret
    if subject == "contract":
        return rows + list(numbered(rows, chance))
    return rows + list(joined(rows, JOINED, chance)) + [*messages_of(LAWFUL_MESSAGES, TRAP_MESSAGES), *examples()]


def outputs(subject: str) -> tuple[str, ...]:
    """What the model tells: every label, and last *any at all*."""
    return (*CODES[subject].values(), "any")


def wanted(rows: Sequence[Labelled], output: str) -> npt.NDArray[np.bool_]:
    """For each text, whether *output* should speak."""
    return np.array([bool(row.labels) if output == "any" else output in row.labels for row in rows])


def unfitted(subject: str, output: str) -> LogisticRegression:
    """A model to be fitted; a label is rare, so its texts count more."""
    weight = None if output == "any" else "balanced"
    return LogisticRegression(C=SETTINGS[subject].c, solver="liblinear", class_weight=weight, random_state=1)


def learnt_from(subject: str, rows: Sequence[Labelled], output: str) -> npt.NDArray[np.bool_]:
    """The texts an output is learnt from: which sign a trap shows is learnt among traps, the rest among all."""
    return np.array([subject == "contract" or output == "any" or bool(row.labels) for row in rows])


def train(subject: str) -> dict[str, npt.NDArray]:
    """The arrays of the model file."""
    rows, settings = training_texts(subject), SETTINGS[subject]
    features = featured((normalise(row.text).text for row in rows), groups_of(subject))
    vocabulary = vocabulary_of(features, [row.seeds[0] for row in rows], FEWEST_SEEDS)
    table = table_of(features, vocabulary, settings.concept_weight)
    fitted = []
    for output in outputs(subject):
        chosen = learnt_from(subject, rows, output)
        fitted.append(unfitted(subject, output).fit(table[chosen], wanted(rows, output)[chosen]))
    thresholds = [settings.label_threshold] * len(CODES[subject]) + [settings.any_threshold]
    print(f"{subject}: {len(rows)} texts, {len(vocabulary)} keys")
    arrays = stored(vocabulary, [one.coef_[0] for one in fitted], [one.intercept_[0] for one in fitted], thresholds)
    return arrays | {"concept_weight": np.array(settings.concept_weight)}


def try_out(subject: str, errors: bool) -> None:
    """Prints how lines are read that the model has not seen, a fold at a time."""
    rows, settings = training_texts(subject), SETTINGS[subject]
    features = featured((normalise(row.text).text for row in rows), groups_of(subject))
    vocabulary = vocabulary_of(features, [row.seeds[0] for row in rows], FEWEST_SEEDS)
    table = table_of(features, vocabulary, settings.concept_weight)
    folds = [{crc32(seed.encode()) % FOLDS for seed in row.seeds} for row in rows]
    for output in outputs(subject):
        real, odds, chosen = wanted(rows, output), np.full(len(rows), np.nan), learnt_from(subject, rows, output)
        for fold in range(FOLDS):
            seen = np.array([fold not in one for one in folds]) & chosen
            told = np.array([one == {fold} for one in folds]) & chosen
            if told.any():
                odds[told] = unfitted(subject, output).fit(table[seen], real[seen]).decision_function(table[told])
        print(output.ljust(22), *(_figures(real, odds, line) for line in (-1.0, -0.5, 0.0, 0.5, 1.0)))
        if errors and output == "any":
            for at in np.flatnonzero((odds > 0) != real):
                if not np.isnan(odds[at]):
                    print(f"{odds[at]:+.2f} {sorted(rows[at].labels)} {rows[at].text}")


def _figures(real: npt.NDArray[np.bool_], odds: npt.NDArray, line: float) -> str:
    known = ~np.isnan(odds)
    right = float(((odds > line) & real & known).sum())
    claimed, every = float(((odds > line) & known).sum()), float((real & known).sum())
    return f"{line:+.1f}: P {right / max(claimed, 1):.2f} R {right / max(every, 1):.2f} |"


def main() -> None:
    """Entry point."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("subjects", nargs="*", default=list(CODES))
    arguments.add_argument("--try", dest="tried", action="store_true")
    arguments.add_argument("--errors", action="store_true")
    options = arguments.parse_args()
    for subject in options.subjects:
        if options.tried:
            try_out(subject, options.errors)
            continue
        np.savez_compressed(model_file(subject), **train(subject))
        print(f"  {model_file(subject).stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
