"""What in a credit report deserves a second look, each with the provision that speaks and what to do; nothing is scored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, Words, load_table
from cuijie.prevention.credit.report import Account, CreditReport

__all__ = ["Flag", "FlagLaw", "flag_law", "flags_of"]

_FILE = Path(__file__).parent.parent / "data" / "credit_flags.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One thing to check: what, where, why, under which provision; flat, as a case keeps it."""

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
        return flag_law().disputes[self.kind][0]

    @property
    def request(self) -> str:
        """What the dispute letter asks for."""
        return flag_law().disputes[self.kind][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One kind of flag as our data file has it; ``{…}`` in its words stands for a value of the report."""

    kind: str
    provision: str | None
    says: Words
    do: Words

    def at(self, where: str, **values: object) -> Flag:
        """The flag that stands at *where*."""
        says, do = (Words(*(text.format(**values) for text in words)) for words in (self.says, self.do))
        return Flag(
            kind=self.kind,
            where=where,
            says=says.zh,
            do=do.zh,
            provision=self.provision,
            says_en=says.en,
            do_en=do.en,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagLaw:
    """What our data file holds: how long adverse records are kept, which inquiries want consent, the kinds of flags."""

    kept_years: int
    consent_for: tuple[str, ...]
    rows: dict[str, _Row]
    disputes: dict[str, tuple[str, str]]  # kind → what the letter says of it, and what it asks for


@cache
def flag_law() -> FlagLaw:
    """What deserves a second look, and why.  Raises DataFileError."""
    data = load_table(_FILE)
    flags = data.table("flags")
    rows = {key: flags.table(key) for key in flags}
    return FlagLaw(
        kept_years=data.number("kept_years"),
        consent_for=data.texts("consent_for"),
        rows={key: _row(key, row) for key, row in rows.items()},
        disputes={key: (row.text("reason"), row.text("request")) for key, row in rows.items() if "kind" not in row},
    )


def _row(key: str, row: Lines) -> _Row:
    return _Row(
        kind=row.text("kind", key),
        provision=row.text("provision") if "provision" in row else None,
        says=row.words("says"),
        do=row.words("do"),
    )


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
    law, where = flag_law(), _where(account)
    late = (account.overdue_months or 0) > 0 or (account.overdue_yuan or 0) > 0
    if account.closed and late and _months_between(account.closed, on) > 12 * law.kept_years:
        yield law.rows["older_than_five_years"].at(where, closed=account.closed)
    if account.closed and ((account.balance_yuan or 0) > 0 or (account.overdue_yuan or 0) > 0):
        yield law.rows["entry_after_settlement"].at(where, closed=account.closed)
    yield from _of_sums(account, where)
    if known and account.lender and not any(_same(name, account.lender) for name in known):
        yield law.rows["unknown_lender"].at(where)


def _of_sums(account: Account, where: str) -> Iterable[Flag]:
    """Sums that do not agree with each other; what was recovered by a guarantor, and what revolves, is no sum lent."""
    rows = flag_law().rows
    balance, overdue, lent = account.balance_yuan or 0, account.overdue_yuan or 0, account.amount_yuan or 0
    if overdue > balance > 0:
        yield rows["amount_to_check"].at(where, overdue=overdue, balance=balance)
    if account.kind == "loan" and "追偿" not in account.section and balance > lent > 0:
        yield rows["balance_above_loan"].at(where, balance=balance, lent=lent)


_LEGAL_FORM = re.compile(r"(?:股份|有限责任|有限)+公司|[\s（）()]")


def _same(name: str, lender: str) -> bool:
    """Whether two names are of one institution: reports write it now with, now without its legal form and branch."""
    one, other = _LEGAL_FORM.sub("", name), _LEGAL_FORM.sub("", lender)
    return bool(one and other) and (one in other or other in one)


def _of_inquiries(report: CreditReport) -> Iterable[Flag]:
    law = flag_law()
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
        where = f"{inquiry.on.isoformat()} {inquiry.by}"
        if inquiry.reason.startswith(law.consent_for):
            yield law.rows["inquiry_to_check"].at(where, why=inquiry.reason)
        elif is_after:
            yield law.rows["inquiry_after_loan"].at(where)


def _of_summary(report: CreditReport) -> Iterable[Flag]:
    counted = dict(report.summary).get("账户数")
    if counted is None or report.unread:
        return
    told = sum(number or 0 for number in counted)
    if told != len(report.accounts):
        yield flag_law().rows["summary_differs"].at("信息概要", told=told, read=len(report.accounts))
