"""From the paths a user gives to files that can be taken in: what is there, what is not, and why."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from cuijie.intake.found import IntakeError

__all__ = ["DATABASE_COMPANIONS", "Given", "Handed", "beside", "files_below", "look_at", "near"]

_FILES: Final = 200_000
DATABASE_COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""The endings of what lies beside a database and holds what is not yet written into it."""
_WORDS: Final = (".txt", ".srt", ".vtt", ".lrc", ".json")  # transcripts of a recording
_SKIPPED: Final = {".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Handed:
    """A file that lies on no disk in plain: handed over as a stream, as an upload is."""

    name: str
    size: int
    opener: Callable[[], BinaryIO]  # a fresh seekable stream each time
    modified_at: datetime | None = None
    with_it: Mapping[str, Handed] = field(default_factory=dict)  # what was handed over together, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One path as found on disk, or one file as handed over."""

    path: Path
    is_folder: bool
    size: int
    modified_at: datetime | None
    fingerprint: tuple[int, int, int]  # size, mtime in ns, inode: to notice a change while reading
    handed: Handed | None = None

    @property
    def folder(self) -> str:
        """The folder it lay in; empty for what was handed over."""
        return str(self.path.parent) if self.handed is None else ""

    def open(self) -> BinaryIO:
        """Its bytes from the start, seekable."""
        return self.path.open("rb") if self.handed is None else self.handed.opener()

    def again(self) -> Given:
        """The same as it is now."""
        return look_at(self.path if self.handed is None else self.handed)


def look_at(path: Path | Handed) -> Given:
    """What lies at *path*; raises IntakeError for nothing, no permission, an empty file, a device or a pipe."""
    if isinstance(path, Handed):
        return _handed(path)
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


def _handed(file: Handed) -> Given:
    if file.size == 0:
        raise IntakeError(f"“{file.name}”是空文件（0 字节）。", remedy="多半是没有传完，请从手机里重新传一次。")
    return Given(
        path=Path(file.name),
        is_folder=False,
        size=file.size,
        modified_at=file.modified_at,
        fingerprint=(file.size, 0, 0),
        handed=file,
    )


def near(given: Given, *, words: bool) -> Iterator[tuple[str, Given]]:
    """The companions of a database, or (*words*) the transcripts of a recording, that came with *given*."""
    if given.handed is None:
        for name, path in (_words_beside if words else beside)(given.path):
            yield name, look_at(path)
        return
    for other in given.handed.with_it.values():
        tail = other.name.removeprefix(given.path.name)
        is_words = Path(other.name).suffix in _WORDS and Path(other.name).stem in {given.path.stem, given.path.name}
        if other.size and (is_words and other.name != given.path.name if words else tail in DATABASE_COMPANIONS):
            yield other.name if words else tail, look_at(other)


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
    for tail in DATABASE_COMPANIONS:
        companion = path.with_name(path.name + tail)
        if companion.is_file() and companion.stat().st_size:
            yield tail, companion


def _words_beside(path: Path) -> Iterator[tuple[str, Path]]:
    """Transcripts of a recording: text files of the same name beside it (a.mp3: a.txt, a.srt, a.mp3.txt …)."""
    for suffix in _WORDS:
        for companion in (path.with_suffix(suffix), path.with_name(path.name + suffix)):
            if companion != path and companion.is_file() and companion.stat().st_size:
                yield companion.name, companion
