"""What is owed, worked out from a form: lines by lender and day, balances under a cap, and every sum to the fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.datafiles import DataFileError
from cuijie.law import library
from cuijie.money import Flow, balance_under, owing, read_form, schedule
from cuijie.money.limitation import limitation_law
from cuijie.money.lines import applies, cap_of, lines
from cuijie.money.lpr import four_times
from cuijie.money.offers import offer_warnings

ON = date(2026, 11, 21)


def form(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "loan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


BASE = """
贷款人类型: {lender}
产品: online_consumer
合同日: {day}
本金: 10000.00
到手: [{{日期: {day}, 金额: 9400.00}}]
期数: 12
首期: 2026-03-18
每期还款: 925.00
已还: [{{日期: 2026-03-18, 金额: 925.00}}]
"""


def line_ids(tmp_path: Path, lender: str, day: str) -> dict[str, bool | None]:
    facts = read_form(form(tmp_path, BASE.format(lender=lender, day=day)))
    return {result.line.id: result.applies for result in owing(facts, ON).lines}


@pytest.mark.parametrize(
    ("lender", "day", "yes", "no"),
    [
        ("consumer_finance", "2026-02-18", "licensed-24", "private-four-lpr"),
        ("private_person", "2026-02-18", "private-four-lpr", "licensed-24"),
        ("private_person", "2020-08-19", "private-2015", "private-four-lpr"),
        ("private_person", "2020-08-20", "private-four-lpr", "private-2015"),
        ("microloan", "2026-01-01", "microloan-24", "private-four-lpr"),
        ("loan_facilitator", "2025-10-01", "facilitated-24", "cost-table"),
        ("consumer_finance", "2025-09-30", "licensed-24", "facilitated-24"),
        ("commercial_bank", "2026-08-01", "cost-table", "credit-card"),
    ],
)
def test_a_line_speaks_for_its_lender_and_from_its_day(
    tmp_path: Path, lender: str, day: str, yes: str, no: str
) -> None:
    found = line_ids(tmp_path, lender, day)
    assert found[yes] is True
    assert found[no] is False


@pytest.mark.parametrize("lender", ["commercial_bank", "consumer_finance"])
def test_a_line_on_loans_through_platforms_is_unknown_for_a_lender_that_also_lends_without(
    tmp_path: Path, lender: str
) -> None:
    assert line_ids(tmp_path, lender, "2025-10-01")["facilitated-24"] is None


def test_a_start_known_only_to_the_month_is_unknown_within_it(tmp_path: Path) -> None:
    assert line_ids(tmp_path, "microloan", "2025-12-15")["microloan-24"] is None
    assert line_ids(tmp_path, "microloan", "2025-11-30")["microloan-24"] is False


def test_an_unknown_lender_leaves_the_lines_unknown() -> None:
    for line in lines():
        if line.lenders:
            assert applies(line, None, None, ON) in {None, False}


def test_every_provision_that_an_account_cites_is_in_the_library() -> None:
    law, (_, warnings) = limitation_law(), offer_warnings()
    cited = {provision for line in lines() for provision in (line.provision, *line.also)}
    cited |= {*law.bases, *(provision for _, provision in law.acts.values())}
    cited |= {one.provision for one in warnings.values() if one.provision}
    assert [provision for provision in sorted(cited) if not library().holds(provision)] == []


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2020-08-20", "0.154"),
        ("2021-12-20", "0.152"),
        ("2025-05-20", "0.12"),
        ("2025-05-19", "0.124"),
        ("2019-08-19", None),
        ("2021-02-20", "0.154"),  # out on a Saturday of a holiday month
        ("2026-10-19", "0.12"),
        ("2026-10-20", None),  # the October rate is out by then, and not held
    ],
)
def test_four_times_lpr_is_that_of_the_latest_publication(day: str, rate: str | None) -> None:
    assert four_times(date.fromisoformat(day)) == (Decimal(rate) if rate else None)


def test_months_without_a_source_have_no_lpr() -> None:
    assert four_times(date(2027, 6, 1)) is None
    line = next(one for one in lines() if one.id == "private-four-lpr")
    assert cap_of(line, date(2027, 6, 1)) is None


def test_what_was_deducted_in_advance_is_no_principal(tmp_path: Path) -> None:
    facts = read_form(form(tmp_path, BASE.format(lender="consumer_finance", day="2026-02-18")))
    deducted = next(result for result in owing(facts, ON).lines if result.line.id == "deducted-in-advance")
    assert deducted.applies is True
    assert deducted.over_fen == 60_000


LAWFUL = """贷款人类型: 银行
合同日: 2026-09-01
本金: 30000
到手: [{日期: 2026-09-01, 金额: 30000}]
还款方式: 等额本息
年利率: RATE
期数: 36
首期: 2026-10-01
已还: [{日期: 2026-10-01, 金额: 1}]
"""


def over_24(tmp_path: Path, text: str) -> int | None:
    found = owing(read_form(form(tmp_path, text)), date(2026, 11, 22))
    return next(result.over_fen for result in found.lines if result.line.id == "licensed-24")


@pytest.mark.parametrize("rate", ["3%", "10%", "23%"])
def test_interest_that_falls_due_later_exceeds_no_line_today(tmp_path: Path, rate: str) -> None:
    assert over_24(tmp_path, LAWFUL.replace("RATE", rate)) == 0


@pytest.mark.parametrize("day", ["2025-03-10", "2025-09-30", "2026-01-10"])
@pytest.mark.parametrize(("each", "is_over"), [("945.60", False), ("946.60", True)])
def test_months_of_unequal_days_put_nothing_above_a_line_that_the_agreed_rate_keeps_to(
    tmp_path: Path, day: str, each: str, is_over: bool
) -> None:
    # 945.60 a month for a year is 2.00 % a month, 24.00 % a year; 946.60 is 24.21 %
    first = {"2025-03-10": "2025-04-10", "2025-09-30": "2025-10-30", "2026-01-10": "2026-02-10"}[day]
    text = (
        f"贷款人类型: 银行\n合同日: {day}\n本金: 10000\n到手: [{{日期: {day}, 金额: 10000}}]\n期数: 12\n首期: {first}\n"
    )
    assert bool(over_24(tmp_path, f"{text}每期还款: {each}\n")) is is_over


def test_what_was_repaid_early_bears_interest_to_that_day_only(tmp_path: Path) -> None:
    def early(paid: str) -> bool | None:
        found = owing(read_form(form(tmp_path, EARLY.replace("PAID", paid))), date(2026, 3, 1))
        return next(result.applies for result in found.lines if result.line.id == "early-repayment")

    assert early("1800") is False  # one instalment ahead is no early repayment
    assert early("9000") is True


EARLY = """贷款人类型: 银行
合同日: 2026-01-10
本金: 10000
到手: [{日期: 2026-01-10, 金额: 10000}]
期数: 12
首期: 2026-02-10
每期还款: 945.60
已还: [{日期: 2026-02-10, 金额: PAID}]
"""


def test_a_claim_that_was_assigned_keeps_the_line_of_the_loan_it_was(tmp_path: Path) -> None:
    text = BASE.format(lender="债权受让方", day="2026-02-18")
    found = owing(read_form(form(tmp_path, text)), ON)
    assert next(result.applies for result in found.lines if result.line.id == "licensed-24") is None
    assert any("原来是哪类机构放的" in words.zh for words in found.missing)


def test_a_plan_above_the_line_exceeds_it_by_what_is_left_over_at_its_end(tmp_path: Path) -> None:
    # 10000 for a year, 2400 a year allowed, 3000 agreed; nothing else moves
    text = """贷款人类型: 银行
