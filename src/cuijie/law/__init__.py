"""The law: instruments, provisions, their dates, how to cite them, and the texts a user has imported."""

from __future__ import annotations

from cuijie.law.dates import LegalDate
from cuijie.law.errors import LawError, NotInForce, NotUnderstood, UnknownLaw
from cuijie.law.library import Library, library
from cuijie.law.locator import Locator
from cuijie.law.model import Authority, Confidence, Instrument, Provision, Renumbering, Tier
from cuijie.law.numerals import ArticleNumber
from cuijie.law.resolving import Match

__all__ = [
    "ArticleNumber",
    "Authority",
    "Confidence",
    "Instrument",
    "LawError",
    "LegalDate",
    "Library",
    "Locator",
    "Match",
    "NotInForce",
    "NotUnderstood",
    "Provision",
    "Renumbering",
    "Tier",
    "UnknownLaw",
    "library",
]
