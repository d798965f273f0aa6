"""The trained readers of this room: offers of help (``scam``) and contract clauses (``contract``).

Linear models over runs of characters and word groups, the machinery of the reader of messages; trained by
``scripts/train_prevention.py`` on sentences of our own making, see ``models/model_card.md``.  What they see is
possible, never certain: a person is asked to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cuijie.reading.concepts import WordGroups
from cuijie.reading.lexicon import load_groups
from cuijie.reading.linear import Linear, linear_of, load_arrays, unusable

__all__ = ["groups_of", "model_file", "passages", "sentences_in", "trained"]

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]?")
_LONGEST = 160  # characters of a passage: about what one line of the corpus or two of them hold
_FOLDER = Path(__file__).parent / "models"


def model_file(subject: str) -> Path:
    """Where the model of *subject* is kept."""
    return _FOLDER / f"{subject}.npz"


@cache
def groups_of(subject: str) -> WordGroups:
    """The word groups that the model of *subject* weighs.  Raises DataFileError."""
    return WordGroups(load_groups(_FOLDER / f"{subject}_words.yaml"))


@cache
def trained(subject: str) -> Linear:
    """The model of *subject*; loaded on first use.  Raises CouldNotFinish if its file is missing or damaged."""
    stored = load_arrays(model_file(subject))
    try:
        return linear_of(stored, groups_of(subject))
    except KeyError as error:
        raise unusable(model_file(subject)) from error


def sentences_in(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The places of the sentences of ``text[start:end]``, without those of marks and blanks alone."""
    for match in _SENTENCE.finditer(text, start, end):
        if match[0].strip(" \n。！？!?"):
            yield match.span()


def passages(text: str) -> Iterator[tuple[int, int]]:
    """The places of the passages of *text*: whole sentences up to a length, each but the first begun halfway back."""
    ends = [match.end() for match in _SENTENCE.finditer(text) if match[0]]
    start, last = 0, 0
    for at, end in enumerate(ends):
        nearest = at + 1 == len(ends)
        if nearest or ends[at + 1] - start > _LONGEST:
            if any(sentences_in(text, start, end)):
                yield start, end
            halfway = start + (end - start) // 2
            start = next((one for one in ends[last : at + 1] if one >= halfway), end)
            last = at
