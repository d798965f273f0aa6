"""A pause of Python's garbage collector while very many small records are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["garbage_left_alone"]


@contextmanager
def garbage_left_alone() -> Iterator[None]:
    """No cyclic collection meanwhile: judging and reading make many small records, none cyclic, and each pass costs more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
