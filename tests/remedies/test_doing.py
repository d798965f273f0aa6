"""Writing down what was done and what came back: once, never against the calendar, never over what was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cuijie.remedies.doing import DoneFacts, asked_of, full_step, record_done, record_reply, reply_kind
from cuijie.remedies.errors import RemedyError
from tests.remedies.plans import having, reply_to, step_done, steps_of, with_answers
from tests.remedies.sample import ON, sample


def test_a_step_is_recorded_once_and_completed_later() -> None:
    material = sample()
    first = record_done(material, "complaint_lender", DoneFacts(done_on=date(2026, 3, 6), paper_sha256="a" * 64), ON)
    again = having(material, steps=(first,))
    second = record_done(again, "complaint_lender", DoneFacts(reached_on=date(2026, 3, 8), ticket_no="T1"), ON)
    assert second.done_id == first.done_id
    assert (second.paper_sha256, second.reached_on, second.ticket_no) == ("a" * 64, date(2026, 3, 8), "T1")


def test_a_paper_that_was_sent_is_never_replaced() -> None:
    material = sample()
    first = record_done(material, "complaint_lender", DoneFacts(done_on=date(2026, 3, 6), paper_sha256="a" * 64), ON)
    other = record_done(having(material, steps=(first,)), "complaint_lender", DoneFacts(paper_sha256="b" * 64), ON)
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


def test_material_is_handed_in_to_one_office_and_the_other_still_waits_for_its_own() -> None:
    asked = [step_done(rung, date(2026, 3, 6)) for rung in ("complaint_lender", "police_report")]
    replies = tuple(reply_to(rung, "more_material", date(2026, 3, 9)) for rung in ("complaint_lender", "police_report"))
    material = having(sample(), steps=tuple(asked), replies=replies)
    with pytest.raises(RemedyError, match="补给哪一处"):
        record_done(material, "supply_material", DoneFacts(done_on=date(2026, 3, 10)), ON)
    first = DoneFacts(done_on=date(2026, 3, 10), answers=asked[0].step)
    given = record_done(material, "supply_material", first, ON)
    half = having(sample(), steps=(*asked, given), replies=replies)
    assert "向公安机关报案" in steps_of(half)["supply_material"].why
    assert asked_of(half, given.step) == (asked[1].step,)
    rest = record_done(half, "supply_material", DoneFacts(done_on=date(2026, 3, 10)), ON)
    assert (rest.answers, rest.done_id == given.done_id) == (asked[1].step, False)
    both = having(sample(), steps=(*asked, given, rest), replies=replies)
    assert "supply_material" not in steps_of(both)
    arrived = record_done(both, "supply_material", DoneFacts(reached_on=date(2026, 3, 12)), ON)
    assert (arrived.done_id, arrived.answers) == (rest.done_id, rest.answers)


def test_a_judgment_with_its_day_for_performing_starts_the_two_years_of_enforcement() -> None:
    sued = with_answers(having(sample(), steps=(step_done("civil_suit", date(2026, 3, 2)),)), judgment_final=True)
    by = date(2026, 3, 31)
    judged = record_reply(sued, "civil_suit", "decision", received_on=date(2026, 3, 16), today=ON, perform_by=by)
    step = steps_of(replace(sued, replies=(judged,)))["enforcement"]
    assert step.is_open
    assert step.due_on == date(2028, 3, 31)
    unsaid = replace(judged, perform_by=None)
    assert steps_of(replace(sued, replies=(unsaid,)))["enforcement"].due_on is None
    with pytest.raises(RemedyError, match="履行期限"):
        record_reply(sued, "civil_suit", "accepted", received_on=date(2026, 3, 16), today=ON, perform_by=by)


def test_a_reply_needs_a_step_that_was_done() -> None:
    with pytest.raises(RemedyError, match="还没有记下"):
        record_reply(sample(), "complaint_lender", "refused", received_on=None, today=ON)
    order = record_reply(sample(), "payment_order", "payment_order", received_on=None, today=ON)
    assert order.received_on == ON
    assert steps_of(having(sample(), replies=(order,)))["payment_order"].due_on is not None


@pytest.mark.parametrize(
    ("word", "kind"), [("拒绝", "refused"), ("说不是我们的人", "not_ours"), ("no_case", "no_case")]
)
def test_replies_are_named_in_chinese_or_by_id(word: str, kind: str) -> None:
    assert reply_kind(word) == kind


def test_an_unknown_kind_of_reply_lists_the_words() -> None:
    with pytest.raises(RemedyError) as caught:
        reply_kind("好的")
    assert "要求补材料" in caught.value.remedy
