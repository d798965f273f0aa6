"""What a folded text speaks of: the words of named groups in it, and which group stands before which.

A group stands for many words (爸, 老汉儿, 令尊 … are all ``relative``), so what a model learns of one holds for all.
Every trained reader brings its own groups; those of messages are ``lexicon/groups.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import combinations, islice
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick

from cuijie.reading.compiled import Trie, trie_of
from cuijie.reading.features import Codes
from cuijie.reading.lexicon import group_words

__all__ = ["NEAR", "WordGroups", "message_groups"]

NEAR = 14  # characters between two groups that still belong together
_KEY_BITS = 32
_FEW = 8  # texts that are gone through one by one
_Numbers = npt.NDArray[np.int64]


class _Found(NamedTuple):
    """Every occurrence of a group's word in some texts, by position: where it stands, its group, its text."""

    starts: _Numbers
    ends: _Numbers
    groups: _Numbers
    rows: _Numbers


class WordGroups:
    """Named groups of words, found in one pass; a group or a pair of groups has a key that a model can weigh."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        names = tuple(words)
        pairs = [(word, index) for index, name in enumerate(names) for word in words[name]]
        self._automaton = AhoCorasick([word for word, _ in pairs])
        self._groups = np.array([index for _, index in pairs], dtype=np.int64)
        self._single = _keys_of(names)
        self._ordered = _keys_of(f"{one}>{other}" for one in names for other in names)
        self._together = _keys_of(f"{one}&{other}" for one in names for other in names)
        self._words = words
        self._group_of: list[int] = self._groups.tolist()
        self._keys: list[list[int]] = [table.tolist() for table in (self._single, self._ordered, self._together)]

    def __len__(self) -> int:
        """How many groups there are."""
        return len(self._single)

    def located(self, texts: Sequence[str]) -> tuple[Codes, _Numbers]:
        """The key of each group in each text and of each ordered pair of groups close by, repeats included; its text.

        In the order of the texts.
        """
        if len(texts) <= _FEW:
            each = [self._one_by_one(text) for text in texts]
            counts = [len(groups) + len(near) for groups, near in each]
            keys = [key for groups, near in each for key in (*(self._keys[0][group] for group in groups), *near)]
            return np.array(keys, dtype=np.uint32), np.repeat(np.arange(len(texts)), counts)
        found = self._find(texts)
        near, near_rows = self._near(found)
        rows = np.concatenate([found.rows, near_rows])
        order = np.argsort(rows, kind="stable")
        return np.concatenate([self._single[found.groups], near])[order], rows[order]

    def keys(self, text: str) -> Codes:
        """The distinct keys of *text*: groups, ordered pairs close by, and pairs anywhere."""
        single, _, together = self._keys
        found, near = self._one_by_one(text)
        groups = sorted(set(found))
        pairs = [together[one * len(single) + other] for one, other in combinations(groups, 2)]
        return np.array(sorted({*(single[group] for group in groups), *near, *pairs}), dtype=np.uint32)

    def _one_by_one(self, text: str) -> tuple[list[int], list[int]]:
        """The group of each word in *text*, and the key of each ordered pair close by.

        The arithmetic of ``_find`` and ``_near`` in plain loops: for the ten words of a message they take a third of the time.
        """
        group_of, ordered, count = self._group_of, self._keys[1], len(self._keys[0])
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        found = sorted([(start, end, group_of[word]) for word, start, end in matches])
        near = []
        for at, (_, end, one) in enumerate(found, 1):
            for start, _, other in islice(found, at, None):
                if start > end + NEAR:
                    break
                if start >= end and other != one:
                    near.append(ordered[one * count + other])
        return [group for _, _, group in found], near

    def keys_of(self, texts: Sequence[str]) -> tuple[Codes, _Numbers]:
        """The distinct keys of each text, and the text each belongs to, in the order of the texts."""
        if len(texts) == 1:
            keys = self.keys(texts[0])
            return keys, np.zeros(len(keys), dtype=np.int64)
        found = self._find(texts)
        near, near_rows = self._near(found)
        anywhere, rows = self._anywhere(found)
        keys = np.concatenate([self._single[found.groups], near, anywhere]).astype(np.int64)
        owned = np.sort(np.concatenate([found.rows, near_rows, rows]) << _KEY_BITS | keys)
        owned = owned[np.diff(owned, prepend=-1) > 0]  # sorted: a third of the time of np.unique, which hashes
        return (owned & ((1 << _KEY_BITS) - 1)).astype(np.uint32), owned >> _KEY_BITS

    @cached_property
    def trie(self) -> Trie:
        """The words, each with the places of its groups."""
        owners: dict[str, list[int]] = {}
        for index, words in enumerate(self._words.values()):
            for word in words:
                owners.setdefault(word, []).append(index)
        return trie_of(owners)

    @cached_property
    def numbered(self) -> tuple[Codes, _Numbers]:
        """All keys, and the number among them of each group's, each ordered pair's and each pair's anywhere."""
        keys, numbers = np.unique(np.concatenate([self._single, self._ordered, self._together]), return_inverse=True)
        return keys, numbers

    def _find(self, texts: Sequence[str]) -> _Found:
        found = self._automaton.find_matches_as_indexes("\n".join(texts), overlapping=True)
        words, starts, ends = np.array(found, dtype=np.int64).reshape(-1, 3).T
        groups = self._groups[words]
        order = np.lexsort((groups, ends, starts))
        # where each text begins; no word goes over the newline between two
        begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
        rows = np.searchsorted(begins, starts[order], side="right") - 1
        return _Found(starts[order], ends[order], groups[order], rows)

    def _near(self, found: _Found) -> tuple[Codes, _Numbers]:
        """The keys of all ordered pairs close by, repeats included, and their texts."""
        last = np.searchsorted(found.starts, found.ends + NEAR, side="right")
        first, second = _pairs_up_to(np.minimum(last, np.searchsorted(found.rows, found.rows, side="right")))
        one, other = found.groups[first], found.groups[second]
        kept = (found.starts[second] >= found.ends[first]) & (one != other)
        return self._ordered[(one * len(self._single) + other)[kept]], found.rows[first][kept]

    def _anywhere(self, found: _Found) -> tuple[Codes, _Numbers]:
        """The keys of all pairs of groups in one text, and their texts."""
        count = len(self._single)
        present = np.unique(found.rows * count + found.groups)
        owners, groups = present // count, present % count
        first, second = _pairs_up_to(np.searchsorted(owners, owners, side="right"))
        return self._together[groups[first] * count + groups[second]], owners[first]


def _pairs_up_to(ends: _Numbers) -> tuple[_Numbers, _Numbers]:
    """All pairs of a place and a later one that is below the end given for the first."""
    places = np.arange(len(ends))
    counts = np.maximum(ends - places - 1, 0)
    first = np.repeat(places, counts)
    return first, np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts) + first + 1


def _keys_of(names: Iterable[str]) -> Codes:
    return np.array([crc32(name.encode()) for name in names], dtype=np.uint32)


@cache
def message_groups() -> WordGroups:
    """The groups of the reader of messages."""
    return WordGroups(group_words())
