"""The text lines of a PDF, by page; a locked one asks for its password."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from cuijie.intake.found import UNLOCK, IntakeError, PasswordNeeded
from cuijie.pdfs import PdfPage, UnreadPdf, What, pdf_pages

__all__ = ["pages_of", "pdf_lines", "plain_letters"]

_PAGES: Final = 2000
_RADICALS: Final = str.maketrans(  # those that NFKC leaves alone or takes for the traditional character
    "⼾⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰", "户民西见角贝车长门青页风飞食马骨鬼鱼鸟黄齐齿龙"
)
_VARIANTS: Final = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]+")  # radicals and doubles of characters


def pages_of(
    data: bytes, name: str, password: str | None, *, what: What = "text", most: int = _PAGES, scale: float = 1.0
) -> Iterator[PdfPage]:
    """The first pages as ``pdfs`` gives them; damaged ones are left out.  Raises PasswordNeeded, IntakeError."""
    try:
        yield from pdf_pages(
            data, name, password, what=what, numbers=range(1, most + 1), scale=scale, skips_damaged=True
        )
    except UnreadPdf as error:
        if not error.is_locked:
            raise IntakeError(error.message, remedy=error.remedy) from error
        raise PasswordNeeded(
            error.message,
            remedy=f"{UNLOCK}：运营商详单和银行流水的密码多在短信里（6 位数字），征信报告多为证件号后 6 位。",
        ) from error


def plain_letters(text: str) -> str:
    """*text* with radicals in the place of characters as the characters: fonts of some banks give 交易⽇期 for 交易日期."""
    return _VARIANTS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_RADICALS))


def pdf_lines(data: bytes, name: str, password: str | None) -> Iterator[tuple[int, int, str]]:
    """(page, line, text) of each text line, pages and lines from 1; scanned pages give none.

    Raises PasswordNeeded, or IntakeError for a damaged file.
    """
    for page in pages_of(data, name, password):
        for number, line in enumerate(page.text.splitlines(), 1):
            if line.strip():
                yield page.number, number, plain_letters(line.replace("\ufffe", "").strip())
