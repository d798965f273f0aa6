"""What is really owed: flows, rates by their names, which line applies, and a plan to pay."""

from cuijie.money.amounts import MoneyError, fen_of, percent, yuan
from cuijie.money.flows import Flow, FlowKind, FlowSource
from cuijie.money.household import Household, OtherDebt, affordable_fen, in_order, months_to_pay
from cuijie.money.loan_facts import ClaimedItem, LoanFacts
from cuijie.money.loan_form import read_form, read_forms
from cuijie.money.owing import Owing, balance_under, owing
from cuijie.money.rates import Roots, effective_annual, nominal_annual, period_rate, simple_annual, xirr
from cuijie.money.schedule import Instalment, Method, schedule

__all__ = [
    "ClaimedItem",
    "Flow",
    "FlowKind",
    "FlowSource",
    "Household",
    "Instalment",
    "LoanFacts",
    "Method",
    "MoneyError",
    "OtherDebt",
    "Owing",
    "Roots",
    "affordable_fen",
    "balance_under",
    "effective_annual",
    "fen_of",
    "in_order",
    "months_to_pay",
    "nominal_annual",
    "owing",
    "percent",
    "period_rate",
    "read_form",
    "read_forms",
    "schedule",
    "simple_annual",
    "xirr",
    "yuan",
]
