"""A clock that contradicts its witnesses allows nothing: a jump, a store that is ahead, a year that cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cuijie.clock import FixedClock
from cuijie.gate.asking.asks import settlement_from_plain
from cuijie.gate.clock_watch import ClockWatch
from cuijie.gate.errors import NoLongerAllowed
from cuijie.gate.gate import Gate
from cuijie.gate.opening import open_gate
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.settings import Settings
from cuijie.gate.stores.contract import ClockMarks, GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.asks import KEY, MORNING, MovingClock, a_gate, an_ask, book

MINUTE = timedelta(minutes=1)


class Clock(MovingClock):
    """A wall clock that somebody sets, beside a counter that nobody can."""

    run_s = 0.0

    def elapsed(self) -> float:
        return self.run_s

    def passes(self, by: timedelta) -> None:
        self.at += by
        self.run_s += by.total_seconds()


class WithServer(MemoryStore):
    """A store whose server has a clock of its own."""

    server = MORNING

    def clock_marks(self) -> ClockMarks:
        return ClockMarks(servers=(self.server,))


def watched(clock: Clock, store: GateStore | None = None, *, confirmed: datetime | None = None) -> ClockWatch:
    return ClockWatch(clock, store or MemoryStore(), tolerance_s=60, confirmed=confirmed, elapsed=clock.elapsed)


def _watched_gate(store: GateStore, clock: Clock) -> Gate:
    settings = Settings(checked_on=MORNING.date())
    watch = watched(clock, store)
    return Gate(book(), store, pseudonyms=Pseudonyms(KEY), clock=clock, settings=settings, watch=watch)


def is_believed(watch: ClockWatch, clock: Clock) -> bool:
    return watch.doubt(clock.now()) is None


def test_a_clock_that_goes_on_with_the_time_is_believed() -> None:
    clock = Clock()
    watch = watched(clock)
    for _ in range(5):
        clock.passes(timedelta(hours=7, seconds=1))
        assert is_believed(watch, clock)


@pytest.mark.parametrize("jump", [timedelta(hours=-8), timedelta(hours=8), timedelta(seconds=61), -timedelta(days=400)])
def test_a_clock_set_while_the_gate_runs_is_not_believed_until_it_is_set_back(jump: timedelta) -> None:
    clock = Clock()
    watch = watched(clock)
    clock.at += jump
    doubt = watch.doubt(clock.now())
    assert doubt is not None
    assert doubt.code == "clock"
    assert "跳了" in doubt.says
    clock.at -= jump
    assert is_believed(watch, clock)


def test_a_small_correction_is_no_matter() -> None:
    clock = Clock()
    watch = watched(clock)
    clock.at += timedelta(seconds=59)
    assert is_believed(watch, clock)


@pytest.mark.parametrize("year", [1970, 2000, 2024])
def test_a_clock_from_before_the_program_is_not_believed(year: int) -> None:
    clock = Clock(datetime(year, 1, 1, tzinfo=UTC))
    assert not is_believed(watched(clock), clock)


def test_a_store_that_holds_later_answers_shows_that_the_clock_is_behind(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gate.db", durable=False)
    gate = a_gate(store)
    assert gate.decide(an_ask()).decision == "allow"
    clock = Clock(MORNING - timedelta(hours=6))
    reopened = SqliteStore(tmp_path / "gate.db", durable=False)
    doubt = watched(clock, reopened).doubt(clock.now())
    assert doubt is not None
    assert "2026-03-02 10:00:00" in doubt.says
    # a person has looked and found the clock right: it was the earlier one that was wrong
    assert is_believed(watched(clock, reopened, confirmed=clock.at), clock)
    clock.at -= 2 * MINUTE
    assert not is_believed(watched(clock, reopened, confirmed=MORNING), clock)


def test_answers_denied_by_a_clock_in_doubt_do_not_make_it_believed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gate.db", durable=False)
    a_gate(store).decide(an_ask())
    clock = Clock(MORNING - timedelta(hours=6))
    gate = _watched_gate(store, clock)
    for _ in range(3):
        told = gate.decide(an_ask(occurred_at=None))
        assert told.decision == "deny"
        assert "clock" in [reason.code for reason in told.reasons]
        clock.passes(MINUTE)


def test_the_clock_of_the_stores_server_is_a_witness() -> None:
    clock, store = Clock(MORNING + 2 * MINUTE), WithServer()
    watch = watched(clock, store)
    doubt = watch.doubt(clock.now())
    assert doubt is not None
    assert "120" in doubt.says
    clock.at = store.server  # set right: the server agrees, so the jump is no doubt
    clock.run_s += 60
    assert is_believed(watch, clock)


def test_of_two_clocks_that_disagree_the_earlier_one_releases() -> None:
    for apart in (-2 * MINUTE, 2 * MINUTE):
        clock, store = Clock(), WithServer()
        store.server = MORNING + apart
        assert watched(clock, store).sure(clock.now()) == min(MORNING, store.server)


def test_the_store_is_asked_only_now_and_then() -> None:
    clock, store = Clock(), WithServer()
    watch = watched(clock, store)
    assert is_believed(watch, clock)
    store.server -= timedelta(days=1)
    assert is_believed(watch, clock)
    clock.passes(MINUTE)
    assert not is_believed(watch, clock)


def test_what_was_allowed_does_not_begin_while_the_clock_is_in_doubt() -> None:
    clock = Clock()
    gate = _watched_gate(MemoryStore(), clock)
    allowed = gate.decide(an_ask())
    assert allowed.reservation is not None
    clock.at -= timedelta(hours=3)
    with pytest.raises(NoLongerAllowed, match="时钟跳了"):
        gate.begin(allowed.reservation)
    clock.at += timedelta(hours=3)
    gate.begin(allowed.reservation)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=3), timedelta(days=60)])
def test_a_clock_that_ran_ahead_for_a_while_has_released_and_purged_nothing(tmp_path: Path, ahead: timedelta) -> None:
    clock = Clock()
    gate = _watched_gate(SqliteStore(tmp_path / "gate.db", durable=False), clock)
    repeated = an_ask()
    first = gate.decide(repeated)
    held = [first, *(gate.decide(an_ask()) for _ in range(2))]
    assert [told.decision for told in held] == ["allow"] * 3
    clock.at += ahead
    assert gate.decide(an_ask(occurred_at=None)).decision == "deny"
    assert gate.expire() == ()
    assert gate.purge() == (0, 0)
    assert held[1].reservation is not None
    told = gate.settle(settlement_from_plain({"reservation": held[1].reservation, "connected": True}))
    assert told.state == "settled"
    clock.at -= ahead
    clock.passes(MINUTE)  # the store is looked at again: it holds no answer of a time to come
    fourth = gate.decide(an_ask())
    assert [reason.code for reason in fourth.reasons] == ["limit"]
    assert gate.decide(repeated).reservation == first.reservation


def test_what_a_clock_ahead_of_this_one_has_released_does_not_begin(tmp_path: Path) -> None:
    gate = a_gate(SqliteStore(tmp_path / "gate.db", durable=False))
    allowed = gate.decide(an_ask())
    assert gate.store.expire(MORNING + timedelta(minutes=16)) == (allowed.reservation,)
    assert allowed.reservation is not None
    with pytest.raises(NoLongerAllowed, match="已经过期"):
        gate.begin(allowed.reservation)


def test_the_computers_own_clock_is_watched_unless_the_settings_say_no() -> None:
    assert open_gate(Settings()).watch is not None
    assert open_gate(Settings(clock_jump_s=None)).watch is None
    assert open_gate(Settings(), clock=FixedClock(MORNING)).watch is None
