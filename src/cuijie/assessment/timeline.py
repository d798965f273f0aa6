"""Every contact of a case in order: those tied to a collector, and those that may be one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cuijie.assessment.entry_records import EntryRecords, in_order
from cuijie.assessment.told_again import Noted, told_again
from cuijie.records import CaseState, ContactRecord, Entry, to_plain

__all__ = ["TimelineRow", "plain_timeline", "timeline_of"]

Standing = Literal["tied", "candidate", "private", "not_sent"]
"""Tied: judged.  Candidate: shown, not judged until somebody says whose it is.  Private: the user said so.
Not sent: a draft or a message that failed, which is no contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One entry as a contact: ``record`` has what is known of it without reading its words.

    ``perhaps`` names the contacts on record of which it may be a note (``told_again``), unless the user said that it is none.
    """

    record: ContactRecord
    entry: Entry
    standing: Standing
    perhaps: tuple[str, ...] = ()


def timeline_of(state: CaseState, *, with_private: bool = False) -> tuple[TimelineRow, ...]:
    """The rows of a case in the order of time, those without a time last; payments and the like are left out."""
    records = EntryRecords(state)
    rows = [
        TimelineRow(record=records.record(entry), entry=entry, standing=_standing(entry))
        for entry in sorted(state.entries, key=in_order)
        if entry.channel is not None and (with_private or not entry.is_dismissed)
    ]
    tied = [Noted(row.record, row.entry) for row in rows if row.standing == "tied"]
    perhaps = {
        told.contact_id: tuple(shown.contact_id for shown in group.shown)
        for group in told_again(tied, records.answers.is_same_contact)
        if group.is_same is not False
        for told in group.told
    }
    return tuple(replace(row, perhaps=perhaps.get(row.record.contact_id, ())) for row in rows)


def _standing(entry: Entry) -> Standing:
    if entry.is_dismissed:
        return "private"
    if not entry.is_proof_of_contact:
        return "not_sent"
    return "candidate" if entry.tie is None else "tied"


def plain_timeline(rows: tuple[TimelineRow, ...]) -> dict[str, object]:
    """``{"contacts": […]}``: contact records with their standing, tie and places, in plain values."""
    contacts = []
    for row in rows:
        plain = to_plain(row.record)
        if not isinstance(plain, dict):
            raise TypeError("a contact record is plain as a dict")
        contacts.append(
            {
                **plain,
                "standing": row.standing,
                "tie": row.entry.tie.basis if row.entry.tie else None,
                "perhaps_same_as": list(row.perhaps),
                "counterpart_name": row.entry.counterpart_name,
                "number_raw": row.entry.number_raw,
                "time_raw": row.entry.time_raw,
                "places": list(row.entry.places),
                "attachments": list(row.entry.attachments),
            }
        )
    return {"contacts": contacts}
