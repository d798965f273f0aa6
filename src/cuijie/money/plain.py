"""An account as plain values: what ``cuijie owe --json`` prints and what a case keeps; fen, rates as fractions a year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cuijie.money.allocation import LETTER, ORDER_BASIS
from cuijie.money.beside import Beside, costs_beside
from cuijie.money.household import affordable_fen, in_order, left_for_fen, months_to_pay
from cuijie.money.limitation import Limitation
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.offers import OfferResult, compare
from cuijie.money.overdue import Overdue
from cuijie.money.owing import LineResult, Owing
from cuijie.money.staircase import Staircase, staircase
from cuijie.money.together import name_of, together

__all__ = ["offers_of", "plain_account", "plain_together"]


def offers_of(facts: LoanFacts, account: Owing) -> tuple[OfferResult, ...]:
    """The form's offers weighed against what is owed by the contract, else against what is claimed."""
    claimed = sum(item.fen for item in facts.claimed) if facts.claimed else None
    base = account.owed_fen if account.owed_fen is not None else claimed
    return compare(facts.offers, base, account.as_of, left_for_fen(facts), is_card=facts.product == "credit_card")


def plain_together(loans: Sequence[LoanFacts], accounts: Sequence[Owing]) -> dict[str, object]:
    """The totals of several loans and the order in which they are served."""
    total = together(loans, accounts)
    return {
        "received_fen": total.received_fen,
        "paid_fen": total.paid_fen,
        "owed_fen": total.owed_fen,
        "overdue_fen": total.overdue_fen,
        "claimed_fen": total.claimed_fen,
        "unknown": list(total.unknown),
        "settled": list(total.settled),
        "order": [
            {"loan": number, "name": name_of(loans[number], number), "why": why.zh}
            for number, why in zip(total.order, total.why, strict=True)
        ],
        "placeless": total.placeless.zh if total.placeless else None,
    }


def _plain_offer(one: OfferResult) -> dict[str, object]:
    return {
        "name": one.offer.name,
        "kind": one.offer.kind,
        "total_fen": one.total_fen,
        "monthly_fen": one.monthly_fen,
        "ends_on": one.ends_on.isoformat(),
        "effective_annual": _rate(one.effective_annual),
        "more_fen": one.more_fen,
        "is_affordable": one.is_affordable,
        "warnings": [{"id": w.id, "text": w.text.zh, "provision": w.provision} for w in one.warnings],
        "schedule": [{"due_on": row.due_on.isoformat(), "fen": row.fen} for row in one.offer.payments],
    }


def _plain_overdue(one: Overdue | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "since": one.since.isoformat(), "days": one.days, "stage": one.stage, "to_do": one.to_do.zh, "told_only": one.is_told,
    }  # fmt: skip


def _plain_limitation(one: Limitation | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "started_on": one.started_on.isoformat(),
        "started_by": one.started_by.zh,
        "restarts": [{"on": r.on.isoformat(), "why": r.why.zh, "provision": r.provision} for r in one.restarts],
        "full_on": one.full_on.isoformat() if one.full_on else None,
        "has_run": one.has_run,
        "bases": list(one.bases),
        "notes": [words.zh for words in one.notes],
    }


def _plain_chart(stairs: Staircase) -> dict[str, object]:
    series = (("received", stairs.received), ("paid", stairs.paid), ("due", stairs.due))
    return {
        **{name: [[day.isoformat(), fen] for day, fen in steps] for name, steps in series},
        "claimed": None if stairs.claimed_fen is None else [stairs.as_of.isoformat(), stairs.claimed_fen],
    }


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else str(rate.normalize())


def _plain_beside(beside: Beside | None) -> dict[str, object] | None:
    if beside is None:
        return None
    over = [{"line": title.zh, "over_fen": fen} for title, fen in beside.over]
    return {"fen": beside.fen, "xirr": _rate(beside.xirr), "over": over}


def plain_account(facts: LoanFacts, account: Owing) -> dict[str, object]:
    """Everything that was worked out of one loan."""
    rates = account.rates
    return {
        "lender": facts.lender_name,
        "as_of": account.as_of.isoformat(),
        "received_fen": account.received_fen,
        "principal_fen": account.principal_fen,
        "paid_fen": account.paid_fen,
        "owed_fen": account.owed_fen,
        "overdue_fen": account.overdue_fen,
        "repaid_early_on": account.repaid_early_on.isoformat() if account.repaid_early_on else None,
        "costs_paid": [{"kind": kind, "payee": payee, "fen": fen} for kind, payee, fen in account.costs_paid],
        "rates": {
            "period_irr": _rate(rates.period),
            "periods_a_year": rates.periods_a_year,
            "nominal_annual": _rate(rates.nominal_annual),
            "effective_annual": _rate(rates.effective_annual),
            "xirr": _rate(rates.xirr),
            "simple_annual": _rate(rates.simple_annual),
            "xirr_as_paid": _rate(rates.xirr_as_paid),
            "no_single_root": rates.several,
            "roots": [_rate(rate) for rate in rates.roots],
            "day_count": rates.day_count,
        },
        "beside": _plain_beside(costs_beside(facts, account)),
        "lines": [_plain_line(result) for result in account.lines],
        "differences": [
            {
                "name": one.name.zh,
                "item": "+".join(one.items) or None,
                "claimed_fen": one.claimed_fen,
                "recorded_fen": one.recorded_fen,
                "gap_fen": one.gap_fen,
                "note": one.note.zh if one.note else "",
            }
            for one in account.differences
        ],
        "allocation_basis": ORDER_BASIS if account.differences else None,
        "letter": LETTER if account.differences else None,
        "missing": [words.zh for words in account.missing],
        "told_only": {"received_fen": account.told_received_fen, "paid_fen": account.told_paid_fen},
        "overdue": _plain_overdue(account.overdue),
        "limitation": _plain_limitation(account.limitation),
        "plan": _plain_plan(facts, account),
        "offers": [_plain_offer(one) for one in offers_of(facts, account)],
        "schedule": [
            {"due_on": one.due_on.isoformat(), "principal_fen": one.principal_fen, "interest_fen": one.interest_fen}
            for one in facts.due
        ],
        "chart": _plain_chart(staircase(facts, account.as_of)),
    }


def _plain_line(result: LineResult) -> dict[str, object]:
    return {
        "id": result.line.id,
        "provision": result.line.provision,
        "also": list(result.line.also),
        "confidence": result.line.confidence,
        "applies": result.applies,
        "cap_annual": _rate(result.cap),
        "over_fen": result.over_fen,
        "title": result.line.title.zh,
        "working": [words.zh for words in result.working],
    }


def _plain_plan(facts: LoanFacts, account: Owing) -> dict[str, object] | None:
    if facts.household is None:
        return None
    monthly = left_for_fen(facts) or 0
    ordered, placeless = in_order(facts.household.debts)
    return {
        "affordable_fen": affordable_fen(facts.household),
        "left_for_this_fen": monthly,
        "months": months_to_pay(account.owed_fen, monthly) if account.owed_fen is not None else None,
        "order": [debt.name for debt in ordered],
        "placeless": placeless.zh if placeless else None,
    }
