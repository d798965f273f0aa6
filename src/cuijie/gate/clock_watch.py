"""Whether the gate's clock can be believed: a clock that is wrong would allow calls at night.

Nothing outside is asked.  The witnesses are at hand: the time that has run since the start (a counter that nobody sets),
the latest decision in the store, the clock of the store's own server, a time that a person has confirmed, and the year
in which this program was first written.  Where one of them contradicts, nobody can tell which is right: nothing is
allowed until they agree again or a person has looked, and nothing is released or dropped before any of them says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cuijie.clock import SHANGHAI, Clock
from cuijie.gate.decision import Reason
from cuijie.gate.stores.contract import GateStore

__all__ = ["ClockWatch"]

_FIRST = datetime(2025, 1, 1, tzinfo=UTC)  # no clock that was right has ever shown this program an earlier time
_AGAIN_S = 30.0  # how often the store is asked
_COUNTER = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def _elapsed_s() -> float:
    """Seconds since some moment, counted on while the computer sleeps, whatever its clock is set to."""
    return time.monotonic() if _COUNTER is None else time.clock_gettime(_COUNTER)


class ClockWatch:
    """Watches *clock*; differences up to *tolerance_s* are no matter.

    *confirmed* is a time at which a person found the clock right: it is no earlier since, and decisions that the
    store holds from later than now were made by a clock that was wrong then.
    """

    def __init__(
        self,
        clock: Clock,
        store: GateStore,
        *,
        tolerance_s: float,
        confirmed: datetime | None = None,
        elapsed: Callable[[], float] = _elapsed_s,
    ) -> None:
        self._store, self._elapsed = store, elapsed
        self._tolerance = timedelta(seconds=tolerance_s)
        self._confirmed = confirmed
        self._start = clock.now() - timedelta(seconds=elapsed())  # the instant at which the counter stood at 0
        self._server_starts: tuple[datetime, ...] = ()  # the same by the clocks of the store's servers
        self._look_at = elapsed()
        self._seen: Reason | None = None

    def doubt(self, now: datetime) -> Reason | None:
        """Why *now*, just read from the clock, cannot be believed; None if nothing speaks against it.

        Raises StoreUnreachable when the store is to be asked and does not answer.
        """
        elapsed = self._elapsed()
        if elapsed >= self._look_at:
            self._seen = self._by_the_store(now, elapsed)
            self._look_at = elapsed + _AGAIN_S
        return self.known_doubt(now)

    def known_doubt(self, now: datetime) -> Reason | None:
        """As ``doubt``, by what the store said when it was last asked."""
        elapsed = self._elapsed()
        jump = now - self._start - timedelta(seconds=elapsed)
        if abs(jump) > self._tolerance:
            return _reason(
                f"运行中时钟跳了 {_seconds(jump)} 秒（现在显示 {_shown(now)}）",
                f"The clock has jumped by {_seconds(jump)} s while the gate was running.",
            )
        if now < _FIRST:
            return _reason(f"时钟显示 {_shown(now)}，不可能对", f"The clock shows {now.year}, which cannot be right.")
        if self._confirmed is not None and self._confirmed - now > self._tolerance:
            return _reason(
                f"时钟显示 {_shown(now)}，比确认过的 {_shown(self._confirmed)} 还早",
                "The clock is behind the time confirmed in clock_confirmed.",
            )
        return self._seen

    def sure(self, now: datetime) -> datetime:
        """What may be released or dropped by: *now*, or while it is in doubt the earliest that any witness shows.

        A clock that is ahead would else give away what is held, and purge what is to be kept.  Raises as ``doubt``.
        """
        if self.doubt(now) is None:
            return now
        elapsed = timedelta(seconds=self._elapsed())
        return min(now, *(start + elapsed for start in (self._start, *self._server_starts)))

    def _by_the_store(self, now: datetime, elapsed: float) -> Reason | None:
        marks = self._store.clock_marks()
        self._server_starts = tuple([server - timedelta(seconds=elapsed) for server in marks.servers])
        for server in marks.servers:
            apart = now - server
            if abs(apart) > self._tolerance:
                return _reason(
                    f"时钟与存储服务器相差 {_seconds(apart)} 秒",
                    f"The clock and the store's server are {_seconds(apart)} s apart.",
                )
        if marks.servers:
            self._start = now - timedelta(seconds=elapsed)  # two clocks agree: a jump has set this one right
        if marks.latest is not None and self._confirmed is None and marks.latest - now > self._tolerance:
            return _reason(
                f"存储里已有 {_shown(marks.latest)} 的答复，时钟却显示 {_shown(now)}",
                "The store holds an answer given later than the clock shows now.",
            )
        return None


def _reason(zh: str, en: str) -> Reason:
    return Reason(
        code="clock",
        says=f"{zh}；时间不可信，一律不放行。请核对时钟，再重新启动（见 docs/gate.md）。",
        says_en=f"{en} Nothing is allowed until the clock is checked and the gate started anew; see docs/gate.md.",
    )


def _seconds(apart: timedelta) -> int:
    return round(apart.total_seconds())


def _shown(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")
