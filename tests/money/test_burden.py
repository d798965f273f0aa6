"""Before borrowing again: the month in sums, what is not known stays unknown, nothing is scored."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cuijie.cli.main import cli
from cuijie.errors import CuijieError
from cuijie.money import Household, Instalment, LoanFacts, OtherDebt
from cuijie.money.burden import burden
from cuijie.money.burden_words import burden_lines

NEW = LoanFacts(
    due=tuple(Instalment(due_on=date(2027, n, 1), principal_fen=92_500, interest_fen=0) for n in range(1, 13))
)


def home(income: int, costs: int, *debts: int | None) -> Household:
    rows = tuple(OtherDebt(name=f"债{n}", balance_fen=100_000, monthly_fen=fen) for n, fen in enumerate(debts))
    return Household(income_fen=income, costs_fen=costs, debts=rows)


def test_the_month_with_the_new_loan_and_with_less_income() -> None:
    found = burden(home(600_000, 420_000, 50_000), NEW, None)
    assert (found.new_fen, found.is_carried, found.share) == (92_500, True, Decimal("0.2375"))
    assert dict(found.left) == {Decimal("0"): 37_500, Decimal("0.2"): -82_500, Decimal("0.4"): -202_500}


def test_a_debt_without_its_monthly_payment_leaves_the_answer_open() -> None:
    found = burden(home(600_000, 420_000, None), NEW, None)
    assert (found.is_carried, found.share, found.unknown_debts) == (None, None, ("债0",))
    assert "说不准" in burden_lines(found)[-1].zh


def test_new_money_for_old_debt_is_said_to_be_that() -> None:
    assert "借新的来还旧的" in burden_lines(burden(home(400_000, 420_000, 50_000), NEW, None))[-1].zh


@given(st.integers(0, 10**8), st.integers(0, 10**8), st.lists(st.integers(0, 10**7), max_size=4))
def test_what_is_left_never_grows_when_income_falls(income: int, costs: int, debts: list[int]) -> None:
    left = [fen for _, fen in burden(home(income, costs, *debts), NEW, None).left]
    assert left == sorted(left, reverse=True)


def test_the_command_says_the_month(tmp_path: Path) -> None:
    form = tmp_path / "打算借.yaml"
    form.write_text(
        "到手: [{日期: 2026-12-01, 金额: 9400}]\n期数: 12\n首期: 2027-01-01\n每期还款: 925\n家庭: {收入: 6000, 必要支出: 4200}\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(cli, ["owe", str(form), "--budget", "--json"], catch_exceptions=False)
    found = json.loads(done.stdout)
    assert (done.exit_code, found["is_carried"], found["new_monthly_fen"]) == (0, True, 92_500)
    assert found["effective_annual"].startswith("0.3")
    said = CliRunner().invoke(cli, ["owe", str(form), "--budget"], catch_exceptions=False).stdout
    assert "多付 1,700.00 元" in said


def test_without_a_household_the_command_says_what_is_needed(tmp_path: Path) -> None:
    form = tmp_path / "打算借.yaml"
    form.write_text("期数: 12\n首期: 2027-01-01\n每期还款: 925\n", encoding="utf-8")
    with pytest.raises(CuijieError, match="家里的收支"):
        CliRunner().invoke(cli, ["owe", str(form), "--budget"], catch_exceptions=False)
