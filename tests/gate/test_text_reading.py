"""What is read in the text of an ask, and what a person's word does against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuijie.rulebook import load_rulebook
from tests.gate.asks import a_gate, an_ask, call
from tests.gate.deciding import decide, duties, needs, verdict
from tests.rulebook.builders import toy_rule, write_rule


def test_a_text_that_threatens_is_denied_as_likely_and_shown() -> None:
    text = "【某某消费金融】再不还钱就打断你的腿"
    decision = decide(a_gate(), call(channel="sms", text=text))
    (broken,) = [rule for rule in decision.rules if rule.id == "cn.threat.violence"]
    assert decision.decision == "deny"
    assert (broken.verdict, broken.by_machine, broken.certainty) == ("breach", True, "likely")
    (label,) = [found for found in decision.read if found.label == "threat_violence"]
    start, end = label.spans[0]
    assert "打断你的腿" in text[start:end]


@pytest.mark.parametrize(
    ("channel", "by_machine", "certainty"), [("sms", True, "likely"), ("im", False, "established")]
)
def test_what_is_broken_without_the_words_read_does_not_rest_on_the_machine(
    tmp_path: Path, channel: str, by_machine: bool, certainty: str
) -> None:
    write_rule(tmp_path, toy_rule("says_threat_violence OR channel = 'im'"))
    gate = a_gate(rulebook=load_rulebook([tmp_path], ours=False))
    (broken,) = decide(gate, call(channel=channel, text="再不还钱就打断你的腿")).rules
    assert (broken.verdict, broken.by_machine, broken.certainty) == ("breach", by_machine, certainty)


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
