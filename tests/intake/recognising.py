"""Reads bytes as ``add`` does: the importer must be the one that is recognised for them."""

from __future__ import annotations

from cuijie.clock import SHANGHAI
from cuijie.intake import Found
from cuijie.intake.registry import Importer, recognise
from cuijie.records import Entry, Payment

from .intake_samples import read_all, source_of

__all__ = ["known", "local"]


def known(data: bytes, importer: Importer, name: str = "f", **more: object) -> list[Found]:
    """What *importer* reads, after it was recognised as the one for these bytes."""
    assert recognise(source_of(data, name, **more).head()) is importer  # type: ignore[arg-type]
    return read_all(importer, data, name, **more)


def local(entry: Entry | Payment) -> str:
    assert entry.occurred_at is not None
    return f"{entry.occurred_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
