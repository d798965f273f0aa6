"""The plan: never a step whose precondition fails, never a deadline lost, the urgent first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.records import Answer, Entry, Payment
from cuijie.records.contact import LenderType
from cuijie.records.remedies import Reply, ReplyKind, StepDone
from cuijie.remedies.channels import channels
from cuijie.remedies.conditions import holds
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.doing import DoneFacts, full_step, record_done, record_reply, reply_kind
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.ladder import Step, deadlines, ladder
from cuijie.remedies.material import Material
from cuijie.remedies.rungs import rungs
from cuijie.remedies.situation import situations, words_of_despair
from tests.remedies.sample import ON, at, sample


def _of(material: Material, on: date = ON, sender: str = "debtor") -> dict[str, Step]:
    return {step.rung: step for step in ladder(material, on) if step.sender == sender}


def _done(rung: str, on: date, *, reached: date | None = None, sender: str = "debtor") -> StepDone:
    step = f"{rung}@loan1:{sender}"
    return StepDone(done_id=f"{step}#01", step=step, done_on=on, channel=rungs()[rung].channel, reached_on=reached)


def _answered(material: Material, **values: bool) -> Material:
    told = tuple(
        Answer(question=f"{key}@case", value=value, answered_at=at(2026, 3, 1)) for key, value in values.items()
    )
    return replace(material, state=replace(material.state, answers=(*material.state.answers, *told)))


def _reply(rung: str, kind: ReplyKind, on: date) -> Reply:
    step = f"{rung}@loan1:debtor"
    return Reply(reply_id=f"{step}#{kind}{on}", step=step, kind=kind, received_on=on)


def _with(material: Material, *, steps: tuple[StepDone, ...] = (), replies: tuple[Reply, ...] = ()) -> Material:
    return replace(material, steps=steps, replies=replies)


def _typed(
    material: Material,
    lender_type: str | None,
    name: str | None = "某公司（虚构）",
    platform: str | None = "闪云借（虚构）",
) -> Material:
    known = {"lender_type": lender_type, "lender_name": name, "platform_name": platform}
    loan = replace(material.state.loans[0], **known)  # type: ignore[arg-type]
    return replace(material, state=replace(material.state, loans=(loan,)))


def test_the_first_rungs_are_notice_complaint_and_then_the_regulator() -> None:
    steps = _of(sample())
    assert steps["stop_notice_lender"].document == "cease_letter_lender"
    assert steps["stop_notice_lender"].is_open
    assert steps["complaint_lender"].document == "institution_complaint_letter"
    assert steps["complaint_lender"].is_open
    assert steps["regulator_complaint"].blocked_by == ("step:complaint_lender@loan1:debtor",)


def test_the_kind_of_lender_decides_the_regulator() -> None:
    waited = _done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    on = date(2026, 3, 30)
    bank = _of(_with(sample(), steps=(waited,)), on)
    small = _of(_with(_typed(sample(), "microloan"), steps=(waited,)), on)
    assert bank["regulator_complaint"].is_open
    assert "local_complaint" not in bank
    assert small["local_complaint"].is_open
    assert "regulator_complaint" not in small


def test_an_unknown_kind_of_lender_is_a_question_not_a_guess() -> None:
    steps = _of(_typed(sample(), None, platform=None))
    assert steps["find_lender"].is_open
    assert "question:lender_type@l1" in steps["complaint_lender"].blocked_by
    for step in steps.values():
        if step.is_open and step.channel:
            assert channels()[step.channel].takes(None) is True


def test_the_step_to_find_the_lender_lists_clues_and_concludes_nothing() -> None:
    paid = Payment(
        payment_id="z1", owner="debtor", places=("it3#1",), amount_fen=500_000, flow="in",
        payee="某信托（虚构）", suggested="disbursement",
    )  # fmt: skip
    material = replace(_typed(sample(), None, None), payments=(paid,))
    why = _of(material)["find_lender"].why
    assert "到账流水的付款方：某信托（虚构）" in why
    assert "短信署名：【星河消金】" in why
    assert "不能当作结论" in why
    assert material.state.loans[0].lender_name is None


def test_an_unnamed_lender_blocks_the_letters_to_it() -> None:
    steps = _of(_typed(sample(), "consumer_finance", None, platform=None))
    assert steps["stop_notice_lender"].blocked_by == ("fact:放款机构的全称",)
    assert steps["pi_request"].blocked_by == ("fact:放款机构的全称",)


def test_with_a_platform_but_no_lender_the_platform_is_written_to_and_asked_who_lent() -> None:
    material = _typed(sample(), None, None)
    steps = _of(material)
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
    assert "police_report" not in _of(sample(), date(2026, 3, 6))


def test_a_threat_of_last_month_is_an_ordinary_report() -> None:
    steps = _of(sample(), date(2026, 4, 20))
    assert "emergency_110" not in steps
    assert steps["police_report"].is_open


@pytest.mark.parametrize("text", ["我真的不想活了", "活不下去", "想一了百了", "准备写遗书"])
def test_words_of_not_wanting_to_live_come_before_everything(text: str) -> None:
    note = replace(_done("stop_notice_lender", date(2026, 3, 8)), note=text)
    first = ladder(_with(sample(), steps=(note,)), date(2026, 3, 9))[0]
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
    assert "help_first" in _of(heard)
    assert "help_first" in _of(told)
    assert "help_first" not in _of(threatened)


@pytest.mark.parametrize("text", ["我没有想死，只想他们停下来", "没有自杀的念头", None, ""])
def test_a_denial_is_not_despair(text: str | None) -> None:
    assert not words_of_despair(text)


def test_a_clock_does_not_start_without_proof_of_arrival() -> None:
    material = _with(sample(), steps=(_done("complaint_lender", date(2026, 3, 6)),))
    assert not any(one.step.startswith("complaint_lender") for one in deadlines(material, ON))
    waiting = _of(material)["complaint_lender"]
    assert waiting.blocked_by == ("wait:complaint_lender@loan1:debtor",)
    assert "还没有记下对方收到的日期" in waiting.why


def test_silence_past_the_limit_opens_the_regulator_the_day_after() -> None:
    material = _with(sample(), steps=(_done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7)),))
    last = next(one.due_on for one in deadlines(material, ON) if one.id == "complaint_lender@loan1:debtor/decision")
    assert last == date(2026, 3, 23)  # 22 March is a Sunday
    assert not _of(material, last)["regulator_complaint"].is_open
    assert _of(material, last + timedelta(days=1))["regulator_complaint"].is_open


def test_an_announced_extension_is_waited_for() -> None:
    done = _done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    material = _with(sample(), steps=(done,), replies=(_reply("complaint_lender", "extended", date(2026, 3, 20)),))
    assert not _of(material, date(2026, 3, 30))["regulator_complaint"].is_open
    assert _of(material, date(2026, 4, 8))["regulator_complaint"].is_open


def test_a_pause_stops_the_clock_until_it_is_resumed() -> None:
    done = _done("complaint_lender", date(2026, 3, 6), reached=date(2026, 3, 7))
    stopped = _reply("complaint_lender", "paused", date(2026, 3, 10))
    on = date(2026, 4, 30)
    paused = _with(sample(), steps=(done,), replies=(stopped,))
    assert not any(one.step == done.step for one in deadlines(paused, on))
    assert "中止" in _of(paused, on)["complaint_lender"].why
    resumed = replace(paused, replies=(stopped, _reply("complaint_lender", "resumed", date(2026, 4, 9))))
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
    steps = (_done(rung, date(2026, 3, 6), reached=date(2026, 3, 7)),)
    if rung == "regulator_complaint":
        steps = (_done("complaint_lender", date(2026, 3, 5), reached=date(2026, 3, 5)), *steps)
    before = _of(_with(sample(), steps=steps), on)
    assert opens not in before or not before[opens].is_open
    material = _answered(sample(), branch_decided=True)
    after = _of(_with(material, steps=steps, replies=(_reply(rung, kind, date(2026, 3, 11)),)), on)
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
    steps = (_done(rung, date(2026, 3, 6)),)
    material = _with(_answered(sample(), branch_decided=True), steps=steps, replies=(_reply(rung, kind, got),))
    open_step = _of(material, got)[opens]
    assert open_step.due_on is not None
    assert open_step.due_on >= got + timedelta(days=days)
    late = _of(material, open_step.due_on + timedelta(days=1))[opens]
    assert "late:期限已过" in late.blocked_by
    assert late.due_on == open_step.due_on  # shown, not dropped


def test_the_six_months_of_public_security_run_from_the_last_act() -> None:
    step = _of(sample(), date(2026, 4, 20))["police_report"]
    assert step.due_on == date(2026, 9, 4)
    past = _of(sample(), date(2026, 9, 5))["police_report"]
    assert past.due_note is not None
    assert "仍可以报案" in past.due_note


def test_a_contacted_person_has_a_ladder_of_their_own() -> None:
    steps = _of(sample(), sender="p1")
    assert steps["pi_request"].document == "pi_request_third_party"
    assert steps["third_party_statement"].is_open
    assert "negotiation" not in steps


def test_a_paper_of_the_colleague_is_not_urged_on_the_mother() -> None:
    done = _done("stop_notice_lender", date(2026, 3, 8), sender="p1")
    material = _with(sample(), steps=(done,))
    assert "stop_notice_lender" in _of(material, sender="p2")
    assert _of(material, sender="p1")["stop_notice_lender"].blocked_by


_LENDERS = st.one_of(st.none(), st.sampled_from(get_args(LenderType)))
_DAYS = st.dates(date(2026, 3, 1), date(2026, 12, 31))


@st.composite
def _materials(draw: st.DrawFn) -> Material:
    material = _typed(sample(), draw(_LENDERS), draw(st.sampled_from([None, "", "某公司（虚构）"])))
    if draw(st.booleans()):
        material = replace(material, exhibits=())
    material = replace(material, findings=tuple(f for f in material.findings if draw(st.booleans())))
    steps: list[StepDone] = []
    replies: list[Reply] = []
    for rung in draw(st.lists(st.sampled_from(sorted(rungs())), max_size=6, unique=True)):
        for sender in ("debtor", "p1"):
            if ("debtor" if sender == "debtor" else "contacted") not in rungs()[rung].who or not draw(st.booleans()):
                continue
            on = draw(_DAYS)
            reached = draw(st.one_of(st.none(), st.just(on + timedelta(days=draw(st.integers(0, 9))))))
            steps.append(_done(rung, on, reached=reached, sender=sender))
            for kind in draw(st.lists(st.sampled_from(get_args(ReplyKind)), max_size=2)):
                when = on + timedelta(days=draw(st.integers(0, 40)))
                step = f"{rung}@loan1:{sender}"
                reply = Reply(reply_id=f"{step}#{len(replies)}", step=step, kind=kind, received_on=when)
                replies.append(reply)
    return _with(material, steps=tuple(steps), replies=tuple(replies))


@given(_materials(), _DAYS)
def test_an_open_step_has_every_precondition_and_a_paper_its_sender_may_use(material: Material, on: date) -> None:
    here = {(one.loan.loan_id if one.loan else None, one.sender): one for one in situations(material, on)}
    for step in ladder(material, on):
        rung, situation = rungs()[step.rung], here[step.loan_id, step.sender]
        if not step.is_open:
            continue
        for condition in (*rung.when, *rung.needs):
            assert condition.startswith("within:") or holds(condition, situation, rung.channel)
        if step.channel:
            assert situation.channel_takes(channels()[step.channel]) is True
            assert situation.who in channels()[step.channel].who
        if step.document:
            assert situation.who in documents()[step.document].who
        if any(condition.startswith("within:") for condition in rung.needs):
            assert step.due_on is not None
            assert step.due_on >= on


@given(_materials(), _DAYS)
def test_no_running_clock_is_lost(material: Material, on: date) -> None:
    """Every arrival without an answer keeps its clock, and each step's own day stands in the list of deadlines."""
    running = {one.id: one for one in deadlines(material, on)}
    for done in material.steps:
        answered = any(one.step == done.step for one in material.replies)
        channel = channels().get(done.channel or "")
        if answered or channel is None or done.reached_on is None:
            continue
        lender = material.state.loans[0].lender_type
        for rule in channel.clocks:
            if rule.start == "reached" and not rule.is_mine and rule.holds(done.reached_on, lender):
                assert f"{done.step}/{rule.id}" in running
    for step in ladder(material, on):
        rung = rungs()[step.rung]
        if step.due_on is not None and rung.clock is not None and not step.title.startswith("等待"):
            assert running[f"{step.id}/{rung.clock}"].due_on in {step.due_on, None}


