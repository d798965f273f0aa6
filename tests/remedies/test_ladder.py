"""The plan: the urgent first, each step in its turn, each reply to its next paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cuijie.law import library
from cuijie.records import Answer, Entry, Payment, Question
from cuijie.records.remedies import ReplyKind
from cuijie.remedies.channels import channels
from cuijie.remedies.documents.blocks import blocks_runs
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.ladder import deadlines, ladder
from cuijie.remedies.rungs import rungs
from cuijie.remedies.urgent_words import words_of_despair
from tests.remedies.plans import having, lent_by, loan_with, reply_to, step_done, steps_of, with_answers
from tests.remedies.sample import ON, at, sample


def test_the_first_rungs_are_notice_complaint_and_then_the_regulator() -> None:
    steps = steps_of(sample())
    assert steps["stop_notice_lender"].document == "cease_letter_lender"
    assert steps["stop_notice_lender"].is_open
    assert steps["complaint_lender"].document == "institution_complaint_letter"
    assert steps["complaint_lender"].is_open
    assert steps["regulator_complaint"].blocked_by == ("step:complaint_lender@loan1:debtor",)


def test_nothing_is_asked_first_about_a_loan_that_nobody_calls_for() -> None:
    asked = Question(id="recipient_role@p1", asks="这个人是谁？", contacts=("e1",), decides=("cn.third.party",))
    material = replace(sample(), questions=(asked,), findings=())
    (loan,) = material.state.loans
    quiet = replace(loan, loan_id="loan2", lender_id="l2", lender_name="甲地小额贷款公司（虚构）")
    both = replace(material, state=replace(material.state, loans=(loan, quiet)))
    rungs_of = {one.id for one in ladder(both, ON) if one.rung == "answer_questions"}
    assert rungs_of == {"answer_questions@loan1:debtor"}


def test_the_kind_of_lender_decides_the_regulator() -> None:
    waited = step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    on = date(2026, 3, 30)
    bank = steps_of(having(sample(), steps=(waited,)), on)
    small = steps_of(having(lent_by(sample(), "microloan"), steps=(waited,)), on)
    assert bank["regulator_complaint"].is_open
    assert "local_complaint" not in bank
    assert small["local_complaint"].is_open
    assert "regulator_complaint" not in small


def test_once_the_lender_is_late_the_authority_comes_before_what_could_be_done_all_along() -> None:
    waited = step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    material, on = having(sample(), steps=(waited,)), date(2026, 3, 30)
    open_ones = [step.rung for step in ladder(material, on) if step.is_open and step.sender == "debtor"]
    assert open_ones.index("regulator_complaint") < open_ones.index("stop_notice_lender")
    told = "".join(run.text for run in blocks_runs(draft("nfra_complaint", material, on, law=library()).blocks))
    assert "截至2026年3月30日没有收到答复" in told


def test_an_unknown_kind_of_lender_is_a_question_not_a_guess() -> None:
    steps = steps_of(lent_by(sample(), None, platform=None))
    assert steps["find_lender"].is_open
    assert "question:lender_type@l1" in steps["complaint_lender"].blocked_by
    for step in steps.values():
        if step.is_open and step.channel:
            assert channels()[step.channel].takes(None) is True


@pytest.mark.parametrize(
    ("kind", "is_to_find"), [("loan_facilitator", True), ("collection_agency", True), ("microloan", False)]
)
def test_behind_a_platform_or_a_collector_named_as_the_lender_the_lender_is_still_to_be_found(
    kind: str, is_to_find: bool
) -> None:
    assert ("find_lender" in steps_of(lent_by(sample(), kind))) is is_to_find


def test_the_step_to_find_the_lender_lists_clues_and_concludes_nothing() -> None:
    paid = Payment(
        payment_id="z1", owner="debtor", places=("it3#1",), amount_fen=500_000, flow="in",
        payee="某信托（虚构）", suggested="disbursement",
    )  # fmt: skip
    material = replace(lent_by(sample(), None, None), payments=(paid,))
    why = steps_of(material)["find_lender"].why
    assert "到账流水的付款方：某信托（虚构）" in why
    assert "短信署名：【星河消金】" in why
    assert "不能当作结论" in why
    assert material.state.loans[0].lender_name is None


def test_an_unnamed_lender_blocks_the_letters_to_it() -> None:
    steps = steps_of(lent_by(sample(), "consumer_finance", None, platform=None))
    assert steps["stop_notice_lender"].blocked_by == ("fact:放款机构的全称",)
    assert steps["pi_request"].blocked_by == ("fact:放款机构的全称",)


def test_with_a_platform_but_no_lender_the_platform_is_written_to_and_asked_who_lent() -> None:
    material = lent_by(sample(), None, None)
    steps = steps_of(material)
    assert steps["find_lender"].is_open
    assert steps["stop_notice_lender"].is_open
    assert steps["pi_request"].is_open
    assert "question:lender_type@l1" in steps["complaint_lender"].blocked_by
    words = txt_text(draft("cease_letter_lender", material, ON, law=library()))
    assert words.startswith("停止侵害告知函\n致：闪云借（虚构）\n")
    assert "抄送" not in words
    assert "书面告知该笔借款的放款机构、担保机构的全称" in words
    assert "贵司编号" not in words


def test_a_threat_of_this_week_comes_first() -> None:
    first = ladder(sample(), date(2026, 3, 6))[0]
    assert (first.rung, first.channel) == ("emergency_110", "police_110")
    assert "110" in first.why
    assert "police_report" not in steps_of(sample(), date(2026, 3, 6))


def test_a_threat_of_last_month_is_an_ordinary_report() -> None:
    steps = steps_of(sample(), date(2026, 4, 20))
    assert "emergency_110" not in steps
    assert steps["police_report"].is_open


@pytest.mark.parametrize("text", ["我真的不想活了", "活不下去", "想一了百了", "准备写遗书"])
def test_words_of_not_wanting_to_live_come_before_everything(text: str) -> None:
    note = replace(step_done("stop_notice_lender", date(2026, 3, 8)), note=text)
    first = ladder(having(sample(), steps=(note,)), date(2026, 3, 9))[0]
    assert first.rung == "help_first"
    assert first.document is None
    assert "120" in first.why
    assert "12356" not in first.why  # a hotline whose number is not verified is not named


def test_such_words_are_heard_in_answers_and_own_messages_but_not_in_the_collectors() -> None:
    plain = sample()
    own = Entry(entry_id="m", kind="sms", owner="debtor", places=("it3#9",), inbound=False, text="我不想活了")
    theirs = replace(own, inbound=True, text="你怎么不去跳楼")
    answer = Answer(question="hardship_known@loan1", value="每天都想死", answered_at=at(2026, 3, 9))
    state = plain.state
    heard = replace(plain, state=replace(state, entries=(*state.entries, own)))
    told = replace(plain, state=replace(state, answers=(answer,)))
    threatened = replace(plain, state=replace(state, entries=(*state.entries, theirs)))
    assert "help_first" in steps_of(heard)
    assert "help_first" in steps_of(told)
    assert "help_first" not in steps_of(threatened)


@pytest.mark.parametrize("text", ["我没有想死，只想他们停下来", "没有自杀的念头", None, ""])
def test_a_denial_is_not_despair(text: str | None) -> None:
    assert not words_of_despair(text)


def test_a_clock_does_not_start_without_proof_of_arrival() -> None:
    material = having(sample(), steps=(step_done("complaint_lender", date(2026, 3, 6)),))
    assert not any(one.step.startswith("complaint_lender") for one in deadlines(material, ON))
    waiting = steps_of(material)["complaint_lender"]
    assert waiting.blocked_by == ("wait:complaint_lender@loan1:debtor",)
    assert "还没有记下对方收到的日期" in waiting.why


def test_silence_past_the_limit_opens_the_regulator_the_day_after() -> None:
    material = having(sample(), steps=(step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),))
    last = next(one.due_on for one in deadlines(material, ON) if one.id == "complaint_lender@loan1:debtor/decision")
    assert last == date(2026, 3, 23)  # 22 March is a Sunday
    assert not steps_of(material, last)["regulator_complaint"].is_open
    assert steps_of(material, last + timedelta(days=1))["regulator_complaint"].is_open


def test_an_announced_extension_is_waited_for() -> None:
    done = step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    material = having(sample(), steps=(done,), replies=(reply_to("complaint_lender", "extended", date(2026, 3, 20)),))
    assert not steps_of(material, date(2026, 3, 30))["regulator_complaint"].is_open
    assert steps_of(material, date(2026, 4, 8))["regulator_complaint"].is_open


def test_a_pause_stops_the_clock_until_it_is_resumed() -> None:
    done = step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    stopped = reply_to("complaint_lender", "paused", date(2026, 3, 10))
    on = date(2026, 4, 30)
    paused = having(sample(), steps=(done,), replies=(stopped,))
    assert not any(one.step == done.step for one in deadlines(paused, on))
    assert "中止" in steps_of(paused, on)["complaint_lender"].why
    resumed = replace(paused, replies=(stopped, reply_to("complaint_lender", "resumed", date(2026, 4, 9))))
    ends = [one.due_on for one in deadlines(resumed, on) if one.step == done.step]
    assert ends == [date(2026, 4, 21)]  # 22 March and thirty days


@pytest.mark.parametrize(
    ("rung", "kind", "opens"),
    [
        ("complaint_lender", "refused", "regulator_complaint"),
        ("complaint_lender", "partial", "regulator_report"),
        ("complaint_lender", "not_ours", "not_ours"),
        ("complaint_lender", "decision", "institution_review"),
        ("complaint_lender", "more_material", "supply_material"),
        ("complaint_lender", "overdue", "regulator_complaint"),
        ("police_report", "no_receipt", "no_receipt"),
        ("police_report", "no_case", "police_reconsideration"),
        ("police_report", "no_case", "procurator_supervision"),
        ("regulator_complaint", "decision", "reconsideration"),
        ("stop_notice_lender", "payment_order", "payment_order"),
    ],
)
def test_each_reply_leads_to_its_next_paper(rung: str, kind: ReplyKind, opens: str) -> None:
    on = date(2026, 3, 12)
    steps = (step_done(rung, date(2026, 3, 6), reached=date(2026, 3, 7)),)
    if rung == "regulator_complaint":
        steps = (step_done("complaint_lender", date(2026, 3, 5), reached=date(2026, 3, 5)), *steps)
    before = steps_of(having(sample(), steps=steps), on)
    assert opens not in before or not before[opens].is_open
    material = with_answers(sample(), branch_decided=True)
    after = steps_of(having(material, steps=steps, replies=(reply_to(rung, kind, date(2026, 3, 11)),)), on)
    assert after[opens].is_open
    assert after[opens].document is not None


@pytest.mark.parametrize(
    ("rung", "kind", "opens", "days"),
    [
        ("police_report", "no_case", "police_reconsideration", 7),
        ("stop_notice_lender", "payment_order", "payment_order", 15),
        ("complaint_lender", "decision", "institution_review", 30),
        ("regulator_complaint", "decision", "reconsideration", 60),
        ("police_reconsideration", "decision", "police_review", 7),
        ("reconsideration", "decision", "suit_after_review", 15),
        ("civil_suit", "decision", "appeal", 15),
        ("civil_suit", "accepted", "pay_court_fee", 7),
        ("injunction", "decision", "suit_after_injunction", 30),
    ],
)
def test_a_limit_of_ones_own_closes_when_it_has_passed(rung: str, kind: ReplyKind, opens: str, days: int) -> None:
    got = date(2026, 3, 11)
    steps = (step_done(rung, date(2026, 3, 6)),)
    material = having(with_answers(sample(), branch_decided=True), steps=steps, replies=(reply_to(rung, kind, got),))
    open_step = steps_of(material, got)[opens]
    assert open_step.due_on is not None
    assert open_step.due_on >= got + timedelta(days=days)
    late = steps_of(material, open_step.due_on + timedelta(days=1))[opens]
    assert "late:期限已过" in late.blocked_by
    assert late.due_on == open_step.due_on  # shown, not dropped


def test_the_six_months_of_public_security_run_from_the_last_act() -> None:
    step = steps_of(sample(), date(2026, 4, 20))["police_report"]
    assert step.due_on == date(2026, 9, 4)
    past = steps_of(sample(), date(2026, 9, 5))["police_report"]
    assert past.due_note is not None
    assert "仍可以报案" in past.due_note


def test_a_contacted_person_has_a_ladder_of_their_own() -> None:
    steps = steps_of(sample(), sender="p1")
    assert steps["pi_request"].document == "pi_request_third_party"
    assert steps["third_party_statement"].is_open
    assert "negotiation" not in steps


def test_a_paper_of_the_colleague_is_not_urged_on_the_mother() -> None:
    done = step_done("stop_notice_lender", date(2026, 3, 8), sender="p1")
    material = having(sample(), steps=(done,))
    assert "stop_notice_lender" in steps_of(material, sender="p2")
    assert steps_of(material, sender="p1")["stop_notice_lender"].blocked_by


def test_every_rung_names_papers_and_channels_there_are() -> None:
    for rung in rungs().values():
        assert set(rung.documents.values()) <= set(documents())
    for channel in channels().values():
        assert set(channel.documents) <= set(documents())
        assert any(rung.channel == channel.id for rung in rungs().values()), channel.id


@pytest.mark.parametrize("id", [rung.id for rung in rungs().values() if rung.settings])
def test_a_rung_fills_only_fields_its_papers_have(id: str) -> None:
    rung = rungs()[id]
    for document in rung.documents.values():
        assert all(documents()[document].field(key) is not None for key in rung.settings)


@pytest.mark.parametrize(
    ("document", "stage", "title"),
    [
        ("reconsideration_application", "行政复议", "行政复议申请书"),
        ("reconsideration_application", "行政诉讼", "行政起诉状"),
        ("no_case_reconsideration", "复核", "不予立案复核申请书"),
        ("institution_complaint_letter", "核查", "消费投诉核查申请书"),
        ("repayment_negotiation", "调解", "金融消费纠纷调解申请书"),
    ],
)
def test_the_paper_of_a_later_rung_bears_its_own_name(document: str, stage: str, title: str) -> None:
    words = txt_text(draft(document, sample(), ON, law=library(), fields={"stage": stage}))
    assert words.split("\n")[0] == title
    assert ("原告：张三" in words) == (stage == "行政诉讼")


def test_whoever_is_asked_for_a_fee_or_a_code_is_first_told_to_pay_nothing() -> None:
    whole = sample()
    asked = tuple(replace(one, says_fee_scam=True) if one.contact_id == "e4" else one for one in whole.contacts)
    mine = [step.rung for step in ladder(replace(whole, contacts=asked), date(2026, 6, 1)) if step.sender == "debtor"]
    assert mine[0] == "suspected_scam"
    assert "suspected_scam" not in steps_of(whole)


def test_a_review_that_only_banks_know_sets_a_small_lender_no_date() -> None:
    waited = step_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    refused = reply_to("complaint_lender", "refused", date(2026, 3, 20))
    bank = having(sample(), steps=(waited,), replies=(refused,))
    small = having(lent_by(sample(), "microloan"), steps=(waited,), replies=(refused,))
    dated = [{one.step.partition("@")[0] for one in deadlines(here, date(2026, 3, 30))} for here in (bank, small)]
    assert "institution_review" in dated[0]
    assert "institution_review" not in dated[1]


def test_the_kind_of_lender_counts_as_answered_where_no_loan_is_on_record() -> None:
    unknown = replace(sample(), state=replace(sample().state, loans=()))
    answer = Answer(question="lender_type@lender", value="microloan", answered_at=datetime(2026, 3, 6, tzinfo=UTC))
    told = replace(unknown, state=replace(unknown.state, answers=(answer,)))
    asked = {step.id for step in ladder(unknown, ON) if any("lender_type" in one for one in step.blocked_by)}
    assert asked
    assert not any("lender_type" in one for step in ladder(told, ON) for one in step.blocked_by)


def test_an_unlicensed_lender_is_reported_without_a_complaint_that_nobody_would_answer() -> None:
    known = loan_with(sample(), lender_type="unlicensed", lender_name=None, platform_name="小金豆")
    shown = steps_of(known)
    assert shown["nifa_report"].is_open
    order = [one.rung for one in ladder(known, ON) if one.sender == "debtor"]
    assert order.index("police_report") < order.index("local_complaint")
