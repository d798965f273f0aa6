"""What the user has answered so far, newest first, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.assessment.value_words import value_words
from cuijie.desk.render import spoken_day, spoken_time
from cuijie.desk.standing import CaseView
from cuijie.records import COLUMNS, Answer
from cuijie.rulebook.asks import common_ask

__all__ = ["Answered", "answered"]

_TITLES = {column.name: column.title_zh for column in COLUMNS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer: the question's id, the fact, whose it is, what was said."""

    id: str
    fact: str
    about: str
    value: str


def answered(view: CaseView) -> list[Answered]:
    """Every answer of the case, the newest first."""
    newest = sorted(view.state.answers, key=lambda one: (one.answered_at, one.question), reverse=True)
    names = {one.person_id: one.relation_word or one.name or "" for one in view.state.persons}
    moments = _moments(view, newest)
    return [_row(answer, names, moments) for answer in newest]


def _moments(view: CaseView, answers: list[Answer]) -> dict[str, str]:
    owners = {answer.question.partition("@")[2] for answer in answers}
    return {
        one.entry_id: f"{spoken_day(one.occurred_at)} {spoken_time(one.occurred_at, one.time_precision)}"
        for one in view.state.entries
        if one.entry_id in owners
    }


def _row(answer: Answer, names: dict[str, str], moments: dict[str, str]) -> Answered:
    name, _, owner = answer.question.partition("@")
    common = common_ask(name)
    return Answered(
        id=answer.question,
        fact=_TITLES.get(name) or (common.zh if common else name),
        about=names.get(owner) or moments.get(owner) or "这笔借款",
        value="不知道" if answer.value is None else value_words(name, answer.value).zh,
    )
