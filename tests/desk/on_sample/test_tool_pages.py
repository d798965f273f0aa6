"""Money, contract, phone, credit report, offers of help, budget: alone nothing is kept, in a case everything is."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from cuijie.casefile import ItemFacts
from cuijie.intake.add import add
from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.prevention import pages
from cuijie.records import Loan, Payment
from cuijie.records.money import LoanTerms
from cuijie.records.remedies import PaperField
from cuijie.records.results import CheckResult
from tests.prevention.made import CONTRACT, long_report_pdf, scanned_pdf
from tests.prevention.test_phone import APPOPS, DUMPSYS

from ..client import LONGEST_S, Answer, Desk

CONTRACT_FILE = ("file", "合同.txt", "\n".join(CONTRACT).encode())
PHONE_FILE = ("file", "权限.txt", (DUMPSYS.format(sdk=30) + APPOPS).encode())
OFFER = "先交2000定金，我们帮你谈停息挂账包成功。\n<script>alert(1)</script>把收到的验证码发给我。"
MONEY = {
    "lender_name": "远山消费金融有限公司", "lender_type": "consumer_finance", "contract_on": "2026-02-18",
    "principal_fen": "10000", "periods": "12", "first_due_on": "2026-03-18", "payment_fen": "925",
    "received": "2026-02-18 9400", "paid": "2026-03-18 925\n2026-03-18 50 会员费 某平台", "claimed": "本金 9000\n违约金 3000",
    "income_fen": "6000", "costs_fen": "4200", "debts": "房贷 余额 300000 月供 800 有抵押",
    "offers": "分期 2027-01-10 24期 每期420 合同账户；期间不计收利息",
}  # fmt: skip
BILL = (
    "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注\n"
    "2026-02-18 10:00:00,信用借还,远山消费金融有限公司,/,放款到账,收入,9400.00,余额,交易成功,1,,\n"
    "2026-03-18 09:00:00,信用借还,远山消费金融有限公司,/,按期还款,不计收支,925.00,银行卡,还款成功,2,,\n"
)


@pytest.fixture
def before_money(desk: Desk) -> Desk:
    """The sample without its bill and without what its contract says."""
    with desk.place().writing() as case:
        case.drop(LoanTerms, "loan-1")
        for payment in case.all(Payment):
            case.drop(Payment, payment.payment_id)
    return desk


def test_the_bill_of_the_sample_is_reckoned_without_a_question(desk: Desk) -> None:
    page = desk.get("/c/1/money?loan=loan-1")
    shown(page, "4,700.00", "729.90")
    assert "账单里像放款方的" not in page.words


def results(desk: Desk) -> list[CheckResult]:
    return sorted(desk.place().opened.all(CheckResult), key=lambda one: one.made_at)


def shown(answer: Answer, *words: str) -> None:
    assert answer.status == 200, answer.words[:300]
    for word in words:
        assert word in answer.words


@pytest.mark.parametrize(("is_settled", "owes"), [(True, False), (None, True)])
def test_who_noted_that_the_loan_is_settled_is_not_told_to_pay_it(
    desk: Desk, is_settled: bool | None, owes: bool
) -> None:
    with desk.place().writing() as case:
        case.put(*(replace(loan, debt_settled=is_settled) for loan in case.all(Loan)))
    money, findings = desk.get("/c/1/money?loan=loan-1").words, desk.get("/c/1/findings").words
    assert ("欠的钱仍然要还" in findings, "结清证明和还款记录要留好" in findings) == (owes, not owes)
    assert ("你记着这笔借款已经结清" in money, "起，逾期" in money, "怎么还得起" in money) == (not owes, owes, owes)


def test_money_alone_is_worked_out_and_nothing_is_kept(desk: Desk) -> None:
    answer = desk.post("/money", MONEY)
    shown(
        answer,
        "9,400.00",
        "31.86%",
        "名义年化",
        "持牌金融机构",
        "可以争议",
        "每月能拿出来还这一笔的 1,000.00",
        "比按合同还剩的少 95.00",
    )
    assert 'formaction="/c/1/money"' in answer.text
    assert results(desk) == []
    for words in ("不用还的", "不必还", "无需还"):
        assert words not in answer.words


@pytest.mark.usefixtures("before_money")
def test_money_in_a_case_is_written_kept_and_offered_to_the_letters(desk: Desk) -> None:
    answer = desk.post("/c/1/money", {**MONEY, "loan_id": "loan-1"})
    assert (answer.status, answer.location) == (303, "/c/1/money?loan=loan-1")
    shown(
        desk.get("/c/1/money?loan=loan-1"),
        "到手 9,400.00 元，已还 975.00 元，对方还要 12,000.00 元",
        "写信请对方书面说明",
    )
    case = desk.place().opened
    loan, terms = case.get(Loan, "loan-1"), case.get(LoanTerms, "loan-1")
    assert loan is not None
    assert terms is not None
    assert (loan.principal_fen, loan.claimed_fen, terms.periods, len(terms.paid)) == (1_000_000, 1_200_000, 12, 2)
    assert [(one.kind, one.subject) for one in results(desk)] == [("owe", "loan-1")]
    shown(desk.get("/c/1/paper/account_statement_request"), "实际到手：9,400.00元")
    chosen = desk.post("/c/1/money/offer", {"loan_id": "loan-1", "offer": "0"})
    assert chosen.location == "/c/1/paper/repayment_negotiation?loan=loan-1"
    assert any("2027-01-10" in one.value for one in case.all(PaperField))


def test_what_the_form_gets_wrong_is_said_beside_it_and_nothing_is_lost(desk: Desk) -> None:
    answer = desk.post("/c/1/money", {**MONEY, "loan_id": "loan-1", "paid": "昨天 925", "periods": "12个"})
    assert answer.status == 400
    assert "第 1 行“昨天 925”看不出日期" in answer.words
    assert "应是 1 到 480 的整数" in answer.words
    assert "昨天 925" in answer.text
    assert results(desk) == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_year_that_cannot_be_meant_is_asked_about(desk: Desk, day: str) -> None:
    answer = desk.post("/money", {**MONEY, "first_due_on": day})
    assert answer.status == 400
    assert "年份不对" in answer.words
    desk.post("/c/1/facts/loan", {"loan_id": "loan-1", "overdue_since": day, "contract_on": day})
    assert desk.get("/c/1/money").status == 200


@pytest.mark.parametrize("loan", ["", "loan-9", "new", "../x"])
def test_a_loan_that_is_not_there_is_no_fault(desk: Desk, loan: str) -> None:
    assert desk.get(f"/c/1/money?loan={loan}").status == 200


def test_a_bill_is_looked_at_and_its_lender_filled_in_on_the_users_word(desk: Desk) -> None:
    answer = desk.post("/money", [], [("bill", "账单.csv", BILL.encode())])
    shown(answer, "账单里像放款方的", "远山消费金融有限公司")
    assert "2026-02-18 9400.00" in answer.text
    refused = desk.post("/money", [], [("bill", "随便.csv", b"a,b\n1,2\n")])
    assert "不像支付账单" in refused.words


@pytest.mark.usefixtures("before_money")
def test_a_name_in_the_bills_of_a_case_is_asked_once(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "账单.csv"
    path.write_text(BILL, encoding="utf-8")
    add(desk.place().opened, [path])
    shown(desk.get("/c/1/money"), "账单里像放款方的")
    answer = desk.post("/c/1/money/names", {"loan_id": "loan-1", "name": "远山消费金融有限公司", "role": "lender"})
    assert answer.status == 303
    page = desk.get("/c/1/money?loan=loan-1")
    shown(page, "9,400.00")
    assert "账单里像放款方的" not in page.words
    assert {one.loan_id for one in desk.place().opened.all(Payment)} == {"loan-1"}


def test_a_contract_alone_is_quoted_and_forgotten(desk: Desk) -> None:
    answer = desk.post("/contract", [], [CONTRACT_FILE])
    shown(answer, "三、甲方同意乙方读取其手机通讯录", "能当理由的", "不能当理由的", "合同本金", "先问你同不同意")
    assert 'name="term"' not in answer.text
    assert results(desk) == []
    assert len(desk.place().opened.items()) == 7


def test_a_contract_in_a_case_is_kept_and_its_terms_are_confirmed_by_ticks(desk: Desk) -> None:
    answer = desk.post("/c/1/contract", {"keep": "1"}, [CONTRACT_FILE])
    assert answer.location == "/c/1/contract/contract-1"
    page = desk.get(answer.location)
    shown(page, "合同怎么写这笔借款", "放款的是谁", "撤回同意、要求删除的信")
    assert desk.post(f"{answer.location}/confirm", {"loan_id": "loan-1"}).status == 400
    ticked = desk.post(f"{answer.location}/confirm", [("loan_id", "loan-1"), ("term", "5"), ("term", "7")])
    assert ticked.status == 303
    terms = desk.place().opened.get(LoanTerms, "loan-1")
    assert terms is not None
    assert len(terms.sources) == 2
    shown(desk.get("/c/1/paper/pi_request_borrower"), "甲方同意乙方读取其手机通讯录")


def test_a_phone_in_a_case_stands_beside_its_contacts(desk: Desk) -> None:
    alone = desk.post("/apps", [], [PHONE_FILE])
    shown(alone, "com.example.kuaidai", "读过", "怎样收回", "小米", "iPhone")
    assert "谁先谁后" not in alone.words
    answer = desk.post("/c/1/apps", {"keep": "1"}, [PHONE_FILE])
    page = desk.get(answer.location)
    shown(page, "谁先谁后", "使用了通讯录权限", "第一次联系到母亲", "已经备在")


def test_a_credit_report_and_only_what_is_ticked_is_disputed(desk: Desk, tmp_path: Path) -> None:
    report = ("file", "信用报告.pdf", long_report_pdf(tmp_path / "详版.pdf").read_bytes())
    shown(desk.post("/credit", [], [report]), "远山消费金融有限公司", "近五年逾期", "5 个月", "贷后管理")
    kept = desk.post("/c/1/credit", {"keep": "1"}, [report])
    page = desk.get(kept.location)
    shown(page, "值得核对", "逾期金额 8,756 元大于余额 8,300 元")
    assert desk.post(f"{kept.location}/dispute", {}).status == 400
    assert desk.post(f"{kept.location}/dispute", {"flag": "1"}).location == "/c/1/paper/credit_dispute"
    shown(desk.get("/c/1/paper/credit_dispute"), "逾期金额 8,756 元大于余额 8,300 元")


def test_an_offer_is_marked_escaped_and_kept(desk: Desk) -> None:
    alone = desk.post("/scam", {"text": OFFER})
    shown(alone, "要收钱：先交费，或者办成后抽成", "要验证码、银行卡", "2026-02-06", "可靠的帮助是这样的")
    assert "<mark>" in alone.text
    assert "<script>alert" not in alone.text
    kept = desk.post("/c/1/scam", {"text": OFFER, "keep": "1"})
    shown(desk.get(kept.location), "要收钱：先交费，或者办成后抽成")
    assert [one.kind for one in results(desk)] == ["scam"]


def test_the_month_before_borrowing(desk: Desk) -> None:
    given = {"income_fen": "6000", "costs_fen": "4200", "received_fen": "9400", "periods": "12", "payment_fen": "925"}
    shown(desk.post("/budget", given), "借了以后每月还剩 875.00 元", "收入少 40%", "不够", "多付 1,700.00 元")
    assert desk.post("/c/1/budget", {}).status == 400


@pytest.mark.parametrize(
    ("path", "field", "written"),
    [
        ("/money", "income_fen", "一大笔"),
        ("/money", "debts", "房贷"),
        ("/money", "principal_fen", "1e99"),
        ("/budget", "costs_fen", "一大笔"),
        ("/budget", "debts", "房贷"),
    ],
)
def test_a_field_that_cannot_be_read_is_told_where_it_stands(desk: Desk, path: str, field: str, written: str) -> None:
    answer = desk.post(path, {**MONEY, field: written})
    assert answer.status == 400, answer.words[:200]
    assert field not in answer.words


def test_a_scanned_contract_is_kept_at_once_and_read_beside_the_pages(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()

    def seen(data: bytes) -> Picture:
        begun.set()
        assert go.wait(LONGEST_S)
        return Picture(
            width=10,
            height=10,
            lines=(TextLine(text=CONTRACT[5], score=0.9, box=Box(left=0, top=0, right=9, bottom=9)),),
        )

    monkeypatch.setattr(pages, "read_picture", seen)
    scan = scanned_pdf(tmp_path / "合同.pdf")
    before = len(desk.place().opened.items())
    answer = desk.post("/c/1/contract", {"keep": "1"}, [("file", "合同.pdf", scan.read_bytes())])
    assert answer.location == "/c/1/contract#jobs"
    assert begun.wait(LONGEST_S)
    assert len(desk.place().opened.items()) == before + 1
    shown(desk.get("/c/1/contract"), "读扫描的合同")
    assert results(desk) == []
    go.set()
    desk.wait_for_jobs()
    (result,) = results(desk)
    shown(desk.get("/c/1/contract"), "读好了", "看这份合同")
    shown(desk.get(f"/c/1/contract/{result.result_id}"), CONTRACT[5])


def test_a_long_scan_is_not_read_while_a_page_is_waited_for(desk: Desk, tmp_path: Path) -> None:
    scan = scanned_pdf(tmp_path / "合同.pdf", pages=4)
    answer = desk.post("/contract", [], [("file", "合同.pdf", scan.read_bytes())])
    assert answer.status == 400
    assert "4 页是扫描的" in answer.words
    assert "收进案件" in answer.words


def test_somebody_who_does_not_want_to_live_is_answered_before_any_sign_of_a_trap(desk: Desk) -> None:
    page = desk.post("/scam", {"text": f"不想活了。{OFFER}"}).text
    assert page.index("120或者110") < page.index("圈套一样")
    assert "120或者110" not in desk.post("/scam", {"text": OFFER}).text


@pytest.mark.parametrize("path", ["contract", "apps", "credit", "scam"])
@pytest.mark.parametrize("base", ["/", "/c/1/"])
def test_nothing_or_nonsense_is_answered_kindly(desk: Desk, base: str, path: str) -> None:
    nothing = desk.post(base + path, {"text": "", "keep": "1"})
    assert nothing.status == 400
    assert 'role="alert"' in nothing.text
    if path != "scam":
        broken = desk.post(base + path, {"keep": "1"}, [("file", "../../坏的.pdf", b"%PDF-1.7 x")])
        assert broken.status == 400
        assert "坏的.pdf" in broken.words
    assert results(desk) == []


@pytest.mark.parametrize("path", ["contract/contract-9", "apps/x", "credit/..", "scam/scam-1"])
def test_a_result_that_is_not_there_is_said(desk: Desk, path: str) -> None:
    assert desk.get(f"/c/1/{path}").status in {403, 404}


@pytest.mark.parametrize("path", ["/money", "/contract", "/apps", "/credit", "/scam", "/budget"])
def test_every_page_speaks_english_by_the_switch(desk: Desk, path: str) -> None:
    english = desk.ask(path=path, Cookie=f"{desk.cookie}; cuijie_lang=en")
    assert english.status == 200
    assert '<html lang="en"' in english.text


@pytest.mark.usefixtures("before_money")
def test_several_loans_stand_together_in_the_order_in_which_they_are_served(desk: Desk) -> None:
    desk.post("/c/1/money", {**MONEY, "loan_id": "loan-1"})
    assert (
        desk.post("/c/1/money", {**MONEY, "loan_id": "", "lender_name": "晴川银行", "is_secured": "yes"}).status == 303
    )
    page = desk.get("/c/1/money")
    shown(page, "2 笔合起来", "18,800.00", "24,000.00")
    assert page.words.index("晴川银行（有抵押或质押）") < page.words.index("远山消费金融有限公司（按利率")


def test_a_contract_that_was_taken_in_before_is_read_from_the_case_and_offered_no_more(desk: Desk) -> None:
    words = "\\par ".join("".join(f"\\u{ord(one)}?" for one in line) for line in CONTRACT)
    kept = desk.place().opened.keep(io.BytesIO(f"{{\\rtf1 {words}}}".encode()), ItemFacts(name="借款合同.rtf"))
    assert f'value="{kept.item_id}"' in desk.get("/c/1/contract").text
    assert desk.post("/c/1/contract", {"keep": "1", "item": "nosuch"}).status == 400
    answer = desk.post("/c/1/contract", {"keep": "1", "item": kept.item_id})
    assert answer.status == 303, answer.words
    assert results(desk)[-1].items == (kept.item_id,)
    assert f'value="{kept.item_id}"' not in desk.get("/c/1/contract").text
