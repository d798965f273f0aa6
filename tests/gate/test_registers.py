"""Registers: what holds from when to when, for whom, and that nobody can argue it away."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.gate import Decision, Gate, ask_from_plain, settlement_from_plain
from cuijie.gate.errors import RegisterError
from cuijie.gate.registers.rows import row_from_plain, rows_from_text
from cuijie.gate.stores.contract import GateStore
from tests.gate.asks import MovingClock, a_gate, call, third_party

_NUMBER = "13800001003"


def enter(gate: Gate, **row: Any) -> str:
    (entry,) = gate.registers.enter([row_from_plain(row, where="登记")])
    return entry.id


def decide(gate: Gate, value: dict[str, Any]) -> Decision:
    return gate.decide(ask_from_plain(value))


def test_a_stop_request_holds_from_its_moment_on_in_every_store(store: GateStore) -> None:
    gate = a_gate(store)
    enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER, since="2026-03-02T09:00:00+08:00")
    before = decide(gate, third_party(occurred_at="2026-03-02T08:59:00+08:00"))
    after = decide(gate, third_party(occurred_at="2026-03-02T09:00:01+08:00"))
    assert (before.decision, after.decision) == ("allow", "deny")
    assert after.overruled == ("recipient_refused",)


def test_a_stop_request_entered_now_holds_for_a_contact_made_now() -> None:
    gate = a_gate()
    enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER)
    assert decide(gate, third_party()).decision == "deny"


def test_a_stop_request_holds_for_the_number_however_it_is_written() -> None:
    gate = a_gate()
    enter(gate, column="recipient_refused", value=True, recipient_id="+86 138-0000-1003")
    assert decide(gate, third_party()).decision == "deny"


def test_a_stop_request_to_one_lender_is_not_one_to_another() -> None:
    gate = a_gate()
    enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER, lender_id="acme")
    assert decide(gate, third_party()).decision == "deny"
    assert decide(gate, third_party(lender_id="other")).decision == "allow"


def test_a_stop_request_can_be_taken_back_and_the_history_stays() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    first = enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER)
    assert decide(gate, third_party()).decision == "deny"
    clock.forward(minutes=30)
    enter(gate, column="recipient_refused", ends=first, recipient_id=_NUMBER)
    assert decide(gate, third_party(occurred_at=None)).decision == "allow"
    history = gate.registers.history({"recipient_id": _NUMBER})
    assert [entry.ends for entry in history] == [None, first]
    clock.forward(minutes=30)
    enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER)
    clock.forward(minutes=1)
    assert decide(gate, third_party(occurred_at=None)).decision == "deny", "asked to stop a second time"
    assert len(gate.registers.history({"recipient_id": _NUMBER})) == 3


def test_a_stop_request_without_a_date_is_heeded_against_what_was_entered_before_it() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    enter(gate, column="recipient_refused", value=False, recipient_id=_NUMBER, since="2026-03-01")
    assert decide(gate, third_party(occurred_at=None)).decision == "allow"
    clock.forward(minutes=1)
    enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER)
    assert decide(gate, third_party(occurred_at=None)).decision == "deny"


def test_a_refusal_not_heard_again_is_not_taken_back() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    allowed = decide(gate, third_party(occurred_at=None))
    enter(gate, column="recipient_refused", value=True, recipient_id=_NUMBER)
    clock.forward(minutes=1)
    told = {"reservation": allowed.reservation, "connected": True, "recipient_refused": False}
    gate.settle(settlement_from_plain(told))
    assert decide(gate, third_party(occurred_at=None)).decision == "deny"


def test_agreed_contacts_are_told_from_strangers_by_the_register() -> None:
    gate = a_gate(complete={"recipient_role": "other"})
    enter(gate, column="recipient_role", value="agreed_contact", debtor_id="d1", recipient_id=_NUMBER)
    known = {name: value for name, value in third_party().items() if name != "recipient_role"}
    assert decide(gate, known).decision == "allow"
    stranger = {**known, "recipient_id": "13800001009", "idempotency_key": "stranger"}
    assert {r.id for r in decide(gate, stranger).rules if r.verdict == "breach"} == {"cn.third-party.not-agreed"}


def test_agreed_hours_open_the_night_within_them_only() -> None:
    gate = a_gate()
    enter(gate, column="agreed_hours", value="20:00-23:00", debtor_id="d1", lender_id="acme")
    assert decide(gate, call(occurred_at="2026-03-02T22:30:00+08:00")).decision == "allow"
    late = decide(gate, call(occurred_at="2026-03-02T23:00:00+08:00"))
    assert late.decision == "deny"
    assert late.retry_at is not None
    assert late.retry_at.isoformat() == "2026-03-03T08:00:00+08:00"


def test_withdrawal_hardship_and_settlement_hold_from_their_day_on() -> None:
    gate = a_gate()
    enter(gate, column="debt_settled", value=True, debtor_id="d1", lender_id="acme", since="2026-03-02")
    assert (
        decide(gate, call(occurred_at="2026-03-01T23:00:00+08:00", hours_agreed=True, asks_payment=True)).decision
        == "allow"
    )
    denied = decide(gate, call(asks_payment=True))
    assert [rule.id for rule in denied.rules if rule.verdict == "breach"] == ["cn.debt.settled"]


def test_facts_of_law_about_a_lender_are_registered_too() -> None:
    gate = a_gate()
    asked = {
        "channel": "sms",
        "text": "您的借款已逾期，请今日还款。",
        "caller_identified": False,
        "lender_type": "microloan",
    }
    assert {need.column for need in decide(gate, call(**asked)).needs} == {"member_nifa"}
    enter(gate, column="member_nifa", value=True, lender_id="acme")
    assert decide(gate, call(**asked)).decision == "deny"


def test_a_complete_register_answers_for_who_is_not_in_it_and_an_open_one_does_not() -> None:
    asked = third_party(recipient_refused=None)
    assert decide(a_gate(), asked).decision == "cannot_decide"
    assert decide(a_gate(complete={"recipient_refused": False}), asked).decision == "allow"


def test_what_is_heard_in_a_contact_is_registered() -> None:
    from cuijie.gate import settlement_from_plain

    gate = a_gate()
    first = decide(gate, third_party())
    told = {"reservation": first.reservation, "connected": True, "recipient_refused": True}
    gate.settle(settlement_from_plain(told))
    assert decide(gate, third_party(occurred_at="2026-03-02T11:00:00+08:00")).decision == "deny"


def test_a_file_entered_twice_is_entered_once(store: GateStore) -> None:
    gate = a_gate(store)
    text = "column,value,since,recipient_id\nrecipient_refused,true,2026-03-01,13800001003\nrecipient_refused,是,,13800001004\n"
    for _ in range(2):
        gate.registers.enter(rows_from_text(text, where="r.csv"))
    assert len(gate.registers.history({"recipient_id": _NUMBER})) == 1
    assert len(gate.registers.history({"recipient_id": "13800001004"})) == 1


def test_rows_are_read_from_csv_json_lines_and_a_list_alike() -> None:
    csv = "column,value,since,until,debtor_id,lender_id\nin_dispute,true,2026-03-01,2026-03-05,d1,acme\n"
    line = '{"column": "in_dispute", "value": true, "since": "2026-03-01", "until": "2026-03-05", "debtor_id": "d1", "lender_id": "acme"}'
    found = [rows_from_text(text, where="r")[0] for text in ("\ufeff" + csv, line, f"[{line}]")]
    assert {(r.column, r.value, r.since, r.until, tuple(r.keys.items())) for r in found} == {
        (found[0].column, True, found[0].since, found[0].until, (("debtor_id", "d1"), ("lender_id", "acme")))
    }
    assert str(found[0].until) == "2026-03-06 00:00:00+08:00", "the last day is in"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "空的"),
        ("column,value\nrecipient_refused,true\n", "第 2 行：recipient_refused 要写明是谁的"),
        ("column,value,recipient_id\nrecipient_refused,也许,1\n", "只能是 true 或 false"),
        ("column,value,recipient_id\nrecipient_refused,,1\n", "只能是 true 或 false"),
        ("column,value,recipient_id\nrecipient_role,boss,1\n", "只能是 debtor"),
        ("column,value,recipient_id,x\nrecipient_refused,true,1,2\n", "不认识 x"),
        ("column,value,recipient_id\nrecipient_refused,true,1,2\n", "列数"),
        ("column,value,recipient_id\nrecipient_refused,true\n", "列数"),
        ('column,value\n"x', "CSV"),
        ('{"column": "recipient_refused"', "第 1 行：不是完整的 JSON"),
        ("[1]", "应是一个对象"),
        ("[", "不是完整的 JSON"),
        ('{"column": "recipient_refused", "value": true, "recipient_id": 5}', "应是文字"),
        ('{"value": true, "recipient_id": "5"}', "缺少 column"),
        ('{"column": "agreed_hours", "value": "8点", "debtor_id": "5"}', "读不懂"),
        ('{"column": "agreed_hours", "value": 8, "debtor_id": "5"}', "20:00-23:00"),
        ('{"column": "in_dispute", "value": true, "debtor_id": "5", "since": "昨天"}', "不是日期"),
        ('{"column": "in_dispute", "value": true, "debtor_id": "5", "since": "2026-03-01T10:00:00"}', "没有时区"),
        (
            '{"column": "in_dispute", "value": true, "debtor_id": "5", "since": "2026-03-02", "until": "2026-03-01"}',
            "不在 since 之后",
        ),
        ('{"column": "number_masked", "value": true, "debtor_id": "5"}', "from_number"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_its_problem(text: str, says: str) -> None:
    with pytest.raises(RegisterError) as caught:
        rows_from_text(text, where="r")
    assert says in str(caught.value)


def test_a_stop_request_that_was_ended_and_is_entered_again_holds_again_and_a_consent_does_not() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    for number, column, answer in ((3, "recipient_refused", "deny"), (4, "recipient_consent", "cannot_decide")):
        row = {"column": column, "recipient_id": f"1380000100{number}"}
        entered = enter(gate, **row, value=True, since="2026-03-01")
        clock.forward(minutes=1)
        enter(gate, **row, ends=entered)
        clock.forward(minutes=1)
        assert enter(gate, **row, value=True, since="2026-03-01") == enter(gate, **row, value=True, since="2026-03-01")
        asked = third_party(
            **{"recipient_refused": False, "recipient_id": row["recipient_id"], "recipient_consent": None},
            occurred_at=clock.now().isoformat(),
        )
        assert decide(gate, asked).decision == answer


@pytest.mark.parametrize("row", [{"ends": "0" * 32}, {"column": "in_dispute"}, {"debtor_id": "d2"}])
def test_an_end_that_ends_nothing_is_refused(row: dict[str, Any], store: GateStore) -> None:
    gate = a_gate(store)
    whose = {"column": "hardship_known", "debtor_id": "d1"}
    entered = enter(gate, value=True, **whose)
    with pytest.raises(RegisterError, match="结束不了"):
        enter(gate, **{"ends": entered, **whose, **row})
    enter(gate, ends=entered, **whose)
    assert [one.ends for one in gate.registers.history({"debtor_id": "d1"})] == [None, entered]


def test_only_what_can_be_registered_is() -> None:
    with pytest.raises(RegisterError, match="没有“connected”这种登记"):
        enter(a_gate(), column="connected", value=True, debtor_id="d")
    with pytest.raises(RegisterError, match="没有“member_of_nothing”这种登记"):
        enter(a_gate(), column="member_of_nothing", value=True, lender_id="acme")


@given(text=st.text(max_size=200))
def test_no_text_brings_the_reader_of_rows_down(text: str) -> None:
    with suppress(RegisterError):  # anything else fails the test
        rows_from_text(text, where="r")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("column,value,recipient_id\nrecipient_refused,true,1.38E+10", "科学记数"),
        ("column,value,recipient_id, column\nrecipient_refused,true,13800001002,in_dispute", "重复的列名"),
        ("column,value,recipient_id\n拒绝联系,是,13800001002", "没有“拒绝联系”这种登记"),
    ],
)
def test_what_a_spreadsheet_or_a_slip_makes_of_a_register_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(RegisterError, match=re.escape(says)):
        rows_from_text(text, where="r.csv")
