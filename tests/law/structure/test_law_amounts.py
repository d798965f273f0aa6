"""Numbers with units are read as laws and people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.structure.amounts import Amount, amounts_in


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("五日以上十日以下拘留", ["days 5", "days 10"]),
        ("判3-7年", ["months 36", "months 84"]),
        ("五到十天", ["days 5", "days 10"]),
        ("十五个工作日内", ["days 15"]),
        ("最高罚五千万", ["yuan 5e+07"]),
        ("罚款一百万元", ["yuan 1e+06"]),
        ("百分之五、20%", ["percent 5", "percent 20"]),
        ("半年，两周", ["months 6", "days 14"]),
        ("双倍返还，不足五百元", ["times 2", "yuan 500"]),
        ("不满十四周岁", ["age 14"]),
        ("五千条以上", ["records 5000"]),
        ("2025年6月3日第五十条第二款，一年期LPR", []),
        ("", []),
    ],
)
def test_amounts_are_found_with_both_ends_of_a_range_and_without_dates(text: str, amounts: list[str]) -> None:
    assert [str(amount) for amount in amounts_in(text)] == amounts


@given(st.sampled_from(["days", "months", "yuan", "percent"]), st.integers(0, 10**9))
def test_an_amount_is_read_back_as_it_is_written(kind: str, value: int) -> None:
    amount = Amount(kind, round(value, -3))
    assert Amount.parse(str(amount)).kind == kind


@given(st.text(alphabet="零一二十百千万亿两半年月日天元%0123456789.-至到第条以上", max_size=40))
def test_any_run_of_digits_and_units_is_read_without_an_error(text: str) -> None:
    assert all(amount.value >= 0 for amount in amounts_in(text))
