"""The timeline as the page shows it: one row per contact or candidate, with its words marked and its findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from cuijie.assessment.answers import SAME_CONTACT
from cuijie.assessment.text_reader import TextReader
from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.naming import PLACES, place_words, reached
from cuijie.desk.relations import english_relation
from cuijie.desk.render import marked, spoken_day
from cuijie.desk.standing import CaseView, once_per_judging, once_per_view
from cuijie.intake.vocabulary import kin_word
from cuijie.reading import read
from cuijie.records import Certainty, ContactRecord, Entry, Finding, Person

__all__ = [
    "DEGREES",
    "SIGNS",
    "Row",
    "TimelineFilter",
    "candidate_count",
    "collecting",
    "contact_count",
    "contacted_people",
    "findings_by_contact",
    "first_contact",
    "months_of",
    "name_of",
    "not_counted",
    "numbers_used",
    "own_people",
    "page_of",
    "place_of_day",
    "points",
    "row_of",
    "rows",
    "sign_of",
    "told_again",
]

DEGREES: tuple[Certainty, ...] = ("established", "likely", "to_judge")
SIGNS: tuple[str, ...] = (*DEGREES, "unknown", "none")
"""What a picture marks a contact with, the gravest first; *unknown*: no finding yet, and a question open about it."""
_REMARK = re.compile(r"[（(].*$")  # 陈露(同事)
_CHANNELS = {
    "call": Words("电话", "call"),
    "robot_call": Words("机器人电话", "robot call"),
    "sms": Words("短信", "SMS"),
    "im": Words("聊天", "chat"),
    "email": Words("邮件", "e-mail"),
    "letter": Words("信函", "letter"),
    "visit": Words("上门", "visit"),
    "public_post": Words("公开发布", "public post"),
}
_OTHER = Words("其他", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineFilter:
    """What to show: every field empty shows all that is tied to a collector."""

    rule: str = ""
    person: str = ""
    number: str = ""
    candidates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the timeline."""

    entry_id: str
    at: datetime | None
    precision: str | None
    who: str  # the person called, in the user's own words
    channel: Words
    number: str | None
    counterpart: str | None
    is_from_owner: bool
    answered: bool | None
    duration_s: int | None
    words: Markup | None
    text_kind: str | None
    findings: tuple[Finding, ...]
    is_open: bool  # no finding yet, and a question about it has no answer
    is_candidate: bool
    is_other_purpose: bool  # a code, an advert, a receipt: shown, not judged
    sources: int
    place: str | None = None  # the chat group or public place it was written in


def name_of(person_id: str, persons: dict[str, Person]) -> str:
    """The user's own word for a person, with the name where one is known; a group or public place as such."""
    person = persons.get(person_id)
    if person is None:
        return "本人" if person_id == "debtor" else PLACES.get(person_id, person_id)
    if person.role == "debtor":
        return person.relation_word or "本人"
    word, name = person.relation_word or "", person.name or ""
    return f"{word} {name}".strip() or person_id


def _words(entry: Entry, contact: ContactRecord | None) -> Markup | None:
    if not entry.text:
        return None
    if contact is None or contact.text != entry.text or entry.inbound is False:
        return marked(entry.text, [])
    return marked(entry.text, TextReader(read).places(contact))


@once_per_judging
def _other_purpose(view: CaseView) -> frozenset[str]:
    return frozenset(one.contact_id for one in view.assessment.inputs.other_purpose)


def _row(view: CaseView, entry: Entry, contact: ContactRecord | None, found: tuple[Finding, ...]) -> Row:
    persons = {person.person_id: person for person in view.state.persons}
    dated = contact if entry.occurred_at is None and contact is not None else entry  # the day may be an answer
    return Row(
        entry_id=entry.entry_id,
        at=dated.occurred_at,
        precision=dated.time_precision,
        who=name_of(entry.owner, persons),
        channel=_CHANNELS.get(entry.channel or "", _OTHER),
        number=entry.number,
        counterpart=entry.counterpart_name or entry.signature,
        is_from_owner=entry.inbound is False,
        answered=entry.connected,
        duration_s=entry.duration_s,
        words=_words(entry, contact),
        text_kind=entry.text_kind,
        findings=found,
        is_open=entry.inbound is not False and sign_of(view, entry) == "unknown",
        is_candidate=entry.tie is None,
        is_other_purpose=entry.entry_id in _other_purpose(view),
        sources=len(entry.places),
        place=place_words(entry),
    )


