"""The pages of a contract as text: PDF page by page, everything else as one."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from cuijie.errors import BadInput
from cuijie.law.citations.documents import read_document
from cuijie.prevention.contract import Page

__all__ = ["ContractUnreadable", "pages_of"]


class ContractUnreadable(BadInput):
    """A contract whose text cannot be had: which file, why, what to do."""

    code = "PV-001"


def pages_of(path: Path) -> list[Page]:
    """The pages of the file at *path* (PDF, DOCX, HTML, text).  Raises ContractUnreadable or DocumentUnreadable.

    Pages follow one another with a line break between them, so spans count through the whole text.
    """
    try:
        with path.open("rb") as stream:
            is_pdf = stream.read(5) == b"%PDF-"
    except OSError as error:
        raise ContractUnreadable(f"打不开 {path.name}（不存在、是文件夹，或没有权限）。") from error
    if not is_pdf:
        return [Page(number=None, text=read_document(path))]
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise ContractUnreadable(
            f"{path.name} 打不开：可能有密码或已损坏。", remedy="有密码的请先在阅读器里另存为没有密码的副本。"
        ) from error
    pages, offset = [], 0
    try:
        for number in range(len(document)):
            text = document[number].get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\r", "\n")
            pages.append(Page(number=number + 1, text=text, offset=offset))
            offset += len(text) + 1
    finally:
        document.close()
    if not any(page.text.strip() for page in pages):
        raise ContractUnreadable(
            f"{path.name} 里没有文字，像是扫描件或图片。", remedy="请把每页另存为图片，再用 cuijie contract 图片 来读。"
        )
    return pages
