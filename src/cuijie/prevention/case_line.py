"""The line of time of a case: its contacts beside what its phone files show, each with its number as evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cuijie.prevention.apps.access import AppAccess
from cuijie.prevention.apps.guide import looks_like_loan_app
from cuijie.prevention.apps.line import PhoneLine, line_of_time
from cuijie.records import CaseState, ContactRecord
from cuijie.records.remedies import Exhibit
from cuijie.remedies.exhibits import places_of

__all__ = ["case_line", "chosen_apps"]


def chosen_apps(apps: Sequence[AppAccess]) -> tuple[AppAccess, ...]:
    """Those that look like loan apps; the only one whatever it is called."""
    return tuple(app for app in apps if len(apps) == 1 or looks_like_loan_app(app))


def case_line(
    apps: Sequence[AppAccess],
    item_ids: Collection[str],
    state: CaseState,
    contacts: Sequence[ContactRecord],
    exhibits: Sequence[Exhibit],
) -> PhoneLine:
    """Loan apps and contacts on one line; *item_ids* are the vault items of the phone files."""
    names = {one.person_id: one.relation_word or one.name or "" for one in state.persons}
    phone = "、".join(f"证据{one.number}" for one in exhibits if one.exhibit_id in item_ids)
    line = line_of_time(chosen_apps(apps), contacts, names)
    entries = {one.entry_id: one for one in state.entries}
    proofs = {"phone": phone}
    for event in line.events:
        entry = entries.get(event.contact_id or "")
        places = places_of(entry, exhibits) if entry else ()
        proofs |= {entry.entry_id: places[0].label()} if entry and places else {}
    return line_of_time(chosen_apps(apps), contacts, names, proofs)
