"""What loans say of their contacts, column by column: the same as ``facts`` does row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cuijie.records import Loan
from cuijie.rulebook.facts import FROM_LOAN, SOLE_DEBTOR, SOLE_LENDER
from cuijie.rulebook.fused.arrow import as_mask, hash_of
from cuijie.rulebook.fused.classes import Classes
from cuijie.rulebook.fused.facts import Facts
from cuijie.rulebook.fused.table import Interner
from cuijie.rulebook.hours import DAY_MINUTES, agreed_at, parse_hours
from cuijie.rulebook.moments import DAY_ZERO

__all__ = ["LoanColumns"]


class LoanColumns:
    """The facts of *loans* by the place of the loan; the place after the last one is *no loan*."""

    def __init__(self, loans: Sequence[Loan], classes: Mapping[str, Classes]) -> None:
        self._sole = loans[0] if len(loans) == 1 else None
        by_id = {loan.loan_id: loan for loan in loans}
        held = tuple(by_id.values())
        self._numbers = Interner(max(1024, 1 << (4 * len(held)).bit_length()))
        self._numbers.numbers(hash_of([loan.loan_id for loan in held]))
        self._lender = _column([*hash_of([loan.lender_id for loan in held]), 0], np.uint64)
        self._closed = {
            name: _column([*(_code(classes[name], getattr(loan, name)) for loan in held), 0], np.uint8)
            for name in FROM_LOAN
            if name in classes
        }
        never = np.iinfo(np.int64).max
        dated = [loan.settled_on is not None and loan.debt_settled is not False for loan in held]
        self._settled_on = _column(
            [
                *(
                    (loan.settled_on - DAY_ZERO).days if by_day and loan.settled_on else never
                    for loan, by_day in zip(held, dated, strict=True)
                ),
                never,
            ],
            np.int64,
        )
        said = [None if by_day else loan.debt_settled for loan, by_day in zip(held, dated, strict=True)]
        self._settled = _column([*(_truth(value) for value in said), 0], np.uint8)
        hours = [parse_hours(loan.agreed_hours) for loan in held]
        kinds = list(dict.fromkeys([None, *hours]))
        self._hours = _column([*(kinds.index(spans) for spans in hours), 0], np.int64)
        minutes: Sequence[int | None] = [*range(DAY_MINUTES), None]
        self._agreed = _column(
            [[0 if spans is None else _truth(agreed_at(spans, m)) for m in minutes] for spans in kinds], np.uint8
        )

    def fill(self, facts: Facts) -> None:
        """Fill what the contacts leave open."""
        if self._sole is not None:
            sole = self._sole
            own, debtor, lender = hash_of([sole.loan_id, SOLE_DEBTOR, sole.lender_id or SOLE_LENDER])
            here = (facts.ids["loan_id"] == 0) | (facts.ids["loan_id"] == own)
            for name, value in (("loan_id", own), ("debtor_id", debtor), ("lender_id", lender)):
                facts.put(name, here, value)
        loan = self._numbers.found(facts.ids["loan_id"])  # -1, no loan, is the last place of every column
        every: NDArray[np.bool_] = np.ones(facts.size, np.bool_)
        facts.put("lender_id", every, self._lender[loan])
        for name, column in self._closed.items():
            facts.put(name, every, column[loan])
        on, never = self._settled_on[loan], np.iinfo(np.int64).max
        by_day = (on != never) & facts.dated
        self._settle(facts, "debt_settled", lambda said: self._settled[loan] == said)
        after, before = by_day & (facts.day > on), by_day & (facts.day < on)
        facts.settle("debt_settled", as_mask(after), value=True)
        facts.settle("debt_settled", as_mask(before), value=False)
        minute = np.where(facts.timed, facts.minute, DAY_MINUTES)
        agreed = self._agreed[self._hours[loan], minute]
        self._settle(facts, "hours_agreed", lambda said: agreed == said)

    def _settle(self, facts: Facts, name: str, where: Callable[[int], NDArray[np.bool_]]) -> None:
        facts.settle(name, as_mask(where(2)), value=True)
        facts.settle(name, as_mask(where(1)), value=False)


def _column(values: Sequence[Any], kind: Any) -> NDArray[Any]:
    return np.array(values, kind)


def _code(classes: Classes, value: str | None) -> int:
    return 0 if value is None else classes.code(value)


def _truth(value: bool | None) -> int:
    return 0 if value is None else 2 if value else 1
