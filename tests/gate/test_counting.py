"""What is added up with what: lenders and agencies, numbers, days, a lender's own windows."""

from __future__ import annotations

from pathlib import Path

from cuijie.rulebook import load_rulebook
from tests.gate.asks import MORNING, a_gate, an_ask, call
from tests.gate.deciding import ATTEMPTS, CONNECTED, decide, needs, settle, used, verdict


def test_a_lender_counts_with_all_its_agencies() -> None:
    gate = a_gate()
    for agency in ("a1", "a2", "a2"):
        assert decide(gate, call(actor="agency", agency_id=agency, agency_disclosed=True)).decision == "allow"
    denied = decide(gate, call())
    assert denied.decision == "deny"
    assert used(denied, CONNECTED) == (3, 3)


def test_by_setting_each_institution_is_counted_by_itself() -> None:
    gate = a_gate(agencies_apart=True)
    for agency in ("a1", "a2", "a2"):
        decide(gate, call(actor="agency", agency_id=agency, agency_disclosed=True))
    assert used(decide(gate, call()), CONNECTED) == (0, 3)
    assert used(decide(gate, call(actor="agency", agency_id="a2", agency_disclosed=True)), CONNECTED) == (2, 3)
    assert used(decide(gate, call()), ATTEMPTS) == (1, 6), (
        "the rule says of attempts as well that adding up is disputed"
    )


def test_two_lenders_never_add_up() -> None:
    gate = a_gate()
    for _ in range(3):
        decide(gate, call())
    assert decide(gate, call()).decision == "deny"
    other = decide(gate, call(lender_id="other"))
    assert other.decision == "allow"
    assert all(limit.used == 0 for limit in other.limits)


def test_attempts_are_counted_by_number_however_it_is_written() -> None:
    gate = a_gate()
    bank = {"lender_type": "commercial_bank"}
    for n, number in enumerate(
        [
            "13800001002",
            "+86 138 0000 1002",
            "138-0000-1002",
            "8613800001002",
            "０１３８００００１００２",
            "13800001002",
        ]
    ):
        decision = decide(gate, call(**bank, recipient_id=number))
        assert decision.decision == "allow", n
        settle(gate, decision, connected=False)
    denied = decide(gate, call(**bank))
    assert used(denied, ATTEMPTS) == (6, 6)
    assert denied.decision == "deny"
    assert decide(gate, call(**bank, recipient_id="13800001009")).decision == "allow"


def test_the_day_is_the_calendar_day_in_shanghai() -> None:
    gate = a_gate()
    for _ in range(3):
        decide(gate, call(occurred_at="2026-03-02T15:59:59+00:00", hours_agreed=True))  # 23:59:59 in Shanghai
    assert decide(gate, call(occurred_at="2026-03-02T08:30:00+08:00")).decision == "deny"
    assert decide(gate, call(occurred_at="2026-03-02T16:00:00+00:00", hours_agreed=True)).decision == "allow"


def test_without_a_time_it_is_judged_now() -> None:
    decision = decide(a_gate(), call(occurred_at=None))
    assert decision.judged_at == MORNING
    assert decision.decision == "allow"


def test_a_bare_date_has_no_hour_and_is_asked_for_it() -> None:
    assert "occurred_at" in needs(decide(a_gate(), call(occurred_at="2026-03-02")))


def test_midnight_sharp_written_out_is_a_time() -> None:
    decision = decide(a_gate(), call(occurred_at="2026-03-02T00:00:00+08:00", hours_agreed=False))
    assert verdict(decision, "cn.time.quiet-hours") == "breach"


def test_who_is_counted_must_be_known() -> None:
    decision = decide(a_gate(), call(debtor_id=None, recipient_id=None, lender_id=None))
    assert {"debtor_id", "recipient_id", "lender_id"} <= needs(decision)


def test_how_many_contacts_an_ask_stands_for_must_be_known_and_all_are_counted() -> None:
    gate = a_gate()
    assert needs(decide(gate, call(count=None))) == {"count"}
    assert decide(gate, call(count=4)).decision == "deny"
    assert decide(gate, call(count=3)).decision == "allow"
    assert decide(gate, call()).decision == "deny"


def test_contacts_made_without_the_gate_are_counted_once() -> None:
    gate = a_gate()
    made = [an_ask(contact_id=f"c{n}", connected=True).contact for n in range(3)]
    assert gate.count(made) == ()
    assert gate.count(made) == ()
    denied = decide(gate, call(occurred_at="2026-03-02T12:00:00+08:00"))
    assert used(denied, CONNECTED) == (3, 3)
    assert denied.decision == "deny"


def test_a_contact_that_cannot_be_counted_is_named() -> None:
    contact = an_ask(contact_id="c1", debtor_id=None, connected=True).contact
    assert a_gate().count([contact]) == ("c1",)


_WEEKLY = """
id: acme.policy.weekly-texts
version: 1
title: {zh: 七天内催收短信不超过三条, en: No more than three texts in seven days}
about: window
when: contacts() filter (where channel = 'sms' AND asks_payment) > 3
window: {per: [debtor_id, lender_id], within: 7 days, marks: all}
norm:
  policy:
  - id: acme.collection-manual.2026/4.3
    label: {zh: 本公司催收管理办法第 4.3 条, en: "Collection manual, 4.3"}
    from: 2026-01-01
    binds: everyone
    only: lender_id = 'acme'
protects: [debtor]
certainty: established
severity: ordinary
evidence: {zh: [短信发送记录], en: [The sending log]}
explain: {zh: 七天内最多三条。, en: At most three in seven days.}
tests:
- name: 第四条
  on: 2026-03-01
  contacts: [{channel: sms, asks_payment: true, lender_id: acme, repeat: 4}]
  expect: breach
"""


def test_a_lenders_own_limits_are_counted_by_their_own_window(tmp_path: Path) -> None:
    (tmp_path / "weekly.yaml").write_text(_WEEKLY, encoding="utf-8")
    gate = a_gate(rulebook=load_rulebook([tmp_path]))
    days = ["2026-03-02", "2026-03-04", "2026-03-06", "2026-03-08"]
    texts = [call(channel="sms", occurred_at=f"{day}T10:00:00+08:00", asks_payment=True) for day in days]
    told = [decide(gate, text) for text in texts]
    assert [decision.decision for decision in told] == ["allow", "allow", "allow", "deny"]
    limit = next(limit for limit in told[3].limits if limit.rule == "acme.policy.weekly-texts")
    assert (limit.used, limit.cap, limit.window) == (3, 3, "2026-03-02/2026-03-08")
    assert told[3].retry_at is not None
    assert told[3].retry_at.isoformat() == "2026-03-09T08:00:00+08:00", "the first is out of the week, and it is day"
    assert (
        decide(
            gate, call(channel="sms", asks_payment=True, lender_id="other", occurred_at=f"{days[3]}T10:00:00+08:00")
        ).decision
        == "allow"
    )
