"""A text in both languages, as the templates take it."""

from __future__ import annotations

__all__ = ["Both", "both"]

Both = dict[str, str]
"""A text in both languages: {"zh": …, "en": …}."""


def both(zh: str, en: str) -> Both:
    """*zh* and *en* as the templates take them."""
    return {"zh": zh, "en": en}
