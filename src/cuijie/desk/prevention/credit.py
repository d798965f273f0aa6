"""A credit report as its page shows it: what to check first, accounts with their months, who looked at it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cuijie.casefile.results import keep_file
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.cites import cites
from cuijie.desk.errors import ShelfError
from cuijie.prevention.credit.flags import Flag, flags_of
from cuijie.prevention.credit.reading import read_credit_file
from cuijie.prevention.credit.report import Account, CreditReport, Inquiry, MonthState
from cuijie.prevention.keeping import keep_credit
from cuijie.prevention.results import KeptCredit, kept_of
from cuijie.records.results import CheckResult

__all__ = ["AccountCard", "CreditPage", "FlagCard", "dispute", "keep", "kept_page", "look"]

_LATE = frozenset("1234567BDGZ")
_MONTH_WORDS: dict[str, Words] = {
    "N": Words("正常还款", "paid"),
    "C": Words("结清", "settled"),
    "*": Words("本月没有要还的", "nothing due"),
    "#": Words("未知", "not known"),
    "B": Words("呆账", "written off"),
    "G": Words("结束（其他方式）", "ended otherwise"),
    "D": Words("担保人代还", "paid by the guarantor"),
    "Z": Words("以资抵债", "settled by assets"),
    "M": Words("约定还款日变更", "due day changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCard:
    """One thing to check; ``number`` from 1."""

    number: int
    flag: Flag
    is_disputed: bool
    laws: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """One account and its months, year by year: twelve places each, None where the report has no mark."""

    account: Account
    years: tuple[tuple[str, tuple[MonthState | None, ...]], ...]
    late: int  # marked months that are overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPage:
    """Everything the page of one report shows."""

    name: str
    result_id: str
    report: CreditReport
    flags: tuple[FlagCard, ...]
    open_accounts: tuple[AccountCard, ...]
    closed: tuple[AccountCard, ...]
    looks: tuple[Inquiry, ...]
    own_looks: int
    late_states: Collection[str]
    words: dict[str, Words]


def look(path: Path, password: str | None, known: Sequence[str], on: date) -> CreditPage:
    """The report at *path*, read and not kept.  Raises CreditUnreadable."""
    report = read_credit_file(path, password)
    kept = KeptCredit(report=report, flags=flags_of(report, known_lenders=known, today=on))
    return _page(path.name, "", kept, on)


def keep(place: OpenCase, path: Path, password: str | None, known: Sequence[str], on: date) -> CheckResult:
    """The report read and kept with its file.  Raises CreditUnreadable."""
    report = read_credit_file(path, password)
    flags = flags_of(report, known_lenders=known, today=on)
    return keep_credit(place.opened, keep_file(place.opened, path), report, flags)


def kept_page(result: CheckResult, on: date) -> CreditPage:
    """A report that the case keeps."""
    return _page(result.subject, result.result_id, kept_of(result, KeptCredit), on)


def dispute(place: OpenCase, result: CheckResult, numbers: Sequence[int]) -> Words:
    """Offers the chosen flags to the dispute letter.  Raises ShelfError."""
    kept = kept_of(result, KeptCredit)
    if not numbers or any(not 1 <= number <= len(kept.flags) for number in numbers):
        raise ShelfError("还没有选哪一项有错。", remedy="真实的逾期不能异议；只勾你确定写错的。")
    item = place.opened.item(result.items[0])
    keep_credit(place.opened, item, kept.report, kept.flags, [number - 1 for number in numbers])
    return Words("写进了征信异议申请书，还可以改。", "They are in the dispute letter; it can still be changed.")


def _page(name: str, result_id: str, kept: KeptCredit, on: date) -> CreditPage:
    report = kept.report
    cards = [_account(account) for account in report.accounts]
    return CreditPage(
        name=name,
        result_id=result_id,
        report=report,
        flags=tuple(
            FlagCard(
                number=number,
                flag=flag,
                is_disputed=number - 1 in kept.disputed,
                laws=cites([flag.provision] if flag.provision else [], on),
            )
            for number, flag in enumerate(kept.flags, start=1)
        ),
        open_accounts=tuple(card for card in cards if not card.account.closed),
        closed=tuple(card for card in cards if card.account.closed),
        looks=tuple(one for one in report.inquiries if not one.is_own),
        own_looks=sum(one.is_own for one in report.inquiries),
        late_states=_LATE,
        words=_MONTH_WORDS,
    )


def _account(account: Account) -> AccountCard:
    by_year: dict[str, list[MonthState | None]] = {}
    for month in account.grid:
        year, number = month.month.split("-")
        by_year.setdefault(year, [None] * 12)[int(number) - 1] = month
    return AccountCard(
        account=account,
        years=tuple((year, tuple(by_year[year])) for year in sorted(by_year, reverse=True)),
        late=sum(month.state in _LATE for month in account.grid),
    )
