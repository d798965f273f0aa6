"""What in a credit report deserves a second look, each with the provision that speaks and what to do; nothing is scored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cuijie.prevention.credit.report import Account, CreditReport

__all__ = ["Flag", "flags_of"]

_FIVE_YEARS_MONTHS = 60
_NEEDS_CONSENT = ("贷款审批", "信用卡审批", "担保资格审查", "保前审查", "融资审批")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One thing to check: what, where, why, under which provision."""

    kind: str
    where: str
    says: str
    do: str
    provision: str | None = None
    says_en: str = ""
    do_en: str = ""

    @property
    def reason(self) -> str:
        """What the dispute letter says of it: the error or omission in one sentence."""
        return _DISPUTES.get(self.kind, _DISPUTES[""])[0]

    @property
    def request(self) -> str:
        """What the dispute letter asks for."""
        return _DISPUTES.get(self.kind, _DISPUTES[""])[1]


_DISPUTES = {
    "older_than_five_years": (
        "该不良信息自不良行为终止之日起已经超过五年，仍被展示。",
        "删除已经超过保存期限的不良信息。",
    ),
    "entry_after_settlement": (
        "该账户已经结清或销户，报告仍显示余额或逾期金额，与事实不符。",
        "按结清的事实更正账户状态、余额和逾期金额。",
    ),
    "amount_to_check": (
        "逾期金额大于余额，报告没有显示其构成，与本人的还款记录对不上。",
        "核查逾期金额的构成，有错误的予以更正。",
    ),
    "balance_above_loan": (
        "该贷款显示的余额大于发放的金额，报告没有显示多出的部分是什么，与本人的还款记录对不上。",
        "核查余额的构成，有错误的予以更正。",
    ),
    "unknown_lender": (
        "本人没有在该机构办理过这笔业务，请核查办理凭证和身份核验记录。",
        "核查后确非本人办理的，删除该账户信息。",
    ),
    "inquiry_to_check": (
        "本人没有书面同意该机构以此原因查询，报告中也没有该机构的相应账户。",
        "提供本人的书面授权；没有授权的，更正该查询记录。",
    ),
    "summary_differs": ("信息概要的账户数与明细不一致。", "核对后更正信息概要或账户明细。"),
    "": ("该信息存在错误或遗漏。", "核查并更正。"),
}


def flags_of(report: CreditReport, *, known_lenders: Iterable[str] = (), today: date) -> tuple[Flag, ...]:
    """Everything worth checking; *known_lenders* are those the user says he borrowed from (none given: not judged)."""
    known = tuple(known_lenders)
    on = report.made_on or today
    found: list[Flag] = []
    for account in report.accounts:
        found += _of_account(account, known, on)
    found += _of_inquiries(report)
    found += _of_summary(report)
    return tuple(found)


def _where(account: Account) -> str:
    return f"{account.section} 第 {account.number} 项 {account.lender or ''}".strip()


def _months_between(month: str, on: date) -> int:
    year, number = (int(part) for part in month.split("-"))
    return (on.year - year) * 12 + on.month - number


def _of_account(account: Account, known: tuple[str, ...], on: date) -> Iterable[Flag]:
    where = _where(account)
    late = (account.overdue_months or 0) > 0 or (account.overdue_yuan or 0) > 0
    if account.closed and late and _months_between(account.closed, on) > _FIVE_YEARS_MONTHS:
        yield Flag(
            kind="older_than_five_years",
            where=where,
            says=f"{account.closed} 已结清或销户，到报告日超过五年，逾期记录仍在。",
            do="不良信息自不良行为终止之日起保存五年，超过的应当删除：向征信中心或该机构提出异议。",
            says_en=f"settled or closed in {account.closed}, more than five years before the report; the overdue record is still there.",
            do_en="Adverse records are kept for five years from the end of the default: dispute it.",
            provision="cn.credit-reporting-regs.2013/16",
        )
    if account.closed and ((account.balance_yuan or 0) > 0 or (account.overdue_yuan or 0) > 0):
        yield Flag(
            kind="entry_after_settlement",
            where=where,
            says=f"写着 {account.closed} 已结清，却还有余额或逾期金额。",
            do="拿结清证明提出异议，要求更正。",
            says_en=f"said to be settled in {account.closed}, yet with a balance or an overdue sum.",
            do_en="Dispute it with the proof of settlement.",
            provision="cn.credit-reporting-regs.2013/25",
        )
    yield from _of_sums(account, where)
    if known and account.lender and not any(_same(name, account.lender) for name in known):
        yield Flag(
            kind="unknown_lender",
            where=where,
            says="不在你说的借款机构里。",
            do="可能是平台背后的放款方，也可能是冒名：先查合同和到账付款方，不是你借的就提异议并报案。",
            says_en="not among the lenders you named.",
            do_en="It may stand behind a platform, or somebody used your name: see contract and payer; if it is not yours, dispute it and report it.",
            provision="cn.credit-reporting-regs.2013/25",
        )


