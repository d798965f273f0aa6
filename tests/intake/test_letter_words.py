"""Who signed a letter, on which day and to whom it is addressed; scanned and photographed ones; mails of another."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import pytest
from PIL import Image

from cuijie.clock import SHANGHAI
from cuijie.intake import Attachment, Note, screens
from cuijie.intake.documents import letters as documents
from cuijie.intake.documents.letter_words import is_contract, is_signed_letter
from cuijie.intake.screens import ocr
from cuijie.intake.screens.lines import Box, Picture, TextLine

from .intake_samples import entries, read_all
from .recognising import known, local

LAWYERS = """律师函
致：林舟先生（身份证号：3101**********1234）
安诚律师事务所受晴川小额贷款有限公司委托，就您拖欠借款一事致函如下：
您于2025年5月11日签订《借款合同》，请最迟于2026年3月20日前清偿，否则将提起诉讼。
安诚律师事务所
律师：陈某某
2026年3月3日
附件：还款账号。如您于2026年4月1日前结清，可减免罚息。"""
BANK = """催收通知书
尊敬的客户林舟：
截止二〇二六年二月二十八日您已逾期62天，请于二〇二六年三月十五日前还清。
某某银行股份有限公司信用卡中心
二〇二六年三月二日"""
ASSIGNED = """债权转让通知书
林舟：
债权已于2026年2月10日转让，请向受让人履行还款义务。
转让人：惠民消费金融有限公司
受让人：恒信资产管理有限公司
日期：2026.2.12"""
MOTHER = "催收函\n致：李秀兰女士（林舟之母）\n贵子林舟拖欠借款，请督促其还款。\n恒信商务咨询有限公司\n2026年3月1日"
EMPLOYER = "致林舟的单位：\n贵单位员工林舟拖欠我司借款，请协助督促。\n恒信商务咨询有限公司\n2026年3月1日"
TAKEN_IN = datetime(2026, 3, 10, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "writer", "day", "addressee"),
    [
        (LAWYERS, "安诚律师事务所", "2026-03-03", "林舟先生"),
        (BANK, "某某银行股份有限公司信用卡中心", "2026-03-02", "林舟"),
        (ASSIGNED, "惠民消费金融有限公司", "2026-02-12", "林舟"),
        (EMPLOYER, "恒信商务咨询有限公司", "2026-03-01", "林舟的单位"),
        (MOTHER, "恒信商务咨询有限公司", "2026-03-01", "李秀兰女士（林舟之母）"),
    ],
)
def test_a_letter_says_who_signed_it_when_and_to_whom_it_is_addressed(
    text: str, writer: str, day: str, addressee: str
) -> None:
    found = known(text.encode(), documents, "函.txt", taken_in_at=TAKEN_IN)
    (letter,) = entries(found)
    assert (letter.counterpart_name, local(letter)[:10], dict(letter.extra)["addressee"]) == (writer, day, addressee)
    assert (letter.text, letter.is_inferred) == (text, True)
    asked = [one.text for one in found if isinstance(one, Note) and one.is_asked]
    assert bool(asked) == (text in {EMPLOYER, MOTHER})


def test_a_day_still_to_come_is_not_the_day_of_a_letter_that_is_not_signed() -> None:
    text = "催收函\n您的借款已于2026年2月1日逾期，请于2026年4月1日前还清。"
    (letter,) = entries(known(text.encode(), documents, "函.txt", taken_in_at=TAKEN_IN))
    assert local(letter)[:10] == "2026-02-01"


def test_a_letter_about_a_contract_is_no_contract() -> None:
    assert not is_contract(LAWYERS)
    assert is_contract("个人借款合同\n出借人：某某\n")
    assert is_contract("保 证 合 同\n债权人：某某银行\n保证人：林舟\n")


_TO_HIS_MOTHER = """债务逾期告知书

李秀英 女士：

　　您的家属林舟在平台的借款已逾期90天，您作为其紧急联系人，应协助督促还款。

