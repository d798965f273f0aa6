"""Terms of a contract that the borrower confirmed, written into the loan with the words they were read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

from cuijie.casefile import Case
from cuijie.casefile.filling import settle_lenders
from cuijie.errors import BadInput
from cuijie.prevention.loan_terms import TERM_TITLES, FoundTerm, TermName
from cuijie.records import Loan
from cuijie.records.money import LoanTerms, Method, TermSource
from cuijie.rulebook.facts import SOLE_LENDER

__all__ = ["CONFIRMABLE", "confirm_terms"]

_OF_LOAN: Mapping[TermName, Callable[[str], object]] = {
    "lender_name": str,
    "contract_no": str,
    "contract_on": date.fromisoformat,
    "principal_fen": int,
}
_OF_TERMS: Mapping[TermName, Callable[[str], object]] = {
    "periods": int,
    "method": lambda value: next(one for one in get_args(Method) if one == value),
    "first_due_on": date.fromisoformat,
    "payment_fen": int,
    "annual_rate": Decimal,
    "overdue_annual_rate": Decimal,
}
CONFIRMABLE: frozenset[TermName] = frozenset(_OF_LOAN) | frozenset(_OF_TERMS)
"""Terms that the case has a place for.  What was really received shows only in a statement, fees need a day."""


def confirm_terms(
    case: Case, loan_id: str, chosen: Sequence[FoundTerm], *, item_id: str | None
) -> tuple[Loan, LoanTerms]:
    """Writes the *chosen* terms into the loan, each with its source.

    Raises BadInput where two values of one term are chosen, or a term that is only shown.
    """
    values: dict[TermName, FoundTerm] = {}
    for found in chosen:
        title = TERM_TITLES[found.term].zh
        if found.term not in CONFIRMABLE or not found.value:
            raise BadInput(
                f"“{title}”只供参考，不能直接采用。", remedy="到手多少看银行流水；费用请在账单或表单里写明哪天付的。"
            )
        if values.setdefault(found.term, found).value != found.value:
            raise BadInput(f"“{title}”选了两个不同的写法。", remedy="请对照合同只选一个。")
    loan = case.get(Loan, loan_id) or Loan(loan_id=loan_id)
    terms = case.get(LoanTerms, loan_id) or LoanTerms(loan_id=loan_id)
    of_loan: dict[str, object] = {str(one): read(values[one].value) for one, read in _OF_LOAN.items() if one in values}
    of_terms: dict[str, object] = {
        str(one): read(values[one].value) for one, read in _OF_TERMS.items() if one in values
    }
    if "lender_name" in of_loan and loan.lender_id is None:
        of_loan["lender_id"] = f"lender-{loan_id.rpartition('-')[2]}"
    sources = {one.term: one for one in terms.sources} | {
        name: TermSource(term=name, item_id=item_id, page=found.page, quote=found.quote)
        for name, found in values.items()
    }
    of_terms["sources"] = tuple(sources.values())
    loan = replace(loan, **of_loan)  # type: ignore[arg-type]  # each reader above gives its field's own type
    terms = replace(terms, **of_terms)  # type: ignore[arg-type]  # as above
    with case.batch("loan", {"confirmed": sorted(values)}):
        before = case.all(Loan)
        case.put(loan, terms)
        settle_lenders(case, before, SOLE_LENDER)
    return loan, terms
