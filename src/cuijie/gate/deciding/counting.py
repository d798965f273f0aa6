"""From window rules to counters: what one contact adds to which window, by the rule's own keys and limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from cuijie.clock import SHANGHAI
from cuijie.gate.deciding.answers import MONTHS, NO_CAP, Counting, amounts
from cuijie.gate.pseudonyms import PERSON_IDS
from cuijie.gate.stores.contract import Count, GateStore
from cuijie.gate.stores.tally import home_of_key
from cuijie.records import ContactRecord
from cuijie.rulebook.moments import DAY_US, MINUTE_US, has_time_of_day, micros_of

__all__ = ["NO_CAP", "by_values", "counts_of", "home_of_debtor"]

_PSEUDONYM = 32  # characters
_PERSONS = frozenset(PERSON_IDS)


def home_of_debtor(ids: Mapping[str, str]) -> str:
    """Where all that concerns a contact's debtor is kept; *ids* as ``RegisterBook.ids_of`` gives them."""
    for column in ("debtor_id", "loan_id", "recipient_id", "lender_id", "agency_id"):
        if column in ids:
            return ids[column]
    return "-"


def counts_of(
    contact: ContactRecord, ids: Mapping[str, str], counted: Sequence[Counting], at: datetime | None = None
) -> tuple[Count, ...]:
    """What *contact* with these *ids* adds to each window that counts it, made at its own time or *at* another.

    Agencies count together with their lender, as the rules have it, unless the setting says that each institution
    is counted by itself where a rule marks its adding up as disputed (``alone``).
    """
    when = at or contact.occurred_at
    if when is None or not counted:
        return ()
    local = when.astimezone(SHANGHAI)
    day, month = local.toordinal(), local.year * MONTHS + local.month - 1
    amount = contact.count or 1
    return tuple([
        _at_instant(contact, ids, item, local, at is None) if item.by_minute
        else _count(contact, ids, item, month if item.by_month else day, amount)
        for item in counted
    ])  # fmt: skip


def _at_instant(contact: ContactRecord, ids: Mapping[str, str], item: Counting, local: datetime, is_own: bool) -> Count:
    """A contact known to the minute or the day alone (*is_own*: as it tells itself) stands at the last instant at
    which it can be, and looks back from the first."""
    until, unsure = micros_of(local), 0
    if is_own and not has_time_of_day(contact.time_precision, local):
        midnight = micros_of(local.replace(hour=0, minute=0, second=0, microsecond=0))
        until, unsure = midnight + DAY_US - 1, DAY_US - 1
    elif is_own and contact.time_precision == "minute":
        until, unsure = until - until % MINUTE_US + MINUTE_US - 1, MINUTE_US - 1
    found = _count(contact, ids, item, until, contact.count or 1)
    return msgspec.structs.replace(found, span=found.span + unsure) if unsure else found


def by_values(
    store: GateStore, counted: Sequence[Counting], counts: Sequence[Count], now: datetime
) -> tuple[Count, ...]:
    """*counts* with what they add where different values are counted: one for a value nobody has settled yet, else none.

    A value held by others only adds one too, until one of them is settled: never too little is counted.
    """
    if not [item for item in counted if item.values]:
        return tuple(counts)
    usage = store.usage(counts, now)
    added = amounts(counted, usage, counts[0].amount)
    return tuple([msgspec.structs.replace(count, amount=one) for count, one in zip(counts, added, strict=True)])


def _count(contact: ContactRecord, ids: Mapping[str, str], item: Counting, bucket: int, amount: int) -> Count:
    parts, person, is_plain = [item.rule], "", True
    for name in item.columns:
        value = ids.get(name)
        if value is not None and name in _PERSONS:
            person = person or value
        else:
            if value is None:
                value = _institution(contact) if name == "institution_id" else item.fixed.get(name)
            value = "-" if value is None else _part(value)
            is_plain = is_plain and len(value) != _PSEUDONYM  # an institution may be named so as to look like one
        parts.append(value)
    key = "|".join(parts)
    return Count(
        home=person if person and is_plain else home_of_key(key),
        key=key,
        bucket=bucket,
        span=item.span,
        cap=NO_CAP if item.advisory else item.cap,
        amount=amount,
    )


def _part(text: str) -> str:
    """*text* as part of a key; a stroke in it must not look like the end of the part."""
    return text.replace("%", "%25").replace("|", "%7C") if "|" in text or "%" in text else text


def _institution(contact: ContactRecord) -> str | None:
    """Who acted: see ``institution_id`` in the rule language."""
    if contact.actor in ("lender", "assignee"):
        return contact.lender_id
    if contact.actor in ("agency", "platform") or contact.agency_id is not None:
        return contact.agency_id
    return None
