"""What is told of a finding: the facts, the law by tier, the proof, and what is not shown."""

from __future__ import annotations

import gc

import msgspec
import pytest

from cuijie.assessment import Assessment, ContactEvidence, assess, inputs_from_case_json, parse_answer
from cuijie.assessment.answers import choices_of
from cuijie.assessment.explaining import Explanation, explain_all
from cuijie.assessment.plain import notes_of, plain_assessment
from cuijie.assessment.strength import strength_of, summed_up
from cuijie.assessment.value_words import value_words, words_of
from cuijie.reading import read
from cuijie.records import COLUMNS, Column
from tests.assessment.cases import CARD, CONSUMER_FINANCE, MICROLOAN, PRIVATE, assessed, case, contact, to_other

_AGREED_KEYS = {"rule", "contacts", "claimants", "certainty", "basis"}
_QUESTION_KEYS = {"id", "asks", "contacts", "decides"}


def explained(value: dict[str, object], rule: str) -> Explanation:
    return next(one for one in explain_all(assessed(value)) if one.part.finding.rule == rule)


def test_the_facts_that_made_the_rule_true_are_told_and_no_others() -> None:
    value = case(MICROLOAN, contact(occurred_at="2026-03-02T22:30:00+08:00", says_insult=False))
    (incident,) = explained(value, "cn.time.quiet-hours").incidents
    facts = {fact.column: fact.words.zh for fact in incident.facts}
    assert facts["occurred_at"] == "2026-03-02 22:30:00"
    assert "says_insult" not in facts
    assert incident.at == "2026-03-02 22:30:00"


def test_law_lines_are_cited_as_of_the_day_and_name_the_contacts_they_were_in_force_for() -> None:
    value = case(
        MICROLOAN,
        contact("old", says_threat_violence=True, occurred_at="2025-12-31T10:00:00+08:00"),
        contact("new", says_threat_violence=True, occurred_at="2026-01-01T10:00:00+08:00"),
    )
    law = {line.id: line for line in explained(value, "cn.threat.violence").law}
    assert law["cn.psapl.2012/42.1.1"].contacts == ("old",)
    assert law["cn.psapl.2025/50.1.1"].contacts == ("new",)
    assert "第五十条" in law["cn.psapl.2025/50.1.1"].cite
    assert "第四十二条" in law["cn.psapl.2012/42.1.1"].cite


def test_a_crime_is_named_only_with_what_would_have_to_be_shown() -> None:
    explanation = explained(case(MICROLOAN, to_other()), "cn.third-party.not-agreed")
    assert [more.id for more in explanation.further] == ["cn.criminal-law.1997/253-1", "cn.psapl.2025/56"]
    assert "五千条" in explanation.further[0].needs.zh
    assert "criminal" not in {line.tier for line in explanation.law}


def test_the_crime_of_collecting_unlawful_debts_is_not_named_before_it_existed() -> None:
    before = case(CARD, contact(says_threat_violence=True, occurred_at="2021-02-28T10:00:00+08:00"))
    since = case(CARD, contact(says_threat_violence=True, occurred_at="2021-03-01T10:00:00+08:00"))
    assert "cn.criminal-law.1997/293-1" not in {more.id for more in explained(before, "cn.threat.violence").further}
    assert "cn.criminal-law.1997/293-1" in {more.id for more in explained(since, "cn.threat.violence").further}


def test_a_fact_that_another_contact_or_the_loan_showed_is_told_with_what_showed_it() -> None:
    answered = contact("first", occurred_at="2026-03-01T22:10:00+08:00")
    then = to_other("then", debtor_reachable=None, occurred_at="2026-03-01T22:30:00+08:00")
    judged = case(MICROLOAN, answered, then)
    (late,) = explained(judged, "cn.third-party.debtor-reachable").incidents
    told = {fact.column: fact for fact in late.facts}
    assert told["debtor_reachable"].shown_by is not None
    assert told["debtor_reachable"].shown_by.contact_id == "first"
    assert told["debtor_reachable"].words.zh == "是（2026-03-01 22:10:00 接听或联系过）"
    for incident in explained(judged, "cn.time.quiet-hours").incidents:
        assert {fact.column: fact.value for fact in incident.facts}["hours_agreed"] is False


