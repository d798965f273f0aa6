"""How a question is worded: as the rule asks it, or in the common words for its column."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cuijie.datafiles import load_table
from cuijie.rulebook.rule import Words

__all__ = ["asked_of_collector", "common_ask"]


@cache
def _common() -> dict[str, Words]:
    value = load_table(Path(__file__).parent / "questions.yaml", "应是 列: {zh, en}")
    return {name: value.words(name) for name in value}


def common_ask(column: str) -> Words | None:
    """The common words for asking about *column*; None for one that has none (a law fact)."""
    return _common().get(column)


def asked_of_collector(words: Words) -> Words:
    """The same asked of the collector: rules put their questions to the borrower, for whom it is the other side."""
    zh, en = words.zh, words.en
    for theirs, ours in (("对方", "我方"), ("你们", "借款人"), ("你", "借款人")):
        zh = zh.replace(theirs, ours)
    for theirs, ours in ((" they ", " the collector "), (" their ", " the collector's ")):
        en = en.replace(theirs, ours)
    return Words(zh=zh, en=en)
