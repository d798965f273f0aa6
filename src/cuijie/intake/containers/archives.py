"""Zip archives, tars and single gzip files, opened with limits: no bombs, no paths that climb out, no links, passwords on request.

Members are never written to disk: each is streamed into the vault and read from there.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from cuijie.clock import SHANGHAI
from cuijie.intake.containers.bag import MEMBER_BYTES, MEMBERS, TOTAL_BYTES, Bag, Member, bounded
from cuijie.intake.containers.tar_bag import TarReader, is_tar
from cuijie.intake.found import UNLOCK, IntakeError, PasswordNeeded
from cuijie.zips import member_name

__all__ = ["Bag", "Member", "is_archive", "open_bag"]

_RATIO: Final = 200  # text compresses 20 to 50 times; above this only bombs do
_RATIO_FROM: Final = 16 * 2**20
_GZIP: Final = b"\x1f\x8b\x08"
_OFFICE: Final = (
    "[Content_Types].xml",
    "word/",
    "xl/",
    "ppt/",
    "AndroidManifest.xml",
    "META-INF/",
    "OFD.xml",
    "Index/Document.iwa",
)


def is_archive(data: bytes, stream: BinaryIO) -> bool:
    """True for a gzip, a tar, or a zip that is a bag of files, not a document or an app that happens to be a zip."""
    if data.startswith(_GZIP) or is_tar(data):
        return True
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(stream) as archive:
            return not any(name.startswith(_OFFICE) for name in archive.namelist()[:200])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return data.startswith(b"PK\x03\x04") and not any(mark.encode() in data[:4096] for mark in _OFFICE)


def open_bag(stream: BinaryIO, name: str, password: str | None) -> Bag:
    """The archive in *stream*; *name* is its file's.  Raises IntakeError and PasswordNeeded."""
    head = stream.read(512)
    stream.seek(0)
    if is_tar(head):
        return TarReader(stream, name)
    return _GzipReader(stream, name) if head.startswith(_GZIP) else _ZipReader(stream, name, password)


class _GzipReader:
    """A single file that was packed: its name is the archive's without its ending."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name

    def __enter__(self) -> _GzipReader:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def members(self) -> Iterator[Member]:
        plain = PurePosixPath(self._name.replace("\\", "/")).name
        inner = (
            plain[:-4] + ".tar"
            if plain.lower().endswith(".tgz")
            else plain[:-3]
            if plain.lower().endswith(".gz")
            else plain
        )
        yield Member(path=inner or "gzip", size=0, modified_at=None)

    def open(self, member: Member) -> BinaryIO:
        packed = self._stream.seek(0, io.SEEK_END)
        self._stream.seek(0)
        most = min(MEMBER_BYTES, max(_RATIO_FROM, packed * _RATIO))
        raw = cast("BinaryIO", gzip.GzipFile(fileobj=self._stream))
        return bounded(raw, most, f"{self._name}/{member.path}")


class _ZipReader:
    """An archive opened for reading; a context manager.  Raises IntakeError and PasswordNeeded."""

    def __init__(self, stream: BinaryIO, name: str, password: str | None) -> None:
        self._name = name
        self._password = password.encode() if password else None
        self._left = TOTAL_BYTES
        try:
            self._zip = _open(stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise IntakeError(
                f"压缩包“{name}”打不开，文件损坏或没有下载完整。", remedy="请重新下载或重新压缩一次。"
            ) from error
        if len(self._zip.infolist()) > MEMBERS:
            raise IntakeError(
                f"压缩包“{name}”里有超过 {MEMBERS} 个文件，没有打开。", remedy="请解压后挑出有用的文件再收。"
            )

    def __enter__(self) -> _ZipReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """The files, in the archive's order; folders are left out."""
        for place, info in enumerate(self._zip.infolist()):
            if info.is_dir():
                continue
            path = member_name(info)
            refused = self._refusal(info, path)
            yield Member(path=path, size=info.file_size, modified_at=_time(info), refused=refused, place=place)

    def _refusal(self, info: zipfile.ZipInfo, path: str) -> str | None:
        parts = PurePosixPath(path.replace("\\", "/")).parts
        if path.startswith(("/", "\\")) or ".." in parts or ":" in path or "\0" in path:
            return "文件名指向压缩包以外的地方，没有打开"
        if (info.external_attr >> 16) & 0o170000 == 0o120000:
            return "这是一个链接，不是文件，没有打开"
        if info.file_size > MEMBER_BYTES:
            return "解开后超过 4 GB，没有打开"
        if info.file_size > _RATIO_FROM and info.file_size > info.compress_size * _RATIO:
            return "压缩得异常厉害，像是压缩炸弹，没有打开"
        return None

    def open(self, member: Member) -> BinaryIO:
        """A stream of one member that stops at its declared size and at the archive's limit."""
        info = self._zip.infolist()[member.place]
        if info.flag_bits & 0x1 and self._password is None:
            raise PasswordNeeded(
                f"压缩包“{self._name}”有密码。",
                remedy=f"{UNLOCK}：微信账单的密码在微信“服务通知”或“微信支付”的消息里（6 位数字），支付宝账单的在支付宝 App 的消息里，也有用证件号后 6 位的。",
            )
        try:
            raw = self._zip.open(info, pwd=self._password)
        except RuntimeError as error:
            raise PasswordNeeded(
                f"压缩包“{self._name}”的密码不对。", remedy=f"请核对密码，注意不要多空格。{UNLOCK}。"
            ) from error
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error) as error:
            raise IntakeError(
                f"压缩包“{self._name}”里的“{member.path}”损坏或压缩方式不认识。", remedy="请解压后直接收里面的文件。"
            ) from error
        self._left -= info.file_size
        if self._left < 0:
            raise IntakeError(
                f"压缩包“{self._name}”解开后超过 8 GB，后面的没有再打开。", remedy="请解压后挑出有用的文件再收。"
            )
        return bounded(raw, info.file_size, f"{self._name}/{member.path}")


def _open(stream: BinaryIO) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(stream)
    if any(info.compress_type == 99 for info in archive.infolist()):  # WinZip AES
        try:
            import pyzipper
        except ImportError as error:
            raise IntakeError(
                "这个压缩包用了 AES 加密，需要另装组件 tables。", remedy="请安装 cuijie[tables]，或先自己解压再收。"
            ) from error
        stream.seek(0)
        opened: zipfile.ZipFile = pyzipper.AESZipFile(stream)
        return opened
    return archive


def _time(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time, tzinfo=SHANGHAI)
    except ValueError:
        return None
