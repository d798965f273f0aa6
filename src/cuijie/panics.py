"""Panics of compiled readers, told as the ordinary errors they are to whoever reads a broken file."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

__all__ = ["panics_are_errors"]

_STDERR = 2
_alone = threading.Lock()  # the file behind a number is the whole process's


@contextmanager
def panics_are_errors() -> Iterator[None]:
    """A panic within, which is no ordinary exception (Rust's, through pyo3), is raised as ValueError.

    Nothing may be yielded from within: one block at a time holds back what is written to the terminal, since the panic
    writes its own trace there before anyone can catch it.
    """
    with _alone, tempfile.TemporaryFile() as held:
        terminal = _turned_to(held)
        try:
            yield
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            held.seek(0)
            held.truncate()
            raise ValueError(str(error)) from error
        finally:
            if terminal is not None:
                _turned_back(terminal, held)


def _turned_to(held: IO[bytes]) -> int | None:
    """What is written as errors goes to *held*; where it went before, None if nowhere."""
    try:
        sys.stderr.flush()
        terminal = os.dup(_STDERR)
    except (AttributeError, OSError, ValueError):  # a program without a terminal
        return None
    os.dup2(held.fileno(), _STDERR)
    return terminal


def _turned_back(terminal: int, held: IO[bytes]) -> None:
    sys.stderr.flush()
    os.dup2(terminal, _STDERR)
    held.seek(0)
    while written := held.read(1 << 16):
        os.write(terminal, written)
    os.close(terminal)
