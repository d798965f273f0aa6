"""What is really owed: received, paid, left by the contract, left under each line that speaks, and the difference.

Nothing here says that a debt need not be paid.  What exceeds a line is a sum in dispute, for a court or a
regulator to decide, and is called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise

from cuijie.money.allocation import Difference, differences
from cuijie.money.amounts import yuan
from cuijie.money.flows import Flow
from cuijie.money.limitation import Limitation, limitation
from cuijie.money.lines import Line, applies, cap_of, lines
from cuijie.money.loan_facts import LoanFacts, paid_on_schedule
from cuijie.money.lpr import four_times
from cuijie.money.overdue import Overdue, overdue
from cuijie.money.rates import Roots, effective_annual, nominal_annual, period_rate, simple_annual, xirr

__all__ = ["LineResult", "Owing", "Rates", "balance_under", "owing"]

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
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """The whole account as of one day."""

    as_of: date
    received_fen: int
    principal_fen: int | None
    paid_fen: int
    costs_paid: tuple[tuple[str, str | None, int], ...]  # kind, payee, fen
    due_so_far_fen: int | None
    owed_fen: int | None  # all that is left by the contract; None if the schedule is not known
    overdue_fen: int | None
    rates: Rates
    lines: tuple[LineResult, ...]
    differences: tuple[Difference, ...]
    missing: tuple[str, ...]
    told_received_fen: int = 0  # of what was received, what only the user says
    told_paid_fen: int = 0
    overdue: Overdue | None = None
    limitation: Limitation | None = None


def balance_under(
    cap: Decimal,
    received: Sequence[Flow],
    paid: Sequence[Flow],
    as_of: date,
    *,
    then: tuple[date, Decimal] | None = None,
) -> tuple[int, int]:
    """(principal, interest) left on *as_of* if all cost together were *cap* a year on what was really outstanding.

    Interest accrues by the day, actual over 365, on principal only; each payment meets interest before principal
    (民法典第五百六十一条).  A negative principal is what was paid too much.  *then* is another cap and the first day on
    which it counts.
    """
    with localcontext() as context:
        context.prec = 34
        events = sorted([*received, *paid], key=lambda flow: (flow.on, flow.kind != "disbursement"))
        principal, interest, at = Decimal(0), Decimal(0), events[0].on if events else as_of
        for flow in events:
            if flow.on > as_of:
                break
            interest += max(principal, Decimal(0)) * _growth(cap, then, at, flow.on)
            at = flow.on
            if flow.kind == "disbursement":
                principal += flow.fen
                continue
            on_interest = min(interest, Decimal(flow.fen))
            interest -= on_interest
            principal -= flow.fen - on_interest
        interest += max(principal, Decimal(0)) * _growth(cap, then, at, as_of)
        return _fen(principal), _fen(interest)


def _growth(cap: Decimal, then: tuple[date, Decimal] | None, start: date, end: date) -> Decimal:
    """Interest on one unit from *start* to *end*, actual days over 365."""
    if end <= start:
        return Decimal(0)
    if then is None or end <= then[0]:
        return cap * (end - start).days / 365
    turn = max(start, then[0])
    return (cap * (turn - start).days + then[1] * (end - turn).days) / 365


def _fen(amount: Decimal) -> int:
    return int(amount.to_integral_value(rounding=ROUND_HALF_UP))


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
    return Owing(
        as_of=on,
        received_fen=received,
        principal_fen=facts.principal_fen,
        paid_fen=paid,
        costs_paid=tuple((flow.kind, flow.payee, flow.fen) for flow in facts.paid if flow.kind in _COSTS),
        due_so_far_fen=so_far,
        owed_fen=owed,
        overdue_fen=max(0, so_far - on_schedule) if so_far is not None else None,
        rates=_rates(facts, on),
        lines=tuple(_line(line, facts, on, owed) for line in lines()),
        differences=differences(facts, on, owed),
        missing=_missing(facts),
        told_received_fen=sum(flow.fen for flow in facts.received if flow.source == "told"),
        told_paid_fen=sum(flow.fen for flow in facts.paid if flow.source == "told" and flow.on <= on),
        overdue=overdue(facts, on),
        limitation=limitation(
            [one.due_on for one in facts.due],
            facts.called_due_on,
            facts.overdue_since,
            facts.paid,
            facts.interruptions,
            on,
        ),
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


def _line(line: Line, facts: LoanFacts, on: date, owed: int | None) -> LineResult:
    speaks = applies(line, facts.lender_type, facts.product, facts.contract_on)
    cap = cap_of(line, facts.contract_on)
    over: int | None = None
    working: list[str] = []
    match line.kind:
        case "cap" if speaks is not False and cap is not None and facts.received:
            over, working = _under_its_cap(line, cap, facts, on, owed)
        case "cap" if speaks is not False and cap is None and line.cap is not None and facts.contract_on:
            working = [
                f"合同日 {facts.contract_on.isoformat()} 的一年期 LPR 这里没有收录，请查全国银行间同业拆借中心的公布"
            ]
        case "deducted" if facts.principal_fen is not None and facts.received:
            over = max(0, facts.principal_fen - sum(flow.fen for flow in facts.received))
            working = [
                f"合同本金 {yuan(facts.principal_fen)} 元 − 实际到手 {yuan(sum(f.fen for f in facts.received))} 元"
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
        line=line, applies=speaks, cap=cap, over_fen=over if speaks is not False else None, working=tuple(working)
    )


_NEW_RULE_FROM = date(2020, 8, 20)  # 民间借贷规定（2020）第三十一条


def _under_its_cap(
    line: Line, cap: Decimal, facts: LoanFacts, on: date, owed: int | None
) -> tuple[int | None, list[str]]:
    """The line's sum; an older contract is reckoned in two parts, the second by the standard at filing."""
    if line.contract_until is None or on < _NEW_RULE_FROM:
        return _over_cap(cap, facts, on, owed)
    if facts.filed_on is not None and facts.filed_on < _NEW_RULE_FROM:
        over, steps = _over_cap(cap, facts, on, owed)  # 新规定只管 2020-08-20 起新受理的一审案件
        return over, ["立案在 2020 年 8 月 20 日以前，整笔按旧规定算", *steps, *_refundable(facts, on)]
    later = four_times(facts.filed_on) if facts.filed_on else None
    if later is None:
        why = "没有写立案日" if facts.filed_on is None else "立案日的 LPR 这里没有收录"
        return None, [
            f"2020 年 8 月 20 日以后的部分按起诉时的标准，{why}，算不出；还没有起诉的，可以把立案日写成今天试算"
        ]
    over, steps = _over_cap(cap, facts, on, owed, then=(_NEW_RULE_FROM, later))
    steps.insert(
        0, f"到 2020-08-19 按年 {cap * 100:.2f}%，从 2020-08-20 起按立案日 LPR 的四倍 {later * 100:.2f}%（通行理解）"
    )
    steps += _refundable(facts, min(on, date(2020, 8, 19)))
    return over, steps


