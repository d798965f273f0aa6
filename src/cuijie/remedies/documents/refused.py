"""When the contacted people had said stop: what a claim that they were contacted all the same stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.documents.facts import Conduct
from cuijie.remedies.documents.incidents import Incident, Narrator
from cuijie.remedies.exhibits import places_of
from cuijie.remedies.material import Material
from cuijie.remedies.wording import day

__all__ = ["refusals"]

_AFTER_REFUSAL = "cn.third-party.after-refusal"


def refusals(material: Material, narrator: Narrator, conducts: Sequence[Conduct]) -> tuple[Cell, ...]:
    """The refusals before the contacts that went on all the same, each with its exhibit; oldest first.

    A refusal that stands in no record is told as the person told it, with a blank for its proof.
    """
    last: dict[str, ContactRecord] = {}
    for conduct in conducts:
        for one in conduct.incidents if conduct.rule == _AFTER_REFUSAL else ():
            last[one.contact.recipient_id or ""] = one.contact  # incidents are in order of time
    return tuple(cell for person, contact in last.items() for cell in _of(person, contact, material, narrator))


def _of(person_id: str, before: ContactRecord, material: Material, narrator: Narrator) -> Iterator[Cell]:
    entries = {entry.entry_id: entry for entry in material.state.entries}
    found = [
        one
        for one in material.contacts
        if one.contact_id in material.refusing and one.recipient_id == person_id and _is_earlier(one, before)
    ]
    for one in found:
        entry = entries.get(one.contact_id)
        places = places_of(entry, material.exhibits) if entry else ()
        yield narrator.sentence(Incident(number=0, contact=one, places=places))
    person = material.people().get(person_id)
    if not found and person is not None and person.refused_at is not None:
        yield _as_told(person.refused_at, before, narrator)


def _is_earlier(one: ContactRecord, other: ContactRecord) -> bool:
    return one.occurred_at is not None and (other.occurred_at is None or one.occurred_at < other.occurred_at)


def _as_told(at: datetime, contact: ContactRecord, narrator: Narrator) -> Cell:
    local = at.astimezone(SHANGHAI)
    clock = f"{local.hour}时{local.minute:02d}分" if (local.hour, local.minute) != (0, 0) else ""
    words = f"{day(local.date())}{clock}，{narrator.recipient(contact)}已经明确要求不再联系"
    return (
        Run(text=words, kind="data"),
        Run(text="（"),
        Run(text="证据：　　　　", kind="blank", ref="evidence"),
        Run(text="）"),
    )
