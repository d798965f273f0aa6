"""One writer per case: a lock that the system itself releases when its holder dies."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cuijie.casefile.errors import CaseLocked
from cuijie.clock import SHANGHAI, Clock

__all__ = ["Holder", "WriterLock", "holder_of"]

_FILE = "case.lock"
_LOCKED_BYTE = 1 << 30  # on Windows a range is locked: one far beyond the text, which so stays readable


def _take(file: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The program that writes to a case at present."""

    pid: int
    program: str
    since: str


def _holder(file: BinaryIO) -> Holder:
    try:
        file.seek(0)
        about = json.loads(file.read(4096))
        return Holder(pid=int(about["pid"]), program=str(about["program"]), since=str(about["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(pid=0, program="不知是哪个程序", since="不知何时")


def holder_of(folder: Path) -> Holder | None:
    """Who holds the case in *folder* for writing now; None if nobody does."""
    try:
        file = (folder / _FILE).open("r+b")
    except OSError:
        return None
    with file:
        return None if _take(file) else _holder(file)


class WriterLock:
    """Held from construction until ``release``; raises CaseLocked naming the holder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        path = folder / _FILE
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        if not _take(self._file):
            holder = _holder(self._file)
            self._file.close()
            raise CaseLocked(
                f"案卷“{folder.name}”正由另一个程序写入（{holder.program}，进程号 {holder.pid}，自 {holder.since} 起）。",
                remedy="请等它做完或关掉它再试；只查看的命令不受影响。",
            )
        with contextlib.suppress(OSError):  # a full disk must not keep one from opening the case
            self._file.seek(0)
            self._file.truncate()
            since = clock.now().astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
            about = {"pid": os.getpid(), "host": socket.gethostname(), "program": _program(), "since": since}
            self._file.write(json.dumps(about, ensure_ascii=False).encode())
            self._file.flush()

    def release(self) -> None:
        """Lets the next writer in."""
        with contextlib.suppress(OSError):  # what a full disk did not take; closed it is all the same
            self._file.close()


def _program() -> str:
    words = [os.path.basename(sys.argv[0] or "python"), *sys.argv[1:2]]
    return " ".join(word for word in words if not word.startswith("-")) or "python"
