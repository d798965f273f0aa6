"""Looking into a bundle that came from anywhere: a zip or an unpacked folder, read with limits and never unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from cuijie.bundle.bag import PIECE, SEAL_LENGTH, SEAL_PREFIX, seal_of
from cuijie.bundle.errors import NotABundle
from cuijie.errors import cause_of
from cuijie.zips import member_name

__all__ = ["BagSource", "Torn", "Unreadable", "open_source", "whole"]

_MOST_FILES = 200_000
_MOST_RATIO = 1100  # deflate cannot do better than about 1032:1; more is a lie in the header
_TAG_LIMIT = 256 << 20


class Unreadable(Exception):
    """One file inside that cannot be read: ``why`` for the user."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Torn(Exception):
    """A zip that was one and is no longer: ``why`` for the user."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class BagSource(Protocol):
    """The files of one bag by their path inside it, with what is wrong with the container."""

    problems: list[str]
    notes: list[str]

    def paths(self) -> list[str]:
        """Every file, relative to the bag's own folder."""
        ...

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of a file, in pieces, each file to its end before the next; raises Unreadable."""
        ...

    def settle(self) -> None:
        """Finishes what is checked of the container as a whole; to be called after the files were read."""
        ...


def whole(source: BagSource, path: str) -> bytes:
    """All bytes of a small file; raises Unreadable."""
    found = bytearray()
    for piece in source.pieces(path):
        found += piece
        if len(found) > _TAG_LIMIT:
            raise Unreadable("文件大得不合情理")
    return bytes(found)


@contextmanager
def open_source(path: Path) -> Iterator[BagSource]:
    """The bag at *path*; raises NotABundle."""
    if path.is_dir():
        yield _FolderSource(path)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotABundle(f"打不开“{path}”（{cause_of(error)}）。", remedy="请检查路径和权限。") from error
    with file:
        if not file.read(1):
            raise NotABundle(f"“{path}”是空文件，没有可核验的内容。", remedy="请重新取得这个证据包。")
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
            file.seek(0)
            if file.read(2) != b"PK":
                raise NotABundle(
                    f"“{path.name}”不是证据包（不是 zip 文件）。", remedy="请给出催界导出的 zip。"
                ) from error
            raise Torn("压缩包不完整：没有传完、被截断，或它的目录被改动") from error
        with archive, ThreadPoolExecutor(max_workers=1) as beside:
            yield _ZipSource(archive, file, path, beside)


class _ZipSource:
    def __init__(self, archive: zipfile.ZipFile, file: BinaryIO, path: Path, beside: ThreadPoolExecutor) -> None:
        self._archive, self._file, self._path = archive, file, path
        self.problems: list[str] = []
        self.notes: list[str] = []
        self._files: dict[str, zipfile.ZipInfo] = {}
        infos = archive.infolist()
        if len(infos) > _MOST_FILES:
            raise NotABundle(f"压缩包里有 {len(infos)} 个文件，多得不合情理，没有核验。")
        names = [member_name(info) for info in infos]
        top = {name.partition("/")[0] for name in names}
        if len(top) != 1:
            self.problems.append("压缩包里应当只有一个文件夹，实际不是：可能被加进了东西")
        self._folder = next(
            (name.partition("/")[0] for name in names if name.endswith("/bagit.txt") and name.count("/") == 1),
            "",
        )
        for info, name in zip(infos, names, strict=True):
            self._admit(info, name)
        # the seal is over every byte: worked out beside the digests of the files
        self._seal = beside.submit(self._seal_holds) if self._has_seal() else None

    def _admit(self, info: zipfile.ZipInfo, name: str) -> None:
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or ".." in parts or ":" in parts[0]:
            self.problems.append(f"压缩包里有越出文件夹的路径：{name!r}")
            return
        if stat.S_ISLNK(info.external_attr >> 16):
            self.problems.append(f"压缩包里有链接文件：{name!r}")
            return
        if info.is_dir():
            return
        inside = name.removeprefix(f"{self._folder}/") if self._folder else name
        if inside in self._files:
            self.problems.append(f"压缩包里有两个同名文件：{name!r}")
        self._files[inside] = info

    def _has_seal(self) -> bool:
        comment = self._archive.comment
        if not comment:
            self.notes.append("压缩包不是催界直接写出的那一个（可能重新打包过）；以下逐份核对里面的文件。")
        elif not {"bagit.txt", "manifest-sha256.txt"} & set(self._files):
            raise Torn("压缩包的目录被改动，找不到里面的文件")
        return bool(comment)

    def _seal_holds(self) -> bool:
        comment = self._archive.comment
        with self._path.open("rb") as file:
            end = max(0, file.seek(0, 2) - SEAL_LENGTH)
            if any(info.header_offset < 0 for info in self._archive.infolist()):
                return False
            return comment.startswith(SEAL_PREFIX) and comment[len(SEAL_PREFIX) :] == self._seal_of(file, end)

    def _seal_of(self, file: BinaryIO, end: int) -> bytes:
        return seal_of(file, self._archive.infolist(), end).encode()

    def settle(self) -> None:
        if self._seal is not None and not self._seal.result():
            self.problems.append("压缩包的封签不符：压缩包里有字节被改动（见逐份核对的结果）")

    def paths(self) -> list[str]:
        return list(self._files)

    def pieces(self, path: str) -> Iterator[bytes]:
        info = self._files[path]
        if info.flag_bits & 0x1:
            raise Unreadable("被加了密，读不出")
        if info.compress_size and info.file_size / info.compress_size > _MOST_RATIO:
            raise Unreadable("压缩比不合情理（可能是压缩炸弹），没有展开")
        try:
            if info.compress_type == zipfile.ZIP_STORED:
                yield from self._stored(info)
                return
            left = info.file_size
            with self._archive.open(info) as stream:
                while piece := stream.read(PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise Unreadable("比目录里写的长")
                    yield piece
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            raise Unreadable("读不出或校验不符：内容被改动或截断") from error

    def _stored(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        # read straight from the file: the digests say more than the checksum that zipfile would work out
        self._file.seek(info.header_offset)
        header = self._file.read(30)
        if len(header) != 30 or not header.startswith(b"PK\x03\x04"):
            raise zipfile.BadZipFile("no local header")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self._file.seek(name_length + extra_length, 1)
        left = info.file_size
        while left > 0:
            piece = self._file.read(min(PIECE, left))
            if not piece:
                raise EOFError
            left -= len(piece)
            yield piece


class _FolderSource:
    def __init__(self, folder: Path) -> None:
        inside = [path.parent for path in sorted(folder.glob("*/bagit.txt"))]
        self._folder = folder if (folder / "bagit.txt").exists() or len(inside) != 1 else inside[0]
        self.problems: list[str] = []
        self.notes: list[str] = []

    def paths(self) -> list[str]:
        found = []
        for path in sorted(self._folder.rglob("*")):
            name = path.relative_to(self._folder).as_posix()
            if path.is_symlink():
                self.problems.append(f"文件夹里有链接：{name}")
            elif path.is_file() and path.name not in {".DS_Store", "Thumbs.db", "desktop.ini"}:
                found.append(name)
        return found

    def pieces(self, path: str) -> Iterator[bytes]:
        try:
            with (self._folder / path).open("rb") as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except OSError as error:
            raise Unreadable(f"读不出（{cause_of(error)}）") from error

    def settle(self) -> None:
        """A folder has nothing beyond its files."""
