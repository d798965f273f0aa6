"""Statements whose amounts have no sign: the running balance tells the way, or nothing does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cuijie.intake import Note
from cuijie.intake.payments import bills
from cuijie.intake.payments.balance import BalanceLine, flows_by_balance
from cuijie.records import Payment

from .intake_samples import table
from .recognising import known

_START = datetime(2026, 3, 1, 4, tzinfo=UTC)
_HEADER = ["记账日期", "交易金额", "账户余额", "摘要", "对方户名"]
_ROWS = [
    ["2026-03-01", "5,000.00", "6,000.00", "跨行", "晴川公司"],
    ["2026-03-02", "1,200.00", "4,800.00", "跨行", "晴川消费金融有限公司"],
    ["2026-03-02", "300.00", "4,500.00", "网银", "张三"],
    ["2026-03-05", "80.00", "4,580.00", "跨行", "李四"],
]
_changes = st.lists(st.integers(-9_999, 9_999).filter(bool), min_size=2, max_size=12)


def _lines(changes: list[int], *, is_timed: bool, start: int = 100_000) -> list[BalanceLine]:
    balances = list(accumulate(changes, initial=start))[1:]
    return [
        BalanceLine(fen=abs(change), balance=balance, when=_START + timedelta(days=day) if is_timed else None)
        for day, (change, balance) in enumerate(zip(changes, balances, strict=True))
    ]


@given(changes=_changes, newest_first=st.booleans())
def test_the_balance_gives_every_way_but_the_oldest(changes: list[int], newest_first: bool) -> None:
    lines = _lines(changes, is_timed=True)
    ways = ["in" if change > 0 else "out" for change in changes]
    found = flows_by_balance(lines[::-1] if newest_first else lines)
    assert found is not None
    told = {len(changes) - 1 - index if newest_first else index: way for index, way in found.items()}
    assert told == dict(list(enumerate(ways))[1:])


@given(changes=_changes, newest_first=st.booleans())
def test_without_times_nothing_wrong_is_told(changes: list[int], newest_first: bool) -> None:
    lines = _lines(changes, is_timed=False)
    found = flows_by_balance(lines[::-1] if newest_first else lines)
    for index, way in (found or {}).items():
        change = changes[len(changes) - 1 - index if newest_first else index]
        assert way == ("in" if change > 0 else "out")


@given(changes=_changes, at=st.integers(0, 11), by=st.integers(1, 5_000))
def test_one_row_that_contradicts_leaves_all_unknown(changes: list[int], at: int, by: int) -> None:
    lines = _lines(changes, is_timed=True)
    at = 1 + at % (len(lines) - 1)
    wrong = (lines[at].fen or 0) + by
    hurt = [*lines[:at], BalanceLine(fen=wrong, balance=lines[at].balance, when=lines[at].when), *lines[at + 1 :]]
    assert flows_by_balance(hurt) is None


@given(changes=_changes, at=st.integers(0, 11))
def test_a_word_that_says_otherwise_leaves_all_unknown(changes: list[int], at: int) -> None:
    lines = _lines(changes, is_timed=True)
    at = 1 + at % (len(lines) - 1)
    one, told = lines[at], "out" if changes[at] > 0 else "in"
    assume(one.fen)
    lines[at] = BalanceLine(fen=one.fen, balance=one.balance, when=one.when, told=told)  # type: ignore[arg-type]
    assert flows_by_balance(lines) is None


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_statement_without_signs_takes_the_way_from_its_balance_and_says_so(newest_first: bool) -> None:
    listed = _ROWS[::-1] if newest_first else _ROWS
    found = known(table([_HEADER, *listed]), bills)
    paid = [one for one in found if isinstance(one, Payment)]
    assert [one.flow for one in (paid[::-1] if newest_first else paid)] == [None, "out", "out", "in"]
    assert [one.suggested for one in paid if one.payee == "晴川消费金融有限公司"] == ["repayment"]
    assert any(isinstance(one, Note) and "按余额的增减认出 3 笔" in one.text for one in found)


def test_a_statement_with_a_row_missing_stays_unknown_and_says_so() -> None:
    found = known(table([_HEADER, *_ROWS[:2], _ROWS[3]]), bills)
    assert [one.flow for one in found if isinstance(one, Payment)] == [None, None, None]
    assert any(isinstance(one, Note) and "没有按余额认" in one.text for one in found)
