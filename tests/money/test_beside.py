"""Costs paid beside the schedule: told with what they would come to, and never counted in silently."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from cuijie.money import LoanFacts, costs_beside, owing, read_form
from cuijie.money.flows import Flow

ON = date(2026, 11, 22)
BASE = """
贷款人: 示例消费金融
贷款人类型: consumer_finance
产品: online_consumer
合同日: 2026-01-18
到手: [{日期: 2026-01-18, 金额: 9400.00}]
期数: 12
首期: 2026-02-18
每期还款: 925.00
"""


def loan(tmp_path: Path, more: str) -> LoanFacts:
    path = tmp_path / "loan.yaml"
    path.write_text(BASE + more, encoding="utf-8")
    return read_form(path)


def test_a_membership_beside_the_schedule_raises_the_cost_and_is_named(tmp_path: Path) -> None:
    facts = loan(
        tmp_path, "已还: [{日期: 2026-02-18, 金额: 925}, {日期: 2026-02-18, 金额: 500, 种类: 会员费, 收款方: 某平台}]\n"
    )
    account = owing(facts, ON)
    beside = costs_beside(facts, account)
    assert beside is not None
    assert (beside.fen, [flow.payee for flow in beside.paid]) == (50_000, ["某平台"])
    # by hand: the present value of every flow at the rate told is nought
    assert beside.xirr is not None
    flows = [(date(2026, 1, 18), 940_000), (date(2026, 2, 18), -50_000), *((one.due_on, -one.fen) for one in facts.due)]
    value = sum(
        fen * (1 + float(beside.xirr)) ** (-(day - date(2026, 1, 18)) / timedelta(days=365)) for day, fen in flows
    )
    assert abs(value) < 1
    assert account.rates.xirr is not None
    assert beside.xirr > account.rates.xirr
    (title, over), *_ = beside.over
    line = next(one for one in account.lines if one.line.title == title)
    assert line.over_fen is not None
    assert over >= line.over_fen + 49_000, "the fee came a month after the loan"
    assert "500.00 元（某平台）" in beside.words.zh


@pytest.mark.parametrize(
    "more",
    [
        "",
        "已还: [{日期: 2026-02-18, 金额: 925}]\n",
        "已还: [{日期: 2026-04-18, 金额: 40, 种类: 违约金}]\n",
        "已还: [{日期: 2026-12-18, 金额: 500, 种类: 会员费}]\n",
    ],
    ids=["nothing paid", "an instalment", "a penalty", "after the day"],
)
def test_nothing_beside_the_schedule_is_nothing_told(tmp_path: Path, more: str) -> None:
    facts = loan(tmp_path, more)
    assert costs_beside(facts, owing(facts, ON)) is None


def test_a_fee_that_the_schedule_has_is_beside_it_only_as_far_as_more_was_paid(tmp_path: Path) -> None:
    from dataclasses import replace

    facts = loan(tmp_path, "已还: [{日期: 2026-02-18, 金额: 500, 种类: 服务费, 收款方: 某平台}]\n")
    facts = replace(facts, fees_due=(Flow(on=date(2026, 2, 18), fen=30_000, kind="fee"),))
    beside = costs_beside(facts, owing(facts, ON))
    assert beside is not None
    assert beside.fen == 20_000


@pytest.mark.parametrize("claimed", ["", "催收方说: 12500\n"])
def test_what_is_above_a_line_counts_no_cost_that_was_paid_beside_the_schedule(tmp_path: Path, claimed: str) -> None:
    paid = "{日期: 2026-02-18, 金额: 925}"
    fee = "{日期: 2026-02-18, 金额: 99, 种类: 会员费, 收款方: 某平台}"
    bare = owing(loan(tmp_path, f"已还: [{paid}]\n{claimed}"), ON)
    with_fee = owing(loan(tmp_path, f"已还: [{paid}, {fee}]\n{claimed}"), ON)
    assert [one.over_fen for one in with_fee.lines] == [one.over_fen for one in bare.lines]
