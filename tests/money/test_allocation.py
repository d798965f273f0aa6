"""Payments against items, the collector's items beside the record, old contracts, short loans, several loans."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.datafiles import DataFileError
from cuijie.law import library
from cuijie.money import Flow, Instalment, LoanFacts, Owing, owing, percent, read_form, read_forms, staircase, together
from cuijie.money.allocation import ORDER_BASIS, items_named, left_by_item

ON = date(2026, 11, 21)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "表单.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def account(tmp_path: Path, text: str) -> Owing:
    return owing(read_form(write(tmp_path, text)), ON)


LOAN = """
本金: 1200
到手: [{日期: 2026-01-10, 金额: 1200}]
应还:
 - {日期: 2026-02-10, 金额: 600, 种类: 本金}
 - {日期: 2026-02-10, 金额: 20, 种类: 利息}
 - {日期: 2026-02-10, 金额: 30, 种类: 担保费}
 - {日期: 2026-12-10, 金额: 600, 种类: 本金}
 - {日期: 2026-12-10, 金额: 10, 种类: 利息}
"""


def test_a_payment_meets_fees_then_interest_then_principal(tmp_path: Path) -> None:
    facts = read_form(write(tmp_path, LOAN + "已还: [{日期: 2026-02-10, 金额: 150}]\n"))
    left = left_by_item(facts, ON)
    assert left is not None
    assert (left["guarantee"], left["interest"], left["principal"]) == (0, 0, 110_000)
    assert library().holds(ORDER_BASIS)


def test_what_is_not_split_is_not_split_by_us(tmp_path: Path) -> None:
    even = account(
        tmp_path,
        "期数: 3\n首期: 2026-02-10\n每期还款: 100\n催收方说: [{名称: 本金, 金额: 200}, {名称: 利息, 金额: 9}]\n",
    )
    assert [one.recorded_fen for one in even.differences] == [None, None, 30_000]
    assert "没有分开" in even.differences[0].note.zh


def test_each_claimed_item_stands_beside_its_own_record(tmp_path: Path) -> None:
    claimed = "催收方说: [{名称: 剩余本金, 金额: 1200}, {名称: 逾期罚息, 金额: 500}, {名称: 律师费, 金额: 80}, {名称: 其他, 金额: 7}]\n"
    rows = {one.name.zh: one for one in account(tmp_path, LOAN + claimed).differences}
    assert rows["剩余本金"].gap_fen == 0
    assert rows["逾期罚息"].gap_fen == 50_000
    assert "依据" in rows["律师费"].note.zh
    assert rows["其他"].recorded_fen is None
    assert rows["合计"].claimed_fen == 178_700


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("本金", "principal"),
        ("逾期本金", "principal"),
        ("本金罚息", "penalty"),
        ("逾期利息", "penalty"),
        ("逾期管理费", "penalty"),
        ("逾期本息", "interest principal"),
        ("本金及利息", "interest principal"),
        ("利息及罚息", "interest penalty"),
        ("利息", "interest"),
        ("担保服务费", "guarantee"),
        ("保证保险费", "insurance"),
        ("律师代理费", "costs"),
        ("担保公司代偿款", ""),
        ("逾期金额", ""),
        ("合计", ""),
        ("本期应还", ""),
        ("剩余本", "principal"),
    ],
)
def test_a_collectors_word_is_read_as_what_it_stands_for(name: str, items: str) -> None:
    assert items_named(name) == tuple(items.split())


def test_principal_and_interest_in_one_item_stand_beside_both(tmp_path: Path) -> None:
    rows = account(tmp_path, LOAN + "催收方说: [{名称: 逾期本息, 金额: 1230}, {名称: 担保费, 金额: 30}]\n").differences
    assert [one.recorded_fen for one in rows[:2]] == [122_000, 3_000]


@given(st.lists(st.integers(1, 900), max_size=8))
def test_all_that_was_paid_is_set_against_something_or_exceeds_the_debt(payments: list[int]) -> None:
    due = tuple(Instalment(due_on=date(2026, 1, 1), principal_fen=500, interest_fen=50) for _ in range(2))
    paid = tuple(Flow(on=date(2026, 2, 1), fen=fen, kind="repayment") for fen in payments)
    left = left_by_item(LoanFacts(due=due, paid=paid), ON)
    assert left is not None
    assert sum(left.values()) == max(0, 1_100 - sum(payments))


@pytest.mark.parametrize(("received", "repaid", "day", "every", "simple"), [
    (1050, 1500, "2026-03-08", 7, "2234.69%"), (700, 1000, "2026-03-31", 30, "521.43%"),
])  # fmt: skip
def test_short_loans_with_a_deduction_give_the_worked_simple_rates(
    tmp_path: Path, received: int, repaid: int, day: str, every: int, simple: str
) -> None:
    form = f"本金: {repaid}\n到手: [{{日期: 2026-03-01, 金额: {received}}}]\n期数: 1\n首期: {day}\n每期天数: {every}\n每期还款: {repaid}\n"
    found = account(tmp_path, form)
    assert found.rates.simple_annual is not None
    assert percent(found.rates.simple_annual) == simple
    deducted = next(one for one in found.lines if one.line.kind == "deducted")
    assert deducted.over_fen == (repaid - received) * 100


def test_a_flat_loan_costs_more_than_its_monthly_fee_says(tmp_path: Path) -> None:
    found = account(
        tmp_path,
        "本金: 12000\n到手: [{日期: 2026-01-18, 金额: 12000}]\n还款方式: 等本等息\n期利率: 0.7%\n期数: 12\n首期: 2026-02-18\n",
    ).rates
    assert found.nominal_annual is not None
    assert found.effective_annual is not None
    assert found.simple_annual is not None
    assert (percent(found.nominal_annual), percent(found.effective_annual)) == ("15.16%", "16.26%")
    assert abs(found.simple_annual * 100 - 15) < 1  # by days, not by even months (15.51 %)


def test_several_roots_and_none_are_told_apart(tmp_path: Path) -> None:
    twice = account(
        tmp_path,
        "到手: [{日期: 2024-01-01, 金额: 100}, {日期: 2025-12-31, 金额: 231}]\n应还: [{日期: 2024-12-31, 金额: 305}, {日期: 2026-12-31, 金额: 1}]\n",
    ).rates
    assert twice.several
    assert len(twice.roots) > 1
    none = account(
        tmp_path,
        "到手: [{日期: 2024-01-01, 金额: 100}, {日期: 2025-12-31, 金额: 100}]\n应还: [{日期: 2024-12-31, 金额: 100}]\n",
    ).rates
    assert none.several
    assert none.roots == ()


OLD = "贷款人类型: private_person\n合同日: 2019-08-20\n本金: 10000\n到手: [{日期: 2019-08-20, 金额: 10000}]\n催收方说: 99999\n算到: 2021-08-20\n"


def test_an_older_private_loan_is_reckoned_in_two_parts(tmp_path: Path) -> None:
    line = next(one for one in account(tmp_path, OLD + "立案日: 2021-07-01\n").lines if one.line.id == "private-2015")
    # 366 days at 24 %, 365 days at four times 3.85 %
    assert line.over_fen == 9_999_900 - 1_000_000 - 240_658 - 154_000
    assert "2020-08-20" in line.working[0].zh


def test_without_a_day_of_filing_the_second_part_is_not_guessed(tmp_path: Path) -> None:
    line = next(one for one in account(tmp_path, OLD).lines if one.line.id == "private-2015")
    assert line.over_fen is None
    assert "没有写立案日" in line.working[0].zh


TWO = """
借款:
 - {贷款人: 甲公司, 到手: [{日期: 2026-01-01, 金额: 1000}], 期数: 2, 首期: 2026-02-01, 每期还款: 510}
 - {贷款人: 乙公司, 到手: [{日期: 2026-01-01, 金额: 1000}], 期数: 2, 首期: 2026-02-01, 每期还款: 600}
 - {贷款人: 丙银行, 有抵押: 是}
