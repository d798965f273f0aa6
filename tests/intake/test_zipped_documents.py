"""Documents that are zips of XML beside DOCX: OFD by where its pieces stand, ODT by its paragraphs; others say what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.intake import add
from cuijie.records import Entry

from . import intake_samples as samples
from .adding import one, put


def _ofd(*pages: list[tuple[str, str]]) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    files = {"OFD.xml": f"<ofd:OFD {space}/>".encode()}
    for number, pieces in enumerate(pages):
        body = "".join(
            f'<ofd:TextObject Boundary="{at}"><ofd:TextCode>{words}</ofd:TextCode></ofd:TextObject>'
            for at, words in pieces
        )
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = f"<ofd:Page {space}>{body}</ofd:Page>".encode()
    return samples.zipped(files)


def _odt(*paragraphs: str) -> bytes:
    space = 'xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = "".join(f"<text:p>{words}</text:p>" for words in paragraphs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:  # the kind comes first and unpacked
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f"<o:x {space}>{body}</o:x>", zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", "<x/>")
    return out.getvalue()


def _text_of(case: Case, tmp_path: Path, data: bytes) -> str | None:
    report = one(add(case, [put(tmp_path, "函", data)]))
    assert report.kind == "document"
    (entry,) = case.all(Entry)
    return entry.text


def test_an_ofd_is_read_page_by_page_and_line_by_line(case: Case, tmp_path: Path) -> None:
    pages = [[("60 20.5 9 5", "请立即还款"), ("10 20 9 5", "您的借款已逾期"), ("30 5 9 5", "催收函")]]
    pages += [[("1 1 1 1", f"第{number}页")] for number in range(2, 12)]
    text = _text_of(case, tmp_path, _ofd(*pages))
    assert text is not None
    assert text.splitlines() == ["催收函", "您的借款已逾期 请立即还款", *(f"第{number}页" for number in range(2, 12))]


def test_an_odt_is_read_by_its_paragraphs(case: Case, tmp_path: Path) -> None:
    assert _text_of(case, tmp_path, _odt("催收函", "您<text:s/>已<text:span>逾期</text:span>")) == "催收函\n您已逾期"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (samples.zipped({"[Content_Types].xml": b"x", "ppt/presentation.xml": b"x"}), "导出为 PDF"),
        (samples.zipped({"Index/Document.iwa": b"x", "preview.jpg": b"x"}), "导出为 PDF"),
        (b"L\0\0\0\x01\x14\x02\0" + bytes(100), "快捷方式"),
    ],
)
def test_what_is_no_document_to_read_says_what_to_do(case: Case, tmp_path: Path, data: bytes, words: str) -> None:
    report = one(add(case, [put(tmp_path, "a", data)]))
    assert (report.kind, report.error) == ("unread", None)
    assert words in report.notes[0]


def test_a_hurt_page_is_an_error_that_names_the_file(case: Case, tmp_path: Path) -> None:
    data = samples.zipped({"OFD.xml": b"x", "Doc_0/Pages/Page_0/Content.xml": b"<ofd:Page"})
    assert "损坏" in (one(add(case, [put(tmp_path, "函.ofd", data)])).error or "")
