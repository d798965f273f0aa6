"""A household budget, what it can carry, and in which order debts are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cuijie.datafiles import Words
from cuijie.money.loan_facts import LoanFacts
from cuijie.records.money import Household, OtherDebt

__all__ = [
    "Household",
    "OtherDebt",
    "Rank",
    "affordable_fen",
    "in_order",
    "left_for_fen",
    "months_to_pay",
    "others_fen",
    "placed",
    "placeless",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """What gives a debt its place among others; ``rate`` a year and ``owed_fen`` None where they are not known."""

    name: str
    is_secured: bool
    is_sued: bool
    rate: Decimal | None
    owed_fen: int | None


def affordable_fen(household: Household) -> int:
    """What is left a month after necessary costs and what secured and sued debts need; never negative."""
    first = sum(debt.monthly_fen or 0 for debt in household.debts if debt.is_secured or debt.is_sued)
    return max(0, household.income_fen - household.costs_fen - first)


def others_fen(household: Household) -> int:
    """What the debts that are neither secured nor sued need a month, as far as it is written."""
    return sum(debt.monthly_fen or 0 for debt in household.debts if not (debt.is_secured or debt.is_sued))


def left_for_fen(facts: LoanFacts) -> int | None:
    """What a month leaves for this loan when the other debts are paid too; None where the household is not known."""
    home = facts.household
    return None if home is None else max(0, affordable_fen(home) - others_fen(home))


def placed(ranks: Sequence[Rank]) -> tuple[int, ...]:
    """The numbers of the debts whose place can be told: secured, then sued, then by the highest rate, the smallest first.

    Of several that are neither secured nor sued one without a rate has no place, and leaves a single other none either.
    """
    first = [n for n, rank in enumerate(ranks) if rank.is_secured or rank.is_sued]
    others = [n for n in range(len(ranks)) if n not in first]
    rated = [n for n in others if ranks[n].rate is not None]
    if len(others) > 1:
        others = rated if len(rated) > 1 else []
    return tuple(sorted([*first, *others], key=lambda n: _place(ranks[n])))


def placeless(ranks: Sequence[Rank]) -> Words | None:
    """That the place of some debts cannot be told, and what is missing; None where every debt has its place."""
    names = [rank.name for n, rank in enumerate(ranks) if n not in placed(ranks)]
    if not names:
        return None
    lacking = [rank.name for rank in ranks if rank.name in names and rank.rate is None]
    return Words(
        f"{'、'.join(names)}排在哪里还说不了：{'、'.join(lacking)}的利率不知道。"
        "合同上写的年利率，或者到手多少、每期还多少，填上就能排。",
        f"The place of {', '.join(names)} cannot be told: no rate is known of {', '.join(lacking)}. "
        "The yearly rate in the contract, or what was received and what each instalment is, would settle it.",
    )


def in_order(debts: Sequence[OtherDebt]) -> tuple[tuple[OtherDebt, ...], Words | None]:
    """The debts whose place can be told, in that order, and what is missing for the place of the others."""
    ranks = [
        Rank(name=d.name, is_secured=d.is_secured, is_sued=d.is_sued, rate=d.annual_rate, owed_fen=d.balance_fen)
        for d in debts
    ]
    return tuple(debts[n] for n in placed(ranks)), placeless(ranks)


def _place(rank: Rank) -> tuple[bool, bool, Decimal, bool, int]:
    return (
        not rank.is_secured,
        not rank.is_sued,
        -(rank.rate or Decimal(0)),
        rank.owed_fen is None,
        rank.owed_fen or 0,
    )


def months_to_pay(owed_fen: int, monthly_fen: int) -> int | None:
    """Months until *owed_fen* without further interest is paid; None if nothing can be paid."""
    if monthly_fen <= 0:
        return None
    return -(-owed_fen // monthly_fen)
