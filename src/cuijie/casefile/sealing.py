"""Encrypting a stream into an age file, hashing it on the way.

The payload is sealed here in the chunks of the age v1 format (https://age-encryption.org/v1) with OpenSSL's cipher,
which is five times as fast as pyrage and lets other threads work meanwhile; the tests open every such file with pyrage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from typing import BinaryIO, Protocol

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from cuijie.casefile.age_file import CHUNK, TAG, chunk_nonce, new_header, public_key

__all__ = ["PIECE", "Hashing", "Readable", "seal", "write_sealed"]

PIECE = 16 * CHUNK
"""How many bytes are read and sealed at once."""


class Readable(Protocol):
    """Anything with ``read(n)`` that answers bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes; empty at the end."""
        ...


class Hashing:
    """A source whose bytes are hashed and counted as they are read; pieces of *least* bytes and more by *beside*."""

    def __init__(self, stream: Readable, beside: Executor | None = None, *, least: int = PIECE) -> None:
        self._stream, self._beside, self._least = stream, beside, least
        self._hash, self.size = hashlib.sha256(), 0
        self._under_way: Future[None] | None = None
        self.failed: BaseException | None = None

    def pieces(self) -> Iterator[tuple[bytes, bool]]:
        """Its bytes in pieces of 1 MiB, and whether each is the last; only the last may be shorter, or empty.

        What the source raises is kept in *failed*, too.
        """
        piece = self._filled()
        while len(piece) == PIECE and (following := self._filled()):
            yield piece, False
            piece = following
        yield piece, True

    def _filled(self) -> bytes:
        try:
            piece = self._stream.read(PIECE)
            while 0 < len(piece) < PIECE and (more := self._stream.read(PIECE - len(piece))):
                piece += more
        except BaseException as error:
            self.failed = error
            raise
        self.size += len(piece)
        self._settle()
        if self._beside is not None and len(piece) >= self._least:
            self._under_way = self._beside.submit(self._hash.update, piece)
        else:
            self._hash.update(piece)
        return piece

    def _settle(self) -> None:
        if self._under_way is not None:
            self._under_way.result()

    def digest(self) -> bytes:
        """The SHA-256 of what was read."""
        self._settle()
        return self._hash.digest()


def seal(source: Hashing, file: BinaryIO, identity: str) -> None:
    """Writes *source* into *file*, encrypted to the age *identity*; raises what the source or the file raised."""
    header, key = new_header(public_key(identity))
    write_sealed(file, header, key, source.pieces())


def write_sealed(
    file: BinaryIO, header: bytes, key: bytes, pieces: Iterable[tuple[bytes, bool]], beside: Executor | None = None
) -> None:
    """Writes an age file: its header, and the pieces of ``Hashing.pieces`` sealed with the payload's key.

    One piece is written by *beside* while the next is sealed.
    """
    file.write(header)
    cipher, number = ChaCha20Poly1305(key), 0
    room = [bytearray(), bytearray()]  # made once: fresh memory for each piece would cost as much as sealing it
    under_way: Future[int] | None = None
    try:
        for piece, is_last in pieces:
            chunks = max(1, -(-len(piece) // CHUNK))
            if len(room[0]) < len(piece) + chunks * TAG:
                room[0] = bytearray(len(piece) + chunks * TAG)
            sealed = _seal_piece(cipher, piece, number, is_last, room[0])
            number += chunks
            if under_way is not None:
                under_way.result()
            under_way = None if beside is None else beside.submit(file.write, sealed)
            if under_way is None:
                file.write(sealed)
            room.reverse()
        if under_way is not None:
            under_way.result()
    finally:
        if under_way is not None:
            wait((under_way,))  # whoever closes the file or takes it away comes after it
    file.flush()


def _seal_piece(cipher: ChaCha20Poly1305, piece: bytes, number: int, is_last: bool, room: bytearray) -> memoryview:
    """The sealed chunks of *piece*, the first of them being *number*, in *room*."""
    plain, sealed, end = memoryview(piece), memoryview(room), 0
    for start in range(0, max(1, len(piece)), CHUNK):
        chunk = plain[start : start + CHUNK]
        nonce = chunk_nonce(number, is_last=is_last and start + CHUNK >= len(piece))
        end += cipher.encrypt_into(nonce, chunk, None, sealed[end : end + len(chunk) + TAG])
        number += 1
    return sealed[:end]
