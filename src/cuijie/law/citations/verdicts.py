"""What can be held of a citation, and how its place is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cuijie.law.citations.notes import NOTHING, Note
from cuijie.law.locator import Locator

__all__ = ["CONDEMNING", "Verdict", "VerdictKind", "key_of"]

VerdictKind = Literal[
    "ok",
    "no_such_article",
    "repealed",
    "superseded",
    "not_in_force",
    "does_not_say",
    "quote_differs",
    "authority_gone",
    "not_in_library",
    "text_not_held",
]
CONDEMNING: frozenset[VerdictKind] = frozenset(
    {
        "no_such_article",
        "repealed",
        "superseded",
        "not_in_force",
        "does_not_say",
        "quote_differs",
        "authority_gone",
    }
)
"""The verdicts that make exit code 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is held of one citation, with ids of the right provisions and one plain sentence.

    ``confirmed``: nothing is said of the article, or what is said was found in it; False where it could not be confirmed.
    """

    kind: VerdictKind
    instrument: str | None
    article: str | None
    suggest: tuple[str, ...] = ()
    note: Note = NOTHING
    confirmed: bool = True


def key_of(place: Locator | None) -> str | None:
    """The most exact key of *place*: 13.1.2."""
    return place.keys[0] if place else None
