"""A dispute, hardship, talks about repayment: told with every answer, with what the law wants then; they deny nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cuijie.gate import Decision, Gate, ask_from_plain, settlement_from_plain
from cuijie.gate.decision import Note
from cuijie.gate.decision_log.replay import replay
from cuijie.gate.errors import StoreUnreachable
from cuijie.gate.judging.notes import NOTED
from cuijie.gate.registers.rows import row_from_plain
from cuijie.gate.stores.contract import GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.rulebook import load_rulebook
from tests.gate.asks import a_gate, call, third_party
from tests.gate.http.served import Served
from tests.gate.test_log import a_logged_gate, the_log
from tests.rulebook.builders import toy_rule, write_rule

CARD = {"lender_type": "commercial_bank", "product": "credit_card"}
_OBJECTION, _PLAN = "cn.creditcard-measures.2011/69", "cn.creditcard-measures.2011/70"
_RIGHT, _COMPLAINT = "cn.pipl.2021/46", "cn.bank-insurance-complaints.2020/decision"


def told(gate: Gate, **columns: Any) -> Decision:
    return gate.decide(ask_from_plain(call(**columns)))


def bases(notes: tuple[Note, ...]) -> list[str]:
    return [basis.id for note in notes for basis in note.basis]


def disputed(gate: Gate, **row: Any) -> None:
    row = {"column": "in_dispute", "value": True, "debtor_id": "d1", "lender_id": "acme", **row}
    gate.registers.enter([row_from_plain(row, where="登记")])


def test_a_dispute_in_the_register_is_told_with_what_it_rests_on_in_every_store(store: GateStore) -> None:
    gate = a_gate(store)
    disputed(gate, since="2026-03-02")
    decision = told(gate, **CARD, agency_disclosed=True)
    assert decision.decision == "allow"
    assert {note.column for note in decision.notes} == {"in_dispute"}
    assert "没有查到" in decision.notes[0].says
    assert decision.notes[0].basis == ()
    assert bases(decision.notes) == [_OBJECTION, _RIGHT, _COMPLAINT]
    assert told(gate, **CARD, occurred_at="2026-03-01T10:00:00+08:00").notes == ()


@pytest.mark.parametrize(
    ("lender", "expected"),
    [
        ({"lender_type": "credit_card_center", "product": None}, [_OBJECTION, _RIGHT, _COMPLAINT]),
        ({"lender_type": "commercial_bank", "product": "online_consumer"}, [_RIGHT, _COMPLAINT]),
        ({"lender_type": "consumer_finance"}, [_RIGHT, _COMPLAINT]),
        ({"lender_type": "microloan"}, [_RIGHT]),
        ({"lender_type": "private_person"}, []),
        ({"lender_type": None, "product": None}, [_OBJECTION, _RIGHT, _COMPLAINT]),
        ({**CARD, "occurred_at": "2020-02-01T10:00:00+08:00"}, [_OBJECTION]),
    ],
)
def test_a_provision_is_named_only_where_it_binds_and_is_in_force(lender: dict[str, Any], expected: list[str]) -> None:
    assert bases(told(a_gate(), in_dispute=True, **lender).notes) == expected


def test_what_the_settings_know_of_the_lender_counts() -> None:
    gate = a_gate(lenders={"acme": {"lender_type": "microloan"}})
    assert bases(told(gate, in_dispute=True, lender_type=None).notes) == [_RIGHT]


def test_hardship_and_talks_are_told_too_and_what_is_not_known_or_over_is_not() -> None:
    gate = a_gate()
    decision = told(gate, **CARD, hardship_known=True, in_negotiation=True, in_dispute=False)
    assert [note.column for note in decision.notes if not note.basis] == ["hardship_known", "in_negotiation"]
    assert bases(decision.notes) == [_PLAN, _PLAN]
    assert told(gate, **CARD).notes == ()


def test_a_debtor_who_asked_for_no_more_calls_is_told_of_and_a_third_party_s_refusal_is_judged() -> None:
    gate = a_gate()
    refused = told(gate, recipient_refused=True)
    assert refused.decision == told(a_gate()).decision
    assert [note.column for note in refused.notes] == ["recipient_refused", "recipient_refused"]
    assert bases(refused.notes) == ["cn.civil-code.2020/1033.1.1"]
    other = gate.decide(ask_from_plain(third_party(**CARD, recipient_refused=True)))
    assert (other.decision, other.notes) == ("deny", ())


def test_a_note_changes_neither_verdicts_nor_duties_nor_counters() -> None:
    plain, noted = told(a_gate()), told(a_gate(), **dict.fromkeys(NOTED, True))
    assert (plain.decision, plain.rules, plain.duties, plain.limits) == (
        noted.decision, noted.rules, noted.duties, noted.limits
    )  # fmt: skip


def test_what_is_heard_is_answered_with_what_is_expected_and_told_next_time() -> None:
    gate = a_gate()
    allowed = told(gate, **CARD, agency_disclosed=True, idempotency_key="k-heard")
    settled = gate.settle(
        settlement_from_plain({"reservation": allowed.reservation, "connected": True, "in_dispute": True})
    )
    assert bases(settled.notes) == [_OBJECTION, _RIGHT, _COMPLAINT]
    assert bases(told(gate, **CARD).notes) == [_OBJECTION, _RIGHT, _COMPLAINT]
    assert bases(gate.decide(ask_from_plain(third_party(**CARD))).notes) == [_OBJECTION, _RIGHT, _COMPLAINT]
    again = told(gate, **CARD, agency_disclosed=True, idempotency_key="k-heard")
    assert again == allowed, "the same ask gets the answer of then"


def test_a_settlement_in_which_nothing_was_heard_tells_nothing() -> None:
    gate = a_gate()
    disputed(gate)
    allowed = told(gate)
    assert gate.settle(settlement_from_plain({"reservation": allowed.reservation, "connected": False})).notes == ()


def test_a_replay_shows_what_was_told_then(tmp_path: Path) -> None:
    gate = a_logged_gate(tmp_path / "g.db")
    disputed(gate)
    decision = told(gate, **CARD, contact_id="c1")
    gate.store.close()
    (again,) = replay(the_log(tmp_path / "g.db"), "c1")
    assert (again.agrees, again.decision.notes) == (True, decision.notes)
    assert again.registers[0].column == "in_dispute"


def test_a_store_that_is_away_denies_and_still_tells_what_the_ask_says() -> None:
    class Away(MemoryStore):
        def tokens(self, many: int) -> list[str]:
            raise StoreUnreachable("x")

    decision = told(a_gate(Away()), in_dispute=True)
    assert (decision.decision, bases(decision.notes)) == ("deny", [_RIGHT, _COMPLAINT])


def test_over_http_one_and_many_are_told_and_the_description_names_it() -> None:
    served = Served()
    row = {"column": "hardship_known", "value": True, "debtor_id": "d1", "lender_id": "acme"}
    assert served.ask("/v1/registers", {"entries": [row]}).status == 200
    one = served.ask("/v1/decisions", call(**CARD)).json["notes"]
    many = served.ask("/v1/decisions/batch", {"asks": [call(**CARD), call(**CARD, debtor_id="d2")]}).json["answers"]
    assert [note["column"] for note in one] == ["hardship_known", "hardship_known"]
    assert [answer["decision"]["notes"] for answer in many] == [one, []]
    shown = served.ask("/openapi.json").json["components"]["schemas"]
    assert shown["Decision"]["properties"]["notes"]["items"] == {"$ref": "#/components/schemas/Note"}
    assert "notes" in shown["Settled"]["properties"]


def test_a_lender_who_wants_a_dispute_to_stop_calls_writes_a_rule_of_its_own(tmp_path: Path) -> None:
    write_rule(tmp_path, toy_rule("in_dispute AND channel = 'call'").replace("xx.toy.loud", "xx.toy.disputed"))
    gate = a_gate(rulebook=load_rulebook([tmp_path]), complete={"in_dispute": False})
    assert told(gate).decision == "allow"
    disputed(gate)
    denied = told(gate)
    assert denied.decision == "deny"
    assert [rule.id for rule in denied.rules if rule.verdict == "breach"] == ["xx.toy.disputed"]
