"""Mails in mails, saved pages, and statements in a PDF whose cells are told by where they stand."""

from __future__ import annotations

import io

import pytest
import typst
from docx import Document  # only to have a real DOCX at hand

from cuijie.intake import Attachment, IntakeError, Note, SetAside
from cuijie.intake.documents import letters as documents
from cuijie.intake.documents.pdf_text import plain_letters
from cuijie.intake.payments import bills
from cuijie.records import Payment

from . import intake_samples as samples
from .intake_samples import entries, read_all
from .recognising import known, local


@pytest.mark.parametrize("above", ["", "a", "aa"])
def test_a_long_text_is_a_document_wherever_its_beginning_is_cut(above: str) -> None:
    found = known(f"{above}借款合同\n{'乙方应当按时还款。' * 500}\n".encode(), documents)
    assert ["合同" in one.text for one in found if isinstance(one, Note)] == [True]


INNER = (
    "Received: from a by b; Tue, 4 Mar 2025 21:03:11 +0800\r\nFrom: fawu@example.com\r\nTo: me@example.com\r\n"
    "Subject: =?utf-8?B?5b6L5biI5Ye9?=\r\nDate: Tue, 4 Mar 2025 21:03:11 +0800\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n三日内还清，否则起诉\r\n"
)
OUTER = (
    "From: me@example.com\r\nTo: lawyer@example.com\r\nSubject: Fwd\r\nDate: Wed, 5 Mar 2025 10:00:00 +0800\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n见附件\r\n--B\r\nContent-Type: message/rfc822\r\n"
)
SAVED = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/notice\r\nSubject: x\r\n"
    "Date: Tue, 4 Mar 2025 13:03:11 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n"
    "--X\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>借款已逾期</p></body></html>\r\n--X--\r\n"
)
STATEMENT = """
#set page(margin: 1.5cm)
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 9pt)
户名：陈某 币种：人民币 范围：全部 类型：借记卡
#table(columns: (2.2cm, 1.4cm, 2cm, 2cm, 2.2cm, 3cm, 3cm),
  [交易日期], [币种], [支出金额], [收入金额], [账户余额], [交易摘要], [对方户名],
  [2025-03-03 \\ 12:01:02], [CNY], [200.00], [], [1,000.00], [快捷支付], [某某某某某某某某小额贷款有限责任公司],
  [2025-03-04 \\ 09:00:00], [CNY], [], [5,000.00], [6,000.00], [转账], [],
  [2025-03-05 \\ 10:00:00], [CNY], [300.00], [], [5,700.00], [还款], [王某])
"""

IN_TWO_LANGUAGES = """
#set page(margin: 1cm, width: 29cm, height: 12cm)
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 8pt)
交易流水 账号：6222 起止日期：2025-01-01 至 2025-03-31
#table(columns: (2cm, 2cm, 2cm, 2cm, 3.2cm, 3cm, 3cm), align: horizon,
  table.header([记账日期 \\ Date], [货币 \\ Currency], [交易金额 \\ Amount], [联机余额 \\ Balance], [交易摘要 \\ Transaction Type],
    [对手信息 \\ Counter Party], [流水号 \\ Serial No]),
  ..for _ in range(2) {(
  [2025-03-03 \\ 12:01:02], [CNY], [-200.00], [1,000.00], [快捷支付], [某某小额贷款 \\ 有限公司], [100004990 \\ 0603277],
  [2025-03-04 \\ 09:00:00], [CNY], [5,000.00], [6,000.00], [转账 \\ 汇入 \\ 到账], [], [42],
  )})
温馨提示：本流水仅供参考，不作为任何证明使用，如有疑问请到网点查询
"""


def test_a_mail_keeps_its_own_time_sender_and_attachment() -> None:
    found = known((samples.MAIL + samples.THREAT).encode(), documents, "x.eml")
    (entry,) = entries(found)
    assert (entry.kind, entry.inbound, entry.zone_basis, local(entry)) == (
        "email",
        True,
        "stated",
        "2025-03-04 21:30:00",
    )
    assert entry.text == f"test\n{samples.THREAT}"


