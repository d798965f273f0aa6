"""What the pages call whoever was contacted: a person by the user's own word, a group or public place by its name."""

from __future__ import annotations

from cuijie.assessment.entry_records import is_group
from cuijie.desk.standing import CaseView, once_per_judging
from cuijie.records import Entry

__all__ = ["PLACES", "groups_of", "place_words", "reached"]

PLACES = {"group": "群里", "public": "公开处"}
"""Where many read along, beside the people of a case: what was written there reached no single one of them."""


def reached(entry: Entry) -> str:
    """The person (id) an entry reached, or which of PLACES it stood in."""
    if entry.kind == "public_post":
        return "public"
    return "group" if entry.group_name is not None else entry.owner


def place_words(entry: Entry) -> str | None:
    """The group or public place by its name, where there is one; a group that already says so stays as it is."""
    place, name = reached(entry), entry.group_name
    if place not in PLACES:
        return None
    if name is None or place == "public":
        return name or PLACES[place]
    return name if name.startswith("群") else f"群“{name}”"


@once_per_judging
def groups_of(view: CaseView) -> dict[str, str]:
    """What each group or public place that was written in is called, by its recipient id."""
    named = {entry.entry_id: words for entry in view.state.entries if (words := place_words(entry))}
    return {
        contact.recipient_id: named[contact.contact_id]
        for contact in view.contacts
        if contact.recipient_id and is_group(contact.recipient_id) and contact.contact_id in named
    }
