"""What the case keeps of money: names confirmed once, and the account with what it proposes to papers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cuijie import canonical
from cuijie.casefile import Case
from cuijie.casefile.results import keep_result
from cuijie.money.allocation import LETTER
from cuijie.money.amounts import percent, yuan
from cuijie.money.household import left_for_fen
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.owing import LineResult, Owing
from cuijie.money.plain import plain_account
from cuijie.money.statements import belongs
from cuijie.records import Payment
from cuijie.records.money import FlowKind, LoanTerms
from cuijie.records.results import CheckResult, PaperProposal

__all__ = ["confirm_names", "keep_account", "proposals_of"]

_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff：，、（）]) (?=\d)|(?<=[\d%]) (?=[\u4e00-\u9fff])")
_STATEMENT, _NEGOTIATION, _LOCAL = LETTER, "repayment_negotiation", "local_fin_complaint"


def confirm_names(case: Case, loan_id: str, lenders: Sequence[str], payees: Mapping[str, FlowKind]) -> int:
    """Keeps what the user said of names in the bills, so that it is asked once; answers how many payments that settles."""
    terms = case.get(LoanTerms, loan_id) or LoanTerms(loan_id=loan_id)
    known = dict(terms.payees) | dict(payees)
    names = tuple(dict.fromkeys((*terms.bill_names, *(name.strip() for name in lenders if name.strip()))))
    settled: list[Payment] = []
    for payment in case.each(Payment):
        purpose = belongs(payment, names, known)
        if purpose is not None and (payment.purpose, payment.loan_id) != (purpose, loan_id):
            settled.append(replace(payment, purpose=purpose, loan_id=loan_id))
    made = replace(terms, bill_names=names, payees=tuple(known.items()))
    if made != terms or settled:
        with case.batch("names_confirmed", {"loan": loan_id, "payments": len(settled)}):
            case.put(made, *settled)
    return len(settled)


def keep_account(case: Case, loan_id: str, facts: LoanFacts, account: Owing) -> CheckResult:
    """The account of one loan as a result of the case."""
    received = f"到手 {yuan(account.received_fen)} 元" if facts.received else "到手多少还不知道"
    owed = "还剩多少还算不出" if account.owed_fen is None else f"按合同还剩 {yuan(account.owed_fen)} 元"
    day = account.as_of.isoformat()
    paid = f"已还 {yuan(account.paid_fen)} 元" if facts.paid else "已还多少还没有记录"
    about = f"{facts.lender_name or loan_id}：{received}，{paid}，{owed}（算到 {day}）"
    content = canonical.encode(plain_account(facts, account)).decode()
    return keep_result(case, "owe", loan_id, content, about, proposals=proposals_of(facts, account))


def proposals_of(facts: LoanFacts, account: Owing) -> tuple[PaperProposal, ...]:
    """What the account offers to the papers: the sums with where they come from, the household, the cost of the loan."""
    lines = {
        (_STATEMENT, "own_record"): _record(facts, account),
        (_STATEMENT, "gaps"): _gaps(account),
        (_NEGOTIATION, "debt_table"): _debts(facts, account),
        (_NEGOTIATION, "income_expense"): _household(facts),
        (_NEGOTIATION, "all_debts"): [
            f"{debt.name}：余额 {yuan(debt.balance_fen)} 元"
            + (f"，每月还 {yuan(debt.monthly_fen)} 元" if debt.monthly_fen is not None else "")
            for debt in (facts.household.debts if facts.household else ())
        ],
        (_LOCAL, "cost_calc"): _cost(account),
    }
    return tuple(
        PaperProposal(document=document, key=key, value=_as_papers_write("\n".join(rows)))
        for (document, key), rows in lines.items()
        if rows
    )


def _as_papers_write(text: str) -> str:
    """*text* with days as 2026年3月1日, no gap beside figures, and without the street's word for a deduction."""
    text = _ISO_DAY.sub(lambda found: "{}年{}月{}日".format(*map(int, found.groups())), text)
    return _GAP.sub("", text.replace("（砍头息）", ""))


