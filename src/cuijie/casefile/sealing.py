"""Encrypting a stream into a file with pyrage, hashing it on the way, with the true cause where it fails."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Protocol

import pyrage
from pyrage import x25519

__all__ = ["Hashing", "Readable", "seal"]

_PIECE = 1 << 20


class Readable(Protocol):
    """Anything with ``read(n)`` that answers bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes; empty at the end."""
        ...


class Hashing:
    """Reads from the source in large pieces, hashes them, and hands them out as pyrage asks."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._buffer = stream, memoryview(b"")
        self.hash, self.size = hashlib.sha256(), 0
        self.failed: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """Up to *size* bytes of the source."""
        if not self._buffer:
            try:
                piece = self._stream.read(_PIECE)
            except BaseException as error:
                self.failed = error  # pyrage would wrap it
                raise
            self.hash.update(piece)
            self.size += len(piece)
            self._buffer = memoryview(piece)
        part, self._buffer = self._buffer[:size], self._buffer[size:]
        return bytes(part)


class _Writing:
    """Writes to the file and keeps the first OSError, which pyrage would wrap."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.failed = error
            raise

    def flush(self) -> None:
        self._file.flush()


def seal(source: Hashing, file: BinaryIO, recipient: x25519.Recipient) -> None:
    """Writes *source* into *file*, encrypted to *recipient*; raises what the source or the file raised."""
    writer = _Writing(file)
    try:
        pyrage.encrypt_io(source, writer, [recipient])
        file.flush()
    except Exception as error:
        raise source.failed or writer.failed or error from None
