"""What is really owed: received, paid, left by the contract, left under each line that speaks, and the difference.

Nothing here says that a debt need not be paid.  What exceeds a line is a sum in dispute, for a court or a
regulator to decide, and is called so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from cuijie.datafiles import Words
from cuijie.money.allocation import Difference, differences
from cuijie.money.amounts import yuan
from cuijie.money.early import interest_deducted, is_ahead, repaid_early_on
from cuijie.money.limitation import Limitation, limitation
from cuijie.money.line_sums import under_its_cap
from cuijie.money.lines import Line, applies, cap_of, lines
from cuijie.money.loan_facts import LoanFacts, paid_for_the_loan, paid_on_schedule
from cuijie.money.overdue import Overdue, overdue
from cuijie.money.rates import Roots, effective_annual, nominal_annual, period_rate, simple_annual, xirr
from cuijie.records.money import Interruption

__all__ = ["LineResult", "Owing", "Rates", "owing"]

_COSTS = frozenset({"interest", "fee", "guarantee", "insurance", "penalty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The rates of the loan as agreed, each by its name; None where it cannot be worked out.

    ``several`` is True where the flows have more than one internal rate of return, or none; ``roots`` are all of
    them.  ``xirr_as_paid`` is that of what was really received and paid so far, known once more came back than went out.
    """

    period: Decimal | None
    periods_a_year: int | None
    nominal_annual: Decimal | None
    effective_annual: Decimal | None
    xirr: Decimal | None
    simple_annual: Decimal | None
    several: bool
    roots: tuple[Decimal, ...] = ()
    xirr_as_paid: Decimal | None = None
    day_count: str = "实际天数/365"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """One line and what it comes to for this loan; ``over_fen`` None: no figure, or not known."""

    line: Line
    applies: bool | None
    cap: Decimal | None
    over_fen: int | None
    working: tuple[Words, ...]
    is_of_agreed: bool = False  # see ``line_sums.Above``


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """The whole account as of one day."""

    as_of: date
    received_fen: int
    principal_fen: int | None
    paid_fen: int
    costs_paid: tuple[tuple[str, str | None, int], ...]  # kind, payee, fen
    owed_fen: int | None  # all that is left by the contract; None if the schedule is not known
    overdue_fen: int | None
    rates: Rates
    lines: tuple[LineResult, ...]
    differences: tuple[Difference, ...]
    missing: tuple[Words, ...]
    told_received_fen: int = 0  # of what was received, what only the user says
    told_paid_fen: int = 0
    overdue: Overdue | None = None
    limitation: Limitation | None = None
    repaid_early_on: date | None = None  # then ``owed_fen`` is only interest of later periods, and nothing is overdue

    @property
    def costs_by_payee(self) -> tuple[tuple[str | None, int, int], ...]:
        """To whom costs were paid, how much in all (fen), and in how many payments."""
        payees = dict.fromkeys(payee for _, payee, _ in self.costs_paid)
        sums = {payee: [fen for _, one, fen in self.costs_paid if one == payee] for payee in payees}
        return tuple((payee, sum(each), len(each)) for payee, each in sums.items())


def owing(facts: LoanFacts, as_of: date) -> Owing:
    """Work the loan out as of *as_of* (or the day the form itself names)."""
    on = facts.as_of or as_of
    received = sum(flow.fen for flow in facts.received)
    paid = sum(flow.fen for flow in facts.paid if flow.on <= on)
    scheduled = [(one.due_on, one.fen) for one in facts.due] + [(flow.on, flow.fen) for flow in facts.fees_due]
    total = sum(fen for _, fen in scheduled) if scheduled else None
    so_far = sum(fen for day, fen in scheduled if day <= on) if scheduled else None
    on_schedule = paid_on_schedule(facts, on)
    owed = max(0, total - on_schedule) if total is not None else None
    rates = _rates(facts, on)
    early = repaid_early_on(facts, on, rates.period) if owed else None
    is_over = facts.is_settled or early is not None or (owed == 0 and not facts.claimed)  # nothing late, no time runs
    of_the_loan = replace(facts, paid=paid_for_the_loan(facts)) if facts.due else facts
    return Owing(
        as_of=on,
        received_fen=received,
        principal_fen=facts.principal_fen,
        paid_fen=paid,
        costs_paid=tuple(
            (flow.kind, flow.payee, flow.fen) for flow in facts.paid if flow.kind in _COSTS and flow.on <= on
        ),
        owed_fen=owed,
        overdue_fen=max(0, so_far - on_schedule) if so_far is not None and early is None else None,
        rates=rates,
        lines=tuple(
            _early(line, of_the_loan, on, owed, early)
            if line.kind == "early"
            else _line(line, of_the_loan, on, owed, rates.nominal_annual or rates.xirr)
            for line in lines()
        ),
        differences=differences(facts, on, owed, is_repaid_early=early is not None),
        missing=_missing(facts),
        told_received_fen=sum(flow.fen for flow in facts.received if flow.source == "told"),
        told_paid_fen=sum(flow.fen for flow in facts.paid if flow.source == "told" and flow.on <= on),
        overdue=None if is_over else overdue(facts, on),
        limitation=None
        if is_over
        else limitation(
            [one.due_on for one in facts.due],
            facts.called_due_on,
            facts.overdue_since,
            facts.paid,
            _acts(facts, on),
            on,
            is_sued=facts.is_sued is True,
        ),
        repaid_early_on=early,
    )


