"""Files of a report, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from cuijie import whole_files
from cuijie.audit.errors import AuditStopped
from cuijie.errors import cause_of

__all__ = ["write_whole"]


def write_whole(path: Path, content: bytes) -> Path:
    """*content* at *path*; its folder is made.  Raises AuditStopped for what the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole_files.write_whole(path, content)
    except OSError as error:
        raise AuditStopped(
            f"写不了 {path}：{cause_of(error)}。", remedy="换一个能写的文件夹，或腾出磁盘后再来。"
        ) from error
    return path
