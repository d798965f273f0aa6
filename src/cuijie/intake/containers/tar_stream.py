"""Files out of a tar stream, with limits; nothing is written to disk, paths are names and nothing more."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import IO, Final, Self

from cuijie.intake.found import IntakeError

__all__ = ["tar_files"]

_FILE_BYTES: Final = 512 * 2**20
_MEMBERS: Final = 500_000


def tar_files(stream: IO[bytes], wanted: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of each regular file whose path ends with one of *wanted*.

    A stream that ends in the middle gives the whole files before that, then raises IntakeError; so does one that is
    no tar at all.
    """
    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
            for member in archive:
                count += 1
                if count > _MEMBERS:
                    raise IntakeError(f"备份里有超过 {_MEMBERS} 个文件，没有再往下读。")
                if not member.isreg() or not member.name.endswith(wanted):
                    continue
                if member.size > _FILE_BYTES:
                    continue
                part = archive.extractfile(member)
                if part is not None:
                    yield member.name, part.read()
    except (tarfile.TarError, EOFError, ValueError) as error:
        if not count:
            raise IntakeError(
                "备份里面的内容损坏、没有传完整，或密码不对，解不开。", remedy="请核对密码，或重新备份一次。"
            ) from error
        raise IntakeError(
            "这份备份在中间断了（没有传完整，或已损坏），断开处的文件和后面的都没有读到。",
            remedy="请把完整的备份重新传一次，再收，不会重复；仍不行就重新备份。",
        ) from error


class _Header(tarfile.TarInfo):
    """A header of a tar whose end is marked: where tarfile takes a missing or damaged header for the end, this raises."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf and not buf.strip(b"\0"):  # the zeros that mark the end
                raise
            raise tarfile.ReadError("the end is missing") from error
