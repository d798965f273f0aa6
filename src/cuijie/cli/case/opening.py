"""Opening the case that a command names, with the passphrase from where the user put it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.output import passphrase_from, say

if TYPE_CHECKING:
    from cuijie.casefile import Case

__all__ = ["CASE", "opened"]

CASE = click.Path(path_type=Path)


@contextlib.contextmanager
def opened(folder: Path, passphrase_file: Path | None, *, writable: bool = False) -> Iterator[Case]:
    """The case in *folder*, open for the time of a command; says on stderr what is wrong with it, if anything."""
    from cuijie.casefile import Case
    from cuijie.casefile.keys import KeyFile

    KeyFile.read(folder)  # a folder that is no case is said before a passphrase is asked for
    with Case.open(folder, passphrase_from(passphrase_file), writable=writable) as case:
        for trouble in case.troubles:
            say(f"注意：{trouble}", f"Warning: {trouble}", err=True)
        yield case
