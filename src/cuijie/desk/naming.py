"""What the pages call whoever was contacted: a person by the user's own word, a chat group by its name."""

from __future__ import annotations

from cuijie.assessment.entry_records import is_group
from cuijie.desk.standing import CaseView, once_per_judging

__all__ = ["group_words", "groups_of"]


def group_words(name: str) -> str:
    """A group by its name; what already says that it is one stays as it is."""
    return name if name.startswith("群") else f"群“{name}”"


@once_per_judging
def groups_of(view: CaseView) -> dict[str, str]:
    """What each contacted group is called, by its recipient id."""
    named = {entry.entry_id: entry.group_name for entry in view.state.entries if entry.group_name}
    return {
        contact.recipient_id: group_words(named[contact.contact_id])
        for contact in view.contacts
        if contact.recipient_id and is_group(contact.recipient_id) and contact.contact_id in named
    }
