"""The pages of a contract as text: PDF page by page, pictures and scanned pages by the recogniser, the rest as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from cuijie.errors import BadInput
from cuijie.intake.containers.compound_file import COMPOUND_MAGIC
from cuijie.intake.documents.rtf_text import rtf_text
from cuijie.intake.documents.word_file import hindrance, is_word_file, word_text
from cuijie.intake.found import IntakeError
from cuijie.intake.screens.ocr import read_picture
from cuijie.intake.source import Head
from cuijie.law.citations.finding.documents import read_document
from cuijie.pdfs import PdfPage, UnreadPdf, pdf_pages
from cuijie.prevention.contract import Page

__all__ = ["ContractUnreadable", "Progress", "needs_recogniser", "pages_of", "recognised"]

Progress = Callable[[int, int], None]
"""Told after each scanned page: how many are read, of how many; may raise to stop."""
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"BM")
_MOST_SCANNED = 60  # pages; each takes the recogniser seconds
_SCALE = 2.0  # of 72 dots an inch: enough for the small print
_HEAD = 12  # bytes that tell the format


class ContractUnreadable(BadInput):
    """A contract whose text cannot be had: which file, why, what to do."""

    code = "PV-001"


def pages_of(path: Path, *, most_scanned: int = _MOST_SCANNED) -> list[Page]:
    """The pages of the file at *path* (PDF, DOCX, DOC, RTF, HTML, text, a picture).

    Pages follow one another with a line break between them, so spans count through the whole text.  Raises
    ContractUnreadable (also for more than *most_scanned* pages that take the recogniser), DocumentUnreadable,
    PictureUnreadable.
    """
    head = _head(path)
    if _is_pdf(head) or _is_picture(head):
        return recognised(path.read_bytes(), path.name, most_scanned=most_scanned)
    text = _old_document(path, head)
    return [Page(number=None, text=read_document(path) if text is None else text)]


def _old_document(path: Path, head: bytes) -> str | None:
    """The text of a Word 97–2003 or Rich Text document; None for another.  Raises ContractUnreadable."""
    if head.startswith(b"{\\rtf"):
        return rtf_text(path.read_bytes())
    if not head.startswith(COMPOUND_MAGIC):
        return None
    data = path.read_bytes()
    if not is_word_file(Head(name=path.name, data=data)):
        return None
    try:
        why = hindrance(data, path.name)
        if why is None:
            return word_text(data, path.name)
    except IntakeError as error:
        raise ContractUnreadable(error.message, remedy=error.remedy) from error
    raise ContractUnreadable(f"{path.name}：{why}", remedy="另存好以后再查一次。")


def needs_recogniser(path: Path) -> bool:
    """True for a picture, and for a PDF with pages that are pictures: reading it takes long.

    Raises ContractUnreadable.
    """
    head = _head(path)
    if not _is_pdf(head):
        return _is_picture(head)
    return any(not page.text.strip() for page in _pages(path.read_bytes(), path.name))


def recognised(
    data: bytes, name: str, *, most_scanned: int = _MOST_SCANNED, progress: Progress = lambda done, total: None
) -> list[Page]:
    """The pages of a PDF or a picture in *data*, whose file is called *name*.

    Raises ContractUnreadable, PictureUnreadable, and whatever *progress* raises.
    """
    if not _is_pdf(data[:_HEAD]):
        progress(0, 1)
        return [Page(number=None, text=_seen(data, name))]
    texts = [page.text.replace("\r\n", "\n").replace("\r", "\n") for page in _pages(data, name)]
    scanned = [number for number, text in enumerate(texts, start=1) if not text.strip()]
    if len(scanned) > most_scanned:
        raise _too_many(name, len(scanned), most_scanned)
    for done, page in enumerate(_pages(data, name, scanned) if scanned else ()):
        progress(done, len(scanned))
        texts[page.number - 1] = _words(page.picture)
    if not any(text.strip() for text in texts):
        raise ContractUnreadable(f"{name} 里没有读出文字，可能太模糊。", remedy="请重新扫描，或把每页拍清楚再试。")
    pages, offset = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number=number, text=text, offset=offset))
        offset += len(text) + 1
    return pages


def _too_many(name: str, scanned: int, most: int) -> ContractUnreadable:
    if most < _MOST_SCANNED:
        return ContractUnreadable(
            f"{name} 有 {scanned} 页是扫描的，在这里一次最多读 {most} 页。",
            remedy="请在案卷里选“看，并收进案件”，会在后台一页一页读。",
        )
    return ContractUnreadable(f"{name} 有 {scanned} 页是扫描的，太多。", remedy="请只留下合同正文和授权书再试。")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise ContractUnreadable(f"打不开 {path.name}（不存在、是文件夹，或没有权限）。") from error


def _is_pdf(head: bytes) -> bool:
    return head.startswith(b"%PDF-")


def _is_picture(head: bytes) -> bool:
    return head.startswith(_PICTURES) or head[4:8] == b"ftyp"


def _pages(data: bytes, name: str, scanned: list[int] | None = None) -> Iterator[PdfPage]:
    """The text of each page, or the *scanned* ones as pictures."""
    try:
        yield from pdf_pages(data, name, what="picture" if scanned else "text", numbers=scanned, scale=_SCALE)
    except UnreadPdf as error:
        raise ContractUnreadable(error.message, remedy=error.remedy) from error


def _words(data: bytes) -> str:
    """The text that the recogniser sees, line by line; empty for a blank page."""
    return "\n".join(line.text for line in read_picture(data).lines)


def _seen(data: bytes, name: str) -> str:
    text = _words(data)
    if not text.strip():
        raise ContractUnreadable(f"{name} 上没有读出文字。", remedy="请拍清楚一些，正对着纸面再试。")
    return text
