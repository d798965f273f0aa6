"""The age v1 file format: its header, and its payload as a seekable stream that is never written to disk in plain.

pyrage pushes a decrypted file into a writer from its first to its last byte; a reader that opens a
database or an archive inside a vault item must be able to seek.  The age v1 payload is made of 64 KiB
chunks that are each sealed on their own (https://age-encryption.org/v1), so any of them can be opened
alone.  ``sealing`` writes such files; the tests hold both against pyrage.
"""

from __future__ import annotations

import base64
import contextlib
import io
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import IO, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cuijie.casefile.errors import CaseDamaged
from cuijie.casefile.seekable import SeekableReader

__all__ = [
    "CHUNK",
    "TAG",
    "AgeHeader",
    "AgeReader",
    "chunk_nonce",
    "identity_bytes",
    "new_header",
    "public_key",
    "read_header",
]

CHUNK = 64 * 1024
"""Plain bytes of every chunk but the last."""

TAG = 16
"""How many bytes longer each sealed chunk is."""
_TOGETHER = 16  # chunks opened ahead at once
_MAGIC = b"age-encryption.org/v1"
_WRAPPING = b"age-encryption.org/v1/X25519"
_HEADER_LIMIT = 64 * 1024
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def identity_bytes(identity: str) -> bytes:
    """The 32 secret bytes of an ``AGE-SECRET-KEY-1…`` text; raises ValueError if it is not one."""
    text = identity.strip().lower()
    prefix, separator, data = text.rpartition("1")
    if separator == "" or prefix != "age-secret-key-" or any(c not in _BECH32 for c in data):
        raise ValueError("not an age identity")
    bits = number = 0
    out = bytearray()
    for character in data[:-6]:  # the last six are the checksum, tested by pyrage where keys enter
        number = (number << 5) | _BECH32.index(character)
        bits += 5
        if bits >= 8:
            bits -= 8
            out.append((number >> bits) & 0xFF)
    if len(out) != 32:
        raise ValueError("not an age identity")
    return bytes(out)


def public_key(identity: str) -> bytes:
    """The 32 public bytes of an age identity; raises ValueError if it is not one."""
    return X25519PrivateKey.from_private_bytes(identity_bytes(identity)).public_key().public_bytes_raw()


def new_header(public: bytes) -> tuple[bytes, bytes]:
    """The header (with the payload nonce) of a new file to one recipient, and the key of its payload."""
    file_key, nonce = os.urandom(16), os.urandom(16)
    own = X25519PrivateKey.generate()
    share = own.public_key().public_bytes_raw()
    secret = own.exchange(X25519PublicKey.from_public_bytes(public))
    body = ChaCha20Poly1305(_derive(secret, salt=share + public, info=_WRAPPING)).encrypt(bytes(12), file_key, None)
    signed = b"%b\n-> X25519 %b\n%b\n---" % (_MAGIC, _plain_base64(share), _plain_base64(body))
    return b"%b %b\n%b" % (signed, _plain_base64(_seal_of(file_key, signed)), nonce), _payload_key(file_key, nonce)


def chunk_nonce(number: int, *, is_last: bool) -> bytes:
    """The nonce of a payload's chunk, counted from 0."""
    return number.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")


class AgeHeader:
    """The header of one age file: its raw bytes (with the payload nonce) and the recipients' stanzas."""

    __slots__ = ("mac", "nonce", "raw", "signed", "stanzas")

    def __init__(self, raw: bytes, signed: bytes, mac: bytes, nonce: bytes, stanzas: list[tuple[list[str], bytes]]):
        self.raw, self.signed, self.mac, self.nonce, self.stanzas = raw, signed, mac, nonce, stanzas

    def payload_key(self, identity: str) -> bytes | None:
        """The key of the payload if *identity* is one of the recipients and the header is authentic, else None."""
        private = X25519PrivateKey.from_private_bytes(identity_bytes(identity))
        public = private.public_key().public_bytes_raw()
        for arguments, body in self.stanzas:
            if len(arguments) != 2 or arguments[0] != "X25519" or len(body) != 32:
                continue
            share = _unpadded(arguments[1])
            try:
                secret = private.exchange(X25519PublicKey.from_public_bytes(share))
                wrapping = _derive(secret, salt=share + public, info=_WRAPPING)
                file_key = ChaCha20Poly1305(wrapping).decrypt(bytes(12), body, None)
            except (InvalidTag, ValueError):
                continue
            if len(file_key) != 16 or _seal_of(file_key, self.signed) != self.mac:
                return None
            return _payload_key(file_key, self.nonce)
        return None


def _seal_of(file_key: bytes, signed: bytes) -> bytes:
    seal = hmac.HMAC(_derive(file_key, salt=b"", info=b"header"), hashes.SHA256())
    seal.update(signed)
    return seal.finalize()


def _payload_key(file_key: bytes, nonce: bytes) -> bytes:
    return _derive(file_key, salt=nonce, info=b"payload")


def _derive(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(secret)


def _plain_base64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _unpadded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)


