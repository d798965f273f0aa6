"""What stops a person on a page, in plain words and in English: ``saying.yaml``, read strictly.

An error of another room speaks as its commands do; here it says what to press instead.  What has no English yet is
shown in Chinese and marked as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from cuijie.datafiles import Lines, load_table
from cuijie.errors import CuijieError

__all__ = ["in_english", "said", "word"]

_PATH = Path(__file__).parent / "saying.yaml"
_BUNDLE = "用 cuijie bundle 导出"
_KEYS = frozenset({"zh", "say", "en"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saying:
    pattern: re.Pattern[str]
    zh: str | None
    en: str

    def english(self, message: str) -> str | None:
        """In English, with what differs filled in; None if it is not this error."""
        found = self.pattern.fullmatch(message)
        if found is None:
            return None
        parts = iter(found.groups())
        return re.sub(r"\{\}", lambda _: next(parts, ""), self.en)


@cache
def _known() -> tuple[tuple[_Saying, ...], dict[str, str]]:
    data = load_table(_PATH)
    words = data.table("words")
    return tuple(map(_saying, data.tables("errors"))), {zh: words.text(zh) for zh in words}


def _saying(row: Lines) -> _Saying:
    row.refuse_others(_KEYS)
    pattern = "(.*)".join(re.escape(part) for part in row.text("zh").split("{}"))
    return _Saying(
        pattern=re.compile(pattern, re.DOTALL), zh=row.text("say") if "say" in row else None, en=row.text("en")
    )


def in_english(message: str) -> str | None:
    """What *message* (without its remedy) says, and what to do, in English; None where nobody has written it yet."""
    return next((text for one in _known()[0] if (text := one.english(message)) is not None), None)


def said(error: CuijieError, language: str) -> Markup:
    """What *error* says on a page: what happened, what is safe, what to do."""
    english = in_english(error.message)
    if language == "en" and english is not None:
        return escape(english)
    own = next((one.zh for one in _known()[0] if one.zh and one.pattern.fullmatch(error.message)), None)
    gap = "" if error.message.endswith("。") else " "
    text = escape(own or f"{error.message}{gap}{error.remedy}".strip())
    return Markup('<span lang="zh-CN">{}</span>').format(text) if language == "en" else text


def word(text: str, language: str) -> str:
    """A short remark in the reader's language, where it is known in English; of a command, its page."""
    return _known()[1].get(text, text) if language == "en" else text.replace(_BUNDLE, "在案卷的“证据”页导出")