@given(_materials(), _DAYS)
def test_the_plan_is_the_same_whatever_the_order_of_the_records(material: Material, on: date) -> None:
    turned = replace(
        material,
        steps=material.steps[::-1],
        replies=material.replies[::-1],
        findings=material.findings[::-1],
        contacts=material.contacts[::-1],
    )
    assert ladder(turned, on) == ladder(material, on)


def test_a_step_is_recorded_once_and_completed_later() -> None:
    material = sample()
    first = record_done(material, "complaint_lender", DoneFacts(done_on=date(2026, 3, 6), paper_sha256="a" * 64), ON)
    again = _with(material, steps=(first,))
    second = record_done(again, "complaint_lender", DoneFacts(reached_on=date(2026, 3, 8), ticket_no="T1"), ON)
    assert second.done_id == first.done_id
    assert (second.paper_sha256, second.reached_on, second.ticket_no) == ("a" * 64, date(2026, 3, 8), "T1")


def test_a_paper_that_was_sent_is_never_replaced() -> None:
    material = sample()
    first = record_done(material, "complaint_lender", DoneFacts(done_on=date(2026, 3, 6), paper_sha256="a" * 64), ON)
    other = record_done(_with(material, steps=(first,)), "complaint_lender", DoneFacts(paper_sha256="b" * 64), ON)
    assert other.done_id != first.done_id
    assert other.paper_sha256 == "b" * 64


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (DoneFacts(done_on=date(2026, 3, 21)), "还没有到"),
        (DoneFacts(done_on=date(2026, 3, 6), reached_on=date(2026, 3, 5)), "早于寄出"),
        (DoneFacts(done_on=date(2026, 3, 6), reached_on=date(2027, 1, 1)), "还没有到"),
    ],
)
def test_impossible_days_are_refused(facts: DoneFacts, problem: str) -> None:
    with pytest.raises(RemedyError, match=problem):
        record_done(sample(), "complaint_lender", facts, ON)


@pytest.mark.parametrize("written", ["nothing", "complaint_lender@loan9:debtor", "complaint_lender@loan1:p9"])
def test_a_step_that_is_not_there_is_refused(written: str) -> None:
    with pytest.raises(RemedyError):
        full_step(sample(), written)


def test_a_reply_needs_a_step_that_was_done() -> None:
    with pytest.raises(RemedyError, match="还没有记下"):
        record_reply(sample(), "complaint_lender", "refused", received_on=None, today=ON)
    order = record_reply(sample(), "payment_order", "payment_order", received_on=None, today=ON)
    assert order.received_on == ON
    assert _of(_with(sample(), replies=(order,)))["payment_order"].due_on is not None


@pytest.mark.parametrize(
    ("word", "kind"), [("拒绝", "refused"), ("说不是我们的人", "not_ours"), ("no_case", "no_case")]
)
def test_replies_are_named_in_chinese_or_by_id(word: str, kind: str) -> None:
    assert reply_kind(word) == kind


def test_an_unknown_kind_of_reply_lists_the_words() -> None:
    with pytest.raises(RemedyError) as caught:
        reply_kind("好的")
    assert "要求补材料" in caught.value.remedy


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
