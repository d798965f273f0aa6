"""Payments of bills and bank statements as flows of one loan: only those whose other side the user has named.

A wallet and a bank may both list the same repayment.  Where two files show the same sum on the same day for the same
loan, it is counted once and said; two equal lines inside one file stay two.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cuijie.clock import shanghai_day
from cuijie.datafiles import Words
from cuijie.money.flows import Flow, FlowKind
from cuijie.records import Payment, PaymentPurpose

__all__ = ["Candidate", "LeftOut", "Picked", "belongs", "candidates", "joined", "pick"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One other side in the bills that looks like a lender or a payee of fees; counted only once the user names it."""

    name: str
    received_fen: int
    paid_fen: int
    count: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A line of a bill that names the loan and is not counted, and why."""

    place: str
    on: date | None
    fen: int
    why: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What the bills say of one loan."""

    received: tuple[Flow, ...]
    paid: tuple[Flow, ...]
    left_out: tuple[LeftOut, ...]


def _folded(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split()).casefold()


def _words(payment: Payment) -> str:
    return _folded("|".join(part for part in (payment.payee, payment.description, payment.category) if part))


def _names(payment: Payment, name: str) -> bool:
    return bool(_folded(name)) and _folded(name) in _words(payment)


def _is_in(payment: Payment) -> bool | None:
    """Whether the money reached the owner; None where a neutral line does not tell."""
    if payment.flow in ("in", "out"):
        return payment.flow == "in"
    purpose = payment.purpose or payment.suggested
    return purpose == "disbursement" if purpose in ("disbursement", "repayment") else None


def candidates(payments: Iterable[Payment]) -> tuple[Candidate, ...]:
    """Who in the bills looks like a lender, by the words of the lines; most money first."""
    found: dict[str, list[tuple[date, int, bool]]] = {}
    for payment in payments:
        name = payment.payee or payment.description
        is_in = _is_in(payment)
        if name is None or is_in is None or payment.is_completed is False or payment.occurred_at is None:
            continue
        if (payment.purpose or payment.suggested) in ("disbursement", "repayment"):
            found.setdefault(name, []).append((shanghai_day(payment.occurred_at), _net(payment), is_in))
    rows = [
        Candidate(
            name=name,
            received_fen=sum(fen for _, fen, is_in in lines if is_in),
            paid_fen=sum(fen for _, fen, is_in in lines if not is_in),
            count=len(lines),
            first_on=min(day for day, _, _ in lines),
            last_on=max(day for day, _, _ in lines),
        )
        for name, lines in found.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-(one.received_fen + one.paid_fen), one.name)))


def _net(payment: Payment) -> int:
    return max(0, payment.amount_fen - (payment.refunded_fen or 0))


def pick(
    payments: Iterable[Payment],
    lenders: Sequence[str],
    payees: Mapping[str, FlowKind] | None = None,
    *,
    settled_for: str | None = None,
) -> Picked:
    """The flows whose other side contains one of *lenders*, or one of *payees* (name → what was paid there).

    Payments that the user settled for the loan *settled_for* (``Payment.purpose``) count without a name.
    """
    roles = dict(payees or {})
    rows: list[tuple[str, Flow]] = []
    left_out: list[LeftOut] = []
    for payment in payments:
        role = _role(payment, lenders, roles, settled_for)
        if role is None:
            continue
        why = _why_not(payment)
        if why is not None or payment.occurred_at is None:
            left_out.append(_left(payment, why or Words("没有日期", "no date")))
            continue
        kind: FlowKind = "disbursement" if role == "repayment" and _is_in(payment) else role
        flow = Flow(
            on=shanghai_day(payment.occurred_at), fen=_net(payment), kind=kind, payee=payment.payee, source="statement"
        )
        rows.append((_file(payment), flow))
    kept, doubled = _once(rows)
    left_out += [
        LeftOut(
            place=file,
            on=flow.on,
            fen=flow.fen,
            why=Words(
                "另一份账单里有同一天、同金额的一笔，按一笔算；如果其实是两笔，请在表单的“已还”里写明",
                "another bill has the same sum on the same day: counted once; if there were two, write them in",
            ),
        )
        for file, flow in doubled
    ]
    received = tuple(flow for flow in kept if flow.kind == "disbursement")
    return Picked(
        received=received,
        paid=tuple(flow for flow in kept if flow.kind != "disbursement"),
        left_out=tuple(left_out),
    )


