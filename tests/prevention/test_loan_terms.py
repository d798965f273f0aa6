"""What a contract says of the loan: each term with its page and words; two values stay two; nothing counts unconfirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.errors import BadInput
from cuijie.prevention.confirming import CONFIRMABLE, confirm_terms
from cuijie.prevention.contract import Page, find_clauses
from cuijie.prevention.loan_terms import FoundTerm, find_terms
from cuijie.prevention.pages import pages_of
from cuijie.prevention.term_values import capital_fen
from cuijie.records import Loan
from cuijie.records.money import LoanTerms
from tests.small_case import new_case

from .made import contract_docx, contract_pdf, contract_picture


def terms_in(text: str) -> list[tuple[str, str]]:
    return [(one.term, one.value) for one in find_terms([Page(number=1, text=text)])]


SAYS = [
    ("贷款人：远山消费金融有限公司", "lender_name", "远山消费金融有限公司"),
    ("乙方（出借人）：晴川小额贷款有限公司", "lender_name", "晴川小额贷款有限公司"),
    ("贷款人名称: 某某银行股份有限公司信用卡中心", "lender_name", "某某银行股份有限公司信用卡中心"),
    ("合同编号：QC-2026-0001A", "contract_no", "QC-2026-0001A"),
    ("本合同由双方于2026年2月18日签订。", "contract_on", "2026-02-18"),
    ("签署日期：2025-12-01 10:22:31", "contract_on", "2025-12-01"),
    ("借款金额：人民币（大写）壹万贰仟元整", "principal_fen", "1200000"),
    ("贷款本金总额(元) 50000.00", "principal_fen", "5000000"),
    ("借款金额为 3.5万元", "principal_fen", "3500000"),
    ("今借到李某人民币叁万伍仟元整", "principal_fen", "3500000"),
    ("实际放款金额为9,400元", "received_fen", "940000"),
    ("分12期偿还", "periods", "12"),
    ("贷款期限 3年", "periods", "36"),
    ("还款方式：按月付息，到期还本", "method", "interest_first"),
    ("还款方式为等本等息", "method", "flat"),
    ("首次还款日为2026年3月18日", "first_due_on", "2026-03-18"),
    ("每月应还款金额：925.00元", "payment_fen", "92500"),
    ("年化利率（单利）21.5%", "annual_rate", "0.215"),
    ("日利率万分之五", "annual_rate", "0.1825"),
    ("月利率2%", "annual_rate", "0.24"),
    ("逾期的，按日万分之五计收罚息", "overdue_annual_rate", "0.1825"),
    ("罚息利率在约定利率上加收50%", "overdue_annual_rate", ""),
    ("服务费600元", "fee", "60000"),
    ("担保费率为2.5%", "fee", ""),
]


@pytest.mark.parametrize(("text", "term", "value"), SAYS)
def test_a_term_is_read_as_it_is_written(text: str, term: str, value: str) -> None:
    assert (term, value) in terms_in(f"第一条 总则。\n{text}。\n第九条 其他。")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("逾期利率为年利率36%", "annual_rate"),
        ("担保费每期 50.00 元", "payment_fen"),
        ("剩余本金为 300 元的利息本金", "method"),
        ("本合同一式两份，每月寄送对账单", "payment_fen"),
        ("请于2026年13月40日前签署", "contract_on"),
    ],
)
def test_what_only_looks_like_a_term_is_none(text: str, term: str) -> None:
    assert term not in {name for name, _ in terms_in(text)}


def test_what_is_added_by_the_day_is_no_surcharge_on_the_rate() -> None:
    assert terms_in("借款人逾期的，按日加收0.1%违约金。") == [("overdue_annual_rate", "0.365")]


def test_a_surcharge_on_the_yearly_rate_is_not_that_rate_itself() -> None:
    assert terms_in("年利率为18%，逾期罚息按年利率上浮50%计收。") == [
        ("annual_rate", "0.18"),
        ("overdue_annual_rate", ""),
    ]


def test_two_values_of_one_term_are_both_shown_and_not_both_taken(tmp_path: Path) -> None:
    found = find_terms([Page(number=2, text="借款年利率为18%。\n另：年化利率24%。")])
    assert {one.value for one in found} == {"0.18", "0.24"}
    with new_case(tmp_path / "案卷") as case, pytest.raises(BadInput, match="两个不同"):
        confirm_terms(case, "loan-1", found, item_id=None)


@pytest.mark.parametrize("make", [contract_pdf, contract_docx])
def test_a_contract_of_every_format_says_the_same(tmp_path: Path, make: object) -> None:
    path = make(tmp_path / ("合同.pdf" if make is contract_pdf else "合同.docx"))  # type: ignore[operator]
    pages = pages_of(path)
    found = {one.term: one for one in find_terms(pages)}
    assert (found["principal_fen"].value, found["periods"].value, found["annual_rate"].value) == (
        "1000000",
        "12",
        "0.18",
    )
    hit = next(one for one in find_clauses(pages) if one.kind.id == "contact_list_access")
    whole = "\n".join(page.text for page in pages)
    assert whole[slice(*hit.span)] == hit.quote
    assert hit.page == (2 if make is contract_pdf else None)
    for term in found.values():
        assert whole[slice(*term.span)] == term.quote


@pytest.mark.slow
def test_a_photograph_of_a_contract_is_read_too(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr")
    kinds = {hit.kind.id for hit in find_clauses(pages_of(contract_picture(tmp_path)))}
    assert {"contact_list_access", "third_party_contact"} <= kinds


def test_confirmed_terms_stand_in_the_loan_with_their_words(tmp_path: Path) -> None:
    found = [one for one in find_terms(pages_of(contract_pdf(tmp_path / "合同.pdf"))) if one.term in CONFIRMABLE]
    with new_case(tmp_path / "案卷") as case:
        confirm_terms(case, "loan-1", found, item_id="item-1")
        loan, terms = case.get(Loan, "loan-1"), case.get(LoanTerms, "loan-1")
        assert case.ledger()[-1].act == "loan"
    assert loan is not None
    assert terms is not None
    assert (loan.lender_name, loan.principal_fen, terms.periods) == ("远山消费金融有限公司", 1_000_000, 12)
    source = next(one for one in terms.sources if one.term == "periods")
    assert (source.item_id, source.page) == ("item-1", 1)
    assert "12" in source.quote


def test_what_was_received_is_not_taken_from_a_contract(tmp_path: Path) -> None:
    promised = find_terms([Page(number=1, text="实际放款金额为9,400元")])
    with new_case(tmp_path / "案卷") as case, pytest.raises(BadInput, match="只供参考"):
        confirm_terms(case, "loan-1", promised, item_id=None)


@given(st.text(alphabet="借款本金年利率每期还款元¥%0123456789.,，。\n（）() 万壹拾", max_size=300))
def test_any_text_is_read_without_failing_and_quoted_exactly(text: str) -> None:
    for one in find_terms([Page(number=1, text=text)]):
        assert isinstance(one, FoundTerm)
        assert text[slice(*one.span)] == one.quote


@pytest.mark.parametrize(("written", "yuan"), [("壹万元"[:-1], 10_000), ("叁拾贰万伍仟", 325_000), ("玖佰零伍", 905)])
def test_capital_numbers(written: str, yuan: int) -> None:
    assert capital_fen(written) == yuan * 100
