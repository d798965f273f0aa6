"""Costs paid beside the contract's schedule, and what the loan comes to if it was not to be had without them.

Whether a membership or a service was a condition of the loan is a fact that the sums do not tell, so it is never
counted in silently: both figures are shown and the user is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from cuijie.datafiles import Words
from cuijie.money.amounts import percent, yuan
from cuijie.money.flows import Flow
from cuijie.money.loan_facts import COSTS_BESIDE, LoanFacts, by_schedule
from cuijie.money.owing import Owing, owing

__all__ = ["Beside", "costs_beside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was paid for beside the schedule, and the figures that count it in; ``over`` by the line's title, fen."""

    paid: tuple[Flow, ...]
    xirr: Decimal | None
    over: tuple[tuple[Words, int], ...]

    @property
    def fen(self) -> int:
        """The sum of it."""
        return sum(flow.fen for flow in self.paid)

    @property
    def words(self) -> Words:
        """One sentence for a reader."""
        names = "、".join(dict.fromkeys(flow.payee or "收款方没有写" for flow in self.paid))
        figures = [f"按日期的实际年化 XIRR {percent(self.xirr)}"] if self.xirr is not None else []
        figures += [f"“{title.zh}”这条线可以争议 {yuan(fen)} 元" for title, fen in self.over]
        figures_en = [f"XIRR {percent(self.xirr)}"] if self.xirr is not None else []
        figures_en += [f"{yuan(fen)} over “{title.en}”" for title, fen in self.over]
        return Words(
            f"另外付的息费 {yuan(self.fen)} 元（{names}）不在还款计划里，上面的利率没有算。"
            f"如果不付就借不到，它也是借款的成本，算进去：{'；'.join(figures)}。",
            f"{yuan(self.fen)} was paid beside the schedule and is not in the rates above. If the loan was not to be "
            f"had without it, it is a cost of the loan too: {'; '.join(figures_en)}.",
        )


def costs_beside(facts: LoanFacts, account: Owing) -> Beside | None:
    """The costs paid up to the day of *account* that its schedule does not know; None without any, or without a schedule."""
    extra = [flow for kind in COSTS_BESIDE for flow in by_schedule(facts, kind)[1] if flow.on <= account.as_of]
    if not extra or not facts.due or not facts.received:
        return None
    whole = owing(replace(facts, fees_due=(*facts.fees_due, *extra)), account.as_of)
    over = tuple(
        (result.line.title, result.over_fen)
        for result in whole.lines
        if result.line.kind == "cap" and result.applies and result.over_fen and result.over_fen > 0
    )
    return Beside(paid=tuple(sorted(extra, key=lambda flow: flow.on)), xirr=whole.rates.xirr, over=over)
