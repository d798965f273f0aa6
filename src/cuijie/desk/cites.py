"""Provisions as the pages of prevention name them: in force today, with a link to the library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cuijie.law import LawError, library

__all__ = ["cites"]


def cites(provisions: Iterable[str], on: date) -> tuple[tuple[str, str], ...]:
    """(id, citation) of those in force on that day."""
    found = []
    for provision in provisions:
        try:
            found.append((provision, library().cite(provision, on)))
        except LawError:  # not in force yet, or no longer: not cited
            continue
    return tuple(found)
