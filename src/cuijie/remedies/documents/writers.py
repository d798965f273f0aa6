"""A draft to a file, in the format its name asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cuijie.errors import cause_of
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.errors import NotWritten, RemedyError
from cuijie.whole_files import write_whole

__all__ = ["FORMATS", "draft_bytes", "write_draft"]


def _docx(draft: Draft, with_cover: bool) -> bytes:
    from cuijie.remedies.documents.docx_writer import docx_bytes

    return docx_bytes(draft, with_cover=with_cover)


def _pdf(draft: Draft, with_cover: bool) -> bytes:
    from cuijie.remedies.documents.pdf_writer import pdf_bytes

    return pdf_bytes(draft, with_cover=with_cover)


def _md(draft: Draft, with_cover: bool) -> bytes:
    from cuijie.remedies.documents.md_writer import md_text

    return md_text(draft, with_cover=with_cover).encode()


def _txt(draft: Draft, with_cover: bool) -> bytes:
    from cuijie.remedies.documents.txt_writer import txt_text

    return txt_text(draft).encode()


FORMATS: Mapping[str, Callable[[Draft, bool], bytes]] = {".docx": _docx, ".pdf": _pdf, ".md": _md, ".txt": _txt}
"""The writers by file suffix."""


def draft_bytes(draft: Draft, suffix: str, *, with_cover: bool = True) -> bytes:
    """The draft in the format of *suffix* (``.docx``, ``.pdf``, ``.md``, ``.txt``).  Raises RemedyError for another."""
    writer = FORMATS.get(suffix.lower())
    if writer is None:
        raise RemedyError(
            f"不认识的文件格式“{suffix or '（没有扩展名）'}”。", remedy="文件名请以 .docx、.pdf、.md 或 .txt 结尾。"
        )
    return writer(draft, with_cover)


def write_draft(draft: Draft, path: Path, *, with_cover: bool = True) -> None:
    """Write *draft* to *path*; the file is whole or not there at all."""
    data = draft_bytes(draft, path.suffix, with_cover=with_cover)
    try:
        if path.is_dir():
            raise RemedyError(f"{path} 是文件夹，请给出文件名。")
        if not path.parent.is_dir():
            raise RemedyError(f"文件夹 {path.parent} 不存在。", remedy="请先建好文件夹，或换一个位置。")
        write_whole(path, data)
    except OSError as error:
        raise NotWritten(f"写不进 {path}（{cause_of(error)}）。") from error
