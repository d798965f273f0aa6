"""Money of a loan as typed records: flows, schedules, offers, the household; and what a case keeps of a loan's terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

__all__ = [
    "Act",
    "ClaimedItem",
    "Flow",
    "FlowKind",
    "FlowSource",
    "Household",
    "HouseholdBudget",
    "Instalment",
    "Interruption",
    "LoanTerms",
    "Method",
    "Offer",
    "OfferAccount",
    "OfferKind",
    "OtherDebt",
    "TermSource",
]

FlowKind = Literal[
    "disbursement",  # 到手
    "principal",  # 本金
    "interest",  # 利息
    "fee",  # 服务费、会员费、手续费等
    "guarantee",  # 担保费
    "insurance",  # 保险费
    "penalty",  # 罚息、违约金、滞纳金
    "repayment",  # 还款，没有分开写是什么
]
FlowSource = Literal["statement", "contract", "told"]
Method = Literal["equal_payment", "equal_principal", "flat", "interest_first", "bullet"]
OfferKind = Literal["extension", "instalments", "settlement"]
OfferAccount = Literal["contract", "company", "personal"]
Act = Literal["demanded", "agreed", "paid", "sued"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One payment; ``fen`` is positive, its direction follows from ``kind`` (only a disbursement reaches the borrower)."""

    on: date
    fen: int
    kind: FlowKind
    payee: str | None = None  # who got it, or for a disbursement who paid it
    source: FlowSource = "told"

    @property
    def signed_fen(self) -> int:
        """Seen from the borrower: received positive, paid negative."""
        return self.fen if self.kind == "disbursement" else -self.fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One instalment due: principal and interest in fen."""

    due_on: date
    principal_fen: int
    interest_fen: int

    @property
    def fen(self) -> int:
        """Both together."""
        return self.principal_fen + self.interest_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedItem:
    """One item of what the collector says is owed."""

    name: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One act that starts limitation anew, as the user knows it."""

    on: date
    act: Act
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer as the form has it; fen, None is not known."""

    name: str
    kind: OfferKind
    payments: tuple[Instalment, ...]  # the first payment included
    fee_fen: int = 0
    fee_on: date | None = None
    conditions: tuple[str, ...] = ()
    account: OfferAccount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDebt:
    """Another debt of the household; fen."""

    name: str
    balance_fen: int
    monthly_fen: int | None = None
    annual_rate: Decimal | None = None
    is_secured: bool = False  # mortgage or other security: losing it costs most
    is_sued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Monthly income and necessary costs in fen, and the other debts.

    Necessary costs are what enforcement itself must leave (民事诉讼法第二百五十四条): food, housing, medicine,
    schooling, dependants.
    """

    income_fen: int
    costs_fen: int
    debts: tuple[OtherDebt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdBudget:
    """The household of a case; there is one."""

    budget_id: str
    household: Household


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSource:
    """Where a term was read, confirmed by the user: the vault item, its page and the words themselves."""

    term: str  # name of the field of Loan or LoanTerms
    item_id: str | None
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What a case knows of one loan's money beyond ``Loan``; ``None`` is not known, nothing here is guessed."""

    loan_id: str
    method: Method | None = None
    periods: int | None = None
    first_due_on: date | None = None
    every_days: int | None = None  # None: monthly
    annual_rate: Decimal | None = None  # 0.24 for 24 %
    payment_fen: int | None = None
    overdue_annual_rate: Decimal | None = None
    fees: tuple[Flow, ...] = ()  # agreed fees with a day of their own
    received: tuple[Flow, ...] = ()
    paid: tuple[Flow, ...] = ()
    claimed: tuple[ClaimedItem, ...] = ()
    filed_on: date | None = None
    called_due_on: date | None = None
    is_secured: bool | None = None
    is_sued: bool | None = None
    interruptions: tuple[Interruption, ...] = ()
    offer_lines: tuple[str, ...] = ()  # offers as written down, a line each
    bill_names: tuple[str, ...] = ()  # what the lender is called in bills, confirmed by the user
    payees: tuple[tuple[str, FlowKind], ...] = ()  # what was paid to a name, confirmed by the user
    sources: tuple[TermSource, ...] = ()