合同日: 2026-03-01
本金: 10000
到手: [{日期: 2026-03-01, 金额: 10000}]
应还: [{日期: 2027-03-01, 金额: 13000}]
"""
    assert over_24(tmp_path, text) == 60_000


def test_what_was_agreed_above_the_line_stays_in_dispute_through_a_delay_that_costs_nothing(tmp_path: Path) -> None:
    text = """贷款人类型: 银行
合同日: 2022-03-01
本金: 10000
到手: [{日期: 2022-03-01, 金额: 10000}]
应还: [{日期: 2023-03-01, 金额: 13000}]
"""
    found = owing(read_form(form(tmp_path, text)), date(2026, 11, 22))
    line = next(result for result in found.lines if result.line.id == "licensed-24")
    assert line.over_fen == 60_000
    assert any("多 600.00 元" in step.zh for step in line.working)


@pytest.mark.parametrize(("claimed", "over"), [("13000", 60_000), ("12500", 10_000), ("12000", 0), ("30000", 864_438)])
def test_a_figure_that_asks_the_contracts_balance_disputes_what_was_agreed_above_the_line(
    tmp_path: Path, claimed: str, over: int
) -> None:
    # 10000 from 2022-03-01 to 2026-11-22 are 1727 days: 11355.62 of interest under 24 %
    text = f"""贷款人类型: 银行
