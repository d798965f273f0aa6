"""The life of a reservation: held, begun, settled, cancelled, expired; and what a settlement tells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cuijie.gate import settlement_from_plain
from cuijie.gate.errors import KeyReused, NoLongerAllowed, ReservationUnknown
from cuijie.gate.registers.rows import row_from_plain
from tests.gate.asks import MORNING, MovingClock, a_gate, call, third_party
from tests.gate.deciding import ATTEMPTS, CONNECTED, decide, settle, used, verdict


def test_a_call_in_flight_counts_as_answered_until_it_is_settled() -> None:
    gate = a_gate()
    flying = [decide(gate, call()) for _ in range(3)]
    denied = decide(gate, call())
    assert denied.decision == "deny"
    assert used(denied, CONNECTED) == (3, 3)
    assert [limit.in_flight for limit in denied.limits if limit.rule == CONNECTED] == [3]
    assert verdict(denied, CONNECTED) == "breach"
    settle(gate, flying[0], connected=False)
    allowed = decide(gate, call())
    assert allowed.decision == "allow"
    assert used(allowed, CONNECTED) == (2, 3)
    assert used(allowed, ATTEMPTS) == (3, 6)


def test_a_settlement_that_does_not_tell_whether_it_was_answered_counts_as_answered() -> None:
    gate = a_gate()
    settle(gate, decide(gate, call()))
    assert used(decide(gate, call()), CONNECTED) == (1, 3)


def test_seconds_of_talk_show_that_it_was_answered() -> None:
    gate = a_gate()
    settle(gate, decide(gate, call()), duration_s=30)
    after = decide(gate, call())
    assert used(after, CONNECTED) == (1, 3)
    assert used(after, ATTEMPTS) == (0, 6)


def test_a_contact_never_made_frees_its_place() -> None:
    gate = a_gate()
    settle(gate, decide(gate, call()), made=False)
    assert used(decide(gate, call()), CONNECTED) == (0, 3)


def test_a_crash_between_reserving_and_dialling_is_released_after_the_timeout() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    for _ in range(3):
        decide(gate, call())
    assert decide(gate, call()).decision == "deny"
    clock.forward(minutes=15)
    assert decide(gate, call()).decision == "allow"


def test_a_contact_that_began_holds_its_place_until_it_is_settled() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    flying = [decide(gate, call()) for _ in range(3)]
    for decision in flying:
        gate.begin(str(decision.reservation))
    clock.forward(hours=2)
    assert gate.expire() == ()
    assert decide(gate, call()).decision == "deny"


def test_what_was_refused_between_the_answer_and_the_dialling_does_not_begin() -> None:
    gate = a_gate()
    decision = decide(gate, third_party())
    other = decide(gate, third_party(recipient_id="13800001004"))
    gate.registers.enter(
        [row_from_plain({"column": "recipient_refused", "value": True, "recipient_id": "13800001003"}, where="r")]
    )
    with pytest.raises(NoLongerAllowed, match="第三人要求停止后继续联系"):
        gate.begin(str(decision.reservation))
    gate.begin(str(other.reservation))
    assert gate.settle(settlement_from_plain({"reservation": decision.reservation, "made": False})).state == "cancelled"


def test_what_has_expired_does_not_begin_so_that_no_limit_is_passed() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    first = [decide(gate, call()) for _ in range(3)]
    clock.forward(minutes=16)
    assert [decide(gate, call()).decision for _ in range(4)] == ["allow"] * 3 + ["deny"]
    for decision in first:
        with pytest.raises(NoLongerAllowed, match="过期"):
            gate.begin(str(decision.reservation))


def test_the_same_beginning_told_twice_is_no_fault_even_after_a_refusal() -> None:
    gate = a_gate()
    decision = decide(gate, third_party())
    gate.begin(str(decision.reservation))
    gate.registers.enter(
        [row_from_plain({"column": "recipient_refused", "value": True, "recipient_id": "13800001003"}, where="r")]
    )
    gate.begin(str(decision.reservation))


def test_a_late_settlement_counts_what_happened_and_says_so() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    decision = decide(gate, call())
    clock.forward(hours=1)
    assert gate.expire() == (decision.reservation,)
    settled = gate.settle(settlement_from_plain({"reservation": decision.reservation, "connected": True}))
    assert settled.state == "late"
    assert used(decide(gate, call()), CONNECTED) == (1, 3)


def test_settling_what_was_never_allowed_is_an_error() -> None:
    with pytest.raises(ReservationUnknown):
        a_gate().settle(settlement_from_plain({"reservation": "nothing.1"}))
    with pytest.raises(ReservationUnknown):
        a_gate().begin("nothing.1")


def test_a_second_settlement_that_says_otherwise_is_refused() -> None:
    gate = a_gate()
    decision = decide(gate, call())
    settle(gate, decision, connected=True)
    settle(gate, decision, connected=True)
    with pytest.raises(KeyReused):
        settle(gate, decision, connected=False)


def test_what_the_contact_broke_as_it_happened_is_told_when_it_is_settled() -> None:
    gate = a_gate()
    bank = decide(gate, call(lender_type="commercial_bank", product="credit_card"))
    settled = gate.settle(
        settlement_from_plain(
            {"reservation": bank.reservation, "connected": True, "recorded": False, "says_insult": True}
        )
    )
    assert {"cn.recording.missing", "cn.insult"} <= {rule.id for rule in settled.rules}


def test_insults_told_at_settlement_count_towards_the_months_limit() -> None:
    gate = a_gate()
    for _ in range(3):
        settle(gate, decide(gate, call(channel="sms")), says_insult=True)
    decision = decide(gate, call(channel="sms", says_insult=True))
    assert used(decision, "cn.harassment.repeated-abuse") == (3, 2)


@pytest.mark.parametrize("ended_at", [None, "2026-03-02T10:00:00+08:00", "2027-03-02T10:00:00+08:00"])
def test_a_refusal_heard_is_heeded_at_once_whatever_the_callers_clock_says(ended_at: str | None) -> None:
    clock = MovingClock(MORNING + timedelta(milliseconds=400))
    gate = a_gate(clock=clock)
    told = {"reservation": decide(gate, third_party()).reservation, "recipient_refused": True, "ended_at": ended_at}
    gate.settle(settlement_from_plain(told))
    assert decide(gate, third_party()).decision == "deny"  # in the same second, its time cut to the second


def test_a_debtor_who_answered_today_can_be_reached_and_no_third_party_is_called() -> None:
    gate = a_gate()
    assert decide(gate, third_party()).decision == "allow"
    settle(gate, decide(gate, call()), connected=True, duration_s=60)
    denied = decide(gate, third_party(occurred_at="2026-03-02T11:00:00+08:00"))
    assert denied.decision == "deny"
    assert "debtor_reachable" in denied.overruled
    assert verdict(denied, "cn.third-party.debtor-reachable") == "breach"
    assert decide(gate, third_party(occurred_at="2026-03-03T11:00:00+08:00")).decision == "allow"
