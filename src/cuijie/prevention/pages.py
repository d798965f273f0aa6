"""The pages of a contract as text: PDF page by page, pictures and scanned pages by the recogniser, the rest as one."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from cuijie.errors import BadInput
from cuijie.intake.screens.ocr import read_picture
from cuijie.law.citations.documents import read_document
from cuijie.prevention.contract import Page

__all__ = ["ContractUnreadable", "pages_of"]

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"BM")
_MOST_SCANNED = 60  # pages; each takes the recogniser seconds
_SCALE = 2.0  # of 72 dots an inch: enough for the small print


class ContractUnreadable(BadInput):
    """A contract whose text cannot be had: which file, why, what to do."""

    code = "PV-001"


def pages_of(path: Path) -> list[Page]:
    """The pages of the file at *path* (PDF, DOCX, HTML, text, a picture).

    Pages follow one another with a line break between them, so spans count through the whole text.  Raises
    ContractUnreadable, DocumentUnreadable, PictureUnreadable.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError as error:
        raise ContractUnreadable(f"打不开 {path.name}（不存在、是文件夹，或没有权限）。") from error
    if head.startswith(b"%PDF-"):
        return _pdf(path)
    if head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        return [Page(number=None, text=_seen(path.read_bytes(), path.name))]
    return [Page(number=None, text=read_document(path))]


def _pdf(path: Path) -> list[Page]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ContractUnreadable(
            f"{path.name} 打不开：可能有密码或已损坏。", remedy="有密码的请先在阅读器里另存为没有密码的副本。"
        ) from error
    try:
        texts = [_text(document, number) for number in range(len(document))]
        scanned = [number for number, text in enumerate(texts) if not text.strip()]
        if len(scanned) > _MOST_SCANNED:
            raise ContractUnreadable(
                f"{path.name} 有 {len(scanned)} 页是扫描的，太多。", remedy="请只留下合同正文和授权书再试。"
            )
        for number in scanned:
            texts[number] = _words(_picture(document, number))
    finally:
        document.close()
    if not any(text.strip() for text in texts):
        raise ContractUnreadable(f"{path.name} 里没有读出文字，可能太模糊。", remedy="请重新扫描，或把每页拍清楚再试。")
    pages, offset = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number=number, text=text, offset=offset))
        offset += len(text) + 1
    return pages


def _text(document: pypdfium2.PdfDocument, number: int) -> str:
    text: str = document[number].get_textpage().get_text_bounded()
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _picture(document: pypdfium2.PdfDocument, number: int) -> bytes:
    out = io.BytesIO()
    document[number].render(scale=_SCALE).to_pil().convert("L").save(out, format="PNG")
    return out.getvalue()


def _words(data: bytes) -> str:
    """The text that the recogniser sees, line by line; empty for a blank page."""
    return "\n".join(line.text for line in read_picture(data).lines)


def _seen(data: bytes, name: str) -> str:
    text = _words(data)
    if not text.strip():
        raise ContractUnreadable(f"{name} 上没有读出文字。", remedy="请拍清楚一些，正对着纸面再试。")
    return text
