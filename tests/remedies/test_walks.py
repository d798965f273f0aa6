"""The ladder walked as people walk it: by kind of lender, by what came back, by who acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from cuijie.records import Answer
from cuijie.records.remedies import ReplyKind
from cuijie.remedies.conditions import OWN_QUESTIONS
from cuijie.remedies.ladder import deadlines, ladder
from cuijie.remedies.material import Material
from cuijie.remedies.rungs import rungs
from tests.remedies.papers import drafted
from tests.remedies.plans import loan_with, paper_text, reply_to, step_done, steps_of, with_answers
from tests.remedies.sample import ON, at, sample

_DAY = timedelta(days=1)


# --- who lent --------------------------------------------------------------------------------------------------------


def test_a_bank_credit_card_goes_bank_then_regulator_and_may_be_paid_by_instalments() -> None:
    card = loan_with(sample(), lender_type="credit_card_center", product="credit_card", platform_name=None)
    first = steps_of(card)
    assert first["complaint_lender"].is_open
    waited = replace(card, steps=(step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),))
    later = steps_of(waited, date(2026, 3, 24))
    assert {"regulator_complaint", "regulator_report", "cba_selfreg"} <= {one for one in later if later[one].is_open}
    assert "local_complaint" not in later
    assert "《商业银行信用卡业务监督管理办法》第七十条" in paper_text("repayment_negotiation", card)


@pytest.mark.parametrize(
    ("lender_type", "asks", "asks_not"),
    [
        ("debt_assignee", "出示债权转让的文件", "代为清偿的凭证"),
        ("guarantee", "代为清偿的凭证", "债权转让"),
        ("consumer_finance", "受托催收机构", "出示"),
    ],
)
def test_an_assignee_or_a_surety_is_asked_on_what_it_rests(lender_type: str, asks: str, asks_not: str) -> None:
    material = loan_with(sample(), lender_type=lender_type)
    words = paper_text("cease_letter_lender", material)
    assert asks in words
    assert asks_not not in words
    if lender_type != "consumer_finance":
        waited = replace(material, steps=(step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),))
        assert steps_of(waited, date(2026, 4, 1))["local_complaint"].is_open
        assert "regulator_complaint" not in steps_of(waited, date(2026, 4, 1))


def test_fees_of_a_platform_are_a_consumer_matter_even_if_a_bank_lent() -> None:
    bank = loan_with(sample(), lender_type="commercial_bank", fees_disclosed=False)
    assert steps_of(bank)["samr_complaint"].is_open
    assert "samr_complaint" not in steps_of(loan_with(bank, platform_name=None))


def test_an_unlicensed_lender_is_reported_at_once() -> None:
    steps = steps_of(loan_with(sample(), lender_type="unlicensed"))
    assert steps["local_complaint"].is_open
    assert "regulator_complaint" not in steps


def test_an_employer_who_was_called_is_told() -> None:
    contacts = tuple(
        replace(one, recipient_relation="colleague") if one.recipient_id == "p2" else one for one in sample().contacts
    )
    assert steps_of(replace(sample(), contacts=contacts))["employer_statement"].is_open
    assert "employer_statement" not in steps_of(sample())


def test_a_colleague_acts_in_their_own_name_and_never_on_the_loan() -> None:
    steps = steps_of(sample(), sender="p2")
    assert {"stop_notice_lender", "complaint_lender", "police_report", "pi_request", "third_party_statement"} <= set(
        steps
    )
    for rung in ("negotiation", "credit_dispute", "payment_order", "samr_complaint", "mediation", "employer_statement"):
        assert rung not in steps
    for step in steps.values():
        assert step.document is None or "XH-0001" not in paper_text(step.document, sample(), "p2")


# --- every reply -----------------------------------------------------------------------------------------------------

_COMPLAINED = (step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),)


@pytest.mark.parametrize("kind", ["refused", "partial", "not_ours", "overdue"])
def test_a_reply_that_does_not_help_leads_to_the_regulator_with_the_reply_told(kind: ReplyKind) -> None:
    told = {"refused": "对方拒绝", "partial": "部分答复", "not_ours": "不是其委托的人员", "overdue": "没有收到答复"}
    material = replace(sample(), steps=_COMPLAINED, replies=(reply_to("complaint_lender", kind, date(2026, 3, 12)),))
    assert steps_of(material, date(2026, 3, 12))["regulator_complaint"].is_open
    assert steps_of(material, date(2026, 3, 12))["regulator_report"].is_open
    assert told[kind] in paper_text("nfra_complaint", material)


def test_who_asks_for_more_is_not_late_until_it_was_supplied() -> None:
    asked = replace(
        sample(), steps=_COMPLAINED, replies=(reply_to("complaint_lender", "more_material", date(2026, 3, 12)),)
    )
    far = date(2026, 5, 20)
    assert steps_of(asked, far)["supply_material"].is_open
    assert not steps_of(asked, far)["regulator_complaint"].is_open
    assert not [one for one in deadlines(asked, far) if one.step == _COMPLAINED[0].step]
    supplied = replace(
        asked, steps=(*_COMPLAINED, step_done("supply_material", date(2026, 3, 16), reached=date(2026, 3, 18)))
    )
    assert "supply_material" not in steps_of(supplied, date(2026, 3, 20))
    assert [one.due_on for one in deadlines(supplied, far) if one.step == _COMPLAINED[0].step] == [date(2026, 4, 2)]
    assert not steps_of(supplied, date(2026, 4, 2))["regulator_complaint"].is_open
    assert steps_of(supplied, date(2026, 4, 3))["regulator_complaint"].is_open


def test_an_office_that_is_not_competent_sends_the_user_to_ask_who_is() -> None:
    steps = (*_COMPLAINED, step_done("regulator_complaint", date(2026, 3, 24)))
    material = replace(
        sample(), steps=steps, replies=(reply_to("regulator_complaint", "not_competent", date(2026, 3, 30)),)
    )
    assert steps_of(material, date(2026, 3, 30))["ask_who_is_competent"].is_open


def test_a_branch_decision_must_be_known_as_one_before_its_superior_is_asked() -> None:
    material = replace(
        sample(), steps=_COMPLAINED, replies=(reply_to("complaint_lender", "decision", date(2026, 3, 12)),)
    )
    review = steps_of(material, date(2026, 3, 12))["institution_review"]
    assert review.blocked_by == ("question:branch_decided@case",)
    assert review.due_on == date(2026, 4, 13)  # the limit runs while the question is open: 11 April is a Saturday


def test_after_a_suit_the_complaint_lines_that_refuse_it_are_no_longer_proposed() -> None:
    on = date(2026, 4, 1)
    assert steps_of(replace(sample(), steps=_COMPLAINED), on)["regulator_complaint"].is_open
    sued = replace(sample(), steps=(*_COMPLAINED, step_done("civil_suit", date(2026, 3, 31))))
    assert "regulator_complaint" not in steps_of(sued, on)


def test_a_judgment_is_enforced_only_when_it_is_final() -> None:
    steps = (step_done("civil_suit", date(2026, 3, 31)),)
    material = replace(sample(), steps=steps, replies=(reply_to("civil_suit", "decision", date(2026, 6, 30)),))
    assert steps_of(material, date(2026, 7, 1))["enforcement"].blocked_by == ("question:judgment_final@case",)
    assert steps_of(material, date(2026, 7, 1))["appeal"].due_on == date(2026, 7, 15)


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
    assert "police_report" not in steps_of(material, on)
    called = replace(material, steps=(step_done("emergency_110", on),))
    assert "emergency_110" not in steps_of(called, on)
    assert steps_of(called, on)["police_report"].is_open


def _of_a_child(**answers: bool) -> Material:
    """The sample case in which the person called is the borrower's daughter."""
    people = tuple(
        replace(one, relation_word="女儿") if one.person_id == "p1" else one for one in sample().state.persons
    )
    return with_answers(replace(sample(), state=replace(sample().state, persons=people)), **answers)


