"""How much disk a run will take, told before it begins, so that nobody learns of a full disk after hours."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from cuijie.audit.errors import AuditStopped
from cuijie.audit.logs.log_files import LogFile
from cuijie.audit.options import Tell

__all__ = ["check_room"]

_TIMES = {"parquet": 4.0, "csv": 0.6, "jsonl": 0.6}
"""At most so many times the size of the log: its staged copy, what is found, and what is spilled meanwhile (see ``docs/audit.md``)."""
_SURELY = 0.25  # of that at least
_ALWAYS = 50_000_000


def _room_needed(files: Sequence[LogFile]) -> int:
    """At most about so many bytes in the folder of the result."""
    return _ALWAYS + int(sum(_TIMES[file.form] * file.size for file in files))


def check_room(files: Sequence[LogFile], work: Path, tell: Tell) -> None:
    """Tell how much disk is needed and free.  Raises AuditStopped where that can never be enough."""
    held = sum(path.stat().st_size for path in work.rglob("*.parquet"))  # of a run that is taken up again
    needed, free = max(_ALWAYS, _room_needed(files) - held), shutil.disk_usage(work).free
    tell("room", needed, free)
    if free < needed * _SURELY:
        raise AuditStopped(
            f"磁盘不够：这份日志至多约要 {needed / 1e9:.1f} GB，{work} 所在的磁盘只剩 {free / 1e9:.1f} GB。",
            remedy="请腾出地方，或用 -o 另指一个磁盘上的文件夹。",
        )