家庭: {收入: 5000, 必要支出: 3000}
"""


def test_several_loans_are_added_up_and_ordered(tmp_path: Path) -> None:
    loans = read_forms(write(tmp_path, TWO))
    total = together(loans, [owing(one, ON) for one in loans])
    assert (total.received_fen, total.owed_fen) == (200_000, 222_000)
    assert total.unknown == ("丙银行",)
    assert [loans[number].lender_name for number in total.order] == ["丙银行", "乙公司", "甲公司"]
    assert all(one.household is not None for one in loans)


def test_a_loan_without_a_rate_has_no_place_among_others_and_the_missing_rate_is_named(tmp_path: Path) -> None:
    loans = read_forms(write(tmp_path, TWO.replace("家庭", " - {贷款人: 己公司, 催收方说: 900}\n家庭")))
    accounts = [owing(one, ON) for one in loans]
    total = together(loans, accounts)
    assert [loans[number].lender_name for number in total.order] == ["丙银行", "乙公司", "甲公司"]
    assert total.placeless is not None
    assert "己公司排在哪里还说不了：己公司的利率不知道" in total.placeless.zh
    of_two = together([loans[0], loans[3]], [accounts[0], accounts[3]])  # one rate alone compares with nothing
    assert of_two.order == ()
    assert of_two.placeless is not None
    assert "甲公司、己公司排在哪里还说不了：己公司的利率不知道" in of_two.placeless.zh
    only_other = together(loans[2:4], accounts[2:4])
    assert (only_other.order, only_other.placeless) == ((0, 1), None)


def test_a_settled_loan_and_one_paid_to_the_end_are_in_nothing_that_is_still_to_be_paid(tmp_path: Path) -> None:
    rows = "到手: [{日期: 2026-01-01, 金额: 1000}], 期数: 2, 首期: 2026-02-01, 每期还款: 510"
    settled = f" - {{贷款人: 丁公司, 已结清: 是, 催收方说: 900, {rows}}}\n"
    paid = f" - {{贷款人: 戊银行, 贷款人类型: 银行, 合同日: 2026-01-01, {rows}, 已还: [{{日期: 2026-02-01, 金额: 1020}}]}}\n"
    loans = read_forms(write(tmp_path, TWO.replace("家庭", f"{settled}{paid}家庭")))
    accounts = [owing(one, ON) for one in loans]
    total = together(loans, accounts)
    assert (total.owed_fen, total.claimed_fen, total.settled) == (222_000, None, ("丁公司",))
    assert [loans[number].lender_name for number in total.order] == ["丙银行", "乙公司", "甲公司"]
    assert {(one.overdue, one.limitation) for one in accounts[3:]} == {(None, None)}
    assert not together(loans[2:4], accounts[2:4]).is_owed_known  # of the bank nothing is known, the other is settled
    (line,) = (one for one in accounts[4].lines if one.line.id == "licensed-24")
    assert [step.zh for step in line.working[1:]] == [
        "没有超出这条线的部分"
    ]  # and not what the line would have allowed besides


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("借款: []\n", "一笔也没有"),
        ("家庭: {收入: 1, 必要支出: 1, 其他债务: 600}\n", "余额"),
        ("借款: [{本金: 1}]\n本金: 2\n", "写进它所属"),
        ("借款: [{本全: 1}]\n", "不认识这一项"),
    ],
)
def test_a_form_of_several_loans_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said):
        read_forms(write(tmp_path, text))


def test_the_stairs_of_the_chart_end_at_the_totals_of_the_account(tmp_path: Path) -> None:
    facts = read_form(
        write(tmp_path, LOAN + "已还: [{日期: 2026-02-10, 金额: 150}, {日期: 2026-02-10, 金额: 1}]\n催收方说: 9\n")
    )
    found, stairs = owing(facts, ON), staircase(facts, ON)
    assert stairs.paid == ((date(2026, 2, 10), found.paid_fen),)
    assert stairs.received[-1][1] == found.received_fen
    assert stairs.due[-1][1] == 126_000
    assert stairs.claimed_fen == 900


def test_what_only_the_user_tells_is_counted_apart(tmp_path: Path) -> None:
    found = account(tmp_path, "已还: [{日期: 2026-01-01, 金额: 5}, {日期: 2026-01-02, 金额: 7, 来源: 流水}]\n")
    assert (found.paid_fen, found.told_paid_fen) == (1_200, 500)
