"""Everything an account says is said in English too."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from cuijie.datafiles import Words
from cuijie.money import LoanFacts, owing, read_form
from cuijie.money.plain import offers_of

ON = date(2026, 11, 22)
HAN = re.compile("[\u4e00-\u9fff]")
FORMS = [
    "贷款人: A\n",
    "贷款人类型: consumer_finance\n产品: online_consumer\n合同日: 2026-02-18\n本金: 10000\n到手: [{日期: 2026-02-18, 金额: 9400}]\n"
    "期数: 12\n首期: 2026-03-18\n还款方式: 等额本息\n年利率: 24%\n已还: [{日期: 2026-03-18, 金额: 925}]\n"
    "催收方说: [{名称: 本金, 金额: 9000}, {名称: 违约金, 金额: 3000}, {名称: 罚息, 金额: 10}, {名称: 欠款, 金额: 1}]\n"
    "方案: [{种类: 展期, 首期: 2027-01-10, 金额: 9000, 收款账户: 个人账户, 条件: 再借新贷款来还}, {种类: 一次性结清, 首期: 2026-12-01, 金额: 1}]\n"
    "家庭: {收入: 100, 必要支出: 90}\n",
    "贷款人类型: private_person\n合同日: 2019-02-18\n本金: 10000\n到手: [{日期: 2019-02-18, 金额: 10000}]\n期数: 3\n首期: 2019-03-18\n"
    "每期还款: 5000\n已还: [{日期: 2019-03-18, 金额: 50000}]\n催收方说: 20000\n中断: [{日期: 2019-06-01, 事由: 催收}]\n",
    "贷款人类型: private_person\n合同日: 2019-02-18\n立案日: 2026-03-01\n到手: [{日期: 2019-02-18, 金额: 10000}]\n催收方说: 20000\n",
    "贷款人类型: private_person\n合同日: 2026-11-21\n本金: 1\n到手: [{日期: 2026-11-21, 金额: 1}]\n",
    "产品: credit_card\n逾期起: 2026-10-01\n催收方说: 9\n中断: [{日期: 2026-10-02, 事由: 起诉}]\n"
    "方案: [{种类: 分期, 首期: 2027-01-10, 期数: 60, 每期: 1}, {种类: 分期, 首期: 2027-01-10, 期数: 61, 每期: 1}]\n",
]


def said(facts: LoanFacts) -> list[Words]:
    account = owing(facts, ON)
    words = [*account.missing, *(one.note for one in account.differences if one.note)]
    words += [step for result in account.lines for step in result.working]
    words += [account.overdue.to_do] if account.overdue else []
    if time := account.limitation:
        words += [time.started_by, *time.notes, *(one.why for one in time.restarts)]
    return words + [warning.text for one in offers_of(facts, account) for warning in one.warnings]


@pytest.mark.parametrize("form", FORMS)
def test_every_sentence_of_an_account_has_its_english(tmp_path: Path, form: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(form, encoding="utf-8")
    words = said(read_form(path))
    assert words
    assert [one for one in words if HAN.search(one.en)] == []
