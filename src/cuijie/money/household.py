"""A household budget, what it can carry, and in which order debts are served."""

from __future__ import annotations

from decimal import Decimal

from cuijie.records.money import Household, OtherDebt

__all__ = ["Household", "OtherDebt", "affordable_fen", "in_order", "months_to_pay"]


def affordable_fen(household: Household) -> int:
    """What is left a month for this debt after necessary costs and what secured and sued debts need; never negative."""
    first = sum(debt.monthly_fen or 0 for debt in household.debts if debt.is_secured or debt.is_sued)
    return max(0, household.income_fen - household.costs_fen - first)


def in_order(debts: tuple[OtherDebt, ...]) -> tuple[OtherDebt, ...]:
    """Secured first, then sued, then by the highest rate, then the smallest balance."""
    return tuple(
        sorted(debts, key=lambda d: (not d.is_secured, not d.is_sued, -(d.annual_rate or Decimal(0)), d.balance_fen))
    )


def months_to_pay(owed_fen: int, monthly_fen: int) -> int | None:
    """Months until *owed_fen* without further interest is paid; None if nothing can be paid."""
    if monthly_fen <= 0:
        return None
    return -(-owed_fen // monthly_fen)
