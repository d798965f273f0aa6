"""A credit report made in the true layout: items over lines and pages, cards and loans, inquiries, what to check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.prevention.credit.flags import flag_law, flags_of
from cuijie.prevention.credit.reading import read_credit_file, read_credit_text
from cuijie.prevention.credit.report import Account, CreditReport, CreditUnreadable

from .made import short_report_pdf

REPORT = """个人信用报告
报告编号：2026040112000000000001          报告时间：2026-04-01 12:00:00
姓名：林舟 证件类型：身份证 证件号码：000000200001010000 婚姻状况：未婚
信贷记录
信息概要
 信用卡 购房贷款 其他贷款
账户数 2 -- 3
发生过逾期的账户数 1 -- 2
信用卡
发生过逾期的贷记卡账户明细如下：
1. 2018年05月23日晴川银行信用卡中心发放的贷记卡（人民币账户，卡片尾号：1001）。截至2026年03
月，信用额度10,000，已使用额度9,800，逾期金额1,200。最近5年内有3个月处于逾期状态，没有发生过
第 1 页，共 3 页
90天以上逾期。
从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：
2. 2016.03.02晴川农商行发放的贷记卡（人民币账户），截至2020年01月已销户。
其他贷款
发生过逾期的账户明细如下：
1. 2025年08月15日小舟消费金融有限公司发放的5,000元（人民币）其他个人消费贷款，2026年
02月15日到期。截至2026年03月，余额5,000，逾期金额5,386。最近5年内有2个月处于逾期状态，其
中1个月逾期超过90天。
2. 2017年01月10日旧岸小额贷款有限公司发放的20,000元（人民币）个人经营性贷款，2019年01月10日到期，2020年02月已结清。最近5年内有1个月处于逾期状态，没有发生过90天以上逾期。
从未逾期过的账户明细如下：
3. 2024年02月01日晴川商业银行为其他个人消费贷款授信，额度有效期至2027年02月01日，可循环使用。截至2026年03月，信用额度30,000元（人民币），余额为12,000，当前无逾期。
公共记录
查询记录
机构查询记录明细
编号 查询日期 查询机构 查询原因
1 2026年03月20日 小舟消费金融有限公司 贷后管理
第 2 页，共 3 页
2 2025年12月11日 远山科技小额贷款有限公司 贷款审批
本人查询记录明细
编号 查询日期 查询机构 查询原因
1 2026年04月01日 本人 本人查询（互联网个人信用信息服务平台）
说明
1. 除查询记录外，本报告中的信息是依据截至报告时间个人征信系统记录的信息生成。
"""
TODAY = date(2026, 4, 2)


def test_items_broken_over_lines_and_pages_are_whole() -> None:
    report = read_credit_text(REPORT, "r")
    assert report.made_on == date(2026, 4, 1)
    assert [(one.section, one.number) for one in report.accounts] == [
        ("信用卡", "1"), ("信用卡", "2"), ("其他贷款", "1"), ("其他贷款", "2"), ("其他贷款", "3"),
    ]  # fmt: skip
    card, closed, loan, settled, revolving = report.accounts
    assert (card.lender, card.amount_yuan, card.balance_yuan, card.overdue_yuan) == (
        "晴川银行信用卡中心",
        10_000,
        9_800,
        1_200,
    )
    assert (card.overdue_months, card.over_90_days_months) == (3, 0)
    assert (closed.opened_on, closed.closed) == (date(2016, 3, 2), "2020-01")
    assert (loan.amount_yuan, loan.due_on, loan.over_90_days_months) == (5_000, date(2026, 2, 15), 1)
    assert (settled.closed, settled.overdue_months) == ("2020-02", 1)
    assert (revolving.kind, revolving.lender, revolving.balance_yuan) == ("revolving", "晴川商业银行", 12_000)
    assert report.unread == ()


def test_inquiries_across_a_page_break_are_all_read_and_own_ones_known() -> None:
    looks = read_credit_text(REPORT, "r").inquiries
    assert [(one.by, one.reason, one.is_own) for one in looks] == [
        ("小舟消费金融有限公司", "贷后管理", False),
        ("远山科技小额贷款有限公司", "贷款审批", False),
        ("本人", "本人查询（互联网个人信用信息服务平台）", True),
    ]


def test_what_to_check_is_named_with_its_provision() -> None:
    flags = flags_of(read_credit_text(REPORT, "r"), known_lenders=["晴川", "小舟消费金融", "旧岸"], today=TODAY)
    assert {(flag.kind, flag.where.split(" ")[0]) for flag in flags} == {
        ("older_than_five_years", "其他贷款"),
        ("amount_to_check", "其他贷款"),
        ("inquiry_to_check", "2025-12-11"),
    }


def test_every_kind_of_flag_names_a_provision_of_the_library_and_has_its_words_for_the_letter() -> None:
    law = flag_law()
    cited = {row.provision for row in law.rows.values() if row.provision}
    assert [provision for provision in sorted(cited) if not library().holds(provision)] == []
    assert {row.kind for row in law.rows.values()} == set(law.disputes)


def test_a_balance_above_what_was_lent_is_asked_about_but_not_that_of_a_card() -> None:
    loan = Account(number="1", kind="loan", section="其他贷款", lender="某行", opened_on=None, amount_yuan=5_000, balance_yuan=5_800)  # fmt: skip
    others = (replace(loan, kind="credit_card"), replace(loan, balance_yuan=5_000), replace(loan, section="被追偿信息"))
    report = CreditReport(number=None, made_on=None, accounts=(loan, *others), inquiries=())
    (flag,) = flags_of(report, today=TODAY)
    assert (flag.kind, "5,800 元大于发放的 5,000 元" in flag.says) == ("balance_above_loan", True)
    assert "构成" in flag.request


def test_a_lender_is_called_unknown_only_if_the_user_named_the_known_ones() -> None:
    report = read_credit_text(REPORT, "r")
    assert "unknown_lender" not in {flag.kind for flag in flags_of(report, today=TODAY)}
    unknown = [flag for flag in flags_of(report, known_lenders=["晴川"], today=TODAY) if flag.kind == "unknown_lender"]
    assert len(unknown) == 2


def test_a_summary_that_differs_is_said() -> None:
    flags = flags_of(read_credit_text(REPORT.replace("账户数 2 -- 3", "账户数 2 -- 4"), "r"), today=TODAY)
    assert "summary_differs" in {flag.kind for flag in flags}


def test_the_short_form_as_a_pdf_of_two_pages_says_the_same(tmp_path: Path) -> None:
    read = read_credit_file(short_report_pdf(tmp_path / "简版.pdf", REPORT))
    told = read_credit_text(REPORT, "r")
    assert [(one.number, one.lender, one.overdue_yuan, one.closed) for one in read.accounts] == [
        (one.number, one.lender, one.overdue_yuan, one.closed) for one in told.accounts
    ]
    assert [(one.on, one.by) for one in read.inquiries] == [(one.on, one.by) for one in told.inquiries]


def test_no_identity_number_is_kept() -> None:
    assert "000000200001010000" not in repr(read_credit_text(REPORT, "r"))


def test_a_detailed_report_gives_its_months_to_the_accounts() -> None:
    text = REPORT.replace("其他贷款\n", "账户状态\n2026 N N 1\n2025 N N N N N N N N N N N N\n其他贷款\n", 1)
    report = read_credit_text(text, "r")
    assert [month.state for month in report.accounts[0].grid if month.month == "2026-03"] == ["1"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "空文件"), ("今天天气好".encode(), "不像"), (b"%PDF-1.7 x", "打不开")]
)
def test_what_cannot_be_read_is_said_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(content)
    with pytest.raises(CreditUnreadable, match=said) as refused:
        read_credit_file(path)
    assert "报告.pdf" in str(refused.value)


@given(st.integers(0, len(REPORT)))
def test_a_report_cut_off_anywhere_never_crashes(length: int) -> None:
    try:
        report = read_credit_text(REPORT[:length], "r")
    except CreditUnreadable:
        assert length < 40
    else:
        assert len(report.accounts) <= 5


BROKEN = """个人信用报告
报告编号: 2019010112000000000009  报告时间: 2019.01.15 10:20:33
信贷记录
信用卡
从未逾期过的贷记卡及透支未超过60天的准贷记卡账户明细如下：
1. 2010.03.02晴川银行股份有限公司信用卡中心发放的贷记卡（人民币账户）。截至2018.12，信用额度12,000，已使用额度3,450。
透支超过60天的准贷记卡账户明细如下：
2. 2009年1月9日晴川农商行发放的准贷记卡（人民币账户）。截至2018年12月，信用额度5,000，透支余额1,200。最近5年内有4个月透支超过60天，其中2个月透支超过90天。
其他贷款
发生过逾期的账户明细如下：
1.
2011年02月03日小舟消费金融有限
公司发放的9,000元（人民币）个人消费贷款，2012年02月03日到期。2012年05月已结清。最近5年内有6个月处于逾期状态，没有发生过90天以上逾期。
2. 2017.12.06旧岸小额贷款有限公司发放的6,000元（人民币）其他贷款，2018.12.06到期。截至2018.12，余额0，已结清，逾期金额300。
查询记录
机构查询记录明细
编号 查询日期 查询机构 查询原因
1 2018年12月20日 小舟消费金融有限公司 贷后管理
2 2018.11.02 远山融资担保有限责任
公司 担保资格审查
3 2018年10月01日 晴川银行信用卡中心 信用卡审批
4 2018年09月01日 星河银行
贷款审批
"""


def test_an_item_broken_after_its_number_is_not_lost() -> None:
    loan = read_credit_text(BROKEN, "r").accounts[2]
    assert (loan.number, loan.lender, loan.opened_on) == ("1", "小舟消费金融有限公司", date(2011, 2, 3))


def test_a_quasi_credit_card_tells_its_months_overdrawn() -> None:
    card = read_credit_text(BROKEN, "r").accounts[1]
    assert (card.kind, card.overdue_months, card.over_90_days_months, card.never_overdue) == (
        "quasi_credit_card", 4, 2, False,
    )  # fmt: skip


def test_settlement_told_after_the_balance_is_seen() -> None:
    assert read_credit_text(BROKEN, "r").accounts[3].closed == "2018-12"


def test_an_inquiry_that_runs_over_lines_is_whole() -> None:
    found = [(one.by, one.reason) for one in read_credit_text(BROKEN, "r").inquiries]
    assert found[1] == ("远山融资担保有限责任公司", "担保资格审查")
    assert found[3] == ("星河银行", "贷款审批")


def test_a_lender_without_its_legal_form_is_the_same_and_a_settled_loan_needs_no_management() -> None:
    flags = flags_of(read_credit_text(BROKEN, "r"), today=TODAY)
    asked = [flag.where for flag in flags if flag.kind == "inquiry_to_check"]
    assert not any("晴川银行" in where for where in asked)
    assert any("小舟" in where for where in asked)


def test_accounts_under_a_section_of_another_name_are_read_and_not_dropped() -> None:
    report = read_credit_text(
        REPORT.replace("\n信用卡\n", "\n贷记卡\n").replace("\n其他贷款\n", "\n贷款\n"), "信用报告.txt"
    )
    assert len(report.accounts) == len(read_credit_text(REPORT, "信用报告.txt").accounts)
    assert report.unread == ()
