"""From window rules to counters: what one contact adds to which window, by the rule's own keys and limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from cuijie.clock import SHANGHAI
from cuijie.gate.decision import Limit
from cuijie.gate.judging import Counting
from cuijie.gate.pseudonyms import PERSON_IDS, Pseudonyms
from cuijie.gate.store import Count, Usage
from cuijie.records import ContactRecord
from cuijie.rulebook import LinkedRule
from cuijie.rulebook.columns import Value
from cuijie.rulebook.windows import window_of

__all__ = ["NO_CAP", "Counters", "limit_of"]

NO_CAP = 1 << 40
"""The cap of a rule that only advises: everything fits."""
_TIME = ("day", "month")
_CALENDAR_MONTHS = 12


class _Layout:
    """How the contacts of one window rule are counted."""

    def __init__(self, linked: LinkedRule, *, agencies_apart: bool) -> None:
        window = window_of(linked)
        apart = (window.alone,) if agencies_apart and window.alone is not None else ()
        self.columns = tuple(dict.fromkeys((*(name for name in window.per if name not in _TIME), *apart)))
        self.by_month = window.within_days is None and "day" not in window.per
        self.span = window.within_days or 1
        self.cap = window.limit
        self.prefix = linked.rule.id


class Counters:
    """The counters of one rulebook.

    Agencies count together with their lender, as the rule has it; ``agencies_apart`` is the narrower reading, in
    which each institution is counted by itself where the rule marks that its adding up is disputed.
    """

    def __init__(self, pseudonyms: Pseudonyms, rules: Iterable[LinkedRule], *, agencies_apart: bool = False) -> None:
        self._pseudonyms = pseudonyms
        windows = [linked for linked in rules if linked.rule.about == "window"]
        self._layouts = {linked.rule.id: _Layout(linked, agencies_apart=agencies_apart) for linked in windows}

    def home(self, contact: ContactRecord) -> str:
        """Where all that concerns the contact's debtor is kept."""
        for column in ("debtor_id", "loan_id", "recipient_id"):
            value = getattr(contact, column)
            if value is not None:
                return self._pseudonyms.of(column, value)
        return contact.lender_id or contact.agency_id or "-"

    def counts(self, contact: ContactRecord, counted: Sequence[Counting]) -> tuple[Count, ...]:
        """What *contact*, which carries its time, adds to each window that counts it."""
        at = contact.occurred_at
        if at is None or not counted:
            return ()
        local = at.astimezone(SHANGHAI)
        day, month = local.toordinal(), local.year * _CALENDAR_MONTHS + local.month - 1
        amount = contact.count or 1
        return tuple([self._count(contact, item, day, month, amount) for item in counted])

    def _count(self, contact: ContactRecord, item: Counting, day: int, month: int, amount: int) -> Count:
        layout = self._layouts[item.linked.rule.id]
        home, parts = "", [layout.prefix]
        for name in layout.columns:
            value = item.fixed[name] if name in item.fixed else _own(contact, name)
            if isinstance(value, str) and name in PERSON_IDS:
                value = self._pseudonyms.of(name, value)
                home = home or value
            parts.append(_part(value))
        return Count(
            home=home or str(parts[1] if len(parts) > 1 else "-"),
            key="|".join(parts),
            bucket=month if layout.by_month else day,
            span=layout.span,
            cap=NO_CAP if item.advisory else layout.cap,
            amount=amount,
        )

    def cap(self, rule: str) -> int:
        """The most contacts that keep *rule*."""
        return self._layouts[rule].cap

    def limit(self, item: Counting, usage: Usage) -> Limit:
        """How much of one limit is used, for showing."""
        layout = self._layouts[item.linked.rule.id]
        return Limit(
            rule=layout.prefix,
            used=usage.settled + usage.held,
            in_flight=usage.held,
            cap=layout.cap,
            per=layout.columns,
            window=_window(layout, usage.first_bucket),
        )


def limit_of(limits: Sequence[Limit], rule: str) -> Limit | None:
    """The limit of *rule* among *limits*."""
    return next((limit for limit in limits if limit.rule == rule), None)


def _window(layout: _Layout, first: int) -> str:
    if layout.by_month:
        return f"{first // _CALENDAR_MONTHS:04d}-{first % _CALENDAR_MONTHS + 1:02d}"
    start = date.fromordinal(first)
    return f"{start}" if layout.span == 1 else f"{start}/{start + timedelta(days=layout.span - 1)}"


def _own(contact: ContactRecord, name: str) -> str | None:
    found: str | None = _institution(contact) if name == "institution_id" else getattr(contact, name)
    return found


def _part(value: Value) -> str:
    """*value* as part of a key; a stroke in it must not look like the end of the part."""
    text = "-" if value is None else str(value)
    return text.replace("%", "%25").replace("|", "%7C") if "|" in text or "%" in text else text


def _institution(contact: ContactRecord) -> str | None:
    """Who acted: see ``institution_id`` in the rule language."""
    if contact.actor in ("lender", "assignee"):
        return contact.lender_id
    if contact.actor in ("agency", "platform") or contact.agency_id is not None:
        return contact.agency_id
    return None
