"""What a line on interest and fees comes to for one loan: day by day, on what was really received and paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from cuijie.money.amounts import yuan
from cuijie.money.flows import Flow
from cuijie.money.lines import Line
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.lpr import four_times

__all__ = ["balance_under", "under_its_cap"]

_NEW_RULE_FROM = date(2020, 8, 20)  # 民间借贷规定（2020）第三十一条
_SHOWN = Decimal("0.0001")  # a rate is agreed, and compared with a line, to the hundredth of a per cent
_NEVER_BEYOND = Decimal("0.36")  # what was paid beyond it may be claimed back (2015年民间借贷规定第二十六条)


def balance_under(
    cap: Decimal,
    received: Sequence[Flow],
    paid: Sequence[Flow],
    as_of: date,
    *,
    then: tuple[date, Decimal] | None = None,
    kept: tuple[date, Decimal] | None = None,
) -> tuple[int, int]:
    """(principal, interest) left on *as_of* if all cost together were *cap* a year on what was really outstanding.

    Interest accrues by the day, actual over 365, on principal only; each payment meets interest before principal
    (民法典第五百六十一条).  A negative principal is what was paid too much.  *then* is another cap and the first day on
    which it counts.  *kept* is a day and a higher rate: interest up to it that was paid before that day stays paid
    (2015年民间借贷规定第三十一条), what was not paid is never owed.
    """
    with localcontext() as context:
        context.prec = 34
        events = sorted([*received, *paid], key=lambda flow: (flow.on, flow.kind != "disbursement"))
        principal, interest, at = Decimal(0), Decimal(0), events[0].on if events else as_of
        agreed = Decimal(0)  # interest between the cap and the rate that was kept to
        for flow in events:
            if flow.on > as_of:
                break
            interest += max(principal, Decimal(0)) * _growth(cap, then, at, flow.on)
            is_kept = kept is not None and flow.on < kept[0]
            if kept is not None and is_kept:
                agreed += max(principal, Decimal(0)) * _growth(kept[1] - cap, None, at, flow.on)
            at = flow.on
            if flow.kind == "disbursement":
                principal += flow.fen
                continue
            on_interest = min(interest, Decimal(flow.fen))
            interest -= on_interest
            on_agreed = min(agreed, flow.fen - on_interest) if is_kept else Decimal(0)
            agreed -= on_agreed
            principal -= flow.fen - on_interest - on_agreed
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


def under_its_cap(
    line: Line, cap: Decimal, facts: LoanFacts, on: date, owed: int | None, *, agreed: Decimal | None
) -> tuple[int | None, list[str]]:
    """What is above *line*, fen, and how it is worked out; *owed* is what is left by the contract, at the rate *agreed*.

    An older private contract is reckoned in two parts, the second by the standard at filing.
    """
    if line.contract_until is None:
        within = agreed is not None and facts.every_days is None and agreed.quantize(_SHOWN) <= cap
        return _over_cap(cap, facts, on, owed, is_within=within)
    kept = (min(facts.filed_on or on, on, _NEW_RULE_FROM), max(cap, min(_NEVER_BEYOND, agreed or _NEVER_BEYOND)))
    if on < _NEW_RULE_FROM:
        return _over_cap(cap, facts, on, owed, kept=kept)
    if facts.filed_on is not None and facts.filed_on < _NEW_RULE_FROM:
        over, steps = _over_cap(cap, facts, on, owed, kept=kept)  # 新规定只管 2020-08-20 起新受理的一审案件
        return over, ["立案在 2020 年 8 月 20 日以前，整笔按旧规定算", *steps, *_refundable(facts, on)]
    later = four_times(facts.filed_on) if facts.filed_on else None
    if later is None:
        why = "没有写立案日" if facts.filed_on is None else "立案日的 LPR 这里没有收录"
        return None, [
            f"2020 年 8 月 20 日以后的部分按起诉时的标准，{why}，算不出；还没有起诉的，可以把立案日写成今天试算"
        ]
    over, steps = _over_cap(cap, facts, on, owed, then=(_NEW_RULE_FROM, later), kept=kept)
    steps.insert(
        0, f"到 2020-08-19 按年 {cap * 100:.2f}%，从 2020-08-20 起按立案日 LPR 的四倍 {later * 100:.2f}%（通行理解）"
    )
    steps += _refundable(facts, min(on, date(2020, 8, 19)))
    return over, steps


def _refundable(facts: LoanFacts, until: date) -> list[str]:
    """What was paid beyond 36 % a year *until* that day, said in one line; nothing where nothing was."""
    too_much = -sum(balance_under(_NEVER_BEYOND, facts.received, facts.paid, until))
    if too_much <= 0:
        return []
    return [
        f"到 {until.isoformat()} 按年 36% 算也多付了 {yuan(too_much)} 元，这部分可以请求返还（2015 年规定第二十六条）"
    ]


def _over_cap(
    cap: Decimal,
    facts: LoanFacts,
    on: date,
    owed: int | None,
    *,
    then: tuple[date, Decimal] | None = None,
    kept: tuple[date, Decimal] | None = None,
    is_within: bool = False,
) -> tuple[int | None, list[str]]:
    """*is_within*: the rate agreed by the month is no higher than the line; months of unequal days put nothing above it."""
    principal, interest = balance_under(cap, facts.received, facts.paid, on, then=then, kept=kept)
    allowed = principal + interest
    steps = [
        ("按上面两段利率" if then else f"按年 {cap * 100:.2f}%")
        + "、实际到手和实际还款日逐日计算（实际天数/365，先抵利息后抵本金）",
        f"到 {on.isoformat()}：本金余 {yuan(principal)} 元，利息余 {yuan(interest)} 元，合计 {yuan(allowed)} 元",
    ]
    if kept is not None and kept[1] > cap and any(flow.on < kept[0] for flow in facts.paid):
        steps.append(
            f"{kept[0].isoformat()} 以前付的息，按约定、最多到年 {kept[1] * 100:.2f}% 的，算已经付了息，不抵本金"
        )
    agreed = _agreed_over(cap, facts, then)
    by_days, agreed = (max(0, agreed), 0) if is_within else (0, agreed)
    if agreed > 0:
        steps.append(f"如果每期都按合同的日子付清，约定的息费比这条线一共多 {yuan(agreed)} 元")
    if facts.claimed:
        claimed = sum(item.fen for item in facts.claimed)
        steps.append(f"对方主张 {yuan(claimed)} 元 − {yuan(allowed)} 元 = {yuan(claimed - allowed)} 元")
        # of what was agreed above the line, what the collector's figure still holds: all of it but what it lets off
        held = min(agreed, claimed - (owed - agreed)) if owed is not None else 0
        return _at_least(held, claimed - allowed, steps), steps
    if owed is None:
        return (-allowed if allowed < 0 else None), steps
    over, step = _rest_over(cap, facts, on, owed, then, kept)
    if agreed <= 0 and over <= by_days:  # what the line would allow besides is nothing that anybody asks for
        return 0, [steps[0], "没有超出这条线的部分"]
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
    cap: Decimal,
    facts: LoanFacts,
    on: date,
    owed: int,
    then: tuple[date, Decimal] | None,
    kept: tuple[date, Decimal] | None,
) -> tuple[int, str]:
    """By how much what is left by the contract passes the line, sums not yet due held against it on their own days."""
    rest = _rest_by_plan(facts, on, owed)
    last = max((flow.on for flow in rest), default=on)
    if last <= on:
        allowed = sum(balance_under(cap, facts.received, facts.paid, on, then=then, kept=kept))
        return owed - allowed, f"按合同还剩 {yuan(owed)} 元 − {yuan(allowed)} 元 = {yuan(owed - allowed)} 元"
    paid = [*(flow for flow in facts.paid if flow.on <= on), *rest]
    over = -sum(balance_under(cap, facts.received, paid, last, then=then, kept=kept))
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
