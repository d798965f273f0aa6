"""The open questions as people can answer them: one at a time, what was said in one call asked once.

The rulebook asks one question per missing column and owner.  A person remembers a call, a number or a day, so
the columns of one call's words become one card, who is behind a number is asked once per number, and whether
the borrower could be reached once per day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cuijie.assessment.value_words import value_words
from cuijie.clock import shanghai_day
from cuijie.desk.cases import CaseView
from cuijie.desk.findings import rule_titles
from cuijie.desk.render import spoken_day, spoken_time
from cuijie.desk.words import Both, both
from cuijie.records import COLUMNS, LABELS, ContactRecord, Question
from cuijie.rulebook.asks import common_ask

__all__ = ["QuestionCard", "WordsChoice", "plain_cards", "question_cards"]

_COLUMNS = {column.name: column for column in COLUMNS}
_WORDS = frozenset({*(f"says_{label}" for label in LABELS), "asks_payment", "caller_identified"})
_PER_NUMBER = frozenset({"actor", "agency_id", "recorded", "number_masked", "collector_id"})
_PER_DAY = frozenset({"debtor_reachable"})
_SAID = both("那次对方说了什么？（有几样选几样）", "What did they say that time? (choose all that apply)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsChoice:
    """One thing that may have been said; ``question`` is set to 是 if chosen, else to 否."""

    question: str
    label: Both


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCard:
    """One card: the rulebook's questions that one answer settles, and its buttons.

    ``words`` makes it a list to tick; without ``words`` and ``choices`` the answer is written.
    """

    ids: tuple[str, ...]
    asks: Both
    about: Both
    decides: Both
    choices: tuple[tuple[str, str, str], ...] = ()
    words: tuple[WordsChoice, ...] = ()
    weight: int = 0  # how many findings hang on it


def question_cards(view: CaseView) -> list[QuestionCard]:
    """Every open question, grouped, in the order of the assessment; those answered with 不知道 are left out."""
    names = {one.person_id: f"{one.relation_word or ''} {one.name or ''}".strip() for one in view.state.persons}
    contacts = {contact.contact_id: contact for contact in view.contacts}
    not_known = view.assessment.inputs.not_known
    groups: dict[tuple[str, str], list[Question]] = {}
    for question in view.assessment.questions:
        if question.id not in not_known:
            groups.setdefault(_group(question, contacts), []).append(question)
    cards = [_card(kind, questions, contacts, names) for (kind, _), questions in groups.items()]
    # what one tap settles before what must be remembered; among those, what most hangs on
    return sorted(cards, key=lambda card: (bool(card.words), -card.weight))


def plain_cards(questions: Iterable[Question]) -> list[QuestionCard]:
    """Questions without a case behind them, one card each."""
    return [_card("one", [question], {}, {}) for question in questions]


def _group(question: Question, contacts: dict[str, ContactRecord]) -> tuple[str, str]:
    column, _, owner = question.id.partition("@")
    contact = contacts.get(owner)
    if contact is None:
        return "one", question.id
    if column in _WORDS:
        return "words", owner
    if column in _PER_NUMBER and contact.from_number:
        return "number", f"{column}@{contact.from_number}"
    if column in _PER_DAY and contact.occurred_at:
        return "day", f"{column}@{shanghai_day(contact.occurred_at)}"
    return "one", question.id


def _card(
    kind: str, questions: list[Question], contacts: dict[str, ContactRecord], names: dict[str, str]
) -> QuestionCard:
    first = questions[0]
    name, _, owner = first.id.partition("@")
    rules = list(dict.fromkeys(rule for question in questions for rule in question.decides))
    shown = "、".join(rule_titles()[rule]["zh"] for rule in rules[:3] if rule in rule_titles())
    common = common_ask(name)
    column = _COLUMNS.get(name)
    return QuestionCard(
        ids=tuple(question.id for question in questions),
        asks=_SAID if kind == "words" else both(first.asks, common.en if common else first.asks),
        about=_about(kind, first, owner, contacts, names),
        decides=both(
            f"决定 {len(rules)} 条发现：{shown}{'等' if len(rules) > 3 else ''}", f"Decides {len(rules)} findings"
        ),
        choices=()
        if kind == "words"
        else _choices(name, column.values if column else (), column.type if column else "bool"),
        words=tuple(_said(question.id) for question in questions) if kind == "words" else (),
        weight=len(rules),
    )


def _said(question: str) -> WordsChoice:
    name = question.partition("@")[0]
    words = {
        "asks_payment": both("催还款", "asked for payment"),
        "caller_identified": both("说明了自己是谁、哪家机构、什么事", "named self, institution and purpose"),
    }
    title = _COLUMNS[name].title_zh
    return WordsChoice(
        question=question, label=words.get(name, both(title, name.removeprefix("says_").replace("_", " ")))
    )


def _about(
    kind: str, question: Question, owner: str, contacts: dict[str, ContactRecord], names: dict[str, str]
) -> Both:
    contact = contacts.get(owner)
    if contact is None:
        if names.get(owner):
            return both(f"说的是{names[owner]}", f"About {names[owner]}")
        count = len(question.contacts)
        return both(f"关系到 {count} 次联系" if count else "", f"{count} contacts" if count else "")
    if kind == "number":
        return both(f"说的是号码 {contact.from_number}", f"About the number {contact.from_number}")
    day = spoken_day(contact.occurred_at)
    if kind == "day":
        return both(
            f"说的是 {day}", f"About {shanghai_day(contact.occurred_at) if contact.occurred_at else 'that day'}"
        )
    who = names.get(contact.recipient_id or "", "")
    channel = value_words("channel", contact.channel) if contact.channel else None
    at = f"{day} {spoken_time(contact.occurred_at, contact.time_precision)}"
    words = f"“{contact.text[:40]}”" if contact.text else ""
    return both(
        f"说的是 {at} 的{channel.zh if channel else '联系'}{f'（{who}）' if who else ''}{words}",
        f"About the {channel.en if channel else 'contact'} of {at} {words}",
    )


def _choices(name: str, values: tuple[str, ...], type: str) -> tuple[tuple[str, str, str], ...]:
    if values:
        return tuple((value, value_words(name, value).zh, value_words(name, value).en) for value in values)
    if type == "bool":
        return (("是", "是", "Yes"), ("否", "不是", "No"))
    return ()
