"""A loan that was repaid before its time: what is left of its schedule is no debt that is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cuijie.money import Flow, Instalment, LoanFacts, owing
from cuijie.money.allocation import left_by_item
from cuijie.money.keeping import proposals_of
from cuijie.money.schedule import schedule
from cuijie.records.money import ClaimedItem

LENT, AFTER = date(2025, 1, 10), date(2026, 6, 1)
DUE = schedule("equal_payment", 1_000_000, Decimal("0.01"), 12, date(2025, 2, 10))


def loan(*paid: tuple[date, int], due: tuple[Instalment, ...] = DUE) -> LoanFacts:
    return LoanFacts(
        contract_on=LENT,
        received=(Flow(on=LENT, fen=1_000_000, kind="disbursement"),),
        due=due,
        paid=tuple(Flow(on=day, fen=fen, kind="repayment") for day, fen in paid),
        claimed=(ClaimedItem(name="剩余本息", fen=50_000),),
    )


FIVE = tuple((one.due_on, one.fen) for one in DUE[:5])
REST = sum(one.principal_fen for one in DUE[5:])
"""Principal that is left when five instalments are paid."""
UNDIVIDED = tuple(Instalment(due_on=one.due_on, principal_fen=one.fen, interest_fen=0) for one in DUE)


@pytest.mark.parametrize("due", [DUE, UNDIVIDED])
def test_after_early_repayment_nothing_is_overdue_and_no_record_is_held_against_the_claim(
    due: tuple[Instalment, ...],
) -> None:
    found = owing(loan(*FIVE, (date(2025, 6, 20), REST + 2_000), due=due), AFTER)
    assert (found.repaid_early_on, found.overdue, found.overdue_fen, found.limitation) == (
        date(2025, 6, 20), None, None, None,
    )  # fmt: skip
    assert {one.recorded_fen for one in found.differences} == {None}
    early = next(one for one in found.lines if one.line.kind == "early")
    assert early.applies
    assert "不算逾期" in early.working[0].zh


def test_a_letter_does_not_call_interest_of_later_periods_due() -> None:
    facts = loan(*FIVE, (date(2025, 6, 20), REST + 2_000))
    table = next(one.value for one in proposals_of(facts, owing(facts, AFTER)) if one.key == "debt_table")
    assert "第六百七十七条" in table
    assert "已到期" not in table


@pytest.mark.parametrize("due", [DUE, UNDIVIDED])
def test_a_hundred_yuan_short_of_the_principal_is_no_early_repayment(due: tuple[Instalment, ...]) -> None:
    found = owing(loan(*FIVE, (date(2025, 6, 20), REST - 10_000), due=due), AFTER)
    assert found.repaid_early_on is None
    assert found.overdue is not None


def test_principal_repaid_on_the_eve_of_the_last_day_without_its_interest_leaves_that_interest_overdue() -> None:
    due = tuple(
        Instalment(due_on=one.due_on, principal_fen=1_000_000 if one is DUE[-1] else 0, interest_fen=10_000)
        for one in DUE
    )
    found = owing(loan(*((one.due_on, 10_000) for one in due[:-1]), (date(2026, 1, 9), 1_000_000), due=due), AFTER)
    assert (found.repaid_early_on, found.overdue_fen) == (None, 10_000)


def test_what_is_paid_a_day_early_meets_what_falls_due_the_next_day() -> None:
    due = (Instalment(due_on=date(2025, 2, 10), principal_fen=0, interest_fen=5_000), *DUE[1:])
    paid = (Flow(on=date(2025, 2, 9), fen=5_000, kind="interest"),)
    left = left_by_item(LoanFacts(due=due, paid=paid), date(2025, 2, 11))
    assert left is not None
    assert left["interest"] == 0


@pytest.mark.parametrize(("deducted", "is_told"), [(30_000, True), (25_000, False)])
def test_interest_deducted_in_advance_is_not_counted_once_more_without_a_word(deducted: int, is_told: bool) -> None:
    facts = LoanFacts(
        principal_fen=500_000,
        received=(Flow(on=LENT, fen=500_000 - deducted, kind="disbursement"),),
        due=schedule("interest_first", 500_000, Decimal("0.02"), 12, date(2025, 2, 10)),
        paid=(Flow(on=date(2025, 5, 10), fen=10_000, kind="interest"),),
    )
    assert any("多算了一遍" in words.zh for words in owing(facts, AFTER).missing) is is_told


def test_a_letter_does_not_reckon_up_to_the_lender_what_a_line_would_allow_for_the_delay() -> None:
    dear = schedule("equal_payment", 1_000_000, Decimal("0.03"), 12, date(2025, 2, 10))
    facts = replace(loan(due=dear), lender_type="consumer_finance", claimed=(ClaimedItem(name="合计", fen=1_200_000),))
    found = owing(facts, date(2027, 2, 10))
    line = next(one for one in found.lines if one.line.id == "licensed-24")
    gaps = next(one.value for one in proposals_of(facts, found) if one.key == "gaps")
    assert line.is_of_agreed
    assert "每期都按合同的日子付清" in gaps
    assert "合计 " not in gaps
    assert "随拖欠" not in gaps
