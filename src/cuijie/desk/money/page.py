"""One loan's account as its page shows it: the sums, the picture, the rates by name, what speaks, what differs, a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cuijie.datafiles import Words
from cuijie.law import LawError, library
from cuijie.money import (
    LoanFacts,
    OfferResult,
    OtherDebt,
    Owing,
    Staircase,
    costs_beside,
    in_order,
    left_for_fen,
    months_to_pay,
    owing,
    percent,
    staircase,
    yuan,
)
from cuijie.money.owing import LineResult
from cuijie.money.plain import offers_of

__all__ = ["AccountPage", "LineCard", "Plan", "RateRow", "account_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One rate under its own name, and what it is."""

    name: Words
    value: str
    means: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """One line on interest that speaks, or may."""

    title: Words
    is_certain: bool
    cap: str
    cite: str
    provision: str
    is_second_hand: bool
    over: str
    working: tuple[Words, ...]
    note: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the household can carry, and in which order debts are served."""

    income: str
    costs: str
    monthly: str
    monthly_fen: int
    months: int | None
    order: tuple[tuple[str, str, Words], ...]  # name, balance, why
    placeless: Words | None  # what is missing for the place of the others


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Everything the page of one loan shows."""

    facts: LoanFacts
    account: Owing
    title: Words
    rates: tuple[RateRow, ...]
    beside: Words | None  # costs paid beside the schedule, and what they would come to
    lines: tuple[LineCard, ...]
    plan: Plan | None
    offers: tuple[OfferResult, ...]
    chart: str  # JSON for the picture; empty where there is nothing to draw
    steps: tuple[tuple[date, Words, str, str], ...]  # day, what, sum, running total


def account_page(facts: LoanFacts, on: date) -> AccountPage:
    """Works the loan out and words it."""
    account = owing(facts, on)
    stairs = staircase(facts, account.as_of)
    beside = costs_beside(facts, account)
    return AccountPage(
        facts=facts,
        account=account,
        title=_title(facts, account),
        rates=_rates(account),
        beside=beside.words if beside else None,
        lines=tuple(_line(result, account) for result in account.lines if result.applies is not False),
        plan=_plan(facts, account),
        offers=offers_of(facts, account),
        chart=_chart(stairs),
        steps=_steps(facts, account),
    )


def _title(facts: LoanFacts, account: Owing) -> Words:
    """What the picture shows, said in one sentence."""
    if facts.received and facts.paid:
        got, paid = yuan(account.received_fen), yuan(account.paid_fen)
        claimed = sum(one.fen for one in facts.claimed)
        zh = f"到手 {got} 元，已还 {paid} 元" + (f"，对方还要 {yuan(claimed)} 元" if claimed else "")
        en = f"Received {got}, paid {paid}" + (f", {yuan(claimed)} still claimed" if claimed else "")
        return Words(zh, en)
    return Words("收了多少，付了多少，还要付多少", "What came, what went, what is still asked for")


def _rates(account: Owing) -> tuple[RateRow, ...]:
    found = account.rates
    times = found.periods_a_year or 12
    rows: tuple[tuple[Words, Decimal | None, Words], ...] = (
        (
            Words("名义年化", "Nominal annual"),
            found.nominal_annual,
            Words(
                f"每期内部收益率乘 {times}，和 24% 这类“年利率”比，默认看它",
                f"period IRR × {times}; compared with lines such as 24 %",
            ),
        ),
        (
            Words("实际年化（复利）", "Effective annual"),
            found.effective_annual,
            Words("利滚利算一年", "compounded over a year"),
        ),
        (
            Words("XIRR（按真实日期）", "XIRR (by dates)"),
            found.xirr,
            Words("按每一笔的日期算的实际年化", "effective annual rate by the days of each flow"),
        ),
        (
            Words("单利年化", "Simple annual"),
            found.simple_annual,
            Words("全部成本除以占用的本金和时间，不滚利", "all cost over principal and time in use"),
        ),
        (
            Words("每期内部收益率", "IRR per period"),
            found.period,
            Words("一期的成本", "the cost of one period"),
        ),
        (
            Words("只看已经收付的 XIRR", "XIRR of what was paid so far"),
            found.xirr_as_paid,
            Words("不含还没付的", "without what is not paid yet"),
        ),
    )
    return tuple(RateRow(name=name, value=percent(rate), means=means) for name, rate, means in rows if rate is not None)


def _line(result: LineResult, account: Owing) -> LineCard:
    line = result.line
    try:
        cite = library().cite(line.provision, account.as_of)
    except LawError:
        cite = library().provision(line.provision).instrument.title
    return LineCard(
        title=line.title,
        is_certain=result.applies is True,
        cap=percent(result.cap) if result.cap is not None else "",
        cite=cite,
        provision=line.provision,
        is_second_hand=line.confidence != "verified",
        over="" if result.over_fen is None else yuan(result.over_fen),
        working=result.working,
        note=line.note,
    )


def _plan(facts: LoanFacts, account: Owing) -> Plan | None:
    home = facts.household
    if home is None:
        return None
    monthly = left_for_fen(facts) or 0
    ordered, placeless = in_order(home.debts)
    return Plan(
        income=yuan(home.income_fen),
        costs=yuan(home.costs_fen),
        monthly=yuan(monthly),
        monthly_fen=monthly,
        months=months_to_pay(account.owed_fen, monthly) if account.owed_fen else None,
        order=tuple((debt.name, yuan(debt.balance_fen), _why(debt)) for debt in ordered),
        placeless=placeless,
    )


def _why(debt: OtherDebt) -> Words:
    if debt.is_secured:
        return Words("有抵押：断了会失去房、车", "secured: the home or car is at stake")
    if debt.is_sued:
        return Words("已经起诉", "a suit is pending")
    if debt.annual_rate is None:
        return Words("其余只有这一笔", "the only other one")
    return Words("利率高的先还", "the higher rate first")


def _chart(stairs: Staircase) -> str:
    series = {"received": stairs.received, "paid": stairs.paid, "due": stairs.due}
    if not any(series.values()):
        return ""
    plain: dict[str, object] = {
        name: [[day.isoformat(), fen / 100] for day, fen in steps] for name, steps in series.items()
    }
    plain["as_of"] = stairs.as_of.isoformat()
    plain["claimed"] = None if stairs.claimed_fen is None else stairs.claimed_fen / 100
    return json.dumps(plain, ensure_ascii=False)


def _steps(facts: LoanFacts, account: Owing) -> tuple[tuple[date, Words, str, str], ...]:
    """The table behind the picture: every movement with the running total of its own stair."""
    rows: list[tuple[date, int, Words, int]] = [
        (flow.on, 0, Words("到手", "received"), flow.fen) for flow in facts.received if flow.on <= account.as_of
    ]
    rows += [(flow.on, 1, Words("已付", "paid"), flow.fen) for flow in facts.paid if flow.on <= account.as_of]
    rows += [(one.due_on, 2, Words("应还", "due"), one.fen) for one in facts.due]
    rows += [(flow.on, 2, Words("应还", "due"), flow.fen) for flow in facts.fees_due]
    totals = [0, 0, 0]
    out = []
    for day, kind, words, fen in sorted(rows, key=lambda row: row[:2]):
        totals[kind] += fen
        out.append((day, words, yuan(fen), yuan(totals[kind])))
    return tuple(out)
