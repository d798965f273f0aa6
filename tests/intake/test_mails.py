"""Mails, mailboxes, and what is enclosed with them: each enclosure is read as the file that it is."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.intake import add
from cuijie.intake.documents import letters as documents
from cuijie.intake.found import Attachment
from cuijie.records import Entry, Payment, Person

from . import intake_samples as samples
from .adding import put
from .intake_samples import entries
from .recognising import known, local

LETTER = "催收函\n您的借款已逾期，请尽快还款。\n某某资产管理有限公司\n2025年3月6日"
HEADERS = "From: a@example.com\r\nTo: me@example.com\r\nDate: Tue, 4 Mar 2025 21:03:11 +0800\r\n"


def _mail(**files: bytes) -> bytes:
    mail = EmailMessage()
    mail["Received"] = "from a by b; Tue, 4 Mar 2025 21:03:12 +0800"
    mail["From"], mail["To"], mail["Subject"] = "通知 <fawu@example.com>", "me@example.com", "请查收"
    mail["Date"] = "Tue, 4 Mar 2025 21:03:11 +0800"
    mail.set_content("见附件")
    for name, data in files.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def test_what_is_enclosed_with_a_mail_is_read_as_the_file_it_is(case: Case, tmp_path: Path) -> None:
    bill = samples.small_files()["bill"][1]
    path = put(
        tmp_path, "信.eml", _mail(**{"函.txt": LETTER.encode("gbk"), "账单.zip": samples.zipped({"b.csv": bill})})
    )
    report = add(case, [path])
    assert [(file.kind, file.kept) for file in report.files] == [
        ("document", 1), ("document", 1), ("archive", 0), ("bill", 1),
    ]  # fmt: skip
    assert sorted(entry.kind for entry in case.all(Entry)) == ["email", "letter"]
    assert [payment.amount_fen for payment in case.all(Payment)] == [53_852]
    length = case.ledger_length()
    assert all(file.is_known for file in add(case, [path]).files)
    assert case.ledger_length() == length


def test_a_locked_enclosure_is_kept_and_asks_for_its_password(case: Case, tmp_path: Path) -> None:
    bill = samples.small_files()["bill"][1]
    path = put(tmp_path, "信.eml", _mail(**{"账单.zip": samples.locked_zip({"b.csv": bill}, "123456")}))
    mail, locked = add(case, [path]).files
    assert (mail.error, mail.kept) == (None, 1)
    assert "已随邮件收好" in (locked.error or "")
    assert "文件有密码" in (locked.remedy or "")
    report = add(case, [path], password="123456")
    assert [file.kind for file in report.files] == ["document", "archive", "bill"]
    assert "以前收过" in report.files[0].understood


def test_a_broken_enclosure_costs_neither_the_mail_nor_the_others(case: Case, tmp_path: Path) -> None:
    path = put(tmp_path, "信.eml", _mail(**{"坏.pdf": b"%PDF-1.7 broken", "函.txt": LETTER.encode()}))
    report = add(case, [path])
    assert [file.kind for file in report.files] == ["document", "error", "document"]
    assert len(list(case.all(Entry))) == 2


@pytest.mark.parametrize(
    ("headers", "inbound", "name", "is_proof"),
    [
        ("X-Gmail-Labels: =?utf-8?B?5bey5Y+R6YCB?=\r\n", False, "me@example.com", True),
        ("X-Gmail-Labels: Sent,Opened\r\nReceived: x\r\n", False, "me@example.com", True),
        ("X-Gmail-Labels: Drafts\r\n", False, "me@example.com", False),
        ("Received: x\r\n", True, "a@example.com", True),
        ("", None, "a@example.com", True),
    ],
)
def test_the_way_of_a_mail_is_told_by_its_labels_and_its_delivery(
    headers: str, inbound: bool | None, name: str, is_proof: bool
) -> None:
    (entry,) = entries(known(f"{headers}{HEADERS}Subject: x\r\n\r\n还钱\r\n".encode(), documents))
    assert (entry.inbound, entry.counterpart_name, entry.is_proof_of_contact) == (inbound, name, is_proof)


def test_a_mail_to_oneself_has_no_way_and_its_pasted_screenshot_is_a_file() -> None:
    mail = EmailMessage()
    mail["Received"], mail["From"], mail["To"], mail["Subject"] = "x", "Me <me@example.com>", "me@example.com", "图"
    mail.set_content('<p>看图</p><img src="cid:1"><img src="cid:2">', subtype="html")
    for number, size in enumerate((30_000, 900)):
        mail.add_related(b"\x89PNG\r\n\x1a\n" + bytes(size), maintype="image", subtype="png", cid=f"<{number + 1}>")
    found = known(mail.as_bytes(), documents)
    assert [one.inbound for one in entries(found)] == [None]
    assert [one.is_file for one in found if isinstance(one, Attachment)] == [True, False]


def test_raw_gbk_in_headers_and_names_is_read() -> None:
    data = (
        b"Received: x\r\nFrom: " + "法务部".encode("gbk") + b" <a@example.com>\r\nTo: me@example.com\r\nSubject: "
        + "逾期通知".encode("gbk") + b"\r\nDate: Tue, 4 Mar 2025 21:03:11 +0800\r\nContent-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="' + "函件".encode("gbk") + b'.pdf"\r\n\r\n%PDF-1.4'
    )  # fmt: skip
    (file, entry) = known(data, documents)
    assert isinstance(file, Attachment)
    assert (file.name, file.is_file) == ("函件.pdf", True)  # the mail is nothing but its enclosure
    assert isinstance(entry, Entry)
    assert (entry.text, entry.counterpart_name) == ("逾期通知", "法务部 <a@example.com>")


def test_a_mail_as_apple_mail_stores_it_is_read() -> None:
    mail = f"{HEADERS}Subject: x\r\n\r\n还钱\r\n".encode()
    (entry,) = entries(known(b"%d      \n" % len(mail) + mail + b"<?xml version='1.0'?><plist/>", documents, "1.emlx"))
    assert (local(entry), entry.text) == ("2025-03-04 21:03:11", "x\n还钱")


_BLOCK = "发件人: 鑫达法务 <fw@example.org>\n发送时间: 2025年9月1日 16:05\n收件人: me@example.com\n主题: 欠款\n\n请今日还款。\n"


def _plain(sender: str, to: str, body: str) -> bytes:
    mail = EmailMessage()
    mail["Received"] = "from a by b; Tue, 2 Sep 2025 09:00:01 +0800"
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, "转发", "Tue, 2 Sep 2025 09:00:00 +0800"
    mail.set_content(body)
    return mail.as_bytes()


_REST = "收件人: me@example.com\n主题: 欠款\n\n请今日还款。\n"


@pytest.mark.parametrize(
    "quoted",
    [
        "-----邮件原件-----\n" + _BLOCK,
        f"下面是被转发的邮件：\n\n发件人: 鑫达法务 <fw@example.org>\n日期: 2025年9月1日 GMT+8 16:05:00\n{_REST}",
        '------------------ 原始邮件 ------------------\n发件人: "鑫达法务" <fw@example.org>;\n'
        f"发送时间: 2025年9月1日(星期一) 下午4:05\n{_REST}",
        "---- 转发的邮件 ----\n| 发件人 | 鑫达法务<fw@example.org> |\n| 日期 | 2025年09月01日 16:05 |\n"
        "| 收件人 | me@example.com |\n| 主题 | 欠款 |\n请今日还款。\n",
        "---------- Forwarded message ---------\n发件人： 鑫达法务 <fw@example.org>\nDate: 2025年9月1日周一 16:05\n"
        "Subject: 欠款\nTo: <me@example.com>\n\n请今日还款。\n",
        '------------------ Original ------------------\nFrom: "fw" <fw@example.org>;\nDate: Mon, Sep 1, 2025 04:05 PM\n'
        'To: "me"<me@example.com>;\nSubject: 欠款\n\n请今日还款。\n',
    ],
)
def test_a_mail_sent_on_is_its_own_senders_and_of_its_own_time(quoted: str) -> None:
    outer, inner = entries(known(_plain("me@example.com", "friend@example.net", "帮我看看\n\n" + quoted), documents))
    assert (outer.counterpart_name, (outer.text or "")[:7]) == ("me@example.com", "转发\n帮我看看")
    assert "请今日还款" not in (outer.text or "")
    assert (local(inner)[:16], inner.inbound, inner.text) == ("2025-09-01 16:05", True, "欠款\n请今日还款。")
    assert "fw@example.org" in (inner.counterpart_name or "")


@pytest.mark.parametrize("to", ["father@example.net", "me@example.com, father@example.net"])
def test_a_mail_that_somebody_got_and_sent_on_is_not_taken_as_the_debtors(to: str) -> None:
    found = known(_plain("me@example.com", to, "爸，看看\n\n" + _BLOCK), documents)
    (reached,) = [one for one in found if isinstance(one, Person)]
    outer, inner = entries(found)
    assert (outer.owner, inner.owner, inner.inbound) == ("debtor", reached.person_id, True)
    assert (reached.name, reached.role, reached.relation) == ("me@example.com", None, None)


def test_an_enclosed_mail_is_that_of_who_got_it_and_sent_it_on() -> None:
    outer = EmailMessage()
    outer["Received"] = "from a by b; Tue, 4 Mar 2025 21:03:12 +0800"
    outer["From"], outer["To"], outer["Date"] = (
        "son@example.com",
        "father@example.net",
        "Tue, 4 Mar 2025 21:03:11 +0800",
    )
    outer.set_content("爸")
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Date"] = "fw@example.org", "son@example.com", "Tue, 4 Mar 2025 20:00:00 +0800"
    inner.set_content("请转告")
    outer.add_attachment(inner)
    found = known(outer.as_bytes(), documents)
    (reached,) = [one for one in found if isinstance(one, Person)]
    assert {one.text: one.owner for one in entries(found)} == {"请转告": reached.person_id, "爸": "debtor"}


def test_the_thread_below_an_answer_has_both_ways() -> None:
    body = (
        "不接受。\n\n在 2025-09-01 20:11:12，\"我\" <me@example.com> 写道：\n\n> 请停止联系我的家人。\n>\n> "
        + _BLOCK.replace("\n", "\n> ")
    )  # fmt: skip
    answer, own, first = entries(known(_plain("fw@example.org", "me@example.com", body), documents))
    assert [one.inbound for one in (answer, own, first)] == [True, False, True]
    assert (own.text, local(own)) == ("请停止联系我的家人。", "2025-09-01 20:11:12")


def test_mails_copied_into_a_text_are_mails_and_their_way_is_asked() -> None:
    text = _BLOCK + "\n" + _BLOCK.replace("9月1日 16:05", "9月2日 08:00")
    first, second = entries(known(text.encode(), documents, "信.txt"))
    assert [(one.kind, one.inbound, local(one)[:16]) for one in (first, second)] == [
        ("email", None, "2025-09-01 16:05"), ("email", None, "2025-09-02 08:00"),
    ]  # fmt: skip


def test_words_that_only_speak_of_a_mail_are_no_quoted_one() -> None:
    (one,) = entries(
        known(_plain("fw@example.org", "me@example.com", "您于2025年9月1日写道：“我会还”。\n日期：今天\n"), documents)
    )
    assert "我会还" in (one.text or "")


@pytest.mark.parametrize("odd", ["\x0b", "&#11;"])
def test_a_page_with_a_control_character_in_it_is_read(odd: str) -> None:
    mail = (
        HEADERS.encode()
        + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
        + f"<div>今天{odd}</div><p>必须还</p>".encode()
    )
    (one,) = entries(known(mail, documents))
    assert "必须还" in (one.text or "")


def test_a_sender_in_broken_base64_costs_no_mail() -> None:
    sender = b"From: =?utf-8?b?Iu'ZiCIgPDEyMzQ1QHFxLmNvbT4=?=\r\n"
    mail = (
        sender
        + HEADERS.partition("\r\n")[2].encode()
        + b"Subject: a\r\nMIME-Version: 1.0\r\nReceived: from a by b\r\n\r\n\xe8\xbf\x98\xe6\xac\xbe\r\n"
    )
    (one,) = entries(known(mail, documents))
    assert "还款" in (one.text or "")
