"""Generated cases walked on any day: no office before its turn, no own limit lost, no law out of force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.clock import shanghai_day
from cuijie.law import library
from cuijie.records import Answer, Finding
from cuijie.records.contact import LenderType
from cuijie.records.remedies import Reply, ReplyKind, StepDone
from cuijie.remedies.channels import channels
from cuijie.remedies.clocks import deadline_of
from cuijie.remedies.conditions import OWN_QUESTIONS
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.ladder import deadlines, ladder
from cuijie.remedies.material import Material
from cuijie.remedies.rungs import rungs
from tests.remedies.plans import loan_with, reply_to, step_done
from tests.remedies.sample import at, basis, sample

_UNSATISFIED = {"refused", "partial", "not_ours", "not_competent", "decision", "no_case"}


_DAY = timedelta(days=1)


# --- any case --------------------------------------------------------------------------------------------------------

_DAYS = st.dates(date(2026, 3, 5), date(2028, 6, 30))


_LENDERS = st.one_of(st.none(), st.sampled_from(get_args(LenderType)))


@st.composite
def _cases(draw: st.DrawFn) -> Material:
    """A case of any lender, with any findings, days, answers, steps and replies."""
    shift = timedelta(days=draw(st.integers(0, 700)))
    material = loan_with(
        sample(),
        lender_type=draw(_LENDERS),
        lender_name=draw(st.sampled_from([None, " ", "某公司（虚构）"])),
        platform_name=draw(st.sampled_from([None, "某平台（虚构）"])),
        debt_settled=draw(st.sampled_from([None, True, False])),
        fees_disclosed=draw(st.sampled_from([None, True, False])),
    )
    contacts = tuple(
        replace(one, occurred_at=one.occurred_at + shift if one.occurred_at else None) for one in material.contacts
    )
    threat = Finding(
        rule="cn.threat.violence", contacts=("e1",), claimants=("recipient", "debtor"), certainty="likely",
        basis=basis(("cn.psapl.2025/50.1.1", "public_security", "norm")),
    )  # fmt: skip
    findings = tuple(one for one in (*material.findings, threat) if draw(st.booleans()))
    named = draw(st.lists(st.sampled_from(sorted(OWN_QUESTIONS)), unique=True))
    answers = tuple(
        Answer(question=f"{name}@case", value=draw(st.sampled_from([True, False, None])), answered_at=at(2026, 3, 1))
        for name in named
    )
    steps: list[StepDone] = []
    replies: list[Reply] = []
    for rung in draw(st.lists(st.sampled_from(sorted(rungs())), max_size=8)):
        for sender in ("debtor", "p1"):
            if ("debtor" if sender == "debtor" else "contacted") not in rungs()[rung].who or not draw(st.booleans()):
                continue
            on = draw(_DAYS)
            reached = draw(st.one_of(st.none(), st.just(on + timedelta(days=draw(st.integers(0, 9))))))
            steps.append(step_done(rung, on, reached=reached, sender=sender, count=len(steps)))
            for kind in draw(st.lists(st.sampled_from(get_args(ReplyKind)), max_size=3)):
                replies.append(reply_to(rung, kind, on + timedelta(days=draw(st.integers(0, 90))), sender))
    state = replace(material.state, answers=answers)
    return replace(
        material, state=state, contacts=contacts, findings=findings, steps=tuple(steps), replies=tuple(replies),
        exhibits=material.exhibits if draw(st.booleans()) else (),
    )  # fmt: skip


def _last(material: Material, rung: str, sender: str) -> StepDone | None:
    own = sorted(
        (one for one in material.steps if one.step == f"{rung}@loan1:{sender}"), key=lambda o: (o.done_on, o.done_id)
    )
    return own[-1] if own else None


def _replies(material: Material, done: StepDone) -> list[Reply]:
    return [one for one in material.replies if one.step == done.step and one.received_on >= done.done_on]


def _may_go_on(material: Material, rung: str, sender: str, on: date) -> bool:
    """Whether whoever did *rung* may go on to the next office, worked out from the bare records."""
    done = _last(material, rung, sender)
    if done is None:
        return False
    kinds = {one.kind for one in _replies(material, done)}
    if kinds & (_UNSATISFIED | {"overdue"}):
        return True
    if done.reached_on is not None and on > done.reached_on + timedelta(days=15):
        return True  # some limit may have passed
    since = done.reached_on or done.done_on
    return any(one.occurred_at and shanghai_day(one.occurred_at) > since for one in material.contacts)


@settings(max_examples=150)
@given(_cases(), _DAYS)
def test_no_office_is_proposed_before_its_turn_or_to_the_wrong_lender(material: Material, on: date) -> None:
    loan = material.state.loans[0]
    named = bool((loan.lender_name or "").strip())
    for step in ladder(material, on):
        if not step.is_open:
            continue
        after = {
            "regulator_complaint": "complaint_lender", "regulator_report": "complaint_lender",
            "third_party_complaint": "complaint_lender", "cba_selfreg": "complaint_lender", "cac_report": "pi_request",
            "pboc_complaint": "credit_dispute", "consumer_association": "samr_complaint", "mediation": "negotiation",
            "administrative_suit": "local_complaint", "miit_complaint": "carrier_complaint",
        }.get(step.rung)  # fmt: skip
        if after and step.rung != "regulator_report":
            assert _may_go_on(material, after, step.sender, on), step.rung
        if step.rung in {"complaint_lender", "regulator_complaint", "injunction", "civil_suit", "negotiation"}:
            assert named
        if step.channel in {"nfra_12378", "nfra_report"}:
            assert loan.lender_type in {
                "commercial_bank",
                "credit_card_center",
                "consumer_finance",
                "auto_finance_trust",
            }
        if step.channel == "local_financial_admin":
            assert loan.lender_type not in {None, "commercial_bank", "credit_card_center", "consumer_finance"}
        if step.rung in {"regulator_complaint", "third_party_complaint"}:
            assert _last(material, "civil_suit", step.sender) is None
        if step.sender != "debtor":
            assert step.rung not in {
                "negotiation",
                "credit_dispute",
                "samr_complaint",
                "payment_order",
                "employer_statement",
            }
        if step.rung not in {"help_first", "emergency_110", "keep_evidence", "find_lender", "answer_questions"}:
            # a credit report that the user says is wrong is disputed before anything else is known
            is_disputed = step.rung == "credit_dispute" and any(
                one.question == "credit_wrong@case" and one.value is True for one in material.state.answers
            )
            # who owes nothing may report the numbers whatever they broke
            is_pestered = step.sender != "debtor" and step.rung in _OF_WHOM_IS_PESTERED
            is_known = material.findings or material.steps or material.replies or is_pestered
            assert is_known or loan.lender_name or loan.platform_name or is_disputed, step.rung


_OF_WHOM_IS_PESTERED = {"call_script", "spam_report", "carrier_complaint", "third_party_statement", "legal_aid"}
_OWN = {
    ("complaint_lender", "decision"): ("institution_review", "institution_review", "apply"),
    ("police_report", "no_case"): ("police_reconsideration", "police_reconsideration", "apply"),
    ("police_reconsideration", "decision"): ("police_review", "police_reconsideration", "review"),
    ("regulator_complaint", "decision"): ("reconsideration", "administrative_reconsideration", "apply"),
    ("reconsideration", "decision"): ("suit_after_review", "administrative_suit", "after_review"),
    ("civil_suit", "decision"): ("appeal", "civil_suit", "appeal"),
    ("civil_suit", "accepted"): ("pay_court_fee", "civil_suit", "fee"),
    ("injunction", "decision"): ("suit_after_injunction", "personality_injunction", "sue"),
}


@settings(max_examples=60)
@given(_cases(), st.sampled_from(sorted(_OWN)), _DAYS, st.integers(0, 120))
def test_no_limit_of_ones_own_is_lost_whatever_else_happened(
    material: Material, event: tuple[str, ReplyKind], got: date, later: int
) -> None:
    """A reply that starts a limit of the user's own stands in the list until the next step was taken."""
    rung, kind = event
    opens, channel, clock = _OWN[event]
    lender = "commercial_bank" if rung in {"complaint_lender", "regulator_complaint"} else "microloan"
    material = loan_with(material, lender_type=lender, lender_name="某银行（虚构）")
    rule = next(one for one in channels()[channel].clocks if one.id == clock)
    kept = [one for one in material.steps if one.step.split("@")[0] not in {rung, opens, "direct_suit"}]
    done = step_done(rung, got - _DAY)
    material = replace(material, steps=(*kept, done), replies=(reply_to(rung, kind, got),))
    on = got + timedelta(days=later)
    expected = deadline_of(rule, got, step=f"{opens}@loan1:debtor")
    running = {one.id: one for one in deadlines(material, on)}
    assert running[expected.id] == expected
    shown = [step for step in ladder(material, on) if step.rung == opens and step.sender == "debtor"]
    if opens != "suit_after_injunction" or _last(material, "civil_suit", "debtor") is None:
        if opens == "reconsideration" and not shown:
            raise AssertionError("the reconsideration is not shown")
        for step in shown:
            assert step.is_open <= (on <= expected.latest_on)
            assert step.due_on is not None


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(_cases(), _DAYS)
def test_papers_of_the_plan_cite_only_law_in_force(material: Material, on: date) -> None:
    """Each open step's paper, drafted that day: its law is in force that day or on the day of a contact it names."""
    days = {shanghai_day(one.occurred_at) for one in material.contacts if one.occurred_at} | {on}
    wanted = {(step.document, step.sender) for step in ladder(material, on) if step.is_open and step.document}
    for document, sender in sorted(wanted):
        if document == "incident_timeline":
            continue
        made = draft(document, material, on, law=library(), sender=sender)
        assert made.claims == ()
        for id in made.provisions:
            assert any(library().in_force(id, day) is True for day in days), (document, id)
