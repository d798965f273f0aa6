"""Writing down what was done and what came back: once, never against the calendar, never over what was sent."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.remedies.doing import DoneFacts, full_step, record_done, record_reply, reply_kind
from cuijie.remedies.errors import RemedyError
from tests.remedies.plans import having, steps_of
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
