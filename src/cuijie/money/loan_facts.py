"""What is known of one loan: the form, the bills and the case all end in these facts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cuijie.records.contact import LenderType, Product
from cuijie.records.money import ClaimedItem, Flow, Household, Instalment, Interruption, Offer

__all__ = ["COSTS_BESIDE", "ClaimedItem", "LoanFacts", "by_schedule", "paid_for_the_loan", "paid_on_schedule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """Everything the form says; ``None`` is not known."""

    lender_name: str | None = None
    lender_type: LenderType | None = None
    product: Product | None = None
    contract_on: date | None = None
    filed_on: date | None = None
    as_of: date | None = None
    principal_fen: int | None = None  # as the contract writes it
    received: tuple[Flow, ...] = ()
    due: tuple[Instalment, ...] = ()
    fees_due: tuple[Flow, ...] = ()  # fees with a day of their own
    paid: tuple[Flow, ...] = ()
    claimed: tuple[ClaimedItem, ...] = ()
    fees_outside_table_fen: int | None = None
    every_days: int | None = None
    household: Household | None = None
    overdue_since: date | None = None
    called_due_on: date | None = None  # the day on which the lender called the whole loan due
    is_secured: bool | None = None
    is_sued: bool | None = None
    is_settled: bool = False  # the user noted that it is paid off
    bill_names: tuple[str, ...] = ()  # what the lender is called in bills, settled by the user
    offers: tuple[Offer, ...] = ()
    interruptions: tuple[Interruption, ...] = ()


_BESIDE = frozenset({"fee", "guarantee", "insurance", "penalty"})


def paid_on_schedule(facts: LoanFacts, on: date) -> int:
    """Of what was paid up to *on*, the part that the schedule knows of; fen.

    A fee, premium or penalty counts only as far as the schedule has one of its kind: a membership fee pays no part
    of a loan whose contract does not mention it.
    """
    total = 0
    for kind in {flow.kind for flow in facts.paid}:
        paid = sum(flow.fen for flow in facts.paid if flow.kind == kind and flow.on <= on)
        planned = sum(flow.fen for flow in facts.fees_due if flow.kind == kind)
        total += min(paid, planned) if kind in _BESIDE else paid
    return total


COSTS_BESIDE = ("fee", "guarantee", "insurance")
"""What may be paid beside a loan's schedule; a penalty is the price of a delay, not of the loan."""


def by_schedule(facts: LoanFacts, kind: str) -> tuple[list[Flow], list[Flow]]:
    """What was paid of that kind as far as the schedule has it, and what was paid beside it (the latest payments)."""
    planned = sum(flow.fen for flow in facts.fees_due if flow.kind == kind)
    within, beside = list[Flow](), list[Flow]()
    for flow in sorted((one for one in facts.paid if one.kind == kind), key=lambda one: one.on):
        counted = min(planned, flow.fen)
        planned -= counted
        if counted:
            within.append(replace(flow, fen=counted))
        if flow.fen > counted:
            beside.append(replace(flow, fen=flow.fen - counted))
    return within, beside


def paid_for_the_loan(facts: LoanFacts) -> tuple[Flow, ...]:
    """What was paid, less the costs beside the schedule: whether they are a price of the loan the sums do not tell."""
    kept = [flow for flow in facts.paid if flow.kind not in COSTS_BESIDE]
    kept += [flow for kind in COSTS_BESIDE for flow in by_schedule(facts, kind)[0]]
    return tuple(sorted(kept, key=lambda flow: flow.on))