def _debts(facts: LoanFacts, account: Owing) -> list[str]:
    rows = _record(facts, account)
    if facts.claimed:
        whole = sum(one.fen for one in facts.claimed)
        items = "、".join(f"{one.name} {yuan(one.fen)} 元" for one in facts.claimed if len(facts.claimed) > 1)
        rows.append(f"贵方目前主张的数额：{yuan(whole)} 元{f'（{items}）' if items else ''}，本人未确认")
    return rows + _gaps(account)


def _record(facts: LoanFacts, account: Owing) -> list[str]:
    rows = []
    if facts.received:
        is_less = facts.principal_fen is not None and facts.principal_fen != account.received_fen
        contract = f"，合同写的本金是 {yuan(facts.principal_fen or 0)} 元" if is_less else ""
        rows.append(f"实际到手：{yuan(account.received_fen)} 元{contract}")
    elif facts.principal_fen is not None:
        rows.append(f"合同本金：{yuan(facts.principal_fen)} 元（以合同和到账记录为准）")
    if facts.paid:
        rows.append(f"到 {account.as_of.isoformat()} 已经还款：{yuan(account.paid_fen)} 元")
    if account.repaid_early_on is not None:
        rows.append(
            f"到 {account.repaid_early_on.isoformat()} 已提前还清全部本金；原计划以后各期的利息 {yuan(account.owed_fen or 0)} 元，"
            "请按实际借款期间重新计算（民法典第六百七十七条）"
        )
    elif account.owed_fen is not None and not facts.is_settled:
        late = yuan(account.overdue_fen or 0)
        rows.append(f"按合同约定的计划还剩：{yuan(account.owed_fen)} 元（其中已到期 {late} 元）")
    return rows


def _gaps(account: Owing) -> list[str]:
    rows = [
        f"{one.name.zh}：贵方主张 {yuan(one.claimed_fen)} 元，本人记录 {yuan(one.recorded_fen or 0)} 元，"
        f"相差 {yuan(abs(one.gap_fen))} 元，请说明依据和算法"
        for one in account.differences
        if one.gap_fen
    ]
    for result in account.lines:
        if result.applies and result.over_fen:
            rows.append(f"{result.line.title.zh}，涉及 {yuan(result.over_fen)} 元（{_reckoned(result)}），请说明")
    return rows


def _reckoned(result: LineResult) -> str:
    """How the sum came about, as the lender is told; what the line allows for a delay is not for us to reckon up to it."""
    if result.is_of_agreed:
        return f"每期都按合同的日子付清，约定的息费也超过这条线 {yuan(result.over_fen or 0)} 元"
    return "；".join(step.zh for step in result.working).replace("对方主张", "贵方主张")


def _household(facts: LoanFacts) -> list[str]:
    if facts.household is None:
        return []
    home = facts.household
    return [
        f"家庭每月收入：{yuan(home.income_fen)} 元",
        f"每月必要生活支出：{yuan(home.costs_fen)} 元",
        f"每月可用于归还本笔借款：约 {yuan(left_for_fen(facts) or 0)} 元",
    ]


def _cost(account: Owing) -> list[str]:
    rates = account.rates
    named = (
        ("名义年化", rates.nominal_annual),
        ("实际年化（复利）", rates.effective_annual),
        ("按实际日期的内部收益率 XIRR", rates.xirr),
        ("单利年化", rates.simple_annual),
    )
    known = [f"{name} {percent(rate)}" for name, rate in named if rate is not None]
    if not known:
        return []
    paid = [f"{payee or '收款方不详'} {yuan(fen)} 元" for payee, fen, _ in account.costs_by_payee]
    rows = [f"本人按到账和还款记录测算：{'、'.join(known)}（{rates.day_count}），请核查"]
    return rows + ([f"另付的息费：{'、'.join(paid)}"] if paid else [])
