"""Streams: one that tells how far it has been read, and the fingerprint of one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO, Final

__all__ = ["counted", "sha256_of"]

_STEP: Final = 1 << 20


class _Counted(io.RawIOBase):
    def __init__(self, stream: BinaryIO, tell: Callable[[int], None]) -> None:
        self._stream, self._tell, self._told = stream, tell, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if isinstance(self._stream, io.BufferedReader):
            size = self._stream.readinto(buffer)
        else:
            piece = self._stream.read(len(buffer))
            size = len(piece)
            buffer[:size] = piece
        at = self._stream.tell()
        if at - self._told >= _STEP or not size:
            self._told = at
            self._tell(at)
        return size

    def close(self) -> None:
        self._stream.close()
        super().close()


def counted(stream: BinaryIO, tell: Callable[[int], None]) -> BinaryIO:
    """*stream* that calls *tell* with its position about every megabyte and at its end."""
    return io.BufferedReader(_Counted(stream, tell), _STEP)


def sha256_of(stream: BinaryIO) -> bytes:
    """The SHA-256 of all that is left in *stream*."""
    digest = hashlib.sha256()
    while piece := stream.read(_STEP):
        digest.update(piece)
    return digest.digest()
