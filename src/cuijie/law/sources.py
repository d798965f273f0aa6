"""The lines of a law text as published: Markdown or plain text in any usual encoding, or DOCX."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cuijie.errors import cause_of
from cuijie.law.errors import TextPackError

if TYPE_CHECKING:
    from docx.document import Document

__all__ = ["SUFFIXES", "lines_of"]

_LARGEST = 20_000_000
"""Bytes; the longest law of the country is under 2 MB."""
_FIRST = re.compile(r"\s*(?:第\s*[一1]\s*条|一、)")


def lines_of(path: Path) -> list[str]:
    """The lines of the text at *path*; raises TextPackError naming the file and what to do."""
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise TextPackError(f"{path.name}：不是能读的格式。", remedy="请给 .md、.txt 或 .docx 文件。")
    try:
        if not path.is_file():
            raise TextPackError(f"{path.name}：找不到这个文件，或它是文件夹。")
        if path.stat().st_size > _LARGEST:
            raise TextPackError(f"{path.name}：文件超过 20 MB，不像法律文本。")
        lines = read(path)
    except OSError as error:
        raise TextPackError(f"{path.name}：读不出来（{cause_of(error)}）。") from error
    if not any(line.strip() for line in lines):
        raise TextPackError(f"{path.name}：里面没有文字。")
    return lines


def _text(path: Path) -> list[str]:
    data = path.read_bytes()
    has_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if has_mark else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.splitlines()
    raise TextPackError(f"{path.name}：不是文字文件，或编码不是 UTF-8、GB18030、UTF-16。")


def _docx(path: Path) -> list[str]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    damaged = TextPackError(f"{path.name}：不是完好的 DOCX 文件。", remedy="老式 .doc 请先另存为 .docx。")
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > 5 * _LARGEST:
                raise TextPackError(f"{path.name}：解开后过大，不像法律文本。")
        document = docx.Document(str(path))
        lines = [line for paragraph in document.paragraphs for line in paragraph.text.splitlines()]
        return lines if any(_FIRST.match(line) for line in lines) else list(_with_tables(document))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise damaged from error


def _with_tables(document: Document) -> Iterator[str]:
    """The lines of a law whose articles stand in the rows of a table: the number, then what the next cells say."""
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield from block.text.splitlines()
            continue
        for row in block.rows:
            texts = {cell._tc: cell.text.strip() for cell in row.cells}  # a merged cell is given once for each column
            yield from " ".join(filter(None, texts.values())).splitlines()


_READERS: dict[str, Callable[[Path], list[str]]] = {
    ".md": _text,
    ".markdown": _text,
    ".txt": _text,
    ".docx": _docx,
}
SUFFIXES = frozenset(_READERS)
"""The endings of files that can be read, in lower case."""
