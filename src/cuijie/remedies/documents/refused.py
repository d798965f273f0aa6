"""When the contacted people had said stop: what a claim that they were contacted all the same stands on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.documents.facts import Conduct
from cuijie.remedies.documents.incidents import Incident, Narrator
from cuijie.remedies.exhibits import places_of
from cuijie.remedies.material import Material
from cuijie.remedies.wording import day

__all__ = ["refusals", "refusing"]

_AFTER_REFUSAL = "cn.third-party.after-refusal"


def refusals(material: Material, narrator: Narrator, conducts: Sequence[Conduct]) -> tuple[Cell, ...]:
    """The refusals before the contacts that went on all the same, each with its exhibit; oldest first.

    A refusal that stands in no record is told as the person told it, with a blank for its proof.
    """
    told: list[Cell] = []
    for person_id, before in _gone_on(conducts).items():
        found = _recorded(person_id, before, material)
        told += [narrator.sentence(one) for one in found]
        person = material.people().get(person_id)
        if not found and person is not None and person.refused_at is not None:
            told.append(_as_told(person.refused_at, before, narrator))
    return tuple(told)


def refusing(material: Material, conducts: Sequence[Conduct]) -> tuple[Incident, ...]:
    """The same refusals as records, with the places in the exhibits where they stand."""
    return tuple(one for person, before in _gone_on(conducts).items() for one in _recorded(person, before, material))


def _gone_on(conducts: Sequence[Conduct]) -> dict[str, ContactRecord]:
    """The last contact with each person that went on after a refusal."""
    last: dict[str, ContactRecord] = {}
    for conduct in conducts:
        for one in conduct.incidents if conduct.rule == _AFTER_REFUSAL else ():
            last[one.contact.recipient_id or ""] = one.contact  # incidents are in order of time
    return last


def _recorded(person_id: str, before: ContactRecord, material: Material) -> tuple[Incident, ...]:
    entries = {entry.entry_id: entry for entry in material.state.entries}
    said = (one for one in material.contacts if one.contact_id in material.refusing and one.recipient_id == person_id)
    return tuple(
        Incident(number=0, contact=one, places=places_of(kept, material.exhibits) if kept else ())
        for one, kept in ((one, entries.get(one.contact_id)) for one in said)
        if _is_earlier(one, before)
    )


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
