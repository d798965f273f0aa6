"""The check before borrowing again: one month of the household with the new loan in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from starlette.datastructures import FormData

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.money.fields import BUDGET_FIELDS
from cuijie.desk.money.form import budget_of, count_reader, read_with, written_money
from cuijie.money import LoanFacts, owing, percent, yuan
from cuijie.money.burden import Burden, burden
from cuijie.money.burden_words import burden_lines
from cuijie.money.schedule import months_later
from cuijie.money.written_lines import debt_lines
from cuijie.records import Loan
from cuijie.records.money import Flow, HouseholdBudget, Instalment, LoanTerms

__all__ = ["BudgetPage", "budget_values", "work_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPage:
    """The month in sentences, and what is left if income falls."""

    found: Burden
    lines: tuple[Words, ...]
    verdict: Words
    left: tuple[tuple[Words, str, bool], ...]  # what falls, the sum, whether it is still enough


def budget_values(budget: HouseholdBudget | None) -> dict[str, str]:
    """The form with the household that is known."""
    known = written_money(Loan(loan_id=""), LoanTerms(loan_id=""), budget)
    return {field.name: known.get(field.name, "") for field in BUDGET_FIELDS}


def work_out(form: FormData | Mapping[str, str], clock: Clock) -> tuple[BudgetPage | None, dict[str, Words]]:
    """The page of what the form says, or what is wrong by field."""
    readers = {"periods": count_reader("periods"), "debts": debt_lines}
    values, special, troubles = read_with(BUDGET_FIELDS, form, readers)
    budget, missing = budget_of(values, special)
    troubles |= missing
    if budget is None and not troubles:
        troubles["income_fen"] = Words("先填家里的收入和必要开支。", "Fill in income and necessary costs first.")
    if troubles or budget is None:
        return None, troubles
    sums = {name: value if isinstance(value, int) else None for name, value in values.items()}
    count = special["periods"]
    new = _new_loan(sums, count if isinstance(count, int) else None, shanghai_day(clock.now()))
    return _page(burden(budget.household, new, owing(new, shanghai_day(clock.now())) if new else None)), {}


def _new_loan(sums: Mapping[str, int | None], periods: int | None, today: date) -> LoanFacts | None:
    """The loan that is thought of: paid out today, first instalment in a month; fees on the first day."""
    received, payment, fees = sums["received_fen"], sums["payment_fen"], sums["fees_fen"]
    if received is None and payment is None:
        return None
    days = [months_later(today, number, today.day) for number in range(1, (periods or 0) + 1)]
    return LoanFacts(
        received=(Flow(on=today, fen=received, kind="disbursement"),) if received else (),
        due=tuple(Instalment(due_on=day, principal_fen=payment, interest_fen=0) for day in days) if payment else (),
        fees_due=(Flow(on=today, fen=fees, kind="fee"),) if fees else (),
    )


def _page(found: Burden) -> BudgetPage:
    *lines, verdict = burden_lines(found)
    left = [(_falls(shock), yuan(fen), fen >= 0) for shock, fen in found.left]
    return BudgetPage(found=found, lines=tuple(lines), verdict=verdict, left=tuple(left))


def _falls(shock: Decimal) -> Words:
    if not shock:
        return Words("收入不变", "income as it is")
    return Words(f"收入少 {percent(shock, 0)}", f"income down {percent(shock, 0)}")