def test_a_window_tells_its_count_and_its_limit() -> None:
    calls = [contact(f"c{i}", occurred_at=f"2026-03-02T10:{i:02d}:00+08:00") for i in range(5)]
    part = explained(case(MICROLOAN, *calls), "cn.frequency.connected-calls").part
    assert part.window is not None
    assert (part.window.at_least, part.window.at_most, part.window.limit) == (5, 5, 3)


def _read_case() -> Assessment:
    words = {key: None for key in contact() if key.startswith("says_")}
    message = contact(channel="sms", connected=None, text="你个废物无赖，滚", text_kind="verbatim", **words)
    return assess(inputs_from_case_json(case(MICROLOAN, message), read))


def test_what_a_machine_read_is_marked_as_such() -> None:
    (explanation,) = (one for one in explain_all(_read_case()) if one.part.finding.rule == "cn.insult")
    assert {fact.column for fact in explanation.incidents[0].facts if fact.is_machine_read} == {"says_insult"}


def test_what_a_machine_read_is_not_told_of_a_breach_that_stands_without_it() -> None:
    rung = contact(text="您的贷款已逾期，请尽快还款", asks_payment=None, occurred_at="2026-03-02T23:30:00+08:00")
    by_call, by_text = (
        next(
            one
            for one in explain_all(assess(inputs_from_case_json(case(MICROLOAN, told), read)))
            if one.number == "R06"
        )
        for told in (rung, rung | {"channel": "sms", "connected": None})
    )
    assert (by_call.part.finding.certainty, by_text.part.finding.certainty) == ("established", "likely")
    assert "asks_payment" not in {fact.column for fact in by_call.incidents[0].facts}
    assert {fact.column for fact in by_text.incidents[0].facts if fact.is_machine_read} == {"asks_payment"}


def test_the_json_has_the_agreed_keys_and_can_be_encoded() -> None:
    value = case(PRIVATE, to_other("a"), to_other("b", recipient_role=None, recipient_id="x"))
    plain = msgspec.json.decode(msgspec.json.encode(plain_assessment(assessed(value))))
    assert plain["findings"][0].keys() >= _AGREED_KEYS
    assert plain["findings"][0]["basis"][0].keys() == {"id", "tier", "role"}
    assert plain["findings"][0]["certainty"] == "to_judge"
    assert plain["questions"][0].keys() >= _QUESTION_KEYS
    assert any("债务" in note for note in plain["notes"])


@pytest.mark.parametrize(
    ("evidence", "level"),
    [
        (None, "weak"),
        (ContactEvidence(source="export"), "strong"),
        (ContactEvidence(source="screenshot"), "fair"),
        (ContactEvidence(source="screenshot", places=("a#1", "b#2")), "strong"),
        (ContactEvidence(source="user_file", places=("a#1", "b#2")), "fair"),
    ],
)
def test_evidence_is_as_strong_as_where_it_comes_from(evidence: ContactEvidence | None, level: str) -> None:
    assert strength_of(evidence).level == level


def test_a_finding_is_proved_as_well_as_its_weakest_contact() -> None:
    strong, weak = strength_of(ContactEvidence(source="export")), strength_of(None)
    assert summed_up([strong, weak]).level == "weak"
    assert len(summed_up([strong, strong]).says) == 1


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.values], ids=lambda column: column.name)
def test_every_value_of_a_closed_column_has_its_words(column: Column) -> None:
    assert set(words_of(column.name)) == set(column.values)
    assert all(value_words(column.name, value).zh != value for value in column.values)


