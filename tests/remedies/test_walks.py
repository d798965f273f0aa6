"""Whole cases walked step by step: each kind of lender, each reply, the door, the dark hour, a year not published yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
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
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.ladder import Step, deadlines, ladder
from cuijie.remedies.material import Material
from cuijie.remedies.rungs import rungs
from tests.remedies.sample import ON, at, basis, sample

_UNSATISFIED = {"refused", "partial", "not_ours", "not_competent", "decision", "no_case"}
_DAY = timedelta(days=1)


def _loan(material: Material, **known: object) -> Material:
    loan = replace(material.state.loans[0], **known)  # type: ignore[arg-type]
    return replace(material, state=replace(material.state, loans=(loan,)))


def _of(material: Material, on: date = ON, sender: str = "debtor") -> dict[str, Step]:
    return {step.rung: step for step in ladder(material, on) if step.sender == sender}


def _done(rung: str, on: date, *, reached: date | None = None, sender: str = "debtor", count: int = 1) -> StepDone:
    step = f"{rung}@loan1:{sender}"
    return StepDone(
        done_id=f"{step}#{count:02d}", step=step, done_on=on, channel=rungs()[rung].channel, reached_on=reached
    )


def _reply(rung: str, kind: ReplyKind, on: date, sender: str = "debtor") -> Reply:
    step = f"{rung}@loan1:{sender}"
    return Reply(reply_id=f"{step}#{kind}{on}", step=step, kind=kind, received_on=on)


def _words(document: str, material: Material, sender: str = "debtor") -> str:
    return txt_text(draft(document, material, ON, law=library(), sender=sender))


# --- who lent --------------------------------------------------------------------------------------------------------


def test_a_bank_credit_card_goes_bank_then_regulator_and_may_be_paid_by_instalments() -> None:
    card = _loan(sample(), lender_type="credit_card_center", product="credit_card", platform_name=None)
    first = _of(card)
    assert first["complaint_lender"].is_open
    waited = replace(card, steps=(_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),))
    later = _of(waited, date(2026, 3, 24))
    assert {"regulator_complaint", "regulator_report", "cba_selfreg"} <= {one for one in later if later[one].is_open}
    assert "local_complaint" not in later
    assert "《商业银行信用卡业务监督管理办法》第七十条" in _words("repayment_negotiation", card)


@pytest.mark.parametrize(
    ("lender_type", "asks", "asks_not"),
    [
        ("debt_assignee", "出示债权转让的文件", "代为清偿的凭证"),
        ("guarantee", "代为清偿的凭证", "债权转让"),
        ("consumer_finance", "受托催收机构", "出示"),
    ],
)
def test_an_assignee_or_a_surety_is_asked_on_what_it_rests(lender_type: str, asks: str, asks_not: str) -> None:
    material = _loan(sample(), lender_type=lender_type)
    words = _words("cease_letter_lender", material)
    assert asks in words
    assert asks_not not in words
    if lender_type != "consumer_finance":
        waited = replace(material, steps=(_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),))
        assert _of(waited, date(2026, 4, 1))["local_complaint"].is_open
        assert "regulator_complaint" not in _of(waited, date(2026, 4, 1))


def test_fees_of_a_platform_are_a_consumer_matter_even_if_a_bank_lent() -> None:
    bank = _loan(sample(), lender_type="commercial_bank", fees_disclosed=False)
    assert _of(bank)["samr_complaint"].is_open
    assert "samr_complaint" not in _of(_loan(bank, platform_name=None))


def test_an_unlicensed_lender_is_reported_at_once() -> None:
    steps = _of(_loan(sample(), lender_type="unlicensed"))
    assert steps["local_complaint"].is_open
    assert "regulator_complaint" not in steps


def test_an_employer_who_was_called_is_told() -> None:
    contacts = tuple(
        replace(one, recipient_relation="colleague") if one.recipient_id == "p2" else one for one in sample().contacts
    )
    assert _of(replace(sample(), contacts=contacts))["employer_statement"].is_open
    assert "employer_statement" not in _of(sample())


def test_a_colleague_acts_in_their_own_name_and_never_on_the_loan() -> None:
    steps = _of(sample(), sender="p2")
    assert {"stop_notice_lender", "complaint_lender", "police_report", "pi_request", "third_party_statement"} <= set(
        steps
    )
    for rung in ("negotiation", "credit_dispute", "payment_order", "samr_complaint", "mediation", "employer_statement"):
        assert rung not in steps
    for step in steps.values():
        assert step.document is None or "XH-0001" not in _words(step.document, sample(), "p2")


# --- every reply -----------------------------------------------------------------------------------------------------

_COMPLAINED = (_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),)


@pytest.mark.parametrize("kind", ["refused", "partial", "not_ours", "overdue"])
def test_a_reply_that_does_not_help_leads_to_the_regulator_with_the_reply_told(kind: ReplyKind) -> None:
    told = {"refused": "对方拒绝", "partial": "部分答复", "not_ours": "不是其委托的人员", "overdue": "没有收到答复"}
    material = replace(sample(), steps=_COMPLAINED, replies=(_reply("complaint_lender", kind, date(2026, 3, 12)),))
    assert _of(material, date(2026, 3, 12))["regulator_complaint"].is_open
    assert _of(material, date(2026, 3, 12))["regulator_report"].is_open
    assert told[kind] in _words("nfra_complaint", material)


def test_who_asks_for_more_is_not_late_until_it_was_supplied() -> None:
    asked = replace(
        sample(), steps=_COMPLAINED, replies=(_reply("complaint_lender", "more_material", date(2026, 3, 12)),)
    )
    far = date(2026, 5, 20)
    assert _of(asked, far)["supply_material"].is_open
    assert not _of(asked, far)["regulator_complaint"].is_open
    assert not [one for one in deadlines(asked, far) if one.step == _COMPLAINED[0].step]
    supplied = replace(
        asked, steps=(*_COMPLAINED, _done("supply_material", date(2026, 3, 16), reached=date(2026, 3, 18)))
    )
    assert "supply_material" not in _of(supplied, date(2026, 3, 20))
    assert [one.due_on for one in deadlines(supplied, far) if one.step == _COMPLAINED[0].step] == [date(2026, 4, 2)]
    assert not _of(supplied, date(2026, 4, 2))["regulator_complaint"].is_open
    assert _of(supplied, date(2026, 4, 3))["regulator_complaint"].is_open


def test_an_office_that_is_not_competent_sends_the_user_to_ask_who_is() -> None:
    steps = (*_COMPLAINED, _done("regulator_complaint", date(2026, 3, 24)))
    material = replace(
        sample(), steps=steps, replies=(_reply("regulator_complaint", "not_competent", date(2026, 3, 30)),)
    )
    assert _of(material, date(2026, 3, 30))["ask_who_is_competent"].is_open


def test_a_branch_decision_must_be_known_as_one_before_its_superior_is_asked() -> None:
    material = replace(
        sample(), steps=_COMPLAINED, replies=(_reply("complaint_lender", "decision", date(2026, 3, 12)),)
    )
    review = _of(material, date(2026, 3, 12))["institution_review"]
    assert review.blocked_by == ("question:branch_decided@case",)
    assert review.due_on == date(2026, 4, 13)  # the limit runs while the question is open: 11 April is a Saturday


def test_after_a_suit_the_complaint_lines_that_refuse_it_are_no_longer_proposed() -> None:
    on = date(2026, 4, 1)
    assert _of(replace(sample(), steps=_COMPLAINED), on)["regulator_complaint"].is_open
    sued = replace(sample(), steps=(*_COMPLAINED, _done("civil_suit", date(2026, 3, 31))))
    assert "regulator_complaint" not in _of(sued, on)


def test_a_judgment_is_enforced_only_when_it_is_final() -> None:
    steps = (_done("civil_suit", date(2026, 3, 31)),)
    material = replace(sample(), steps=steps, replies=(_reply("civil_suit", "decision", date(2026, 6, 30)),))
    assert _of(material, date(2026, 7, 1))["enforcement"].blocked_by == ("question:judgment_final@case",)
    assert _of(material, date(2026, 7, 1))["appeal"].due_on == date(2026, 7, 15)


@pytest.mark.parametrize("name", sorted(OWN_QUESTIONS))
def test_each_own_question_opens_something_when_answered_yes(name: str) -> None:
    assert any(f"answered:{name}" in (*rung.when, *rung.needs) for rung in rungs().values())


# --- danger and despair ----------------------------------------------------------------------------------------------


def _at_the_door(on: date) -> Material:
    visit = replace(
        sample().contacts[2], contact_id="door", channel="visit", visit_place="home",
        occurred_at=datetime(on.year, on.month, on.day, 9, tzinfo=at(2026, 3, 1).tzinfo),
    )  # fmt: skip
    return replace(sample(), contacts=(*sample().contacts, visit))


def test_somebody_at_the_door_is_110_now_and_a_report_afterwards() -> None:
    on = date(2026, 5, 8)
    material = _at_the_door(on)
    first = ladder(material, on)[0]
    assert (first.rung, first.channel, first.is_open) == ("emergency_110", "police_110", True)
    assert "现在就拨打110" in first.why
    assert "police_report" not in _of(material, on)
    called = replace(material, steps=(_done("emergency_110", on),))
    assert "emergency_110" not in _of(called, on)
    assert _of(called, on)["police_report"].is_open


@pytest.mark.parametrize("where", ["note", "entry note", "answer", "field"])
def test_words_of_not_wanting_to_live_are_heard_wherever_they_are_written(where: str) -> None:
    words = "每天都这样，我真的不想活了"
    material = sample()
    if where == "note":
        material = replace(material, steps=(replace(_done("call_script", ON), note=words),))
    elif where == "entry note":
        material = replace(material, notes=(words,))
    elif where == "answer":
        answer = Answer(question="debtor_reachable@loan1", value=words, answered_at=at(2026, 3, 9))
        material = replace(material, state=replace(material.state, answers=(answer,)))
    else:
        from cuijie.records.remedies import PaperField

        material = replace(material, fields=(PaperField(field_id="debtor:hardship_statement.events", value=words),))
    first = ladder(material, ON)[0]
    assert first.rung == "help_first"
    assert first.document is None
    assert "120或者110" in first.why


# --- years whose holidays are not published --------------------------------------------------------------------------


def test_a_limit_in_2027_is_a_range_and_nobody_is_late_within_it() -> None:
    reached = date(2027, 1, 22)  # fifteen days on is New Year's Day of the lunar year
    material = replace(sample(), steps=(_done("complaint_lender", date(2027, 1, 20), reached=reached),))
    wait = next(one for one in deadlines(material, reached) if one.step.startswith("complaint_lender"))
    assert (wait.earliest_on, wait.latest_on) == (date(2027, 2, 9), date(2027, 2, 16))
    assert not _of(material, wait.latest_on)["regulator_complaint"].is_open
    assert _of(material, wait.latest_on + _DAY)["regulator_complaint"].is_open
    told = replace(material, replies=(_reply("complaint_lender", "decision", date(2027, 1, 5)),))
    told = replace(told, replies=(replace(told.replies[0], received_on=date(2027, 1, 22)),))
    review = next(one for one in deadlines(told, reached) if one.id.endswith("/apply"))
    assert review.safe_on <= review.earliest_on


# --- any case --------------------------------------------------------------------------------------------------------

_DAYS = st.dates(date(2026, 3, 5), date(2028, 6, 30))
_LENDERS = st.one_of(st.none(), st.sampled_from(get_args(LenderType)))


@st.composite
def _cases(draw: st.DrawFn) -> Material:
    """A case of any lender, with any findings, days, answers, steps and replies."""
    shift = timedelta(days=draw(st.integers(0, 700)))
    material = _loan(
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
            steps.append(_done(rung, on, reached=reached, sender=sender, count=len(steps)))
            for kind in draw(st.lists(st.sampled_from(get_args(ReplyKind)), max_size=3)):
                replies.append(_reply(rung, kind, on + timedelta(days=draw(st.integers(0, 90))), sender))
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
            is_known = material.findings or material.steps or material.replies
            assert is_known or loan.lender_name or loan.platform_name or is_disputed, step.rung


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
    material = _loan(material, lender_type=lender, lender_name="某银行（虚构）")
    rule = next(one for one in channels()[channel].clocks if one.id == clock)
    kept = [one for one in material.steps if one.step.split("@")[0] not in {rung, opens, "direct_suit"}]
    done = _done(rung, got - _DAY)
    material = replace(material, steps=(*kept, done), replies=(_reply(rung, kind, got),))
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


def test_after_a_call_to_110_a_new_visit_on_a_later_day_is_an_emergency_again() -> None:
    on = date(2026, 5, 8)
    called = replace(_at_the_door(on), steps=(_done("emergency_110", on - _DAY),))
    assert _of(called, on)["emergency_110"].is_open


def test_a_call_or_a_web_report_is_not_waited_for_as_if_it_were_a_letter() -> None:
    steps = (_done("spam_report", ON), _done("carrier_complaint", ON), _done("police_report", ON))
    shown = _of(replace(sample(), steps=steps))
    assert not {"spam_report", "carrier_complaint", "police_report"} & set(shown)
