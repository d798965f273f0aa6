"""Since when a loan is overdue and by how many days; the stage words M1, M2 … are the trade's, no law knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cuijie.datafiles import Words
from cuijie.money.loan_facts import LoanFacts, paid_on_schedule

__all__ = ["Overdue", "overdue"]

_DO = (
    (
        30,
        Words(
            "刚逾期：打合同或官网上的电话，说明困难，要求转贷后部门，留下工号。",
            "Just overdue: call the number in the contract or on the official site, explain, ask for the post-loan department, note who answered.",
        ),
    ),
    (
        90,
        Words(
            "自己先核清本金、利息和费用，寄书面协商申请；保存每一次联系的记录。",
            "Check principal, interest and fees yourself, send a written proposal, keep a record of every contact.",
        ),
    ),
    (
        180,
        Words(
            "可能转给外面的催收机构：要求对方说明机构名称、工号和委托依据，只认贷款人的账户。",
            "An agency may take over: ask for its name, the caller’s number and its mandate; pay only the lender’s account.",
        ),
    ),
)
_LATER = Words(
    "可能起诉或转让：留意法院的通知（打 12368 核实），转让要通知到你才对你有效（民法典第五百四十六条）。",
    "A suit or an assignment may follow: watch for the court (check by calling 12368); an assignment binds you only on notice (civil code 546).",
)

_SUED = Words(
    "已经起诉：打 12368 核实案件，按通知的期限答辩、到庭，把到账和还款记录、对利率和费用的意见交给法院。",
    "A suit was brought: check it by calling 12368, answer and appear in time, and hand the court your records and what you say of rate and fees.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """The first day of default, the days since, the trade's word for the stage, and what to do in it."""

    since: date
    days: int
    stage: str
    to_do: Words
    is_told: bool  # only the user says so; otherwise it follows from schedule and payments


def overdue(facts: LoanFacts, on: date) -> Overdue | None:
    """The overdue stage on *on*: by the first instalment that payments do not cover, else by what the user says."""
    since, is_told = _since(facts, on), False
    # without any payment on record the schedule cannot tell when paying stopped: then the user's word counts
    if facts.overdue_since is not None and (not facts.due or not facts.paid):
        since, is_told = facts.overdue_since, True
    if since is None or since >= on:
        return None
    days = (on - since).days
    number = -(-days // 30)
    stage = f"M{number}（逾期 {days} 天）" if number <= 6 else f"M6 以上（逾期 {days} 天）"
    is_sued = facts.is_sued is True or (facts.filed_on is not None and facts.filed_on < on)
    to_do = _SUED if is_sued else next((words for limit, words in _DO if days <= limit), _LATER)
    return Overdue(since=since, days=days, stage=stage, to_do=to_do, is_told=is_told)


def _since(facts: LoanFacts, on: date) -> date | None:
    """The due day of the first sum that all payments up to *on*, in order, do not cover."""
    left = paid_on_schedule(facts, on)
    scheduled = [(one.due_on, one.fen) for one in facts.due] + [(flow.on, flow.fen) for flow in facts.fees_due]
    for day, fen in sorted(scheduled):
        left -= fen
        if left < 0:
            return day if day < on else None
    return None
