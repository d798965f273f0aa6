"""What the user answered, laid over contact records and loans.

A question is ``column@owner``; its answer holds for every contact with that owner.  An answer of a person
outweighs what a machine read, and 不知道 leaves the fact unknown and the question answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime

from cuijie.assessment.said_before import was_before
from cuijie.assessment.value_words import words_of
from cuijie.clock import SHANGHAI
from cuijie.errors import BadInput
from cuijie.records import COLUMN_BY_NAME, COLUMNS, Answer, Column, ContactRecord, Loan, Person
from cuijie.records.contact import TimePrecision
from cuijie.rulebook import Entry, Registers
from cuijie.rulebook.facts import SOLE_LENDER
from cuijie.rulebook.hours import parse_hours

__all__ = [
    "PERSON_FIELDS",
    "SAME_CONTACT",
    "AnswerBook",
    "AnswerError",
    "choices_of",
    "is_dated",
    "of_loan",
    "owner_of",
    "parse_answer",
]

_NOT_KNOWN = ("不知道", "不清楚", "不确定", "unknown", "don't know")

_OWNERS = {column.name: column.owner for column in COLUMNS}
_LOAN_FIELDS = frozenset(field.name for field in fields(Loan))
PERSON_FIELDS = {
    "recipient_role": "role", "recipient_consent": "consented", "number_source": "number_source",
    "recipient_relation": "relation",
}  # fmt: skip
"""Columns that are asked of a person, and where the person's own record keeps them."""
SAME_CONTACT = "same_contact"
"""No column: asked of a contact noted by hand, whether a record shows the very same (``told_again``)."""
_DATES = frozenset({"contract_on", "overdue_since"})
_SINCE = frozenset({"recipient_refused", "consent_withdrawn"})  # facts of before a contact: a day answers them for each
_YES = ("是", "有", "对", "是的", "yes", "true", "y", "1")
_NO = ("否", "不是", "没有", "不", "no", "false", "n", "0")


class AnswerError(BadInput):
    """An answer that does not fit its question."""

    code = "AS-002"


def owner_of(record: ContactRecord, column: str) -> str:
    """Whose fact *column* is, as named in question ids: the contact, the recipient, the loan or the lender."""
    kind = _OWNERS.get(column, "lender")  # a fact of law is asked for the lender it binds or not
    if kind == "contact":
        return record.contact_id
    if kind == "recipient":
        return record.recipient_id or record.contact_id
    return (record.loan_id or "loan") if kind == "loan" else (record.lender_id or SOLE_LENDER)


def of_loan(person_id: str, loan_id: str) -> str:
    """How a question names somebody where it asks what they are to one of several loans."""
    return f"{person_id}/{loan_id}"


