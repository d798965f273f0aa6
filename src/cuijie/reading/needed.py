"""The words an expression cannot do without, and a finder that tries expressions only on texts that hold one.

One pass over a text finds the words of all expressions at once; nine in ten expressions need not be tried then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from re import _constants as _op  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser  # type: ignore[attr-defined]

import numpy as np
from ahocorasick_rs import AhoCorasick

__all__ = ["Screen", "Screened", "needed_words"]

_MAX_LITERALS = 600


class Screen:
    """Says which numbered expressions a text could match, from the words each cannot do without."""

    def __init__(self, needed: Mapping[int, Collection[str]]) -> None:
        """*needed*: number → words of which every match holds one; an expression without words is always possible."""
        owners: dict[str, list[int]] = {}
        for number, words in needed.items():
            for word in words:
                owners.setdefault(word, []).append(number)
        self._finder = AhoCorasick(list(owners))
        self._owners = tuple(tuple(numbers) for numbers in owners.values())
        self._always = tuple(number for number, words in needed.items() if not words)
        self._numbers = max(needed, default=0) + 1
        # the owners of all words one after the other: where those of a word begin, and how many they are
        self._flat = np.array([number for numbers in self._owners for number in numbers], dtype=np.int64)
        self._counts = np.array([len(numbers) for numbers in self._owners], dtype=np.int64)
        self._begins = np.cumsum(self._counts) - self._counts

    def possible(self, text: str) -> list[int]:
        """The expressions that *text* could match, in order."""
        found = {word for word, _, _ in self._finder.find_matches_as_indexes(text, overlapping=True)}
        return sorted(set(self._always).union(*[self._owners[word] for word in found]))

    def possible_each(self, texts: Sequence[str]) -> list[list[int]]:
        """The same for each of some texts, in one pass."""
        if len(texts) <= 1:
            return [self.possible(text) for text in texts]
        count = len(texts)
        found = self._finder.find_matches_as_indexes("\n".join(texts), overlapping=True)
        words, starts, _ = np.array(found, dtype=np.int64).reshape(-1, 3).T
        rows = np.searchsorted(np.cumsum([len(text) + 1 for text in texts]), starts, side="right")
        each = self._counts[words]
        ordinal = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
        owned = np.repeat(rows, each) * self._numbers + self._flat[np.repeat(self._begins[words], each) + ordinal]
        always = np.add.outer(np.arange(count) * self._numbers, self._always).ravel()
        possible = np.sort(np.concatenate([owned, always]).astype(np.int64))
        possible = possible[np.diff(possible, prepend=-1) > 0]
        borders = np.searchsorted(possible, np.arange(count + 1) * self._numbers).tolist()
        numbers = (possible % self._numbers).tolist()
        return [numbers[start:end] for start, end in pairwise(borders)]


class Screened(dict[str, re.Pattern[str]]):
    """Named expressions, each tried only on texts that hold a word it cannot do without."""

    def __init__(self, expressions: Mapping[str, re.Pattern[str]]) -> None:
        super().__init__(expressions)
        self._numbers = {name: number for number, name in enumerate(expressions)}
        screen = Screen({self._numbers[name]: needed_words(one.pattern) for name, one in expressions.items()})
        self._possible = lru_cache(maxsize=4)(screen.possible)  # one text is asked about several times in a row

    def search(self, name: str, text: str) -> re.Match[str] | None:
        """The first match in *text* of the expression of this name."""
        return self[name].search(text) if self._numbers[name] in self._possible(text) else None


def needed_words(expression: str) -> tuple[str, ...]:
    """Words of which every match of *expression* holds at least one, sorted; none if there are no such words."""
    needed = _needed(_parser.parse(expression))
    return tuple(sorted(needed)) if needed and "" not in needed else ()


def _needed(parsed: Iterable[tuple[object, object]]) -> set[str] | None:
    """Strings of which every match holds at least one, the longest such set found; None if there is none."""
    best: set[str] | None = None
    run: set[str] | None = {""}
    for op, value in [*parsed, (None, None)]:
        exact = _exact(op, value)
        if exact is not None and run is not None and len(run) * len(exact) <= _MAX_LITERALS:
            run = {a + b for a, b in product(run, exact)}
            continue
        best = _better(best, run)
        run = exact if exact is not None else {""}
        if exact is None and op is not None:
            best = _better(best, _inside(op, value))
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


def _exact_run(parsed: Iterable[tuple[object, object]]) -> set[str] | None:
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
