"""What the user has answered so far, newest first, in plain words of both languages."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.assessment.value_words import value_words
from cuijie.datafiles import Words
from cuijie.desk.naming import groups_of
from cuijie.desk.questions import lenders_by_id, said_words
from cuijie.desk.relations import english_relation
from cuijie.desk.render import spoken_moment
from cuijie.desk.standing import CaseView
from cuijie.records import COLUMNS, Answer
from cuijie.records.names import spoken_names
from cuijie.rulebook.question_words import common_ask

__all__ = ["Answered", "answered"]

_TITLES = {column.name: column.title_zh for column in COLUMNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer: the question's id, the fact, whose it is, what was said."""

    id: str
    fact: Words
    about: Words
    value: Words


def answered(view: CaseView) -> list[Answered]:
    """Every answer of the case, the newest first."""
    newest = sorted(view.state.answers, key=lambda one: (one.answered_at, one.question), reverse=True)
    people = spoken_names(view.state.persons)
    abouts = _moments(view, newest)
    abouts["debtor"] = Words("本人", "the borrower")
    abouts |= {id: Words(name, english_relation(name)) for id, name in people.items() if name}
    abouts |= {id: Words(name, name) for id, name in groups_of(view).items()}
    abouts |= {id: Words(name, name) for id, name in lenders_by_id(view.state.loans).items()}
    return [_row(answer, abouts) for answer in newest]


def _moments(view: CaseView, answers: list[Answer]) -> dict[str, Words]:
    owners = {answer.question.partition("@")[2] for answer in answers}
    return {
        one.entry_id: Words(
            spoken_moment(one.occurred_at, one.time_precision),
            spoken_moment(one.occurred_at, one.time_precision, "en"),
        )
        for one in view.state.entries
        if one.entry_id in owners
    }


def _joined(abouts: dict[str, Words], owner: str, loan: str) -> Words | None:
    """Who or what an answer is about, and where it says what somebody is to one of several loans, which."""
    who, to = abouts.get(owner), abouts.get(loan)
    return Words(f"{who.zh}，{to.zh}", f"{who.en}, {to.en}") if who and to else who


def _row(answer: Answer, abouts: dict[str, Words]) -> Answered:
    name, _, owner = answer.question.partition("@")
    owner, _, loan = owner.partition("/")
    common, is_known = common_ask(name), name in _TITLES
    words = value_words(name, answer.value) if answer.value is not None else None
    return Answered(
        id=answer.question,
        fact=Words(
            _TITLES.get(name) or (common.zh if common else name),
            common.en if common else said_words(name).en if is_known else name,
        ),
        about=_joined(abouts, owner, loan) or Words("这笔借款", "the loan"),
        value=words if words else Words("不知道", "I do not know"),
    )
