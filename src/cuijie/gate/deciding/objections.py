"""What forbids to allow whatever the rules say: a rulebook too old, a clock that cannot be believed."""

from __future__ import annotations

from datetime import datetime, timedelta

from cuijie.clock import shanghai_day
from cuijie.gate.clock_watch import ClockWatch
from cuijie.gate.decision import Reason
from cuijie.gate.settings import Settings
from cuijie.rulebook.edition import checked_on

__all__ = ["Objections"]


class Objections:
    """Looks at the rulebook's age and at the clock, by the lender's settings."""

    def __init__(self, settings: Settings, watch: ClockWatch | None) -> None:
        self._settings, self._watch = settings, watch
        most_s = settings.clock_difference_s
        self._most_apart = None if most_s is None else timedelta(seconds=most_s)
        self._fresh: object = None  # the hour in which the rulebook was found fresh enough

    def now(self, now: datetime) -> tuple[Reason, ...]:
        """What stands against every contact at *now*, just read from the clock.  Raises StoreUnreachable."""
        doubt = None if self._watch is None else self._watch.doubt(now)
        found = () if doubt is None else (doubt,)
        hour = (now.toordinal(), now.hour, now.tzinfo)
        if hour == self._fresh:
            return found
        stale = self.stale_since(now)
        self._fresh = hour if stale is None else None
        if stale is None:
            return found
        zh = f"规则书已 {stale} 天没有核对，超过设置的 {self._settings.older_than_days} 天，不放行。"
        en = f"The rulebook was last checked {stale} days ago."
        return (*found, Reason(code="rulebook_stale", says=zh, says_en=en))

    def sure(self, now: datetime) -> datetime:
        """See ``ClockWatch.sure``."""
        return now if self._watch is None else self._watch.sure(now)

    def of(self, at: datetime, now: datetime) -> tuple[Reason, ...]:
        """What stands against a contact *at* this time."""
        most = self._most_apart
        if most is None or -most <= at - now <= most:
            return ()
        most_s = self._settings.clock_difference_s
        zh, en = (
            f"occurred_at 与闸口的时钟相差超过 {most_s} 秒。",
            f"occurred_at is over {most_s} s from the gate's clock.",
        )
        return (Reason(code="clock", says=zh, says_en=en),)

    def stale_since(self, now: datetime) -> int | None:
        """How many days ago the rulebook was last checked, if that is longer than the setting allows."""
        allowed = self._settings.older_than_days
        age = (shanghai_day(now) - (self._settings.checked_on or checked_on())).days
        return age if allowed is not None and age > allowed else None
