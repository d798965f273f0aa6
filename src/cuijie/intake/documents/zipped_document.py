"""The words of documents that are zips of XML beside DOCX: OFD (GB/T 33190, as offices and banks issue), ODT and PPTX."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cuijie.intake.found import IntakeError
from cuijie.intake.source import Head

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["zipped_kind", "zipped_text"]

_ODT: Final = b"application/vnd.oasis.opendocument.text"
_PAGE: Final = re.compile(r"(?:^|/)Pages/[^/]+/Content\.xml$|^ppt/slides/slide\d+\.xml$")
_PAGES: Final = 1000
_BYTES: Final = 32 * 2**20  # of one part, unpacked
_SAME_LINE: Final = 2.0  # millimetres between the tops of pieces of one line
_SLIDE: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def zipped_kind(head: Head) -> str | None:
    """``ofd``, ``odt`` or ``pptx``, or None."""
    if not head.data.startswith(b"PK\x03\x04"):
        return None
    if _ODT in head.data[:200]:
        return "odt"
    whole = head.whole() if head.whole is not None else head.data
    return "ofd" if b"OFD.xml" in whole else "pptx" if b"ppt/slides/slide" in whole else None


def zipped_text(data: bytes, name: str) -> str:
    """The text, page after page, line by line.  Raises IntakeError for a damaged file."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.namelist()
            pages = sorted((one for one in listed if _PAGE.search(one)), key=_number)[:_PAGES] or ["content.xml"]
            trees = [etree.fromstring(_part(archive, one), parser) for one in pages]
    except (
        zipfile.BadZipFile, KeyError, RuntimeError, OSError, EOFError, NotImplementedError, ValueError, etree.XMLSyntaxError,
    ) as error:  # fmt: skip
        raise IntakeError(
            f"文档“{name}”损坏或没有下载完整，打不开。", remedy="请重新下载，或另存为 PDF 再收。"
        ) from error
    return "\n".join(
        line for tree in trees for line in (_paragraphs(tree) if pages == ["content.xml"] else _lines(tree))
    )


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _BYTES:
        raise ValueError(name)
    return archive.read(name)


def _number(path: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path)))


def _paragraphs(tree: _Element) -> Iterator[str]:
    for paragraph in tree.iter(f"{_TEXT}p", f"{_TEXT}h"):
        yield "".join(str(part) for part in paragraph.itertext())


def _lines(tree: _Element) -> Iterator[str]:
    """The pieces of a page from top to bottom and left to right; those of one height are one line.

    A slide says no places: its paragraphs are the lines.
    """
    for paragraph in tree.iter(f"{_SLIDE}p"):
        if words := "".join(piece.text or "" for piece in paragraph.iter(f"{_SLIDE}t")).strip():
            yield words
    placed = []
    for piece in tree.iter("{*}TextObject"):
        words = "".join(code.text or "" for code in piece.iter("{*}TextCode")).strip()
        left, top = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", piece.get("Boundary") or "")[:2]] or (
            0.0,
            0.0,
        )
        if words:
            placed.append((top, left, words))
    line: list[tuple[float, str]] = []
    begun = 0.0
    for top, left, words in sorted(placed):
        if line and top - begun > _SAME_LINE:
            yield " ".join(word for _, word in sorted(line))
            line = []
        if not line:
            begun = top
        line.append((left, words))
    if line:
        yield " ".join(word for _, word in sorted(line))