def test_a_letter_as_docx_is_read_with_the_day_at_its_end() -> None:
    document = Document()
    for line in ("催收函", "您于2025年1月5日的借款已逾期，请尽快还款。", "某某资产管理有限公司", "2025年3月6日"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    (entry,) = entries(known(out.getvalue(), documents, "函.docx"))
    assert (entry.kind, local(entry), entry.time_precision, entry.is_inferred) == (
        "letter",
        "2025-03-06 00:00:00",
        "day",
        True,
    )
    with pytest.raises(IntakeError):
        read_all(documents, out.getvalue()[:-200], "函.docx")


def test_what_people_keep_in_a_word_processor_is_read_as_that_and_no_letter_of_the_other_side() -> None:
    diary, listed, told = Document(), Document(), Document()
    for line in ("2025年3月4日 21:30 17000001188打电话来骂人", "2025年3月5日 有人到我公司找我", "欠款已逾期"):
        diary.add_paragraph(line)
    rows = [("时间", "来电号码", "谁接的", "说了什么"), ("2025年3月4日21:30", "17000001188", "母亲", "说我逾期要起诉")]
    cells = listed.add_table(rows=len(rows), cols=4)
    for row, values in zip(cells.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    told.add_paragraph("我于2025年1月借款，3月逾期。他们打我电话，还打给我妈妈，说我欠款要提起诉讼。")
    reply = Document()  # of a lender, with the calls it says it made
    for line in (
        "关于您投诉的答复",
        "经核查，我司：",
        "2025年3月4日 21:30 致电您，借款已逾期",
        "2025年3月5日 8:00 电话未接听",
    ):
        reply.add_paragraph(line)
    out = io.BytesIO()
    reply.save(out)
    assert [one.kind for one in entries(known(out.getvalue(), documents, "答复.docx"))] == ["letter"]
    for document, title in ((diary, "我的记录（正文）.txt"), (listed, "我的记录（表格）.html"), (told, None)):
        out = io.BytesIO()
        document.save(out)
        found = known(out.getvalue(), documents, "我的记录.docx")
        assert not entries(found)
        assert [one.name for one in found if isinstance(one, Attachment)] == ([title] if title else [])


def test_a_saved_page_is_evidence_and_its_scripts_are_no_words() -> None:
    page = "<!DOCTYPE html><html><head><script>var a='secret'</script></head><body><p>还钱</p></body></html>"
    (note,) = known(page.encode(), documents, "x.html")
    assert isinstance(note, Note)
    assert "2 字" in note.text


def test_a_mail_sent_on_as_an_enclosure_is_a_mail_of_its_own() -> None:
    for more in ("Content-Disposition: attachment; filename=o.eml\r\n\r\n", "\r\n"):
        inner, outer = entries(known(f"{OUTER}{more}{INNER}\r\n--B--\r\n".encode(), documents, "转发.eml"))
        assert (local(outer), outer.inbound, outer.counterpart_name) == ("2025-03-05 10:00:00", None, "me@example.com")
        assert (local(inner), inner.inbound, inner.counterpart_name) == (
            "2025-03-04 21:03:11",
            True,
            "fawu@example.com",
        )
        assert inner.text == "律师函\n三日内还清，否则起诉"


def test_a_mailbox_gives_each_of_its_mails() -> None:
    box = "From a@example.com Tue Mar  4 13:03:11 2025\r\n" + INNER + "\r\n>From 三月起\r\n\r\n"
    box += "From b@example.com Wed Mar  5 02:00:00 2025\r\n" + OUTER + "\r\n" + INNER + "\r\n--B--\r\n"
    found = known(box.encode(), documents, "邮件.mbox")
    first, inner, outer = entries(found)
    assert [local(one) for one in (first, inner, outer)] == ["2025-03-04 21:03:11"] * 2 + ["2025-03-05 10:00:00"]
    assert (first.text or "").endswith("否则起诉\r\n\r\nFrom 三月起")
    assert [place.rpartition("#")[2] for one in (first, inner, outer) for place in one.places] == [
        "mail", "mail:2/mail:1", "mail:2",
    ]  # fmt: skip


def test_a_page_saved_as_one_file_is_a_page_and_no_mail() -> None:
    found = known(SAVED.encode(), documents, "网页.mht")
    assert entries(found) == []
    assert any(isinstance(one, Note) and "https://example.com/notice" in one.text for one in found)


def test_a_statement_in_a_pdf_keeps_empty_cells_empty_and_joins_broken_ones() -> None:
    if "noto serif cjk sc" not in {name.lower() for name in typst.Fonts().families()}:
        pytest.skip("no Chinese font to write the statement with")
    data = typst.compile(STATEMENT.encode())
    paid, got, repaid = [one for one in known(data, bills, "流水.pdf") if isinstance(one, Payment)]
    assert (local(paid), paid.flow, paid.amount_fen) == ("2025-03-03 12:01:02", "out", 20_000)
    assert paid.payee == "某某某某某某某某小额贷款有限责任公司"
    assert (got.flow, got.amount_fen, got.payee) == ("in", 500_000, None)
    assert (repaid.flow, repaid.payee, repaid.suggested) == ("out", "王某", "repayment")


def test_a_statement_in_two_languages_whose_cells_are_wrapped() -> None:
    if "noto serif cjk sc" not in {name.lower() for name in typst.Fonts().families()}:
        pytest.skip("no Chinese font to write the statement with")
    found = known(typst.compile(IN_TWO_LANGUAGES.encode()), bills, "流水.pdf")
    read = [one for one in found if isinstance(one, Payment)]
    assert [(local(one), one.flow, one.amount_fen, one.payee, one.category, one.order_no) for one in read] == [
        ("2025-03-03 12:01:02", "out", 20_000, "某某小额贷款有限公司", "快捷支付", "1000049900603277"),
        ("2025-03-04 09:00:00", "in", 500_000, None, "转账汇入到账", "42"),
    ] * 2
    assert not any(isinstance(one, SetAside) for one in found)


def test_radicals_that_a_font_gives_for_characters_are_the_characters() -> None:
    assert plain_letters("交易⽇期 ⾦额 账⼾ ⻓沙⼈⺠") == "交易日期 金额 账户 长沙人民"
    assert plain_letters("（全角）①ＡＢ") == "（全角）①ＡＢ"
