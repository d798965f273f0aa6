"""The gate and the rulebook are one: what the gate let through, the rulebook finds no fault with."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.gate import Gate, Settings, ask_from_plain, settlement_from_plain
from cuijie.gate.judging.conduct import conduct
from cuijie.gate.judging.judge import Judge, judge_of
from cuijie.gate.stores.contract import GateStore
from cuijie.records import ContactRecord
from tests.gate.asks import MORNING, MovingClock, a_gate, book, call, third_party
from tests.gate.deciding import CONNECTED

_START = datetime(2026, 3, 2, 7, tzinfo=SHANGHAI)
_step = st.fixed_dictionaries(
    {
        "minutes": st.integers(1, 90),
        "third": st.booleans(),
        "connected": st.sampled_from([True, False, None]),
        "columns": st.fixed_dictionaries(
            {},
            optional={
                "debtor_id": st.sampled_from(["d1", "d2"]),
                "lender_type": st.sampled_from(["commercial_bank", "microloan", "consumer_finance", None]),
                "product": st.sampled_from(["credit_card", "online_consumer", None]),
                "channel": st.sampled_from(["call", "robot_call", "sms", "visit", None]),
                "hours_agreed": st.sampled_from([True, False]),
                "recipient_refused": st.sampled_from([True, False, None]),
                "debtor_reachable": st.sampled_from([True, False, None]),
                "number_masked": st.sampled_from([True, False, None]),
                "asks_payment": st.sampled_from([True, False, None]),
                "number_source": st.sampled_from(["debtor", "bought", "contact_list", None]),
            },
        ),
    }
)


def _kept(contact: ContactRecord, connected: bool | None) -> ContactRecord:
    """The contact as it was made, every duty done."""
    fulfilled: dict[str, Any] = {name: duty.value for name, duty in conduct().items() if getattr(contact, name) is None}
    is_call = contact.channel in ("call", "robot_call")
    return replace(contact, connected=connected if is_call else None, **fulfilled)


@cache
def _judge() -> Judge:
    return judge_of(book(), Settings(checked_on=MORNING.date()))


def _one_of_many(clock: MovingClock) -> Gate:
    """A gate whose judge has judged for all gates before it, as one that runs for years: it remembers, and must not err."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cuijie.gate.gate.judge_of", lambda *_: _judge())
        return a_gate(clock=clock)


@settings(max_examples=30)
@given(steps=st.lists(_step, min_size=1, max_size=25))
def test_what_was_allowed_and_dutifully_made_breaks_no_rule(steps: list[dict[str, Any]]) -> None:
    clock = MovingClock(_START)
    gate = _one_of_many(clock)
    made: list[ContactRecord] = []
    for number, step in enumerate(steps):
        clock.forward(minutes=step["minutes"])
        kind = third_party if step["third"] else call
        ask = ask_from_plain(
            kind(**{"occurred_at": clock.at.isoformat(), "contact_id": f"c{number}", **step["columns"]})
        )
        decision = gate.decide(ask)
        if decision.reservation is None:
            continue
        gate.settle(settlement_from_plain({"reservation": decision.reservation, "connected": step["connected"]}))
        made.append(_kept(ask.contact, step["connected"]))
    judged = book().judge(made)
    assert [(j.rule, j.contact) for j in judged.contacts if j.verdict == "breach"] == []
    assert [(j.rule, j.keys) for j in judged.windows if j.verdict == "breach"] == []


@pytest.mark.parametrize(
    ("agencies", "certainty"),
    [
        (["a1", "a2", "a3", "a4"], "likely"),
        (["a1", "a1", "a1", "a2"], "likely"),
        (["a1", "a1", "a1", "a1"], "established"),
        ([None, None, None, None], "established"),
        ([None, "a1", "a1", None], "likely"),
        (["", "", "", ""], "likely"),
    ],
)
def test_where_only_the_sum_over_institutions_passes_the_limit_both_say_likely(
    store: GateStore, agencies: list[str | None], certainty: str
) -> None:
    """None: the lender itself; the empty name: an agency nobody named."""
    gate, made = a_gate(store), list[ContactRecord]()
    for number, agency in enumerate(agencies):
        of_agency = {"actor": "agency", "agency_id": agency or None, "agency_disclosed": True}
        ask = ask_from_plain(call(contact_id=f"c{number}", **(of_agency if agency is not None else {})))
        decision = gate.decide(ask)
        made.append(_kept(ask.contact, connected=True))
        if number < 3:
            gate.settle(settlement_from_plain({"reservation": decision.reservation, "connected": True}))
    denied = next(rule for rule in decision.rules if rule.id == CONNECTED)
    judged = next(window for window in book().judge(made).windows if window.rule == CONNECTED)
    assert (decision.decision, denied.certainty, judged.certainty) == ("deny", certainty, certainty)
    assert [limit.rule for limit in decision.limits].count(CONNECTED) == 1


def test_a_call_that_the_rulebook_would_count_past_the_limit_is_the_one_the_gate_denies() -> None:
    gate = a_gate()
    allowed = 0
    for number in range(6):
        ask = ask_from_plain(
            call(contact_id=f"c{number}", occurred_at=(_START + timedelta(hours=2, minutes=number)).isoformat())
        )
        decision = gate.decide(ask)
        if decision.decision == "allow":
            allowed += 1
            gate.settle(settlement_from_plain({"reservation": decision.reservation, "connected": True}))
    assert allowed == 3
