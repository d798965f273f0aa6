"""Findings and questions as the pages show them: plain words first, law and evidence folded below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from cuijie.assessment import Assessment
from cuijie.assessment.degrees import LEVEL_WORDS, TIER_WORDS
from cuijie.assessment.explaining import Explanation, Incident, explain_all
from cuijie.assessment.value_words import value_words
from cuijie.datafiles import Words
from cuijie.desk.contacts.timeline import DEGREES
from cuijie.desk.naming import groups_of
from cuijie.desk.relations import english_relation
from cuijie.desk.standing import CaseView, once_per_judging
from cuijie.records import Certainty, Claimant, ContactRecord
from cuijie.records.names import spoken_names
from cuijie.rulebook import load_rulebook

__all__ = ["ContactLine", "FindingCard", "LawCard", "cards_of", "finding_cards", "rule_titles"]

_SAME = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLine:
    """One contact under a finding."""

    id: str
    when: Words
    summary: Words
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LawCard:
    """One provision under a finding."""

    tier: Words
    cite: str
    role: str
    says: Words
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One finding as a card."""

    rule: str
    title: Words
    certainty: Certainty
    claimants: tuple[Claimant, ...]
    what: Words
    why: Words
    contacts: tuple[ContactLine, ...]
    laws: tuple[LawCard, ...]
    further: tuple[Words, ...]
    strength: Words
    stronger: tuple[Words, ...]
    lenders: str = ""  # for whom they collected, where the case has several loans and it is known
    same_more: int = 0  # findings of the same rule (other days, other numbers) that are not shown


@cache
def rule_titles() -> dict[str, Words]:
    """The title of every rule."""
    return {linked.rule.id: linked.rule.title for linked in load_rulebook().rules}


@once_per_judging
def finding_cards(view: CaseView) -> list[FindingCard]:
    """Every finding, the most certain first; people in the user's own words."""
    names = dict(spoken_names(view.state.persons))
    return _without_many(_with_lenders(cards_of(view.assessment, names | groups_of(view)), view))


def _with_lenders(cards: list[FindingCard], view: CaseView) -> list[FindingCard]:
    """One rule is often broken for each of several lenders: a finding then says for which."""
    named = {one.loan_id: one.lender_name or one.platform_name or "" for one in view.state.loans}
    if len(named) < 2:
        return cards
    loans = {contact.contact_id: named.get(contact.loan_id or "", "") for contact in view.contacts}
    return [
        replace(card, lenders="、".join(dict.fromkeys(filter(None, (loans.get(line.id) for line in card.contacts)))))
        for card in cards
    ]


def _without_many(cards: list[FindingCard]) -> list[FindingCard]:
    """Of very many findings of one rule the first few; the last of them says how many more there are."""
    total, met = Counter(card.rule for card in cards), Counter[str]()
    kept = []
    for card in cards:
        met[card.rule] += 1
        if met[card.rule] < _SAME:
            kept.append(card)
        elif met[card.rule] == _SAME:
            kept.append(replace(card, same_more=total[card.rule] - _SAME))
    return kept


def cards_of(assessment: Assessment, names: dict[str, str]) -> list[FindingCard]:
    """The findings of any assessment as cards, the most certain first."""
    cards = [_card(explanation, names) for explanation in explain_all(assessment)]
    return sorted(cards, key=lambda card: DEGREES.index(card.certainty))


def _card(explanation: Explanation, names: dict[str, str]) -> FindingCard:
    finding = explanation.part.finding
    return FindingCard(
        rule=finding.rule,
        title=explanation.title,
        certainty=finding.certainty,
        claimants=finding.claimants,
        what=_what(explanation, names),
        why=explanation.why,
        contacts=tuple(_line(incident, names) for incident in explanation.incidents),
        laws=tuple(
            LawCard(
                tier=TIER_WORDS[law.tier],
                cite=law.cite,
                role=law.role,
                says=law.says,
                confidence=law.confidence,
            )
            for law in explanation.law
        ),
        further=tuple(
            Words(f"{more.cite}：{more.needs.zh}", f"{more.cite}: {more.needs.en}") for more in explanation.further
        ),
        strength=Words(
            f"{LEVEL_WORDS[explanation.strength.level].zh}。" + "".join(w.zh for w in explanation.strength.says),
            f"{LEVEL_WORDS[explanation.strength.level].en.capitalize()}. "
            + " ".join(w.en for w in explanation.strength.says),
        ),
        stronger=tuple(Words(zh, en) for zh, en in zip(explanation.stronger.zh, explanation.stronger.en, strict=False)),
    )


def _who(contact: ContactRecord, names: dict[str, str]) -> str:
    """Who was called, in the user's own word."""
    unnamed = "本人" if contact.recipient_id == "debtor" or contact.recipient_role == "debtor" else "被联系的人"
    return names.get(contact.recipient_id or "", "") or unnamed


def _what(explanation: Explanation, names: dict[str, str]) -> Words:
    contacts = [incident.contact for incident in explanation.incidents]
    if not contacts:
        return Words("从借款本身的情况看出来的。", "Seen from the loan itself.")
    window = explanation.part.window
    if window is not None:
        unit, times = ("次", "times") if window.distinct is None else ("个不同的人或号码", "different ones")
        if explanation.part.finding.certainty == "to_judge":
            return Words(
                f"这段时间里至少 {window.at_least} {unit}。法律没有写满几次算违反，请人判断。",
                f"At least {window.at_least} {times} in this span. No law sets a number; for a person to judge.",
            )
        return Words(
            f"这段时间里至少 {window.at_least} {unit}，超过 {window.limit} {unit[0]}。",
            f"At least {window.at_least} {times} in this span; the limit is {window.limit}.",
        )
    people = list(dict.fromkeys(_who(contact, names) for contact in contacts))
    shown = "、".join(people[:4]) + ("等" if len(people) > 4 else "")
    days = [incident.at[:10] for incident in explanation.incidents if incident.at]
    if not days:
        return Words(f"时间不详，涉及{shown}。", "At times not known.")
    first, last = min(days), max(days)
    span = _spoken(first) + (f"到{_spoken(last)}" if last != first else "")
    return Words(f"{span}，涉及{shown}。", f"{first} to {last}." if last != first else f"{first}.")


def _spoken(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def _when(at: str) -> Words:
    """When it was, to the minute: a timeline has no seconds."""
    day, _, clock = at.partition(" ")
    return Words(f"{_spoken(day)} {clock[:5]}".strip(), at[:16]) if at else Words("时间不详", "time not known")


def _line(incident: Incident, names: dict[str, str]) -> ContactLine:
    contact = incident.contact
    who = _who(contact, names)
    channel = value_words("channel", contact.channel) if contact.channel else None
    return ContactLine(
        id=contact.contact_id,
        when=_when(incident.at),
        summary=Words(
            f"{channel.zh if channel else '联系'} → {who}",
            f"{channel.en if channel else 'contact'} → {english_relation(who)}",
        ),
        words=contact.text or "",
    )
