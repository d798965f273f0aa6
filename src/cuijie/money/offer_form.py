"""Offers and acts that interrupt limitation, as rows of the form."""

from __future__ import annotations

from datetime import date

from cuijie.datafiles import Lines
from cuijie.money import form_cells as cells
from cuijie.money.limitation import Act, Interruption, act_named
from cuijie.money.offers import ACCOUNTS, KINDS, Offer, OfferAccount, OfferKind, payments_of
from cuijie.money.schedule import Instalment

__all__ = ["read_interruption", "read_offer"]


def read_interruption(row: Lines) -> Interruption:
    """{日期: …, 事由: 催收}.  Raises DataFileError."""
    written = cells.text(row, "act") or ""
    act: Act | None = act_named(written)
    if act is None:
        raise row.wrong("act", "应写 催收、申请分期、承诺、部分还款、起诉 之一")
    return Interruption(on=cells.day_needed(row, "on"), act=act, written=written)


def read_offer(row: Lines) -> Offer:
    """{名称: …, 种类: 分期, 首期: …, 期数: …, 每期: …, 首付: …, 条件: […], 收款账户: …}.  Raises DataFileError."""
    kind = _kind(row)
    fee = cells.rows(row, "fees")
    return Offer(
        name=cells.text(row, "name") or cells.text(row, "kind") or "方案",
        kind=kind,
        payments=_payments(row),
        fee_fen=sum(cells.amount_needed(one, "amount") for one in fee),
        fee_on=min((day for one in fee if (day := cells.day(one, "on")) is not None), default=None),
        conditions=cells.texts(row, "conditions"),
        account=_account(row),
    )


def _kind(row: Lines) -> OfferKind:
    kind = KINDS.get(cells.text(row, "kind") or "")
    if kind is None:
        raise row.wrong("kind", "方案的种类应写：" + "、".join(KINDS))
    return kind


def _account(row: Lines) -> OfferAccount | None:
    written = cells.text(row, "account")
    if written is None:
        return None
    account = ACCOUNTS.get(written)
    if account is None:
        raise row.wrong("account", f"不认识“{written}”；可以写：" + "、".join(ACCOUNTS))
    return account


def _payments(row: Lines) -> tuple[Instalment, ...]:
    listed = cells.rows(row, "due")
    if listed:
        return tuple(
            Instalment(
                due_on=cells.day_needed(one, "on"), principal_fen=cells.amount_needed(one, "amount"), interest_fen=0
            )
            for one in listed
        )
    first: date = cells.day(row, "first_due_on") or cells.day(row, "on") or cells.day_needed(row, "first_due_on")
    payment, total = cells.amount(row, "payment"), cells.amount(row, "amount")
    if payment is None and total is None:
        raise row.wrong("payment", "方案要写 每期（每期付多少）或 金额（一共付多少），或逐期写 应还")
    rows = payments_of(
        first,
        cells.count(row, "periods") or 1,
        cells.count(row, "every_days", 366),
        payment,
        cells.amount(row, "down_payment") or 0,
        total,
        cells.day(row, "on") or first,
    )
    if not rows or sum(one.fen for one in rows) <= 0:
        raise row.wrong("payment", "方案里没有要付的钱")
    return rows
