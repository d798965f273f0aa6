"""Paid ahead of the schedule, or taken off in advance: interest then runs to that day only, unless agreed otherwise (民法典第六百七十七条)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

from cuijie.datafiles import Words
from cuijie.money.loan_facts import LoanFacts, paid_on_schedule

__all__ = ["interest_deducted", "is_ahead", "repaid_early_on"]

_NEARLY = Decimal("0.9")  # lenders count the days of a period in several ways


def is_ahead(facts: LoanFacts, on: date) -> bool:
    """True if a whole instalment that is not yet due on *on* has been paid."""
    paid = sum(flow.fen for flow in facts.paid if flow.on <= on)
    later = [one for one in sorted(facts.due, key=lambda one: one.due_on) if one.due_on > on]
    so_far = sum(one.fen for one in facts.due) - sum(one.fen for one in later)
    return bool(later) and not facts.is_settled and paid - so_far > later[0].fen


def repaid_early_on(facts: LoanFacts, on: date, period_rate: Decimal | None) -> date | None:
    """The day up to *on* on which all principal was repaid before its time, with what had fallen due until then.

    The interest of the running period is paid too, by its days: that is owed (民法典第六百七十七条).  What is left of the
    schedule after it is interest of later periods.  *period_rate* divides instalments of which only
    the sum is known; None where it was not so, or cannot be told.
    """
    last = max((one.due_on for one in facts.due), default=None)
    days = sorted({flow.on for flow in facts.paid if flow.on <= on and last is not None and flow.on < last})
    for day in days:
        principal = _principal_after(facts, day, period_rate)
        if principal is None:
            return None
        so_far = sum(one.fen for one in facts.due if one.due_on <= day)
        so_far += sum(flow.fen for flow in facts.fees_due if flow.on <= day)
        running = _accrued(facts, day, principal * (period_rate or 0))
        if paid_on_schedule(facts, day) - so_far >= principal + running * _NEARLY and principal > 0:
            return day
    return None


def _principal_after(facts: LoanFacts, day: date, period_rate: Decimal | None) -> Decimal | None:
    """What the schedule has of principal after *day*, fen."""
    later = [one for one in sorted(facts.due, key=lambda one: one.due_on) if one.due_on > day]
    if any(one.interest_fen for one in facts.due):
        return Decimal(sum(one.principal_fen for one in later))
    if period_rate is None or period_rate <= 0:
        return None
    with localcontext() as context:
        context.prec = 34
        return sum((one.fen / (1 + period_rate) ** n for n, one in enumerate(later, start=1)), Decimal(0))


def _accrued(facts: LoanFacts, day: date, undivided: Decimal) -> Decimal:
    """Of the interest of the period that runs on *day* what its days so far have earned, fen.

    *undivided*: the interest of that period where the schedule does not tell it.
    """
    known = [one.due_on for one in facts.due if one.due_on <= day] or [flow.on for flow in facts.received]
    begun, ends = max(known, default=day), min(one.due_on for one in facts.due if one.due_on > day)
    if begun >= day:
        return Decimal(0)
    is_divided = any(one.interest_fen for one in facts.due)
    whole = sum(one.interest_fen for one in facts.due if one.due_on == ends) if is_divided else undivided
    return Decimal(whole) * (day - begun).days / (ends - begun).days


def interest_deducted(facts: LoanFacts) -> Words | None:
    """That what was deducted in advance comes to the first instalments, of interest alone and none of them paid; None if not so."""
    deducted = (facts.principal_fen or 0) - sum(flow.fen for flow in facts.received) if facts.received else 0
    total = 0
    for count, one in enumerate(sorted(facts.due, key=lambda one: one.due_on), start=1):
        total += one.interest_fen
        if one.principal_fen or total > deducted or any(flow.on <= one.due_on for flow in facts.paid):
            return None
        if total == deducted > 0:
            return Words(
                f"应还里的利息：到手比本金少的正好是前 {count} 期的利息。如果就是预扣的利息，“按合同还剩”和年化把这 {count} 期多算了一遍："
                f"请把它们从应还里去掉（首期往后、期数减 {count}）再算",
                f"What was deducted is the interest of the first {count} instalments. If they were deducted, what is left and the rates "
                "count them twice: take them out of the schedule",
            )
    return None
