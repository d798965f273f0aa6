"""The long credit report: columns by their headings, months by the title of the grid, tables that run over pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cuijie.prevention.credit.flags import flags_of
from cuijie.prevention.credit.reading import read_credit_file, read_credit_text

from .made import long_report_pdf


@pytest.mark.parametrize("swapped", [False, True], ids=["usual order", "other order"])
def test_a_long_report_in_a_pdf_gives_each_account_its_sums_and_months(tmp_path: Path, swapped: bool) -> None:
    report = read_credit_file(long_report_pdf(tmp_path / "详版.pdf", swapped=swapped))
    loan, card = report.accounts
    assert (loan.lender, loan.opened_on, loan.due_on) == ("远山消费金融有限公司", date(2024, 6, 18), date(2026, 6, 18))
    assert (loan.amount_yuan, loan.balance_yuan, loan.overdue_yuan) == (20_000, 8_300, 8_756)
    assert (card.kind, card.lender, card.closed) == ("credit_card", "晴川银行信用卡中心", "2021-03")
    months = {one.month: one.state for one in loan.grid}
    assert (months["2024-06"], months["2024-12"], months["2026-06"], months["2026-10"]) == ("*", "N", "1", "5")
    assert "2024-05" not in months
    assert "2026-11" not in months
    assert (loan.overdue_months, loan.over_90_days_months) == (5, 2)
    assert [one.by for one in report.inquiries] == ["远山消费金融有限公司"]


def test_a_grid_without_its_empty_months_is_placed_by_its_title() -> None:
    text = (
        "个人信用报告\n（二）非循环贷账户\n账户1\n管理机构 账户标识 开立日期 到期日期 借款金额 账户币种\n"
        "远山消费金融 A1 2024.06.18 2026.06.18 20,000 人民币元\n2024年06月—2025年02月的还款记录\n"
        "1 2 3 4 5 6 7 8 9 10 11 12\n2025 N 1\n2024 * N N N N N N\n0 0 0 0 0 0 0\n"
    )
    grid = {one.month: one.state for one in read_credit_text(text, "详版").accounts[0].grid}
    assert (grid["2024-06"], grid["2024-07"], grid["2025-02"]) == ("*", "N", "1")
    assert len(grid) == 9


def test_revolving_loans_of_both_sorts_stand_under_their_own_headings() -> None:
    text = "个人信用报告\n" + "".join(
        f"{heading}\n账户1\n管理机构 账户标识 开立日期 到期日期 账户授信额度\n{lender} A1 2024.06.18 2028.06.18 20,000\n"
        for heading, lender in (("（三）循环贷账户一", "远山银行"), ("（四）循环贷账户二", "晴川银行"))
    )
    accounts = read_credit_text(text, "详版").accounts
    assert [(one.kind, one.lender) for one in accounts] == [("revolving", "远山银行"), ("revolving", "晴川银行")]


def test_a_year_that_stands_below_its_states_still_names_them() -> None:
    text = (
        "个人信用报告\n（四）贷记卡账户\n账户2\n发卡机构 账户标识 开立日期 账户授信额度\n晴川银行 B1 2018.05.23 10,000\n"
        "2025年01月—2025年12月的还款记录\n1 2 3 4 5 6 7 8 9 10 11 12\nN N N N N N N N N N 1 2\n2025\n0 0 0 0 0 0 0 0 0 0 80 160\n"
    )
    grid = {one.month: one.state for one in read_credit_text(text, "详版").accounts[0].grid}
    assert (grid["2025-01"], grid["2025-11"], grid["2025-12"]) == ("N", "1", "2")


def test_what_is_closed_for_more_than_five_years_is_said(tmp_path: Path) -> None:
    text = (
        "个人信用报告\n报告时间：2026.11.01\n（四）贷记卡账户\n账户1\n发卡机构 账户标识 开立日期 账户授信额度\n"
        "晴川银行 B1 2016.05.23 10,000\n账户状态 账户关闭日期\n销户 2021.03.15\n2020年01月—2020年06月的还款记录\n"
        "1 2 3 4 5 6 7 8 9 10 11 12\n2020 N N 1 2 N C\n"
    )
    report = read_credit_text(text, "详版")
    assert "older_than_five_years" in {flag.kind for flag in flags_of(report, today=date(2026, 11, 22))}


_HEAD = "个人信用报告\n（二）非循环贷账户\n账户1\n管理机构 账户标识 开立日期 到期日期 借款金额 账户币种\n远山消费金融 A1 2024.06.18 2026.06.18 20,000 人民币元\n"


def test_rows_under_unknown_headings_are_told_and_spoil_no_cell() -> None:
    text = _HEAD + "担保方类型 风险缓释 附加约定\n第三方 有 甲类\n账户状态 五级分类 余额\n逾期 关注 8,300\n"
    report = read_credit_text(text, "详版")
    (account,) = report.accounts
    assert (account.lender, account.balance_yuan) == ("远山消费金融", 8_300)
    assert [line for line in report.unread if "担保方类型" in line and "账户1" in line]
    assert [line for line in report.unread if "第三方" in line]


def test_months_that_the_title_names_and_the_grid_lacks_are_told() -> None:
    text = _HEAD + "2024年06月—2025年02月的还款记录\n1 2 3 4 5 6 7 8 9 10 11 12\n2025 N 1\n"
    (line,) = read_credit_text(text, "详版").unread
    assert "7 个月没有读出" in line
    assert "2024-06" in line


def test_an_account_of_which_nothing_is_understood_is_told() -> None:
    text = _HEAD + "账户2\n某种新的版式 没有见过\n甲 乙\n"
    report = read_credit_text(text, "详版")
    assert len(report.accounts) == 1
    assert report.unread == ("非循环贷账户 账户2：整个账户没有读懂，请对照原件",)


def test_a_grid_goes_on_over_a_page_that_repeats_its_months() -> None:
    months = "1 2 3 4 5 6 7 8 9 10 11 12\n"
    text = (
        _HEAD
        + "2024年06月—2025年02月的还款记录\n"
        + months
        + "2025 N 1\n第 1 页，共 9 页\n"
        + months
        + "2024 * N N N N N N\n"
    )
    report = read_credit_text(text, "详版")
    assert report.unread == ()
    assert len(report.accounts[0].grid) == 9
