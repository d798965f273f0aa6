"""The open questions as people can answer them: a few at a time, what belongs together asked together.

The rulebook asks one question per missing column and owner.  A person remembers a person, a call, a number or a day:
what is asked of one person is one card, so are the words of one call; who is behind a number is asked once per
number, and whether the borrower could be reached once per day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from cuijie.assessment.answers import SAME_CONTACT
from cuijie.assessment.asking import PER_NUMBER
from cuijie.assessment.value_words import value_words
from cuijie.clock import shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.findings import rule_titles
from cuijie.desk.naming import groups_of
from cuijie.desk.relations import english_relation
from cuijie.desk.render import spoken_day, spoken_moment
from cuijie.desk.standing import CaseView, once_per_judging
from cuijie.records import COLUMN_BY_NAME, LABELS, ContactRecord, Loan, Question
from cuijie.rulebook.question_words import common_ask

__all__ = [
    "QuestionCard",
    "QuestionPart",
    "WordsChoice",
    "expanded",
    "lenders_by_id",
    "plain_cards",
    "question_cards",
    "said_words",
    "unsorted_contacts",
]

_WORDS = frozenset({*(f"says_{label}" for label in LABELS), "asks_payment", "caller_identified"})
_LOAN_FIELDS = frozenset(field.name for field in fields(Loan))
_NAMED_ONE_BY_ONE = 20
_SELDOM = frozenset({"agency_disclosed", "consent_withdrawn", "hardship_known", "debt_settled"})
_ONLY_THEIRS = frozenset({"recorded"})  # nobody but the other side knows: asked after all else
_BORROWERS_OWN_NUMBER = "number_source@debtor"  # they gave it themselves, nearly always
_PER_DAY = frozenset({"debtor_reachable"})
_KINDS = (
    ("小额贷款", "microloan"), ("消费金融", "consumer_finance"), ("融资担保", "guarantee"), ("信托", "auto_finance_trust"),
    ("汽车金融", "auto_finance_trust"), ("信用卡中心", "credit_card_center"), ("银行", "commercial_bank"),
)  # fmt: skip
"""Words that only such an institution may have in its name, in this order: a bank's card centre is no other bank."""
_SAID = Words("那次对方说了什么？（有几样选几样）", "What did they say that time? (choose all that apply)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsChoice:
    """One thing that may have been said; ``question`` is set to 是 if chosen, else to 否."""

    question: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPart:
    """One question of a card: the rulebook's questions that its answer settles, and the answers to choose from.

    Without ``choices`` the answer is written.
    """

    ids: tuple[str, ...]
    asks: Words
    choices: tuple[tuple[str, str, str], ...] = ()
    is_day: bool = False
    contact: str = ""  # whose moment it asks for: that is written on the contact's own page

    @property
    def group(self) -> str:
        """The first question, standing for all of them where a page would have to name very many; else empty."""
        return self.ids[0] if len(self.ids) > _NAMED_ONE_BY_ONE else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCard:
    """One card: one question, or what belongs together of one person, or (``words``) what was said in one call."""

    asks: Words
    about: Words
    decides: Words
    parts: tuple[QuestionPart, ...] = ()
    words: tuple[WordsChoice, ...] = ()
    rank: int = 0  # how easily it is known: loan and people, a number or day, one call, its words, the law
    weight: int = 0  # how many rules hang on it
    contacts: int = 0  # how many contacts it is about
    is_of_person: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """Every question of the rulebook that the card settles."""
        return tuple(id for part in self.parts for id in part.ids) or tuple(one.question for one in self.words)


_Group = Literal["loan", "person", "number", "day", "one", "words", "law"]
_RANKS: dict[_Group, int] = {"loan": 0, "person": 0, "number": 1, "day": 1, "one": 2, "words": 3, "law": 4}
_PERSON_ORDER = ("recipient_role", "recipient_relation", "recipient_refused", "recipient_consent", "number_source")


def question_cards(view: CaseView) -> list[QuestionCard]:
    """Every open question, grouped, what is best asked first; those answered with 不知道 are left out.

    What was answered since the last assessment is not asked again.
    """
    cards = _cards(view)
    if view.is_current:
        return cards
    answers = {answer.question for answer in view.state.answers}
    return [card for card in cards if not answers.issuperset(card.ids)]


@once_per_judging
def _cards(view: CaseView) -> list[QuestionCard]:
    names = {one.person_id: f"{one.relation_word or ''} {one.name or ''}".strip() for one in view.state.persons}
    names |= groups_of(view)
    contacts = {contact.contact_id: contact for contact in view.contacts}
    not_known, unsorted = view.assessment.inputs.not_known, unsorted_contacts(view)
    groups: dict[tuple[_Group, str], list[Question]] = {}
    for question in view.assessment.questions:
        group = _group(question, contacts)
        # whose loan it is comes first: of calls for several lenders one answer would be wrong
        is_too_early = group[0] == "loan" and question.contacts and unsorted.issuperset(question.contacts)
        if question.id not in not_known and not is_too_early:
            groups.setdefault(group, []).append(question)
    lenders = lenders_by_id(view.state.loans)
    kinds = _kinds_in_names(view.state.loans)
    cards = [
        replace(card, about=_joined(card.about, kinds[card.ids[0]])) if card.ids[0] in kinds else card
        for (kind, _), questions in groups.items()
        for card in (_card(kind, questions, contacts, names, lenders),)
    ]
    if not any(contact.occurred_at for contact in view.contacts):  # no law can be named before one has a day
        first = next((card for card in cards if card.parts and card.parts[0].contact), None)
        cards = [replace(card, rank=-1) if card is first else card for card in cards]
    return sorted(cards, key=lambda card: (card.rank, -card.weight, card.is_of_person, -card.contacts))


def _joined(first: Words, second: Words) -> Words:
    return Words("；".join(filter(None, (first.zh, second.zh))), "; ".join(filter(None, (first.en, second.en))))


def _kinds_in_names(loans: Sequence[Loan]) -> dict[str, Words]:
    """By question: what the lender's name itself says of its kind.  The user still answers: a name may be wrong."""
    told: dict[str, Words] = {}
    for loan in loans:
        name = loan.lender_name or ""
        value = next((value for word, value in _KINDS if word in name), None)
        if value is not None:
            kind = value_words("lender_type", value)
            hint = Words(
                f"“{name}”，从名字看是{kind.zh}；以合同为准", f"By its name, {name} is: {kind.en}. The contract decides"
            )
            told |= {f"lender_type@{owner}": hint for owner in (loan.loan_id, loan.lender_id) if owner}
    return told


def lenders_by_id(loans: Sequence[Loan]) -> dict[str, str]:
    """By what a question names a loan: its lender; empty for a single loan, of which it goes without saying."""
    if len(loans) < 2:
        return {}
    ids = ((one, loan) for loan in loans for one in (loan.loan_id, loan.lender_id) if one)
    return {one: loan.lender_name or loan.platform_name or loan.loan_id for one, loan in ids}


def unsorted_contacts(view: CaseView) -> frozenset[str]:
    """In a case of several loans, the contacts of which nobody knows for which lender they are."""
    if len(view.state.loans) < 2:
        return frozenset()
    return frozenset(one.contact_id for one in view.contacts if one.lender_id is None)


def expanded(view: CaseView, group: str) -> tuple[str, ...]:
    """Every question that the one named *group* stands for on its card; none if it stands on none."""
    parts = (part for card in question_cards(view) for part in card.parts)
    return next((part.ids for part in parts if part.group == group), ())


def plain_cards(questions: Iterable[Question]) -> list[QuestionCard]:
    """Questions without a case behind them, one card each."""
    return [_card("one", [question], {}, {}, {}) for question in questions]


def _group(question: Question, contacts: dict[str, ContactRecord]) -> tuple[_Group, str]:
    name, _, owner = question.id.partition("@")
    contact, column = contacts.get(owner), COLUMN_BY_NAME.get(name)
    if column is not None and column.owner == "recipient":
        return "person", owner.partition("/")[0]  # what they are to one of several loans, too
    if name == SAME_CONTACT:
        return "one", question.id
    if contact is None:
        return ("law" if column is None and name not in _LOAN_FIELDS else "loan"), question.id
    if name in _WORDS:
        return "words", owner
    if name in PER_NUMBER and contact.from_number:
        return "number", f"{name}@{contact.from_number}"
    if name in _PER_DAY and contact.occurred_at:
        return "day", f"{name}@{shanghai_day(contact.occurred_at)}"
    return "one", question.id


def _card(
    kind: _Group, questions: list[Question], contacts: dict[str, ContactRecord], names: dict[str, str],
    lenders: dict[str, str],
) -> QuestionCard:  # fmt: skip
    owner = questions[0].id.partition("@")[2]
    owner = owner.partition("/")[0] if kind == "person" else owner
    rules = list(dict.fromkeys(rule for question in questions for rule in question.decides))
    shown = "、".join(rule_titles()[rule].zh for rule in rules[:3] if rule in rule_titles())
    parts = _parts(kind, questions, lenders)
    return QuestionCard(
        asks=_SAID if kind == "words" else _person_title(owner, names) if len(parts) > 1 else parts[0].asks,
        about=_about(kind, questions[0], owner, contacts, names, lenders),
        decides=Words(
            f"决定 {len(rules)} 条发现：{shown}{'等' if len(rules) > 3 else ''}",
            f"Decides {len(rules)} {'finding' if len(rules) == 1 else 'findings'}",
        )
        if rules
        else Words("决定算一次还是两次；弄清以前只算一次", "Decides whether it counts once or twice; until then once"),
        parts=parts,
        words=tuple(_said(question.id) for question in questions) if kind == "words" else (),
        rank=_rank(kind, questions),
        weight=len(rules),
        contacts=len({contact for question in questions for contact in question.contacts}),
        is_of_person=kind == "person",
    )


def _rank(kind: _Group, questions: list[Question]) -> int:
    ids = {question.id for question in questions}
    names = {id.partition("@")[0] for id in ids}
    if names <= _ONLY_THEIRS:
        return _RANKS["law"]
    is_seldom = names <= _SELDOM if kind == "loan" else ids == {_BORROWERS_OWN_NUMBER}
    return _RANKS[kind] + (2 if is_seldom else 0)


def _parts(kind: _Group, questions: list[Question], lenders: dict[str, str]) -> tuple[QuestionPart, ...]:
    if kind == "words":
        return ()
    if kind in {"number", "day"}:  # one answer for all calls of that number or day
        return (_part(questions[0], tuple(question.id for question in questions), lenders),)
    order = {name: number for number, name in enumerate(_PERSON_ORDER)}
    ordered = sorted(questions, key=lambda one: order.get(one.id.partition("@")[0], len(order)))
    return tuple(_part(question, (question.id,), lenders) for question in ordered)


def _part(question: Question, ids: tuple[str, ...], lenders: dict[str, str]) -> QuestionPart:
    name, _, owner = question.id.partition("@")
    common, column = common_ask(name), COLUMN_BY_NAME.get(name)
    is_day = name in {"contract_on", "overdue_since", "settled_on"}
    choices = () if is_day else _choices(name, column.values if column else (), column.type if column else "bool")
    english, lender = common.en if common else question.asks, lenders.get(question.id.rpartition("/")[2])
    if lender is not None:
        english = f"As to the loan from {lender}: {english}"
    contact = owner if name == "occurred_at" else ""
    return QuestionPart(ids=ids, asks=Words(question.asks, english), choices=choices, is_day=is_day, contact=contact)


def _person_title(owner: str, names: dict[str, str]) -> Words:
    name = names.get(owner) or "这个人"
    return Words(f"说说{name}", f"About {english_relation(names[owner]) if names.get(owner) else 'this person'}")


def said_words(column: str) -> Words:
    """What one column of the words of a contact says, as a thing to tick."""
    words = {
        "asks_payment": Words("催还款", "asked for payment"),
        "caller_identified": Words("说明了自己是谁、哪家机构、什么事", "named self, institution and purpose"),
    }
    return words.get(column) or Words(COLUMN_BY_NAME[column].title_zh, column.removeprefix("says_").replace("_", " "))


def _said(question: str) -> WordsChoice:
    return WordsChoice(question=question, label=said_words(question.partition("@")[0]))


def _about(
    kind: _Group, question: Question, owner: str, contacts: dict[str, ContactRecord], names: dict[str, str],
    lenders: dict[str, str],
) -> Words:  # fmt: skip
    contact = contacts.get(owner)
    if contact is None:
        if kind == "person" and names.get(owner):
            return Words(
                f"说的是{names[owner]}，{len(question.contacts)} 次联系", f"About {english_relation(names[owner])}"
            )
        count, lender = len(question.contacts), lenders.get(owner)
        zh = [f"说的是{lender}的借款"] * bool(lender) + [f"关系到 {count} 次联系"] * bool(count)
        en = [f"About the loan from {lender}"] * bool(lender) + [f"{count} contacts"] * bool(count)
        return Words("，".join(zh), ", ".join(en))
    if kind == "number":
        return Words(f"说的是号码 {contact.from_number}", f"About the number {contact.from_number}")
    day = spoken_day(contact.occurred_at)
    if kind == "day":
        return Words(
            f"说的是 {day}", f"About {shanghai_day(contact.occurred_at) if contact.occurred_at else 'that day'}"
        )
    who = names.get(contact.recipient_id or "", "")
    channel = value_words("channel", contact.channel) if contact.channel else None
    words = f"“{contact.text[:40]}”" if contact.text else ""
    return Words(
        f"说的是 {spoken_moment(contact.occurred_at, contact.time_precision)} 的{channel.zh if channel else '联系'}{f'（{who}）' if who else ''}{words}",
        f"About the {channel.en if channel else 'contact'} of "
        f"{spoken_moment(contact.occurred_at, contact.time_precision, 'en')} {words}",
    )


def _choices(name: str, values: tuple[str, ...], type: str) -> tuple[tuple[str, str, str], ...]:
    if values:
        return tuple((value, value_words(name, value).zh, value_words(name, value).en) for value in values)
    if type == "bool":
        return (("是", "是", "Yes"), ("否", "否", "No"))
    return ()
