"""The earliest lawful time is true: asked at that instant, the gate allows; an instant of the kind before, it does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.gate import Gate, ask_from_plain
from cuijie.gate.registers.rows import row_from_plain
from cuijie.gate.stores.contract import GateStore
from tests.gate.asks import MORNING, MovingClock, a_gate, call, third_party

_DAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)
_minutes = st.integers(min_value=0, max_value=3 * 1440 - 1)
_hours = st.sampled_from([None, "none", "20:00-23:00", "06:00-07:30,22:15-01:00", "00:00-23:59"])


@st.composite
def situations(draw: st.DrawFn) -> tuple[Gate, dict[str, Any]]:
    """A gate in which something has happened, and something to ask of it."""
    gate = a_gate()
    agreed = draw(_hours)
    if agreed is not None:
        gate.registers.enter(
            [row_from_plain({"column": "agreed_hours", "value": agreed, "debtor_id": "d1"}, where="r")]
        )
    if draw(st.booleans()):
        until = (_DAY + timedelta(minutes=draw(_minutes))).isoformat()
        row = {"column": "recipient_refused", "value": True, "recipient_id": "13800001003", "until": until}
        gate.registers.enter([row_from_plain(row, where="r")])
    for minute in draw(st.lists(_minutes, max_size=8)):
        at = (_DAY + timedelta(minutes=minute)).isoformat()
        gate.decide(ask_from_plain(call(occurred_at=at, hours_agreed=draw(st.sampled_from([None, True])))))
    kind = draw(st.sampled_from([call, third_party]))
    return gate, kind(occurred_at=(_DAY + timedelta(minutes=draw(_minutes))).isoformat())


@settings(max_examples=40)
@given(situations())
def test_asked_at_the_time_it_names_the_gate_allows(situation: tuple[Gate, dict[str, Any]]) -> None:
    gate, asked = situation
    decision = gate.decide(ask_from_plain(asked))
    if decision.decision == "allow":
        assert decision.retry_at is None
        return
    if decision.retry_at is not None:
        assert decision.retry_at > datetime.fromisoformat(asked["occurred_at"])
        assert decision.retry_at >= gate.clock.now()
        later = {**asked, "idempotency_key": "later", "occurred_at": decision.retry_at.isoformat()}
        assert gate.decide(ask_from_plain(later)).decision == "allow"


@settings(max_examples=12)
@given(situations())
def test_no_earlier_time_on_the_quarter_hour_is_lawful(situation: tuple[Gate, dict[str, Any]]) -> None:
    gate, asked = situation
    decision = gate.decide(ask_from_plain(asked))
    if decision.retry_at is None or decision.decision == "allow":
        return
    at = max(datetime.fromisoformat(asked["occurred_at"]) + timedelta(minutes=15), gate.clock.now())
    number = 0
    while at < decision.retry_at:
        number += 1
        probe = {**asked, "idempotency_key": f"probe {number}", "occurred_at": at.isoformat()}
        assert gate.decide(ask_from_plain(probe)).decision != "allow"
        at += timedelta(minutes=15)


def test_a_day_that_is_used_up_opens_again_on_the_next_morning() -> None:
    gate = a_gate()
    for _ in range(3):
        gate.decide(ask_from_plain(call()))
    decision = gate.decide(ask_from_plain(call()))
    assert decision.retry_at == datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)


def test_days_already_planned_full_are_passed_over() -> None:
    gate = a_gate()
    for day in ("02", "03", "04"):
        for _ in range(3):
            gate.decide(ask_from_plain(call(occurred_at=f"2026-03-{day}T12:00:00+08:00")))
    decision = gate.decide(ask_from_plain(call(occurred_at="2026-03-02T13:00:00+08:00")))
    assert decision.retry_at == datetime(2026, 3, 5, 8, tzinfo=SHANGHAI)


def test_what_time_cannot_mend_has_no_better_time() -> None:
    decision = a_gate().decide(ask_from_plain(call(recipient_role="other", debtor_reachable=True)))
    assert decision.decision == "deny"
    assert decision.retry_at is None


_LAST_NIGHT = "2026-03-01T23:00:00+08:00"


def test_of_a_time_that_is_past_the_earliest_is_now_or_later(store: GateStore) -> None:
    clock = MovingClock(MORNING + timedelta(hours=1, microseconds=250_000))
    gate = a_gate(store, clock=clock)
    night = call(occurred_at=_LAST_NIGHT, hours_agreed=False)
    assert gate.decide(ask_from_plain(night)).retry_at == clock.at, "by day it is lawful at once"
    for _ in range(3):
        gate.decide(ask_from_plain(call(occurred_at=clock.at.isoformat())))
    night = call(occurred_at=_LAST_NIGHT, hours_agreed=False)
    tomorrow = datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)
    assert gate.decide(ask_from_plain(night)).retry_at == tomorrow, "today is used up"
    clock.at = datetime(2026, 3, 3, 5, tzinfo=SHANGHAI)
    night = call(occurred_at=_LAST_NIGHT, hours_agreed=False)
    assert gate.decide(ask_from_plain(night)).retry_at == tomorrow, "now it is night too"


def test_of_a_time_that_is_past_the_earliest_is_held_against_the_registers_of_now(store: GateStore) -> None:
    gate = a_gate(store)
    row = {
        "column": "recipient_refused",
        "value": True,
        "recipient_id": "13800001003",
        "until": "2026-03-04T12:00:00+08:00",
    }
    gate.registers.enter([row_from_plain(row, where="r")])
    told = gate.decide(ask_from_plain(third_party(occurred_at=_LAST_NIGHT)))
    assert told.retry_at == datetime(2026, 3, 4, 12, tzinfo=SHANGHAI)
