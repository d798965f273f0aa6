"""Finds provisions by plain words: 半夜打电话, 找我妈要钱, 查通讯录."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from cuijie.law.loading import DATA, Topic, load_topics
from cuijie.law.model import Provision
from cuijie.law.naming import normal

__all__ = ["find"]

_WORD = re.compile(r"[a-z0-9]+|[\u3007\u4e00-\u9fff]+")
_TOPIC_WEIGHT = 6.0
_LIMIT = 30


def find(provisions: Sequence[Provision], words: str | Iterable[str], on: date | None) -> tuple[Provision, ...]:
    """The provisions that speak of *words*, the best first, at most 30."""
    query = normal_words(words)
    grams = _grams(query)
    topics = {topic.id for topic in _topics() if any(normal(word) in query for word in topic.words)}
    if not grams and not topics:
        return ()
    kept = [p for p in provisions if on is None or p.in_force_on(on) is not False]
    texts = [(p, _grams(_text(p))) for p in kept]
    rarity = Counter(gram for _, text in texts for gram in set(text) & set(grams))
    scored = [(_score(p, text, grams, rarity, topics, len(texts)), p) for p, text in texts]
    ranked = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    best = ranked[0][0] if ranked else 0.0
    return tuple(p for score, p in ranked[:_LIMIT] if score >= best / 4)


def normal_words(words: str | Iterable[str]) -> str:
    """One text of *words*, in the form that is compared."""
    return normal(words) if isinstance(words, str) else "|".join(normal(word) for word in words)


def _score(
    provision: Provision, text: Counter[str], grams: Counter[str], rarity: Counter[str], topics: set[str], total: int
) -> float:
    common = sum(math.log(1 + total / rarity[gram]) for gram in grams if gram in text)
    topical = _TOPIC_WEIGHT * len(topics & set(provision.topics))
    certain = 0.5 if provision.confidence == "verified" else 0.0
    return common + topical + certain if common or topical else 0.0


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
