"""How a question is worded: as the rule asks it, or in the common words for its column."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cuijie.datafiles import load_table
from cuijie.rulebook.fields import words
from cuijie.rulebook.rule import Words

__all__ = ["common_ask"]


@cache
def _common() -> dict[str, Words]:
    value = load_table(Path(__file__).parent / "questions.yaml", "应是 列: {zh, en}")
    return {name: words(value, name) for name in value}


def common_ask(column: str) -> Words | None:
    """The common words for asking about *column*; None for one that has none (a law fact)."""
    return _common().get(column)