def _role(
    payment: Payment, lenders: Sequence[str], roles: Mapping[str, FlowKind], settled_for: str | None
) -> FlowKind | None:
    for name, kind in roles.items():
        if _names(payment, name):
            return kind
    if settled_for is not None and payment.loan_id == settled_for and payment.purpose in ("disbursement", "repayment"):
        return payment.purpose
    return "repayment" if any(_names(payment, name) for name in lenders) else None


def belongs(payment: Payment, lenders: Sequence[str], payees: Mapping[str, FlowKind]) -> PaymentPurpose | None:
    """What a payment with one of these names is: received, or repaid; None if it names none of them or is not settled."""
    role = _role(payment, lenders, payees, None)
    if role is None or _why_not(payment) is not None:
        return None
    return "disbursement" if role == "disbursement" or (role == "repayment" and _is_in(payment)) else "repayment"


def _why_not(payment: Payment) -> Words | None:
    if payment.is_completed is False:
        return Words(
            f"没有成功（{payment.status or '状态不明'}）", f"not completed ({payment.status or 'status not clear'})"
        )
    if payment.is_completed is None and payment.status is not None:
        return Words(
            f"状态写的是“{payment.status}”，看不出成功没有",
            f"status “{payment.status}”: whether completed does not show",
        )
    if payment.occurred_at is None:
        return Words("没有日期", "no date")
    if payment.suggested == "refund":
        return Words("是退款", "a refund")
    if _is_in(payment) is None:
        return Words("账单没有写收还是支，看不出方向", "the bill does not say in or out")
    if _net(payment) == 0:
        return Words("已全额退款", "refunded in full") if payment.amount_fen else Words("金额是零", "the sum is zero")
    return None


def _left(payment: Payment, why: Words) -> LeftOut:
    day = shanghai_day(payment.occurred_at) if payment.occurred_at else None
    return LeftOut(place=payment.places[0] if payment.places else "", on=day, fen=payment.amount_fen, why=why)


def _file(payment: Payment) -> str:
    return payment.places[0].partition("#")[0] if payment.places else ""


def _once(rows: Sequence[tuple[str, Flow]]) -> tuple[list[Flow], list[tuple[str, Flow]]]:
    """Each sum of a day as often as the file that lists it most often has it; the rest apart."""
    in_file = Counter((file, flow.on, flow.fen, flow.kind) for file, flow in rows)
    most: dict[tuple[date, int, FlowKind], int] = {}
    for (_, on, fen, kind), count in in_file.items():
        most[on, fen, kind] = max(most.get((on, fen, kind), 0), count)
    kept: list[Flow] = []
    doubled: list[tuple[str, Flow]] = []
    for file, flow in rows:
        key = (flow.on, flow.fen, flow.kind)
        if most[key] > 0:
            most[key] -= 1
            kept.append(flow)
        else:
            doubled.append((file, flow))
    return sorted(kept, key=lambda flow: flow.on), doubled


def joined(told: Iterable[Flow], billed: Iterable[Flow]) -> tuple[Flow, ...]:
    """Both, where a flow that was told and that a bill shows too (same day, same sum) counts once, as the bill's."""
    shown = list(billed)
    seen = Counter((flow.on, flow.fen) for flow in shown)
    for flow in told:
        if seen[flow.on, flow.fen] > 0:
            seen[flow.on, flow.fen] -= 1
            match = next(n for n, one in enumerate(shown) if (one.on, one.fen) == (flow.on, flow.fen))
            if shown[match].kind == "repayment" and flow.kind != "disbursement":
                shown[match] = replace(shown[match], kind=flow.kind)
        else:
            shown.append(flow)
    return tuple(sorted(shown, key=lambda flow: flow.on))
