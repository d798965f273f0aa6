"""The typed records every room speaks of.  No I/O; of ours they import the package root alone."""

from cuijie.records.case import (
    Answer,
    CaseState,
    Collector,
    Entry,
    EntryKind,
    Loan,
    Person,
    Tie,
    TieBasis,
    ZoneBasis,
)
from cuijie.records.contact import COLUMN_BY_NAME, COLUMNS, LABELS, Column, ContactRecord
from cuijie.records.findings import Basis, BasisRole, Certainty, Claimant, Finding, Question, Tier
from cuijie.records.json_forms import RecordError, from_json, from_plain, to_json, to_plain
from cuijie.records.payment import Payment, PaymentFlow, PaymentPurpose

__all__ = [
    "COLUMNS",
    "COLUMN_BY_NAME",
    "LABELS",
    "Answer",
    "Basis",
    "BasisRole",
    "CaseState",
    "Certainty",
    "Claimant",
    "Collector",
    "Column",
    "ContactRecord",
    "Entry",
    "EntryKind",
    "Finding",
    "Loan",
    "Payment",
    "PaymentFlow",
    "PaymentPurpose",
    "Person",
    "Question",
    "RecordError",
    "Tie",
    "TieBasis",
    "Tier",
    "ZoneBasis",
    "from_json",
    "from_plain",
    "to_json",
    "to_plain",
]
