"""What no article of the law cited has a word of and an article of another law clearly provides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cuijie.law.citations.claims import Said
from cuijie.law.citations.placing import applies_or_denies, of_a_case, told_alone
from cuijie.law.citations.ranking import Fit, fit_of
from cuijie.law.citations.reader import Mention
from cuijie.law.library import library
from cuijie.law.structure import Structure, structure, structures

__all__ = ["InAnotherLaw", "in_another_law"]

_NOTHING, _HARDLY, _CLEARLY = 0.05, 0.4, 0.72  # shares of the words: of the article cited, of its law, of the other law
_SURELY = 0.8  # of a conclusion drawn
_ENOUGH = 14.0  # nats
_MOST_TIED, _TIED = 2, 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class InAnotherLaw:
    """Words said of an article, and the articles of another law that have them."""

    words: str
    instrument: str
    keys: tuple[str, ...]


def in_another_law(
    mention: Mention, said: Said, run: Sequence[Mention], shape: Structure, named: Collection[str], on: date
) -> InAnotherLaw | None:
    """The law in force on the day *on* that has what is said, where the law cited has nothing like it.

    Only laws that the text does not name (*named*) are asked: of those it names the words may be told.
    """
    if mention.place is None or mention.refers_back:
        return None
    cited = [m.place.article.key for m in run if m.place and shape.instrument in m.named.versions]
    if len(cited) != len(run):
        return None
    for words, bar in _statements(mention, said, run):
        own = fit_of(words, shape.instrument)
        if own.weight < _ENOUGH or own.best > _HARDLY or max(map(own.of, cited)) > _NOTHING:
            continue
        fits = [(fit_of(words, id_), id_) for id_ in _current(on) if id_ not in named]
        best, id_ = max(fits, key=lambda one: one[0].best)
        if found := _clear(best, bar):
            return InAnotherLaw(words=words, instrument=id_, keys=found)
    return None


def _statements(mention: Mention, said: Said, run: Sequence[Mention]) -> Iterator[tuple[str, float]]:
    """What is said of the article, and the share of it that the other article must have."""
    stated = [claim.words for claim in said.claims if claim.strength == "stated" and claim.words in said.after]
    yield from ((words, _CLEARLY) for words in dict.fromkeys((*told_alone(mention, said, run), *stated)))
    drawn = (told.words for told in said.told if told.drawn)
    yield from ((words, _SURELY) for words in drawn if not (applies_or_denies(words) or of_a_case(words)))


def _clear(fit: Fit, bar: float) -> tuple[str, ...]:
    keys = fit.nearly(fit.best - _TIED) if fit.best >= bar and fit.weight >= _ENOUGH else ()
    return keys if len(keys) <= _MOST_TIED else ()


@lru_cache(maxsize=8)
def _current(on: date) -> tuple[str, ...]:
    """The laws with articles whose texts were read that are in force on the day."""
    held = ((id_, structure(id_)) for id_ in sorted(structures()))
    return tuple(
        id_
        for id_, shape in held
        if shape and not shape.by_section and library().instrument(id_).in_force_on(on) is not False
    )