def read_header(stream: IO[bytes]) -> AgeHeader:
    """Reads the header and the payload nonce from the start of *stream*; raises ValueError if there is none."""
    raw = bytearray()

    def line() -> bytes:
        got = stream.readline(4096)
        raw.extend(got)
        if not got.endswith(b"\n") or len(raw) > _HEADER_LIMIT:
            raise ValueError("age header cut off")
        return got[:-1]

    if line() != _MAGIC:
        raise ValueError("not an age file")
    stanzas: list[tuple[list[str], bytes]] = []
    current = line()
    while current.startswith(b"-> "):
        arguments, body = current[3:].decode("ascii").split(" "), ""
        while True:
            part = line().decode("ascii")
            body += part
            if len(part) < 64:
                break
        stanzas.append((arguments, _unpadded(body)))
        current = line()
    if not current.startswith(b"--- "):
        raise ValueError("age header without seal")
    signed = bytes(raw[: -len(current) - 1]) + b"---"
    nonce = stream.read(16)
    if len(nonce) != 16:
        raise ValueError("age payload missing")
    raw.extend(nonce)
    return AgeHeader(bytes(raw), signed, _unpadded(current[4:].decode("ascii")), nonce, stanzas)


class _Ahead:
    """The chunks after those that are being read, opened beside the reader: it works on some while the next are opened."""

    def __init__(self, several: Callable[[int], list[bytes]], beside: Executor | None) -> None:
        self._several, self._beside = several, beside
        self._first, self._ready, self._next = 0, list[bytes](), 0
        self._under_way: Future[list[bytes]] | None = None

    def begin(self, number: int) -> None:
        """Opens what comes from chunk *number* on."""
        if self._beside is not None and self._under_way is None:
            with contextlib.suppress(RuntimeError):  # the case was closed before its reader
                self._next, self._under_way = number, self._beside.submit(self._several, number)

    def take(self, number: int) -> bytes | None:
        """That chunk, or None where it was not opened; then nothing is under way that uses the file."""
        if self._first <= number < self._first + len(self._ready):
            return self._ready[number - self._first]
        self._first, self._ready = self._next, self.settled()
        if not self._ready or number != self._first:
            self._ready = []
            return None
        self.begin(number + len(self._ready))
        return self._ready[0]

    def settled(self) -> list[bytes]:
        """What was under way, once it is done."""
        under_way, self._under_way = self._under_way, None
        return [] if under_way is None else under_way.result()


class AgeReader(SeekableReader):
    """The plain bytes of an age file: readable, seekable, authentic chunk by chunk.

    The last chunk is opened first, so a file that was cut off is refused before its first byte is given.
    Raises CaseDamaged (naming *label*) for a wrong key and for any altered or missing byte it meets.
    """

    def __init__(self, stream: BinaryIO, identity: str, *, label: str, beside: Executor | None = None) -> None:
        """*beside* opens the next chunks meanwhile where a long file is read from one to the next."""
        super().__init__(stream)
        self._label = label
        self._ahead, self._one_after_another = _Ahead(self._several, beside), 0
        try:
            self.header = read_header(stream)
            key = self.header.payload_key(identity)
        except ValueError as error:
            raise self._damaged("文件头不完整或被改动") from error
        if key is None:
            raise self._damaged("不是用本案的密钥加密的，或文件头被改动")
        self._cipher = ChaCha20Poly1305(key)
        self._start = stream.tell()
        sealed = stream.seek(0, io.SEEK_END) - self._start
        self._chunks = max(1, -(-sealed // (CHUNK + TAG)))
        self.size_bytes = sealed - self._chunks * TAG
        if self.size_bytes < 0:
            raise self._damaged("文件被截断")
        self._at, self._chunk = -1, b""
        self._load(self._chunks - 1)

    def _damaged(self, why: str) -> CaseDamaged:
        return CaseDamaged(
            f"原件 {self._label} 打不开：{why}。", remedy="请用 cuijie verify 核对整个案卷，或从备份恢复这个文件。"
        )

    def _load(self, number: int) -> None:
        self._one_after_another = self._one_after_another + 1 if number == self._at + 1 else 0
        chunk = self._ahead.take(number)
        if chunk is None:  # also where it could not be opened ahead: what is wrong is told when it is its turn
            try:
                (chunk,) = self._opened(number, 1)
            except InvalidTag as error:
                raise self._damaged(f"第 {number + 1} 段（每段 64 KiB）被改动或被截断") from error
            if self._one_after_another >= _TOGETHER:
                self._ahead.begin(number + 1)
        self._chunk, self._at = chunk, number

    def _opened(self, first: int, count: int) -> Iterator[bytes]:
        """The *count* chunks from *first* on, read at once; raises InvalidTag at one that does not open."""
        self._below.seek(self._start + first * (CHUNK + TAG))
        sealed = memoryview(self._below.read(count * (CHUNK + TAG)))
        for number in range(first, min(first + count, self._chunks)):
            chunk, sealed = sealed[: CHUNK + TAG], sealed[CHUNK + TAG :]
            yield self._cipher.decrypt(chunk_nonce(number, is_last=number == self._chunks - 1), chunk, None)

    def _several(self, first: int) -> list[bytes]:
        """The chunks from *first* on, up to one that does not open."""
        chunks: list[bytes] = []
        with contextlib.suppress(InvalidTag, OSError):
            chunks.extend(self._opened(first, _TOGETHER))
        return chunks

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fills *buffer* from the chunk at the present position (at most to that chunk's end)."""
        if self._position >= self.size_bytes:
            return 0
        number, inside = divmod(self._position, CHUNK)
        if number != self._at:
            self._load(number)
        part = self._chunk[inside : inside + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        """Closes the file below as well."""
        if not self.closed:
            self._ahead.settled()
            self._chunk = b""
        super().close()
