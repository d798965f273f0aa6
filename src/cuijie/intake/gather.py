"""From the paths a user gives to files that can be taken in: what is there, what is not, and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cuijie.intake.found import IntakeError

__all__ = ["Given", "beside", "files_below", "look_at", "words_beside"]

_FILES: Final = 200_000
_BESIDE: Final = ("-wal", "-shm", "-journal")  # a database's own companions
_WORDS: Final = (".txt", ".srt", ".vtt", ".lrc", ".json")  # transcripts of a recording
_SKIPPED: Final = {".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One path as found on disk."""

    path: Path
    is_folder: bool
    size: int
    modified_at: datetime | None
    fingerprint: tuple[int, int, int]  # size, mtime in ns, inode: to notice a change while reading


def look_at(path: Path) -> Given:
    """What lies at *path*; raises IntakeError for nothing, no permission, an empty file, a device or a pipe."""
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise IntakeError(f"找不到“{path}”。", remedy="请核对路径和文件名。") from error
    except (NotADirectoryError, PermissionError) as error:
        raise IntakeError(f"没有权限查看“{path}”。", remedy="请检查文件和文件夹的权限。") from error
    except (OSError, ValueError) as error:
        raise IntakeError(f"“{path}”这个路径用不了。", remedy="请核对路径和文件名。") from error
    is_folder = stat.S_ISDIR(found.st_mode)
    if not is_folder and not stat.S_ISREG(found.st_mode):
        raise IntakeError(f"“{path}”不是普通文件（是设备、管道或别的东西），没有读。")
    if not is_folder and found.st_size == 0:
        raise IntakeError(f"“{path.name}”是空文件（0 字节）。", remedy="多半是没有传完，请从手机里重新传一次。")
    if not os.access(path, os.R_OK | (os.X_OK if is_folder else 0)):
        raise IntakeError(f"没有权限读取“{path.name}”。", remedy="请检查文件权限，或把它复制到自己的文件夹里再收。")
    return Given(
        path=path,
        is_folder=is_folder,
        size=found.st_size,
        modified_at=datetime.fromtimestamp(found.st_mtime, tz=UTC),
        fingerprint=(found.st_size, found.st_mtime_ns, found.st_ino),
    )


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """(relative path, path) of each regular file below *folder*, in order; links are not followed."""
    count = 0
    for here, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(here) / name
            if name in _SKIPPED or path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > _FILES:
                raise IntakeError(
                    f"文件夹“{folder.name}”里有超过 {_FILES} 个文件，没有读。", remedy="请直接给出有用的文件。"
                )
            yield path.relative_to(folder).as_posix(), path


def beside(path: Path) -> Iterator[tuple[str, Path]]:
    """The companions of a database file: what is not yet written into it lies beside it."""
    for tail in _BESIDE:
        companion = path.with_name(path.name + tail)
        if companion.is_file() and companion.stat().st_size:
            yield tail, companion


def words_beside(path: Path) -> Iterator[tuple[str, Path]]:
    """Transcripts of a recording: text files of the same name beside it (a.mp3: a.txt, a.srt, a.mp3.txt …)."""
    for suffix in _WORDS:
        for companion in (path.with_suffix(suffix), path.with_name(path.name + suffix)):
            if companion != path and companion.is_file() and companion.stat().st_size:
                yield companion.name, companion
