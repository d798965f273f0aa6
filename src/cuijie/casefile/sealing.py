"""Encrypting a stream into a file with pyrage, hashing it on the way, with the true cause where it fails."""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO, Protocol

import pyrage
from pyrage import x25519

from cuijie.casefile.age_file import read_header

__all__ = ["Hashing", "Readable", "seal"]

_PIECE = 1 << 20
_HEAD = 4096  # more than the header of one recipient


class Readable(Protocol):
    """Anything with ``read(n)`` that answers bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes; empty at the end."""
        ...


class Hashing:
    """Reads from the source in large pieces, hashes them, and hands them out as pyrage asks."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._piece = stream, io.BytesIO()
        self.hash, self.size = hashlib.sha256(), 0
        self.failed: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """Up to *size* bytes of the source."""
        part = self._piece.read(size)
        if part:
            return part
        try:
            piece = self._stream.read(_PIECE)
        except BaseException as error:
            self.failed = error  # pyrage would wrap it
            raise
        self.hash.update(piece)
        self.size += len(piece)
        self._piece = io.BytesIO(piece)  # shares the bytes, and gives them out without a step of ours
        return self._piece.read(size)


class _Writing:
    """Writes to the file, keeps its beginning, and the first OSError, which pyrage would wrap."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = b""
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        if len(self.head) < _HEAD:
            self.head += data[:_HEAD]
        try:
            return self._file.write(data)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        self._file.flush()


def seal(source: Hashing, file: BinaryIO, recipient: x25519.Recipient) -> bytes:
    """Writes *source* into *file*, encrypted to *recipient*, and answers the header that it wrote.

    Raises what the source or the file raised.
    """
    writer = _Writing(file)
    try:
        pyrage.encrypt_io(source, writer, [recipient])
        file.flush()
    except Exception as error:
        raise source.failed or writer.failed or error from None
    return read_header(io.BytesIO(writer.head)).raw
