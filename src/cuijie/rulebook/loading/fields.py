"""The small readers every part of a rule file goes through: each says what was expected where."""

from __future__ import annotations

from typing import TypeVar, cast, get_args

from cuijie.datafiles import Lines
from cuijie.rulebook.rule import WordList

__all__ = ["one_of", "word_list"]

_T = TypeVar("_T")


def one_of(value: Lines, key: str, kind: object) -> _T:  # type: ignore[type-var]
    """The word at *key*, which must be one of the literals of *kind*."""
    found, allowed = value.get(key), get_args(kind)
    if found not in allowed:
        raise value.wrong(key, f"应是 {'、'.join(allowed)} 之一，这里是 {found}")
    return cast(_T, found)


def word_list(value: Lines, key: str) -> WordList:
    """The ``{zh: [...], en: [...]}`` at *key*; empty if the key is absent."""
    if key not in value:
        return WordList()
    inner = value.table(key, "应写成 {zh: [句子…], en: [句子…]}")
    inner.refuse_others(("zh", "en"))
    both = {language: _sentences(inner, language) for language in ("zh", "en")}
    return WordList(zh=both["zh"], en=both["en"])


def _sentences(value: Lines, key: str) -> tuple[str, ...]:
    found = value.get(key)
    if not isinstance(found, list) or not found or not all(isinstance(item, str) and item.strip() for item in found):
        raise value.wrong(key, "应是句子的列表，如 [第一句, 第二句]")
    return tuple(item.strip() for item in found)
