"""Inner loops compiled by numba, for the rooms that have them; who imports this has numba installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

__all__ = ["kernel"]

_Function = TypeVar("_Function", bound=Callable[..., object])


def kernel(function: _Function) -> _Function:
    """*function* compiled when first called, off Python's lock, and kept on disk where that is possible."""
    try:
        return cast(_Function, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep compiled code in
        return cast(_Function, njit(nogil=True)(function))
