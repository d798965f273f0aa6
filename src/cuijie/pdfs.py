"""The pages of PDFs, read in a process of their own: whatever a hostile one does to it, the case is not in its reach."""

from __future__ import annotations

import array
from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from cuijie.errors import BadInput
from cuijie.reading_process import reading_process

__all__ = ["Letter", "PdfPage", "UnreadPdf", "What", "pdf_pages"]

_MEMORY_BYTES: Final = 4 << 30
_SECONDS: Final = 180.0  # for all pages; those of a list of 2,000 take some 40
_ON_A_PAGE: Final = 200_000  # characters; a page of a list has some 4,000
_CHARACTERS: Final = 10_000_000
_LONGEST_LINE: Final = 64 << 20
_AGAIN: Final = "请重新下载或导出一次，再试。"

What = Literal["text", "tight", "loose", "picture"]
"""The text of pages, their letters in boxes *tight* around what is seen or *loose* (as high as the font), or pictures."""

Letter = tuple[str, bool, float, float, float, float]
"""A letter, whether the file itself does not have it, left, bottom, right and top in points."""


class UnreadPdf(BadInput):
    """A PDF that is locked, damaged or beyond the limits; the pages before the one that breaks them were read."""

    is_locked = False


class PdfPage(msgspec.Struct, frozen=True, tag_field="kind", tag="page"):
    """What was asked of the page with this number (from 1); *pages* is how many the PDF has."""

    number: int
    pages: int
    text: str = ""
    picture: bytes = b""  # a grey PNG
    made: list[int] = []
    boxes: bytes = b""
    is_damaged: bool = False

    def letters(self) -> Iterator[Letter]:
        """The letters in the order of the file."""
        places = iter(array.array("d", self.boxes))
        made = frozenset(self.made)
        boxes = zip(places, places, places, places, strict=True)
        for at, (letter, (left, bottom, right, top)) in enumerate(zip(self.text, boxes, strict=True)):
            yield letter, at in made, left, bottom, right, top


class _Refused(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    is_locked: bool


class _End(msgspec.Struct, frozen=True, tag_field="kind", tag="end"):
    pass


_answer = msgspec.json.Decoder(PdfPage | _Refused | _End)


def pdf_pages(
    data: bytes,
    name: str,
    password: str | None = None,
    *,
    what: What = "text",
    numbers: Iterable[int] | None = None,
    scale: float = 1.0,
    skips_damaged: bool = False,
) -> Iterator[PdfPage]:
    """What is asked of all pages, or of those with *numbers*; pictures have *scale* × 72 dots an inch.

    Raises UnreadPdf, also for a damaged page unless such are skipped.
    """
    asked = {"password": password, "what": what, "numbers": numbers and list(numbers), "scale": scale}
    limits = {"on_a_page": _ON_A_PAGE, "characters": _CHARACTERS}
    told = (msgspec.json.encode(asked | limits), b"\n", data)
    read = None
    try:
        with reading_process("pdf_process", _MEMORY_BYTES, _SECONDS, *told) as answers:
            while isinstance(answer := _answer.decode(answers.readline(_LONGEST_LINE)), PdfPage):
                read = answer.number
                if not answer.is_damaged:
                    yield answer
                elif not skips_damaged:
                    raise UnreadPdf(f"PDF“{name}”第 {read} 页损坏，读不出。", remedy=_AGAIN)
    except msgspec.DecodeError as error:  # no line, or one cut off
        raise _beyond_limits(name, read) from error
    if isinstance(answer, _Refused):
        raise _refused(name, password, is_locked=answer.is_locked)


def _beyond_limits(name: str, read: int | None) -> UnreadPdf:
    where = f"第 {read} 页以后" if read else ""
    return UnreadPdf(
        f"PDF“{name}”没有读完：{where}要的内存、时间或字数超过了限度，文件可能损坏。",
        remedy="请用阅读器打开，把要用的页另存（或打印）成一份新的 PDF，再试。",
    )


def _refused(name: str, password: str | None, *, is_locked: bool) -> UnreadPdf:
    if not is_locked:
        return UnreadPdf(f"PDF“{name}”打不开，损坏了或没有下载完整。", remedy=_AGAIN)
    wrong = "密码不对" if password else "有密码"
    error = UnreadPdf(f"PDF“{name}”{wrong}，打不开。", remedy="请在阅读器里另存为没有密码的副本，再试。")
    error.is_locked = True
    return error
