"""The words an expression cannot do without, and a finder that tries expressions only on texts that hold one.

One pass over a text finds the words of all expressions at once; nine in ten expressions need not be tried then.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from re import _constants as _op  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser  # type: ignore[attr-defined]
from typing import Generic, TypeVar

import numpy as np
from ahocorasick_rs import AhoCorasick

__all__ = ["Screen", "Screened", "needed_words"]

_MAX_LITERALS = 600


_Key = TypeVar("_Key", bound=Hashable)


class Screen(Generic[_Key]):
    """Says which expressions a text could match, from the words each cannot do without."""

    def __init__(self, needed: Mapping[_Key, Collection[str]]) -> None:
        """*needed*: expression → words of which every match holds one; without words it is always possible."""
        owners: dict[str, list[_Key]] = {}
        for key, words in needed.items():
            for word in words:
                owners.setdefault(word, []).append(key)
        self._finder = AhoCorasick(list(owners))
        self._owners = tuple(tuple(keys) for keys in owners.values())
        self._always = frozenset(key for key, words in needed.items() if not words)

    def possible(self, text: str) -> set[_Key]:
        """The expressions that *text* could match."""
        found = {word for word, _, _ in self._finder.find_matches_as_indexes(text, overlapping=True)}
        return set(self._always).union(*[self._owners[word] for word in found])

    def possible_each(self, texts: Sequence[str]) -> list[set[_Key]]:
        """The same for each of some texts, in one pass."""
        if len(texts) == 1:
            return [self.possible(texts[0])]
        possible = [set(self._always) for _ in texts]
        found = self._finder.find_matches_as_indexes("\n".join(texts), overlapping=True)
        if found:
            words, starts, _ = np.array(found, dtype=np.int64).T
            ends = np.cumsum([len(text) + 1 for text in texts])
            pairs = np.unique(np.searchsorted(ends, starts, side="right") * len(self._owners) + words)
            rows, words = np.divmod(pairs, len(self._owners))
            for row, word in zip(rows.tolist(), words.tolist(), strict=True):
                possible[row].update(self._owners[word])
        return possible


class Screened(dict[str, re.Pattern[str]]):
    """Named expressions, each tried only on texts that hold a word it cannot do without."""

    def __init__(self, expressions: Mapping[str, re.Pattern[str]]) -> None:
        super().__init__(expressions)
        screen = Screen({name: needed_words(expression.pattern) for name, expression in expressions.items()})
        self._possible = lru_cache(maxsize=4)(screen.possible)  # one text is asked about several times in a row

    def search(self, name: str, text: str) -> re.Match[str] | None:
        """The first match in *text* of the expression of this name."""
        return self[name].search(text) if name in self._possible(text) else None


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
