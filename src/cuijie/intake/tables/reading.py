"""Rows out of whatever calls itself a table: CSV, TSV, HTML named .xls or saved with its page, real xls and xlsx, text PDF.

Rows keep where they stand (``第 7 行``, ``表“语音详单”第 7 行``); what their columns hold is told by ``titles``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from cuijie.intake.documents.mail_parts import MAIL_BYTES
from cuijie.intake.documents.saved_page import is_saved_page, page_in
from cuijie.intake.encoding import decode_text, detect, encoding_name, open_text
from cuijie.intake.found import IntakeError, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.aligned_text import is_aligned
from cuijie.intake.tables.separated_text import cut_off, separated_rows

__all__ = ["FIRST_ROWS", "Row", "encoding_note", "first_rows", "is_table", "is_workbook", "rows", "rows_ahead"]

FIRST_ROWS: Final = 200
"""As many rows as a table is told by: what stands above its titles is shorter."""
_WORKBOOKS: Final = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
_BINARY: Final = (*_WORKBOOKS, b"%PDF")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands and its cells as text (dates and numbers of workbooks written out)."""

    at: str
    cells: tuple[str, ...]
    sheet: str = ""


def is_table(head: Head) -> bool:
    """True for bytes that may hold a table; whether it is one of ours its header tells."""
    data = head.data
    if data.startswith(_BINARY):
        return True
    text = data[:4096].decode(detect(data[:4096]), "replace").lower()
    if "<table" in text or "<html" in text or is_saved_page(data):
        return True
    is_text = b"\0" not in data[:1024] or detect(data).startswith("utf-16")
    return is_text and (any(mark in text for mark in (",", "\t", ";", "|", "，")) or is_aligned(text.splitlines()))


def is_workbook(head: Head) -> bool:
    """True for an old or a new workbook, whose cells hold times and numbers and not what was typed."""
    return head.data.startswith(_WORKBOOKS)


def encoding_note(head: Head) -> Iterator[Note]:
    """Says which encoding a text table is in where it is not plain UTF-8."""
    if head.data.startswith(_BINARY):
        return
    encoding = detect(head.data)
    if encoding not in ("utf-8", "utf-8-sig"):
        yield Note(text=f"文字编码是 {encoding_name(encoding)}，已按它读取。")


@lru_cache(maxsize=4)
def first_rows(head: Head) -> tuple[Row, ...]:
    """The first 200 rows as far as the head shows them; fewer where the table breaks, none if it is no table."""
    found: list[Row] = []
    with suppress(IntakeError):
        for row in islice(_first(head), FIRST_ROWS):
            found.append(row)
    return tuple(found)


def _first(head: Head) -> Iterator[Row]:
    if head.data.startswith(_BINARY):
        if head.whole is not None:
            yield from _whole(head.whole(), head.name, head.password)
    elif is_saved_page(head.data):
        if head.whole is not None:
            yield from _markup(page_in(head.whole(), head.name)[0].encode())
    elif _is_markup(head.data):
        yield from _markup(head.data)
    else:
        yield from _separated(io.StringIO(decode_text(head.data).text, newline=""), head.name)


def rows(source: Source) -> Iterator[Row]:
    """Every row of every sheet of *source*; separated text is streamed.  Raises IntakeError, PasswordNeeded."""
    head = source.head()
    if head.data.startswith(_BINARY):
        yield from _whole(source.read_all(), source.name, source.password)
    elif is_saved_page(head.data):
        yield from _markup(page_in(source.read_all(MAIL_BYTES), source.name)[0].encode())
    elif _is_markup(head.data):
        yield from _markup(source.read_all())
    else:
        with source.open() as stream:
            text, _ = open_text(stream, head.data)
            yield from _separated(text, source.name)


def rows_ahead(source: Source) -> Iterator[Row]:
    """The rows as far as they can be read, for what all of them tell of each: where they end ``rows`` says later."""
    with suppress(IntakeError):
        yield from rows(source)


def _is_markup(data: bytes) -> bool:
    start = data[:2048].decode(detect(data[:2048]), "replace").lstrip("\ufeff \r\n\t").lower()
    return start.startswith("<") or "<table" in start


def _separated(stream: Iterable[str], name: str) -> Iterator[Row]:
    for number, cells in separated_rows(stream, name):
        if any(cell.startswith('="') for cell in cells):  # so that Excel takes a number for text
            cells = tuple(cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in cells)
        yield Row(_line(number), cells)


def _markup(data: bytes) -> Iterator[Row]:
    from cuijie.intake.tables.html_table import html_rows

    waiting: Row | None = None
    began = 0
    for number, cells in html_rows(data):
        if waiting is not None:
            yield waiting
        began, waiting = number, Row(_line(number), cells)
    ends = data.lower().rfind(b"</tr")
    if waiting is not None and 0 < ends < data.lower().rfind(b"<tr"):
        raise cut_off(began)
    if waiting is not None:
        yield waiting


def _line(number: int) -> str:
    return f"第 {number} 行"


def _whole(data: bytes, name: str, password: str | None) -> Iterator[Row]:
    if data.startswith(b"%PDF"):
        yield from _pdf_rows(data, name, password)
    else:
        from cuijie.intake.tables.workbook_rows import workbook_rows

        for at, cells, sheet in workbook_rows(data, name):
            yield Row(at, cells, sheet)


_FOOT: Final = re.compile(  # of a page, that ran into the last row above it: 17000005521第1页/
    r"(?<=\d)\s*(?:第\s*\d{1,4}\s*页\s*[/／,，]?\s*(?:共\s*(?:\d{1,4}\s*页?)?)?|共\s*\d{1,4}\s*页)$"
)


def _pdf_rows(data: bytes, name: str, password: str | None) -> Iterator[Row]:
    from cuijie.intake.tables.pdf_table import pdf_rows

    for page, number, cells in pdf_rows(data, name, password):
        yield Row(f"第 {page} 页第 {number} 行", tuple(_FOOT.sub("", cell) for cell in cells))
