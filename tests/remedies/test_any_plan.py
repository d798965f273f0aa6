"""For any case and day: every precondition holds, no clock is lost, the order of the records is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from cuijie.records.contact import LenderType
from cuijie.records.remedies import Reply, ReplyKind, StepDone
from cuijie.remedies.channels import channels
from cuijie.remedies.conditions import holds
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.ladder import deadlines, ladder
from cuijie.remedies.material import Material
from cuijie.remedies.rungs import rungs
from cuijie.remedies.situation import situations
from tests.remedies.plans import having, lent_by, step_done
from tests.remedies.sample import sample

_LENDERS = st.one_of(st.none(), st.sampled_from(get_args(LenderType)))


_DAYS = st.dates(date(2026, 3, 1), date(2026, 12, 31))


@st.composite
def _materials(draw: st.DrawFn) -> Material:
    material = lent_by(sample(), draw(_LENDERS), draw(st.sampled_from([None, "", "某公司（虚构）"])))
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
            steps.append(step_done(rung, on, reached=reached, sender=sender))
            for kind in draw(st.lists(st.sampled_from(get_args(ReplyKind)), max_size=2)):
                when = on + timedelta(days=draw(st.integers(0, 40)))
                step = f"{rung}@loan1:{sender}"
                reply = Reply(reply_id=f"{step}#{len(replies)}", step=step, kind=kind, received_on=when)
                replies.append(reply)
    return having(material, steps=tuple(steps), replies=tuple(replies))


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
