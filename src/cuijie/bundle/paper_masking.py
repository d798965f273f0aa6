"""Finished papers in a masked bundle: third parties are masked in what can be written anew; the rest stays out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from cuijie.bundle.naming import names_in
from cuijie.bundle.redaction import Mask
from cuijie.records import CaseState

__all__ = ["PaperOut", "Papers", "masked_papers"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 50_000_000  # bytes that a paper of ours unpacks to


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOut:
    """A paper that names other people and cannot be masked."""

    name: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The papers that go in, which of them were masked, and which stay out."""

    files: tuple[tuple[str, bytes], ...]
    masked: tuple[str, ...]
    out: tuple[PaperOut, ...]


def masked_papers(papers: Iterable[tuple[str, bytes]], state: CaseState, mask: Mask) -> Papers:
    """*papers* (path in the bundle, content) as they may leave in a masked bundle."""
    files: list[tuple[str, bytes]] = []
    masked: list[str] = []
    out: list[PaperOut] = []
    for path, content in papers:
        name = path.rpartition("/")[2]
        shown = _masked(content, mask)
        if people := names_in(shown, state, mask.keeper):
            out.append(PaperOut(name=name, people=people))
            continue
        files.append((path, shown))
        if shown != content:
            masked.append(name)
    return Papers(files=tuple(files), masked=tuple(masked), out=tuple(out))


def _masked(content: bytes, mask: Mask) -> bytes:
    """*content* with third parties masked where it is a Word document or plain text; else as it is."""
    if content.startswith(b"PK"):
        return _masked_docx(content, mask)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return content
    return mask.people(text).encode()


def _masked_docx(content: bytes, mask: Mask) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                return content
            parts = [(one, archive.read(one)) for one in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return content
    written = [(one, _masked_part(data, mask) if _is_text(one.filename) else data) for one, data in parts]
    if all(new is old for (_, new), (_, old) in zip(written, parts, strict=True)):
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for one, data in written:
            archive.writestr(one, data, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _is_text(name: str) -> bool:
    return name.startswith(("word/", "docProps/")) and name.endswith(".xml")


def _masked_part(data: bytes, mask: Mask) -> bytes:
    """One part of a Word document: a name or number may be cut into runs, so a paragraph is masked as a whole."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return data
    is_changed = False
    for paragraph in root.iter(f"{_W}p"):
        runs = [one for one in paragraph.iter(f"{_W}t") if one.text]
        words = "".join(one.text or "" for one in runs)
        shown = mask.people(words)
        if shown != words:
            is_changed = True
            _write(runs, shown)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) if is_changed else data


def _write(runs: list[etree._Element], words: str) -> None:
    """*words* over the runs as they were cut; what the last does not hold is added to it."""
    for number, run in enumerate(runs):
        length = len(words) if number == len(runs) - 1 else len(run.text or "")
        run.text, words = words[:length], words[length:]
