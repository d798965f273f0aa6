"""One entry of a case as a contact record: what the entry, its collector, the loan and the person tell.

A call to a phone is a contact with the phone's owner; *outbound* is seen from the lender.  What nothing tells
stays None, and what the loan tells of all its contacts stays with the loan: the rulebook joins them.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TypedDict

from cuijie.assessment.answers import AnswerBook
from cuijie.records import CaseState, Collector, ContactRecord, Entry, Loan, Person
from cuijie.records.contact import Direction, NumberSource, RecipientRelation, RecipientRole
from cuijie.records.numbers import classify
from cuijie.rulebook.facts import SOLE_DEBTOR, SOLE_LENDER

__all__ = ["EntryRecords", "in_order", "is_group"]

_GROUP = "group-"
_BY_NUMBER = frozenset({"call", "sms", "mms"})
_READABLE_NUMBERS = frozenset({"mobile", "virtual_mobile", "landline", "service", "sms_port"})


class _Recipient(TypedDict):
    recipient_id: str | None
    recipient_role: RecipientRole | None
    recipient_relation: RecipientRelation | None
    recipient_consent: bool | None
    number_source: NumberSource | None


class EntryRecords:
    """Makes contact records of the entries of one case, tied or not, with the user's answers laid over them."""

    def __init__(self, state: CaseState) -> None:
        self.answers = AnswerBook(state.answers)
        self._loans = state.loans
        self._by_lender = {loan.lender_id: loan for loan in state.loans if loan.lender_id is not None}
        self._persons = {person.person_id: person for person in state.persons}
        answered = map(self.answers.apply_to_person, state.persons)
        self._by_loan = {one.person_id: one for one in answered if one.is_by_loan(len(state.loans))}
        self._collectors = {collector.collector_id: collector for collector in state.collectors}

    def record(self, entry: Entry) -> ContactRecord:
        """The contact record of *entry*; its words are not read."""
        record = self.answers.apply(self._record(entry))
        person = self._by_loan.get(record.recipient_id or "")
        return replace(record, recipient_role=person.role_in(record.loan_id)) if person else record

    @property
    def by_loan(self) -> frozenset[str]:
        """The people of whom it hangs on the loan what they are."""
        return frozenset(self._by_loan)

    def _record(self, entry: Entry) -> ContactRecord:
        collector = self._collectors.get(entry.tie.collector_id) if entry.tie else None
        loan = self._loan_of(collector)
        actor = collector.actor if collector else None
        return ContactRecord(
            contact_id=entry.entry_id,
            debtor_id=SOLE_DEBTOR,
            loan_id=loan.loan_id if loan else None,
            lender_id=self._lender_of(collector, loan),
            agency_id=(collector.agency_name or collector.collector_id) if collector and actor == "agency" else None,
            collector_id=collector.collector_id if collector else None,
            from_number=entry.number,
            actor=actor,
            channel=entry.channel,
            occurred_at=entry.occurred_at,
            time_precision=entry.time_precision,
            direction=_direction(entry),
            count=entry.count,
            connected=entry.connected,
            duration_s=entry.duration_s,
            text=entry.text,
            text_kind=entry.text_kind,
            number_masked=_is_number_masked(entry),
            visit_place=entry.visit_place,
            **self._recipient(entry),
        )

    def _loan_of(self, collector: Collector | None) -> Loan | None:
        if collector is None:
            return None
        if collector.lender_id is not None:
            return self._by_lender.get(collector.lender_id)
        # A case about one loan: whoever the user ties to the case collects for it.
        return self._loans[0] if len(self._loans) == 1 else None

    def _lender_of(self, collector: Collector | None, loan: Loan | None) -> str | None:
        if loan is None:
            return collector.lender_id if collector else None
        return loan.lender_id or (SOLE_LENDER if len(self._loans) == 1 else loan.loan_id)

    def _recipient(self, entry: Entry) -> _Recipient:
        if entry.group_name is not None or entry.kind == "public_post":
            place = entry.group_name or entry.entry_id
            return _Recipient(
                recipient_id=_GROUP + hashlib.sha256(place.encode()).hexdigest()[:8],
                recipient_role="other",
                recipient_relation=None,
                recipient_consent=None,
                number_source=None,
            )
        person: Person | None = self._persons.get(entry.owner)
        role: RecipientRole | None = "debtor" if entry.owner == SOLE_DEBTOR else person.role if person else None
        return _Recipient(
            recipient_id=entry.owner,
            recipient_role=role,
            recipient_relation=person.relation if person else None,
            recipient_consent=person.consented if person else None,
            number_source=person.number_source if person else None,
        )


def is_group(recipient_id: str | None) -> bool:
    """Whether a chat group or public place was written to, in which no single person was called."""
    return recipient_id is not None and recipient_id.startswith(_GROUP)


def _direction(entry: Entry) -> Direction | None:
    if entry.kind in ("visit", "public_post"):
        return "outbound"  # nobody but the collecting side visits or posts
    return None if entry.inbound is None else "outbound" if entry.inbound else "inbound"


def in_order(entry: Entry) -> tuple[bool, float, str]:
    """Sorts entries by time, those without one last."""
    return (entry.occurred_at is None, entry.occurred_at.timestamp() if entry.occurred_at else 0.0, entry.entry_id)


def _is_number_masked(entry: Entry) -> bool | None:
    """True where the number was hidden, False where a whole ordinary number stood, None where one cannot tell."""
    if entry.kind not in _BY_NUMBER:
        return None
    if entry.number_shown is False:
        return True
    if entry.number is not None and classify(entry.number) in _READABLE_NUMBERS:
        return False
    return None
