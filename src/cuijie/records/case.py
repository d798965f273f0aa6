"""What a case holds beside its contacts: the loan, the people, the collectors, entries and answers.

All are plain frozen records without I/O.  ``casefile`` stores them (as canonical JSON), ``intake`` makes
entries, ``assessment`` turns entries that are tied to a collector into contact records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from cuijie.records.contact import (
    Actor,
    Channel,
    ContactListConsent,
    LenderType,
    NumberSource,
    Product,
    RecipientRelation,
    RecipientRole,
    TextKind,
    TimePrecision,
    VisitPlace,
)

__all__ = ["Answer", "CaseState", "Collector", "Entry", "EntryKind", "Loan", "Person", "Tie", "TieBasis", "ZoneBasis"]

EntryKind = Literal["call", "sms", "mms", "im", "email", "letter", "visit", "public_post", "payment", "other"]
_OF_ONE_LOAN: frozenset[RecipientRole] = frozenset({"co_debtor", "agreed_contact"})
"""What somebody is by a contract about one loan: who stands surety for it, or was named in it, is so in no other."""
ZoneBasis = Literal["epoch", "stated", "local_assumed", "inferred", "unknown"]
TieBasis = Literal["signature", "number", "user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One loan as far as the user knows it; ``None`` is not known."""

    loan_id: str
    lender_id: str | None = None  # stable short id inside the case
    lender_name: str | None = None  # full name as on the contract or the disbursement
    lender_type: LenderType | None = None
    platform_name: str | None = None  # the app or platform that brought the loan about
    product: Product | None = None
    contract_no: str | None = None
    contract_on: date | None = None
    overdue_since: date | None = None
    principal_fen: int | None = None
    claimed_fen: int | None = None
    debt_settled: bool | None = None
    settled_on: date | None = None
    agreed_hours: str | None = None  # "20:00-23:00", "none", or None = not known
    contact_list_consent: ContactListConsent | None = None
    fees_disclosed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who can be reached: the debtor or another.  Role and relation are to the debtor and the loan.

    ``loan_roles`` is what they are to the loans it names, ``role`` what they are otherwise.
    """

    person_id: str
    name: str | None = None
    role: RecipientRole | None = None
    relation: RecipientRelation | None = None
    relation_word: str | None = None  # 母亲, 同事: the user's own word
    numbers: tuple[str, ...] = ()  # normalised
    refused_at: datetime | None = None  # told them to stop, first time
    consented: bool | None = None  # this person's own consent
    number_source: NumberSource | None = None
    loan_roles: tuple[tuple[str, RecipientRole], ...] = ()  # (loan_id, role), by loan_id

    def is_by_loan(self, loans: int) -> bool:
        """Whether what they are hangs on the loan, in a case of so many *loans*."""
        return bool(self.loan_roles) or (loans > 1 and self.role in _OF_ONE_LOAN)

    def role_in(self, loan_id: str | None) -> RecipientRole | None:
        """What somebody of whom it hangs on the loan is to this one (None: it is not known which); None is not known."""
        named = dict(self.loan_roles)
        if loan_id is None or loan_id in named:
            return named.get(loan_id or "")
        return None if self.role in _OF_ONE_LOAN else self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """Who calls or writes: known numbers and signatures, and for which lender."""

    collector_id: str
    name: str | None = None  # what they call themselves
    numbers: tuple[str, ...] = ()  # normalised
    signatures: tuple[str, ...] = ()  # 【…】 sender signatures
    actor: Actor | None = None
    agency_name: str | None = None
    lender_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Why an entry counts as a contact of a collector; without one it is shown and never judged."""

    collector_id: str
    basis: TieBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call, message or act read from one piece of evidence, before anyone says whose it is.

    ``inbound`` is seen from the phone's owner: True = received by the owner, False = made by the owner.
    A duplicate met in another source is merged: the first entry stays and lists both places in ``places``.
    """

    entry_id: str  # digest of the content, so the same thing read twice has the same id
    kind: EntryKind
    owner: str  # whose phone or paper: "debtor" or a person_id
    places: tuple[str, ...]  # "item_id#locator": vault item and line, row or message id inside it
    occurred_at: datetime | None = None
    time_raw: str | None = None
    time_precision: TimePrecision | None = None
    zone_basis: ZoneBasis = "unknown"
    inbound: bool | None = None
    number_raw: str | None = None
    number: str | None = None  # normalised; None if not shown
    number_shown: bool | None = None
    counterpart_name: str | None = None
    signature: str | None = None  # the 【…】 of an SMS
    text: str | None = None
    text_kind: TextKind | None = None
    connected: bool | None = None
    duration_s: int | None = None
    count: int | None = 1
    group_name: str | None = None  # a chat group or public place
    visit_place: VisitPlace | None = None
    attachments: tuple[str, ...] = ()  # vault item ids
    is_proof_of_contact: bool = True  # False for drafts and failed messages
    is_user_converted: bool = False  # brought in a neutral file the user made
    is_inferred: bool = False  # time or side worked out (screenshots): confirm
    tie: Tie | None = None
    is_dismissed: bool = False  # the user said: private, not a collector's
    extra: tuple[tuple[str, str], ...] = ()  # raw attributes kept

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The vault items that hold the entry, in the order of ``places``; one that shows it twice stands twice."""
        return tuple(place.partition("#")[0] for place in self.places)

    @property
    def channel(self) -> Channel | None:
        """The contact channel this kind of entry stands for; None where it stands for none."""
        match self.kind:
            case "call" | "sms" | "im" | "email" | "letter" | "visit" | "public_post":
                return self.kind
            case "mms":
                return "sms"
            case _:
                return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A fact the user settled: ``question`` is ``column@owner``; ``value`` the column's value, or None for 不知道."""

    question: str
    value: str | bool | int | None
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """All a case knows at one moment, as plain records, in a stable order; what assessment and remedies work from."""

    loans: tuple[Loan, ...] = ()
    persons: tuple[Person, ...] = ()
    collectors: tuple[Collector, ...] = ()
    entries: tuple[Entry, ...] = ()
    answers: tuple[Answer, ...] = ()
