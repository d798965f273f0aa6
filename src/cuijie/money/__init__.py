"""What is really owed: flows, rates by their names, which line applies, and a plan to pay."""

from cuijie.money.amounts import MoneyError, fen_of, percent, yuan
from cuijie.money.flows import Flow, FlowKind, FlowSource
from cuijie.money.rates import Roots, effective_annual, nominal_annual, period_rate, simple_annual, xirr

__all__ = [
    "Flow",
    "FlowKind",
    "FlowSource",
    "MoneyError",
    "Roots",
    "effective_annual",
    "fen_of",
    "nominal_annual",
    "percent",
    "period_rate",
    "simple_annual",
    "xirr",
    "yuan",
]
