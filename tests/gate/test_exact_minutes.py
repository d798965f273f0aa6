"""Windows of minutes are exact to the microsecond on every store, and the gate and the rulebook say the same of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.gate import Decision, Gate
from cuijie.gate.stores.contract import Count, GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, load_rulebook
from cuijie.rulebook.moments import micros_of
from tests.gate.asks import MORNING, MovingClock, a_gate, an_ask, call
from tests.gate.deciding import decide, settle
from tests.gate.stores.test_contract import HOME, a_claim, a_count
from tests.gate.stores.test_contract import settle as settle_claim
from tests.rulebook.builders import toy_rule, write_rule

_T = micros_of(MORNING)
_HALF_HOUR = 30 * 60_000_000


def at(after_s: float = 0, *, cap: int = 1) -> Count:
    return a_count(bucket=_T + round(after_s * 1_000_000), span=_HALF_HOUR, cap=cap)


def expected(count: Count, taken: dict[int, int]) -> tuple[int, int]:
    """How many are in the fullest window with the count, and the first bucket of the earliest such window, by trying all."""
    starts = sorted({count.bucket - count.span + 1, *(t - count.span + 1 for t in taken), *(t + 1 for t in taken)})
    tried = [
        (-sum(n for t, n in taken.items() if start <= t < start + count.span), start)
        for start in starts
        if start <= count.bucket < start + count.span
    ]
    most, start = min(tried)
    return -most, start


def test_what_is_just_so_far_apart_is_in_no_window_together_and_a_microsecond_less_is(store: GateStore) -> None:
    assert store.claim(a_claim("a", [at(0)])).kind == "reserved"
    assert store.claim(a_claim("b", [at(1800 - 1e-6)])).kind == "full"
    assert store.claim(a_claim("c", [at(-1800 + 1e-6)])).kind == "full"
    assert store.claim(a_claim("d", [at(1800)])).kind == "reserved"
    assert store.claim(a_claim("e", [at(-1800)])).kind == "reserved"
    assert store.near([at(900), at(7200)], MORNING) == ((_T, _T + _HALF_HOUR), ())


def test_any_run_of_contacts_is_counted_alike_by_every_store_and_by_hand(store: GateStore) -> None:
    drawn, taken = random.Random(7), dict[int, int]()  # noqa: S311 -- the same on every machine
    with store.batch():  # what is not written yet counts too
        for number in range(60):
            count = at(drawn.randrange(4 * 3600) + drawn.choice([0, 0.5, 1e-6]), cap=3)
            most, first = expected(count, taken)
            claimed = store.claim(a_claim(f"k{number}", [count]))
            assert (claimed.usage[0].held + claimed.usage[0].settled, claimed.usage[0].first_bucket) == (most, first)
            assert (claimed.kind == "reserved") == (most < 3)
            fate = drawn.choice(["held", "settled", "cancelled"])
            if claimed.kind == "reserved" and fate != "held":
                settle_claim(store, f"k{number}", [count] if fate == "settled" else [], made=fate == "settled")
            if claimed.kind == "reserved" and fate != "cancelled":
                taken[count.bucket] = taken.get(count.bucket, 0) + 1
    assert store.near([at(7200)], MORNING)[0] == tuple(
        sorted(t for t in taken if abs(t - _T - 7200_000_000) < _HALF_HOUR)
    )


def test_instants_move_between_stores_and_are_forgotten_when_nothing_holds_them(store: GateStore) -> None:
    store.add([at(0, cap=9), at(0, cap=9), at(60)])
    store.claim(a_claim("held", [at(120, cap=9)]))
    between = MemoryStore()
    between.load(store.dump())
    for one in (store, between):
        (used,) = one.usage([at(0)], MORNING)
        assert (used.settled, used.held) == (3, 1)
    assert sum(store.forget(MORNING + timedelta(days=1))) > 0
    (used,) = store.usage([at(0)], MORNING)
    assert used.held == 1, "what is held is never forgotten"
    settle_claim(store, "held", [], made=False)
    assert sum(store.forget(MORNING + timedelta(days=1))) > 0
    assert store.near([at(0)], MORNING) == ((),)


def test_instants_are_taken_in_from_another_store(store: GateStore) -> None:
    before = MemoryStore()
    before.add([at(0), at(60), at(7200)])
    before.claim(a_claim("held", [at(90, cap=9)]))
    store.load(before.dump())
    assert store.near([at(0)], MORNING) == ((_T, _T + 60_000_000, _T + 90_000_000),)
    assert store.reservation(f"{HOME}.held") is not None
    settle_claim(store, "held", [])
    (used,) = store.usage([at(0)], MORNING)
    assert (used.settled, used.held) == (2, 0)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("gap")
    rule = "contacts() filter (where channel = 'sms') > 1"
    write_rule(folder, toy_rule(rule, "window", "window: {per: [debtor_id, lender_id], within: 30 minutes}\n"))
    return load_rulebook([folder], ours=False)


def text(gate: Gate, after: timedelta, **columns: Any) -> Decision:
    return decide(gate, call(channel="sms", occurred_at=(MORNING + after).isoformat(), **columns))


def test_half_an_hour_after_a_text_the_next_is_allowed_to_the_second(book: Rulebook, store: GateStore) -> None:
    gate = a_gate(store, rulebook=book)
    assert text(gate, timedelta()).decision == "allow"
    early = text(gate, timedelta(minutes=29, seconds=59))
    assert (early.decision, early.retry_at) == ("deny", MORNING + timedelta(minutes=30))
    assert early.limits[0].window == "2026-03-02 09:59:59/2026-03-02 10:29:59"
    assert text(gate, timedelta(minutes=30)).decision == "allow"


def test_a_text_known_to_the_minute_alone_holds_until_it_is_surely_long_enough_ago(book: Rulebook) -> None:
    gate = a_gate(rulebook=book)
    sent = an_ask(channel="sms", contact_id="c", time_precision="minute").contact
    assert gate.count([sent]) == ()
    early = text(gate, timedelta(minutes=30, seconds=30))
    assert (early.decision, early.retry_at) == ("deny", MORNING + timedelta(minutes=31))
    assert text(gate, timedelta(minutes=31)).decision == "allow"


def test_a_text_known_to_the_day_alone_holds_all_that_day(book: Rulebook) -> None:
    gate = a_gate(rulebook=book)
    assert gate.count([replace(an_ask(channel="sms", contact_id="c").contact, time_precision="day")]) == ()
    next_day = MORNING.replace(hour=0) + timedelta(days=1)
    early = text(gate, next_day - MORNING + timedelta(minutes=29))
    assert (early.decision, early.retry_at) == ("deny", next_day + timedelta(minutes=30))


@settings(max_examples=25)
@given(gaps=st.lists(st.sampled_from([0, 1, 600, 1799, 1800, 1801, 3600]), min_size=1, max_size=12))
def test_the_gate_denies_just_where_the_rulebook_would_find_a_breach(book: Rulebook, gaps: list[int]) -> None:
    gate, clock, made = a_gate(rulebook=book), MovingClock(), list[ContactRecord]()
    for number, gap in enumerate(gaps):
        clock.forward(seconds=gap)
        ask = an_ask(channel="sms", contact_id=f"c{number}", occurred_at=clock.at.isoformat())
        judged = book.judge([*made, ask.contact])
        decision = gate.decide(ask)
        assert (decision.decision == "deny") == any(window.verdict == "breach" for window in judged.windows)
        if decision.decision == "allow":
            settle(gate, decision)
            made.append(ask.contact)
