"""The one root of every error that Cuijie raises on purpose.

Each room has one branch below it.  An error says what happened and what the reader can do next, in
Chinese; both are shown to the user as they stand, so neither may hold a name, a number or a message
text that is not the user's own input.
"""

from __future__ import annotations

import errno
from typing import ClassVar

__all__ = ["BadInput", "CouldNotFinish", "CuijieError", "cause_of"]

_CAUSES = {
    errno.ENOSPC: ("磁盘满了", "the disk is full"),
    errno.EDQUOT: ("磁盘配额用完了", "the disk quota is used up"),
    errno.EFBIG: ("文件超过了允许的大小", "the file is larger than allowed"),
    errno.EACCES: ("没有读写权限", "no permission"),
    errno.EPERM: ("系统不允许这样做", "the system does not allow this"),
    errno.EROFS: ("磁盘是只读的", "the disk is read-only"),
    errno.ENOENT: ("找不到", "not found"),
    errno.EISDIR: ("这是文件夹，这里要的是文件", "a folder where a file is needed"),
    errno.ENOTDIR: ("这不是文件夹", "not a folder"),
    errno.EIO: ("磁盘读写出错", "the disk reported an error"),
    errno.EADDRINUSE: ("端口已被占用", "the port is in use"),
}


class CuijieError(Exception):
    """Something Cuijie cannot do, said in the user's words.

    ``code`` is stable (two letters of the room, a number), ``exit_code`` is the command's: 2 for wrong
    use or bad input, 3 for work that could not be finished.
    """

    code: ClassVar[str] = "CJ-000"
    exit_code: ClassVar[int] = 2
    remedy: str = ""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class BadInput(CuijieError):
    """What was given cannot be used as it is: the case is left as it was."""

    code = "CJ-002"


class CouldNotFinish(CuijieError):
    """The request was sound but the machine could not finish it (disk full, no permission, no answer)."""

    code = "CJ-003"
    exit_code = 3


def cause_of(error: OSError, *, in_english: bool = False) -> str:
    """What the system reported, in the reader's words: 磁盘满了, 没有读写权限 …"""
    known = _CAUSES.get(error.errno or 0)
    return known[in_english] if known else error.strerror or type(error).__name__
