"""Files out of a tar stream, with limits; nothing is written to disk, paths are names and nothing more."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import IO, Final

from cuijie.intake.found import IntakeError

__all__ = ["tar_files"]

_FILE_BYTES: Final = 512 * 2**20
_MEMBERS: Final = 500_000


def tar_files(stream: IO[bytes], wanted: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of each regular file whose path ends with one of *wanted*.

    A stream that ends in the middle gives the whole files before that; raises IntakeError if it is no tar at all.
    """
    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
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
                    data = part.read()
                    if len(data) == member.size:
                        yield member.name, data
    except (tarfile.TarError, EOFError, ValueError) as error:
        if not count:
            raise IntakeError(
                "备份里面的内容损坏，或密码不对，解不开。", remedy="请核对密码，或重新备份一次。"
            ) from error