def test_whether_a_child_who_was_called_is_a_minor_is_asked_and_opens_the_way_to_the_police() -> None:
    asked = steps_of(_of_a_child())["child_contacted"]
    assert asked.blocked_by == ("question:minor@case",)
    first = ladder(_of_a_child(minor=True), ON)[0]
    assert (first.rung, first.channel, first.is_open) == ("child_contacted", "police_110", True)
    assert "child_contacted" not in steps_of(_of_a_child(minor=False))
    assert "child_contacted" not in steps_of(with_answers(sample(), minor=True))
    assert "child_contacted" not in steps_of(_of_a_child(minor=True), date(2027, 3, 1))


@pytest.mark.parametrize("sender", ["p1", "p2"])
def test_a_paper_of_a_minor_says_who_signs_for_them(sender: str) -> None:
    made = drafted("third_party_complaint", _of_a_child(minor=True), sender=sender)
    assert any("法定代理人" in line for line in made.before) is (sender == "p1")


@pytest.mark.parametrize("where", ["note", "entry note", "answer", "field"])
def test_words_of_not_wanting_to_live_are_heard_wherever_they_are_written(where: str) -> None:
    words = "每天都这样，我真的不想活了"
    material = sample()
    if where == "note":
        material = replace(material, steps=(replace(step_done("call_script", ON), note=words),))
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


def _told(words: str, days_ago: int, **said: bool) -> Material:
    when = datetime(ON.year, ON.month, ON.day, 9, tzinfo=at(2026, 3, 1).tzinfo) - days_ago * _DAY
    text = replace(
        sample().contacts[0],
        contact_id="told",
        channel="sms",
        direction="outbound",
        text=words,
        occurred_at=when,
        **said,
    )  # type: ignore[arg-type]
    return replace(sample(), contacts=(*sample().contacts, text))


