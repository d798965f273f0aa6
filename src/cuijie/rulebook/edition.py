"""Which rulebook this is: the day it was last checked against the law, and a digest of all it decides."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from cuijie.datafiles import load_table
from cuijie.rulebook.book import Rulebook

__all__ = ["checked_on", "rulebook_digest"]


@cache
def checked_on() -> date:
    """The day on which our rules and the law behind them were last checked.  Raises DataFileError."""
    return load_table(Path(__file__).parent / "edition.yaml").day("checked_on")


def rulebook_digest(book: Rulebook) -> str:
    """SHA-256 over everything that decides: each rule's version, predicate, norms with their dates, window.

    Two rulebooks with the same digest give the same judgements of the same facts.
    """
    summary = hashlib.sha256()
    for linked in sorted(book.rules, key=lambda found: found.rule.id):
        rule = linked.rule
        norms = tuple((n.id, n.norm.tier, n.certainty, n.binds, repr(n.applies)) for n in linked.norms)
        said = (
            rule.id,
            rule.version,
            rule.about,
            rule.certainty,
            rule.at,
            repr(rule.window),
            repr(linked.breach),
            norms,
        )
        summary.update(repr(said).encode())
    return summary.hexdigest()
