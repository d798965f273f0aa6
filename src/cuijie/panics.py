"""Panics of compiled readers, told as the ordinary errors they are to whoever reads a broken file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["panics_are_errors"]


@contextmanager
def panics_are_errors() -> Iterator[None]:
    """A panic within, which is no ordinary exception (Rust's, through pyo3), is raised as ValueError."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError(str(error)) from error
