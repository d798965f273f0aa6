"""The clock that is passed in, and the one zone Chinese law counts days in.

``datetime.now()`` is called here and nowhere else, so that a test, a replay or a court's question
"what did the program hold to be the time?" has one place to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = ["SHANGHAI", "Clock", "FixedClock", "SystemClock", "shanghai_day"]

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the present instant, timezone-aware."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """This computer's own clock: what it says may be wrong, and is called so wherever it is shown."""

    def now(self) -> datetime:
        """The present instant by this computer, in UTC."""
        return datetime.now(tz=UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for replays and tests."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant


def shanghai_day(instant: datetime) -> date:
    """The calendar day of *instant* in Asia/Shanghai; *instant* must carry a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone has no day")
    return instant.astimezone(SHANGHAI).date()
