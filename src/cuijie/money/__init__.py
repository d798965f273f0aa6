"""What is really owed: flows, rates by their names, which line applies, and a plan to pay."""

from cuijie.money.allocation import LETTER, Difference
from cuijie.money.amounts import MoneyError, fen_of, percent, yuan
from cuijie.money.beside import Beside, costs_beside
from cuijie.money.flows import Flow, FlowKind, FlowSource, kind_named
from cuijie.money.household import (
    Household,
    OtherDebt,
    affordable_fen,
    in_order,
    left_for_fen,
    months_to_pay,
    others_fen,
)
from cuijie.money.limitation import Interruption, Limitation, limitation
from cuijie.money.line_sums import balance_under
from cuijie.money.loan_facts import ClaimedItem, LoanFacts
from cuijie.money.loan_form import read_form, read_forms
from cuijie.money.offers import Offer, OfferResult, compare
from cuijie.money.overdue import Overdue, overdue
from cuijie.money.owing import Owing, owing
from cuijie.money.rates import Roots, effective_annual, nominal_annual, period_rate, simple_annual, xirr
from cuijie.money.schedule import Instalment, Method, schedule
from cuijie.money.staircase import Staircase, staircase
from cuijie.money.statements import Candidate, LeftOut, Picked, candidates, pick
from cuijie.money.together import Together, name_of, together

__all__ = [
    "LETTER",
    "Beside",
    "Candidate",
    "ClaimedItem",
    "Difference",
    "Flow",
    "FlowKind",
    "FlowSource",
    "Household",
    "Instalment",
    "Interruption",
    "LeftOut",
    "Limitation",
    "LoanFacts",
    "Method",
    "MoneyError",
    "Offer",
    "OfferResult",
    "OtherDebt",
    "Overdue",
    "Owing",
    "Picked",
    "Roots",
    "Staircase",
    "Together",
    "affordable_fen",
    "balance_under",
    "candidates",
    "compare",
    "costs_beside",
    "effective_annual",
    "fen_of",
    "in_order",
    "kind_named",
    "left_for_fen",
    "limitation",
    "months_to_pay",
    "name_of",
    "nominal_annual",
    "others_fen",
    "overdue",
    "owing",
    "percent",
    "period_rate",
    "pick",
    "read_form",
    "read_forms",
    "schedule",
    "simple_annual",
    "staircase",
    "together",
    "xirr",
    "yuan",
]
