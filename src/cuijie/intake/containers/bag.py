"""What archives of every kind have in common: their files, the limits, and a stream of one file that keeps to them."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, Final, Protocol

from cuijie.intake.found import UNLOCK, IntakeError, PasswordNeeded

__all__ = ["MEMBERS", "MEMBER_BYTES", "TOTAL_BYTES", "Bag", "Member", "bounded"]

MEMBERS: Final = 5_000
"""Files of one archive."""
MEMBER_BYTES: Final = 4 * 2**30
"""Size of one file, unpacked."""
TOTAL_BYTES: Final = 8 * 2**30
"""Size of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive: its path as written, size, time, or why it must not be opened."""

    path: str
    size: int
    modified_at: datetime | None
    refused: str | None = None
    place: int = 0  # in the archive's order: two members may have the same path


class Bag(Protocol):
    """An archive opened for reading, a context manager."""

    def __enter__(self) -> Bag:
        """The archive."""
        ...

    def __exit__(self, *_: object) -> None:
        """Closes it."""
        ...

    def members(self) -> Iterator[Member]:
        """The files, in the archive's order; folders are left out."""
        ...

    def open(self, member: Member) -> BinaryIO:
        """A stream of one member, bounded.  Raises IntakeError and PasswordNeeded."""
        ...


def bounded(raw: IO[bytes], size: int, name: str) -> BinaryIO:
    """*raw* as a stream of no more than *size* bytes; one that goes on is refused, as *name*."""
    return io.BufferedReader(_Bounded(raw, size, name), 1 << 20)


class _Bounded(io.RawIOBase):
    """A member's bytes, no more than it declares; damage in the middle becomes an IntakeError."""

    def __init__(self, raw: IO[bytes], size: int, name: str) -> None:
        self._raw, self._left, self._name = raw, size, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._raw.read(min(len(buffer), self._left + 1))
        except RuntimeError as error:
            raise PasswordNeeded(
                f"“{self._name}”的密码不对。", remedy=f"请核对密码，注意不要多空格。{UNLOCK}。"
            ) from error
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
            raise IntakeError(
                f"“{self._name}”在压缩包里已损坏，解不开。", remedy="请重新下载或重新压缩一次。"
            ) from error
        self._left -= len(piece)
        if self._left < 0:
            raise IntakeError(f"“{self._name}”解开后比它自己写的大，像是压缩炸弹，没有收。")
        buffer[: len(piece)] = piece
        return len(piece)
