"""Where a loosely worded statement belongs: condemned only where it clearly fits another article and not the one cited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_yaml
from cuijie.law.citations.claims import Said
from cuijie.law.citations.lexicon import LexiconDamaged
from cuijie.law.citations.ranking import Fit, fit_of
from cuijie.law.citations.reader import Mention
from cuijie.law.structure import Structure, structure

__all__ = ["belongs_elsewhere", "told_alone"]

_CLAUSE = re.compile(r"(?<=[^，；：]{10})[，；：]")
_MOST_WORDS, _SHORT = 90, 40
_TIED, _MOST_TIED = 0.06, 2
_OTHER_CITED = 0.3
_DENIES = re.compile(
    r"没有(?:规定|这|提|写|说)|并非|并不是|而不是|不是|并无|并未|未(?:规定|提|涉及|要求|明确)|不含|并不|而非|不等于|有别于|不同于|区别|除外|不适用|无关"
)
# 依照第…条的规定认定……: the article is applied, not told
_APPLIED = re.compile(r"(?:规定)?(?:的|认定|处理|办理|执行|处罚|追究|提出|提起|起诉|主张|确定)")
_CASE = re.compile(r"[0-9]{3,}元|原告|被告|上诉人|申请人|投诉人|答辩人|委托人|本院|本案|贵|你们|您的?|我[^国]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """How clear it must be: the best article's share, what the cited one may have of that, the difference in nats.

    ``lead``: how far the next best may come near the best, where fewer words fit.
    """

    best: float
    cited: float
    weight: float
    lead: float = 1.0


_NEARLY_ALL = _Bar(best=0.85, cited=0.65, weight=12, lead=0.8)
_STATED = (_Bar(best=0.5, cited=0.4, weight=10), _Bar(best=0.33, cited=0.25, weight=20, lead=0.65), _NEARLY_ALL)
_BARS: dict[str, tuple[_Bar, ...]] = {
    "named": (_Bar(best=0.6, cited=0.36, weight=10), _NEARLY_ALL),
    "stated": _STATED,
    "told": _STATED,
    "drawn": (_Bar(best=0.75, cited=0.33, weight=20),),
}
_GENERAL = (_Bar(best=0.6, cited=0.25, weight=24),)
_GENERAL_DRAWN = (_Bar(best=0.8, cited=0.25, weight=40),)


def belongs_elsewhere(mention: Mention, said: Said, run: Sequence[Mention], shape: Structure) -> tuple[str, ...]:
    """The one or two articles of the same law that what is said clearly fits; none where that is not clear."""
    if mention.place is None or not _is_meant(mention, run):
        return ()
    key = mention.place.article.key
    cited = {m.place.article.key for m in run if m.place and shape.instrument in m.named.versions}
    others = [m for m in run if m.place and shape.instrument not in m.named.versions]
    for variants, bars in _statements(said, key, shape):
        fits = [fit_of(words, shape.instrument) for words in variants]
        near = 0.0
        for words, fit in zip(variants, fits, strict=True):
            near = max(near, *(fit.of(one) for one in cited))
            found = fit.nearly(fit.best - _TIED)
            clear = len(found) <= _MOST_TIED and any(_clears(fit, near, bar) for bar in bars)
            if clear and not any(_fits_other(words, other) for other in others):
                return found
    return ()


def told_alone(mention: Mention, said: Said, run: Sequence[Mention]) -> list[str]:
    """What stands beside the citation and neither denies, applies nor concludes."""
    told = [one.words for one in said.told if not one.drawn and len(one.words) <= _SHORT and _is_meant(mention, run)]
    return [words for words in told if not (_DENIES.search(words) or _APPLIED.match(words) or _CASE.search(words))]


def _is_meant(mention: Mention, run: Sequence[Mention]) -> bool:
    """Whether what is said is surely said of it: of several laws in a row, only of the last."""
    return len(run) == 1 or mention.group == run[-1].group


def _clears(fit: Fit, near: float, bar: _Bar) -> bool:
    enough = fit.best >= bar.best and near <= bar.cited * fit.best and (fit.best - near) * fit.weight >= bar.weight
    return enough and (bar.lead >= 1 or len(fit.nearly(bar.lead * fit.best)) == 1)


def _statements(said: Said, key: str, shape: Structure) -> Iterator[tuple[list[str], tuple[_Bar, ...]]]:
    """The statements about the article, each whole and by its first clause, with how clear it must be."""
    general = key in _general_articles().get(shape.instrument, frozenset())
    asserted: list[tuple[str, str]] = [
        (claim.words, claim.strength) for claim in said.claims if claim.strength != "facts"
    ]
    asserted += [(told.words, "drawn" if told.drawn else "told") for told in said.told]
    for whole, strength in asserted:
        drawn = strength == "drawn"
        bars = (_GENERAL_DRAWN if drawn else _GENERAL) if general else _BARS[strength]
        variants = dict.fromkeys((whole[:_MOST_WORDS], _CLAUSE.split(whole, maxsplit=1)[0]))
        kept = [words for words in variants if not (_DENIES.search(words) or _APPLIED.match(words))]
        kept = [words for words in kept if not (drawn and _CASE.search(words))]
        if kept:
            yield kept, bars


def _fits_other(words: str, other: Mention) -> bool:
    """Whether another law cited beside it has what is said."""
    if other.place is None:
        return False
    key = other.place.article.key
    return any(structure(id_) and fit_of(words, id_).of(key) > _OTHER_CITED for id_ in other.named.versions)


@cache
def _general_articles() -> dict[str, frozenset[str]]:
    """Articles of principle by instrument.  Raises DataFileError."""
    rows = load_yaml(Path(__file__).parent / "general_articles.yaml")
    if not isinstance(rows, Lines):
        raise LexiconDamaged("general_articles.yaml 不是“法: 条号”的列表。")
    return {id_: frozenset(str(key) for key in keys) for id_, keys in rows.items() if isinstance(keys, list)}
