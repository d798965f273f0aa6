"""The words of a PDF whose pages are pictures, recognised offline page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from typing import Final

from cuijie.intake.documents.pdf_text import pages_of
from cuijie.intake.found import Attachment, Found, IntakeError, Note
from cuijie.intake.source import Source

__all__ = ["recognised"]

_PAGES: Final = 8  # a letter has a few; some seconds each
_SCALE: Final = 150 / 72  # 150 points an inch


def recognised(source: Source, data: bytes) -> Generator[Found, None, str]:
    """The recognised words, which are also a derived item; empty where nothing can be recognised, which is said."""
    try:
        words, tool, left = _read(source, data)
    except IntakeError as error:
        yield Note(text=f"像是扫描件，文字没有认出来：{error.message}{error.remedy}")
        return ""
    if words:
        text = words.encode()
        yield Attachment(
            key=hashlib.sha256(text).hexdigest(), name=f"{source.name}.文字.txt", media_type="text/plain; charset=utf-8",
            data=text, at=source.place("ocr"), kind="ocr_text", tool=tool,
        )  # fmt: skip
        yield Note(text="这是扫描件，文字是机器认的，请对照原件。")
    if left:
        yield Note(text=f"扫描件很长，只认了前 {_PAGES} 页，后面 {left} 页的字没有认。")
    return words


def _read(source: Source, data: bytes) -> tuple[str, str, int]:
    """(words, recogniser, pages left out).  Raises IntakeError."""
    from cuijie.intake.screens.ocr import read_picture

    found: list[str] = []
    tool, left = "", 0
    for page in pages_of(data, source.name, source.password, what="picture", most=_PAGES, scale=_SCALE):
        picture = read_picture(page.picture)
        tool, left = picture.tool, max(0, page.pages - _PAGES)
        found += [line.text for line in picture.lines]
    return "\n".join(found), tool, left
