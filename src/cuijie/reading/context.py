"""In what sense a passage stands: denied, warned of, quoted, or said by the debtor.

The words that make a context are in ``lexicon/contexts.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.reading.lexicon import lexicon
from cuijie.reading.variants import LEXICON

__all__ = ["Contexts", "contexts"]

_CLAUSE_END = re.compile(r"[,.。;；!?！？\n:：]")
_QUOTED = re.compile(r"“[^”\n]{1,80}”|「[^」\n]{1,80}」|『[^』\n]{1,80}』|\"[^\"\n]{1,80}\"")
_REACH = 14  # characters before a hit in which a denial still governs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """The compiled contexts."""

    denial: re.Pattern[str]
    undoes_denial: re.Pattern[str]
    denied_after: re.Pattern[str]
    warning: re.Pattern[str]
    not_a_warning: re.Pattern[str]
    own_words: re.Pattern[str]
    not_own_words: re.Pattern[str]
    family: re.Pattern[str]
    everyday: re.Pattern[str]
    not_everyday: re.Pattern[str]

    @property
    def expressions(self) -> tuple[re.Pattern[str], ...]:
        """All of them."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def denies(self, text: str, start: int, end: int) -> bool:
        """True if the passage ``text[start:end]`` is denied in its own clause: 我们不会……, 严禁……."""
        before = text[max(0, start - _REACH) : start]
        clause = _CLAUSE_END.split(before)[-1]
        denials = list(self.denial.finditer(clause))
        if denials and not self.undoes_denial.search(clause[denials[-1].end() :]):
            return True
        return self.denied_after.match(text, end) is not None

    def is_warning(self, text: str) -> bool:
        """True if the text as a whole warns, teaches, reports or forbids, and does not collect.

        What stands between quotation marks is what it warns of: collecting there does not count.
        """
        if self.warning.search(text) is None:
            return False
        return self.not_a_warning.search(_QUOTED.sub("", text)) is None

    def without_quotations(self, text: str) -> str:
        """A text that warns, with what it quotes blanked, so that positions stay."""
        return _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)

    def is_everyday(self, text: str, *, addressed: bool) -> bool:
        """True if nothing in the text is about money owed, and it is a relative's or, unless *addressed*, about pastimes."""
        told = self.family.search(text) or (None if addressed else self.everyday.search(text))
        return told is not None and self.not_everyday.search(text) is None

    def is_own_words(self, text: str) -> bool:
        """True if the text as a whole is the debtor's or a relative's, speaking to the collector."""
        return self.own_words.search(text) is not None and self.not_own_words.search(text) is None


def _joined(source: Lines, key: str) -> re.Pattern[str]:
    rows = source.get(key)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, str) for row in rows):
        raise source.wrong(key, "这里要是一列写法")
    groups = lexicon().groups

    def group(match: re.Match[str]) -> str:
        if match[1] not in groups:
            raise source.wrong(key, f"没有叫“{match[1]}”的组（groups.yaml）")
        return groups[match[1]]

    try:
        return re.compile("|".join(f"(?:{re.sub(r'{([a-z_]+)}', group, str(row))})" for row in rows))
    except re.error as error:
        raise source.wrong(key, f"写法有误：{error}") from error


def load_contexts(path: Path) -> Contexts:
    """The contexts in *path*.  Raises DataFileError naming file, line and key."""
    source = load_yaml(path)
    if not isinstance(source, Lines):
        raise DataFileError(str(path), 1, "", "文件要是“键: 一列写法”的形式")
    return Contexts(
        denial=_joined(source, "denial"),
        undoes_denial=_joined(source, "undoes_denial"),
        denied_after=_joined(source, "denied_after"),
        warning=_joined(source, "warning"),
        not_a_warning=_joined(source, "not_a_warning"),
        own_words=_joined(source, "own_words"),
        not_own_words=_joined(source, "not_own_words"),
        family=_joined(source, "family"),
        everyday=_joined(source, "everyday"),
        not_everyday=_joined(source, "not_everyday"),
    )


@cache
def contexts() -> Contexts:
    """The contexts that come with Cuijie."""
    return load_contexts(LEXICON / "contexts.yaml")
