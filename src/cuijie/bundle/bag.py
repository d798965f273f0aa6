"""Writing a bag: BagIt 1.0 (RFC 8493) in one zip, the same bytes for the same content.

Two manifests (SHA-256 and SHA-512), both again under two tag manifests.  The zip's own comment is a seal over
what the manifests do not see, so that a flipped bit outside any file is noticed as well; who packs the bag anew
loses only this seal, not the manifests.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from cuijie.bundle.errors import BundleNotWritten
from cuijie.casefile.sealing import Readable
from cuijie.errors import cause_of
from cuijie.whole_files import whole_file

__all__ = [
    "ALGORITHMS",
    "PIECE",
    "SEAL_LENGTH",
    "SEAL_PREFIX",
    "BagWriter",
    "Digests",
    "Hasher",
    "pieces_of",
    "seal_of",
    "write_bag",
]

ALGORITHMS = ("sha256", "sha512")
PIECE = 1 << 20
_AHEAD = 4  # pieces that may wait for the slower digest
_EPOCH = (1980, 1, 1, 0, 0, 0)
_COMPRESSIBLE = {
    ".xml", ".csv", ".json", ".jsonl", ".txt", ".html", ".htm", ".md", ".vcf", ".log", ".db", ".sqlite", ".eml",
}  # fmt: skip
SEAL_PREFIX = b"cuijie-seal-sha256="
SEAL_LENGTH = len(SEAL_PREFIX) + 64

Digests = dict[str, str]


class Hasher:
    """SHA-256 and SHA-512 in one reading, large pieces side by side on two threads."""

    def __init__(self) -> None:
        self._beside = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Hasher:
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown()

    def digest(self, pieces: Iterable[bytes]) -> tuple[Digests, int]:
        """The digests of *pieces* joined, and their length."""
        short, long, size = hashlib.sha256(), hashlib.sha512(), 0
        waiting: deque[Future[None]] = deque()
        for piece in pieces:
            if len(piece) >= PIECE // 4 or waiting:
                waiting.append(self._beside.submit(long.update, piece))
                if len(waiting) > _AHEAD:
                    waiting.popleft().result()
            else:
                long.update(piece)
            short.update(piece)
            size += len(piece)
        for left in waiting:
            left.result()
        return {"sha256": short.hexdigest(), "sha512": long.hexdigest()}, size


def pieces_of(stream: Readable) -> Iterator[bytes]:
    """The bytes of *stream* in large pieces."""
    while piece := stream.read(PIECE):
        yield piece


class BagWriter:
    """Adds files to one bag in a zip; ``payload`` ones go below ``data/`` and into the manifests."""

    def __init__(self, archive: zipfile.ZipFile, folder: str, hasher: Hasher) -> None:
        self._archive, self._folder, self._hasher = archive, folder, hasher
        self.payload: dict[str, Digests] = {}
        self.tags: dict[str, Digests] = {}
        self.octets = 0

    def add(self, path: str, content: bytes | Readable, *, size: int = 0) -> None:
        """Adds a payload file at ``data/``*path*; *size* is its length where known (for files over 2 GiB)."""
        digests, length = self._write(f"data/{path}", content, size)
        self.payload[f"data/{path}"] = digests
        self.octets += length

    def tag(self, path: str, content: bytes) -> None:
        """Adds a tag file beside the payload."""
        self.tags[path] = self._write(path, content, len(content))[0]

    def _write(self, path: str, content: bytes | Readable, size: int) -> tuple[Digests, int]:
        info = zipfile.ZipInfo(f"{self._folder}/{path}", _EPOCH)
        info.external_attr, info.create_system = 0o100644 << 16, 3
        packed = Path(path).suffix.lower() in _COMPRESSIBLE
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        pieces = [content] if isinstance(content, bytes) else pieces_of(content)
        with self._archive.open(info, "w", force_zip64=size >= 1 << 31) as target:

            def through() -> Iterator[bytes]:
                for piece in pieces:
                    target.write(piece)
                    yield piece

            return self._hasher.digest(through())

    def manifest(self, algorithm: str) -> bytes:
        """The payload manifest: one line per file, by path; ``sha256sum -c`` reads it."""
        return _lines(self.payload, algorithm)

    def close(self, info: dict[str, str]) -> None:
        """Writes the declaration, the information, the manifests and the tag manifests."""
        self.tag("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        lines = {**info, "Payload-Oxum": f"{self.octets}.{len(self.payload)}"}
        self.tag("bag-info.txt", "".join(f"{name}: {value}\n" for name, value in lines.items()).encode())
        for algorithm in ALGORITHMS:
            self.tag(f"manifest-{algorithm}.txt", self.manifest(algorithm))
        for algorithm in ALGORITHMS:
            self._write(f"tagmanifest-{algorithm}.txt", _lines(self.tags, algorithm), 0)


def _lines(files: dict[str, Digests], algorithm: str) -> bytes:
    return "".join(f"{files[path][algorithm]}  {path}\n" for path in sorted(files)).encode()


def seal_of(stream: BinaryIO, infos: Iterable[zipfile.ZipInfo], end: int) -> str:
    """The SHA-256 of the first *end* bytes of a zip, less the content of its uncompressed files.

    Those bytes the manifests cover already; the rest (headers, directory, compressed streams with their padding)
    is what only the seal covers.
    """
    digest, at = hashlib.sha256(), 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        stream.seek(info.header_offset + 26)
        lengths = stream.read(4)
        if info.compress_type != zipfile.ZIP_STORED or len(lengths) != 4:
            continue
        start = info.header_offset + 30 + sum(struct.unpack("<HH", lengths))
        if at <= start and start + info.file_size <= end:
            _hash_stretch(stream, digest, at, start)
            at = start + info.file_size
    _hash_stretch(stream, digest, at, end)
    return digest.hexdigest()


def _hash_stretch(stream: BinaryIO, digest: hashlib._Hash, start: int, end: int) -> None:
    stream.seek(start)
    while start < end and (piece := stream.read(min(PIECE, end - start))):
        digest.update(piece)
        start += len(piece)


@contextlib.contextmanager
def write_bag(path: Path, folder: str) -> Iterator[BagWriter]:
    """A bag being written to *path*: whole and sealed at the end, or not there at all.

    Raises BundleNotWritten if the disk does not take it.
    """
    try:
        with whole_file(path) as file:
            with Hasher() as hasher, zipfile.ZipFile(file, "w", compresslevel=6) as archive:
                archive.comment = SEAL_PREFIX + b"0" * 64
                yield BagWriter(archive, folder, hasher)
            end = file.seek(0, 2) - SEAL_LENGTH
            seal = seal_of(file, archive.infolist(), end)
            file.seek(end)
            file.write(SEAL_PREFIX + seal.encode())
    except OSError as error:
        raise BundleNotWritten(
            f"证据包写不出来（{cause_of(error)}）：{path}",
            remedy="请腾出磁盘空间或换一个位置再导出；案卷没有受影响。",
        ) from error
