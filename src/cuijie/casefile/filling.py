"""Who and what a case is about, written into it: ids for new records, and the ties that follow from collectors."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import count

from cuijie.casefile.case import Case
from cuijie.records import Answer, Collector, Entry, Loan
from cuijie.records.ties import retied

__all__ = ["free_id", "retie", "settle_lenders"]


_SOLE_LOAN = "loan"  # whose answers are where the case has no loan yet


def free_id(prefix: str, taken: Container[str]) -> str:
    """The first of ``prefix-1``, ``prefix-2`` … that is not among *taken*."""
    return next(name for number in count(1) if (name := f"{prefix}-{number}") not in taken)


def retie(case: Case) -> int:
    """Ties every entry anew by the collectors known now and answers how many changed; the user's ticks stay."""
    changed = list(retied(case.each(Entry), case.all(Collector)))
    case.put(*changed)
    return len(changed)


def settle_lenders(case: Case, before: Sequence[Loan], sole: str) -> None:
    """Call after a loan was written: what was known of a lender stays with it when it gets its id.

    In a case of several loans each has a lender's id, also where nobody knows yet who lent.  *before* are the
    loans as they stood; *sole* is the owner that answers name where the only loan has no lender's id.  What was
    answered before any loan was written down is about the first.
    """
    loans = case.all(Loan)
    unnamed = (one for one in loans if one.lender_id is None and len(loans) > 1)
    case.put(*(replace(one, lender_id=f"lender-of-{one.loan_id}") for one in unnamed))
    known = before[0] if before else None
    now = case.get(Loan, known.loan_id) if known else loans[0] if len(loans) == 1 else None
    if len(before) > 1 or now is None:
        return
    moved = {} if known else {_SOLE_LOAN: now.loan_id}
    if now.lender_id is not None and (known is None or known.lender_id is None):
        moved[sole] = now.lender_id
        case.put(*(replace(one, lender_id=now.lender_id) for one in case.all(Collector) if one.lender_id is None))
    for answer in case.all(Answer):
        column, _, owner = answer.question.partition("@")
        if owner in moved:
            case.drop(Answer, answer.question)
            case.put(replace(answer, question=f"{column}@{moved[owner]}"))
