"""From the tied entries of a case to contact records.

An entry found on a phone is shown and never judged until it is tied to a collector; nor is a message of the
collector's that was plainly not sent to collect, until somebody says that it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from cuijie.assessment.entry_records import EntryRecords, in_order
from cuijie.assessment.inputs import AssessmentInputs, ContactEvidence, SourceKind
from cuijie.assessment.refusals import after_refusals, refusing, told_refusals
from cuijie.assessment.text_reader import Reader, TextReader
from cuijie.assessment.told_again import Noted, ToldAgain, joined, told_again
from cuijie.records import CaseState, ContactRecord, Entry

__all__ = ["contacts_of", "inputs_from_state"]

_WORKED_OUT = frozenset({"occurred_at", "direction"})  # in a picture: from its layout, not from a field


def contacts_of(state: CaseState, reader: Reader) -> tuple[ContactRecord, ...]:
    """The contact records of a case, in the order of time; entries tied to nobody and messages not sent to
    collect are left out.

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
        again = told_again(self._noted(self._entries), self._records.answers.is_same_contact)
        self._entries = list(joined(self._entries, again))
        known = self._noted(self._entries)
        if again:
            known = list(_beyond(known, again))
        others = tuple(record for record, _ in known if self._words.has_other_purpose(record))
        apart = {record.contact_id for record in others}
        read = [self._read(record, entry) for record, entry in known if record.contact_id not in apart]
        answers = self._records.answers
        return AssessmentInputs(
            contacts=tuple(self._after_refusals(read)),
            loans=tuple(answers.apply_to_loan(loan) for loan in self._loans),
            registers=answers.registers(),
            machine_read={key: frozenset(columns) for key, columns in self._machine_read.items() if columns},
            evidence={entry.entry_id: _evidence(entry) for entry in self._entries},
            not_known=answers.not_known,
            refusing=refusing(read, self._words),
            other_purpose=others,
            told_again=again,
            by_loan=self._records.by_loan,
        )

    def _noted(self, entries: Iterable[Entry]) -> list[Noted]:
        return [Noted(self._records.record(entry), entry) for entry in entries]

    def _read(self, record: ContactRecord, entry: Entry) -> ContactRecord:
        filled, columns = self._words.fill(record)
        worked_out = _WORKED_OUT if entry.is_inferred else frozenset()
        doubtful = columns | (worked_out - self._records.answers.columns_of(record))
        if doubtful:
            self._machine_read[record.contact_id] = set(doubtful)
        return filled

    def _after_refusals(self, records: Iterable[ContactRecord]) -> Iterable[ContactRecord]:
        for record, columns in after_refusals(records, self._words, told_refusals(self._persons)):
            if columns:
                self._machine_read.setdefault(record.contact_id, set()).update(columns)
            yield record


def _beyond(known: Iterable[Noted], again: Iterable[ToldAgain]) -> Iterable[Noted]:
    """*known* without what may be a note of a record; of a total only what is beyond the record."""
    left: dict[str, ContactRecord | None] = {}
    for group in again:
        if group.is_same is None:
            left |= dict.fromkeys((one.contact_id for one in group.told), None)
            left[group.told[0].contact_id] = group.left()
    for record, entry in known:
        counted = left.get(record.contact_id, record)
        if counted is not None:
            yield Noted(counted, entry)


def _is_contact(entry: Entry) -> bool:
    return entry.tie is not None and not entry.is_dismissed and entry.is_proof_of_contact and entry.channel is not None


def _source(entry: Entry) -> SourceKind:
    if entry.is_user_converted:
        return "user_file"
    if entry.kind == "letter":
        return "letter"
    if not entry.is_inferred:
        return "export"
    return "screenshot" if ("read_by", "ocr") in entry.extra else "inferred"


def _evidence(entry: Entry) -> ContactEvidence:
    return ContactEvidence(
        source=_source(entry),
        places=entry.places,
        attachments=entry.attachments,
        tie=entry.tie.basis if entry.tie else None,
        text_kind=entry.text_kind,
    )