@pytest.mark.parametrize("words", ["你怎么不去跳楼", "这种人去死吧", "还不上就死了算了"])
def test_who_is_told_to_die_is_met_kindly_first_for_a_month(words: str) -> None:
    first = ladder(_told(words, 3), ON)[0]
    assert (first.rung, first.document) == ("not_your_fault", None)
    assert "120或者110" in first.why
    assert "not_your_fault" not in steps_of(_told(words, 31), ON)
    despair = replace(_told(words, 3), notes=("我真的不想活了",))
    assert ladder(despair, ON)[0].rung == "help_first"
    assert "not_your_fault" not in steps_of(despair, ON)


@pytest.mark.parametrize("said", ["says_impersonate_authority", "says_obscene"])
def test_who_poses_as_police_or_fakes_pictures_can_be_reported_at_once(said: str) -> None:
    material = _told("不还就刑拘", 3, **{said: True})
    step = steps_of(material, ON)["police_at_once"]
    assert (step.is_open, step.channel) == (True, "police_110")
    assert "police_at_once" not in steps_of(_told("不还就刑拘", 8, **{said: True}), ON)
    assert "police_at_once" not in steps_of(replace(material, steps=(step_done("police_at_once", ON),)), ON)


@pytest.mark.parametrize(
    ("words", "is_office"),
    [
        ("律师函：我是示例律所张律师，受委托告知你，24小时内不还款，将以诈骗罪移送公安机关，上门抓捕。", False),
        ("我是示例消金法务部，今天不还清就上门，你妈住哪我们一清二楚", False),
        ("我是示例市公安局经侦支队民警，律师函已经发了，不还就拘留。", True),
    ],
)
def test_a_threatening_letter_of_a_lawyer_is_no_emergency_but_one_in_the_name_of_the_police_is(
    words: str, is_office: bool
) -> None:
    steps = steps_of(_told(words, 3, says_impersonate_authority=True, says_false_legal_consequence=True), ON)
    assert ("police_at_once" in steps) == is_office
    assert steps["police_report"].is_open


# --- years whose holidays are not published --------------------------------------------------------------------------


def test_a_limit_in_2027_is_a_range_and_nobody_is_late_within_it() -> None:
    reached = date(2027, 1, 22)  # fifteen days on is New Year's Day of the lunar year
    material = replace(sample(), steps=(step_done("complaint_lender", date(2027, 1, 20), reached=reached),))
    wait = next(one for one in deadlines(material, reached) if one.step.startswith("complaint_lender"))
    assert (wait.earliest_on, wait.latest_on) == (date(2027, 2, 9), date(2027, 2, 16))
    assert not steps_of(material, wait.latest_on)["regulator_complaint"].is_open
    assert steps_of(material, wait.latest_on + _DAY)["regulator_complaint"].is_open
    told = replace(material, replies=(reply_to("complaint_lender", "decision", date(2027, 1, 5)),))
    told = replace(told, replies=(replace(told.replies[0], received_on=date(2027, 1, 22)),))
    review = next(one for one in deadlines(told, reached) if one.id.endswith("/apply"))
    assert review.safe_on <= review.earliest_on


def test_after_a_call_to_110_a_new_visit_on_a_later_day_is_an_emergency_again() -> None:
    on = date(2026, 5, 8)
    called = replace(_at_the_door(on), steps=(step_done("emergency_110", on - _DAY),))
    assert steps_of(called, on)["emergency_110"].is_open


def test_a_call_or_a_web_report_is_not_waited_for_as_if_it_were_a_letter() -> None:
    steps = (step_done("spam_report", ON), step_done("carrier_complaint", ON), step_done("police_report", ON))
    shown = steps_of(replace(sample(), steps=steps))
    assert not {"spam_report", "carrier_complaint", "police_report"} & set(shown)


def test_a_petition_has_a_review_and_a_second_one_each_within_its_thirty_days() -> None:
    steps = tuple(
        step_done(rung, on)
        for rung, on in (
            ("complaint_lender", date(2026, 3, 2)),
            ("local_complaint", date(2026, 3, 20)),
            ("petition", date(2026, 4, 1)),
            ("petition_review", date(2026, 6, 1)),
        )
    )
    answer = reply_to("petition_review", "decision", date(2026, 6, 10))
    material = replace(loan_with(sample(), lender_type="microloan"), steps=steps, replies=(answer,))
    step = steps_of(material, date(2026, 6, 20))["petition_recheck"]
    assert (step.is_open, step.due_on) == (True, date(2026, 7, 10))
    assert steps_of(material, date(2026, 7, 11))["petition_recheck"].blocked_by == ("late:期限已过",)


def test_care_is_said_once_however_many_loans_there_are() -> None:
    known = replace(sample(), notes=("我真的不想活了",))
    second = replace(known.state.loans[0], loan_id="loan2", lender_id="l2")
    own = tuple(replace(one, contact_id=f"{one.contact_id}-2", loan_id="loan2") for one in known.contacts)
    material = replace(
        known, state=replace(known.state, loans=(*known.state.loans, second)), contacts=(*known.contacts, *own)
    )
    assert [one.rung for one in ladder(material, ON) if one.sender == "debtor"].count("help_first") == 1
