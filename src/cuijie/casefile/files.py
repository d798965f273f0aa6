"""Writing a file so that after a crash it is the old one or the new one, never something between."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

__all__ = ["PART", "sweep", "sync_folder", "write_whole"]

PART = ".part"
"""The ending of a file that is still being written; such files are swept away at the next opening."""


def sync_folder(folder: Path) -> None:
    """Makes the names in *folder* durable where the system can: what was written under them stands either way."""
    with contextlib.suppress(OSError):  # Windows cannot and needs not, some file systems refuse
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(folder: Path) -> None:
    """Removes what was cut off in the middle of being written into *folder*; what cannot be removed stays."""
    for path in folder.glob(f"*{PART}"):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Writes *data* to *path* in one step, durable when this returns; raises OSError and leaves the old file."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
