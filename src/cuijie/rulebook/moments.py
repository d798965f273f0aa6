"""Instants as whole microseconds, and when a contact can have happened, as exactly as its record tells."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord
from cuijie.rulebook.errors import RulebookError

__all__ = [
    "DAY_US",
    "DAY_ZERO",
    "EIGHT_HOURS_US",
    "EPOCH",
    "HOUR_US",
    "MINUTE_US",
    "has_time_of_day",
    "instant_of",
    "micros_of",
    "possible_span",
]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_ZERO = date(1970, 1, 1)
MINUTE_US, HOUR_US, DAY_US = 60_000_000, 3_600_000_000, 86_400_000_000
EIGHT_HOURS_US = 8 * HOUR_US  # Asia/Shanghai has been UTC+8 without summer time since 1991-09-15


def has_time_of_day(precision: str | None, local: datetime) -> bool:
    """Whether the time of day is known: never of a bare date; midnight sharp of unstated precision may be one."""
    if precision is None:
        return (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0)
    return precision != "day"


def instant_of(contact: ContactRecord) -> datetime | None:
    """When the contact was made; None if not known.  Raises RulebookError for an instant without a zone."""
    at = contact.occurred_at
    if at is not None and at.tzinfo is None:
        raise RulebookError(f"联系 {contact.contact_id} 的时间没有时区。", remedy="时间要写明时区，如 +08:00。")
    return at


def micros_of(instant: datetime) -> int:
    """*instant* in microseconds since 1970-01-01 UTC."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # thrice as fast as dividing


def possible_span(contact: ContactRecord) -> tuple[datetime, datetime] | None:
    """The first and the last instant at which the contact can have happened; None if its time is not known."""
    at = contact.occurred_at
    if at is None:
        return None
    local = at.astimezone(SHANGHAI)
    if has_time_of_day(contact.time_precision, local):
        return at, at
    start = datetime.combine(local.date(), time(), SHANGHAI)
    return start, start + timedelta(days=1)
