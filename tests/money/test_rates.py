"""Rates against worked examples, against another solver, and where there is no root or more than one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from cuijie.money import effective_annual, fen_of, nominal_annual, percent, period_rate, simple_annual, xirr, yuan
from cuijie.money.amounts import MoneyError


@pytest.mark.parametrize(
    ("received", "payment", "nominal", "effective"),
    [
        ("12000", "1084", "15.16%", "16.26%"),
        ("10000", "945.60", "24.00%", "26.83%"),
        ("9400", "925", "31.86%", "36.95%"),
    ],
)
def test_monthly_loans_give_their_nominal_and_effective_rates(
    received: str, payment: str, nominal: str, effective: str
) -> None:
    rate = period_rate([fen_of(received)] + [-fen_of(payment)] * 12).only
    assert rate is not None
    assert percent(nominal_annual(rate, 12)) == nominal
    assert percent(effective_annual(rate, 12)) == effective


@pytest.mark.parametrize(
    ("received", "repaid", "days", "simple"), [("1050", "1500", 7, "2234.69%"), ("700", "1000", 30, "521.43%")]
)
def test_short_loans_are_told_as_a_simple_rate(received: str, repaid: str, days: int, simple: str) -> None:
    rate = simple_annual(fen_of(repaid) - fen_of(received), [(fen_of(received), days)])
    assert rate is not None
    assert percent(rate) == simple


def test_several_roots_are_all_said_and_none_is_said_too() -> None:
    assert [percent(rate, 0) for rate in period_rate([100, -300, 200]).rates] == ["0%", "100%"]
    assert period_rate([100, -100, 100]).rates == ()
    assert period_rate([100, 100]).rates == ()
    assert xirr([(date(2025, 1, 1), 100)]).rates == ()


@given(
    received=st.integers(10_000, 10_000_000),
    parts=st.lists(st.integers(100, 1_000_000), min_size=1, max_size=36),
    gaps=st.lists(st.integers(1, 45), min_size=36, max_size=36),
)
def test_an_ordinary_loan_has_one_rate_and_another_solver_finds_the_same(
    received: int, parts: list[int], gaps: list[int]
) -> None:
    start = date(2025, 1, 1)
    days = [start]
    for gap in gaps[: len(parts)]:
        days.append(days[-1] + timedelta(days=gap))
    amounts = [received, *(-part for part in parts)]
    theirs = pyxirr.xirr(days, [float(amount) for amount in amounts])
    assume(theirs is not None and -0.9 < theirs < 1e6)
    ours = xirr(list(zip(days, amounts, strict=True))).only
    assert ours is not None
    assert float(ours) == pytest.approx(theirs, rel=1e-6, abs=1e-9)


@given(
    received=st.integers(100_000, 1_000_000),
    payment=st.integers(10_000, 200_000),
    fee=st.integers(1, 50_000),
    count=st.integers(2, 24),
)
def test_a_further_fee_never_lowers_the_rate(received: int, payment: int, fee: int, count: int) -> None:
    without = period_rate([received] + [-payment] * count).only
    more = period_rate([received - fee] + [-payment] * count).only
    assert without is not None
    assert more is not None
    assert more > without


@given(st.integers(0, 10**13))
def test_yuan_and_fen_are_inverse(fen: int) -> None:
    assert fen_of(yuan(fen)) == fen


@pytest.mark.parametrize("written", ["", None, "十元", "1.234", "1e5", "--5", True, "99999999999999"])
def test_what_is_no_amount_is_refused_naming_the_place(written: object) -> None:
    with pytest.raises(MoneyError, match="第3期"):
        fen_of(written, "第3期")


def test_amounts_are_read_as_people_write_them() -> None:
    assert [fen_of(text) for text in ("¥1.2万", "5,000.00", "３００元", 8, Decimal("0.01"), "-12.5")] == [
        1_200_000, 500_000, 30_000, 800, 1, -1_250,
    ]  # fmt: skip