def _agreed_flows(facts: LoanFacts) -> list[tuple[date, int]]:
    flows = [(flow.on, flow.fen) for flow in facts.received]
    flows += [(one.due_on, -one.fen) for one in facts.due if one.fen]
    flows += [(flow.on, -flow.fen) for flow in facts.fees_due]
    return sorted(flows)


def _as_paid(facts: LoanFacts, on: date) -> Decimal | None:
    received = [flow for flow in facts.received if flow.on <= on]
    paid = [flow for flow in facts.paid if flow.on <= on]
    if sum(flow.fen for flow in paid) <= sum(flow.fen for flow in received):
        return None
    return xirr([(flow.on, flow.signed_fen) for flow in (*received, *paid)]).only


def _rates(facts: LoanFacts, on: date) -> Rates:
    flows = _agreed_flows(facts)
    dated = xirr(flows) if facts.due else Roots(rates=())
    even, a_year = _even(facts, flows)
    found = period_rate(even) if even else Roots(rates=())
    rate = found.only
    return Rates(
        period=rate,
        periods_a_year=a_year,
        nominal_annual=nominal_annual(rate, a_year) if rate is not None and a_year else None,
        effective_annual=effective_annual(rate, a_year) if rate is not None and a_year else None,
        xirr=dated.only,
        simple_annual=_simple(facts),
        several=bool(facts.due and facts.received) and len(dated.rates) != 1,
        roots=dated.rates,
        xirr_as_paid=_as_paid(facts, on),
    )


def _even(facts: LoanFacts, flows: list[tuple[date, int]]) -> tuple[list[int], int | None]:
    """The flows per period where they are even: one disbursement, then one sum for each period."""
    if len(facts.received) != 1 or not facts.due or facts.fees_due:
        return [], None
    a_year = round(Decimal(365) / facts.every_days) if facts.every_days else 12
    by_day: dict[date, int] = {}
    for one in facts.due:
        by_day[one.due_on] = by_day.get(one.due_on, 0) - one.fen
    days = sorted(by_day)
    gaps = {(b - a).days for a, b in pairwise(days)}
    is_even = all(gap == facts.every_days for gap in gaps) if facts.every_days else all(28 <= gap <= 31 for gap in gaps)
    first_gap = (days[0] - facts.received[0].on).days
    fits = first_gap == facts.every_days if facts.every_days else 25 <= first_gap <= 35
    return ([facts.received[0].fen, *(by_day[day] for day in days)], a_year) if is_even and fits else ([], None)


def _simple(facts: LoanFacts) -> Decimal | None:
    """All cost over principal × time, principal falling as it is repaid; only where principal and interest are split."""
    received = sum(flow.fen for flow in facts.received)
    if not facts.due or received <= 0:
        return None
    total = sum(one.fen for one in facts.due) + sum(flow.fen for flow in facts.fees_due)
    is_split = any(one.interest_fen for one in facts.due)
    left, at, spans = received, min(flow.on for flow in facts.received), []
    for one in sorted(facts.due, key=lambda due: due.due_on):
        spans.append((max(0, left), (one.due_on - at).days))
        at = one.due_on
        left -= one.principal_fen if is_split else one.fen * received // total
    return simple_annual(total - received, spans)


