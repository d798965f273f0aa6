"""Clauses are quoted where they stand, page by page; promises not to do a thing are no clauses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.prevention.contract import Page, clause_kinds, find_clauses
from cuijie.prevention.pages import ContractUnreadable, pages_of

KINDS = [
    ("contact_list_access", "借款人同意本公司读取其手机通讯录及通话记录。"),
    ("contact_list_access", "您授权我们收集您的短信记录和联系人列表用于风控。"),
    ("third_party_contact", "如借款人失联，出借人有权致电其亲属、同事了解情况。"),
    ("share_with_others", "我们可能将您的个人信息提供给受托的催收机构。"),
    ("blanket_consent", "上述授权为不可撤销的授权，永久有效。"),
    ("assignment", "出借人有权将债权转让给任何第三人，无需通知借款人。"),
    ("jurisdiction", "争议由甲方住所地人民法院管辖。"),
    ("service_address", "按预留手机号码发送法律文书即视为送达。"),
    ("fees", "担保费按剩余本金的0.8%每月收取。"),
    ("acceleration", "任一期逾期，出借人有权宣布全部借款提前到期。"),
    ("liquidated_damages", "逾期按日万分之五计收罚息，律师费由借款人承担。"),
    ("credit_reporting", "授权向金融信用信息基础数据库查询并报送本人信用信息。"),
    ("automatic_debit", "授权从本人名下任一银行账户中扣划应还款项。"),
    ("emergency_contact", "借款人保证已征得紧急联系人同意。"),
    ("excess_information", "我们会访问您的应用列表和位置信息。"),
    ("one_sided_terms", "出借人有权随时调整利率。"),
    ("one_sided_terms", "借款人放弃就本合同投诉的权利。"),
    ("contact_list_access", "您同意将联系人信息、通话明细用于贷后管理。"),
    ("third_party_contact", "贷款人可视情况向借款人的家人了解其状况。"),
    ("share_with_others", "借款人同意委托某某资产管理公司代为催收。"),
    ("blanket_consent", "授权期限为长期有效，您不得撤销。"),
    ("assignment", "出借人有权不经通知将债权出让给他人。"),
    ("fees", "借款人须购买会员卡，价格为299元。"),
    ("credit_reporting", "乙方授权甲方向金融信用信息基础数据库报送乙方的信贷信息。"),
    ("automatic_debit", "出借人可从借款人绑定的银行卡中自动扣款。"),
    ("third_party_contact", "我们不得联系您的家人，但逾期超过三日的，可以联系您的亲友。"),
    ("visits_and_exposure", "借款人同意出借人公开其身份信息和照片。"),
    ("one_sided_terms", "甲方不对乙方通过本软件泄露的信息承担任何责任。"),
]


@pytest.mark.parametrize(("kind", "text"), KINDS)
def test_a_clause_is_found_and_quoted_exactly(kind: str, text: str) -> None:
    whole = f"第一条 总则。\n{text}\n第九条 其他。"
    hits = [hit for hit in find_clauses([Page(number=3, text=whole)]) if hit.kind.id == kind]
    assert len(hits) == 1
    assert hits[0].quote == text
    assert hits[0].page == 3
    assert whole[hits[0].span[0] : hits[0].span[1]] == text


@pytest.mark.parametrize(
    "text",
    [
        "我们不会读取您的通讯录。",
        "如有疑问请联系客服。",
        "本产品不收取任何服务费。",
        "借款人应按期足额还款。",
        "本协议一式两份。",
        "提前还款按实际天数计息，不收违约金。",
        "贷款人不得在放款时预先扣除利息。",
        "本公司不与第三方共享您的个人信息。",
        "不向借款人指定的紧急联系人催收。",
        "我们不得向第三方披露您的信息，但法律法规另有规定的除外。",
        "未经借款人书面同意，贷款人不得转让债权。",
        "借款人有权随时撤回授权。",
        "新的服务条款自公示之日起生效，您同意的除外。",
        "联系人不对借款人的债务承担责任。",
    ],
)
def test_harmless_sentences_are_no_clauses(text: str) -> None:
    assert find_clauses([Page(number=1, text=text)]) == []


def test_a_sentence_broken_over_lines_is_one_clause() -> None:
    text = "甲方有权联系乙方的亲属、同事\n及通讯录中的其他人进行催收。\n第七条 其他"
    hits = find_clauses([Page(number=1, text=text)])
    assert "催收。" in hits[0].quote


def test_every_kind_is_tested_and_rests_on_provisions_that_exist() -> None:
    assert {kind for kind, _ in KINDS} == {kind.id for kind in clause_kinds()}
    for kind in clause_kinds():
        assert kind.provisions
        assert all(library().holds(provision) for provision in kind.provisions)


@given(st.text(max_size=200))
def test_spans_always_point_at_the_quote(text: str) -> None:
    for hit in find_clauses([Page(number=None, text=text, offset=7)]):
        assert text[hit.span[0] - 7 : hit.span[1] - 7] == hit.quote


def test_pages_of_a_pdf_count_through_the_whole_text(tmp_path: Path) -> None:
    import typst

    source = tmp_path / "c.typ"
    source.write_text("#set page(width: 300pt, height: 200pt)\nfirst page\n#pagebreak()\nsecond page", encoding="utf-8")
    (tmp_path / "c.pdf").write_bytes(typst.compile(str(source)))
    pages = pages_of(tmp_path / "c.pdf")
    assert [page.number for page in pages] == [1, 2]
    assert pages[1].offset == len(pages[0].text) + 1


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", b""])
def test_what_cannot_be_read_is_said_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "合同.pdf"
    path.write_bytes(content)
    with pytest.raises(Exception, match=r"合同\.pdf"):
        pages_of(path)
    with pytest.raises(ContractUnreadable, match="nosuch"):
        pages_of(tmp_path / "nosuch.pdf")


@pytest.mark.parametrize(
    "clause",
    [
        "我们只读取您选中的那一条联系人的姓名和号码，用后即删。",
        "向第三方提供您的个人信息之前，我们会告知接收方的名称和目的，并取得您的单独同意。",
        "贷款人委托催收机构的，会事先告知您机构名称和联系方式。",
        "双方可向您住所地人民法院起诉。",
    ],
)
def test_a_clause_that_keeps_to_the_law_is_left_alone(clause: str) -> None:
    assert find_clauses([Page(number=None, text=clause)]) == []


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("勾选即视为已取得您对向合作机构提供个人信息的单独同意。", "share_with_others"),
        ("您同意我们向合作机构提供您的信息，无需另行取得单独同意。", "share_with_others"),
        ("我们可向合作机构提供您的信息，无需事先告知您接收机构名称。", "share_with_others"),
        ("由贷款人所在地或借款人住所地人民法院管辖，由贷款人选择。", "jurisdiction"),
    ],
)
def test_a_clause_that_only_sounds_like_one_is_seen(clause: str, kind: str) -> None:
    assert kind in {hit.kind.id for hit in find_clauses([Page(number=None, text=clause)])}


def test_a_title_says_nothing_of_its_subject() -> None:
    assert find_clauses([Page(number=None, text="二、我们如何收集信息")]) == []
