"""What a personal credit report says: accounts, overdue months, inquiries; identity numbers are not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cuijie.errors import BadInput

__all__ = ["Account", "AccountKind", "CreditReport", "CreditUnreadable", "Inquiry", "MonthState"]

AccountKind = Literal["credit_card", "quasi_credit_card", "loan", "revolving"]


class CreditUnreadable(BadInput):
    """A credit report that cannot be read: which file, why, what to do."""

    code = "PV-020"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthState:
    """One month of a detailed report's grid: N, 1–7, B, C, *, # … as printed."""

    month: str  # 2025-03
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account; amounts in yuan as the report rounds them, ``None`` where it says nothing."""

    number: str  # as printed
    kind: AccountKind
    section: str  # 信用卡, 购房贷款, 其他贷款
    lender: str | None
    opened_on: date | None
    due_on: date | None = None
    as_of: str | None = None  # 2025-03
    amount_yuan: int | None = None  # lent, or the limit
    balance_yuan: int | None = None
    overdue_yuan: int | None = None
    overdue_months: int | None = None  # within five years
    over_90_days_months: int | None = None
    closed: str | None = None  # 2024-02, settled or closed
    never_overdue: bool | None = None
    grid: tuple[MonthState, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One look at the report: when, by whom, why."""

    on: date
    by: str
    reason: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditReport:
    """A whole report; ``unread`` are numbered items that were met and not understood."""

    number: str | None
    made_on: date | None
    accounts: tuple[Account, ...]
    inquiries: tuple[Inquiry, ...]
    summary: tuple[tuple[str, tuple[int | None, ...]], ...] = ()  # row → credit cards, housing, other loans
    unread: tuple[str, ...] = ()
