"""The money of a case on its page: read with what the case knows, written as one act, names in bills confirmed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.facts import save_loan
from cuijie.desk.money.form import MoneyInput
from cuijie.money import Candidate, LeftOut, LoanFacts, Together, candidates, kind_named, name_of, owing, together, yuan
from cuijie.money.case_loans import CaseMoney, acts_of_case, facts_of, money_of_case, with_bills
from cuijie.money.keeping import confirm_names, keep_account
from cuijie.records import Loan
from cuijie.records.remedies import PaperField
from cuijie.remedies.documents.fields import kept_under

__all__ = ["LoanOfCase", "all_together", "choose_offer", "confirm_name", "loan_of_case", "save_money", "unnamed"]

_NEGOTIATION = "repayment_negotiation"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanOfCase:
    """One loan with everything that the case knows of it."""

    money: CaseMoney
    loan: Loan
    facts: LoanFacts
    left_out: tuple[LeftOut, ...]


def loan_of_case(place: OpenCase, loan_id: str) -> LoanOfCase:
    """The loan asked for, else the first; one of which nothing is known where the case has none."""
    money = money_of_case(place.opened)
    loan = next((one for one in money.loans if one.loan_id == loan_id), None)
    loan = loan or next(iter(money.loans), Loan(loan_id="loan-1"))
    terms = money.terms_of(loan.loan_id)
    facts, left_out = with_bills(facts_of(loan, terms, money.budget), terms, money.payments)
    acts = acts_of_case(place.view().contacts, money.steps, loan.loan_id)
    facts = replace(facts, interruptions=(*facts.interruptions, *acts))
    return LoanOfCase(money=money, loan=loan, facts=facts, left_out=left_out)


def all_together(place: OpenCase, money: CaseMoney, on: date) -> tuple[Together, tuple[str, ...]] | None:
    """The totals of several loans, and what each is called; None for one loan."""
    if len(money.loans) < 2:
        return None
    loans = [loan_of_case(place, loan.loan_id).facts for loan in money.loans]
    total = together(loans, [owing(facts, on) for facts in loans])
    return total, tuple(name_of(facts, number) for number, facts in enumerate(loans))


def unnamed(held: LoanOfCase) -> tuple[Candidate, ...]:
    """Who in the bills looks like a lender and is not settled for any loan yet."""
    return candidates(one for one in held.money.payments if one.loan_id is None)


def save_money(place: OpenCase, loan_id: str, given: MoneyInput, clock: Clock) -> str:
    """Writes the form into the case and keeps the account that follows from it; the loan's id.  Raises RulebookError."""
    case = place.opened
    claimed = sum(one.fen for one in given.terms.claimed) if given.terms.claimed else None
    with case.batch("money", {"loan": loan_id}):
        loan = save_loan(case, loan_id, {**given.loan, "claimed_fen": claimed})
        case.put(replace(given.terms, loan_id=loan.loan_id))
        if given.budget is not None:
            case.put(given.budget)
        keep(place, loan.loan_id, shanghai_day(clock.now()))
    return loan.loan_id


def keep(place: OpenCase, loan_id: str, on: date) -> None:
    """The account of the loan as it stands now, as a result of the case."""
    held = loan_of_case(place, loan_id)
    keep_account(place.opened, loan_id, held.facts, owing(held.facts, on))


def confirm_name(place: OpenCase, loan_id: str, name: str, role: str, clock: Clock) -> Words:
    """The user says who a name in the bills is: the lender, or somebody who was paid a fee.  Raises ShelfError."""
    kind = kind_named(role)
    if not name.strip() or (role != "lender" and kind is None):
        raise ShelfError("没有看懂选了什么。", remedy="请回到上一页再选一次。")
    lenders, payees = ((name,), {}) if kind is None else ((), {name: kind})
    count = confirm_names(place.opened, loan_id, lenders, payees)
    keep(place, loan_id, shanghai_day(clock.now()))
    return Words(f"记住了“{name}”，算进 {count} 笔。以后收进来的账单也照此算。", f"{name}: {count} payments counted.")


def choose_offer(place: OpenCase, loan_id: str, number: int, clock: Clock) -> Words:
    """Puts one offer into the letter of proposal, where it can still be changed.  Raises ShelfError."""
    held = loan_of_case(place, loan_id)
    offers, about = held.facts.offers, held.loan.loan_id if held.money.loans else None
    if not 0 <= number < len(offers):
        raise ShelfError("没有这个方案。", remedy="请回到上一页再选一次。")
    offer = offers[number]
    rows = "；".join(f"{one.due_on.isoformat()} 付 {yuan(one.fen)} 元" for one in offer.payments)
    words = f"{offer.name.partition('：')[2] or offer.name}，共 {len(offer.payments)} 次：{rows}。" + "；".join(
        offer.conditions
    )
    place.opened.put(PaperField(field_id=kept_under(_NEGOTIATION, "debtor", "proposal", about), value=words))
    keep(place, loan_id, shanghai_day(clock.now()))
    return Words("方案写进了协商还款申请书，还可以改。", "The offer is in the letter; it can still be changed.")
