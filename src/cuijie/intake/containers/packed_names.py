"""The names of the files in a rar archive, as far as its headers tell them: rar itself cannot be unpacked here."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from cuijie.intake.encoding import decode_text

__all__ = ["names_in_rar"]

_OLD, _NEW = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_BLOCKS: Final = 10_000
_HEADER_BYTES: Final = 2 * 2**20
_FILE_OLD, _FILE_NEW = 0x74, 2
_HAS_DATA, _LARGE, _UNICODE = 0x8000, 0x0100, 0x0200
_LOCKED: Final = 4  # the new form's header of encryption: no names can be read


def names_in_rar(stream: BinaryIO) -> list[str]:
    """The paths in the archive in order; those before the break of one cut off, none where the names are locked."""
    start = stream.read(len(_NEW))
    try:
        if start == _NEW:
            return list(_new(stream))
        stream.seek(len(_OLD))
        return list(_old(stream)) if start.startswith(_OLD) else []
    except (struct.error, ValueError, IndexError, OverflowError):
        return []


def _old(stream: BinaryIO) -> Iterator[str]:
    """The names in an archive up to version 4: each block has its size in its first seven bytes."""
    for _ in range(_BLOCKS):
        at = stream.tell()
        head = stream.read(7)
        if len(head) < 7:
            return
        kind, flags, size = struct.unpack_from("<BHH", head, 2)
        body = stream.read(size - 7) if size >= 7 else b""
        if len(body) < size - 7 or size < 7:
            return
        packed = 0
        if kind == _FILE_OLD:
            packed, length = struct.unpack_from("<I", body)[0], struct.unpack_from("<H", body, 19)[0]
            begins = 33 if flags & _LARGE else 25
            if flags & _LARGE:
                packed |= struct.unpack_from("<I", body, 25)[0] << 32
            name = body[begins : begins + length]
            yield decode_text(name.partition(b"\0")[0] if flags & _UNICODE else name).text.replace("\\", "/")
        elif flags & _HAS_DATA:
            packed = struct.unpack_from("<I", body)[0]
        stream.seek(at + size + packed)


def _new(stream: BinaryIO) -> Iterator[str]:
    """The names in an archive of version 5: numbers of seven bits a byte, a checksum before each header."""
    for _ in range(_BLOCKS):
        if len(stream.read(4)) < 4:
            return
        size = _number(stream)
        if not 0 < size <= _HEADER_BYTES:
            return
        head = stream.read(size)
        kind, at = _at(head, 0)
        flags, at = _at(head, at)
        if kind == _LOCKED:
            return
        _, at = _at(head, at) if flags & 1 else (0, at)
        packed, at = _at(head, at) if flags & 2 else (0, at)
        if kind == _FILE_NEW:
            yield _name(head, at)
        stream.seek(packed, 1)


def _name(head: bytes, at: int) -> str:
    flags, at = _at(head, at)
    for _ in range(2):  # unpacked size, attributes
        _, at = _at(head, at)
    at += 4 * bool(flags & 2) + 4 * bool(flags & 4)  # time, checksum
    for _ in range(2):  # compression, system
        _, at = _at(head, at)
    length, at = _at(head, at)
    return head[at : at + length].decode("utf-8", "replace")


def _at(head: bytes, at: int) -> tuple[int, int]:
    """(the number at a place of *head*, where it ends)."""
    value = shift = 0
    while True:
        byte = head[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
        if shift > 63:
            raise ValueError("number")


def _number(stream: BinaryIO) -> int:
    data = b""
    while len(data) < 10 and (byte := stream.read(1)):
        data += byte
        if not byte[0] & 0x80:
            return _at(data, 0)[0]
    return 0
