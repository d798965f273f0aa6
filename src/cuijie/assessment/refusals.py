"""What somebody once refused or withdrew holds for every later contact of the same lender's side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cuijie.assessment.said_before import precision_of_day_or_moment, was_before
from cuijie.assessment.text_reader import ReadRecord, TextReader
from cuijie.records import ContactRecord, Person
from cuijie.records.contact import TimePrecision

__all__ = ["Refusal", "after_refusals", "refusing", "told_refusals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """When somebody first said stop, and whether a machine read it."""

    at: datetime
    precision: TimePrecision
    is_machine_read: bool


def told_refusals(persons: Iterable[Person]) -> dict[str, Refusal]:
    """The refusals whose day the user gave, by person."""
    return {
        person.person_id: Refusal(
            at=person.refused_at, precision=precision_of_day_or_moment(person.refused_at), is_machine_read=False
        )
        for person in persons
        if person.refused_at is not None
    }


def refusing(records: Iterable[ContactRecord], words: TextReader) -> frozenset[str]:
    """The contacts in whose words the person contacted asked not to be contacted again, as a machine reads them."""
    return frozenset(
        record.contact_id
        for record in records
        if (reading := words.reading(record)) is not None and reading.facts.refuses_contact
    )


def after_refusals(
    records: Iterable[ContactRecord], words: TextReader, told: Mapping[str, Refusal]
) -> Iterator[ReadRecord]:
    """Each record with what had been refused or withdrawn before it, and the columns that rest on words read.

    *records* are in the order of time.  Words read in a message were said to one lender and its collectors;
    another lender has not heard them.
    """
    refused: dict[tuple[str, str], Refusal] = {}
    withdrawn: dict[str, Refusal] = {}
    for record in records:
        person, side = record.recipient_id or "", record.lender_id or record.collector_id or ""
        yield _with_refusals(record, told.get(person) or refused.get((person, side)), withdrawn.get(side))
        reading = words.reading(record) if record.occurred_at is not None else None
        if reading is None or record.occurred_at is None:
            continue
        said = Refusal(at=record.occurred_at, precision=record.time_precision or "second", is_machine_read=True)
        if reading.facts.refuses_contact and person:
            refused.setdefault((person, side), said)
        if reading.facts.withdraws_consent and record.recipient_role == "debtor":
            withdrawn.setdefault(side, said)


def _with_refusals(record: ContactRecord, refusal: Refusal | None, withdrawal: Refusal | None) -> ReadRecord:
    found: dict[str, bool] = {}
    machine_read: set[str] = set()
    for column, event in (("recipient_refused", refusal), ("consent_withdrawn", withdrawal)):
        if event is None or getattr(record, column) is not None:
            continue
        before = was_before(event.at, event.precision, record)
        if before or (before is False and not event.is_machine_read):
            found[column] = before
            if event.is_machine_read:
                machine_read.add(column)
    return (replace(record, **found) if found else record), frozenset(machine_read)  # type: ignore[arg-type]
