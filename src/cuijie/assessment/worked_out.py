"""What the rulebook worked out of some contacts, from their loan, the registers and the other contacts of their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from cuijie.assessment.inputs import AssessmentInputs
from cuijie.clock import shanghai_day
from cuijie.records import ContactRecord
from cuijie.rulebook.facts import Row, fact_names, facts_of, reached_before

__all__ = ["WorkedOut"]

_PLACES = {name: place for place, name in enumerate(fact_names(()))}


class WorkedOut:
    """The facts of *contacts* that stand in no record of theirs; worked out when first asked for."""

    def __init__(self, inputs: AssessmentInputs, contacts: Sequence[ContactRecord]) -> None:
        self._inputs = inputs
        self._contacts = contacts

    def of(self, contact: ContactRecord, column: str) -> tuple[str | bool | int | None, ContactRecord | None]:
        """The fact *column* of one of the contacts, and the earlier contact that shows it if one does."""
        rows, shown = self._rows
        value = rows[contact.contact_id][_PLACES[column]]
        by = shown.get(contact.contact_id) if column == "debtor_reachable" else None
        return (value if isinstance(value, str | bool | int) else None), by

    @cached_property
    def _rows(self) -> tuple[Mapping[str, Row], Mapping[str, ContactRecord]]:
        named = {contact.contact_id for contact in self._contacts}
        days = {shanghai_day(contact.occurred_at) for contact in self._contacts if contact.occurred_at is not None}
        near = [
            contact
            for contact in self._inputs.contacts
            if contact.contact_id in named
            or (contact.occurred_at is not None and shanghai_day(contact.occurred_at) in days)
        ]
        rows = facts_of(near, loans=self._inputs.loans, registers=self._inputs.registers)
        found = {contact.contact_id: row for contact, row in zip(near, rows, strict=True)}
        return found, {contact.contact_id: by for contact, _, by in reached_before(near, rows)}
