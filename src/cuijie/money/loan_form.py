"""A loan as a small YAML form: what was promised, what was received, what was paid, what is claimed.

Keys may be Chinese or English; amounts are yuan as people write them, days are 2026-03-01.  Everything not
given is not known.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.money import form_cells as cells
from cuijie.money.flows import KIND_NAMES, Flow, FlowKind, FlowSource, kind_named
from cuijie.money.household import Household, OtherDebt
from cuijie.money.loan_facts import ClaimedItem, LoanFacts
from cuijie.money.offer_form import read_interruption, read_offer
from cuijie.money.schedule import Instalment, Method, due_days, schedule
from cuijie.records.contact import LenderType, Product
from cuijie.records.lender_words import LENDER_WORDS, PRODUCT_WORDS, by_word

__all__ = ["read_form", "read_forms"]

_METHODS: dict[str, Method] = {
    "等额本息": "equal_payment", "等额本金": "equal_principal", "等本等息": "flat", "先息后本": "interest_first",
    "一次还本付息": "bullet", "到期一次还本付息": "bullet",
}  # fmt: skip
_LENDERS = by_word(LENDER_WORDS)
_PRODUCTS = by_word(PRODUCT_WORDS)
_SOURCES: dict[str, FlowSource] = {"流水": "statement", "账单": "statement", "合同": "contract", "口述": "told"}


def read_form(path: Path) -> LoanFacts:
    """The one loan in the YAML file at *path*.  Raises DataFileError naming line and key."""
    return read_forms(path)[0]


def read_forms(path: Path) -> tuple[LoanFacts, ...]:
    """Every loan in the YAML file at *path*: the form itself, or each row of its 借款; the household is one for all.

    Raises DataFileError naming line and key.
    """
    value = load_yaml(path)
    if not isinstance(value, Lines):
        raise DataFileError(str(path), 1, "", "应是“键: 值”的表单，例如 本金: 5000")
    lines = cells.translated(value)
    if "loans" not in lines:
        return (_Form(lines).facts(),)
    if other := sorted(set(lines) - {"loans", "household", "as_of"}):
        raise lines.wrong(other[0], "写了“借款”一列以后，这一项要写进它所属的那一笔借款里")
    household, on = _household(lines), cells.day(lines, "as_of")
    loans = tuple(_Form(row).facts() for row in cells.rows(lines, "loans"))
    if not loans:
        raise lines.wrong("loans", "“借款”里一笔也没有写")
    return tuple(replace(loan, household=loan.household or household, as_of=loan.as_of or on) for loan in loans)


class _Form:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def facts(self) -> LoanFacts:
        """Everything in the form."""
        lines = self._lines
        principal = cells.amount(lines, "principal")
        paid_rows = [(row, _flow(row, "repayment")) for row in cells.rows(lines, "paid")]
        received = tuple(_received(row) for row in cells.rows(lines, "received"))
        due, fees = self._due(principal)
        outside = [flow.fen for row, flow in paid_rows if cells.claim(row, "disclosed") is False]
        return LoanFacts(
            lender_name=cells.text(lines, "lender_name"),
            lender_type=cells.one_of(lines, "lender_type", get_args(LenderType), _LENDERS),
            product=cells.one_of(lines, "product", get_args(Product), _PRODUCTS),
            contract_on=cells.day(lines, "contract_on"),
            filed_on=cells.day(lines, "filed_on"),
            as_of=cells.day(lines, "as_of"),
            principal_fen=principal,
            received=received,
            due=due,
            fees_due=tuple(fees),
            paid=tuple(sorted((flow for _, flow in paid_rows), key=lambda flow: flow.on)),
            claimed=self._claimed(),
            fees_outside_table_fen=sum(outside) if outside else None,
            every_days=cells.count(lines, "every_days", 366),
            household=_household(lines),
            overdue_since=cells.day(lines, "overdue_since"),
            called_due_on=cells.day(lines, "called_due_on"),
            is_secured=cells.claim(lines, "is_secured"),
            is_sued=cells.claim(lines, "is_sued"),
            is_settled=cells.claim(lines, "is_settled") is True,
            bill_names=cells.texts(lines, "bill_names"),
            offers=tuple(read_offer(row) for row in cells.rows(lines, "offers")),
            interruptions=tuple(read_interruption(row) for row in cells.rows(lines, "interruptions")),
        )

    def _due(self, principal: int | None) -> tuple[tuple[Instalment, ...], list[Flow]]:
        lines = self._lines
        rows = cells.rows(lines, "due")
        if rows:
            instalments, fees = [], []
            for row in rows:
                flow = _flow(row, "repayment")
                if flow.kind in {"fee", "guarantee", "insurance", "penalty"}:
                    fees.append(flow)
                else:
                    instalments.append(_instalment(flow))
            return tuple(sorted(instalments, key=lambda one: one.due_on)), fees
        # all of it is read before anything is left out: what cannot be read is told even where it is not needed
        count, first = cells.count(lines, "periods"), cells.day(lines, "first_due_on")
        every, payment = cells.count(lines, "every_days", 366), cells.amount(lines, "payment")
        method, rate = cells.one_of(lines, "method", get_args(Method), _METHODS), self._period_rate(every)
        if count is None or first is None:
            return (), []
        if payment is not None:
            return _even_payments(payment, count, first, every), []
        if method is None or principal is None or rate is None:
            return (), []
        return schedule(method, principal, rate, count, first, every), []

    def _period_rate(self, every_days: int | None) -> Decimal | None:
        rate = cells.rate_of(self._lines, "period_rate")
        if rate is not None:
            return rate
        annual = cells.rate_of(self._lines, "annual_rate")
        if annual is None:
            return None
        return annual * every_days / 365 if every_days else annual / 12

    def _claimed(self) -> tuple[ClaimedItem, ...]:
        value = self._lines.get("claimed")
        if value is None:
            return ()
        if isinstance(value, list):
            rows = cells.rows(self._lines, "claimed")
            return tuple(
                ClaimedItem(name=cells.text(row, "name") or "未说明", fen=cells.amount_needed(row, "amount"))
                for row in rows
            )
        return (ClaimedItem(name="合计", fen=cells.amount_needed(self._lines, "claimed")),)


def _even_payments(payment_fen: int, count: int, first: date, every_days: int | None) -> tuple[Instalment, ...]:
    """A schedule of which only the payment is known: all of it counts as repayment, not split."""
    return tuple(
        Instalment(due_on=day, principal_fen=payment_fen, interest_fen=0) for day in due_days(first, count, every_days)
    )


def _instalment(flow: Flow) -> Instalment:
    is_interest = flow.kind == "interest"
    return Instalment(
        due_on=flow.on, principal_fen=0 if is_interest else flow.fen, interest_fen=flow.fen if is_interest else 0
    )


def _received(row: Lines) -> Flow:
    return Flow(
        on=cells.day_needed(row, "on"),
        fen=cells.amount_needed(row, "amount"),
        kind="disbursement",
        payee=cells.text(row, "payer"),
        source=_source(row),
    )


def _flow(row: Lines, default: FlowKind) -> Flow:
    written = cells.text(row, "kind")
    kind = default if written is None else kind_named(written)
    if kind is None:
        raise row.wrong("kind", f"不认识“{written}”；可以写：" + "、".join(KIND_NAMES))
    return Flow(
        on=cells.day_needed(row, "on"),
        fen=cells.amount_needed(row, "amount"),
        kind=kind,
        payee=cells.text(row, "payee"),
        source=_source(row),
    )


def _source(row: Lines) -> FlowSource:
    written = cells.text(row, "source")
    if written is None:
        return "told"
    source = _SOURCES.get(written) or next((one for one in get_args(FlowSource) if one == written), None)
    if source is None:
        raise row.wrong("source", f"不认识“{written}”；可以写：" + "、".join(_SOURCES))
    return source


def _household(lines: Lines) -> Household | None:
    value = lines.get("household")
    if value is None:
        return None
    if not isinstance(value, Lines):
        raise lines.wrong("household", "应写 {收入: …, 必要支出: …}")
    debts = tuple(
        OtherDebt(
            name=cells.text(row, "name") or "未说明",
            balance_fen=cells.amount_needed(row, "balance"),
            monthly_fen=cells.amount(row, "monthly"),
            annual_rate=cells.rate_of(row, "annual_rate"),
            is_secured=cells.claim(row, "is_secured") is True,
            is_sued=cells.claim(row, "is_sued") is True,
        )
        for row in cells.rows(value, "debts")
    )
    return Household(
        income_fen=cells.amount_needed(value, "income"), costs_fen=cells.amount_needed(value, "costs"), debts=debts
    )
