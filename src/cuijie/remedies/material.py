"""Everything remedies work from, as plain records: the case, its assessment, exhibits, steps and replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from cuijie.records import CaseState, ContactRecord, Finding, Loan, Payment, Person, Question
from cuijie.records.remedies import Exhibit, PaperField, Reply, StepDone
from cuijie.records.results import CheckResult
from cuijie.remedies.errors import RemedyError

__all__ = [
    "DEBTOR",
    "OBLIGED",
    "CustodyLine",
    "Material",
    "Reader",
    "debtor_of",
    "has_agreed",
    "in_loan",
    "is_about",
    "is_child",
    "is_minor",
    "loan_of",
    "reader_of",
]

DEBTOR = "debtor"
Reader = Literal["debtor", "obliged", "heir", "contacted", "spouse"]
"""For whom a paper is made: the borrower; who owes beside them or has inherited; who owes nothing."""
OBLIGED: frozenset[Reader] = frozenset({"obliged", "heir"})
"""Who may owe beside or after the borrower: co-borrowers, sureties, heirs."""
_SPOUSE = frozenset({"配偶", "妻子", "老婆", "太太", "媳妇", "丈夫", "老公", "爱人", "夫妻"})
_CHILD = frozenset({"儿子", "女儿", "闺女", "孩子", "小孩", "孙子", "孙女", "外孙", "外孙女"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLine:
    """One act on the evidence, for the catalogue's chain of custody."""

    when: str
    act: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a case holds for its papers and its ladder at one moment."""

    state: CaseState = field(default_factory=CaseState)
    contacts: tuple[ContactRecord, ...] = ()
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    custody: tuple[CustodyLine, ...] = ()
    payments: tuple[Payment, ...] = ()
    steps: tuple[StepDone, ...] = ()
    replies: tuple[Reply, ...] = ()
    fields: tuple[PaperField, ...] = ()
    notes: tuple[str, ...] = ()  # what the user wrote beside entries: in no paper, but heard
    results: tuple[CheckResult, ...] = ()
    refusing: frozenset[str] = frozenset()  # contacts in whose words somebody asked not to be contacted again

    def people(self) -> Mapping[str, Person]:
        """Everyone by person id."""
        return {person.person_id: person for person in self.state.persons}


def reader_of(material: Material, sender: str) -> Reader:
    """What *sender* is to the debt; a spouse is one who was contacted, of whom it is often said that they owe too."""
    if sender == DEBTOR:
        return "debtor"
    person = material.people().get(sender)
    if person is None:
        return "contacted"
    roles = {person.role, *(role for _, role in person.loan_roles)}
    if "heir" in roles or "co_debtor" in roles:
        return "heir" if "heir" in roles else "obliged"
    return "spouse" if (person.relation_word or "").strip() in _SPOUSE else "contacted"


def has_agreed(material: Material, sender: str) -> bool:
    """Whether *sender* was agreed on as a contact, or agreed themselves."""
    person = material.people().get(sender)
    return person is not None and (person.role == "agreed_contact" or person.consented is True)


def is_child(person: Person | None) -> bool:
    """Whether the user's word for *person* is one for a son, a daughter or a grandchild, of whatever age."""
    return person is not None and (person.relation_word or "").strip() in _CHILD


def is_minor(material: Material, sender: str) -> bool:
    """Whether *sender* is a child and the user told that one who was contacted is under eighteen: one answer for all of them."""
    told = any(one.question.partition("@")[0] == "minor" and one.value is True for one in material.state.answers)
    return told and is_child(material.people().get(sender))


def in_loan(material: Material, loan: Loan | None) -> Material:
    """*material* with its people as they stand to *loan*: who is surety for, or named in, another is not so in this."""
    loans, people = len(material.state.loans), material.state.persons
    if loan is None or not any(one.is_by_loan(loans) for one in people):
        return material
    here = (
        replace(one, role=one.role_in(loan.loan_id), loan_roles=()) if one.is_by_loan(loans) else one for one in people
    )
    return replace(material, state=replace(material.state, persons=tuple(here)))


def debtor_of(material: Material) -> Person | None:
    """The debtor's own record, if the case has one."""
    people = material.state.persons
    return next((one for one in people if one.person_id == DEBTOR), None) or next(
        (one for one in people if one.role == "debtor"), None
    )


def is_about(contact: ContactRecord, loan: Loan | None, material: Material) -> bool:
    """Whether *contact* is known to be about *loan* (None: about no loan that is known).

    In a case of one loan whoever collects collects for it; where there are several, a collector whose lender nobody
    has named is held against none of them.
    """
    loans = material.state.loans
    if len(loans) <= 1:
        return loan is None or contact.loan_id in {None, loan.loan_id}
    return contact.loan_id == (loan.loan_id if loan else None)


def loan_of(material: Material, loan_id: str | None) -> Loan | None:
    """The loan asked for, or the one most contacts are about, or None if the case has none.

    Raises RemedyError for a loan the case does not hold.
    """
    loans = material.state.loans
    if loan_id is not None:
        for loan in loans:
            if loan.loan_id == loan_id:
                return loan
        known = "、".join(loan.loan_id for loan in loans) or "（没有）"
        raise RemedyError(f"案卷里没有借款 {loan_id}。", remedy=f"案卷里的借款：{known}")
    counts = {loan.loan_id: 0 for loan in loans}
    for contact in material.contacts:
        if contact.loan_id in counts:
            counts[contact.loan_id] += 1
    return max(loans, key=lambda loan: counts[loan.loan_id], default=None)
