"""Reads Chinese collection texts: which unlawful conduct a text shows, and where.

``read(text, recipient=…, channel=…)`` gives a ``Reading``; ``read_many`` reads batches.  The heavy parts (lexicon,
model) load on the first reading, so that importing this room costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from cuijie.reading.result import RULE_OF_LABEL, Facts, LabelHit, Reading, ReadingCertainty, Recipient, Span

__all__ = [
    "RULE_OF_LABEL",
    "Facts",
    "LabelHit",
    "Reading",
    "ReadingCertainty",
    "Recipient",
    "Span",
    "read",
    "read_many",
]


def read(text: str, *, recipient: str | None = "unknown", channel: str | None = None) -> Reading:
    """The labels and facts of *text*; see ``reader.read``."""
    from cuijie.reading import reader

    return reader.read(text, recipient=recipient, channel=channel)


def read_many(rows: Iterable[tuple[str, str | None, str | None]]) -> list[Reading]:
    """Readings of (text, recipient, channel) rows, in order; see ``reader.read_many``."""
    from cuijie.reading import reader

    return reader.read_many(rows)
