"""``cuijie owe`` as a user runs it: forms, bills, a zip, a case, all together, and bad input."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.small_case import CHEAP, PASSPHRASE, new_case

from cuijie.cli.main import cli
from cuijie.clock import SystemClock
from cuijie.errors import CuijieError
from cuijie.intake.add import add
from cuijie.money import LETTER
from cuijie.records import Loan
from cuijie.records.results import CheckResult
from cuijie.remedies.documents import group

ALIPAY = """支付宝（中国）网络技术有限公司  电子客户回单
交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注
2026-02-18 10:00:00,信用借还,示例消费金融有限公司,/,放款到账,收入,9400.00,余额,交易成功,2026021801,,
2026-03-18 09:00:00,信用借还,示例消费金融有限公司,/,按期还款,不计收支,925.00,银行卡,还款成功,2026031801,,
2026-04-18 09:00:00,信用借还,示例消费金融有限公司,/,按期还款,不计收支,925.00,银行卡,交易关闭,2026041801,,
2026-04-19 09:00:00,会员充值,某某会员中心,/,月卡,支出,50.00,银行卡,交易成功,2026041901,,
2026-04-20 09:00:00,餐饮美食,某面馆,/,午饭,支出,20.00,余额,交易成功,2026042001,,
"""
FORM = """
贷款人类型: consumer_finance
合同日: 2026-02-18
本金: 10000.00
期数: 12
首期: 2026-03-18
每期还款: 925.00
已还: [{日期: 2026-03-18, 金额: 925.00}]
"""


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "支付宝交易明细.csv"
    path.write_bytes(ALIPAY.encode("gb18030"))
    return path


def run(*words: object) -> tuple[int, str]:
    try:
        done = CliRunner().invoke(cli, ["owe", *map(str, words)], catch_exceptions=False)
    except CuijieError as error:
        return error.exit_code, str(error)
    return done.exit_code, done.stdout


def as_json(*words: object) -> Any:
    code, out = run(*words, "--on", "2026-11-21", "--json")
    assert code == 0, out
    return json.loads(out)


def test_a_bill_alone_names_who_looks_like_a_lender_and_counts_nothing(bill: Path) -> None:
    found = as_json(bill)
    assert (found["received_fen"], found["paid_fen"]) == (0, 0)
    assert [one["name"] for one in found["candidates"]] == ["示例消费金融有限公司"]
    assert "都还没有算" in run(bill)[1]


def test_the_named_lender_is_counted_and_what_failed_is_left_out_and_said(bill: Path) -> None:
    found = as_json(bill, "--lender", "示例消费金融", "--to", "会员中心=会员费")
    assert (found["received_fen"], found["paid_fen"]) == (940_000, 97_500)
    assert found["told_only"] == {"received_fen": 0, "paid_fen": 0}
    assert found["costs_paid"] == [{"kind": "fee", "payee": "某某会员中心", "fen": 5_000}]
    assert "交易关闭" in found["left_out"][0]["why"]


def test_a_form_and_a_bill_together_count_the_same_payment_once(bill: Path, tmp_path: Path) -> None:
    form = tmp_path / "借款.yaml"
    form.write_text(FORM + "账单里的名字: 示例消费金融\n", encoding="utf-8")
    found = as_json(form, bill)
    assert (found["received_fen"], found["paid_fen"]) == (940_000, 92_500)
    assert found["owed_fen"] == 11 * 92_500
    assert found["rates"]["nominal_annual"].startswith("0.318")
    assert found["chart"]["paid"] == [["2026-03-18", 92_500]]


def test_a_statement_that_is_neither_bill_nor_form_is_told_what_can_be_read(tmp_path: Path) -> None:
    statement = tmp_path / "statement.txt"
    statement.write_text("Loan Statement\nAccount: 1234\nOpening balance: 5,000.00\n", encoding="utf-8")
    code, err = run(statement)
    assert code == 2
    assert "不是账单，也不是借款表单" in err
    assert "YAML" not in err


def test_a_zipped_bill_is_read_too(bill: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "账单.zip", "w") as bag:
        bag.write(bill, "交易明细.csv")
    assert as_json(tmp_path / "账单.zip", "--lender", "示例消费金融")["received_fen"] == 940_000


def test_a_case_with_bills_and_a_loan_is_worked_out(
    bill: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    for room in ("case", "sharing"):
        monkeypatch.setattr(f"cuijie.casefile.{room}.KdfCost", lambda: CHEAP)
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        case.put(
            Loan(loan_id="loan-1", lender_name="示例消费金融有限公司", principal_fen=1_000_000, claimed_fen=1_200_000)
        )
        add(case, [bill])
    before = as_json(tmp_path / "案卷")
    assert (before["paid_fen"], [one["name"] for one in before["candidates"]]) == (0, ["示例消费金融有限公司"])
    found = as_json(tmp_path / "案卷", "--lender", "示例消费金融")
    assert (found["received_fen"], found["paid_fen"]) == (940_000, 92_500)
    assert found["differences"][0]["claimed_fen"] == 1_200_000
    again = as_json(tmp_path / "案卷")  # the name was asked for once
    assert (again["received_fen"], again["candidates"], again["kept"]) == (940_000, [], found["kept"])
    assert "kept" not in as_json(tmp_path / "案卷", "--no-keep")
    assert run(tmp_path / "案卷", "--loan", "loan-9")[0] == 2


def test_a_case_that_is_in_use_is_reckoned_and_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    for room in ("case", "sharing"):
        monkeypatch.setattr(f"cuijie.casefile.{room}.KdfCost", lambda: CHEAP)
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        case.put(Loan(loan_id="loan-1", lender_name="示例消费金融有限公司", principal_fen=1_000_000))
        found = as_json(tmp_path / "案卷")
        assert (found["lender"], "kept" in found) == ("示例消费金融有限公司", False)
        assert case.all(CheckResult) == ()


def test_several_loans_are_shown_together(tmp_path: Path) -> None:
    form = tmp_path / "两笔.yaml"
    form.write_text("借款: [{贷款人: 甲}, {贷款人: 乙, 期数: 1, 首期: 2026-03-01, 每期还款: 9}]\n", encoding="utf-8")
    found = as_json(form)
    assert len(found["loans"]) == 2
    assert found["together"]["unknown"] == ["甲"]
    code, out = run(form)
    assert code == 0
    assert "合起来（2 笔）" in out


def test_the_letter_that_is_pointed_to_exists() -> None:
    assert (Path(group.__file__).parent.parent / "data" / "templates" / f"{LETTER}.md").is_file()


def test_nothing_printed_says_that_a_debt_need_not_be_paid(tmp_path: Path) -> None:
    form = tmp_path / "旧债.yaml"
    form.write_text(
        FORM.replace("2026-", "2020-") + "方案: [{种类: 一次性结清, 首期: 2026-12-01, 金额: 1}]\n", encoding="utf-8"
    )
    code, out = run(form, "--on", "2026-11-21")
    assert code == 0
    assert "三年可能已满" in out
    assert "欠的本金要还" in out
    for words in ("不用还", "不必还", "无需还", "可以不还"):
        assert words not in out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.csv", b"", "空文件"),
        ("别的.csv", "姓名,电话\n张三,1\n".encode(), "不像支付账单"),
        ("坏.zip", b"PK\x03\x04garbage", "打不开"),
        ("表单.yaml", "本金: [\n".encode(), "YAML"),
        ("表单.yaml", b"\xff\xfe\x00", "UTF-8"),
        ("表单.yaml", "本全: 5\n".encode(), "不认识这一项"),
    ],
)
def test_bad_input_is_said_with_what_to_do(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    code, out = run(tmp_path / name)
    assert code == 2
    assert said in out


@pytest.mark.parametrize("words", [("没有这个文件.csv",), (".",), ("没有.yaml",)])
def test_a_missing_file_or_a_folder_that_is_no_case_is_said(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*words)[0] == 2


@pytest.mark.parametrize("option", [("--to", "会员中心"), ("--to", "会员中心=好处费"), ("--lender", " ")])
def test_an_option_that_cannot_be_read_is_refused(bill: Path, option: tuple[str, str]) -> None:
    assert run(bill, *option)[0] == 2


def test_a_name_that_no_bill_holds_is_said(bill: Path) -> None:
    assert any("没有找到" in note for note in as_json(bill, "--lender", "不存在的公司")["notes"])
