"""The pattern lexicon: the files of ``lexicon/patterns`` that lawyers edit, compiled once into regular expressions.

A pattern is a regular expression over the folded text in which ``{name}`` stands for a group of words of
``groups.yaml``.  Its ``yes`` and ``no`` examples are its tests.  Each pattern is tried only on texts that hold
one of the words it cannot do without; those words are found for all patterns at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from cuijie.datafiles import DataFileError, Lines, load_table
from cuijie.reading.needed import Needed, Numbers, Screen, needed_words
from cuijie.reading.result import RULE_OF_LABEL, Recipient
from cuijie.reading.variants import LEXICON

__all__ = ["Example", "Lexicon", "Pattern", "filled", "group_words", "lexicon", "load_groups", "load_lexicon"]

_GROUP = re.compile(r"\{([a-z_]+)\}")
_STRENGTHS = {"sure": 6.0, "likely": 2.5, "hint": 1.0, "against": -3.0}
_KEYS = ("id", "match", "strength", "recipient", "unless", "negatable", "yes", "no", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence a pattern must (or must not) find, with the recipient it is read for."""

    text: str
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One line of the lexicon.  ``weight`` is what a hit adds to the label's log-odds."""

    id: str
    label: str
    expression: str
    weight: float
    recipients: frozenset[str]
    unless: re.Pattern[str] | None
    negatable: bool
    needed: Needed
    examples: tuple[Example, ...]
    source: str
    line: int

    @property
    def regex(self) -> re.Pattern[str]:
        """The expression, compiled when it is first tried: one message meets few of them."""
        return _compiled(self.expression)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All patterns, and the finder that says which of them a text could match."""

    patterns: tuple[Pattern, ...]
    groups: dict[str, str]
    _screen: Screen
    _sure: Screen

    def may_be_sure(self, texts: Sequence[str], recipients: Sequence[Recipient]) -> list[bool]:
        """For each folded text: does a pattern that decides by itself match somewhere, so that it must be read in full?"""
        sure = [False] * len(texts)
        for row, place in self._sure.each(texts):
            pattern = self.patterns[place]
            if not sure[row] and recipients[row] in pattern.recipients and pattern.regex.search(texts[row]):
                sure[row] = True
        return sure

    def candidates(self, texts: Sequence[str]) -> list[list[Pattern]]:
        """The patterns that each folded text could match, in the order of the files."""
        if len(texts) == 1:
            return [[self.patterns[at] for at in self._screen.possible(texts[0])]]
        return self.patterns_of(range(len(texts)), *self.possible(texts))

    def possible(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """The same in two columns, in order: which text, and the place of a pattern it could match."""
        return self._screen.pairs(texts)

    def patterns_of(self, texts: Sequence[int], rows: Numbers, places: Numbers) -> list[list[Pattern]]:
        """Of what is ``possible``, the patterns of these texts."""
        begins = np.searchsorted(rows, texts).tolist()
        ends = np.searchsorted(rows, texts, side="right").tolist()
        return [
            [self.patterns[at] for at in places[begin:end].tolist()] for begin, end in zip(begins, ends, strict=True)
        ]


def _alternatives(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) + ")"


def load_groups(path: Path) -> dict[str, tuple[str, ...]]:
    """The word groups in *path*.  Raises DataFileError naming file, line and key."""
    source = load_table(path, "文件要是“组名: 词 词”的形式")
    groups: dict[str, tuple[str, ...]] = {}
    for name, words in source.items():
        if not isinstance(words, str) or not words.split():
            raise source.wrong(name, "组里要是用空格分开的一行词")
        groups[name] = tuple(dict.fromkeys(words.split()))
    return groups


@cache
def group_words() -> dict[str, tuple[str, ...]]:
    """The word groups that come with Cuijie."""
    return load_groups(LEXICON / "groups.yaml")


def filled(template: str, groups: dict[str, str], source: Lines, key: str) -> str:
    """*template* with each ``{name}`` as the words of that group.  Raises DataFileError for a group there is not."""

    def group(match: re.Match[str]) -> str:
        if match[1] not in groups:
            raise source.wrong(key, f"没有叫“{match[1]}”的组（groups.yaml）")
        return groups[match[1]]

    return _GROUP.sub(group, template)


def _texts(row: Lines, key: str) -> list[str]:
    value = row.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) and one for one in texts):
        raise row.wrong(key, "这里要是一句话，或一列话")
    return texts


def _pattern(row: object, label: str, groups: dict[str, str], source: Lines) -> Iterator[Pattern]:
    if not isinstance(row, Lines):
        raise source.wrong("patterns", "每一条要写成“键: 值”")
    row.refuse_others(_KEYS)
    name, strength = row.get("id"), row.get("strength", "sure")
    if not isinstance(name, str) or not name:
        raise row.wrong("id", "每条规则要有 id")
    if not isinstance(strength, str) or strength not in _STRENGTHS:
        raise row.wrong("strength", f"只能是 {'、'.join(_STRENGTHS)}")
    if not _texts(row, "yes") or not _texts(row, "match"):
        raise row.wrong("yes", "每条规则至少要有一条写法（match）和一个应当命中的例句（yes）")
    recipients = frozenset(_texts(row, "recipient")) or frozenset({"debtor", "third_party", "unknown"})
    if not recipients <= {"debtor", "third_party", "unknown"}:
        raise row.wrong("recipient", "只能是 debtor、third_party、unknown")
    unless = _texts(row, "unless")
    joined = "|".join(f"(?:{filled(one, groups, row, 'match')})" for one in _texts(row, "match"))
    try:
        needed = needed_words(joined)  # reads the expression, so a mistake in it shows here
        if "(?<" in joined:  # what is wrong with one that looks behind shows only when it is compiled
            _compiled(joined)
        not_when = re.compile("|".join(filled(one, groups, row, "unless") for one in unless)) if unless else None
    except re.error as error:
        raise row.wrong("match", f"写法有误：{error}") from error
    yield Pattern(
        id=f"{label}.{name}", label=label, expression=joined, weight=_STRENGTHS[strength], recipients=recipients,
        unless=not_when, negatable=row.get("negatable", True) is not False,
        needed=needed,
        examples=tuple(Example(text=one, expected=key == "yes") for key in ("yes", "no") for one in _texts(row, key)),
        source=source.source, line=row.line,
    )  # fmt: skip


def _patterns(path: Path, groups: dict[str, str]) -> Iterator[Pattern]:
    source = load_table(path, "文件要有 label 和 patterns")
    label, rows = source.get("label"), source.get("patterns")
    if not isinstance(label, str) or label not in RULE_OF_LABEL:
        raise source.wrong("label", "不认识这个标签")
    if not isinstance(rows, list) or not rows:
        raise source.wrong("patterns", "要有一列规则")
    for row in rows:
        yield from _pattern(row, label, groups, source)


def load_lexicon(folder: Path) -> Lexicon:
    """The lexicon in *folder*.  Raises DataFileError naming file, line and key."""
    groups = {name: _alternatives(words) for name, words in load_groups(folder / "groups.yaml").items()}
    files = sorted((folder / "patterns").glob("*.yaml"))
    patterns = tuple(pattern for path in files for pattern in _patterns(path, groups))
    seen: set[str] = set()
    for pattern in patterns:
        if pattern.id in seen:
            raise DataFileError(pattern.source, pattern.line, "id", f"{pattern.id} 写了两次")
        seen.add(pattern.id)
    needed = {at: pattern.needed for at, pattern in enumerate(patterns)}
    sure = {at: words for at, words in needed.items() if patterns[at].weight >= _STRENGTHS["sure"]}
    return Lexicon(patterns=patterns, groups=groups, _screen=Screen(needed), _sure=Screen(sure))


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with Cuijie."""
    return load_lexicon(LEXICON)
