"""The length of an M4A, MP4 or 3GP file: what its movie header says, found by walking the boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

__all__ = ["Movie", "movie_of"]

_BOXES: Final = 4000
_MOOV_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """Seconds that the header states (None = it does not), and whether there is a picture track."""

    seconds: float | None = None
    has_picture: bool = False
    trouble: str | None = None


def movie_of(stream: BinaryIO, size: int) -> Movie:
    """What the movie box says; a recording that was never closed has none."""
    at = 0
    for _ in range(_BOXES):
        stream.seek(at)
        head = stream.read(16)
        if len(head) < 8:
            break
        wide, start = _extent(head, size - at)
        if head[4:8] == b"moov":
            stream.seek(at + start)
            return _movie(stream.read(min(max(0, wide - start), _MOOV_BYTES)))
        if wide < start:
            break
        at += wide
    return Movie(trouble="录音没有写完或没有传完，看不出时长")


def _extent(head: bytes, left: int) -> tuple[int, int]:
    """(bytes of the box, where its content begins)."""
    wide: int = struct.unpack_from(">I", head)[0]
    if wide == 1 and len(head) == 16:
        return struct.unpack_from(">Q", head, 8)[0], 16
    return (left, 8) if wide == 0 else (wide, 8)


def _inside(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_BOXES):
        if len(data) - at < 8:
            return
        wide, start = _extent(data[at : at + 16], len(data) - at)
        if wide < start:
            return
        yield data[at + 4 : at + 8], data[at + start : at + wide]
        at += wide


def _movie(data: bytes) -> Movie:
    seconds: float | None = None
    has_picture = False
    for name, content in _inside(data):
        if name == b"mvhd":
            seconds = _stated(content) or seconds
        elif name == b"mvex":
            seconds = seconds or _fragmented(content, data)
        elif name == b"trak":
            for inner, media in _inside(content):
                if inner != b"mdia":
                    continue
                parts = dict(_inside(media))
                has_picture = has_picture or parts.get(b"hdlr", b"")[8:12] == b"vide"
                seconds = seconds or _stated(parts.get(b"mdhd", b""))
    return Movie(seconds=seconds, has_picture=has_picture, trouble=None if seconds else "文件头里没有写时长")


def _stated(header: bytes) -> float | None:
    """Duration over time scale of an mvhd or mdhd box."""
    try:
        scale, ticks = (
            struct.unpack_from(">IQ", header, 20) if header[:1] == b"\1" else struct.unpack_from(">II", header, 12)
        )
    except struct.error:
        return None
    is_unknown = ticks in (0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
    return None if not scale or is_unknown else float(ticks / scale)


def _fragmented(content: bytes, movie: bytes) -> float | None:
    """The length of a file in fragments, whose movie header says 0."""
    extended, header = dict(_inside(content)).get(b"mehd", b""), dict(_inside(movie)).get(b"mvhd", b"")
    try:
        ticks = struct.unpack_from(">Q" if extended[:1] == b"\1" else ">I", extended, 4)[0]
        scale = struct.unpack_from(">I", header, 20 if header[:1] == b"\1" else 12)[0]
    except struct.error:
        return None
    return float(ticks / scale) if scale and ticks else None
