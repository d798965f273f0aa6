"""The iPhone's address book (``AddressBook.sqlitedb``): to know who a number is, used only inside the case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cuijie.intake.contact_columns import person_id_of
from cuijie.intake.containers.sqlite_image import Tables
from cuijie.intake.found import Card
from cuijie.intake.source import Source
from cuijie.intake.vocabulary import relation_of
from cuijie.records import Person
from cuijie.records.numbers import normalise

__all__ = ["person_of_card", "read_people"]

_PHONE: Final = 3


def person_of_card(name: str | None, numbers: list[str]) -> Person | None:
    """The person a contact card names, or None for a card without a name and without a number."""
    known = tuple(dict.fromkeys(number for written in numbers if (number := normalise(written)) and len(number) >= 3))
    if not name and not known:
        return None
    return Person(
        person_id=person_id_of("|".join([name or "", *sorted(known)])),
        name=name,
        relation=relation_of(name) if name else None,
        relation_word=name if name and relation_of(name) else None,
        numbers=known,
    )


def read_people(source: Source, tables: Tables) -> Iterator[Card]:
    """Every card with its telephone numbers."""
    numbers: dict[object, list[str]] = {}
    for row in tables.rows("ABMultiValue", ("record_id", "property", "value")):
        if row.get("property") == _PHONE and row.get("value"):
            numbers.setdefault(row.get("record_id"), []).append(str(row["value"]))
    for row in tables.rows("ABPerson", ("First", "Last", "Middle", "Organization", "Nickname", "DisplayName")):
        parts = "".join(str(row[part]) for part in ("Last", "Middle", "First") if row.get(part))
        fallback = next((str(row[part]) for part in ("DisplayName", "Nickname", "Organization") if row.get(part)), None)
        person = person_of_card(parts or fallback, numbers.get(row["rowid"], []))
        if person is not None:
            yield Card(person=person)
