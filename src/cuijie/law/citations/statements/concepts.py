"""A small lexicon of what people say the law says, and where it really says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from cuijie.datafiles import Lines, load_rows
from cuijie.law.citations.notes import Note

__all__ = ["Concept", "Pitfall", "concepts", "concepts_in", "pitfalls", "pitfalls_of", "refuted"]

_HERE = Path(__file__).parent


# the text itself says that the statement is wrong, or that somebody else makes it
_REFUTED = re.compile(
    r"（[×✗╳错误]{1,2}）|误解|误以为|误认为|误区|误读|谣言|以讹传讹|张冠李戴|不等于|两码事|是错的|(?:是|并|说法|写法|讲法|理解)不对|有误|错误|声称|谎称|吓唬|扬言|网传|不符|站不住|(?:所称|辩称|自称|谎称)的?[“「]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing that is often cited: how it is worded, the articles that carry it, those that may be cited for it too.

    ``sure``: the words alone tell the subject, they are not facts told in passing.  ``only_here``: no other law has it.
    """

    says: str
    words: re.Pattern[str]
    homes: tuple[str, ...]
    also: frozenset[str]
    sure: bool
    only_here: bool

    def named_for(self, instrument: str, article: str) -> bool:
        """Whether this very article is listed as carrying it or as citable for it."""
        wanted = f"{instrument}/{article}"
        return wanted in self.also or any(_article(home) == wanted for home in self.homes)

    def carried_by(self, instrument: str, article: str) -> bool:
        """Whether the article, or its instrument as a whole, may be cited for it."""
        return f"{instrument}/*" in self.also or self.named_for(instrument, article)

    def homes_in(self, instrument: str) -> tuple[str, ...]:
        """Its own articles in that instrument."""
        return tuple(home for home in self.homes if home.split("/", 1)[0] == instrument)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pitfall:
    """A wrong statement that travels widely: which citation, with which words near it, and why it is wrong."""

    id: str
    of: frozenset[str]
    articles: frozenset[str]
    words: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    where: str
    verdict: str
    suggest: tuple[str, ...]
    note: Note
    mark: re.Pattern[str] | None
    mark_unless: re.Pattern[str] | None
    marks: str | None

    def applies_to(self, instrument: str | None, article: str | None) -> bool:
        """Whether it can concern a citation of that instrument and article (None: no article named)."""
        if self.of and instrument not in self.of:
            return False
        return not self.articles or (article or "") in self.articles

    def found_in(self, text: str) -> bool:
        """Whether *text* makes the wrong statement."""
        if refuted(text) or (self.unless and self.unless.search(text)):
            return False
        return all(words.search(text) for words in self.words)


def refuted(text: str) -> bool:
    """Whether the text itself says that a statement is wrong, or that it is somebody else's."""
    return _REFUTED.search(text) is not None


def _article(home: str) -> str:
    instrument, _, key = home.partition("/")
    return f"{instrument}/{key.split('.', 1)[0] if key[:1].isdigit() and 'gbt' not in instrument else key}"


def _pattern(row: Lines, key: str) -> re.Pattern[str] | None:
    return row.pattern(key) if key in row else None


@cache
def concepts() -> tuple[Concept, ...]:
    """The concepts of ``concepts.yaml``.  Raises DataFileError."""
    return tuple(
        Concept(
            says=row.text("says"),
            words=row.pattern("words"),
            homes=row.texts("homes"),
            also=frozenset(row.texts("also")),
            sure=row.flag("sure"),
            only_here=row.flag("only_here"),
        )
        for row in load_rows(_HERE / "concepts.yaml")
    )


@cache
def pitfalls() -> tuple[Pitfall, ...]:
    """The pitfalls of ``pitfalls.yaml``.  Raises DataFileError."""
    return tuple(
        Pitfall(
            id=row.text("id"),
            of=frozenset(row.texts("of")),
            articles=frozenset(row.texts("articles")),
            words=row.patterns("words"),
            unless=_pattern(row, "unless"),
            where=row.text("where"),
            verdict=row.text("verdict", "does_not_say"),
            suggest=row.texts("suggest"),
            note=Note(zh=row.text("note"), en=row.text("note_en")),
            mark=_pattern(row, "mark"),
            mark_unless=_pattern(row, "mark_unless"),
            marks=row.maybe_text("marks"),
        )
        for row in load_rows(_HERE / "pitfalls.yaml")
    )


@lru_cache(maxsize=1024)
def pitfalls_of(instrument: str | None, article: str | None) -> tuple[Pitfall, ...]:
    """Those that can concern a citation of that instrument and article (None: no article named)."""
    return tuple(pitfall for pitfall in pitfalls() if pitfall.applies_to(instrument, article))


def concepts_in(texts: Iterable[str]) -> Sequence[Concept]:
    """The concepts that any of the texts speaks of."""
    spoken = sorted({at for text in texts for at in _spoken(text)})
    return [concepts()[at] for at in spoken]


@lru_cache(maxsize=1024)
def _spoken(text: str) -> tuple[int, ...]:
    """The places of the concepts that *text* speaks of."""
    return tuple(at for at, concept in enumerate(concepts()) if concept.words.search(text))
