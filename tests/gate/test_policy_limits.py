"""A lender's own limits in the gate: a least gap between attempts, and a cap on different people; on every store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cuijie.gate import Decision, Gate
from cuijie.gate.stores.contract import GateStore
from cuijie.rulebook import Rulebook, load_rulebook
from tests.gate.asks import MORNING, MovingClock, a_gate, call
from tests.gate.deciding import decide, needs, settle, used, verdict
from tests.rulebook.builders import toy_rule, write_rule

_GAP, _PEOPLE = "xx.toy.gap", "xx.toy.people"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("policy")
    gap = toy_rule(
        "contacts() filter (where channel = 'call') > 1",
        "window",
        "window: {per: [debtor_id, lender_id], within: 1 hour}\n",
    )
    people = toy_rule(
        "count(distinct recipient_id) filter (where connected AND recipient_role = 'other') > 2",
        "window",
        "window: {per: [debtor_id, lender_id, month]}\n",
    )
    night = toy_rule("hour >= 22 OR hour < 8")
    write_rule(folder, gap.replace("xx.toy.loud", _GAP), "gap.yaml")
    write_rule(folder, people.replace("xx.toy.loud", _PEOPLE), "people.yaml")
    write_rule(folder, night.replace("xx.toy.loud", "xx.toy.night"), "night.yaml")
    return load_rulebook([folder], ours=False)


def at(gate: Gate, moment: datetime, **columns: Any) -> Decision:
    return decide(gate, call(**{"occurred_at": moment.isoformat(), **columns}))


def other(gate: Gate, hour: int, number: str, **told: Any) -> Decision:
    """Another person is called at that hour of the day after; how it went is told where it is known."""
    moment = MORNING.replace(hour=8) + timedelta(days=hour // 10, hours=hour % 10)
    decision = at(gate, moment, recipient_role="other", recipient_id=number)
    if decision.decision == "allow" and told:
        settle(gate, decision, **told)
    return decision


def test_a_second_attempt_within_the_hour_waits_for_the_hour_to_pass(book: Rulebook, store: GateStore) -> None:
    gate = a_gate(store, rulebook=book.only(_GAP))
    assert at(gate, MORNING).decision == "allow"
    early = at(gate, MORNING + timedelta(minutes=59))
    assert (early.decision, verdict(early, _GAP), used(early, _GAP)) == ("deny", "breach", (1, 1))
    assert early.retry_at == MORNING + timedelta(minutes=60)
    assert early.limits[0].window == "2026-03-02 09:59:00/2026-03-02 10:59:00"
    assert at(gate, early.retry_at).decision == "allow"


def test_the_hour_is_kept_from_what_comes_after_too_and_counts_for_one_debtor(book: Rulebook) -> None:
    gate = a_gate(rulebook=book.only(_GAP))
    assert at(gate, MORNING).decision == "allow"
    assert at(gate, MORNING - timedelta(minutes=30)).decision == "deny"
    assert at(gate, MORNING, debtor_id="d2").decision == "allow"
    assert at(gate, MORNING + timedelta(minutes=5), channel="sms").decision == "allow"


def test_the_time_named_is_lawful_by_every_rule(book: Rulebook) -> None:
    gate = a_gate(rulebook=book)
    evening = MORNING.replace(hour=21, minute=20)
    assert at(gate, evening).decision == "allow"
    late = at(gate, evening + timedelta(minutes=10))
    assert late.retry_at == MORNING.replace(hour=8, minute=0) + timedelta(days=1)  # 22:21 would be too late at night


def test_an_attempt_that_was_not_made_leaves_no_gap(book: Rulebook) -> None:
    gate = a_gate(rulebook=book.only(_GAP))
    settle(gate, at(gate, MORNING), made=False)
    assert at(gate, MORNING + timedelta(minutes=1)).decision == "allow"


def test_the_same_people_may_be_called_again_and_a_third_one_not(book: Rulebook, store: GateStore) -> None:
    gate = a_gate(store, rulebook=book.only(_PEOPLE), clock=MovingClock())
    assert other(gate, 0, "13800001011", connected=True).decision == "allow"
    second = other(gate, 1, "13800001012", connected=True)
    assert used(second, _PEOPLE) == (1, 2)
    third = other(gate, 2, "13800001013")
    assert (third.decision, used(third, _PEOPLE)) == ("deny", (2, 2))
    assert third.retry_at == datetime(2026, 4, 1, tzinfo=MORNING.tzinfo)
    for hour in (3, 4, 5):
        again = other(gate, hour, "13800001011", connected=True)
        assert (again.decision, used(again, _PEOPLE)) == ("allow", (2, 2))
    assert {limit.rule for limit in third.limits} == {_PEOPLE}
    assert len(third.limits) == 1


def test_who_was_not_reached_is_not_counted_and_who_is_being_called_is(book: Rulebook) -> None:
    gate = a_gate(rulebook=book.only(_PEOPLE), clock=MovingClock())
    assert other(gate, 0, "13800001011", connected=False).decision == "allow"
    assert other(gate, 1, "13800001012", connected=True).decision == "allow"
    in_flight = other(gate, 2, "13800001013")
    assert used(in_flight, _PEOPLE) == (1, 2)
    assert other(gate, 3, "13800001014").decision == "deny"
    settle(gate, in_flight, connected=False)
    assert other(gate, 4, "13800001014", connected=True).decision == "allow"
    assert other(gate, 5, "13800001015").decision == "deny"


def test_two_calls_to_one_person_in_flight_are_one_person_once_both_are_told(book: Rulebook) -> None:
    gate = a_gate(rulebook=book.only(_PEOPLE), clock=MovingClock())
    first, second = other(gate, 0, "13800001011"), other(gate, 1, "13800001011")
    assert (first.decision, second.decision) == ("allow", "allow")
    settle(gate, first, connected=True)
    settle(gate, second, connected=True)
    assert used(other(gate, 2, "13800001012"), _PEOPLE) == (1, 2)


def test_a_repetition_gets_the_same_answer_although_the_person_is_counted_by_then(book: Rulebook) -> None:
    gate = a_gate(rulebook=book.only(_PEOPLE), clock=MovingClock())
    asked: Mapping[str, Any] = call(recipient_role="other", recipient_id="13800001011")
    first = decide(gate, dict(asked))
    settle(gate, first, connected=True)
    assert decide(gate, dict(asked)) == first


def test_who_is_seen_again_within_a_week_counts_when_the_first_day_is_past(tmp_path: Path) -> None:
    weekly = toy_rule(
        "count(distinct recipient_id) filter (where channel = 'sms') > 2",
        "window",
        "window: {per: [debtor_id, lender_id], within: 7 days}\n",
    )
    write_rule(tmp_path, weekly)
    clock = MovingClock()
    gate = a_gate(rulebook=load_rulebook([tmp_path], ours=False), clock=clock)
    told = []
    for days, number in ((0, "13800001011"), (4, "13800001011"), (7, "13800001012"), (8, "13800001013")):
        clock.at = MORNING + timedelta(days=days)
        decision = at(gate, clock.at, channel="sms", recipient_role="other", recipient_id=number)
        told.append(decision.decision)
        if decision.decision == "allow":
            settle(gate, decision)
    assert told == ["allow", "allow", "allow", "deny"], "from the third day on the first person is there by the fifth"


def test_without_the_number_the_people_cannot_be_counted(book: Rulebook) -> None:
    asked = at(a_gate(rulebook=book.only(_PEOPLE)), MORNING, recipient_role="other", recipient_id=None)
    assert asked.decision == "cannot_decide"
    assert needs(asked) == {"recipient_id"}
