"""Before borrowing again: what the household's month looks like with the new loan, and when income falls.

Sums only, no score: whether to borrow is for the household to decide.  No law sets a line for consumer loans here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cuijie.money.household import Household
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.owing import Owing

__all__ = ["Burden", "burden"]

_SHOCKS = (Decimal("0"), Decimal("0.2"), Decimal("0.4"))
"""Shares by which income falls in what is tried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """One month, fen; ``None`` where a debt's monthly payment, or the new loan's, is not known.

    ``left`` is what stays after necessary costs, present debts and the new loan, for each share of _SHOCKS by which
    income may fall.  ``share`` is all debt payments over income.
    """

    income_fen: int
    costs_fen: int
    debts_fen: int
    unknown_debts: tuple[str, ...]
    new_fen: int | None  # the most that the new loan takes in a month
    new_total_fen: int | None  # all that the new loan takes
    new_received_fen: int
    share: Decimal | None
    share_before: Decimal | None
    left: tuple[tuple[Decimal, int], ...]
    is_carried: bool | None
    yearly: Decimal | None  # effective annual cost of the new loan
    is_to_pay_debts: bool | None  # more is to be paid on present debts than income leaves: new money would pay old debt


def burden(household: Household, new: LoanFacts | None, account: Owing | None) -> Burden:
    """The month with and without the new loan, whose account stands in *account*."""
    unknown = tuple(debt.name for debt in household.debts if debt.monthly_fen is None and debt.balance_fen)
    debts = sum(debt.monthly_fen or 0 for debt in household.debts)
    monthly = _most_in_a_month(new) if new else 0
    taken = monthly or 0
    free = household.income_fen - household.costs_fen - debts
    left = tuple(
        (shock, int(household.income_fen * (1 - shock)) - household.costs_fen - debts - taken) for shock in _SHOCKS
    )
    return Burden(
        income_fen=household.income_fen,
        costs_fen=household.costs_fen,
        debts_fen=debts,
        unknown_debts=unknown,
        new_fen=monthly,
        new_total_fen=sum(_sums(new)) if new and _sums(new) else None,
        new_received_fen=sum(flow.fen for flow in new.received) if new else 0,
        share=_share(debts + taken, household.income_fen) if monthly is not None and not unknown else None,
        share_before=_share(debts, household.income_fen) if not unknown else None,
        left=left,
        is_carried=None if monthly is None or unknown else left[0][1] >= 0,
        yearly=_yearly(account),
        is_to_pay_debts=None if unknown else free < 0,
    )


def _yearly(account: Owing | None) -> Decimal | None:
    return None if account is None else account.rates.xirr or account.rates.effective_annual


def _share(fen: int, income_fen: int) -> Decimal | None:
    return (Decimal(fen) / income_fen).quantize(Decimal("0.0001")) if income_fen > 0 else None


def _sums(new: LoanFacts) -> Sequence[int]:
    return [one.fen for one in new.due] + [flow.fen for flow in new.fees_due]


def _most_in_a_month(new: LoanFacts) -> int | None:
    by_month: dict[tuple[int, int], int] = {}
    for day, fen in [(one.due_on, one.fen) for one in new.due] + [(flow.on, flow.fen) for flow in new.fees_due]:
        by_month[day.year, day.month] = by_month.get((day.year, day.month), 0) + fen
    return max(by_month.values(), default=None)
