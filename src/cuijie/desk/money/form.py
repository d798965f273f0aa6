"""The money form to typed records and back; what cannot be read is said beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import get_args

from starlette.datastructures import FormData

from cuijie.datafiles import Words
from cuijie.desk.forms import Field, Value, read_form, shown
from cuijie.desk.money.fields import MONEY_FIELDS, OF_LOAN
from cuijie.desk.saying import in_english
from cuijie.money import MoneyError, yuan
from cuijie.money.case_loans import HOUSEHOLD
from cuijie.money.offer_lines import offer_lines
from cuijie.money.written_lines import (
    FIRST_YEAR,
    LAST_YEAR,
    act_lines,
    claim_lines,
    debt_lines,
    flow_lines,
    flows_written,
    read_rate,
)
from cuijie.records import Loan
from cuijie.records.money import Household, HouseholdBudget, LoanTerms, Method, OtherDebt

__all__ = ["MoneyInput", "budget_of", "count_reader", "read_money", "read_with", "written_money"]

_COUNTS = {"periods": 480, "every_days": 366}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyInput:
    """What was written: the facts of the loan by field, its terms, the household."""

    loan: Mapping[str, Value]
    terms: LoanTerms
    budget: HouseholdBudget | None


def read_with(
    fields: Sequence[Field], form: FormData | Mapping[str, str], readers: Mapping[str, Callable[[str], object]]
) -> tuple[dict[str, Value], dict[str, object], dict[str, Words]]:
    """The fields read as forms are, some of them by *readers*; what could not be read, by field."""
    values, troubles = read_form(fields, form)
    special: dict[str, object] = {}
    for name, read in readers.items():
        written = str(form.get(name, "") or "").strip()
        try:
            special[name] = read(written) if written else None
        except MoneyError as error:
            troubles[name] = Words(f"{error.message}{error.remedy or ''}", in_english(error.message) or error.message)
    return values, special, troubles


def count_reader(name: str) -> Callable[[str], int]:
    """A reader of a whole number for the field *name*: 12, 12期."""

    def read(written: str) -> int:
        plain = written.removesuffix("期").removesuffix("个月").removesuffix("天").strip()
        if not (plain.isdecimal() and plain.isascii() and len(plain) < 5 and 1 <= int(plain) <= _COUNTS[name]):
            raise MoneyError(f"应是 1 到 {_COUNTS[name]} 的整数。")
        return int(plain)

    return read


def _rate(written: str) -> Decimal:
    rate = read_rate(written)
    if rate is None or rate > 100:
        raise MoneyError("看不懂这个利率，请写成 24%。")
    return rate


_READERS: Mapping[str, Callable[[str], object]] = {
    "periods": count_reader("periods"),
    "every_days": count_reader("every_days"),
    "annual_rate": _rate,
    "received": lambda text: flow_lines(text, "disbursement"),
    "paid": lambda text: flow_lines(text, "repayment"),
    "claimed": claim_lines,
    "interruptions": act_lines,
    "offers": offer_lines,
    "debts": debt_lines,
}


def read_money(form: FormData | Mapping[str, str], known: LoanTerms) -> tuple[MoneyInput | None, dict[str, Words]]:
    """What the form says, over the terms that are *known* (names confirmed, sources); or what is wrong, by field."""
    values, special, troubles = read_with(MONEY_FIELDS, form, _READERS)
    budget, missing = budget_of(values, special)
    troubles |= missing if not troubles else {}
    troubles |= _slips(values)
    if troubles:
        return None, troubles
    terms = replace(known, **_terms(values, special))  # type: ignore[arg-type]  # each reader gives its field's type
    return MoneyInput(loan={name: values[name] for name in OF_LOAN}, terms=terms, budget=budget), {}


def _slips(values: Mapping[str, Value]) -> dict[str, Words]:
    """Days whose year cannot be meant, by field."""
    return {
        name: Words("这个日期的年份不对，请核对。", "The year of this day cannot be right.")
        for name, value in values.items()
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR
    }


def _terms(values: Mapping[str, Value], special: Mapping[str, object]) -> dict[str, object]:
    method = values["method"]
    return {
        "method": next((one for one in get_args(Method) if one == method), None),
        "periods": special["periods"],
        "every_days": special["every_days"],
        "annual_rate": special["annual_rate"],
        "first_due_on": values["first_due_on"],
        "payment_fen": values["payment_fen"],
        "received": special["received"] or (),
        "paid": special["paid"] or (),
        "claimed": special["claimed"] or (),
        "filed_on": values["filed_on"],
        "called_due_on": values["called_due_on"],
        "is_secured": values["is_secured"],
        "is_sued": values["is_sued"],
        "interruptions": special["interruptions"] or (),
        "offer_lines": special["offers"] or (),
    }


def budget_of(
    values: Mapping[str, Value], special: Mapping[str, object]
) -> tuple[HouseholdBudget | None, dict[str, Words]]:
    """The household, or what it lacks: income and costs belong together."""
    if not {"income_fen", "costs_fen"} <= values.keys() or "debts" not in special:
        return None, {}  # what could not be read is told where it stands
    income, costs, debts = values["income_fen"], values["costs_fen"], special["debts"] or ()
    if income is None and costs is None and not debts:
        return None, {}
    if not isinstance(income, int) or not isinstance(costs, int):
        name = "income_fen" if income is None else "costs_fen"
        return None, {name: Words("收入和必要开支要一起填，才算得出余力。", "Income and costs are needed together.")}
    rows = tuple(one for one in debts if isinstance(one, OtherDebt)) if isinstance(debts, tuple) else ()
    return HouseholdBudget(budget_id=HOUSEHOLD, household=Household(income_fen=income, costs_fen=costs, debts=rows)), {}


def written_money(loan: Loan, terms: LoanTerms, budget: HouseholdBudget | None) -> dict[str, str]:
    """The form as it shows what is known."""
    home = budget.household if budget else None
    plain: dict[str, Value] = {name: getattr(loan, name) for name in OF_LOAN}
    plain |= {
        name: getattr(terms, name)
        for name in (
            "first_due_on",
            "method",
            "filed_on",
            "called_due_on",
            "is_secured",
            "is_sued",
            "periods",
            "every_days",
        )
    }
    found = {name: shown(value) for name, value in plain.items()}
    found["principal_fen"] = _plain_yuan(loan.principal_fen)
    return found | {
        "payment_fen": _plain_yuan(terms.payment_fen),
        "annual_rate": "" if terms.annual_rate is None else f"{(terms.annual_rate * 100).normalize():f}%",
        "received": flows_written(terms.received),
        "paid": flows_written(terms.paid),
        "claimed": "\n".join(f"{one.name} {_plain_yuan(one.fen)}" for one in terms.claimed)
        or _plain_yuan(loan.claimed_fen),
        "interruptions": "\n".join(f"{one.on.isoformat()} {one.written}" for one in terms.interruptions),
        "offers": "\n".join(terms.offer_lines),
        "income_fen": _plain_yuan(home.income_fen if home else None),
        "costs_fen": _plain_yuan(home.costs_fen if home else None),
        "debts": "\n".join(_debt(one) for one in home.debts) if home else "",
    }


def _plain_yuan(fen: int | None) -> str:
    return "" if fen is None else yuan(fen).replace(",", "")


def _debt(debt: OtherDebt) -> str:
    parts = [debt.name, f"余额 {_plain_yuan(debt.balance_fen)}"]
    parts += [f"月供 {_plain_yuan(debt.monthly_fen)}"] if debt.monthly_fen is not None else []
    parts += [f"年利率 {(debt.annual_rate * 100).normalize():f}%"] if debt.annual_rate is not None else []
    return " ".join([*parts, *(["有抵押"] if debt.is_secured else []), *(["已起诉"] if debt.is_sued else [])])
