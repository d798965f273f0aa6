"""The text lines of a PDF, by page; nothing in it is run, and a locked one asks for its password."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from cuijie.intake.found import UNLOCK, IntakeError, PasswordNeeded

if TYPE_CHECKING:
    import pypdfium2

__all__ = ["open_pdf", "pdf_lines", "plain_letters"]

_PAGES: Final = 2000
_RADICALS: Final = str.maketrans(  # those that NFKC leaves alone or takes for the traditional character
    "⼾⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰", "户民西见角贝车长门青页风飞食马骨鬼鱼鸟黄齐齿龙"
)
_VARIANTS: Final = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]+")  # radicals and doubles of characters


@contextmanager
def open_pdf(data: bytes, name: str, password: str | None) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed at the end.  Raises PasswordNeeded, or IntakeError for a damaged file."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data, password=password)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            wrong = "密码不对" if password else "有密码"
            raise PasswordNeeded(
                f"PDF“{name}”{wrong}，打不开。",
                remedy=f"{UNLOCK}：运营商详单和银行流水的密码多在短信里（6 位数字），征信报告多为证件号后 6 位。",
            ) from error
        raise IntakeError(f"PDF“{name}”损坏或没有下载完整，打不开。", remedy="请重新下载一次。") from error
    try:
        yield document
    finally:
        document.close()


def plain_letters(text: str) -> str:
    """*text* with radicals in the place of characters as the characters: fonts of some banks give 交易⽇期 for 交易日期."""
    return _VARIANTS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_RADICALS))


def pdf_lines(data: bytes, name: str, password: str | None) -> Iterator[tuple[int, int, str]]:
    """(page, line, text) of each text line, pages and lines from 1; scanned pages give none.

    Raises PasswordNeeded, or IntakeError for a damaged file.
    """
    import pypdfium2 as pdfium

    with open_pdf(data, name, password) as document:
        for index in range(min(len(document), _PAGES)):
            try:
                text = document[index].get_textpage().get_text_bounded()
            except pdfium.PdfiumError:
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip():
                    yield index + 1, number, plain_letters(line.replace("\ufffe", "").strip())
