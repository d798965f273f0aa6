"""What a person keeps in a word processor: a diary, a table of calls, a copied chat.  It is read as the list that it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from cuijie.intake.found import Attachment
from cuijie.intake.registry import recognise
from cuijie.intake.source import Head

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["own_list", "page_of"]

_LISTS: Final = frozenset({
    "notes_text", "call_lines", "copied_texts", "message_lines", "blocks_text", "contact_table", "chat_table", "chat_text", "operator_list",
    "bill",
})  # fmt: skip
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def own_list(name: str, words: str, page: str) -> Attachment | None:
    """The words of document *name* as a file to be read by itself; None where they are no list.

    *page* has them with their tables, as HTML; it is empty where there are none.
    """
    stem = PurePosixPath(name).stem
    forms = (
        (page, f"{stem}（表格）.html", "text/html"),
        (words, f"{stem}（正文）.txt", "text/plain"),
        (_lines(page), f"{stem}（表格）.txt", "text/plain"),
    )
    for text, title, media_type in forms:
        data = text.encode("utf-8", "replace")
        importer = recognise(Head(name=title, data=data, size=len(data))) if data else None
        if importer is not None and importer.KIND in _LISTS:
            key = hashlib.sha256(data).hexdigest()
            return Attachment(key=key, name=title, media_type=media_type, data=data, at="words", is_file=True)
    return None


def _lines(page: str) -> str:
    """The rows of *page* as lines: a diary in a table without titles has the day in one cell and the event in the next."""
    return unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</(?:tr|p)>", "\n", page))).strip()


def page_of(document: _Element) -> str:
    """A DOCX's tables, and the paragraphs around them, as HTML; empty where it has no table."""
    if document.find(f".//{_WORD}tbl") is None:
        return ""
    return "<html><body>" + "\n".join(_blocks(document)) + "</body></html>"


def _blocks(document: _Element) -> Iterator[str]:
    for element in document.iter(f"{_WORD}p", f"{_WORD}tbl"):
        if next(element.iterancestors(f"{_WORD}tbl"), None) is not None:
            continue
        yield f"<p>{_text(element)}</p>" if element.tag == f"{_WORD}p" else f"<table>{''.join(_rows(element))}</table>"


def _rows(table: _Element) -> Iterator[str]:
    for row in table.iter(f"{_WORD}tr"):
        cells = (f'<td colspan="{_span(cell)}">{_text(cell)}</td>' for cell in row.iter(f"{_WORD}tc"))
        yield f"<tr>{''.join(cells)}</tr>"


def _span(cell: _Element) -> int:
    """Over how many columns a cell reaches."""
    found = cell.find(f"{_WORD}tcPr/{_WORD}gridSpan")
    written = "" if found is None else found.get(f"{_WORD}val", "")
    return int(written) if written.isdecimal() and int(written) < 100 else 1


def _text(element: _Element) -> str:
    paragraphs = [element] if element.tag == f"{_WORD}p" else element.iter(f"{_WORD}p")
    return "<br>".join(escape("".join(part.text or "" for part in one.iter(f"{_WORD}t"))) for one in paragraphs)
