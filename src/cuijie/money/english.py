"""The sentences of this room in English, for pages and prints in that language; Chinese is what they are made in."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table

__all__ = ["english"]

_FILE = Path(__file__).parent / "data" / "english.yaml"


def english(text: str) -> str:
    """*text* in English; a sentence that is not ours (a name, a user's word) stays as it is."""
    sentences, patterns = _phrases()
    if text in sentences:
        return sentences[text]
    for pattern, words in patterns:
        if found := pattern.fullmatch(text):
            return found.expand(words)
    return text


@cache
def _phrases() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """What our data file holds.  Raises DataFileError."""
    value = load_table(_FILE)
    return dict(_pairs(value, "sentences")), tuple((re.compile(zh), en) for zh, en in _pairs(value, "patterns"))


def _pairs(value: Lines, key: str) -> list[tuple[str, str]]:
    return [(row.text("zh"), row.text("en")) for row in value.tables(key, "应是一列 {zh: …, en: …}")]
