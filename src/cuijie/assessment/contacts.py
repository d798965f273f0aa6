"""From the tied entries of a case to contact records.

An entry found on a phone is shown and never judged until it is tied to a collector.  What somebody once
refused or withdrew holds for every later contact of the same lender's side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cuijie.assessment.before import precision_of_day_or_moment, was_before
from cuijie.assessment.entry_records import EntryRecords, in_order
from cuijie.assessment.inputs import AssessmentInputs, ContactEvidence, SourceKind
from cuijie.assessment.words import Reader, TextReader
from cuijie.records import CaseState, ContactRecord, Entry
from cuijie.records.contact import TimePrecision

__all__ = ["contacts_of", "inputs_from_state"]

_WORKED_OUT = frozenset({"occurred_at", "direction"})  # in a picture: from its layout, not from a field


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """When somebody first said stop, and whether a machine read it."""

    at: datetime
    precision: TimePrecision
    is_machine_read: bool


def contacts_of(state: CaseState, reader: Reader) -> tuple[ContactRecord, ...]:
    """The contact records of a case, in the order of time; entries tied to nobody are left out.

    What a loan tells of all its contacts (kind of lender, agreed hours, …) stays with the loan: the rulebook
    joins them.
    """
    return inputs_from_state(state, reader).contacts


def inputs_from_state(state: CaseState, reader: Reader) -> AssessmentInputs:
    """All that an assessment of the case needs: contacts, loans, what was read by a machine, the evidence."""
    return _CaseReader(state, TextReader(reader)).inputs()


class _CaseReader:
    """Reads the words of one case's contacts and what they tell of later ones."""

    def __init__(self, state: CaseState, words: TextReader) -> None:
        self._words = words
        self._records = EntryRecords(state)
        self._loans = state.loans
        self._persons = state.persons
        self._entries = sorted(filter(_is_contact, state.entries), key=in_order)
        self._machine_read: dict[str, set[str]] = {}

    def inputs(self) -> AssessmentInputs:
        read = [self._read(self._records.record(entry), entry) for entry in self._entries]
        answers = self._records.answers
        return AssessmentInputs(
            contacts=tuple(self._after_refusals(read)),
            loans=tuple(answers.apply_to_loan(loan) for loan in self._loans),
            registers=answers.registers(),
            machine_read={key: frozenset(columns) for key, columns in self._machine_read.items() if columns},
            evidence={entry.entry_id: _evidence(entry) for entry in self._entries},
            not_known=answers.not_known,
        )

    def _read(self, record: ContactRecord, entry: Entry) -> ContactRecord:
        filled, columns = self._words.fill(record)
        worked_out = _WORKED_OUT if entry.is_inferred else frozenset()
        doubtful = columns | (worked_out - self._records.answers.columns_of(record))
        if doubtful:
            self._machine_read[record.contact_id] = set(doubtful)
        return filled

    def _after_refusals(self, records: list[ContactRecord]) -> Iterable[ContactRecord]:
        """Each record with what had been refused or withdrawn before it (records in the order of time).

        Words read in a message were said to one lender and its collectors; another lender has not heard them.
        """
        told = {
            person.person_id: _Refusal(
                at=person.refused_at, precision=precision_of_day_or_moment(person.refused_at), is_machine_read=False
            )
            for person in self._persons
            if person.refused_at is not None
        }
        refused: dict[tuple[str, str], _Refusal] = {}
        withdrawn: dict[str, _Refusal] = {}
        for record in records:
            person, side = record.recipient_id or "", record.lender_id or record.collector_id or ""
            yield self._with_refusals(record, told.get(person) or refused.get((person, side)), withdrawn.get(side))
            reading = self._words.reading(record) if record.occurred_at is not None else None
            if reading is None or record.occurred_at is None:
                continue
            said = _Refusal(at=record.occurred_at, precision=record.time_precision or "second", is_machine_read=True)
            if reading.facts.refuses_contact and person:
                refused.setdefault((person, side), said)
            if reading.facts.withdraws_consent and record.recipient_role == "debtor":
                withdrawn.setdefault(side, said)

    def _with_refusals(
        self, record: ContactRecord, refusal: _Refusal | None, withdrawal: _Refusal | None
    ) -> ContactRecord:
        found: dict[str, bool] = {}
        for column, event in (("recipient_refused", refusal), ("consent_withdrawn", withdrawal)):
            if event is None or getattr(record, column) is not None:
                continue
            before = was_before(event.at, event.precision, record)
            if before or (before is False and not event.is_machine_read):
                found[column] = before
                if event.is_machine_read:
                    self._machine_read.setdefault(record.contact_id, set()).add(column)
        return replace(record, **found) if found else record  # type: ignore[arg-type]


def _is_contact(entry: Entry) -> bool:
    return entry.tie is not None and not entry.is_dismissed and entry.is_proof_of_contact and entry.channel is not None


def _evidence(entry: Entry) -> ContactEvidence:
    source: SourceKind = "user_file" if entry.is_user_converted else "screenshot" if entry.is_inferred else "export"
    return ContactEvidence(
        source=source,
        places=entry.places,
        attachments=entry.attachments,
        tie=entry.tie.basis if entry.tie else None,
        text_kind=entry.text_kind,
    )
