"""What of a source the user wants taken in: days, numbers, and which people of an address book.

These files hold other people's lives too; what was not asked for is counted and left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cuijie import canonical
from cuijie.casefile import Case, Item, ItemFacts
from cuijie.clock import shanghai_day
from cuijie.intake.found import IntakeError
from cuijie.intake.gather import Given
from cuijie.intake.streams import sha256_of
from cuijie.intake.vocabulary import kin_word
from cuijie.records import Entry, Payment, Person
from cuijie.records.numbers import is_masked, normalise

__all__ = ["Choice", "Seen", "chosen_item", "make_choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Days are days in Asia/Shanghai, both included; numbers are normalised.  An empty choice takes everything."""

    since: date | None = None
    until: date | None = None
    numbers: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()  # names, relation words or numbers of people wanted from address books
    only_matching: bool = False  # the original export is not kept, only what matches

    @property
    def limits(self) -> bool:
        """True if records can be left out."""
        return bool(self.since or self.until or self.numbers)

    def wants(self, record: Entry | Payment) -> bool:
        """False for a record outside the days or numbers; one whose time is unknown is not left out for its time."""
        day = shanghai_day(record.occurred_at) if record.occurred_at is not None else None
        if day is not None and ((self.since and day < self.since) or (self.until and day > self.until)):
            return False
        return not (self.numbers and isinstance(record, Entry)) or record.number in self.numbers

    def plain(self) -> Mapping[str, canonical.CanonicalValue]:
        """The choice in words for the vault."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "numbers": sorted(self.numbers),
        }


def make_choice(
    *,
    since: date | None = None,
    until: date | None = None,
    numbers: Iterable[str] = (),
    people: Iterable[str] = (),
    only_matching: bool = False,
) -> Choice:
    """The choice in the user's words; raises IntakeError for a number that is none, or for days in the wrong order."""
    known = set()
    for written in numbers:
        number = normalise(written)
        if number is None or is_masked(number):
            raise IntakeError(f"“{written}”不是完整的号码，没法按它挑选。", remedy="请写完整的号码，例如 17000001188。")
        known.add(number)
    if since and until and since > until:
        raise IntakeError(f"开始日期 {since} 在结束日期 {until} 之后。", remedy="请把两个日期对调。")
    if only_matching and not (since or until or known):
        raise IntakeError(
            "“只收符合条件的”需要先给出条件。",
            remedy="请加上 --since、--until 或 --number；想整份收进就去掉 --only-matching。",
        )
    words = frozenset(word for written in people for word in _words_of(written))
    return Choice(since=since, until=until, numbers=frozenset(known), people=words, only_matching=only_matching)


def _words_of(written: str) -> set[str]:
    number = normalise(written) if any(character.isdigit() for character in written) else None
    return {number} if number else {kin_word(written)}


@dataclass(frozen=True, slots=True)
class Seen:
    """Whom a case has met: numbers, and names of those who are known by a name only."""

    numbers: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, case: Case) -> Seen:
        """Everyone in the entries and among the persons of *case*."""
        numbers: set[str] = set()
        names: set[str] = set()
        for entry in case.each(Entry):
            if entry.number and not is_masked(entry.number):
                numbers.add(entry.number)
            elif entry.counterpart_name:
                names.add(entry.counterpart_name)
        for person in case.each(Person):
            numbers.update(number for number in person.numbers if not is_masked(number))
            names |= cls.words_of([person])
        return cls(frozenset(numbers), frozenset(names))

    def has(self, person: Person, choice: Choice) -> bool:
        """True if *person* of an address book is known to the case, or named by the user; never by a number's ending."""
        words = self.words_of([person])
        return bool(words & (choice.people | self.names) or self.numbers.intersection(person.numbers))

    @staticmethod
    def words_of(people: Sequence[Person]) -> set[str]:
        """The names, relation words (one for each relative) and numbers of *people*."""
        words = {number for person in people for number in person.numbers}
        return words | {kin_word(word) for person in people for word in (person.name, person.relation_word) if word}


def chosen_item(case: Case, given: Given, choice: Choice, owner: str) -> Item:
    """In place of an export that the user does not want kept: its name, size and SHA-256, and what was chosen of it."""
    with given.open() as stream:
        digest = sha256_of(stream).hex()
    told = canonical.encode(
        {
            "name": given.path.name,
            "size": given.size,
            "sha256": digest,
            "chosen": choice.plain(),
            "original": "not kept",
        }
    )
    about = ItemFacts(
        name=f"{given.path.name}（只收所选）.json",
        media_type="application/json",
        owner=owner,
        source_path=given.folder or None,
        modified_at=given.modified_at,
        extra=(("original_sha256", digest), ("original", "not_kept")),
    )
    return case.keep(io.BytesIO(told), about)
