"""Which rulebook this is: the day it was last checked against the law, and a digest of all it decides."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_yaml
from cuijie.rulebook.book import Rulebook

__all__ = ["checked_on", "rulebook_digest"]


@cache
def checked_on() -> date:
    """The day on which our rules and the law behind them were last checked.  Raises DataFileError."""
    value = load_yaml(Path(__file__).parent / "edition.yaml")
    if not isinstance(value, Lines):
        raise Lines("edition.yaml", 1).wrong("checked_on", "应是 checked_on: 日期")
    try:
        return date.fromisoformat(value.text("checked_on"))
    except ValueError as error:
        raise value.wrong("checked_on", "应是日期，如 2026-11-21") from error


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
