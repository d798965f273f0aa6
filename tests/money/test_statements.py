"""Bills as flows: nothing counts that the user has not named, nothing counts twice, and what is left out is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.money import candidates, pick
from cuijie.records import Payment


def line(fen: int = 94_560, *, file: str = "支付宝.csv", at: int = 1, **facts: Any) -> Payment:
    given: dict[str, Any] = {
        "occurred_at": datetime(2026, 3, 18, 4, tzinfo=UTC),
        "flow": "out",
        "payee": "示例消费金融有限公司",
        "is_completed": True,
        "suggested": "repayment",
    }
    return Payment(
        payment_id=f"{file}-{at}", owner="debtor", places=(f"{file}#第{at}行",), amount_fen=fen, **(given | facts)
    )


def test_nothing_counts_until_the_user_names_the_lender() -> None:
    found = pick([line()], ())
    assert (found.received, found.paid) == ((), ())
    (one,) = candidates([line(), line(at=2, is_completed=False)])
    assert (one.name, one.paid_fen, one.count) == ("示例消费金融有限公司", 94_560, 1)


def test_a_named_lender_is_found_by_part_of_its_name_and_its_money_goes_both_ways() -> None:
    lent = line(940_000, at=2, flow="in", suggested="disbursement")
    found = pick([line(), lent, line(at=3, payee="某超市", suggested=None)], ["示例消费金融"])
    assert [flow.fen for flow in found.received] == [940_000]
    assert [(flow.fen, flow.source) for flow in found.paid] == [(94_560, "statement")]


def test_a_payee_of_fees_is_what_the_user_says_it_is() -> None:
    (flow,) = pick([line(9_900, payee="某某会员中心", suggested=None)], [], {"会员中心": "fee"}).paid
    assert (flow.kind, flow.payee) == ("fee", "某某会员中心")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"is_completed": False, "status": "交易关闭"}, "没有成功"),
        ({"is_completed": None, "status": "处理中"}, "看不出成功"),
        ({"occurred_at": None}, "日期"),
        ({"flow": "neutral", "suggested": None}, "方向"),
        ({"refunded_fen": 94_560}, "退款"),
    ],
)
def test_a_line_that_does_not_count_is_left_out_with_its_reason(facts: dict[str, Any], said: str) -> None:
    found = pick([line(**facts)], ["示例"])
    assert found.paid == ()
    assert said in found.left_out[0].why.zh


def test_a_refund_in_part_lowers_what_was_paid() -> None:
    assert [flow.fen for flow in pick([line(refunded_fen=4_560)], ["示例"]).paid] == [90_000]


def test_the_same_payment_in_two_bills_counts_once_and_two_equal_ones_in_one_bill_count_twice() -> None:
    both = pick([line(), line(file="银行.csv")], ["示例"])
    assert len(both.paid) == 1
    assert "另一份账单" in both.left_out[0].why.zh
    assert len(pick([line(), line(at=2)], ["示例"]).paid) == 2


def test_what_the_user_settled_in_the_case_counts_for_its_loan_only() -> None:
    settled = line(purpose="repayment", loan_id="loan-1", payee="某通道公司")
    assert len(pick([settled], (), settled_for="loan-1").paid) == 1
    assert pick([settled], (), settled_for="loan-2").paid == ()


def test_a_payment_late_in_the_evening_in_utc_is_on_the_next_day_in_china() -> None:
    (flow,) = pick([line(occurred_at=datetime(2026, 3, 18, 20, tzinfo=UTC))], ["示例"]).paid
    assert flow.on == date(2026, 3, 19)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(1, 3)), max_size=12))
def test_every_line_is_counted_or_left_out_and_further_bills_never_lower_the_sum(rows: list[tuple[str, int]]) -> None:
    lines = [line(fen, file=file, at=at) for at, (file, fen) in enumerate(rows)]
    whole = pick(lines, ["示例"])
    assert len(whole.paid) + len(whole.left_out) == len(lines)
    part = pick([one for one in lines if one.places[0].startswith("甲")], ["示例"])
    assert sum(flow.fen for flow in part.paid) <= sum(flow.fen for flow in whole.paid)
