"""Instants as stores and the log keep them: whole microseconds since 1970."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from cuijie.rulebook.moments import EPOCH, micros_of

__all__ = ["instant", "micros"]

micros = lru_cache(maxsize=64)(micros_of)
"""The microseconds of an instant: all that is decided together carries the same few."""


def instant(at: int) -> datetime:
    """The instant *at* microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at)
