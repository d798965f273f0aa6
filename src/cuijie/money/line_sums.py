"""What a line on interest and fees comes to for one loan: day by day, on what was really received and paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from cuijie.datafiles import Words
from cuijie.money.amounts import yuan
from cuijie.money.flows import Flow
from cuijie.money.lines import Line
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.lpr import four_times

__all__ = ["Above", "balance_under", "under_its_cap"]

_SHOWN = Decimal("0.0001")  # a rate is agreed, and compared with a line, to the hundredth of a per cent


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ceiling:
    """A line as a rate a year, with what ``balance_under`` calls *then* and *kept*."""

    cap: Decimal
    then: tuple[date, Decimal] | None = None
    kept: tuple[date, Decimal] | None = None

    def left(self, facts: LoanFacts, paid: Sequence[Flow], as_of: date) -> tuple[int, int]:
        """(principal, interest) left on *as_of* of what was received, with *paid* as the payments."""
        return balance_under(self.cap, facts.received, paid, as_of, then=self.then, kept=self.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """What is above a line, fen (None: no figure), and how it is worked out.

    ``is_of_agreed``: it is what the loan as agreed costs above the line; by the days of a delay the line allows more.
    """

    fen: int | None
    steps: tuple[Words, ...]
    is_of_agreed: bool = False


def under_its_cap(
    line: Line, cap: Decimal, facts: LoanFacts, on: date, owed: int | None, *, agreed: Decimal | None
) -> Above:
    """What is above *line*, fen, and how it is worked out; *owed* is what is left by the contract, at the rate *agreed*.

    An older private contract is reckoned in two parts, the second by the standard at filing.
    """
    if line.contract_until is None or line.refund_above is None:
        within = agreed is not None and facts.every_days is None and agreed.quantize(_SHOWN) <= cap
        return _over(_Ceiling(cap=cap), facts, on, owed, is_within=within)
    ended, most = line.contract_until, line.refund_above
    new = ended + timedelta(days=1)
    kept = (min(facts.filed_on or on, on, new), max(cap, min(most, agreed or most)))
    old = _Ceiling(cap=cap, kept=kept)
    if on < new:
        return _over(old, facts, on, owed)
    new_zh = f"{new.year} 年 {new.month} 月 {new.day} 日"
    if facts.filed_on is not None and facts.filed_on < new:
        above = _over(old, facts, on, owed)  # 新规定只管从那天起新受理的一审案件
        why = Words(f"立案在 {new_zh}以前，整笔按旧规定算", f"Filed before {new}: the old rules count throughout")
        return replace(above, steps=(why, *above.steps, *_refundable(most, facts, on)))
    later = four_times(facts.filed_on) if facts.filed_on else None
    if later is None:
        lacking = "没有写立案日" if facts.filed_on is None else "立案日的 LPR 这里没有收录"
        why = Words(
            f"{new_zh}以后的部分按起诉时的标准，{lacking}，算不出；还没有起诉的，可以把立案日写成今天试算",
            f"From {new} the standard at filing counts; without the day of filing (or its LPR) there is no figure",
        )
        return Above(fen=None, steps=(why,))
    above = _over(replace(old, then=(new, later)), facts, on, owed)
    two_rates = Words(
        f"到 {ended} 按年 {cap * 100:.2f}%，从 {new} 起按立案日 LPR 的四倍 {later * 100:.2f}%（通行理解）",
        f"{cap * 100:.2f} % a year to {ended}, then four times the LPR of the day of filing, {later * 100:.2f} % (common reading)",
    )
    return replace(above, steps=(two_rates, *above.steps, *_refundable(most, facts, ended)))


def _refundable(most: Decimal, facts: LoanFacts, until: date) -> list[Words]:
    """What was paid beyond *most* a year *until* that day, said in one line; nothing where nothing was."""
    too_much = -sum(balance_under(most, facts.received, facts.paid, until))
    if too_much <= 0:
        return []
    return [
        Words(
            f"到 {until} 按年 {most * 100:.0f}% 算也多付了 {yuan(too_much)} 元，这部分可以请求返还（2015 年规定第二十六条）",
            f"Even at {most * 100:.0f} % a year {yuan(too_much)} too much was paid to {until}, which may be claimed back (2015 rules 26)",
        )
    ]


def _over(ceiling: _Ceiling, facts: LoanFacts, on: date, owed: int | None, *, is_within: bool = False) -> Above:
    """*is_within*: the rate agreed by the month is no higher than the line; months of unequal days put nothing above it."""
    allowed, steps = _allowed(ceiling, facts, on)
    agreed = _agreed_over(ceiling, facts)
    by_days, agreed = (max(0, agreed), 0) if is_within else (0, agreed)
    if agreed > 0:
        steps.append(
            Words(
                f"如果每期都按合同的日子付清，约定的息费比这条线一共多 {yuan(agreed)} 元",
                f"With every instalment paid on its day, the agreed cost is {yuan(agreed)} above this line",
            )
        )
    if facts.claimed:
        claimed = sum(item.fen for item in facts.claimed)
        steps.append(
            Words(
                f"对方主张 {yuan(claimed)} 元 − {yuan(allowed)} 元 = {yuan(claimed - allowed)} 元",
                f"claimed {yuan(claimed)} − {yuan(allowed)} = {yuan(claimed - allowed)}",
            )
        )
        # of what was agreed above the line, what the collector's figure still holds: all of it but what it lets off
        held = min(agreed, claimed - (owed - agreed)) if owed is not None else 0
        return _at_least(held, claimed - allowed, steps)
    if owed is None:
        return Above(fen=-allowed if allowed < 0 else None, steps=tuple(steps))
    over, step = _rest_over(ceiling, facts, on, owed)
    if agreed <= 0 and over <= by_days:  # what the line would allow besides is nothing that anybody asks for
        return Above(fen=0, steps=(steps[0], Words("没有超出这条线的部分", "nothing above this line")))
    return _at_least(agreed, over, [*steps, step])


def _allowed(ceiling: _Ceiling, facts: LoanFacts, on: date) -> tuple[int, list[Words]]:
    """What the line allows to be left on *on*, fen, and how it is reckoned day by day."""
    cap, kept = ceiling.cap, ceiling.kept
    principal, interest = ceiling.left(facts, facts.paid, on)
    rates = (
        Words("上面两段利率", "the two rates above")
        if ceiling.then
        else Words(f"年 {cap * 100:.2f}%", f"{cap * 100:.2f} % a year")
    )
    steps = [
        Words(
            f"按{rates.zh}、实际到手和实际还款日逐日计算（实际天数/365，先抵利息后抵本金）",
            f"At {rates.en} on what really arrived, by the days of each payment (actual/365, interest before principal)",
        ),
        Words(
            f"到 {on}：本金余 {yuan(principal)} 元，利息余 {yuan(interest)} 元，合计 {yuan(principal + interest)} 元",
            f"On {on}: principal {yuan(principal)}, interest {yuan(interest)}, together {yuan(principal + interest)}",
        ),
    ]
    if kept is not None and kept[1] > cap and any(flow.on < kept[0] for flow in facts.paid):
        steps.append(
            Words(
                f"{kept[0]} 以前付的息，按约定、最多到年 {kept[1] * 100:.2f}% 的，算已经付了息，不抵本金",
                f"Interest paid before {kept[0]} as agreed, up to {kept[1] * 100:.2f}% a year, counts as interest paid and lowers no principal",
            )
        )
    return principal + interest, steps


def _at_least(agreed: int, over: int, steps: list[Words]) -> Above:
    """*over*, but not less than what was *agreed* above the line: the line's interest of a delay must not eat that up."""
    if agreed > max(0, over):
        steps.append(
            Words(
                f"上面逐日算的允许额随拖欠的时间变大；约定的息费本身超过这条线的 {yuan(agreed)} 元不因拖欠变少，按这个数列",
                f"The line allows more with every day of delay; the {yuan(agreed)} agreed above the line do not shrink by it and are what is listed",
            )
        )
    return Above(fen=max(0, over, agreed), steps=tuple(steps), is_of_agreed=agreed > max(0, over))


