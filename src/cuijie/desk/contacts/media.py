"""Pictures and recordings out of the vault onto a page: only kinds that cannot run anything, each sealed off."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cuijie.casefile import Case, Item
from cuijie.desk.errors import ShelfError

__all__ = ["Served", "kind_of", "serve_item"]

_PIECE = 4 << 20  # of a recording, at most this much in one answer; a browser asks for the next
_MAX_WHOLE = 256 << 20
_RANGE = re.compile(r"^bytes=(\d{1,15})-(\d{0,15})$")
# by the first bytes, never by the name or what was declared
_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypmp4", "audio/mp4"),
    (4, b"ftypisom", "audio/mp4"),
    (4, b"ftyp3gp", "audio/3gpp"),
    (0, b"#!AMR", "audio/amr"),
)
_MPEG = re.compile(rb"^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_ADTS = re.compile(rb"^\xff[\xf0\xf1\xf8\xf9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One answer: bytes, type, status and headers."""

    data: bytes
    media_type: str
    status: int
    headers: dict[str, str]


def kind_of(head: bytes) -> str | None:
    """The media type that the first bytes prove; None for whatever is neither picture nor sound."""
    for at, sign, media_type in _SIGNS:
        if head[at : at + len(sign)] == sign:
            return media_type
    if _MPEG.match(head):
        return "audio/mpeg"
    return "audio/aac" if _ADTS.match(head) else None


def serve_item(case: Case, item_id: str, wanted: str | None) -> Served:
    """A picture or recording whole, or the part of it that the Range header *wanted* names.

    Raises ItemMissing, CaseDamaged, and ShelfError for anything that is not shown on a page.
    """
    item = case.item(item_id)
    with case.open_item(item_id) as stream:
        media_type = kind_of(stream.read(16))
        if media_type is None:
            raise ShelfError("这份材料不能在页面上看。", remedy="在“更多”里可以把原件取出来。")
        start, end, is_part = _span(item, wanted)
        if not is_part and item.size_bytes > _MAX_WHOLE:
            start, end, is_part = 0, _PIECE - 1, True
        stream.seek(start)
        data = stream.read(end - start + 1)
    headers = {"Accept-Ranges": "bytes", "Content-Security-Policy": "default-src 'none'; sandbox"}
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{end}/{item.size_bytes}"
    return Served(data=data, media_type=media_type, status=206 if is_part else 200, headers=headers)


def _span(item: Item, wanted: str | None) -> tuple[int, int, bool]:
    last = item.size_bytes - 1
    found = _RANGE.match(wanted or "")
    if found is None or int(found[1]) > last:
        return 0, last, False
    start = int(found[1])
    end = min(int(found[2]) if found[2] else last, last, start + _PIECE - 1)
    return (start, end, True) if end >= start else (0, last, False)
