"""Old Office files: Word documents, Outlook's mails, and Office files with a password."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.casefile import Case
from cuijie.intake import IntakeError, add
from cuijie.intake.containers.compound_file import CompoundFile
from cuijie.intake.documents.slide_text import slide_text
from cuijie.records import Entry

from .adding import one, put
from .office_samples import agile, compound, outlook_mail, standard, word_file
from .recognising import local
from .table_samples import zipped

_LETTER = "催收函\r您的\x13 HYPERLINK x \x14借款\x15已逾期\r😀本金\x071000元\x07\x07利息\x0720元\x07\x07请于2025年3月10日前立即还款\r"
_PASSWORD = "口令Ab1"


def _docx() -> bytes:
    from docx import Document

    made, out = Document(), io.BytesIO()
    made.add_paragraph("催收函")
    made.add_paragraph("您的借款已逾期，请于2025年3月10日前立即还款。" * 200)
    made.save(out)
    return out.getvalue()


def test_a_word_document_of_pieces_is_a_letter_with_its_lines_cells_and_links(case: Case, tmp_path: Path) -> None:
    data = word_file((_LETTER, False), ("caf\xe9\r", True))
    report = one(add(case, [put(tmp_path, "催收函.wps", data)]))
    assert report.kind == "document"
    (entry,) = case.all(Entry)
    assert entry.text == "催收函\n您的借款已逾期\n😀本金\t1000元\n利息\t20元\n请于2025年3月10日前立即还款\ncafé"
    assert (entry.kind, local(entry), entry.is_inferred) == ("letter", "2025-03-10 00:00:00", True)


def test_a_rich_text_letter_is_read_in_bytes_and_in_unicode(case: Case, tmp_path: Path) -> None:
    gbk = "".join(f"\\'{byte:02x}" for byte in "催收函".encode("gb18030"))
    wide = "".join(f"\\u{unit if unit < 0x8000 else unit - 0x10000}?" for unit in (24744, 36926, 26399, 0xD83D, 0xDE00))
    table = r"\trowd \u26412?\u37329?\cell 1000\cell\row "
    body = rf"{{\rtf1\ansi\ansicpg936{{\fonttbl{{\f0 SimSun;}}}}{{\*\generator x;}}{{\info{{\title y}}}}\f0 {gbk}\par {wide}\par {table}"
    link = r"{\field{\*\fldinst HYPERLINK http://x}{\fldrslt \u36824?\u27454?}}\par}"
    report = one(add(case, [put(tmp_path, "函.doc", (body + link).encode())]))
    assert (report.kind, report.error) == ("document", None)
    (entry,) = case.all(Entry)
    assert entry.text == "催收函\n您逾期😀\n本金\t1000\n还款"


def _atom(kind: int, data: bytes, *, holds: bool = False) -> bytes:
    return struct.pack("<HHI", 0xF if holds else 0, kind, len(data)) + data


def test_a_document_of_word_95_and_presentations_old_and_new_are_read(case: Case, tmp_path: Path) -> None:
    words = "催收函\r您的借款已逾期，请于2025年3月10日前还款\r".encode("gbk")
    head = bytearray(0x300)
    struct.pack_into("<HH", head, 0, 0xA5DC, 0x68)
    struct.pack_into("<II", head, 0x18, 0x300, 0x300 + len(words))
    struct.pack_into("<I", head, 0x34, len(words))
    old = one(add(case, [put(tmp_path, "函.doc", compound({"WordDocument": bytes(head) + words}))]))
    assert (old.kind, old.kept) == ("document", 1)
    assert [(one.kind, local(one)) for one in case.all(Entry)] == [("letter", "2025-03-10 00:00:00")]
    slides = _atom(1000, _atom(0x0FA0, "还款方案\r分三期".encode("utf-16-le")) + _atom(0x0FA8, b"Plan"), holds=True)
    data = compound({"PowerPoint Document": slides * 2})
    assert slide_text(data, "a.ppt") == "还款方案\n分三期\nPlan"
    assert "读出文字 13 字" in one(add(case, [put(tmp_path, "a.ppt", data)])).notes[0]
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    slide = (
        f'<p:sld xmlns:p="p" xmlns:a="{space}"><a:p><a:r><a:t>还款</a:t></a:r><a:r><a:t>方案</a:t></a:r></a:p></p:sld>'
    )
    report = add(case, [put(tmp_path, "b.pptx", zipped({"ppt/slides/slide1.xml": slide.encode()}))])
    assert "读出文字 4 字" in one(report).notes[0]


@pytest.mark.parametrize(("more", "words"), [({"version": 0x65}, "6.0/95"), ({"flags": 0x0300}, "有密码")])
def test_a_word_document_that_cannot_be_read_is_kept_and_says_what_to_do(
    case: Case, tmp_path: Path, more: dict[str, int], words: str
) -> None:
    report = one(add(case, [put(tmp_path, "a.doc", word_file(("x", False), **more))]))
    assert (report.error, report.read) == (None, 0)
    assert words in report.notes[0]
    assert "另存为" in report.notes[0]


@pytest.mark.parametrize(
    ("more", "inbound"), [({"headers": "Received: from x"}, True), ({"flags": 0x21, "narrow": True}, False), ({}, None)]
)
def test_an_outlook_mail_has_its_time_its_way_and_what_is_enclosed(
    case: Case, tmp_path: Path, more: dict[str, str], inbound: bool | None
) -> None:
    add(case, [put(tmp_path, "a.msg", outlook_mail(**more))])  # type: ignore[arg-type]
    entries = {entry.kind: entry for entry in case.all(Entry)}
    mail = entries["email"]
    assert (local(mail), mail.zone_basis, mail.inbound) == ("2025-03-04 21:03:11", "epoch", inbound)
    assert mail.text == "催收通知\n您的借款已逾期，请于三日内还款。"
    assert mail.counterpart_name == ("王小舟" if inbound is False else "晴川法务 <fawu@qc.example>")
    assert len(mail.attachments) == 1
    assert entries["call"].number == "13800001002"


def test_a_mail_enclosed_in_an_outlook_mail_is_one_of_its_own(case: Case, tmp_path: Path) -> None:
    report = add(case, [put(tmp_path, "转发.msg", outlook_mail(enclosed="再不还钱就上门"))]).files[0]
    outer, inner = sorted((one for one in case.all(Entry) if one.kind == "email"), key=lambda one: len(one.places[0]))
    assert (outer.text, inner.text) == ("催收通知\n您的借款已逾期，请于三日内还款。", "再不还钱就上门")
    assert (local(inner), inner.counterpart_name) == ("2025-03-04 21:03:11", "阿强 <aq@qc.example>")
    assert inner.places[0].endswith("#mail/mail:2")
    assert any("套着另一封" in note for note in report.notes)


@pytest.mark.parametrize("lock", [agile, standard])
def test_a_locked_office_file_asks_for_its_password_and_opens_with_it(case: Case, tmp_path: Path, lock: object) -> None:
    path = put(tmp_path, "函.docx", lock(_docx(), _PASSWORD))  # type: ignore[operator]
    asked = one(add(case, [path]))
    assert "有密码" in (asked.error or "")
    assert "--file-password" in (asked.remedy or "")
    assert "密码不对" in (one(add(case, [path], password="ab1")).error or "")
    outer, inner = add(case, [path], password=_PASSWORD).files
    assert (outer.kind, inner.kind) == ("locked_office", "document")
    (letter,) = case.all(Entry)
    assert "立即还款" in (letter.text or "")
    assert add(case, [path], password=_PASSWORD).files[0].is_known


def test_streams_of_every_size_come_back_whole() -> None:
    streams = {"a": b"", "b": b"x" * 63, "c": bytes(range(256)) * 15, "d": b"y" * 4096, "e/f": b"z" * 70_000}
    file = CompoundFile(compound(streams), "x")
    assert {name: file.read(name) for name in file.names} == streams


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_hurt_file_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(outlook_mail())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(IntakeError):
        file = CompoundFile(cut, "邮件.msg")
        for name in file.names:
            file.read(name)


def test_a_cut_off_file_says_which_it_is() -> None:
    with pytest.raises(IntakeError, match=r"邮件\.msg”损坏"):
        CompoundFile(outlook_mail()[:3000], "邮件.msg")
