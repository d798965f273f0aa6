"""Dividing what goes into a bundle among parts that a complaint portal will take."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from cuijie.bundle.errors import TooSmallParts

__all__ = ["Piece", "split"]

_OVERHEAD = 64 * 1024  # manifests, headers, the seal: what a part needs besides its files
_PER_FILE = 1024
_LEAST = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file of a bundle, or one slice of a file that is larger than a part."""

    path: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO | io.BytesIO]]
    is_slice: bool = False


class _Slice(io.RawIOBase):
    """A stretch of a seekable stream."""

    def __init__(self, stream: BinaryIO | io.BytesIO, start: int, size: int) -> None:
        super().__init__()
        self._stream, self._left = stream, size
        stream.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def split(pieces: Sequence[Piece], common: int, limit: int | None) -> list[list[Piece]]:
    """*pieces* in as few parts as come in order, each with the *common* bytes below *limit*.

    A file larger than a part is cut into numbered slices (``.001``, ``.002`` …) that ``cat`` joins again.
    Raises TooSmallParts if the common papers alone fill a part.
    """
    if limit is None:
        return [list(pieces)]
    room = limit - common - _OVERHEAD
    if room < _LEAST:
        raise TooSmallParts(
            f"每份 {limit} 字节太小：目录和说明就占 {common + _OVERHEAD} 字节，还要留出地方放材料。",
            remedy=f"请把 --max-size 设为至少 {common + _OVERHEAD + _LEAST} 字节。",
        )
    parts: list[list[Piece]] = [[]]
    used = 0
    for piece in pieces:
        for one in _slices(piece, room - _PER_FILE):
            if used + one.size + _PER_FILE > room and parts[-1]:
                parts.append([])
                used = 0
            parts[-1].append(one)
            used += one.size + _PER_FILE
    return parts


def _slices(piece: Piece, room: int) -> list[Piece]:
    if piece.size <= room:
        return [piece]
    count = -(-piece.size // room)
    return [_slice(piece, n * room, min(room, piece.size - n * room), n + 1) for n in range(count)]


def _slice(piece: Piece, start: int, size: int, number: int) -> Piece:
    def opened() -> AbstractContextManager[BinaryIO | io.BytesIO]:
        stream = piece.open().__enter__()
        return io.BufferedReader(_Slice(stream, start, size))

    return Piece(path=f"{piece.path}.{number:03}", size=size, open=opened, is_slice=True)