def _line(line: Line, facts: LoanFacts, on: date, owed: int | None, agreed: Decimal | None) -> LineResult:
    speaks = applies(line, facts.lender_type, facts.product, facts.contract_on)
    cap = cap_of(line, facts.contract_on)
    over: int | None = None
    of_agreed = False
    working: list[Words] = []
    match line.kind:
        case "cap" if speaks is not False and cap is not None and facts.received:
            above = under_its_cap(line, cap, facts, on, owed, agreed=agreed)
            over, working, of_agreed = above.fen, list(above.steps), above.is_of_agreed
        case "cap" if speaks is not False and cap is None and line.cap is not None and facts.contract_on:
            day = facts.contract_on.isoformat()
            working = [
                Words(
                    f"合同日 {day} 的一年期 LPR 这里没有收录，请查全国银行间同业拆借中心的公布",
                    f"The one-year LPR of {day} is not held here; see its official publication",
                )
            ]
        case "deducted" if facts.principal_fen is not None and facts.received:
            received = sum(flow.fen for flow in facts.received)
            over = max(0, facts.principal_fen - received)
            working = [
                Words(
                    f"合同本金 {yuan(facts.principal_fen)} 元 − 实际到手 {yuan(received)} 元",
                    f"principal of the contract {yuan(facts.principal_fen)} − received {yuan(received)}",
                )
            ]
            speaks = over > 0
        case "deducted":
            speaks = None
        case "outside_table":
            over = facts.fees_outside_table_fen
        case "penalty":
            penalties = sum(flow.fen for flow in facts.paid if flow.kind == "penalty")
            speaks = True if penalties else None if not facts.claimed else speaks
        case _:
            pass
    return LineResult(
        line=line,
        applies=speaks,
        cap=cap,
        over_fen=over if speaks is not False else None,
        working=tuple(working),
        is_of_agreed=of_agreed,
    )


def _early(line: Line, facts: LoanFacts, on: date, owed: int | None, early: date | None) -> LineResult:
    working: tuple[Words, ...] = ()
    if early is not None and owed is not None:
        working = (
            Words(
                f"到 {early} 还的钱已经够全部本金和当时到期的息费；“按合同还剩”的 {yuan(owed)} 元都是以后各期的利息，不算逾期",
                f"By {early} all principal and what was due had been paid; the {yuan(owed)} left are interest of later periods and not overdue",
            ),
        )
    return LineResult(
        line=line, applies=early is not None or is_ahead(facts, on), cap=None, over_fen=None, working=working
    )


def _acts(facts: LoanFacts, on: date) -> list[Interruption]:
    """The acts that are written, and the suit that was filed; a filing of today may be written to try it out."""
    filed = facts.filed_on
    if filed is None or filed >= on:
        return list(facts.interruptions)
    return [*facts.interruptions, Interruption(on=filed, act="sued", written="立案")]


def _missing(facts: LoanFacts) -> tuple[Words, ...]:
    wanted = (
        (
            facts.received,
            Words("实际到手的金额和日期（看收款流水）", "What really arrived, and when (see the bank statement)"),
        ),
        (
            facts.paid,
            Words(
                "已经还了哪些（看还款流水；一笔也没有还过就不用填）",
                "What was paid (see the statement; nothing to fill in if nothing was)",
            ),
        ),
        (
            facts.due,
            Words(
                "还款计划：期数、每期金额和首期日（看合同或 App）",
                "The schedule: number and sum of instalments, first day (see contract or app)",
            ),
        ),
        (
            facts.lender_type,
            Words(
                "真正放款的是哪类机构（看合同或到账的付款方）",
                "What kind of lender it is (see the contract, or who paid the money in)",
            ),
        ),
        (
            facts.lender_type != "debt_assignee",
            Words(
                "这笔债原来是哪类机构放的（看合同和转让通知）：上限跟着原来的借款走",
                "What kind of lender made the loan at first (see contract and notice of assignment): the cap goes with the loan it was",
            ),
        ),
        (facts.contract_on, Words("合同成立的日期", "The day of the contract")),
        (
            facts.product or facts.lender_type in ("private_person", "unlicensed"),  # their line knows no products
            Words("产品：信用卡、网络消费贷款还是其他", "The product: credit card, online consumer loan or other"),
        ),
    )
    twice = interest_deducted(facts)
    return (*(words for value, words in wanted if not value), *((twice,) if twice else ()))
