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
from itertools import product
from pathlib import Path
from re import _constants as _op  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser  # type: ignore[attr-defined]

from ahocorasick_rs import AhoCorasick

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.reading.result import RULE_OF_LABEL
from cuijie.reading.variants import LEXICON

__all__ = ["Example", "Lexicon", "Pattern", "group_words", "lexicon", "load_groups", "load_lexicon"]

_GROUP = re.compile(r"\{([a-z_]+)\}")
_STRENGTHS = {"sure": 6.0, "likely": 2.5, "hint": 1.0, "against": -3.0}
_KEYS = {"id", "match", "strength", "recipient", "unless", "negatable", "yes", "no", "note"}
_MAX_LITERALS = 600


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
    regex: re.Pattern[str]
    weight: float
    recipients: frozenset[str]
    unless: re.Pattern[str] | None
    negatable: bool
    literals: tuple[str, ...]
    examples: tuple[Example, ...]
    source: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All patterns, and the finder that says which of them a text could match."""

    patterns: tuple[Pattern, ...]
    groups: dict[str, str]
    _finder: AhoCorasick
    _owners: tuple[tuple[int, ...], ...]
    _always: tuple[int, ...]
    _sure_finder: AhoCorasick
    _sure_owners: tuple[tuple[int, ...], ...]
    _sure_always: tuple[int, ...]

    def may_be_sure(self, text: str, recipient: str) -> bool:
        """True if a pattern that decides by itself matches *text* somewhere, so that it must be read in full."""
        return self.any_sure({at for at, _ in self.sure_words(text)}, text, recipient)

    def any_sure(self, chosen: set[int], text: str, recipient: str) -> bool:
        """The same, where the patterns whose words are in *text* are known already."""
        return any(
            recipient in self.patterns[at].recipients and self.patterns[at].regex.search(text) is not None
            for at in chosen.union(self._sure_always)
        )

    def sure_words(self, text: str) -> Iterator[tuple[int, int]]:
        """(pattern, position) of every word in *text* that a pattern that decides by itself cannot do without."""
        for literal, start, _ in self._sure_finder.find_matches_as_indexes(text, overlapping=True):
            for at in self._sure_owners[literal]:
                yield at, start

    def candidates(self, text: str) -> list[Pattern]:
        """The patterns that *text* (folded) could match, in the order of the files."""
        found = {literal for literal, _, _ in self._finder.find_matches_as_indexes(text, overlapping=True)}
        owners = set(self._always)
        for literal in found:
            owners.update(self._owners[literal])
        return [self.patterns[index] for index in sorted(owners)]


def _alternatives(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))) + ")"


def load_groups(path: Path) -> dict[str, tuple[str, ...]]:
    """The word groups in *path*.  Raises DataFileError naming file, line and key."""
    source = load_yaml(path)
    if not isinstance(source, Lines):
        raise DataFileError(str(path), 1, "", "文件要是“组名: 词 词”的形式")
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


def _filled(template: str, groups: dict[str, str], source: Lines, key: str) -> str:
    def group(match: re.Match[str]) -> str:
        if match[1] not in groups:
            raise source.wrong(key, f"没有叫“{match[1]}”的组（groups.yaml）")
        return groups[match[1]]

    return _GROUP.sub(group, template)


def _needed(parsed: Iterable[tuple[object, object]]) -> set[str] | None:
    """Strings of which every match holds at least one, the longest such set found; None if there is none."""
    best: set[str] | None = None
    run: set[str] | None = {""}
    for op, value in [*parsed, (None, None)]:
        exact = _exact(op, value)
        if exact is not None and run is not None and len(run) * len(exact) <= _MAX_LITERALS:
            run = {a + b for a, b in product(run, exact)}
            continue
        best = _better(best, run)
        run = exact if exact is not None else {""}
        if exact is None and op is not None:
            best = _better(best, _inside(op, value))
    return best


def _better(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    def worth(words: set[str] | None) -> tuple[int, float]:
        if not words or "" in words:
            return (0, 0.0)
        return (min(2, min(map(len, words))), -len(words))

    return max((one, other), key=worth)


def _exact(op: object, value: object) -> set[str] | None:
    """All strings the piece can be, if they are few."""
    if op is _op.LITERAL:
        return {chr(value)}  # type: ignore[arg-type]
    if op is _op.IN and isinstance(value, list) and len(value) <= 12 and all(kind is _op.LITERAL for kind, _ in value):
        return {chr(code) for _, code in value}
    if op is _op.SUBPATTERN:
        return _exact_run(value[3])  # type: ignore[index]
    if op is _op.BRANCH:
        branches = [_exact_run(branch) for branch in value[1]]  # type: ignore[index]
        if all(branch is not None for branch in branches):
            joined = {word for branch in branches for word in branch or ()}
            return joined if len(joined) <= _MAX_LITERALS else None
    if op is _op.MAX_REPEAT and value[:2] == (0, 1):  # type: ignore[index]
        inner = _exact_run(value[2])  # type: ignore[index]
        return None if inner is None else inner | {""}
    return None


def _exact_run(parsed: Iterable[tuple[object, object]]) -> set[str] | None:
    run = {""}
    for op, value in parsed:
        exact = _exact(op, value)
        if exact is None or len(run) * len(exact) > _MAX_LITERALS:
            return None
        run = {a + b for a, b in product(run, exact)}
    return run


def _inside(op: object, value: object) -> set[str] | None:
    if op is _op.SUBPATTERN:
        return _needed(value[3])  # type: ignore[index]
    if op is _op.BRANCH:
        branches = [_needed(branch) for branch in value[1]]  # type: ignore[index]
        if all(branch and "" not in branch for branch in branches):
            return {word for branch in branches for word in branch or ()}
        return None
    if op is _op.MAX_REPEAT and value[0] >= 1:  # type: ignore[index]
        return _needed(value[2])  # type: ignore[index]
    return None


def _texts(row: Lines, key: str) -> list[str]:
    value = row.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(one, str) and one for one in texts):
        raise row.wrong(key, "这里要是一句话，或一列话")
    return texts


def _pattern(row: object, label: str, groups: dict[str, str], source: Lines) -> Iterator[Pattern]:
    if not isinstance(row, Lines):
        raise source.wrong("patterns", "每一条要写成“键: 值”")
    for key in row:
        if key not in _KEYS:
            raise row.wrong(key, f"没有这个键；可用的键：{'、'.join(sorted(_KEYS))}")
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
    joined = "|".join(f"(?:{_filled(one, groups, row, 'match')})" for one in _texts(row, "match"))
    try:
        regex = re.compile(joined)
        not_when = re.compile("|".join(_filled(one, groups, row, "unless") for one in unless)) if unless else None
    except re.error as error:
        raise row.wrong("match", f"写法有误：{error}") from error
    literals = _needed(_parser.parse(joined))
    yield Pattern(
        id=f"{label}.{name}", label=label, regex=regex, weight=_STRENGTHS[strength], recipients=recipients,
        unless=not_when, negatable=row.get("negatable", True) is not False,
        literals=tuple(sorted(literals)) if literals and "" not in literals else (),
        examples=tuple(Example(text=one, expected=key == "yes") for key in ("yes", "no") for one in _texts(row, key)),
        source=source.source, line=row.line,
    )  # fmt: skip


def _patterns(path: Path, groups: dict[str, str]) -> Iterator[Pattern]:
    source = load_yaml(path)
    if not isinstance(source, Lines):
        raise DataFileError(str(path), 1, "", "文件要有 label 和 patterns")
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
    every = range(len(patterns))
    sure = [at for at in every if patterns[at].weight >= _STRENGTHS["sure"]]
    finder, owners, always = _finder_of(patterns, every)
    sure_finder, sure_owners, sure_always = _finder_of(patterns, sure)
    return Lexicon(
        patterns=patterns,
        groups=groups,
        _finder=finder,
        _owners=owners,
        _always=always,
        _sure_finder=sure_finder,
        _sure_owners=sure_owners,
        _sure_always=sure_always,
    )


def _finder_of(
    patterns: Sequence[Pattern], chosen: Iterable[int]
) -> tuple[AhoCorasick, tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """A finder of the chosen patterns' needed words, the patterns each word belongs to, and those without any."""
    owners: dict[str, list[int]] = {}
    always = []
    for at in chosen:
        for literal in patterns[at].literals:
            owners.setdefault(literal, []).append(at)
        if not patterns[at].literals:
            always.append(at)
    return AhoCorasick(list(owners)), tuple(tuple(indexes) for indexes in owners.values()), tuple(always)


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with Cuijie."""
    return load_lexicon(LEXICON)