def row_of(view: CaseView, entry: Entry) -> Row:
    """The row of one entry."""
    contact = next((one for one in view.contacts if one.contact_id == entry.entry_id), None)
    found = tuple(one for one in view.assessment.findings if entry.entry_id in one.contacts)
    return _row(view, entry, contact, found)


def own_people(view: CaseView) -> Callable[[Entry], bool]:
    """Whether an entry is with one of the people of the case, by number or by the name in the phone: no collector."""
    people = view.state.persons
    numbers = frozenset(number for person in people for number in person.numbers)
    names = {kin_word(word) for person in people for word in (person.name, person.relation_word) if word}

    def is_known(entry: Entry) -> bool:
        name = kin_word(_REMARK.sub("", entry.counterpart_name or ""))
        return entry.number in numbers or name in names

    return is_known


def _shown(view: CaseView, wanted: TimelineFilter) -> list[Entry]:
    of_rule = None
    if wanted.rule:
        of_rule = frozenset(c for f in view.assessment.findings if f.rule == wanted.rule for c in f.contacts)
    is_known = own_people(view)
    return [
        entry
        for entry in view.state.entries
        if entry.channel is not None
        and not entry.is_dismissed
        and (entry.tie is None) == wanted.candidates
        and not (wanted.candidates and is_known(entry))  # family and friends are not asked about
        and (not wanted.person or reached(entry) == wanted.person)
        and (not wanted.number or entry.number == wanted.number)
        and (of_rule is None or entry.entry_id in of_rule)
    ]


@once_per_judging
def findings_by_contact(view: CaseView) -> dict[str, list[Finding]]:
    """The findings each contact is named in."""
    by_contact: dict[str, list[Finding]] = {}
    for finding in view.assessment.findings:
        for contact_id in finding.contacts:
            by_contact.setdefault(contact_id, []).append(finding)
    return by_contact


@once_per_judging
def _asked_about(view: CaseView) -> frozenset[str]:
    return frozenset(contact for question in view.assessment.questions for contact in question.contacts)


def sign_of(view: CaseView, entry: Entry) -> str:
    """Which of SIGNS marks *entry*."""
    found = findings_by_contact(view).get(entry.entry_id, ())
    unsettled = "unknown" if entry.entry_id in _asked_about(view) else "none"
    return next((one for one in DEGREES if any(finding.certainty == one for finding in found)), unsettled)


def rows(view: CaseView, wanted: TimelineFilter, *, start: int, count: int) -> tuple[list[Row], int]:
    """Rows *start* … of the wanted contacts in the order of time, and how many there are in all."""
    named = findings_by_contact(view)
    shown = _shown(view, wanted)
    contacts = {contact.contact_id: contact for contact in view.contacts}
    return [
        _row(view, entry, contacts.get(entry.entry_id), tuple(named.get(entry.entry_id, ())))
        for entry in shown[start : start + count]
    ], len(shown)


def page_of(view: CaseView, wanted: TimelineFilter, entry_id: str, size: int) -> int:
    """The page on which *entry_id* stands; 1 if it is not among the wanted."""
    shown = [entry.entry_id for entry in _shown(view, wanted)]
    return shown.index(entry_id) // size + 1 if entry_id in shown else 1


def place_of_day(view: CaseView, wanted: TimelineFilter, day: date, size: int) -> tuple[int, date | None]:
    """The page with the first wanted contact on or after *day* (else the last of all), and that contact's own day."""
    dated = [
        (number, shanghai_day(entry.occurred_at))
        for number, entry in enumerate(_shown(view, wanted))
        if entry.occurred_at is not None
    ]
    number, found = next((one for one in dated if one[1] >= day), dated[-1] if dated else (0, None))
    return number // size + 1, found


