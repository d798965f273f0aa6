"""Files that are whole or not there at all: written beside their place under a name that says nothing, then put there."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

__all__ = ["PART", "make_secret", "sweep", "sync_folder", "whole_file", "write_whole"]

PART = ".part"
"""The ending of a file that is still being written; whoever holds a folder alone sweeps such files away."""


@contextlib.contextmanager
def whole_file(
    path: Path,
    *,
    durable: bool = False,
    private: bool = False,
    put: Callable[[Path, Path], object] = Path.replace,
) -> Iterator[BinaryIO]:
    """A file to write, which stands at *path* in place of the old one when the block ends; the old one stays if it raises.

    *private*: for its owner only.  *durable*: on the disk for good when the block has ended.  Raises OSError.
    """
    part = path.with_name(f".{secrets.token_hex(6)}{PART}")
    mode = 0o600 if private else 0o666
    try:
        with open(part, "xb+", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        put(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def write_whole(path: Path, data: bytes, *, durable: bool = False, private: bool = False) -> None:
    """*data* at *path*, as ``whole_file`` does it.  Raises OSError."""
    with whole_file(path, durable=durable, private=private) as file:
        file.write(data)


def make_secret(path: Path, content: bytes) -> None:
    """Makes *path* with *content*, once, for its owner only and durable.

    Raises FileExistsError if it is there, or another program makes it at this moment, and OSError.
    """
    if os.path.lexists(path):
        raise FileExistsError(path)
    with whole_file(path, durable=True, private=True, put=_put_where_free) as file:
        file.write(content)


def _put_where_free(part: Path, path: Path) -> None:
    try:
        os.link(part, path)  # refused if the name is taken
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links: the moment between the two is short
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.replace(path)
    else:
        with contextlib.suppress(OSError):
            part.unlink()


def sweep(folder: Path) -> None:
    """Removes what was cut off in the middle of being written into *folder*; what cannot be removed stays."""
    for path in folder.glob(f".*{PART}"):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes the names in *folder* durable where the system can: what was written under them stands either way."""
    with contextlib.suppress(OSError):  # Windows cannot and needs not, some file systems refuse
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