def _refundable(facts: LoanFacts, until: date) -> list[str]:
    """What was paid beyond 36 % a year *until* that day, said in one line; nothing where nothing was."""
    too_much = -sum(balance_under(Decimal("0.36"), facts.received, facts.paid, until))
    if too_much <= 0:
        return []
    return [
        f"到 {until.isoformat()} 按年 36% 算也多付了 {yuan(too_much)} 元，这部分可以请求返还（2015 年规定第二十六条）"
    ]


def _over_cap(
    cap: Decimal, facts: LoanFacts, on: date, owed: int | None, *, then: tuple[date, Decimal] | None = None
) -> tuple[int | None, list[str]]:
    principal, interest = balance_under(cap, facts.received, facts.paid, on, then=then)
    allowed = principal + interest
    steps = [
        ("按上面两段利率" if then else f"按年 {cap * 100:.2f}%")
        + "、实际到手和实际还款日逐日计算（实际天数/365，先抵利息后抵本金）",
        f"到 {on.isoformat()}：本金余 {yuan(principal)} 元，利息余 {yuan(interest)} 元，合计 {yuan(allowed)} 元",
    ]
    agreed = _agreed_over(cap, facts, then)
    if agreed > 0:
        steps.append(f"如果每期都按合同的日子付清，约定的息费比这条线一共多 {yuan(agreed)} 元")
    if facts.claimed:
        claimed = sum(item.fen for item in facts.claimed)
        steps.append(f"对方主张 {yuan(claimed)} 元 − {yuan(allowed)} 元 = {yuan(claimed - allowed)} 元")
        # of what was agreed above the line, what the collector's figure still holds: all of it but what it lets off
        kept = min(agreed, claimed - (owed - agreed)) if owed is not None else 0
        return _at_least(kept, claimed - allowed, steps), steps
    if owed is None:
        return (-allowed if allowed < 0 else None), steps
    over, step = _rest_over(cap, facts, on, owed, then)
    steps.append(step)
    return _at_least(agreed, over, steps), steps


