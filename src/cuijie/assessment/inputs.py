"""What an assessment starts from: contact records, the loans, and how each fact came to be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cuijie.assessment.told_again import ToldAgain
from cuijie.records import ContactRecord, Loan
from cuijie.records.contact import TextKind
from cuijie.rulebook import Registers

__all__ = ["AssessmentInputs", "Complaint", "ContactEvidence", "SourceKind"]

SourceKind = Literal["export", "screenshot", "letter", "inferred", "user_file", "record"]
"""What a contact was read from: a device's or platform's own export; a picture, with time or side worked out;
a neutral file somebody made by hand; a contact record handed in as it is (``CASE.json``, a lender's log)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEvidence:
    """Where one contact comes from, for telling how strong its proof is."""

    source: SourceKind = "record"
    places: tuple[str, ...] = ()  # vault item and place in it; several if more than one source shows it
    attachments: tuple[str, ...] = ()
    tie: str | None = None  # why the number or name counts as the collector's: signature, number, user
    text_kind: TextKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint, dispute or report that was sent, and whether the answer came in time; None is not known."""

    channel: str  # id of the channel: pboc_12363, police_110 …
    due_on: date
    is_late: bool | None = None
    sent_on: date | None = None
    replied_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentInputs:
    """Contact records with the loans they are about, and the standing of what is known about them.

    ``machine_read`` names, for each contact, the columns a machine read and nobody has confirmed yet: what
    rests on them is at most *likely*.  ``registers`` holds facts of law the user settled (membership and the
    like).  ``other_purpose`` holds messages plainly not sent to collect: shown and not judged, until somebody
    says that one was.  ``not_known`` holds the questions the user answered with 不知道, ``refusing`` the contacts in
    whose words the person contacted asked not to be contacted again.  ``told_again`` holds what was noted by hand
    and may be one with a record: it counts only beyond it, unless somebody said that it is another contact.
    ``by_loan`` names the people (recipient ids) who are asked about for each loan: who stands surety for one of
    several, or was named in its contract, is so in no other.
    """

    contacts: tuple[ContactRecord, ...]
    loans: tuple[Loan, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    registers: Registers = field(default_factory=Registers)
    machine_read: Mapping[str, frozenset[str]] = field(default_factory=dict)
    evidence: Mapping[str, ContactEvidence] = field(default_factory=dict)
    not_known: frozenset[str] = frozenset()
    refusing: frozenset[str] = frozenset()
    other_purpose: tuple[ContactRecord, ...] = ()
    told_again: tuple[ToldAgain, ...] = ()
    by_loan: frozenset[str] = frozenset()