合同日: 2022-03-01
本金: 10000
到手: [{{日期: 2022-03-01, 金额: 10000}}]
应还: [{{日期: 2023-03-01, 金额: 13000}}]
催收方说: {claimed}
"""
    assert over_24(tmp_path, text) == over


@pytest.mark.parametrize(("filed", "rest"), [("2020-07-01", "24.00%"), ("2020-12-01", "15.40%")])
def test_what_was_filed_before_the_new_rule_is_under_the_old_one_throughout(
    tmp_path: Path, filed: str, rest: str
) -> None:
    text = f"""贷款人类型: 个人
合同日: 2019-06-01
立案日: {filed}
本金: 50000
到手: [{{日期: 2019-06-01, 金额: 50000}}]
应还: [{{日期: 2020-06-01, 金额: 68000}}]
催收方说: 100000
"""
    found = owing(read_form(form(tmp_path, text)), date(2021, 6, 1))
    line = next(result for result in found.lines if result.line.id == "private-2015")
    assert any(rest in step.zh for step in line.working)
    # two years are 731 days at 24 %: 24032.88; in two parts, 446 days at 24 % and 285 at 15.4 %: 20675.34
    assert line.over_fen == {"2020-07-01": 2_596_712, "2020-12-01": 2_932_466}[filed]


@pytest.mark.parametrize(("agreed", "left"), [(13_600, "9,975.34"), (12_000, "9,383.56")])
def test_interest_paid_as_agreed_under_the_old_rule_lowers_no_principal(tmp_path: Path, agreed: int, left: str) -> None:
    text = f"""贷款人类型: 个人
