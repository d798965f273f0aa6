"""The words an expression cannot do without, and a finder that tries expressions only on texts that hold one.

One pass over a text finds the words of all expressions at once; nine in ten expressions need not be tried then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, product
from re import _constants as _op  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser  # type: ignore[attr-defined]

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick

from cuijie.reading.compiled import kernels, stretches_of, trie_of

__all__ = ["Needed", "Numbers", "Screen", "Screened", "needed_words"]

Numbers = npt.NDArray[np.int64]
Needed = tuple[tuple[tuple[str, ...], ...], ...]
"""Alternatives of sets of words."""
_Piece = tuple[object, object]

_MAX_LITERALS = 600
_FEW = 8  # texts that are gone through one by one


class Screen:
    """Says which numbered expressions a text could match, from the words each cannot do without."""

    def __init__(self, needed: Mapping[int, Needed]) -> None:
        """*needed*: number → what every match needs; an expression that needs nothing is always possible."""
        self._always = tuple(number for number, alternatives in needed.items() if not alternatives)
        self._numbers = max(needed, default=0) + 1
        sets: list[tuple[int, tuple[str, ...]]] = []  # of all alternatives, one after the other
        self._number_of: list[int] = []
        for number, alternatives in needed.items():
            for alternative in alternatives:
                sets += [(len(self._number_of), words) for words in alternative]
                self._number_of.append(number)
        self._alternative_of = [alternative for alternative, _ in sets]
        self._alternatives = np.array(self._alternative_of, dtype=np.int64)
        self._expressions = np.array(self._number_of, dtype=np.int64)
        self._sets = np.bincount(self._alternatives, minlength=len(self._number_of))
        self._sets_of: list[int] = self._sets.tolist()
        self._owners: dict[str, list[int]] = {}
        for place, (_, words) in enumerate(sets):
            for word in words:
                self._owners.setdefault(word, []).append(place)
        self._places = tuple(self._owners.values())

    @cached_property
    def _finder(self) -> AhoCorasick:
        return AhoCorasick(list(self._owners))

    def possible(self, text: str) -> list[int]:
        """The expressions that *text* could match, in order."""
        held: set[int] = set()
        for word in {word for word, _, _ in self._finder.find_matches_as_indexes(text, overlapping=True)}:
            held.update(self._places[word])
        met, missing = set(self._always), dict[int, int]()
        for place in held:
            alternative = self._alternative_of[place]
            missing[alternative] = left = missing.get(alternative, self._sets_of[alternative]) - 1
            if not left:
                met.add(self._number_of[alternative])
        return sorted(met)

    def each(self, texts: Sequence[str]) -> Iterable[tuple[int, int]]:
        """For some texts, in order: which text, and which expression it could match."""
        if len(texts) <= _FEW:
            return [(row, number) for row, text in enumerate(texts) for number in self.possible(text)]
        rows, numbers = self.pairs(texts)
        return zip(rows.tolist(), numbers.tolist(), strict=True)

    def pairs(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """The same as two columns."""
        if (compiled := kernels()) is not None and len(texts) > 1:
            met = np.zeros((len(texts), self._numbers), dtype=np.bool_)
            met[:, self._always] = True
            compiled.find_possible(*stretches_of(texts), *self._tables, met)
            rows, numbers = met.nonzero()
            return rows, numbers
        if len(texts) <= _FEW:
            rows, numbers = np.array([*self.each(texts)], dtype=np.int64).reshape(-1, 2).T
            return rows, numbers
        held = self._held(texts)
        places, alternatives = len(self._alternative_of), len(self._number_of)
        begun = held // places * alternatives + self._alternatives[held % places]
        begun, counts = np.unique(begun, return_counts=True)
        whole = begun[counts == self._sets[begun % alternatives]]
        found = whole // alternatives * self._numbers + self._expressions[whole % alternatives]
        always = np.add.outer(np.arange(len(texts)) * self._numbers, self._always).ravel()
        possible = np.unique(np.concatenate([found, always]).astype(np.int64))
        return possible // self._numbers, possible % self._numbers

    def _held(self, texts: Sequence[str]) -> Numbers:
        """The sets of which each text holds a word, all of them numbered text by text, in order."""
        found = self._finder.find_matches_as_indexes("\n".join(texts), overlapping=True)
        words, starts = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3).T[:2]
        rows = np.searchsorted(np.cumsum([len(text) + 1 for text in texts]), starts, side="right")
        counts, flat = self._flat
        each = counts[words]
        ordinal = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        begins = np.cumsum(counts) - counts
        owned = np.repeat(rows, each) * len(self._alternative_of) + flat[np.repeat(begins[words], each) + ordinal]
        return np.unique(owned)

    @cached_property
    def _flat(self) -> tuple[Numbers, Numbers]:
        """How many sets each word belongs to, and those of all words one after the other."""
        counts = np.array([len(places) for places in self._places], dtype=np.int64)
        return counts, np.array(list(chain.from_iterable(self._places)), dtype=np.int64)

    @cached_property
    def _tables(self) -> tuple[object, ...]:
        """What the compiled loop reads: words as a trie, the alternative of each set, its number of sets, its expression."""
        return *trie_of(self._owners)[:-1], self._alternatives, self._sets, self._expressions


class Screened(dict[str, re.Pattern[str]]):
    """Named expressions, each tried only on texts that hold a word it cannot do without."""

    def __init__(self, expressions: Mapping[str, re.Pattern[str]]) -> None:
        super().__init__(expressions)
        self._numbers = {name: number for number, name in enumerate(expressions)}
        self._screen = Screen({self._numbers[name]: needed_words(one.pattern) for name, one in expressions.items()})
        self._possible = lru_cache(maxsize=4)(self._screen.possible)  # one text is asked about several times in a row
        self._ahead: dict[str, list[int]] = {}

    def look_ahead(self, texts: Sequence[str]) -> None:
        """Look some texts up together, which are then searched one by one; forgets those of the last time."""
        self._ahead = {text: [] for text in texts}
        for row, number in self._screen.each(texts):
            self._ahead[texts[row]].append(number)

    def search(self, name: str, text: str) -> re.Match[str] | None:
        """The first match in *text* of the expression of this name."""
        ahead = self._ahead.get(text)
        possible = self._possible(text) if ahead is None else ahead
        return self[name].search(text) if self._numbers[name] in possible else None


def needed_words(expression: str) -> Needed:
    """What every match of *expression* holds: for one of the alternatives, a word of each of its sets.

    Nothing if there is a match that need not hold any word.
    """
    alternatives = tuple(
        tuple(tuple(sorted(words)) for words in _sets(one)) for one in _branches(_parser.parse(expression))
    )
    return alternatives if all(alternatives) else ()


def _branches(parsed: Iterable[_Piece]) -> Iterator[Iterable[_Piece]]:
    """The branches of an expression that is nothing but branches; else the expression."""
    pieces = list(parsed)
    if len(pieces) == 1 and pieces[0][0] is _op.SUBPATTERN:
        yield from _branches(pieces[0][1][3])  # type: ignore[index]
    elif len(pieces) == 1 and pieces[0][0] is _op.BRANCH:
        for branch in pieces[0][1][1]:  # type: ignore[index]
            yield from _branches(branch)
    else:
        yield pieces


def _sets(parsed: Iterable[_Piece]) -> Iterator[set[str]]:
    """Sets of strings of each of which every match holds at least one."""
    run: set[str] = {""}
    for op, value in [*parsed, (None, None)]:
        exact = _exact(op, value)
        if exact is not None and len(run) * len(exact) <= _MAX_LITERALS:
            run = {a + b for a, b in product(run, exact)}
            continue
        if "" not in run:
            yield run
        run = exact if exact is not None else {""}
        inside = _inside(op, value) if exact is None and op is not None else None
        if inside and "" not in inside:
            yield inside


def _needed(parsed: Iterable[_Piece]) -> set[str] | None:
    """The most telling of the ``_sets``; None if there is none."""
    best: set[str] | None = None
    for words in _sets(parsed):
        best = _better(best, words)
    return best


def _better(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    def worth(words: set[str] | None) -> tuple[int, float]:
        if not words or "" in words:
            return (0, 0.0)
        return (min(2, min(map(len, words))), -len(words))

    return max((one, other), key=worth)


def _exact(op: object, value: object) -> set[str] | None:
    """All strings the piece can be, if they are few."""
    if op is _op.LITERAL:
        return {chr(value)}  # type: ignore[arg-type]
    if op is _op.IN and isinstance(value, list) and len(value) <= 12 and all(kind is _op.LITERAL for kind, _ in value):
        return {chr(code) for _, code in value}
    if op is _op.SUBPATTERN:
        return _exact_run(value[3])  # type: ignore[index]
    if op is _op.BRANCH:
        branches = [_exact_run(branch) for branch in value[1]]  # type: ignore[index]
        if all(branch is not None for branch in branches):
            joined = {word for branch in branches for word in branch or ()}
            return joined if len(joined) <= _MAX_LITERALS else None
    if op is _op.MAX_REPEAT and value[:2] == (0, 1):  # type: ignore[index]
        inner = _exact_run(value[2])  # type: ignore[index]
        return None if inner is None else inner | {""}
    return None


def _exact_run(parsed: Iterable[_Piece]) -> set[str] | None:
    run = {""}
    for op, value in parsed:
        exact = _exact(op, value)
        if exact is None or len(run) * len(exact) > _MAX_LITERALS:
            return None
        run = {a + b for a, b in product(run, exact)}
    return run


def _inside(op: object, value: object) -> set[str] | None:
    if op is _op.SUBPATTERN:
        return _needed(value[3])  # type: ignore[index]
    if op is _op.BRANCH:
        branches = [_needed(branch) for branch in value[1]]  # type: ignore[index]
        if all(branch and "" not in branch for branch in branches):
            return {word for branch in branches for word in branch or ()}
        return None
    if op is _op.MAX_REPEAT and value[0] >= 1:  # type: ignore[index]
        return _needed(value[2])  # type: ignore[index]
    return None