class AnswerBook:
    """All answers of a case, ready to be laid over records; of several to one question the last counts."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        ordered = sorted(answers, key=lambda answer: answer.answered_at)
        latest = {answer.question: answer.value for answer in ordered}
        self.not_known = frozenset(question for question, value in latest.items() if value is None)
        self._by_column: dict[str, dict[str, str | bool | int]] = {}
        for question, value in latest.items():
            column, _, owner = question.partition("@")
            if value is not None:
                self._by_column.setdefault(column, {})[owner] = value

    def apply(self, record: ContactRecord) -> ContactRecord:
        """*record* with every answered column set."""
        found = self._settled(record)
        if "occurred_at" in found:
            found["occurred_at"], found["time_precision"] = _moment(str(found["occurred_at"]))
        return replace(record, **found) if found else record  # type: ignore[arg-type]

    def columns_of(self, record: ContactRecord) -> frozenset[str]:
        """The columns of *record* that an answer settled."""
        return frozenset(self._settled(record))

    def _settled(self, record: ContactRecord) -> dict[str, object]:
        found: dict[str, object] = {
            column: by_owner[owner]
            for column, by_owner in self._by_column.items()
            if column in COLUMN_BY_NAME and (owner := owner_of(record, column)) in by_owner
        }
        if isinstance(found.get("hours_agreed"), str):  # the hours themselves: they stand on the loan
            del found["hours_agreed"]
        for column in _SINCE & found.keys():
            if isinstance(said := found[column], str):
                found[column] = _was_before(said, record)
                if found[column] is None:
                    del found[column]
        return found

    def is_same_contact(self, contact: str) -> bool | None:
        """Whether somebody said that *contact*, noted by hand, is one with what a record shows; None if nobody did."""
        said = self._by_column.get(SAME_CONTACT, {}).get(contact)
        return None if said is None else bool(said)

    def apply_to_loan(self, loan: Loan) -> Loan:
        """*loan* with every answer about it set."""
        owners = (loan.loan_id, loan.lender_id or SOLE_LENDER)
        found: dict[str, object] = {
            column: by_owner[owner]
            for column, by_owner in self._by_column.items()
            if column in _LOAN_FIELDS
            for owner in owners
            if owner in by_owner
        }
        for name in _DATES & found.keys():
            found[name] = date.fromisoformat(str(found[name]))
        hours = self._by_column.get("hours_agreed", {}).get(loan.loan_id)
        if isinstance(hours, str):
            found["agreed_hours"] = hours
        return replace(loan, **found) if found else loan  # type: ignore[arg-type]

    def apply_to_person(self, person: Person) -> Person:
        """*person* with every answer about them set."""
        found = {
            name: self._by_column[column][person.person_id]
            for column, name in PERSON_FIELDS.items()
            if person.person_id in self._by_column.get(column, {})
        }
        of_person = of_loan(person.person_id, "")
        roles = {
            owner.removeprefix(of_person): role
            for owner, role in self._by_column.get("recipient_role", {}).items()
            if owner.startswith(of_person)
        }
        if roles:
            found["loan_roles"] = tuple(sorted((dict(person.loan_roles) | roles).items()))  # type: ignore[assignment]
        return replace(person, **found) if found else person  # type: ignore[arg-type]

    def registers(self) -> Registers:
        """The answered facts of law (membership, uncertain scopes), as they hold for each lender."""
        return Registers(
            entries=tuple(
                Entry(column=column, value=value, lender_id=owner)
                for column, by_owner in self._by_column.items()
                if column not in COLUMN_BY_NAME and column not in _LOAN_FIELDS and column != SAME_CONTACT
                for owner, value in by_owner.items()
            )
        )


def parse_answer(question: str, written: str) -> str | bool | int | None:
    """The value that *written* means for *question*; None for 不知道.

    Accepts 是/否, the Chinese words of a column's values and the values themselves; for a refusal or a withdrawal
    also the day or the moment it was said, which settles each contact by its own time.  Raises AnswerError.
    """
    word = written.strip()
    if word.lower() in _NOT_KNOWN:
        return None
    if not word:
        raise AnswerError(f"“{question}”的回答是空的；不知道就答“不知道”。")
    name = question.partition("@")[0]
    column = COLUMN_BY_NAME.get(name)
    if name == "hours_agreed" and ":" in word.replace("：", ":"):
        parse_hours(word)
        return word
    if name == "occurred_at" or (name in _SINCE and word[:1].isdigit() and len(word) > 1):
        return _time(word)
    if name in _DATES:
        return _day(word)
    if column is None or column.type == "bool":
        return _yes_or_no(question, word)
    if column.values:
        return _choice(column, word)
    if column.type == "int":
        if word.isdecimal():
            return int(word)
        raise AnswerError(f"“{question}”要回答一个次数，例如 3；不知道就答“不知道”。")
    return word


def is_dated(question: str) -> bool:
    """Whether *question* is best answered with the day it happened: a yes means before every contact asked about."""
    return question.partition("@")[0] in _SINCE


def choices_of(question: str, *, english: bool = False) -> tuple[str, ...]:
    """What may be answered to *question*, in words; empty where any text, number or time may."""
    name = question.partition("@")[0]
    column = COLUMN_BY_NAME.get(name)
    if column is not None and column.values:
        words = words_of(name)
        said = [(words[value].zh, words[value].en) if value in words else (value, value) for value in column.values]
        return tuple(pair[english] for pair in said)
    is_open = name in _DATES or (column is not None and column.type != "bool")
    return () if is_open else ("yes", "no") if english else (_YES[0], _NO[0])


def _moment(word: str) -> tuple[datetime, TimePrecision]:
    """The instant written in *word* (Asia/Shanghai unless it says otherwise) and how precisely it is known."""
    found = datetime.fromisoformat(word)
    clock = word.partition("+")[0]
    precision: TimePrecision = (
        "day" if len(word) == len("2024-03-01") else "minute" if clock.count(":") == 1 else "second"
    )
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI), precision


def _was_before(word: str, record: ContactRecord) -> bool | None:
    """Whether what was said at *word* came before the contact; None where their times do not tell."""
    return was_before(*_moment(word), record)


def _time(word: str) -> str:
    try:
        _moment(word)
    except ValueError as error:
        raise AnswerError(f"请回答时间，例如 2024-03-01 22:30，或“不知道”；收到的是“{word}”。") from error
    return word


def _day(word: str) -> str:
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError as error:
        raise AnswerError(f"请回答日期，例如 2024-03-01，或“不知道”；收到的是“{word}”。") from error


def _yes_or_no(question: str, word: str) -> bool:
    if word.lower() in _YES:
        return True
    if word.lower() in _NO:
        return False
    raise AnswerError(f"“{question}”请回答 是、否 或 不知道；收到的是“{word}”。")


def _choice(column: Column, word: str) -> str:
    words = words_of(column.name)
    choices = {value: words[value].zh if value in words else value for value in column.values}
    for value, chinese in choices.items():
        if word in (value, chinese) or (value in words and word.lower() == words[value].en):
            return value
    listed = "、".join(f"{value}（{chinese}）" if chinese != value else value for value, chinese in choices.items())
    raise AnswerError(f"“{column.title_zh}”的回答只能是：{listed}，或“不知道”；收到的是“{word}”。")
