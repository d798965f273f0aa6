"""One pass over time-ordered batches that judges by every rule at once; the fused engine's inner interface.

    judging = FusedPass(book.rules, registers=registers)
    for batch in batches:              # Arrow, contacts without a time first, then in the order of time
        judging.feed(batch)
        found += judging.take()        # what contact rules find by now
    judging.close()
    found += judging.take()            # the rest
    windows = [part for one in judging.window_rules for part in one.found]

The same parsed rules as every engine; batches never become Python objects.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from cuijie.records import Loan
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.compiled import outcome_of
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.fused.arrow import words_for
from cuijie.rulebook.fused.classes import Classes, classes_of
from cuijie.rulebook.fused.fact_reader import CODED, FactReader
from cuijie.rulebook.fused.facts import Facts
from cuijie.rulebook.fused.kernels import Longs, Masks, Places, bits_of_codes, places_of
from cuijie.rulebook.fused.lanes import Lanes
from cuijie.rulebook.fused.patterns import Patterns, tested_atoms
from cuijie.rulebook.fused.program import Program
from cuijie.rulebook.fused.windows import WindowPass, window_columns
from cuijie.rulebook.judgement import Outcome
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.predicate import Atom
from cuijie.rulebook.registers import Registers

__all__ = ["ContactPass", "FoundContacts", "FusedPass"]

_MASKS_AT_ONCE = 32
_ALL: Any = np.uint64(0xFFFFFFFFFFFFFFFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContacts:
    """The contacts that one rule finds breached or open: their places in the log and the pattern of each."""

    rule: int  # the place of the rule among the contact rules
    place: Longs
    pattern: Places


class ContactPass:
    """One contact rule: its patterns, what it says of each, and what it has found."""

    def __init__(self, linked: LinkedRule, classes: dict[str, Classes], number: int) -> None:
        self.linked = linked
        self.patterns = Patterns(linked, classes)
        self._number = number
        self._found: deque[FoundContacts] = deque()
        self._outcomes: list[Outcome] = []

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """What the rule says of each pattern met so far, by the number of the pattern."""
        for number in range(len(self._outcomes), len(self.patterns)):
            self._outcomes.append(outcome_of(self.linked, self.patterns.values(number)))
        return self._outcomes

    def add(self, facts: Facts, rows: Places, places: Longs) -> None:
        """Take in the contacts of a batch that are breached or open; *places* are those of all its rows in the log."""
        self._found.append(
            FoundContacts(rule=self._number, place=places[rows], pattern=self.patterns.numbers(facts, rows))
        )

    def take(self) -> list[FoundContacts]:
        """What was found since this was last asked, in the order of the log."""
        return [self._found.popleft() for _ in range(len(self._found))]


class FusedPass:
    """Judges batches by *rules*; those about the case have no contacts and are left out.

    *partly_known*: the columns of the log that are NULL in some rows and known in others; a rule over days in
    a row that groups by one of them keeps its contacts to the end (None: every column may be such a one).
    Rules are judged beside each other and a few batches ahead, in *threads* (as many as there are cores); what is found
    does not hang on it.
    """

    def __init__(
        self,
        rules: Sequence[LinkedRule],
        *,
        loans: Sequence[Loan] = (),
        registers: Registers | None = None,
        partly_known: Collection[str] | None = None,
        threads: int | None = None,
    ) -> None:
        rules = [linked for linked in rules if linked.rule.about != "case"]
        columns = {name: column for linked in rules for name, column in linked.columns.items()}
        atoms = [atom for linked in rules for atom in tested_atoms(linked)]
        grouped = {name for linked in rules for name in window_columns(linked)}
        self.classes = classes_of(atoms, columns, (*CODED, *_closed(grouped)))
        self._program = Program([linked.verdict for linked in rules])
        self._reader = FactReader(
            tested={*columns, *(atom.column for atom in atoms)},
            grouped=grouped,
            classes=self.classes,
            loans=loans,
            registers=registers,
        )
        open_ = None if partly_known is None else {*partly_known, "institution_id", *self._reader.filled}
        self._passes: list[ContactPass | WindowPass] = []
        for linked in rules:
            if linked.rule.about == "contact":
                self._passes.append(ContactPass(linked, self.classes, len(self.contact_rules)))
            else:
                hold = open_ is None or bool(open_ & set(window_columns(linked, alone=False)))
                self._passes.append(WindowPass(linked, self.classes, hold=hold))
        self._inputs = _Inputs(self._program.atoms, self.classes)
        self._lanes = Lanes(len(self._passes), threads)
        self._rows = 0
        self._last: tuple[bool, int] = (False, 0)

    @property
    def columns(self) -> set[str]:
        """The columns of a log that are read; all others may be left out of the batches."""
        return self._reader.columns

    @property
    def contact_rules(self) -> tuple[ContactPass, ...]:
        """The contact rules, in the order of the rulebook."""
        return tuple(one for one in self._passes if isinstance(one, ContactPass))

    @property
    def window_rules(self) -> tuple[WindowPass, ...]:
        """The window rules, in the order of the rulebook, with what each has found so far."""
        return tuple(one for one in self._passes if isinstance(one, WindowPass))

    def feed(self, batch: Any, places: Longs | None = None) -> Facts:
        """Judge the next batch; *places* are those of its rows in the log (counted on from 0 if not given).

        Raises RulebookError if the rows are not in the order of time.
        """
        facts = self._reader.read(batch)
        if places is None:
            places = np.arange(self._rows, self._rows + facts.size, dtype=np.int64)
        self._rows += facts.size
        self._check_order(facts)
        masks = self._program.run(self._inputs.of(facts))
        self._lanes.do({
            lane: partial(_judge, one, mask, facts, places)
            for lane, (one, mask) in enumerate(zip(self._passes, masks, strict=True))
            if mask.any()
        })  # fmt: skip
        return facts

    def take(self) -> list[FoundContacts]:
        """What the contact rules have found since this was last asked; of the last batches some may still be at work."""
        return [found for one in self.contact_rules for found in one.take()]

    def close(self) -> None:
        """Judge the windows that are still open: no contact comes any more, and everything is found."""
        self._lanes.do({lane: one.close for lane, one in enumerate(self._passes) if isinstance(one, WindowPass)})
        self._lanes.close()

    def _check_order(self, facts: Facts) -> None:
        if not facts.size:
            return
        keys = np.where(facts.dated, facts.at, np.iinfo(np.int64).min)
        before = self._last[1] if self._last[0] else np.iinfo(np.int64).min
        if keys[0] < before or (keys[1:] < keys[:-1]).any():
            raise RulebookError(
                "这份记录没有按时间先后排列。",
                remedy="请先按 occurred_at 排序（没有时间的在最前），或改用 --engine duckdb。",
            )
        self._last = (True, int(keys[-1]))


def _judge(one: ContactPass | WindowPass, mask: Masks, facts: Facts, places: Longs) -> None:
    one.add(facts, places_of(mask, facts.size), places)


class _Inputs:
    """The masks that the program starts from: for each test where it is true, and where it may be."""

    def __init__(self, atoms: Sequence[Atom], classes: dict[str, Classes]) -> None:
        self._atoms = atoms
        self._lots: list[tuple[str, list[int], Masks]] = []
        by_column: dict[str, list[int]] = {}
        for number, atom in enumerate(atoms):
            if atom.column in classes:
                by_column.setdefault(atom.column, []).append(number)
        for column, numbers in by_column.items():
            for start in range(0, len(numbers), _MASKS_AT_ONCE):
                lot = numbers[start : start + _MASKS_AT_ONCE]
                said = np.zeros(256, np.uint64)
                for bit, number in enumerate(lot):
                    answers = classes[column].answers(atoms[number].test)
                    said[: answers.shape[0]] |= answers.astype(np.uint64) << np.uint64(bit)
                self._lots.append((column, lot, said))

    def of(self, facts: Facts) -> Masks:
        """The masks for one batch."""
        total = len(self._atoms)
        out: Masks = np.zeros((2 + 2 * total, words_for(facts.size)), np.uint64)
        out[0] = _ALL
        for column, lot, answers in self._lots:
            codes = facts.codes[column]
            said: Masks = np.empty((len(lot) + 1, out.shape[1]), np.uint64)
            low, high = codes.min(initial=255), codes.max(initial=0)
            if low == high:
                said[:] = np.array([_ALL * ((answers[low] >> np.uint64(b)) & np.uint64(1)) for b in range(len(lot))]
                                   + [_ALL if low == 0 else np.uint64(0)], np.uint64)[:, None]  # fmt: skip
            else:
                answers = answers.copy()
                answers[0] = np.uint64(1) << np.uint64(len(lot))  # the last mask: where nothing is known
                bits_of_codes(codes, answers, said)
            for place, number in enumerate(lot):
                out[2 + number] = said[place]
                out[2 + total + number] = said[place] | said[-1]
        for number, atom in enumerate(self._atoms):
            if atom.column in facts.known:
                true, known = facts.true[atom.column], facts.known[atom.column]
                false = known & ~true
                yes = true if atom.test.holds(True) else np.zeros_like(true)
                no = false if atom.test.holds(False) else np.zeros_like(true)
                out[2 + number] = yes | no
                out[2 + total + number] = yes | no | ~known
        return out


def _closed(names: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if CONTACT_COLUMNS[name].values)
