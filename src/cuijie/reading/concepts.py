"""What a folded text speaks of: the words of named groups in it, and which group stands before which.

A group stands for many words (爸, 老汉儿, 令尊 … are all ``relative``), so what a model learns of one holds for all.
Every trained reader brings its own groups; those of messages are ``lexicon/groups.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

import numpy as np
from ahocorasick_rs import AhoCorasick

from cuijie.reading.features import Codes
from cuijie.reading.lexicon import group_words

__all__ = ["Concept", "WordGroups", "message_groups"]

_NEAR = 14  # characters between two groups that still belong together


@dataclass(frozen=True, slots=True)
class Concept:
    """One occurrence of a group's word."""

    start: int
    end: int
    group: int


class WordGroups:
    """Named groups of words, found in one pass; a group or a pair of groups has a key that a model can weigh."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        names = tuple(words)
        pairs = [(word, index) for index, name in enumerate(names) for word in words[name]]
        self._automaton = AhoCorasick([word for word, _ in pairs])
        self._groups = tuple(index for _, index in pairs)
        self._single = tuple(crc32(name.encode()) for name in names)
        self._ordered = tuple(tuple(crc32(f"{one}>{other}".encode()) for other in names) for one in names)
        self._together = tuple(tuple(crc32(f"{one}&{other}".encode()) for other in names) for one in names)

    def find(self, text: str) -> list[Concept]:
        """Every occurrence of every group in *text*, by position."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return sorted((Concept(start, end, self._groups[word]) for word, start, end in found), key=_position)

    def located(self, text: str) -> Codes:
        """The key of each group in *text* and of each ordered pair of groups close by, repeats included."""
        return np.fromiter(self._near(self.find(text)), dtype=np.uint32)

    def keys(self, text: str) -> Codes:
        """The distinct keys of *text*: groups, ordered pairs close by, and pairs anywhere."""
        concepts = self.find(text)
        keys = set(self._near(concepts))
        present = sorted({concept.group for concept in concepts})
        for at, one in enumerate(present):
            keys.update(self._together[one][other] for other in present[at + 1 :])
        return np.fromiter(sorted(keys), dtype=np.uint32)

    def _near(self, concepts: Sequence[Concept]) -> Iterator[int]:
        for at, one in enumerate(concepts):
            yield self._single[one.group]
            for other in concepts[at + 1 :]:
                if other.start - one.end > _NEAR:
                    break
                if other.start >= one.end and other.group != one.group:
                    yield self._ordered[one.group][other.group]


def _position(concept: Concept) -> tuple[int, int, int]:
    return concept.start, concept.end, concept.group


@cache
def message_groups() -> WordGroups:
    """The groups of the reader of messages."""
    return WordGroups(group_words())
