"""The questions of an assessment: one for each missing fact of each owner, cheapest and most deciding first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple, Protocol

from cuijie.assessment.answers import AnswerError, of_loan, owner_of
from cuijie.assessment.inputs import AssessmentInputs
from cuijie.records import COLUMN_BY_NAME, ContactRecord, Loan, Question
from cuijie.records.numbers import normalise
from cuijie.rulebook import Rulebook
from cuijie.rulebook.facts import SOLE_LENDER

__all__ = ["PER_NUMBER", "AskedAbout", "ToAsk", "answered_by", "check_question", "loan_owner", "questions_of", "to_ask"]

PER_NUMBER = frozenset({"actor", "agency_id", "recorded", "number_masked", "collector_id"})
"""Columns of a contact that tell who is behind a number: a person answers them once for all its calls."""

_OWNER_COST = {"loan": 0, "lender": 0, "recipient": 1, "contact": 2}
_AT_HAND = frozenset({"recipient_role"})  # who somebody is, the borrower knows as well as what the contract says
_HARD = frozenset({"recorded", "number_source", "debtor_reachable", "number_masked", "actor", "agency_disclosed"})
_OF_LENDER = frozenset({"lender_type"})
_LOAN_ASKED = frozenset(
    {"product", "contract_on", "overdue_since", "fees_disclosed", "debt_settled", "contact_list_consent"}
)
_NEVER_ANSWERED = frozenset({"contact_id", "text"})


class AskedAbout(NamedTuple):
    """One missing fact: which column of whose leaves which rule undecided, and by which contact."""

    column: str
    owner: str  # as named in the question's id
    rule: str
    contact: str | None = None


def loan_owner(loan: Loan, column: str) -> str:
    """Whose fact *column* is where it is asked for the loan itself: the loan's or the lender's."""
    is_loans = column not in _OF_LENDER and (column in COLUMN_BY_NAME or hasattr(loan, column))
    return loan.loan_id if is_loans else loan.lender_id or SOLE_LENDER


class ToAsk(NamedTuple):
    """What a person is asked: single facts, and once for each conversation without its words what was said in it."""

    single: tuple[Question, ...]
    spoken: dict[str, frozenset[str]]  # contact: the rules that its words decide

    @property
    def answers(self) -> int:
        """How many times the person would have to answer."""
        return len(self.single) + len(self.spoken)


def to_ask(
    questions: Iterable[Question], contacts: Iterable[ContactRecord] = (), not_known: frozenset[str] = frozenset()
) -> ToAsk:
    """The open ones of *questions* as a person is asked them; those answered with 不知道 are left out.

    Where the words of one of *contacts* are kept whole, they are at hand: each thing unsure in them is asked by itself.
    """
    by_id = {contact.contact_id: contact for contact in contacts}
    kept = {id for id, contact in by_id.items() if contact.text and contact.text_kind != "summary"}
    single: list[Question] = []
    spoken: dict[str, frozenset[str]] = {}
    for question in questions:
        column, _, owner = question.id.partition("@")
        if question.id in not_known:
            continue
        if column.startswith("says_") and owner not in kept:
            spoken[owner] = spoken.get(owner, frozenset()) | set(question.decides)
        else:
            single.append(question)
    return ToAsk(_by_number(single, by_id), spoken)


def _by_number(questions: Iterable[Question], contacts: Mapping[str, ContactRecord]) -> tuple[Question, ...]:
    """With what is asked of the calls of one number as one question, which names the number: recorded@17000002101."""
    found: dict[str, Question] = {}
    for question in questions:
        column, _, owner = question.id.partition("@")
        number = contacts[owner].from_number if column in PER_NUMBER and owner in contacts else None
        one = replace(question, id=f"{column}@{number}") if number else question
        if (known := found.get(one.id)) is not None:
            reached = tuple(dict.fromkeys((*known.contacts, *one.contacts)))
            one = replace(known, contacts=reached, decides=tuple(dict.fromkeys((*known.decides, *one.decides))))
        found[one.id] = one
    return tuple(found.values())


def answered_by(question: str, inputs: AssessmentInputs) -> tuple[str, ...]:
    """The questions that an answer to *question* settles: of each call where it names a number, else itself."""
    column, _, owner = question.partition("@")
    number = normalise(owner) if column in PER_NUMBER else None
    calls = (one.contact_id for one in inputs.contacts if number is not None and one.from_number == number)
    return tuple(f"{column}@{call}" for call in calls) or (question,)


class Assessed(Protocol):
    """What is needed of an assessment to know what may be answered."""

    @property
    def questions(self) -> tuple[Question, ...]: ...
    @property
    def inputs(self) -> AssessmentInputs: ...
    @property
    def rulebook(self) -> Rulebook: ...


@dataclass(slots=True)
class _Gathered:
    contacts: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    pairs: int = 0


def questions_of(asked: Iterable[AskedAbout], inputs: AssessmentInputs, book: Rulebook) -> tuple[Question, ...]:
    """One question per column and owner; those answered with 不知道 come last."""
    gathered: dict[tuple[str, str], _Gathered] = {}
    for column, owner, rule, contact in asked:
        found = gathered.get((column, owner))
        if found is None:
            found = gathered[column, owner] = _Gathered()
        found.rules[rule] = None
        found.pairs += 1
        if contact is not None:
            found.contacts[contact] = None
    asks: dict[tuple[str, str], str] = {}
    for (column, _), found in gathered.items():
        first = next(iter(found.rules))
        if (column, first) not in asks:
            asks[column, first] = book.ask(column, first).zh
    ranked = sorted(
        (
            f"{column}@{owner}" in inputs.not_known,
            _cost(column),
            -found.pairs,
            f"{column}@{owner}",
            _to_its_loan(column, owner, inputs) + asks[column, next(iter(found.rules))],
            found,
        )
        for (column, owner), found in gathered.items()
    )
    return tuple(
        Question(id=id_, asks=words, contacts=tuple(found.contacts), decides=tuple(found.rules))
        for _, _, _, id_, words, found in ranked
    )


def _to_its_loan(column: str, owner: str, inputs: AssessmentInputs) -> str:
    """Which of several loans a question means that asks what somebody is to it; empty for any other question."""
    person, _, loan_id = owner.rpartition("/")
    loan = next((one for one in inputs.loans if one.loan_id == loan_id), None)
    if column != "recipient_role" or person not in inputs.by_loan or loan is None:
        return ""
    return f"就“{loan.lender_name or loan.platform_name or loan_id}”这笔借款来说，"


@cache
def _cost(column: str) -> int:
    """How hard a fact is to come by: what the contract tells first, what only others know last.

    Before all, for which of several lenders they collect: whose the other answers are hangs on it.
    """
    if column == "lender_id":
        return -1
    known = COLUMN_BY_NAME.get(column)
    if column in _AT_HAND:
        return 0
    return 4 if column in _HARD else 5 if known is None else _OWNER_COST[known.owner]


def check_question(question: str, assessment: Assessed) -> None:
    """Raise AnswerError if *question* is about nothing in the case; a fact not asked for may be stated all the same."""
    column, _, owner = question.partition("@")
    inputs, book = assessment.inputs, assessment.rulebook
    open_or_said = {one.id for one in assessment.questions} | {group.question for group in inputs.told_again}
    if question in open_or_said or question in inputs.not_known:
        return
    is_fact = column in COLUMN_BY_NAME or column in book.law_facts
    owners = {owner_of(contact, column) for contact in (*inputs.contacts, *inputs.other_purpose)} if is_fact else set()
    if column == "recipient_role" and len(inputs.loans) > 1:
        people = {one.recipient_id for one in inputs.contacts if one.recipient_id}
        owners |= {of_loan(person, loan.loan_id) for person in people for loan in inputs.loans}
    if column in _LOAN_ASKED:
        owners |= {loan.loan_id for loan in inputs.loans}
    if column in _OF_LENDER or column in book.law_facts:
        owners |= {loan.lender_id or SOLE_LENDER for loan in inputs.loans}
    if owner in owners and column not in _NEVER_ANSWERED:
        return
    open_ones = "、".join(asked.id for asked in assessment.questions[:5])
    raise AnswerError(
        f"案卷里没有“{question}”这个问题。",
        remedy=f"现在可以回答的例如：{open_ones}。" if open_ones else "现在没有要回答的问题；用 cuijie assess 查看。",
    )
