"""Whose phone or paper it is, and who the called person is: people of the case by number and by the user's word."""

from __future__ import annotations

import re
from dataclasses import replace

from cuijie.casefile import Case
from cuijie.intake.contact_columns import person_id_of
from cuijie.intake.merging.events import Outcome
from cuijie.intake.vocabulary import kin_word, relation_and_name, relation_of, role_of
from cuijie.records import Person
from cuijie.records.numbers import classify, is_masked, normalise

__all__ = ["DEBTOR", "People", "called", "owner_of"]

DEBTOR = "debtor"
_SOLE_ROLES = frozenset({"co_debtor", "heir", "agreed_contact"})  # words that can mean one person of a case


def owner_of(case: Case, word: str) -> tuple[str, Person | None]:
    """The owner id for the user's *word* (本人, 母亲, a name, a number, a person's id) and a person to be made.

    The person is None if it is the debtor or known to the case already.
    """
    word = word.strip()
    if not word or word == DEBTOR or role_of(word) == "debtor":
        return DEBTOR, None
    number = normalise(word) if any(character.isdigit() for character in word) else None
    kin, name = (None, None) if number else relation_and_name(word)
    role = role_of(word)
    people = list(case.each(Person))
    for person in people:
        names = {kin_word(one) for one in (person.name, person.relation_word) if one}
        is_named = kin_word(word) in names or (kin is not None and name is not None and name == person.name)
        if word == person.person_id or is_named or (number and number in person.numbers):
            return person.person_id, None
    sole = [one for one in people if role in _SOLE_ROLES and one.role == role]
    if len(sole) == 1:  # 紧急联系人, where the case knows one
        return sole[0].person_id, None
    person = Person(
        person_id=person_id_of(word),
        name=None if role else name,
        role=role,
        relation=relation_of(kin) if kin else None,
        relation_word=kin or (word if role in _SOLE_ROLES else None),
        numbers=(number,) if number else (),
    )
    return person.person_id, person


def called(word: str, person: Person) -> Person:
    """*person* under the user's *word* for them where it says what they are: 妻子 stays 妻子 with the relation 配偶.

    ``owner_of`` looks people up by that word; without it a second person of the same would be made.
    """
    kin, role = relation_and_name(word)[0], role_of(word)
    known = kin or (word if role in _SOLE_ROLES else None)
    return replace(person, relation_word=known or person.relation_word, role=person.role or role)


class People:
    """The people of a case while files are being taken in: finds one by number or by name."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._persons = {person.person_id: person for person in case.each(Person)}
        self._moved: dict[str, str] = {}

    def id_of(self, person_id: str) -> str:
        """The id under which a person an importer named is known in the case."""
        return self._moved.get(person_id, person_id)

    def place(self, person: Person) -> Outcome:
        """Puts *person* into the case, or adds what is new to the one it is."""
        known = self._persons.get(person.person_id) or self._same(person)
        if known is None:
            self._persons[person.person_id] = person
            self._case.put(person)
            return "kept"
        self._moved[person.person_id] = known.person_id
        joined = replace(
            known,
            name=known.name or person.name,
            role=known.role or person.role,
            relation=known.relation or person.relation,
            relation_word=known.relation_word or person.relation_word,
            numbers=tuple(dict.fromkeys((*known.numbers, *person.numbers))),
        )
        if joined == known:
            return "again"
        self._persons[known.person_id] = joined
        self._case.put(joined)
        return "merged"

    def _same(self, person: Person) -> Person | None:
        own = {number for number in person.numbers if not is_masked(number) and classify(number) != "service"}
        for known in self._persons.values():
            if own & set(known.numbers) and not _other_name(known, person):
                return known
            if _words(known) & _words(person) and not (known.numbers and person.numbers):
                return known
        return None


def _words(person: Person) -> set[str]:
    return {kin_word(word) for word in (person.name, person.relation_word) if word}


def _other_name(one: Person, other: Person) -> bool:
    """True if two cards give different names: a shared landline does not make two people one."""
    plain = [re.sub(r"\s", "", name) for name in (one.name, other.name) if name]
    names = [relation_and_name(name)[1] or name for name in plain]  # 姑姑赵桂兰 of an address book is 赵桂兰
    return len(set(names)) == 2 and not _words(one) & _words(other)
