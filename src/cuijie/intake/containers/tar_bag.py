"""Tar archives as bags of files, with the limits of zips; what is packed around one (``.tar.gz``) is opened before."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from cuijie.intake.containers.bag import MEMBER_BYTES, MEMBERS, TOTAL_BYTES, Member, bounded
from cuijie.intake.found import IntakeError

__all__ = ["TarReader", "is_tar"]

_MARK: Final = slice(257, 262)


def is_tar(data: bytes) -> bool:
    """True for the first block of a tar."""
    return data[_MARK] == b"ustar"


class TarReader:
    """A tar opened for reading, a context manager.  Raises IntakeError for one that cannot be read at all."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._name, self._left = name, TOTAL_BYTES
        self._listed: list[tarfile.TarInfo] = []
        self._is_cut = False
        try:
            self._tar = tarfile.TarFile(fileobj=stream, encoding="utf-8", errors="surrogateescape")
            for info in self._tar:
                self._listed.append(info)
                if len(self._listed) > MEMBERS:
                    raise IntakeError(
                        f"压缩包“{name}”里有超过 {MEMBERS} 个文件，没有打开。", remedy="请解压后挑出有用的文件再收。"
                    )
        except (tarfile.TarError, EOFError, ValueError, OSError) as error:
            if not self._listed:
                raise IntakeError(
                    f"压缩包“{name}”打不开，文件损坏或没有下载完整。", remedy="请重新下载或重新压缩一次。"
                ) from error
            self._is_cut = True

    def __enter__(self) -> TarReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def members(self) -> Iterator[Member]:
        """The files, in the archive's order; folders are left out."""
        for place, info in enumerate(self._listed):
            if info.isdir():
                continue
            is_last = self._is_cut and place == len(self._listed) - 1
            refused = "压缩包在这里断了，这个文件和后面的没有打开" if is_last else _refusal(info)
            when = datetime.fromtimestamp(info.mtime, UTC) if 0 < info.mtime < 4e9 else None
            yield Member(path=_name(info), size=info.size, modified_at=when, refused=refused, place=place)

    def open(self, member: Member) -> BinaryIO:
        """A stream of one member that stops at its declared size and at the archive's limit."""
        raw = self._tar.extractfile(self._listed[member.place])
        self._left -= member.size
        if raw is None or self._left < 0:
            raise IntakeError(
                f"压缩包“{self._name}”解开后超过 8 GB，后面的没有再打开。", remedy="请解压后挑出有用的文件再收。"
            )
        return bounded(raw, member.size, f"{self._name}/{member.path}")


def _name(info: tarfile.TarInfo) -> str:
    """The path as written, in UTF-8 or, as older tools write it, in GBK."""
    raw = info.name.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _refusal(info: tarfile.TarInfo) -> str | None:
    parts = PurePosixPath(info.name).parts
    if info.name.startswith("/") or ".." in parts or "\\" in info.name or ":" in info.name:
        return "文件名指向压缩包以外的地方，没有打开"
    if not info.isreg():
        return "这是一个链接，不是文件，没有打开"
    return "解开后超过 4 GB，没有打开" if info.size > MEMBER_BYTES else None
