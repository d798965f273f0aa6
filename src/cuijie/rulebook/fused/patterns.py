"""Rows alike to one rule, numbered: reasons are worked out once for each such pattern, not for each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cuijie.rulebook.columns import Value
from cuijie.rulebook.compiled import WHO_ACTED
from cuijie.rulebook.fused.classes import Classes
from cuijie.rulebook.fused.facts import Facts
from cuijie.rulebook.fused.kernels import Hashes, Places, add_bits, add_codes
from cuijie.rulebook.fused.table import Interner
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.predicate import Atom, OneOf, Span, atoms_of

__all__ = ["Patterns", "tested_atoms"]

_TRUTHS: tuple[Value, ...] = (None, False, True)
_ROOM = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One column of the rule: its classes as this rule tells them apart, a value of each, and what each is worth."""

    column: str
    samples: tuple[Value, ...]
    scaled: Hashes  # by class number of the whole rulebook
    radix: int
    step: int  # the number of the table in which what stands before is folded together


class Patterns:
    """The patterns of *linked* over the classes of the whole rulebook."""

    def __init__(self, linked: LinkedRule, classes: Mapping[str, Classes]) -> None:
        tests: dict[str, list[OneOf | Span]] = {name: [] for name in linked.columns}
        for atom in tested_atoms(linked):
            tests.setdefault(atom.column, []).append(atom.test)
        self._places: list[_Place] = []
        self._tables: list[Interner] = [Interner()]
        radix = 1
        for name, of_column in tests.items():
            samples, local = _local(classes.get(name), of_column)
            if radix * len(samples) >= _ROOM:
                self._tables.append(Interner())
                radix = 1 << 31
            scaled = np.array([number * radix for number in local], np.uint64)
            step = len(self._tables) - 1
            self._places.append(_Place(column=name, samples=samples, scaled=scaled, radix=radix, step=step))
            radix *= len(samples)

    def __len__(self) -> int:
        return len(self._tables[-1])

    def numbers(self, facts: Facts, rows: Places) -> Places:
        """The number of the pattern of each of *rows*."""
        keys: Hashes = np.zeros(rows.shape[0], np.uint64)
        step = 0
        for place in self._places:
            if place.step != step:
                keys, step = self._tables[step].numbers(keys).astype(np.uint64), place.step
            if place.column in facts.codes:
                add_codes(keys, facts.codes[place.column], rows, place.scaled)
            elif facts.known[place.column].any():
                add_bits(keys, facts.true[place.column], facts.known[place.column], rows, place.scaled)
        return self._tables[-1].numbers(keys)

    def values(self, number: int) -> Callable[[str], Value]:
        """The facts of one pattern, each by a value of its class."""
        found: dict[str, Value] = {}
        step = len(self._tables) - 1
        key = int(self._tables[step].keys[number])
        for place in reversed(self._places):
            if place.step != step:
                step = place.step
                key = int(self._tables[step].keys[key % (1 << 31)])
            found[place.column] = place.samples[key // place.radix % len(place.samples)]
        return found.__getitem__


def _local(classes: Classes | None, tests: list[OneOf | Span]) -> tuple[tuple[Value, ...], list[int]]:
    """The values this rule tells apart, None first, and the place among them of each class."""
    if classes is None:
        return _TRUTHS, [0, 1, 2]
    seen: dict[tuple[bool, ...], int] = {}
    samples: list[Value] = [None]
    local = [0]
    for sample in classes.samples:
        answers = tuple(test.holds(sample) for test in tests)
        if answers not in seen:
            seen[answers] = len(samples)
            samples.append(sample)
        local.append(seen[answers])
    return tuple(samples), local


def tested_atoms(linked: LinkedRule) -> list[Atom]:
    """Every test of the rule, those among them that only tell whom to ask."""
    window = linked.rule.window
    named = {*linked.columns, *((*window.per, window.distinct) if window else ())}
    who = WHO_ACTED if "institution_id" in named else ()
    return [*atoms_of(linked.verdict), *who]
