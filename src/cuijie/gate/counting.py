"""From window rules to counters: what one contact adds to which window, by the rule's own keys and limit."""

from __future__ import annotations

from collections.abc import Sequence

from cuijie.clock import SHANGHAI
from cuijie.gate.answers import MONTHS, Counting
from cuijie.gate.pseudonyms import PERSON_IDS, Pseudonyms
from cuijie.gate.store import Count
from cuijie.gate.tally import home_of_key
from cuijie.records import ContactRecord

__all__ = ["NO_CAP", "Counters"]

NO_CAP = 1 << 40
"""The cap of a rule that only advises: everything fits."""


class Counters:
    """Names the counters of contacts; *pseudonyms* None where the ids are pseudonyms already.

    Agencies count together with their lender, as the rule has it, unless the setting says that each institution
    is counted by itself where the rule marks its adding up as disputed (``alone``).
    """

    def __init__(self, pseudonyms: Pseudonyms | None) -> None:
        self._pseudonyms = pseudonyms

    def pseudonym(self, column: str, value: str) -> str:
        """How *value* of *column* is called in a store."""
        return value if self._pseudonyms is None or column not in PERSON_IDS else self._pseudonyms.of(column, value)

    def home(self, contact: ContactRecord) -> str:
        """Where all that concerns the contact's debtor is kept."""
        for column in ("debtor_id", "loan_id", "recipient_id"):
            value = getattr(contact, column)
            if value is not None:
                return self.pseudonym(column, value)
        return contact.lender_id or contact.agency_id or "-"

    def counts(self, contact: ContactRecord, counted: Sequence[Counting]) -> tuple[Count, ...]:
        """What *contact*, which carries its time, adds to each window that counts it."""
        at = contact.occurred_at
        if at is None or not counted:
            return ()
        local = at.astimezone(SHANGHAI)
        day, month = local.toordinal(), local.year * MONTHS + local.month - 1
        amount = contact.count or 1
        return tuple([self._count(contact, item, day, month, amount) for item in counted])

    def _count(self, contact: ContactRecord, item: Counting, day: int, month: int, amount: int) -> Count:
        parts = [item.rule]
        for name in item.columns:
            value = item.fixed[name] if name in item.fixed else _own(contact, name)
            if value is not None and name in PERSON_IDS:
                value = self.pseudonym(name, value)
            parts.append(_part(value))
        key = "|".join(parts)
        return Count(
            home=home_of_key(key),
            key=key,
            bucket=month if item.by_month else day,
            span=item.span,
            cap=NO_CAP if item.advisory else item.cap,
            amount=amount,
        )


def _own(contact: ContactRecord, name: str) -> str | None:
    found: str | None = _institution(contact) if name == "institution_id" else getattr(contact, name)
    return found


def _part(value: str | None) -> str:
    """*value* as part of a key; a stroke in it must not look like the end of the part."""
    text = "-" if value is None else value
    return text.replace("%", "%25").replace("|", "%7C") if "|" in text or "%" in text else text


def _institution(contact: ContactRecord) -> str | None:
    """Who acted: see ``institution_id`` in the rule language."""
    if contact.actor in ("lender", "assignee"):
        return contact.lender_id
    if contact.actor in ("agency", "platform") or contact.agency_id is not None:
        return contact.agency_id
    return None