def months_of(view: CaseView, wanted: TimelineFilter) -> list[tuple[date, int]]:
    """The first of every month with wanted contacts, and how many it has."""
    days = (shanghai_day(entry.occurred_at) for entry in _shown(view, wanted) if entry.occurred_at is not None)
    return sorted(Counter(day.replace(day=1) for day in days).items())


@once_per_view
def candidate_count(view: CaseView) -> int:
    """How many entries nobody has yet tied to a collector or called private."""
    return len(_shown(view, TimelineFilter(candidates=True)))


def contact_count(view: CaseView) -> int:
    """How often collectors called or wrote: what the people of the case wrote to them is none of it."""
    return sum(contact.direction != "inbound" for contact in view.contacts)


def undated(view: CaseView) -> list[str]:
    """The contacts by collectors of which no day is known: no law can be held against them."""
    return [one.contact_id for one in view.contacts if one.occurred_at is None and one.direction != "inbound"]


@once_per_view
def collecting(view: CaseView) -> list[Entry]:
    """Every call and message of a collector to one of the people, but those plainly not sent to collect."""
    others = _other_purpose(view)
    return [
        entry
        for entry in view.state.entries
        if entry.tie is not None
        and entry.channel is not None
        and entry.inbound is not False
        and not entry.is_dismissed
        and entry.entry_id not in others
    ]


def first_contact(view: CaseView) -> datetime | None:
    """When a collector first called or wrote; None where nothing is dated."""
    return min((entry.occurred_at for entry in collecting(view) if entry.occurred_at is not None), default=None)


@once_per_view
def contacted_people(view: CaseView) -> list[tuple[str, str, int]]:
    """(id, word, contacts) of every person contacted and of the PLACES written in, most contacted first."""
    persons = {person.person_id: person for person in view.state.persons}
    tally = Counter(reached(entry) for entry in collecting(view))
    return [(owner, name_of(owner, persons), number) for owner, number in tally.most_common()]


def not_counted(view: CaseView) -> int:
    """How many messages of collectors are shown and not counted: codes, adverts, receipts."""
    return len(_other_purpose(view))


def told_again(view: CaseView) -> int:
    """How many contacts of the timeline may be another one told again: judged as one until the user says which."""
    is_asked = any(question.id.startswith(f"{SAME_CONTACT}@") for question in view.assessment.questions)
    return max(0, len(collecting(view)) - contact_count(view)) if is_asked else 0


@once_per_view
def numbers_used(view: CaseView) -> list[tuple[str, int]]:
    """(number, contacts) of every number of a collector, most used first."""
    tied = (e for e in view.state.entries if e.tie is not None and not e.is_dismissed and e.channel)
    return Counter(entry.number for entry in tied if entry.number).most_common()


def points(view: CaseView, slug: str, language: str = "zh") -> dict[str, object]:
    """Day × hour points by sign for the picture; a contact without an hour is not drawn (the list shows it)."""
    persons = {person.person_id: person for person in view.state.persons}
    dated = [entry for entry in collecting(view) if entry.time_precision != "day"]
    days: dict[date, int] = {}
    drawn: dict[str, list[list[object]]] = {sign: [] for sign in SIGNS}
    for entry in dated:
        if entry.occurred_at is None:
            continue
        local = entry.occurred_at.astimezone(SHANGHAI)
        column = days.setdefault(local.date(), len(days))
        channel, who = _CHANNELS[entry.channel or "call"], name_of(reached(entry), persons)
        label = (
            f"{spoken_day(local, 'en')} {local:%H:%M} {channel.en} → {english_relation(who)}"
            if language == "en"
            else f"{local.month}月{local.day}日 {local:%H:%M} {channel.zh} → {who}"
        )
        drawn[sign_of(view, entry)].append(
            [column, local.hour + local.minute / 60, label, f"/c/{slug}/timeline?at={entry.entry_id}#{entry.entry_id}"]
        )
    kept = {sign: listed for sign, listed in drawn.items() if listed}
    return {
        "days": [f"{day.month}/{day.day}" for day in days],
        "points": kept,
        "first": next(iter(kept), "none"),
    }
