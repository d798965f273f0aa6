"""The gate's answers: allow, deny, cannot decide, and what goes with each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cuijie.gate import Decision
from cuijie.gate.errors import KeyReused
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.asks import MORNING, MovingClock, a_gate, an_ask, call, third_party
from tests.gate.deciding import CONNECTED, decide, duties, needs, used, verdict


def test_a_lawful_call_is_allowed_with_a_reservation_and_duties() -> None:
    decision = decide(a_gate(), call())
    assert decision.decision == "allow"
    assert decision.reservation
    assert not decision.needs
    assert not decision.reasons
    assert {"caller_identified", "recorded", "says_threat_violence"} <= duties(decision)
    assert decision.expires_at == MORNING + timedelta(minutes=15)


def test_every_rule_about_contacts_and_windows_has_its_verdict() -> None:
    gate = a_gate()
    decision = decide(gate, call(occurred_at="2026-03-02T23:00:00+08:00", hours_agreed=False, debt_settled=True))
    assert {rule.id for rule in decision.rules} == {r.rule.id for r in gate.rulebook.rules if r.rule.about != "case"}
    broken = {rule.id for rule in decision.rules if rule.verdict == "breach"}
    assert broken == {"cn.time.quiet-hours"}, "asks_payment is not known, so the settled debt is a need, not a breach"
    assert verdict(decision, "cn.debt.settled") == "unknown"


def test_a_breach_names_its_norms_and_what_they_rest_on() -> None:
    decision = decide(a_gate(), call(occurred_at="2026-03-02T23:00:00+08:00", hours_agreed=False))
    assert decision.decision == "deny"
    (broken,) = [rule for rule in decision.rules if rule.verdict == "breach"]
    assert [(b.id, b.tier) for b in broken.basis if b.role == "norm"] == [("cn.gbt45251.2025/5.3.hours", "standard")]
    assert any(b.role == "support" for b in broken.basis)
    assert "hours_agreed" in broken.because
    assert broken.certainty == "established"
    assert decision.reservation is None
    (reason,) = decision.reasons
    assert (reason.code, broken.title in reason.says, broken.id in reason.says_en) == ("rule", True, True)


def test_beside_the_norms_only_law_of_that_day_that_binds_is_cited() -> None:
    gate = a_gate()

    def beside(**columns: Any) -> set[str]:
        rules = decide(gate, call(recipient_role="other", debtor_reachable=False, **columns)).rules
        (broken,) = [rule for rule in rules if rule.id == "cn.third-party.not-agreed"]
        return {cited.id for cited in broken.basis if cited.role == "support"}

    old, new = "cn.psapl.2012/42.1.5", "cn.psapl.2025/50.1.5"
    before, after = beside(occurred_at="2025-12-31T10:00:00+08:00"), beside(occurred_at="2026-01-01T10:00:00+08:00")
    assert ({old, new} & before, {old, new} & after) == ({old}, {new})
    assert "cn.pipl.2021/6" in after
    assert "cn.pipl.2021/6" not in beside(lender_type="private_person"), "between private persons it does not bind"


def test_a_missing_fact_makes_it_undecided_never_allowed() -> None:
    decision = decide(a_gate(), call(number_masked=None, number_source=None))
    assert decision.decision == "cannot_decide"
    assert needs(decision) == {"number_masked", "number_source"}
    assert all(need.asks and need.asks_en and need.decides for need in decision.needs)
    assert decision.reservation is None


def test_what_is_known_only_during_or_after_never_makes_it_undecided() -> None:
    given = call()
    assert not {"connected", "recorded", "caller_identified", "asks_payment", "text"} & given.keys()
    assert decide(a_gate(), given).decision == "allow"


def test_a_certain_breach_denies_even_if_other_facts_are_missing() -> None:
    decision = decide(a_gate(), third_party(recipient_refused=True, number_masked=None))
    assert decision.decision == "deny"
    assert needs(decision) == {"number_masked"}


def test_the_outcome_of_a_contact_cannot_be_told_before_it() -> None:
    gate = a_gate()
    for _ in range(3):
        decision = decide(gate, call(connected=False, duration_s=0))
        assert decision.decision == "allow"
        assert decision.ignored == ("connected", "duration_s")
    assert decide(gate, call(connected=False)).decision == "deny", "or four unanswered calls could all be answered"


def test_what_the_collector_is_asked_names_the_collector_as_oneself() -> None:
    needs = decide(a_gate(), call(channel="sms", text="请尽快还款", lender_type="consumer_finance")).needs
    asked = {need.column: (need.asks, need.asks_en) for need in needs}
    assert asked["caller_identified"][0].startswith("我方")
    assert not any("对方" in zh or "你" in zh or " they " in en for zh, en in asked.values())


def test_a_visit_must_not_enter_without_consent() -> None:
    decision = decide(a_gate(), call(channel="visit", visit_place="home"))
    assert decision.decision == "allow"
    assert {"entry_consented", "visit_coercive"} <= duties(decision)


def test_what_is_planned_to_be_unlawful_is_denied() -> None:
    assert (
        decide(a_gate(), call(channel="visit", visit_place="home", entered=True, entry_consented=False)).decision
        == "deny"
    )


def test_by_setting_a_rule_may_only_advise() -> None:
    gate = a_gate(advise_only=frozenset({CONNECTED}))
    told = [decide(gate, call()) for _ in range(4)]
    assert [decision.decision for decision in told] == ["allow"] * 4
    (advice,) = [rule for rule in told[3].rules if rule.id == CONNECTED]
    assert (advice.verdict, advice.advisory) == ("breach", True)
    assert used(told[3], CONNECTED) == (3, 3)


def test_an_old_rulebook_never_allows() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock, older_than_days=30)
    assert decide(gate, call()).decision == "allow"
    clock.forward(days=31)
    decision = decide(gate, call(occurred_at=None))
    assert decision.decision == "deny"
    assert [reason.code for reason in decision.reasons] == ["rulebook_stale"]
    assert decision.rules, "every rule is evaluated all the same"


def test_a_time_far_from_the_gates_clock_is_denied_where_the_lender_wants_it_so() -> None:
    gate = a_gate(clock_difference_s=300)
    assert decide(gate, call()).decision == "allow"
    decision = decide(gate, call(occurred_at="2026-03-02T12:00:00+08:00"))
    assert [reason.code for reason in decision.reasons] == ["clock"]


def test_the_same_key_gets_the_same_answer_whatever_happened_meanwhile() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    first = decide(gate, call(idempotency_key="one"))
    decide(gate, call())
    clock.forward(minutes=5)
    again = gate.decide(an_ask(idempotency_key="one"))
    assert again == first
    assert used(decide(gate, call()), CONNECTED) == (2, 3)


@pytest.mark.parametrize(
    "changes", [{"number_masked": None}, {"occurred_at": "2026-03-02T23:00:00+08:00", "hours_agreed": False}]
)
def test_answers_that_are_not_allow_are_repeated_too(changes: dict[str, Any]) -> None:
    gate = a_gate()
    first = decide(gate, call(idempotency_key="one", **changes))
    assert decide(gate, call(idempotency_key="one", **changes)) == first


def test_a_repetition_after_a_restart_gives_the_same_answer(tmp_path: Path) -> None:
    asks = [an_ask(debtor_id=f"d{n % 2}") for n in range(8)]
    told = [a_gate(SqliteStore(tmp_path / "g.db")).decide(ask) for ask in asks]
    assert {decision.decision for decision in told} == {"allow", "deny"}
    assert [a_gate(SqliteStore(tmp_path / "g.db")).decide(ask) for ask in asks] == told


def test_the_same_key_with_another_contact_is_refused_and_holds_nothing() -> None:
    gate = a_gate()
    decide(gate, call(idempotency_key="one"))
    with pytest.raises(KeyReused):
        decide(gate, call(idempotency_key="one", debtor_id="d2", recipient_id="13800001009"))
    assert used(decide(gate, call(debtor_id="d2", recipient_id="13800001009")), CONNECTED) == (0, 3)


def test_a_batch_answers_in_order_and_a_reused_key_spoils_only_itself() -> None:
    gate = a_gate()
    asks = [an_ask(idempotency_key="one"), an_ask(idempotency_key="one", channel="sms"), an_ask(), an_ask(), an_ask()]
    told = gate.decide_many(asks)
    assert isinstance(told[1], KeyReused)
    assert [item.decision for item in told if isinstance(item, Decision)] == ["allow", "allow", "allow", "deny"]