def _at_least(agreed: int, over: int, steps: list[str]) -> int:
    """*over*, but not less than what was *agreed* above the line: the line's interest of a delay must not eat that up."""
    if agreed > max(0, over):
        steps.append(
            f"上面逐日算的允许额随拖欠的时间变大；约定的息费本身超过这条线的 {yuan(agreed)} 元不因拖欠变少，按这个数列"
        )
    return max(0, over, agreed)


def _rest_over(
    cap: Decimal, facts: LoanFacts, on: date, owed: int, then: tuple[date, Decimal] | None
) -> tuple[int, str]:
    """By how much what is left by the contract passes the line, sums not yet due held against it on their own days."""
    rest = _rest_by_plan(facts, on, owed)
    last = max((flow.on for flow in rest), default=on)
    if last <= on:
        allowed = sum(balance_under(cap, facts.received, facts.paid, on, then=then))
        return owed - allowed, f"按合同还剩 {yuan(owed)} 元 − {yuan(allowed)} 元 = {yuan(owed - allowed)} 元"
    paid = [*(flow for flow in facts.paid if flow.on <= on), *rest]
    over = -sum(balance_under(cap, facts.received, paid, last, then=then))
    return over, (
        f"按合同还剩 {yuan(owed)} 元：已到期的今天付，没到期的按合同的日子付，付到 {last.isoformat()} "
        + (f"一共多出 {yuan(over)} 元" if over > 0 else "没有多出")
    )


def _agreed_over(cap: Decimal, facts: LoanFacts, then: tuple[date, Decimal] | None) -> int:
    """What the loan as agreed, every instalment paid on its day, costs above the line; fen, not above zero if nothing."""
    plan = [(one.due_on, one.fen) for one in facts.due] + [(flow.on, flow.fen) for flow in facts.fees_due]
    if not facts.due:
        return 0
    paid = [Flow(on=day, fen=fen, kind="repayment", source="contract") for day, fen in plan]
    return -sum(balance_under(cap, facts.received, paid, max(day for day, _ in plan), then=then))


def _rest_by_plan(facts: LoanFacts, on: date, owed: int) -> list[Flow]:
    """What is left by the contract as payments: what is due on *on*, later instalments each on its day."""
    left, rest = owed, list[Flow]()
    later = [(one.due_on, one.fen) for one in facts.due] + [(flow.on, flow.fen) for flow in facts.fees_due]
    for day, fen in sorted((row for row in later if row[0] > on), reverse=True):
        part = min(fen, left)
        left -= part
        if part:
            rest.append(Flow(on=day, fen=part, kind="repayment", source="contract"))
    if left:
        rest.append(Flow(on=on, fen=left, kind="repayment", source="contract"))
    return rest


def _missing(facts: LoanFacts) -> tuple[str, ...]:
    wanted = (
        (facts.received, "实际到手的金额和日期（看收款流水）"),
        (facts.paid, "已经还了哪些（看还款流水；一笔也没有还过就不用填）"),
        (facts.due, "还款计划：期数、每期金额和首期日（看合同或 App）"),
        (facts.lender_type, "真正放款的是哪类机构（看合同或到账的付款方）"),
        (facts.contract_on, "合同成立的日期"),
        (facts.product, "产品：信用卡、网络消费贷款还是其他"),
    )
    return tuple(words for value, words in wanted if not value)
