"""The five taps of “这样催收合法吗？” kept as the first record of a case: told by hand, never more than was tapped."""

from __future__ import annotations

from dataclasses import replace

from cuijie.casefile import Case
from cuijie.desk.facts import save_loan
from cuijie.desk.quick_check import QUESTIONS, QuickAnswers, settled_columns
from cuijie.intake.by_hand import HandRecord, add_by_hand
from cuijie.records import Answer, Loan, Person
from cuijie.records.case import EntryKind
from cuijie.records.contact import RecipientRole

__all__ = ["keep_quickly"]

_PERSONS = {"family": "家人", "friend": "朋友", "colleague": "同事", "community": "社区"}
_KINDS: dict[str, EntryKind] = {
    "call": "call", "missed": "call", "sms": "sms", "im": "im", "visit": "visit", "public_post": "public_post",
}  # fmt: skip
_ROLES: dict[str, RecipientRole] = {"no": "other", "contact": "agreed_contact", "guarantor": "co_debtor"}
_OF_PERSON = {"recipient_role"}
_IN_ENTRY = {"channel", "connected", "recipient_relation", "lender_type"}


def keep_quickly(case: Case, given: QuickAnswers) -> str:
    """Puts the contact into *case* as told by hand, with its answers; its entry id.  Raises IntakeError."""
    now = case.clock.now()
    with case.batch("quick_check"):
        if given.lender:
            loan = next(iter(case.all(Loan)), Loan(loan_id=""))
            product = "credit_card" if given.lender == "credit_card_center" else loan.product
            save_loan(case, loan.loan_id, {"lender_type": given.lender, "product": product})
        entry = add_by_hand(
            case,
            HandRecord(
                kind=_KINDS.get(given.how, "other"),
                when=given.when.replace("T", " "),
                recipient=_PERSONS.get(given.who, "本人"),
                connected={"call": True, "missed": False}.get(given.how),
                group_name="群里或公开处" if given.who == "group" else None,
                said=_said(given),
                is_collection=True,
            ),
        )
        columns = settled_columns(given)
        person = case.get(Person, entry.owner)
        if person is not None and (role := _ROLES.get(given.agreed)) is not None:
            case.put(replace(person, role=role))
        case.put(
            *(
                Answer(question=f"{column}@{entry.entry_id}", value=value, answered_at=now)
                for column, value in columns.items()
                if column not in _OF_PERSON | _IN_ENTRY
            )
        )
    return entry.entry_id


def _said(given: QuickAnswers) -> str | None:
    """What was tapped, in its own words: a summary, never a quotation."""
    words = [
        choice.zh
        for question in QUESTIONS
        if question.name == "said"
        for choice in question.choices
        if choice.value in given.said
    ]
    return "；".join(words) or None
