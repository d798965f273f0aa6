"""The gate's answers: allow, deny, cannot decide, and what goes with each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cuijie.gate import Decision, Gate, ask_from_plain, settlement_from_plain
from cuijie.gate.errors import KeyReused, NoLongerAllowed, ReservationUnknown, StoreUnreachable
from cuijie.gate.memory_store import MemoryStore
from cuijie.gate.register_rows import row_from_plain
from cuijie.gate.sqlite_store import SqliteStore
from cuijie.gate.store import Claim, Claimed
from cuijie.rulebook import load_rulebook
from tests.gate.asks import MORNING, MovingClock, a_gate, an_ask, call, third_party


def decide(gate: Gate, value: dict[str, Any]) -> Decision:
    return gate.decide(ask_from_plain(value))


def verdict(decision: Decision, rule: str) -> str:
    return next(found.verdict for found in decision.rules if found.id == rule)


def used(decision: Decision, rule: str) -> tuple[int, int]:
    limit = next(found for found in decision.limits if found.rule == rule)
    return limit.used, limit.cap


def needs(decision: Decision) -> set[str]:
    return {need.column for need in decision.needs}


def duties(decision: Decision) -> set[str]:
    return {duty.column for duty in decision.duties}


def settle(gate: Gate, decision: Decision, **told: Any) -> None:
    gate.settle(settlement_from_plain({"reservation": decision.reservation, **told}))


CONNECTED, ATTEMPTS = "cn.frequency.connected-calls", "cn.frequency.unanswered-attempts"


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


def test_what_the_collector_is_asked_names_the_collector_as_oneself() -> None:
    needs = decide(a_gate(), call(channel="sms", text="请尽快还款", lender_type="consumer_finance")).needs
    asked = {need.column: (need.asks, need.asks_en) for need in needs}
    assert asked["caller_identified"][0].startswith("我方")
    assert not any("对方" in zh or "你" in zh or " they " in en for zh, en in asked.values())


def test_a_late_settlement_counts_what_happened_and_says_so() -> None:
    clock = MovingClock()
    gate = a_gate(clock=clock)
    decision = decide(gate, call())
    clock.forward(hours=1)
    assert gate.expire() == (decision.reservation,)
    settled = gate.settle(settlement_from_plain({"reservation": decision.reservation, "connected": True}))
    assert settled.state == "late"
    assert used(decide(gate, call()), CONNECTED) == (1, 3)


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
    assert used(decide(gate, call()), ATTEMPTS) == (5, 6), "attempts to one number are not what is disputed"


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


def test_a_text_that_threatens_is_denied_as_likely_and_shown() -> None:
    text = "【某某消费金融】再不还钱就打断你的腿"
    decision = decide(a_gate(), call(channel="sms", text=text))
    (broken,) = [rule for rule in decision.rules if rule.id == "cn.threat.violence"]
    assert decision.decision == "deny"
    assert (broken.verdict, broken.by_machine, broken.certainty) == ("breach", True, "likely")
    (label,) = [found for found in decision.read if found.label == "threat_violence"]
    start, end = label.spans[0]
    assert "打断你的腿" in text[start:end]


def test_a_persons_word_stands_against_the_machines() -> None:
    text = "【某某消费金融】再不还钱就打断你的腿"
    decision = decide(a_gate(), call(channel="sms", text=text, says_threat_violence=False))
    assert verdict(decision, "cn.threat.violence") == "clear"


def test_a_plain_reminder_may_be_sent_and_needs_no_promise_about_its_words() -> None:
    text = "【某某消费金融】您的借款已逾期，请于今日还款，详询客服4000000000。"
    decision = decide(a_gate(), call(channel="sms", text=text))
    assert decision.decision == "allow"
    assert not {column for column in duties(decision) if column.startswith("says_")}


def test_a_text_that_names_nobody_is_asked_about_where_a_rule_wants_a_name() -> None:
    lenders = {"acme": {"member_nifa": True}}
    decision = decide(a_gate(lenders=lenders), call(channel="sms", text="您的借款已逾期，请今日还款。"))
    assert needs(decision) == {"caller_identified"}


def test_a_script_shows_what_must_not_be_said_and_promises_nothing() -> None:
    gate = a_gate()
    bad = decide(gate, call(text="今天不还就让你全家不得安宁，等着被砍死"))
    assert bad.decision == "deny"
    good = decide(gate, call(text="您好，这里是某某消费金融，您的借款已逾期。"))
    assert good.decision == "allow"
    assert "says_threat_violence" in duties(good), "what a person then says is not in the script"


@pytest.mark.parametrize(("channel", "decision"), [("call", "deny"), ("sms", "allow")])
def test_in_a_call_the_debtor_makes_the_collectors_script_is_read_but_not_what_the_debtor_writes(
    channel: str, decision: str
) -> None:
    asked = an_ask(channel=channel, direction="inbound", text="你这个骗子，不要脸", asks_payment=False)
    assert a_gate().decide(asked).decision == decision


def test_a_message_at_night_is_asked_whether_it_presses_for_payment() -> None:
    night = {"occurred_at": "2026-03-02T23:00:00+08:00", "channel": "sms", "hours_agreed": False}
    assert needs(decide(a_gate(), call(**night))) == {"asks_payment"}
    assert decide(a_gate(), call(**night, asks_payment=False)).decision == "allow"
    assert decide(a_gate(), call(**night, asks_payment=True)).decision == "deny"


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


class _Away(MemoryStore):
    """A store that goes away when it is asked to reserve."""

    def claim(self, claim: Claim) -> Claimed:
        raise StoreUnreachable("没有答复")


def test_a_store_that_is_away_denies_with_the_reason_and_every_rule() -> None:
    decision = decide(a_gate(_Away()), call())
    assert decision.decision == "deny"
    assert [reason.code for reason in decision.reasons] == ["store_unreachable"]
    assert decision.rules
    assert decision.reservation is None
    assert [d.decision for d in a_gate(_Away()).decide_many([an_ask(), an_ask()]) if isinstance(d, Decision)] == [
        "deny"
    ] * 2


def test_a_closed_file_denies(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "g.db")
    gate = a_gate(store)
    store.close()
    assert [reason.code for reason in decide(gate, call()).reasons] == ["store_unreachable"]


def test_a_file_deleted_or_exchanged_while_running_denies_until_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "g.db", tmp_path / "away.db"
    gate = a_gate(SqliteStore(path, durable=False))
    assert gate.decide(an_ask()).decision == "allow"
    path.rename(away)
    decision = gate.decide(an_ask())
    assert decision.decision == "deny"
    assert [reason.code for reason in decision.reasons] == ["store_unreachable"]
    assert "删除、移走或换掉" in decision.reasons[0].says
    path.write_bytes(away.read_bytes())  # a copy is another file: what is written to one is not in the other
    assert gate.decide(an_ask()).decision == "deny"
    with pytest.raises(StoreUnreachable):
        gate.store.ping()
    away.replace(path)
    assert gate.decide(an_ask()).decision == "allow"


def test_a_disk_without_room_for_the_next_commit_is_not_ready(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "g.db", durable=False)
    store.file.check_room()
    with pytest.raises(StoreUnreachable, match="满"):
        store.file.check_room(1 << 62)


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
