"""From the tied entries of a case to contact records.

An entry found on a phone is shown and never judged until it is tied to a collector.  A call to a phone is a
contact with the phone's owner; *outbound* is seen from the lender.  What no entry, person, loan, collector or
answer tells stays None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from cuijie.assessment.answers import AnswerBook
from cuijie.assessment.inputs import AssessmentInputs, ContactEvidence, SourceKind
from cuijie.assessment.words import Reader, TextReader
from cuijie.records import CaseState, Collector, ContactRecord, Entry, Loan, Person
from cuijie.records.contact import NumberSource, RecipientRelation, RecipientRole
from cuijie.records.numbers import classify
from cuijie.rulebook.facts import SOLE_DEBTOR, SOLE_LENDER

__all__ = ["contacts_of", "inputs_from_state"]

_TALKED = ("call", "robot_call")
_READABLE_NUMBERS = frozenset({"mobile", "virtual_mobile", "landline", "service", "sms_port"})


class _Recipient(TypedDict):
    recipient_id: str | None
    recipient_role: RecipientRole | None
    recipient_relation: RecipientRelation | None
    recipient_consent: bool | None
    number_source: NumberSource | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """When somebody first said stop, and whether a machine read it."""

    at: datetime
    is_machine_read: bool


def contacts_of(state: CaseState, reader: Reader) -> tuple[ContactRecord, ...]:
    """The contact records of a case, in the order of time; entries tied to nobody are left out.

    What a loan tells of all its contacts (kind of lender, agreed hours, …) stays with the loan: the rulebook
    joins them.
    """
    return inputs_from_state(state, reader).contacts


def inputs_from_state(state: CaseState, reader: Reader) -> AssessmentInputs:
    """All that an assessment of the case needs: contacts, loans, what was read by a machine, the evidence."""
    case = _CaseReader(state, TextReader(reader))
    return case.inputs()


class _CaseReader:
    def __init__(self, state: CaseState, words: TextReader) -> None:
        self._words = words
        self._loans = state.loans
        self._by_lender = {loan.lender_id: loan for loan in state.loans if loan.lender_id is not None}
        self._persons = {person.person_id: person for person in state.persons}
        self._collectors = {collector.collector_id: collector for collector in state.collectors}
        self._entries = tuple(entry for entry in state.entries if _is_contact(entry))
        self._answers = AnswerBook(state.answers)
        self._machine_read: dict[str, set[str]] = {}

    def inputs(self) -> AssessmentInputs:
        records = [self._record(entry) for entry in sorted(self._entries, key=_when_and_id)]
        read = [self._read(self._answers.apply(record)) for record in records]
        return AssessmentInputs(
            contacts=tuple(self._after_refusals(read)),
            loans=tuple(self._answers.apply_to_loan(loan) for loan in self._loans),
            registers=self._answers.registers(),
            machine_read={key: frozenset(columns) for key, columns in self._machine_read.items() if columns},
            evidence={entry.entry_id: _evidence(entry) for entry in self._entries},
            not_known=self._answers.not_known,
        )

    def _record(self, entry: Entry) -> ContactRecord:
        collector = self._collectors.get(entry.tie.collector_id) if entry.tie else None
        loan = self._loan_of(collector)
        actor = collector.actor if collector else None
        if entry.is_inferred:
            self._machine_read.setdefault(entry.entry_id, set()).update(("occurred_at", "direction"))
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
            direction=None if entry.inbound is None else "outbound" if entry.inbound else "inbound",
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
                recipient_id="group-" + hashlib.sha256(place.encode()).hexdigest()[:8],
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

    def _read(self, record: ContactRecord) -> ContactRecord:
        filled, columns = self._words.fill(record)
        if columns:
            self._machine_read.setdefault(record.contact_id, set()).update(columns)
        return filled

    def _after_refusals(self, records: list[ContactRecord]) -> Iterable[ContactRecord]:
        """Each record with what had been refused or withdrawn before it (records in the order of time)."""
        refused = {
            person.person_id: _Refusal(at=person.refused_at, is_machine_read=False)
            for person in self._persons.values()
            if person.refused_at is not None
        }
        withdrawn: _Refusal | None = None
        for record in records:
            yield self._with_refusals(record, refused.get(record.recipient_id or ""), withdrawn)
            reading = self._words.reading(record) if record.occurred_at is not None else None
            if reading is None or record.occurred_at is None:
                continue
            said = _Refusal(at=record.occurred_at, is_machine_read=True)
            if reading.facts.refuses_contact and record.recipient_id is not None:
                refused.setdefault(record.recipient_id, said)
            if reading.facts.withdraws_consent and record.recipient_role == "debtor":
                withdrawn = withdrawn or said

    def _with_refusals(
        self, record: ContactRecord, refusal: _Refusal | None, withdrawal: _Refusal | None
    ) -> ContactRecord:
        found: dict[str, bool] = {}
        for column, event in (("recipient_refused", refusal), ("consent_withdrawn", withdrawal)):
            if event is None or record.occurred_at is None or getattr(record, column) is not None:
                continue
            was_before = event.at < record.occurred_at
            if was_before or not event.is_machine_read:
                found[column] = was_before
                if event.is_machine_read:
                    self._machine_read.setdefault(record.contact_id, set()).add(column)
        return replace(record, **found) if found else record  # type: ignore[arg-type]


def _is_contact(entry: Entry) -> bool:
    return entry.tie is not None and not entry.is_dismissed and entry.is_proof_of_contact and entry.channel is not None


def _when_and_id(entry: Entry) -> tuple[bool, float, str]:
    return (entry.occurred_at is None, entry.occurred_at.timestamp() if entry.occurred_at else 0.0, entry.entry_id)


def _is_number_masked(entry: Entry) -> bool | None:
    """True where the number was hidden, False where a whole ordinary number stood, None where one cannot tell."""
    if entry.kind not in {*_TALKED, "sms", "mms"}:
        return None
    if entry.number_shown is False:
        return True
    if entry.number is not None and classify(entry.number) in _READABLE_NUMBERS:
        return False
    return None


def _evidence(entry: Entry) -> ContactEvidence:
    source: SourceKind = "user_file" if entry.is_user_converted else "screenshot" if entry.is_inferred else "export"
    return ContactEvidence(
        source=source,
        places=entry.places,
        attachments=entry.attachments,
        tie=entry.tie.basis if entry.tie else None,
        text_kind=entry.text_kind,
    )
