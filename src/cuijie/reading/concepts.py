"""What a folded text speaks of: the word groups of ``lexicon/groups.yaml`` in it, and which stands before which.

A group stands for many words (爸, 老汉儿, 令尊 … are all ``relative``), so what the model learns of one holds for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from zlib import crc32

from ahocorasick_rs import AhoCorasick

from cuijie.reading.lexicon import group_words

__all__ = ["Concept", "concept_keys", "concepts_in"]

_NEAR = 14  # characters between two groups that still belong together


@dataclass(frozen=True, slots=True)
class Concept:
    """One occurrence of a group's word."""

    start: int
    end: int
    group: int


@dataclass(frozen=True, slots=True)
class _Finder:
    automaton: AhoCorasick
    groups: tuple[int, ...]
    single: tuple[int, ...]
    ordered: tuple[tuple[int, ...], ...]
    together: tuple[tuple[int, ...], ...]


@cache
def _finder() -> _Finder:
    words = group_words()
    names = tuple(words)
    pairs = [(word, index) for index, name in enumerate(names) for word in words[name]]
    return _Finder(
        automaton=AhoCorasick([word for word, _ in pairs]),
        groups=tuple(index for _, index in pairs),
        single=tuple(crc32(name.encode()) for name in names),
        ordered=tuple(tuple(crc32(f"{one}>{other}".encode()) for other in names) for one in names),
        together=tuple(tuple(crc32(f"{one}&{other}".encode()) for other in names) for one in names),
    )


def concepts_in(text: str) -> list[Concept]:
    """Every occurrence of every group in *text*, by position."""
    finder = _finder()
    found = finder.automaton.find_matches_as_indexes(text, overlapping=True)
    return sorted((Concept(start, end, finder.groups[word]) for word, start, end in found), key=_position)


def _position(concept: Concept) -> tuple[int, int, int]:
    return concept.start, concept.end, concept.group


def located_keys(concepts: Sequence[Concept]) -> Iterator[tuple[int, int, int]]:
    """(key, start, end) of each group and of each ordered pair of groups close by."""
    finder = _finder()
    for at, one in enumerate(concepts):
        yield finder.single[one.group], one.start, one.end
        for other in concepts[at + 1 :]:
            if other.start - one.end > _NEAR:
                break
            if other.start >= one.end and other.group != one.group:
                yield finder.ordered[one.group][other.group], one.start, other.end


def concept_keys(concepts: Sequence[Concept]) -> set[int]:
    """The distinct keys of *concepts*: groups, ordered pairs close by, and pairs anywhere."""
    finder = _finder()
    keys = {key for key, _, _ in located_keys(concepts)}
    present = sorted({concept.group for concept in concepts})
    for at, one in enumerate(present):
        keys.update(finder.together[one][other] for other in present[at + 1 :])
    return keys