def _of_sums(account: Account, where: str) -> Iterable[Flag]:
    """Sums that do not agree with each other; what was recovered by a guarantor, and what revolves, is no sum lent."""
    balance, overdue, lent = account.balance_yuan or 0, account.overdue_yuan or 0, account.amount_yuan or 0
    if overdue > balance > 0:
        yield Flag(
            kind="amount_to_check",
            where=where,
            says=f"逾期金额 {overdue:,} 元大于余额 {balance:,} 元。",
            do="可能含息费、罚息：请机构书面说明构成，和自己的还款记录核对；确有错误再提异议。",
            says_en=f"overdue {overdue:,} is more than the balance of {balance:,}.",
            do_en="It may hold interest and penalties: ask for its parts in writing, compare with your own record, dispute it if it is wrong.",
            provision="cn.credit-reporting-regs.2013/25",
        )
    if account.kind == "loan" and "追偿" not in account.section and balance > lent > 0:
        yield Flag(
            kind="balance_above_loan",
            where=where,
            says=f"余额 {balance:,} 元大于发放的 {lent:,} 元。",
            do="可能把息费算进了余额，也可能写错：请机构书面说明构成，和到账、还款记录核对；确有错误再提异议。",
            says_en=f"the balance of {balance:,} is more than the {lent:,} that was lent.",
            do_en="Interest and fees may stand in it: ask for its parts in writing, compare with what arrived and was paid, dispute it if it is wrong.",
            provision="cn.credit-reporting-regs.2013/25",
        )


_LEGAL_FORM = re.compile(r"(?:股份|有限责任|有限)+公司|[\s（）()]")


def _same(name: str, lender: str) -> bool:
    """Whether two names are of one institution: reports write it now with, now without its legal form and branch."""
    one, other = _LEGAL_FORM.sub("", name), _LEGAL_FORM.sub("", lender)
    return bool(one and other) and (one in other or other in one)


def _of_inquiries(report: CreditReport) -> Iterable[Flag]:
    for inquiry in report.inquiries:
        month = f"{inquiry.on.year}-{inquiry.on.month:02d}"
        is_after = "贷后管理" in inquiry.reason  # that needs a loan that was still open then
        lenders = [
            account.lender
            for account in report.accounts
            if account.lender and not (is_after and account.closed and account.closed < month)
        ]
        is_stranger = not any(_same(inquiry.by, lender) for lender in lenders)
        if inquiry.is_own or not is_stranger:
            continue
        if inquiry.reason.startswith(_NEEDS_CONSENT):
            yield Flag(
                kind="inquiry_to_check",
                where=f"{inquiry.on.isoformat()} {inquiry.by}",
                says=f"以“{inquiry.reason}”查询过，报告里没有这家机构的账户。",
                do="你申请过、书面同意过就没有问题；没有的话，可以向该机构、再向人民银行分支机构投诉。",
                says_en="looked at the report to decide on a loan or card; the report has no account of it.",
                do_en="Fine if you applied and agreed in writing; if not, complain to it, then to the central bank's branch.",
                provision="cn.credit-reporting-regs.2013/29",
            )
        elif "贷后管理" in inquiry.reason:
            yield Flag(
                kind="inquiry_to_check",
                where=f"{inquiry.on.isoformat()} {inquiry.by}",
                says="以“贷后管理”查询，报告里没有它的未结清账户。",
                do="贷后管理应以存在的业务为前提：请机构说明依据。",
                says_en="looked at the report for post-loan management; the report has no open account of it.",
                do_en="That needs a loan that exists: ask for the basis.",
                provision="cn.credit-reporting-regs.2013/29",
            )


def _of_summary(report: CreditReport) -> Iterable[Flag]:
    counted = dict(report.summary).get("账户数")
    if counted is None or report.unread:
        return
    told = sum(number or 0 for number in counted)
    if told != len(report.accounts):
        yield Flag(
            kind="summary_differs",
            where="信息概要",
            says=f"概要写 {told} 个账户，明细读到 {len(report.accounts)} 个。",
            do="可能有账户没有读出来，也可能报告自身不一致：请对照原件。",
            says_en=f"the summary counts {told} accounts, {len(report.accounts)} were read.",
            do_en="One may not have been read, or the report disagrees with itself: see the original.",
        )