　　　　　　　　　　　　　　　　　　小舟钱包 贷后管理中心
　　　　　　　　　　　　　　　　　　　　2026年3月4日"""
_SUIT = "民事起诉状{}\n原告：某某网络科技有限公司\n被告：林舟，男\n诉讼请求：判令被告偿还借款本金15000元。\n{}此致\n某某法院\n具状人：某某网络科技有限公司\n2026年3月5日"


def test_a_letter_indented_with_wide_blanks_is_read_and_its_reader_who_is_not_the_debtor_is_asked() -> None:
    found = known(_TO_HIS_MOTHER.encode("gbk"), documents, "函.txt", taken_in_at=TAKEN_IN)
    (letter,) = entries(found)
    assert (letter.counterpart_name, local(letter)[:10]) == ("小舟钱包 贷后管理中心", "2026-03-04")
    assert ["李秀英" in one.text for one in found if isinstance(one, Note) and one.is_asked] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "催 收 函\n致：林舟\n您签订借款合同后未还。\n晴川小额贷款有限公司\n2026年3月3日",
        "某某委员会调解传票\n案由：借款合同纠纷\n被传唤人：林舟\n未按时到场将强制执行。\n某某法律咨询有限公司\n2026年3月3日",
        _SUIT.format("（诉前告知）", "限被告24小时内联系本案经办人，否则将立案。\n"),
    ],
)
def test_what_its_heading_says_it_is_goes_before_a_contract_it_names(text: str) -> None:
    assert [one.kind for one in entries(known(text.encode(), documents, "函.txt", taken_in_at=TAKEN_IN))] == ["letter"]


@pytest.mark.parametrize("text", [_SUIT.format("", ""), "附件：逾期明细\n本金 10000 利息 2800"])
def test_a_suit_that_demands_nothing_of_its_reader_and_a_list_of_sums_are_no_letters(text: str) -> None:
    assert entries(known(text.encode(), documents, "函.txt", taken_in_at=TAKEN_IN)) == []


def _picture(lines: Sequence[str], sheet: Box | None = None) -> Picture:
    boxes = [
        Box(left=130, top=200 + 60 * row, right=130 + 30 * len(text), bottom=240 + 60 * row)
        for row, text in enumerate(lines)
    ]
    return Picture(
        width=1240,
        height=1754,
        lines=tuple(
            TextLine(text=text, box=box, score=0.99, bubble=sheet) for text, box in zip(lines, boxes, strict=True)
        ),
        tool="reader",
    )


def test_a_photographed_letter_is_proposed_and_other_pages_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "read_picture", lambda _: _picture(BANK.splitlines()))
    (letter,) = entries(read_all(screens, b"\x89PNG\r\n\x1a\n" + bytes(32), "IMG_1.png"))
    assert (letter.kind, letter.counterpart_name) == ("letter", "某某银行股份有限公司信用卡中心")
    assert not is_signed_letter("我的借款\n已逾期21天\n第3期 应还1576.67\n立即还款")
    assert not is_signed_letter("催收函 - 请务必查收\n安诚律师事务所\n昨天 15:02\n您的借款已逾期")


_VISIT = "上门催收告知单\n林舟及家属：\n我司人员已上门，请于三日内还清15860元，否则将联系村委会。\n某某咨询有限公司黄\n2026年3月5日"
_POSTED = "催收公告\n林舟借款8000元拒不还款。知其下落者请联系：17000001111\n某某咨询有限公司\n2026年3月6日"
_PUT_UP = "欠债还钱\n林舟欠我三万块钱两年不还，大家都来看看！\n债主老马\n2026年3月1日"


@pytest.mark.parametrize(
    ("words", "kind", "day"),
    [
        (BANK, "letter", "2026-03-02"),
        (_VISIT, "letter", "2026-03-05"),
        (_POSTED, "public_post", "2026-03-06"),
        (_PUT_UP, "public_post", "2026-03-01"),
        ("林舟，今天再不还钱，我就去你单位等你下班", "im", None),
    ],
)
def test_a_sheet_on_a_table_is_a_letter_or_a_notice_and_no_bubble(
    words: str, kind: str, day: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Box(left=80, top=120, right=1160, bottom=1600)
    monkeypatch.setattr(screens, "read_picture", lambda _: _picture(words.splitlines(), sheet))
    data = b"\x89PNG\r\n\x1a\n" + kind.encode() + bytes(32)
    (found,) = entries(read_all(screens, data, f"IMG_{kind}.png"))
    assert (found.kind, found.is_inferred, local(found)[:10] if day else None) == (kind, True, day)


def test_the_words_of_a_scanned_letter_are_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "read_picture", lambda _: _picture(LAWYERS.splitlines()))
    out = io.BytesIO()
    Image.new("L", (620, 877), 255).save(out, "PDF")
    found = known(out.getvalue(), documents, "函.pdf", taken_in_at=TAKEN_IN)
    (letter,) = entries(found)
    assert (letter.counterpart_name, local(letter)[:10]) == ("安诚律师事务所", "2026-03-03")
    assert [one.kind for one in found if isinstance(one, Attachment)] == ["ocr_text"]


def test_the_words_of_a_mail_whose_plain_part_is_blank_are_those_of_its_page() -> None:
    mail = (
        "From: a@example.com\r\nTo: me@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n \r\n"
        "--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>您已逾期21天</p></body></html>\r\n--B--\r\n"
    )
    (entry,) = entries(known(mail.encode(), documents, "x.eml"))
    assert entry.text == "x\n您已逾期21天"


def test_a_mail_that_somebody_else_got_and_sent_on_is_asked() -> None:
    inner = "From: c@example.com\r\nTo: HR@example.com\r\nSubject: y\r\nDate: Mon, 02 Mar 2026 09:30:00 +0800\r\n\r\n欠款\r\n"
    mail = (
        "From: hr@example.com\r\nTo: me@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nsee\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\n{inner}--B--\r\n"
    )
    found = known(mail.encode(), documents, "x.eml")
    assert ["hr@example.com" in one.text for one in found if isinstance(one, Note) and one.is_asked] == [True]
