"""The loan, the people and the collectors of a case, as its pages write them.

What is written here is later than what a question was answered with, so an answer to the same fact goes: one fact
never stands in two places that disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from cuijie.assessment import PERSON_FIELDS, AnswerBook
from cuijie.assessment.answers import of_loan
from cuijie.casefile import Case
from cuijie.casefile.filling import free_id, retie, settle_lenders
from cuijie.desk.errors import ShelfError
from cuijie.desk.forms import Value, instant_of
from cuijie.desk.people_forms import ROLE_IN
from cuijie.intake.vocabulary import relation_of
from cuijie.records import Answer, Collector, Loan, Person
from cuijie.records.ties import bare_signature
from cuijie.rulebook.facts import SOLE_LENDER
from cuijie.rulebook.hours import parse_hours

__all__ = [
    "agreed_hours",
    "collectors_of",
    "loans_of",
    "persons_of",
    "remove_collector",
    "remove_person",
    "save_collector",
    "save_loan",
    "save_person",
]

DEBTOR = "debtor"
_NONE_AGREED = frozenset({"none", "无", "没有", "没有约定", "没约定", "没"})


def agreed_hours(written: str | None) -> str | None:
    """The agreed hours as the loan keeps them: ``20:00-23:00``, ``none``, None.  Raises RulebookError."""
    if written is None or not written.strip():
        return None
    said = "none" if written.strip().lower() in _NONE_AGREED else written.strip()
    parse_hours(said)
    return said


def loans_of(case: Case) -> tuple[Loan, ...]:
    """The loans with what was answered about them."""
    book = AnswerBook(case.all(Answer))
    return tuple(book.apply_to_loan(loan) for loan in case.all(Loan))


def persons_of(case: Case) -> tuple[Person, ...]:
    """The people with what was answered about them, the borrower first."""
    book = AnswerBook(case.all(Answer))
    found = (book.apply_to_person(person) for person in case.all(Person))
    return tuple(sorted(found, key=lambda one: (one.person_id != DEBTOR, one.person_id)))


def collectors_of(case: Case) -> tuple[Collector, ...]:
    """Who collects, as far as known."""
    return case.all(Collector)


def _forget_answers(case: Case, questions: Iterable[str]) -> None:
    """Drops the answers that give a value; one of 不知道 contradicts nothing and keeps the question from coming back."""
    for question in questions:
        given = case.get(Answer, question)
        if given is not None and given.value is not None:
            case.drop(Answer, question)


def save_loan(case: Case, loan_id: str, values: Mapping[str, Value]) -> Loan:
    """Writes the loan *loan_id* (empty: a new one) as one act; raises RulebookError for hours that cannot be read."""
    known, before = case.get(Loan, loan_id), case.all(Loan)
    loan_id = loan_id or free_id("loan", {loan.loan_id for loan in before})
    written = dict(values)
    if "agreed_hours" in written:
        written["agreed_hours"] = agreed_hours(str(written["agreed_hours"] or ""))
    loan = replace(known or Loan(loan_id=loan_id), **written)  # type: ignore[arg-type]
    if loan.lender_name and loan.lender_id is None:
        loan = replace(loan, lender_id=f"lender-{loan_id.rpartition('-')[2]}")
    owners = {loan.loan_id, loan.lender_id or SOLE_LENDER, SOLE_LENDER}
    with case.batch("loan", {"loan": loan.loan_id}):
        case.put(loan)
        columns = [*written, *(["hours_agreed"] if loan.agreed_hours else [])]
        _forget_answers(case, (f"{column}@{owner}" for column in columns for owner in owners))
        settle_lenders(case, before, SOLE_LENDER)
    return loan


def save_person(case: Case, person_id: str, values: Mapping[str, Value]) -> Person:
    """Writes a person (empty id: a new one) as one act.  Raises ShelfError where nothing says who it is.

    What they are to one of several loans stands under ``role@`` and its id.
    """
    known = case.get(Person, person_id) or (Person(person_id=DEBTOR, role="debtor") if person_id == DEBTOR else None)
    if isinstance(refused_at := values.get("refused_at"), date):  # of a bare day, its midnight stands for it
        values = {**values, "refused_at": instant_of(refused_at)}
    by_loan = {name.removeprefix(ROLE_IN): role for name, role in values.items() if name.startswith(ROLE_IN)}
    values = {name: value for name, value in values.items() if not name.startswith(ROLE_IN)}
    person = replace(
        known or Person(person_id=free_id("person", {one.person_id for one in case.all(Person)})),
        **values,  # type: ignore[arg-type]
    )
    if by_loan:
        roles = {**dict(person.loan_roles), **by_loan}
        told = tuple(sorted((loan_id, role) for loan_id, role in roles.items() if role is not None))
        person = replace(person, loan_roles=told)  # type: ignore[arg-type]
    if not (person.name or person.relation_word or person.person_id == DEBTOR):
        raise ShelfError("请写明这个人是谁。", remedy="写关系（例如母亲）或姓名，有一样就行。")
    if person.relation_word and (known is None or known.relation_word != person.relation_word):
        person = replace(person, relation=relation_of(person.relation_word))
    with case.batch("person", {"person": person.person_id}):
        case.put(person)
        fields = {**PERSON_FIELDS, "recipient_refused": "refused_at"}
        _forget_answers(case, (f"{column}@{person.person_id}" for column, name in fields.items() if name in values))
        _forget_answers(case, (f"recipient_role@{of_loan(person.person_id, loan_id)}" for loan_id in by_loan))
    return person


def remove_person(case: Case, person_id: str) -> None:
    """Takes a person off the list; what is of their phone stays."""
    with case.batch("person", {"removed": person_id}):
        case.drop(Person, person_id)


def save_collector(case: Case, collector_id: str, values: Mapping[str, Value]) -> int:
    """Writes a collector (empty id: a new one), ties what it explains, and answers how many entries changed."""
    known = case.get(Collector, collector_id)
    collector = replace(
        known or Collector(collector_id=free_id("collector", {one.collector_id for one in case.all(Collector)})),
        **values,  # type: ignore[arg-type]
    )
    signatures = tuple(dict.fromkeys(bare for one in collector.signatures if (bare := bare_signature(one))))
    collector = replace(collector, signatures=signatures)
    if not _is_told_apart(collector) and (known is None or _is_told_apart(known)):  # some never gave a name or number
        raise ShelfError("请至少写一样：称呼、号码或短信签名。", remedy="照他们自己说的写就行。")
    loans = case.all(Loan)
    if collector.lender_id is None and len(loans) == 1:
        collector = replace(collector, lender_id=loans[0].lender_id)
    with case.batch("collector", {"collector": collector.collector_id}) as done:
        case.put(collector)
        moved = retie(case)
        done.detail["retied"] = moved
    return moved


def _is_told_apart(collector: Collector) -> bool:
    return bool(collector.name or collector.numbers or collector.signatures or collector.agency_name)


def remove_collector(case: Case, collector_id: str) -> int:
    """Takes a collector off the list: what was tied to it waits for a tick again.  Answers how many entries changed."""
    with case.batch("collector", {"removed": collector_id}) as done:
        case.drop(Collector, collector_id)
        moved = retie(case)
        done.detail["retied"] = moved
    return moved
