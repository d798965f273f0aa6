"""Finds provisions by plain words: 半夜打电话, 找我妈要钱, 查通讯录."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from cuijie.law.loading import DATA, Topic, load_topics
from cuijie.law.model import Provision
from cuijie.law.naming import normal

__all__ = ["find"]

_WORD = re.compile(r"[a-z0-9]+|[\u3007\u4e00-\u9fff]+")
_TOPIC_WEIGHT = 9.0
_FIRST = 12.0
_ALONE = 0.5  # share of the words that a provision of another subject must have
_NEAR = 0.35  # what scores less than this share of the best is left out
_LIMIT = 30


def find(provisions: Sequence[Provision], words: str | Iterable[str], on: date | None) -> tuple[Provision, ...]:
    """The provisions that speak of *words*, the best first, at most 30."""
    query = normal_words(words)
    grams = _grams(query)
    topics = [topic for topic in _topics() if any(normal(word) in query for word in topic.words)]
    if not grams and not topics:
        return ()
    kept = [p for p in provisions if on is None or p.in_force_on(on) is not False]
    texts = [(p, _grams(_text(p))) for p in kept]
    rarity = Counter(gram for _, text in texts for gram in set(text) & set(grams))
    weights = {gram: math.log(1 + len(texts) / rarity[gram]) for gram in grams if rarity[gram]}
    scored = [(_score(p, text, weights, topics), p) for p, text in texts]
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    best = ranked[0][0] if ranked else 0.0
    return tuple(p for score, p in ranked[:_LIMIT] if score >= best * _NEAR)


def normal_words(words: str | Iterable[str]) -> str:
    """One text of *words*, in the form that is compared."""
    return normal(words) if isinstance(words, str) else "|".join(normal(word) for word in words)


def _score(provision: Provision, text: Counter[str], weights: Mapping[str, float], topics: Sequence[Topic]) -> float:
    """Words in common and subjects in common; where the words name a subject, a word alone is a stray hit."""
    common = sum(weight for gram, weight in weights.items() if gram in text)
    about = [topic for topic in topics if topic.id in provision.topics or provision.id in topic.first]
    if topics and not about:
        return common if common >= _ALONE * sum(weights.values()) else 0.0
    if not common and not about:
        return 0.0
    first = max(
        (_FIRST / (1 + topic.first.index(provision.id)) for topic in about if provision.id in topic.first), default=0
    )
    certain = 0.5 if provision.confidence == "verified" else 0.0
    return common + _TOPIC_WEIGHT * len(about) + first + certain


def _text(provision: Provision) -> str:
    parts = [provision.paraphrase_zh, provision.paraphrase_en, provision.label_zh or "", provision.instrument.title]
    return "|".join(normal(part) for part in [*parts, provision.instrument.short])


def _grams(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in _WORD.findall(text):
        if word[0].isascii() or len(word) == 1:
            found[word] += 1
        else:
            found.update(word[i : i + 2] for i in range(len(word) - 1))
    return found


@lru_cache(maxsize=1)
def _topics() -> tuple[Topic, ...]:
    return load_topics(DATA / "topics.yaml")