def _rest_over(ceiling: _Ceiling, facts: LoanFacts, on: date, owed: int) -> tuple[int, Words]:
    """By how much what is left by the contract passes the line, sums not yet due held against it on their own days."""
    rest = _rest_by_plan(facts, on, owed)
    last = max((flow.on for flow in rest), default=on)
    if last <= on:
        allowed = sum(ceiling.left(facts, facts.paid, on))
        return owed - allowed, Words(
            f"按合同还剩 {yuan(owed)} 元 − {yuan(allowed)} 元 = {yuan(owed - allowed)} 元",
            f"left by the contract {yuan(owed)} − {yuan(allowed)} = {yuan(owed - allowed)}",
        )
    paid = [*(flow for flow in facts.paid if flow.on <= on), *rest]
    over = -sum(ceiling.left(facts, paid, last))
    much = Words(f"一共多出 {yuan(over)} 元", yuan(over)) if over > 0 else Words("没有多出", "nothing")
    return over, Words(
        f"按合同还剩 {yuan(owed)} 元：已到期的今天付，没到期的按合同的日子付，付到 {last} {much.zh}",
        f"left by the contract {yuan(owed)}: what is due paid today, the rest on its days to {last}, comes to {much.en} too much",
    )


def _agreed_over(ceiling: _Ceiling, facts: LoanFacts) -> int:
    """What the loan as agreed, every instalment paid on its day, costs above the line; fen, not above zero if nothing."""
    plan = [(one.due_on, one.fen) for one in facts.due] + [(flow.on, flow.fen) for flow in facts.fees_due]
    if not facts.due:
        return 0
    paid = [Flow(on=day, fen=fen, kind="repayment", source="contract") for day, fen in plan]
    return -sum(replace(ceiling, kept=None).left(facts, paid, max(day for day, _ in plan)))


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
