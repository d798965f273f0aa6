"""Builders of CASE.json values: one ordinary, lawful contact, of which a test changes what it is about."""

from __future__ import annotations

from cuijie.assessment import Assessment, assess, inputs_from_case_json
from cuijie.records import LABELS

MICROLOAN = {"lender_type": "microloan", "product": "online_consumer", "contract_on": "2024-03-01"}
CONSUMER_FINANCE = {**MICROLOAN, "lender_type": "consumer_finance"}
CARD = {"lender_type": "commercial_bank", "product": "credit_card", "contract_on": "2015-03-01"}
BANK_ONLINE = {**MICROLOAN, "lender_type": "commercial_bank"}
UNLICENSED = {**MICROLOAN, "lender_type": "unlicensed"}
PRIVATE = {"lender_type": "private_person", "product": "other", "contract_on": "2024-03-01"}

LAWFUL: dict[str, object] = {
    "debtor_id": "D",
    "lender_id": "L",
    "actor": "lender",
    "channel": "call",
    "occurred_at": "2026-03-02T10:00:00+08:00",
    "time_precision": "second",
    "direction": "outbound",
    "count": 1,
    "connected": True,
    "recipient_role": "debtor",
    "recipient_id": "debtor-phone",
    "debtor_reachable": True,
    "asks_payment": True,
    "caller_identified": True,
    "number_masked": False,
    "recorded": True,
    "number_source": "debtor",
    "contact_list_consent": "specific",
    "recipient_consent": True,
    "recipient_refused": False,
    "consent_withdrawn": False,
    "agency_disclosed": True,
    "debt_settled": False,
    **{f"says_{label}": False for label in LABELS},
}


def contact(contact_id: str = "c1", **changes: object) -> dict[str, object]:
    """An ordinary lawful call to the debtor, everything known, with *changes*."""
    return {"contact_id": contact_id, **LAWFUL, **changes}


def to_other(contact_id: str = "c1", **changes: object) -> dict[str, object]:
    """A call to somebody never agreed on, while the debtor could not be reached."""
    return contact(
        contact_id, **{"recipient_role": "other", "recipient_id": "other-1", "debtor_reachable": False, **changes}
    )


def case(loan: dict[str, object], *contacts: dict[str, object], **loan_changes: object) -> dict[str, object]:
    """A CASE.json value; agreed hours are none unless said otherwise."""
    return {"loan": {"agreed_hours": "none", "debt_settled": False, **loan, **loan_changes}, "contacts": list(contacts)}


def assessed(value: dict[str, object]) -> Assessment:
    """*value* assessed without a reader: words stay unread."""
    return assess(inputs_from_case_json(value))


def certainties(assessment: Assessment) -> dict[str, str]:
    """Rule → certainty of every finding."""
    return {finding.rule: finding.certainty for finding in assessment.findings}


def open_facts(assessment: Assessment) -> dict[str, set[str]]:
    """Question id → the rules that hang on it."""
    return {question.id: set(question.decides) for question in assessment.questions}
