"""The words of a presentation of PowerPoint 97–2003 (``.ppt``, also WPS's own ``.dps``): MS-PPT 2.9.40."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from cuijie.intake.containers.compound_file import CompoundFile, names_in
from cuijie.intake.source import Head

__all__ = ["is_slide_file", "slide_text"]

_STREAM: Final = "PowerPoint Document"
_CONTAINER: Final = 0xF
_WIDE, _NARROW = 0x0FA0, 0x0FA8  # text of two bytes a character, or of one
_DEPTH: Final = 40
_MARKS: Final = {0x0B: "\n", 0x0D: "\n"}


def is_slide_file(head: Head) -> bool:
    """True for a compound file that holds a presentation."""
    return names_in(head.data, _STREAM) or (head.whole is not None and names_in(head.whole(), _STREAM))


def slide_text(data: bytes, name: str) -> str:
    """The texts in the order of the file, each once: an outline repeats those of its slides.  Raises IntakeError."""
    stream = CompoundFile(data, name).read(_STREAM)
    texts = (text.translate(_MARKS).strip() for text in _texts(stream, 0, len(stream), 0))
    return "\n".join(dict.fromkeys(text for text in texts if text and text != "*"))


def _texts(stream: bytes, at: int, end: int, depth: int) -> Iterator[str]:
    while at + 8 <= end:
        kind_and_version, kind, length = struct.unpack_from("<HHI", stream, at)
        begin, at = at + 8, min(at + 8 + length, end)
        if kind_and_version & 0xF == _CONTAINER:
            if depth < _DEPTH:
                yield from _texts(stream, begin, at, depth + 1)
        elif kind == _WIDE:
            yield stream[begin : at - (at - begin) % 2].decode("utf-16-le", "replace")
        elif kind == _NARROW:
            yield stream[begin:at].decode("latin-1")