合同日: 2019-08-20
立案日: 2026-10-15
到手: [{{日期: 2019-08-20, 金额: 10000}}]
应还: [{{日期: 2020-08-19, 金额: {agreed}}}]
已还: [{{日期: 2020-02-16, 金额: 1800}}]
催收方说: 20000
"""
    line = next(one for one in owing(read_form(form(tmp_path, text)), ON).lines if one.line.id == "private-2015")
    # 180 days: 1183.56 at 24 %, 1775.34 at the 36 % that were agreed; at 20 % agreed nothing stands above 24 %
    assert any(f"本金余 {left} 元" in step.zh for step in line.working)


@pytest.mark.parametrize("day", ["2016-02-18", "2026-02-18"])
def test_the_bank_that_issued_a_card_is_under_the_rule_on_cards_however_old_the_card(tmp_path: Path, day: str) -> None:
    text = BASE.format(lender="commercial_bank", day=day).replace("online_consumer", "信用卡")
    found = {result.line.id: result.applies for result in owing(read_form(form(tmp_path, text)), ON).lines}
    assert found["credit-card"] is True


def test_fees_outside_the_cost_table_are_what_is_disputed(tmp_path: Path) -> None:
    text = BASE.format(lender="commercial_bank", day="2026-08-01")
    text = text.replace("金额: 925.00}]", "金额: 925.00}, {日期: 2026-08-18, 金额: 88, 种类: 会员费, 表内: false}]")
    found = {result.line.id: result.over_fen for result in owing(read_form(form(tmp_path, text)), ON).lines}
    assert found["cost-table"] == 8_800


@given(st.integers(100_000, 5_000_000), st.integers(1, 3600))
def test_under_a_cap_nothing_paid_leaves_principal_and_simple_interest(received: int, days: int) -> None:
    start = date(2020, 1, 1)
    end = date.fromordinal(start.toordinal() + days)
    flow = Flow(on=start, fen=received, kind="disbursement")
    principal, interest = balance_under(Decimal("0.24"), [flow], [], end)
    assert principal == received
    assert abs(interest - received * Decimal("0.24") * days / 365) <= 1


@given(st.integers(100_000, 1_000_000), st.lists(st.tuples(st.integers(1, 700), st.integers(1, 200_000)), max_size=12))
def test_a_higher_cap_never_leaves_less(received: int, payments: list[tuple[int, int]]) -> None:
    start = date(2024, 1, 1)
    flow = Flow(on=start, fen=received, kind="disbursement")
    paid = [Flow(on=date.fromordinal(start.toordinal() + day), fen=fen, kind="repayment") for day, fen in payments]
    low = sum(balance_under(Decimal("0.12"), [flow], paid, ON))
    high = sum(balance_under(Decimal("0.36"), [flow], paid, ON))
    assert high >= low


@pytest.mark.parametrize("method", ["equal_payment", "equal_principal", "flat", "interest_first", "bullet"])
@given(principal=st.integers(1_000, 10_000_000), count=st.integers(1, 60), basis_points=st.integers(0, 500))
def test_a_schedule_repays_the_principal_to_the_fen(method: str, principal: int, count: int, basis_points: int) -> None:
    rows = schedule(method, principal, Decimal(basis_points) / 10_000, count, date(2026, 1, 31))  # type: ignore[arg-type]
    assert sum(row.principal_fen for row in rows) == principal
    assert all(row.principal_fen >= 0 and row.interest_fen >= 0 for row in rows)
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)


def test_a_due_day_at_the_end_of_a_month_stays_at_its_end() -> None:
    rows = schedule("equal_principal", 400, Decimal(0), 4, date(2026, 1, 31))
    assert [row.due_on.isoformat() for row in rows] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("本金: abc\n", 1, "看不懂"),
        ("合同日: 2026-13-01\n", 1, "日期"),
        ("期数: 0\n", 1, "大于零"),
        ("期数: 3000000\n首期: 2026-01-01\n每期还款: 1\n", 1, "太大"),
        ("首期: 2026-01-01\n期数: 2\n每期还款: 5\n每期天数: 99999999\n", 4, "太大"),
        ("逾期起: 9998-01-01\n", 1, "年份"),
        ("到手: [{日期: 2026-01-01, 金额: -100}]\n", 1, "负数"),
        ("年利率: 24\n首期: 2026-01-01\n期数: 3\n本金: 100\n还款方式: 等额本息\n", 1, "带上 %"),
        ("还款方式: 随便\n首期: 2026-01-01\n期数: 3\n本金: 100\n", 1, "等额本息"),
        ("贷款人类型: 网贷\n", 1, "commercial_bank"),
        ("本金: 1\n别的: 2\n", 2, "不认识这一项"),
        ("已还: [{日期: 2026-01-01, 金额: 5, 种类: 好处费}]\n", 1, "不认识"),
    ],
)
def test_what_the_form_gets_wrong_is_said_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(DataFileError, match=said) as refused:
        owing(read_form(form(tmp_path, text)), ON)
    assert refused.value.line == line


def test_an_empty_account_says_what_is_missing_and_claims_nothing(tmp_path: Path) -> None:
    account = owing(read_form(form(tmp_path, "贷款人: 某公司\n")), ON)
    assert account.owed_fen is None
    assert len(account.missing) == 6
    assert all(result.over_fen is None for result in account.lines)


@pytest.mark.parametrize("day", ["2026-03-01", "2026/3/1", "2026年3月1日"])
def test_a_form_is_read_as_people_write_it(tmp_path: Path, day: str) -> None:
    facts = read_form(form(tmp_path, f"贷款人类型: 消费金融\n产品: 信用卡\n合同日: {day}\n有抵押: 是\n"))
    assert (facts.lender_type, facts.product, facts.contract_on) == (
        "consumer_finance",
        "credit_card",
        date(2026, 3, 1),
    )
    assert facts.is_secured is True


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("到手: [{日期: 2026-01-01, 金额: 三万}]", "金额"),
        ("到手: [{金额: 3}]", "日期"),
        ("每月: -3", "每月"),
        ("年利率: 很高", "年利率"),
        ("还款方式: 怪", "还款方式"),
        ("家庭: {收入: 3000}", "必要支出"),
        ("first_due_on: 2026-02-30", "first_due_on"),
    ],
)
def test_what_cannot_be_read_is_told_under_the_name_it_was_written_with(tmp_path: Path, line: str, name: str) -> None:
    with pytest.raises(DataFileError) as caught:
        read_form(form(tmp_path, f"本金: 10000\n{line}\n"))
    assert f"第 2 行，键“{name}”" in caught.value.message
    assert not {"amount", "costs", "payment", "annual_rate"} & set(caught.value.message.split("：")[1:])


def test_which_rules_an_interest_of_before_september_2015_fell_under_is_not_told() -> None:
    private = next(line for line in lines() if line.id == "private-2015")
    answers = [applies(private, "private_person", None, day) for day in (date(2015, 8, 31), date(2015, 9, 1))]
    assert answers == [None, True]
