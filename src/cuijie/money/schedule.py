"""Repayment schedules: 等额本息, 等额本金, 等本等息, 先息后本, 到期一次还本付息; every one sums to the fen."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from cuijie.money.amounts import MoneyError
from cuijie.records.money import Instalment, Method

__all__ = ["Instalment", "Method", "due_days", "schedule"]


def months_later(day: date, months: int, anchor: int) -> date:
    """The day *anchor* of the month *months* after *day*'s, or that month's last day if it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


def due_days(first: date, count: int, every_days: int | None = None) -> Iterator[date]:
    """*count* due days from *first*: monthly on the same day of the month, or every so many days."""
    for number in range(count):
        yield first + timedelta(days=every_days * number) if every_days else months_later(first, number, first.day)


def _fen(amount: Decimal) -> int:
    return int(amount.to_integral_value(rounding=ROUND_HALF_UP))


def _level(principal: Decimal, rate: Decimal, count: int) -> Decimal:
    if rate == 0:
        return principal / count
    grown = (1 + rate) ** count
    return principal * rate * grown / (grown - 1)


def schedule(
    method: Method,
    principal_fen: int,
    period_rate: Decimal,
    count: int,
    first_due_on: date,
    every_days: int | None = None,
) -> tuple[Instalment, ...]:
    """The instalments of a loan at *period_rate* per period; the last one takes what rounding left.

    ``flat`` (等本等息) charges interest on the first principal throughout.  Raises MoneyError.
    """
    if principal_fen <= 0 or count < 1 or count > 1200 or period_rate < 0:
        raise MoneyError("算不出还款计划：本金、期数要大于零，利率不能为负。")
    with localcontext() as context:
        context.prec = 34
        days = list(due_days(first_due_on, count, every_days))
        left, rows = principal_fen, []
        payment = _level(Decimal(principal_fen), period_rate, count)
        for number, day in enumerate(days, start=1):
            interest = _fen(Decimal(principal_fen if method in {"flat", "bullet"} else left) * period_rate)
            match method:
                case "equal_payment":
                    principal = _fen(payment) - interest
                case "equal_principal" | "flat":
                    principal = _fen(Decimal(principal_fen) / count)
                case _:
                    principal = 0
            if number == count:
                principal = left
            if method == "bullet":
                interest = interest * count if number == count else 0
            principal = min(principal, left)
            left -= principal
            rows.append(Instalment(due_on=day, principal_fen=principal, interest_fen=interest))
    return tuple(row for row in rows if row.fen or row is rows[-1])
