"""Whether something was said before a contact, as far as the times of both are known."""

from __future__ import annotations

from datetime import datetime

from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord
from cuijie.records.contact import TimePrecision

__all__ = ["precision_of_day_or_moment", "was_before"]

_FORMS = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}
_COARSEST_FIRST: tuple[TimePrecision, ...] = ("day", "minute", "second")


def was_before(said_at: datetime, precision: TimePrecision, record: ContactRecord) -> bool | None:
    """Whether what was said at *said_at* came before the contact.

    None where the contact has no time, and where both fall on one day, or in one minute, and no more is known.
    """
    if record.occurred_at is None:
        return None
    known = next(one for one in _COARSEST_FIRST if one in {precision, record.time_precision or "second"})
    said, contact = (at.astimezone(SHANGHAI).strftime(_FORMS[known]) for at in (said_at, record.occurred_at))
    if said == contact:
        return None if known != "second" else said_at < record.occurred_at
    return said < contact


def precision_of_day_or_moment(at: datetime) -> TimePrecision:
    """How precisely a person gave *at*: a midnight is a day without its time, a full minute is that minute."""
    local = at.astimezone(SHANGHAI)
    if local.second or local.microsecond:
        return "second"
    return "minute" if local.hour or local.minute else "day"
