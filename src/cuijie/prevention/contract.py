"""Clauses of a loan contract that reach for the contact list, and other terms to look at before (and after) signing.

Each clause is quoted with its page and exact span, with the provisions that speak to it, what it can and cannot
justify and what to ask.  Nothing is scored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, Words, load_table
from cuijie.prevention.signs import compiled
from cuijie.prevention.trained import trained
from cuijie.reading.normalise import normalise

__all__ = ["CLAUSES_FILE", "ClauseHit", "ClauseKind", "Page", "clause_kinds", "find_clauses"]

CLAUSES_FILE = Path(__file__).parent / "data" / "clauses.yaml"
"""Clauses and the checklist, edited by lawyers."""
_SENTENCE = re.compile(
    r"[^。；;\n]+(?:\n(?![\s　]*(?:第?[一二三四五六七八九十百\d]+[条、.．）)]|[（(]))[^。；;\n]+)*[。；;]?"
)
# log-odds below which the trained reader takes a pattern's word back: no clause to look at, nor one of this kind
_PLAINLY_OTHER, _PLAINLY_NOT_THIS = -1.5, -2.5
_SHORTEST = 6  # characters of a sentence that can say anything
# a title names a subject and says nothing of it: only a pattern's word counts
_TITLE = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百\d]+(?:[条章节、.]|\.\d+)|[(][一二三四五六七八九十\d]+[)])\s*[^,;:。；：，]{1,14}"
)


# "they may not …, but may …": what follows is looked at by itself, unless it only leaves room for the law
_BUT = re.compile(r"但是?(?![^。；]*(?:法律|法规|监管|另有规定))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a contract; ``number`` None where the format has no pages."""

    number: int | None
    text: str
    offset: int = 0  # of its first character in the whole text


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseKind:
    """One kind of clause."""

    id: str
    title: Words
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    provisions: tuple[str, ...]
    can: Words
    cannot: Words
    ask: Words
    plain: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseHit:
    """A clause found: the sentence as it stands, its page, and where it stands in the whole text."""

    kind: ClauseKind
    page: int | None
    span: tuple[int, int]
    quote: str
    certain: bool = True  # met by a pattern; False: seen by the trained reader, to be looked at by a person


@cache
def clause_kinds() -> tuple[ClauseKind, ...]:
    """Every kind we know.  Raises DataFileError."""
    return tuple(map(_kind, load_table(CLAUSES_FILE).tables("clauses")))


def _kind(row: Lines) -> ClauseKind:
    return ClauseKind(
        id=str(row["id"]),
        title=row.words("title"),
        patterns=compiled(row, "patterns"),
        unless=compiled(row, "unless"),
        provisions=row.texts("provisions"),
        can=row.words("can"),
        cannot=row.words("cannot"),
        ask=row.words("ask"),
        plain=row.words("plain"),
    )


def find_clauses(pages: Iterable[Page]) -> list[ClauseHit]:
    """Every clause of a known kind, in the order of the text; one sentence may be several kinds.

    What a pattern meets is certain; what only the trained reader sees is possible.
    """
    found: list[ClauseHit] = []
    for page in pages:
        folded = normalise(page.text)
        for sentence in _SENTENCE.finditer(folded.text):
            words = sentence[0].replace("\n", "")
            if len(words.strip()) < _SHORTEST:
                continue
            start, end = folded.span(*_trimmed(folded.text, sentence.start(), sentence.end()))
            found += [
                ClauseHit(
                    kind=kind,
                    page=page.number,
                    span=(page.offset + start, page.offset + end),
                    quote=page.text[start:end],
                    certain=certain,
                )
                for kind, certain in _kinds_of(words)
            ]
    return found


def _kinds_of(words: str) -> Iterator[tuple[ClauseKind, bool]]:
    """The kinds of one sentence, and whether a pattern says so."""
    *odds, any_kind = trained("contract").odds(words.strip()).tolist()
    parts = (words, *_BUT.split(words)[1:])
    for kind, its_odds in zip(clause_kinds(), odds, strict=True):
        if any(_speaks(kind, part) for part in parts):
            if any_kind >= _PLAINLY_OTHER or its_odds >= _PLAINLY_NOT_THIS:
                yield kind, True
        elif (
            min(its_odds, any_kind) >= 0
            and not _TITLE.fullmatch(words)
            and not all(_harmless(kind, part) for part in parts)
        ):
            yield kind, False


def _speaks(kind: ClauseKind, words: str) -> bool:
    return any(one.search(words) for one in kind.patterns) and not _harmless(kind, words)


def _harmless(kind: ClauseKind, words: str) -> bool:
    return any(one.search(words) for one in kind.unless)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
