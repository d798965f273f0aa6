"""Who may claim, under which law of that day, and how findings gather their contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cuijie.assessment import AssessmentInputs, Complaint, assess, inputs_from_case_json
from cuijie.records import Loan
from cuijie.rulebook import Entry, Registers, load_rulebook
from tests.assessment.cases import CARD, CONSUMER_FINANCE, MICROLOAN, assessed, case, contact, to_other
from tests.rulebook.builders import toy_rule, write_rule


def claimants(value: dict[str, object], rule: str) -> tuple[str, ...]:
    return next(finding.claimants for finding in assessed(value).findings if finding.rule == rule)


def basis(value: dict[str, object], rule: str) -> set[tuple[str, str, str]]:
    finding = next(finding for finding in assessed(value).findings if finding.rule == rule)
    return {(one.id, one.tier, one.role) for one in finding.basis}


NIGHT_AT = "2026-03-02T23:00:00+08:00"


@pytest.mark.parametrize(
    ("value", "rule", "who"),
    [
        (case(MICROLOAN, to_other()), "cn.third-party.not-agreed", ("debtor", "recipient")),
        (case(MICROLOAN, to_other(says_third_party_disclosure=True)), "cn.third-party.debt-disclosed", ("debtor",)),
        (case(MICROLOAN, to_other(recipient_refused=True)), "cn.third-party.after-refusal", ("recipient",)),
        (case(MICROLOAN, contact(occurred_at=NIGHT_AT)), "cn.time.quiet-hours", ("debtor",)),
        (case(MICROLOAN, to_other(occurred_at=NIGHT_AT)), "cn.time.quiet-hours", ("debtor", "recipient")),
        (case(MICROLOAN, contact(says_insult=True)), "cn.insult", ("debtor",)),
        (case(MICROLOAN, to_other(says_insult=True)), "cn.insult", ("debtor", "recipient")),
        (
            case(MICROLOAN, to_other(number_source="contact_list", contact_list_consent="none")),
            "cn.contact-list.no-valid-consent",
            ("debtor",),
        ),
        (
            case(MICROLOAN, to_other(number_source="contact_list", recipient_consent=False)),
            "cn.third-party.number-without-basis",
            ("recipient",),
        ),
    ],
)
def test_the_borrowers_claims_and_the_contacted_persons_are_kept_apart(
    value: dict[str, object], rule: str, who: tuple[str, ...]
) -> None:
    assert claimants(value, rule) == who


def test_threats_are_judged_under_the_public_security_law_of_their_day() -> None:
    old = case(
        MICROLOAN, contact(says_threat_violence=True, occurred_at="2025-12-31T23:59:00+08:00", debt_settled=False)
    )
    new = case(MICROLOAN, contact(says_threat_violence=True, occurred_at="2026-01-01T08:00:00+08:00"))
    assert ("cn.psapl.2012/42.1.1", "public_security", "norm") in basis(old, "cn.threat.violence")
    assert ("cn.psapl.2025/50.1.1", "public_security", "norm") in basis(new, "cn.threat.violence")
    assert not any(id.startswith("cn.psapl.2025") for id, _, _ in basis(old, "cn.threat.violence"))


def test_night_calls_rest_on_the_guide_and_then_on_the_standard() -> None:
    guide = case(MICROLOAN, contact(occurred_at="2025-02-27T23:00:00+08:00"))
    standard = case(MICROLOAN, contact(occurred_at="2025-02-28T23:00:00+08:00"))
    assert {one for one in basis(guide, "cn.time.quiet-hours") if one[2] == "norm"} == {
        ("cn.nifa-guide.2024/hours", "self_discipline", "norm")
    }
    assert {one for one in basis(standard, "cn.time.quiet-hours") if one[2] == "norm"} == {
        ("cn.gbt45251.2025/5.3.hours", "standard", "norm")
    }


def test_the_right_to_peace_is_cited_beside_a_clock_limit_and_never_carries_it() -> None:
    found = basis(case(MICROLOAN, contact(occurred_at=NIGHT_AT)), "cn.time.quiet-hours")
    assert ("cn.civil-code.2020/1033.1.1", "civil", "support") in found


def test_contacts_of_one_rule_and_lender_make_one_finding() -> None:
    value = case(MICROLOAN, to_other("a"), to_other("b", lender_id="M"), to_other("c", recipient_id="other-2"))
    found = [(f.rule, f.contacts) for f in assessed(value).findings]
    assert found == [("cn.third-party.not-agreed", ("a", "c")), ("cn.third-party.not-agreed", ("b",))]


def test_each_day_over_the_limit_is_a_finding_of_its_own() -> None:
    calls = [
        contact(f"{day}-{i}", occurred_at=f"2026-03-0{day}T10:{i:02d}:00+08:00")
        for day in (1, 2, 3)
        for i in range(day + 2)
    ]
    found = [f.contacts for f in assessed(case(CONSUMER_FINANCE, *calls)).findings]
    assert found == [("2-0", "2-1", "2-2", "2-3"), ("3-0", "3-1", "3-2", "3-3", "3-4")]


def test_one_contact_can_break_several_rules() -> None:
    value = case(CARD, to_other(occurred_at=NIGHT_AT, says_insult=True, says_third_party_pressure=True))
    rules = {f.rule for f in assessed(value).findings}
    assert rules == {
        "cn.third-party.not-agreed",
        "cn.third-party.asked-to-pay",
        "cn.time.quiet-hours",
        "cn.insult",
    }


def test_every_cited_provision_was_in_force_for_every_contact_it_is_cited_for() -> None:
    law = load_rulebook().law
    days = (
        "2012-06-01",
        "2016-06-01",
        "2019-06-01",
        "2021-06-01",
        "2022-06-01",
        "2024-06-01",
        "2025-06-01",
        "2026-06-01",
    )
    hostile = {f"says_{label}": True for label in ("threat_violence", "insult", "public_exposure", "fee_scam")}
    for loan in (MICROLOAN, CONSUMER_FINANCE, CARD):
        contacts = [
            to_other(day, occurred_at=f"{day}T23:00:00+08:00", recipient_refused=True, **hostile) for day in days
        ]
        assessment = assessed(case(loan, *contacts))
        assert assessment.findings
        for part in assessment.parts:
            for one in part.parts:
                assert one.law.on is not None
                assert [b.id for b in one.law.basis if not law.in_force(b.id, one.law.on)] == []


@pytest.mark.parametrize(("is_late", "found"), [(True, ["cn.complaint.unanswered"]), (False, []), (None, [])])
def test_a_credit_complaint_left_unanswered_past_its_day_is_a_finding(is_late: bool | None, found: list[str]) -> None:
    complaint = Complaint(channel="pboc_12363", due_on=date(2026, 3, 1), is_late=is_late)
    inputs = replace(inputs_from_case_json(case(MICROLOAN, contact())), complaints=(complaint,))
    assert [finding.rule for finding in assess(inputs).findings] == found


def test_a_complaint_to_the_lender_itself_has_no_verified_limit() -> None:
    complaint = Complaint(channel="institution_complaint", due_on=date(2026, 3, 1), is_late=True)
    inputs = replace(inputs_from_case_json(case(MICROLOAN, contact())), complaints=(complaint,))
    assert assess(inputs).findings == ()


def test_what_is_answered_of_a_lender_without_an_id_settles_the_rules_about_its_loan(tmp_path: Path) -> None:
    asks = "at: contract_on\nask: {fees_disclosed: {zh: 写明了吗？, en: Disclosed?}}\n"
    members = toy_rule("NOT fees_disclosed", "case", asks).replace("binds: everyone", "binds: [nifa_member]")
    of_case = members.replace("contact: {channel: letter, connected: false, says_insult: false}", "case: {}")
    write_rule(tmp_path, of_case.replace("xx.", "cn."))
    book = load_rulebook([tmp_path], ours=False)
    loan = Loan(loan_id="loan-1", lender_type="microloan", contract_on=date(2024, 3, 1), fees_disclosed=False)
    asked = assess(AssessmentInputs(contacts=(), loans=(loan,)), book)
    column, _, owner = asked.questions[0].id.partition("@")
    told = Registers(entries=(Entry(column=column, value=True, lender_id=owner),))
    answered = assess(AssessmentInputs(contacts=(), loans=(loan,), registers=told), book)
    assert asked.findings == ()
    assert [finding.rule for finding in answered.findings] == ["cn.toy.loud"]
    assert answered.questions == ()
