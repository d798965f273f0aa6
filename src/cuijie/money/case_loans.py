"""The loans of a case as facts to reckon with: the record, its terms, the bills, the household, what restarted limitation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal

from cuijie.assessment import AnswerBook
from cuijie.casefile import Case
from cuijie.clock import shanghai_day
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.offer_lines import offers_written
from cuijie.money.schedule import due_days, schedule
from cuijie.money.statements import LeftOut, joined, pick
from cuijie.money.written_lines import FIRST_YEAR, LAST_YEAR
from cuijie.records import Answer, ContactRecord, Loan, Payment
from cuijie.records.money import ClaimedItem, HouseholdBudget, Instalment, Interruption, LoanTerms
from cuijie.records.remedies import StepDone

__all__ = ["HOUSEHOLD", "CaseMoney", "acts_of_case", "facts_of", "money_of_case", "with_bills"]

HOUSEHOLD = "household"
_ROUNDING_FEN = 100  # lenders round each instalment their own way
_ASKING = frozenset({"repayment_negotiation"})  # documents whose sending agrees to pay
_CHANNELS = {
    "call": "电话", "robot_call": "语音电话", "sms": "短信", "im": "微信等", "email": "邮件", "letter": "信函", "visit": "上门",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoney:
    """Everything of a case that bears on money."""

    loans: tuple[Loan, ...]
    terms: Mapping[str, LoanTerms]
    budget: HouseholdBudget | None
    payments: tuple[Payment, ...]
    steps: tuple[StepDone, ...]

    def terms_of(self, loan_id: str) -> LoanTerms:
        """The terms kept of a loan, or none known."""
        return self.terms.get(loan_id) or LoanTerms(loan_id=loan_id)


def money_of_case(case: Case) -> CaseMoney:
    """The loans, terms, bills and household of *case*; what a loan leaves open is as the user answered it."""
    answers = AnswerBook(case.all(Answer))
    return CaseMoney(
        loans=tuple(_answered(loan, answers) for loan in case.all(Loan)),
        terms={one.loan_id: one for one in case.all(LoanTerms)},
        budget=case.get(HouseholdBudget, HOUSEHOLD),
        payments=case.all(Payment),
        steps=case.all(StepDone),
    )


def _answered(loan: Loan, answers: AnswerBook) -> Loan:
    said = answers.apply_to_loan(loan)
    open_here = [field.name for field in fields(loan) if getattr(loan, field.name) is None]
    return replace(loan, **{name: getattr(said, name) for name in open_here})


def facts_of(loan: Loan, terms: LoanTerms, budget: HouseholdBudget | None = None) -> LoanFacts:
    """What the case says of one loan, bills apart."""
    claimed = terms.claimed
    if not claimed and loan.claimed_fen is not None:
        claimed = (ClaimedItem(name="合计", fen=loan.claimed_fen),)
    return LoanFacts(
        lender_name=loan.lender_name or loan.platform_name,
        lender_type=loan.lender_type,
        product=loan.product,
        contract_on=_meant(loan.contract_on),
        filed_on=_meant(terms.filed_on),
        principal_fen=loan.principal_fen,
        received=terms.received,
        due=_due(loan.principal_fen, terms),
        fees_due=terms.fees,
        paid=terms.paid,
        claimed=claimed,
        every_days=terms.every_days,
        household=budget.household if budget else None,
        overdue_since=_meant(loan.overdue_since),
        called_due_on=_meant(terms.called_due_on),
        is_secured=terms.is_secured,
        is_sued=terms.is_sued,
        is_settled=loan.debt_settled is True,
        bill_names=terms.bill_names,
        offers=offers_written(terms.offer_lines),
        interruptions=terms.interruptions,
    )


def _meant(day: date | None) -> date | None:
    """*day*, or None where its year cannot be meant: a slip of the pen is not a fact to reckon with."""
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _due(principal_fen: int | None, terms: LoanTerms) -> tuple[Instalment, ...]:
    """The schedule by method and rate; where the contract states another payment, that is what is due, undivided."""
    first = _meant(terms.first_due_on)
    if terms.periods is None or first is None:
        return ()
    reckoned: tuple[Instalment, ...] = ()
    if principal_fen and terms.method is not None and terms.annual_rate is not None:
        a_period = terms.annual_rate * terms.every_days / 365 if terms.every_days else terms.annual_rate / 12
        reckoned = schedule(terms.method, principal_fen, Decimal(a_period), terms.periods, first, terms.every_days)
    stated = terms.payment_fen
    if stated is None or (reckoned and abs(reckoned[0].fen - stated) <= _ROUNDING_FEN):
        return reckoned
    days = due_days(first, terms.periods, terms.every_days)
    return tuple(Instalment(due_on=day, principal_fen=stated, interest_fen=0) for day in days)


def with_bills(
    facts: LoanFacts, terms: LoanTerms, payments: Sequence[Payment]
) -> tuple[LoanFacts, tuple[LeftOut, ...]]:
    """*facts* with those payments of the bills that the user said belong to the loan, and what was left out."""
    picked = pick(payments, terms.bill_names, dict(terms.payees), settled_for=terms.loan_id)
    found = replace(facts, received=joined(facts.received, picked.received), paid=joined(facts.paid, picked.paid))
    return found, picked.left_out


def acts_of_case(
    contacts: Iterable[ContactRecord], steps: Iterable[StepDone], loan_id: str
) -> tuple[Interruption, ...]:
    """What the case itself shows to have started limitation anew: demands to the debtor, requests for time that were sent.

    Of the demands of a month only the last is named.  A call that was not answered demands nothing.
    """
    by_month: dict[tuple[int, int], Interruption] = {}
    for contact in contacts:
        act = _demand(contact, loan_id)
        if act is not None:
            month = (act.on.year, act.on.month)
            by_month[month] = max(by_month.get(month, act), act, key=lambda one: one.on)
    asked = [
        Interruption(on=step.done_on, act="agreed", written="寄出了协商还款申请")
        for step in steps
        if step.document in _ASKING and step.step.partition("@")[2].partition(":")[0] in (loan_id, "-")
    ]
    return tuple(sorted([*by_month.values(), *asked], key=lambda one: one.on))


def _demand(contact: ContactRecord, loan_id: str) -> Interruption | None:
    is_of_loan = contact.loan_id in (None, loan_id)
    is_to_debtor = contact.recipient_role == "debtor" and contact.direction == "outbound"
    if not (is_of_loan and is_to_debtor and contact.asks_payment and contact.occurred_at) or contact.connected is False:
        return None
    day: date = shanghai_day(contact.occurred_at)
    return Interruption(on=day, act="demanded", written=_CHANNELS.get(contact.channel or "", "联系") + "要求还款")
