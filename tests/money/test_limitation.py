"""Limitation and overdue stages: reckoned from what is known, and never said to have run out for certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.money import Flow, Instalment, Interruption, LoanFacts, limitation, overdue, owing
from cuijie.money.limitation import act_named

ON = date(2026, 11, 21)
DUE = [date(2022, 5, 10), date(2022, 6, 10)]


def paid(on: date, fen: int = 100) -> Flow:
    return Flow(on=on, fen=fen, kind="repayment")


def test_three_years_run_from_the_last_instalment_and_having_run_is_never_certain() -> None:
    found = limitation(DUE, None, None, [], [], ON)
    assert found is not None
    assert (found.started_on, found.full_on, found.has_run) == (date(2022, 6, 10), date(2025, 6, 10), None)
    assert "不等于债没有了" in found.notes[0].zh


def test_a_loan_called_due_runs_from_that_day() -> None:
    found = limitation(DUE, date(2022, 1, 5), None, [], [], ON)
    assert found is not None
    assert found.started_on == date(2022, 1, 5)


@pytest.mark.parametrize(
    ("written", "provision"),
    [("催收", "cn.civil-code.2020/195"), ("申请分期", "cn.interp-limitation.2020/14")],
)
def test_a_demand_or_a_request_for_instalments_starts_it_anew(written: str, provision: str) -> None:
    act = act_named(written)
    assert act is not None
    found = limitation(DUE, None, None, [], [Interruption(on=date(2025, 1, 2), act=act, written=written)], ON)
    assert found is not None
    assert (found.full_on, found.has_run) == (date(2028, 1, 2), False)
    assert found.restarts[0].provision == provision


def test_a_payment_after_the_due_day_starts_it_anew_and_one_before_does_not() -> None:
    found = limitation(DUE, None, None, [paid(date(2022, 1, 1)), paid(date(2024, 2, 29))], [], ON)
    assert found is not None
    assert [one.on for one in found.restarts] == [date(2024, 2, 29)]
    assert found.full_on == date(2027, 2, 28)


def test_a_demand_when_the_time_is_full_starts_nothing_anew_and_a_promise_does() -> None:
    late = Interruption(on=date(2025, 7, 1), act="demanded", written="催收")
    found = limitation(DUE, None, None, [], [late], ON)
    assert found is not None
    assert (found.restarts, found.full_on, found.has_run) == ((), date(2025, 6, 10), None)
    assert any("一般不重新算" in note.zh for note in found.notes)
    promised = limitation(DUE, None, None, [], [late, Interruption(on=date(2025, 8, 1), act="agreed", written="")], ON)
    assert promised is not None
    assert promised.full_on == date(2028, 8, 1)


@pytest.mark.parametrize("known", [{"filed_on": date(2024, 3, 1)}, {"is_sued": True}])
def test_a_suit_that_the_form_tells_of_leaves_limitation_to_the_court(known: dict[str, object]) -> None:
    facts = LoanFacts(due=(Instalment(due_on=DUE[0], principal_fen=100, interest_fen=0),))
    found = owing(replace(facts, **known), ON)  # type: ignore[arg-type]
    assert found.limitation is not None
    assert found.limitation.full_on is None
    assert found.overdue is not None
    assert "已经起诉" in found.overdue.to_do.zh


def test_once_sued_no_end_is_reckoned() -> None:
    found = limitation(DUE, None, None, [], [Interruption(on=date(2023, 1, 2), act="sued", written="起诉")], ON)
    assert found is not None
    assert (found.full_on, found.has_run) == (None, False)


def test_without_a_day_or_before_it_nothing_is_reckoned() -> None:
    assert limitation([], None, None, [], [], ON) is None
    assert limitation([date(2027, 1, 1)], None, None, [], [], ON) is None


def test_a_start_that_only_the_user_tells_is_marked() -> None:
    found = limitation([], None, date(2024, 1, 1), [], [], ON)
    assert found is not None
    assert "只是你说的" in found.notes[-1].zh


@given(st.lists(st.dates(date(2022, 1, 1), ON), max_size=5), st.dates(date(2022, 7, 1), ON))
def test_one_more_payment_never_ends_it_sooner(days: list[date], more: date) -> None:
    before = limitation(DUE, None, None, [paid(day) for day in days], [], ON)
    after = limitation(DUE, None, None, [paid(day) for day in (*days, more)], [], ON)
    assert before is not None
    assert after is not None
    assert before.full_on is not None
    assert after.full_on is not None
    assert after.full_on >= before.full_on
    assert all(library().holds(basis) for basis in after.bases)


def facts(*payments: Flow) -> LoanFacts:
    due = tuple(Instalment(due_on=date(2026, month, 10), principal_fen=100, interest_fen=0) for month in (8, 9, 10))
    return LoanFacts(due=due, paid=payments)


@pytest.mark.parametrize(
    ("payments", "since"),
    [((), date(2026, 8, 10)), ((100,), date(2026, 9, 10)), ((150,), date(2026, 9, 10)), ((300,), None)],
)
def test_a_loan_is_overdue_from_the_first_instalment_not_covered(payments: tuple[int, ...], since: date | None) -> None:
    found = overdue(facts(*(paid(date(2026, 8, 1), fen) for fen in payments)), ON)
    assert (found.since if found else None) == since


@pytest.mark.parametrize(("days", "stage"), [(1, "M1"), (30, "M1"), (31, "M2"), (180, "M6"), (181, "M6 以上")])
def test_the_stage_counts_thirty_days_each(days: int, stage: str) -> None:
    found = overdue(LoanFacts(overdue_since=date.fromordinal(ON.toordinal() - days)), ON)
    assert found is not None
    assert found.stage.startswith(f"{stage}（")
    assert found.is_told


def test_a_membership_fee_pays_no_instalment() -> None:
    fee = Flow(on=date(2026, 8, 1), fen=300, kind="fee")
    found = overdue(facts(fee), ON)
    assert found is not None
    assert found.since == date(2026, 8, 10)
