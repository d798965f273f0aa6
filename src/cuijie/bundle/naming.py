"""Which finished papers name other people in full, so that whoever packs them masked is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

import pypdfium2

from cuijie.bundle.redaction import third_persons
from cuijie.records import CaseState, Person
from cuijie.records.names import bare_name

__all__ = ["names_in"]

_TAG = re.compile(rb"<[^>]+>")
_LARGEST = 20_000_000  # bytes of a paper's words; what is larger was not written by us


def names_in(paper: bytes, state: CaseState, keeper: str = "debtor") -> tuple[str, ...]:
    """The names and numbers that stand unmasked in *paper* (PDF, DOCX or text), but the borrower's and the *keeper*'s.

    What cannot be read tells nothing.
    """
    words = re.sub(r"\s", "", _words(paper))
    return tuple(dict.fromkeys(told for told in _told(third_persons(state, keeper)) if told in words))


def _told(people: Iterable[Person]) -> Iterable[str]:
    for one in people:
        name = bare_name(one.name) if one.name else ""
        yield from (name,) if len(name) > 1 else ()
        yield from one.numbers


def _words(paper: bytes) -> str:
    if paper.startswith(b"%PDF"):
        return _of_pdf(paper)
    if paper.startswith(b"PK"):
        return _of_docx(paper)
    return paper.decode("utf-8", "replace")


def _of_pdf(paper: bytes) -> str:
    try:
        document = pypdfium2.PdfDocument(paper)
    except pypdfium2.PdfiumError:
        return ""
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    except pypdfium2.PdfiumError:
        return ""
    finally:
        document.close()


def _of_docx(paper: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(paper)) as archive:
            about = archive.getinfo("word/document.xml")
            xml = archive.read(about) if about.file_size <= _LARGEST else b""
    except (zipfile.BadZipFile, KeyError, OSError):
        return ""
    return _TAG.sub(b"", xml).decode("utf-8", "replace")
