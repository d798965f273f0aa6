"""Money that moved, as a bill or a bank statement lists it: what was received, repaid, sent to a collector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cuijie.records.contact import TimePrecision

__all__ = ["Payment", "PaymentFlow", "PaymentPurpose"]

PaymentFlow = Literal["out", "in", "neutral"]
PaymentPurpose = Literal["disbursement", "repayment", "to_person", "refund", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One line of a bill.  ``flow`` is seen from the owner; *neutral* is the bill's own 不计收支 or ``/``.

    ``suggested`` is what the line looks like (a repayment, a transfer to a person) until the user settles it in
    ``purpose``; only then does it count as money received or repaid.
    """

    payment_id: str  # digest of the content
    owner: str
    places: tuple[str, ...]  # as in Entry
    amount_fen: int
    occurred_at: datetime | None = None
    time_raw: str | None = None
    time_precision: TimePrecision | None = None
    flow: PaymentFlow | None = None
    payee: str | None = None  # the other side, as written
    payee_account: str | None = None
    description: str | None = None
    category: str | None = None  # the bill's own word: 信用借还, 转账
    method: str | None = None
    status: str | None = None  # the bill's own word: 交易成功, 交易关闭
    is_completed: bool | None = None
    refunded_fen: int | None = None
    order_no: str | None = None  # long ids stay text
    suggested: PaymentPurpose | None = None
    purpose: PaymentPurpose | None = None
    loan_id: str | None = None
    extra: tuple[tuple[str, str], ...] = ()
