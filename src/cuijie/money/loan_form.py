"""A loan as a small YAML form: what was promised, what was received, what was paid, what is claimed.

Keys may be Chinese or English; amounts are yuan as people write them, days are 2026-03-01.  Everything not
given is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar, cast, get_args

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.money.amounts import MoneyError, fen_of
from cuijie.money.flows import Flow, FlowKind, FlowSource
from cuijie.money.household import Household, OtherDebt
from cuijie.money.schedule import Instalment, Method, due_days, schedule
from cuijie.records.contact import LenderType, Product

__all__ = ["ClaimedItem", "LoanFacts", "read_form"]

_Value = TypeVar("_Value")

_KEYS = {
    "贷款人": "lender_name", "贷款人类型": "lender_type", "产品": "product", "合同日": "contract_on", "立案日": "filed_on",
    "算到": "as_of", "本金": "principal", "到手": "received", "还款方式": "method", "期数": "periods", "首期": "first_due_on",
    "每期天数": "every_days", "年利率": "annual_rate", "期利率": "period_rate", "每期还款": "payment", "应还": "due", "已还": "paid",
    "催收方说": "claimed", "明示表": "disclosure_table", "家庭": "household", "日期": "on", "金额": "amount", "收款方": "payee",
    "付款方": "payer", "种类": "kind", "来源": "source", "名称": "name", "表内": "disclosed", "收入": "income", "必要支出": "costs",
    "供养人数": "dependants", "其他债务": "debts", "月供": "monthly", "余额": "balance", "有抵押": "is_secured", "已起诉": "is_sued",
    "已到期": "is_overdue", "方案": "offers",
}  # fmt: skip
_METHODS: dict[str, Method] = {
    "等额本息": "equal_payment", "等额本金": "equal_principal", "等本等息": "flat", "先息后本": "interest_first",
    "一次还本付息": "bullet", "到期一次还本付息": "bullet",
}  # fmt: skip
_KINDS: dict[str, FlowKind] = {
    "本金": "principal", "利息": "interest", "服务费": "fee", "会员费": "fee", "手续费": "fee", "管理费": "fee", "审核费": "fee",
    "费用": "fee", "担保费": "guarantee", "保险费": "insurance", "保费": "insurance", "罚息": "penalty", "违约金": "penalty",
    "滞纳金": "penalty", "逾期费": "penalty", "还款": "repayment", "还本付息": "repayment",
}  # fmt: skip
_SOURCES: dict[str, FlowSource] = {"流水": "statement", "账单": "statement", "合同": "contract", "口述": "told"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedItem:
    """One item of what the collector says is owed."""

    name: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """Everything the form says; ``None`` is not known."""

    lender_name: str | None = None
    lender_type: LenderType | None = None
    product: Product | None = None
    contract_on: date | None = None
    filed_on: date | None = None
    as_of: date | None = None
    principal_fen: int | None = None  # as the contract writes it
    received: tuple[Flow, ...] = ()
    due: tuple[Instalment, ...] = ()
    fees_due: tuple[Flow, ...] = ()  # fees with a day of their own
    paid: tuple[Flow, ...] = ()
    claimed: tuple[ClaimedItem, ...] = ()
    fees_outside_table_fen: int | None = None
    every_days: int | None = None
    household: Household | None = None


def read_form(path: Path) -> LoanFacts:
    """The loan in the YAML file at *path*.  Raises DataFileError or MoneyError naming line and key."""
    value = load_yaml(path)
    if not isinstance(value, Lines):
        raise DataFileError(str(path), 1, "", "应是“键: 值”的表单，例如 本金: 5000")
    return _Form(_translated(value)).facts()


def _translated(lines: Lines) -> Lines:
    """The same mapping with English keys, down to its leaves."""
    out = Lines(lines.source, lines.line)
    for key, value in lines.items():
        name = _KEYS.get(key, key)
        out[name] = _value(value)
        out.lines[name] = lines.lines[key]
    return out


def _value(value: object) -> object:
    if isinstance(value, Lines):
        return _translated(value)
    return [_value(one) for one in value] if isinstance(value, list) else value


class _Form:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        if unknown := sorted(set(lines) - set(_KEYS.values())):
            raise lines.wrong(unknown[0], "不认识这一项；可以写：" + "、".join(list(_KEYS)[:20]))

    def facts(self) -> LoanFacts:
        """Everything in the form."""
        lines = self._lines
        principal = _amount(lines, "principal")
        paid_rows = [(row, _flow(row, "repayment")) for row in _rows(lines, "paid")]
        received = tuple(_received(row) for row in _rows(lines, "received"))
        due, fees = self._due(principal)
        outside = [flow.fen for row, flow in paid_rows if row.get("disclosed") is False]
        return LoanFacts(
            lender_name=_text(lines, "lender_name"),
            lender_type=_one_of(lines, "lender_type", get_args(LenderType)),
            product=_one_of(lines, "product", get_args(Product)),
            contract_on=_day(lines, "contract_on"),
            filed_on=_day(lines, "filed_on"),
            as_of=_day(lines, "as_of"),
            principal_fen=principal,
            received=received,
            due=due,
            fees_due=tuple(fees),
            paid=tuple(sorted((flow for _, flow in paid_rows), key=lambda flow: flow.on)),
            claimed=self._claimed(),
            fees_outside_table_fen=sum(outside) if outside else None,
            every_days=_count(lines, "every_days"),
            household=_household(lines),
        )

    def _due(self, principal: int | None) -> tuple[tuple[Instalment, ...], list[Flow]]:
        lines = self._lines
        rows = _rows(lines, "due")
        if rows:
            instalments, fees = [], []
            for row in rows:
                flow = _flow(row, "repayment")
                if flow.kind in {"fee", "guarantee", "insurance", "penalty"}:
                    fees.append(flow)
                else:
                    instalments.append(_instalment(flow))
            return tuple(sorted(instalments, key=lambda one: one.due_on)), fees
        count, first = _count(lines, "periods"), _day(lines, "first_due_on")
        if count is None or first is None:
            return (), []
        every = _count(lines, "every_days")
        payment = _amount(lines, "payment")
        if payment is not None:
            return _even_payments(payment, count, first, every), []
        written = _text(lines, "method")
        if written is None or principal is None:
            return (), []
        method = _METHODS.get(written)
        if method is None:
            raise lines.wrong("method", f"不认识“{written}”；可以写：" + "、".join(_METHODS))
        rate = self._period_rate(every)
        return (schedule(method, principal, rate, count, first, every), []) if rate is not None else ((), [])

    def _period_rate(self, every_days: int | None) -> Decimal | None:
        rate = _rate(self._lines, "period_rate")
        if rate is not None:
            return rate
        annual = _rate(self._lines, "annual_rate")
        if annual is None:
            return None
        return annual * every_days / 365 if every_days else annual / 12

    def _claimed(self) -> tuple[ClaimedItem, ...]:
        value = self._lines.get("claimed")
        if value is None:
            return ()
        if isinstance(value, list):
            rows = _rows(self._lines, "claimed")
            return tuple(ClaimedItem(name=_text(row, "name") or "未说明", fen=_needed(row, "amount")) for row in rows)
        return (ClaimedItem(name="合计", fen=_needed(self._lines, "claimed")),)


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
        on=_day_needed(row, "on"),
        fen=_needed(row, "amount"),
        kind="disbursement",
        payee=_text(row, "payer"),
        source=_source(row),
    )


def _flow(row: Lines, default: FlowKind) -> Flow:
    written = _text(row, "kind")
    kind = (
        default
        if written is None
        else _KINDS.get(written) or (cast(FlowKind, written) if written in get_args(FlowKind) else None)
    )
    if kind is None:
        raise row.wrong("kind", f"不认识“{written}”；可以写：" + "、".join(_KINDS))
    return Flow(
        on=_day_needed(row, "on"), fen=_needed(row, "amount"), kind=kind, payee=_text(row, "payee"), source=_source(row)
    )


def _source(row: Lines) -> FlowSource:
    written = _text(row, "source")
    return "told" if written is None else _SOURCES.get(written, "told")


def _rows(lines: Lines, key: str) -> list[Lines]:
    value = lines.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, Lines) for row in value):
        raise lines.wrong(key, "应是一列，每行写 {日期: …, 金额: …}")
    return [row for row in value if isinstance(row, Lines)]


def _text(lines: Lines, key: str) -> str | None:
    value = lines.get(key)
    return None if value is None else str(value)


def _amount(lines: Lines, key: str) -> int | None:
    return None if lines.get(key) is None else _needed(lines, key)


def _needed(lines: Lines, key: str) -> int:
    try:
        return fen_of(lines.get(key), key)
    except MoneyError as error:
        raise lines.wrong(key, error.message) from error


def _day(lines: Lines, key: str) -> date | None:
    return None if lines.get(key) is None else _day_needed(lines, key)


def _day_needed(lines: Lines, key: str) -> date:
    try:
        return date.fromisoformat(str(lines.get(key)))
    except ValueError as error:
        raise lines.wrong(key, f"应是日期，例如 2026-03-01；写的是“{lines.get(key)}”") from error


def _count(lines: Lines, key: str) -> int | None:
    value = lines.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise lines.wrong(key, "应是大于零的整数")
    return value


def _rate(lines: Lines, key: str) -> Decimal | None:
    """12%, 0.12 or 千分之三 written as 0.3% per period; a bare number above 1 is refused as unclear."""
    value = _text(lines, key)
    if value is None:
        return None
    try:
        rate = Decimal(value.rstrip("%％")) / (100 if value.endswith(("%", "％")) else 1)
    except InvalidOperation as error:
        raise lines.wrong(key, "应是利率，例如 12% 或 0.12") from error
    if not 0 <= rate <= 1 and not value.endswith(("%", "％")):
        raise lines.wrong(key, f"“{value}”是百分之几还是几倍？请带上 %")
    return rate


def _one_of(lines: Lines, key: str, values: tuple[_Value, ...]) -> _Value | None:
    written = lines.get(key)
    if written is None:
        return None
    for value in values:
        if value == written:
            return value
    raise lines.wrong(key, f"不认识“{written}”；可以写：" + "、".join(map(str, values)))


def _household(lines: Lines) -> Household | None:
    value = lines.get("household")
    if value is None:
        return None
    if not isinstance(value, Lines):
        raise lines.wrong("household", "应写 {收入: …, 必要支出: …}")
    debts = tuple(
        OtherDebt(
            name=_text(row, "name") or "未说明",
            balance_fen=_needed(row, "balance"),
            monthly_fen=_amount(row, "monthly"),
            annual_rate=_rate(row, "annual_rate"),
            is_secured=row.get("is_secured") is True,
            is_sued=row.get("is_sued") is True,
        )
        for row in _rows(value, "debts")
    )
    return Household(income_fen=_needed(value, "income"), costs_fen=_needed(value, "costs"), debts=debts)