def test_calls_of_several_lenders_are_a_remark_and_no_finding() -> None:
    calls = [
        contact(f"{lender}{i}", lender_id=lender, occurred_at=f"2026-03-02T1{place}:0{i}:00+08:00")
        for place, lender in enumerate("LM")
        for i in range(2)
    ]
    assessment = assessed(case(MICROLOAN, *calls))
    assert assessment.findings == ()
    assert any("2 家贷款机构合计接通 4 次" in words.zh for words in notes_of(assessment))


@pytest.mark.parametrize("column", [column for column in COLUMNS if column.values], ids=lambda column: column.name)
def test_every_offered_choice_is_understood_as_an_answer(column: Column) -> None:
    question = f"{column.name}@x"
    assert tuple(parse_answer(question, word) for word in choices_of(question)) == column.values


def test_yes_and_no_are_offered_for_facts_of_law_too() -> None:
    assert [parse_answer("member_cba@x", word) for word in choices_of("member_cba@x")] == [True, False]
    assert choices_of("occurred_at@x") == ()


def test_judging_leaves_the_garbage_collector_as_it_was() -> None:
    was_on = gc.isenabled()
    try:
        gc.enable()
        assessed(case(CONSUMER_FINANCE, contact()))
        assert gc.isenabled()
        gc.disable()
        assessed(case(CONSUMER_FINANCE, contact()))
        assert not gc.isenabled()
    finally:
        (gc.enable if was_on else gc.disable)()


def test_a_limit_passed_together_asks_who_called_only_where_that_could_show_one_to_pass_it_alone() -> None:
    hours = [f"2026-03-02T{hour:02}:00:00+08:00" for hour in (9, 10, 11, 12)]
    unknown = case(MICROLOAN, *[contact(f"c{n}", occurred_at=at, actor=None) for n, at in enumerate(hours)])
    whose = ["agency", "agency", "lender", "lender"]
    known = case(
        MICROLOAN,
        *[
            contact(f"c{n}", occurred_at=at, actor=who, agency_id="A" if who == "agency" else None)
            for n, (at, who) in enumerate(zip(hours, whose, strict=True))
        ],
    )
    rule = "cn.frequency.connected-calls"
    assert {q.id for q in assessed(unknown).questions if rule in q.decides} == {f"actor@c{n}" for n in range(4)}
    assert not [q for q in assessed(known).questions if rule in q.decides]
    assert "不知道是贷款人自己还是哪家机构打的" in explained(unknown, rule).notes.zh[0]
    assert "自己都还没有超过" not in explained(unknown, rule).notes.zh[0]
    assert explained(known, rule).notes.zh[0].endswith("所以最多说“很可能”。")
    assert (
        "最多说"
        not in explained(
            case(MICROLOAN, *[contact(f"c{n}", occurred_at=at) for n, at in enumerate(hours)]), rule
        ).notes.zh[0]
    )


@pytest.mark.parametrize(
    ("said", "rule", "needs_more"),
    [
        ("says_visit_threat", "cn.visit.coercive", "cn.civil-code.2020/1033.1.2"),
        ("says_impersonate_authority", "cn.impersonation", "cn.lawyers-law.2017/55"),
        ("says_impersonate_authority", "cn.impersonation", "cn.police-law.2012/36"),
    ],
)
def test_law_on_what_was_not_shown_is_named_with_what_it_needs_and_not_cited(
    said: str, rule: str, needs_more: str
) -> None:
    explanation = explained(case(CARD, contact(**{said: True})), rule)
    assert needs_more in {more.id for more in explanation.further}
    assert needs_more not in {line.id for line in explanation.law}


@pytest.mark.parametrize(
    ("settled", "first"), [(True, "结清证明"), (None, "欠的钱仍然要还"), (False, "欠的钱仍然要还")]
)
def test_of_a_settled_loan_nobody_is_told_that_it_is_still_to_be_paid(settled: bool | None, first: str) -> None:
    assessment = assessed(case({**MICROLOAN, "debt_settled": settled}, contact("c1")))
    assert first in notes_of(assessment)[0].zh
