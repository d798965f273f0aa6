"""A file that is made once and holds a secret: whole from the moment it is there, and never made twice."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

__all__ = ["make_secret"]


def make_secret(path: Path, content: bytes) -> None:
    """Makes *path* with *content*, readable by its owner only.

    Raises FileExistsError if it is there, or another program makes it at this moment, and OSError.  Who reads it finds
    all of it; whoever is killed meanwhile has made none.
    """
    if os.path.lexists(path):
        raise FileExistsError(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _named(part, path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _named(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # refused if the name is taken
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links: the moment between the two is short
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.replace(path)
