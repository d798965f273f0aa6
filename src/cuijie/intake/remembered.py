"""What was recognised in pictures and recordings before their act (see ``ahead``), by kind and fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar, cast

__all__ = ["REMEMBERED", "once"]

_Made = TypeVar("_Made")
REMEMBERED: ContextVar[dict[tuple[str, bytes], object] | None] = ContextVar("remembered", default=None)
"""None where nothing is remembered: then everything is made anew, as for a single file."""


def once(kind: str, fingerprint: bytes, make: Callable[[], _Made]) -> _Made:
    """What *make* made of the content with that fingerprint; errors are not remembered."""
    kept = REMEMBERED.get()
    if kept is None:
        return make()
    if (kind, fingerprint) not in kept:
        kept[kind, fingerprint] = make()
    return cast(_Made, kept[kind, fingerprint])
