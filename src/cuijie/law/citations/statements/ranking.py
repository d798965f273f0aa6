"""Which article of a law a sentence fits best: its telling words, weighed by how few articles have them.

The vocabulary of an article is its fingerprint, its subject written by hand, how people speak of it, and our paraphrases
of its provisions; so no text is needed, and plain words (``plain_words.yaml``) are read as the words of the law.  Of an
instrument whose text was never read there are only our paraphrases.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cuijie.datafiles import load_rows
from cuijie.law.library import library
from cuijie.law.numerals import chinese
from cuijie.law.structure import Prints, Structure, normalise, spoken_of, structure

__all__ = ["Fit", "fit_of", "telling_pairs"]

_HERE = Path(__file__).parent
_FORM = re.compile(
    r"第[零一二三四五六七八九十百千0-9]+[条款项]|规定|应当|可以|不得|有关|相关|法律|要求|明确|依法|任何|或者|以及|其他|就是|这条|进行|(?:基础|核心|关键|重要)(?:条文|条款|法条)|条文|法条"
    r"|有期徒刑|拘留|罚款|罚金|处罚|犯罪|构成|追究|判决如下|综上|予以|请求|按照|根据|依照|情形|[你您我]们?的?|贵[司方]|对方"
)
_NO_WORD = re.compile(r"[的了是就都也他她它咱们吧呢啊吗]|^[在对为与和及或由向把被给将按不有]|[和与及或等]$")
_BREAK = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_RARE = 0.7  # weight of a word that no article has, as a share of the weight of one that a single article has
_STRANGE = 1 / 64  # a strange run passes a fingerprint with this probability


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """How words fit each article of a law: ``shares`` of their weight that each has, and the ``weight`` itself (nats).

    ``cores`` are the shares that what we wrote of an article has (its subject, our paraphrases): what it is about,
    without what its text also mentions.  Of articles not in ``told`` we wrote nothing.  Both stand in the order of ``keys``,
    and ``places`` says where each is.
    """

    weight: float
    keys: Sequence[str]
    places: Mapping[str, int]
    shares: NDArray[np.float64]
    cores: NDArray[np.float64]
    told: Collection[str]

    def of(self, key: str) -> float:
        """The share of the words that the article *key* has, between 0 and 1."""
        at = self.places.get(key)
        return float(self.shares[at]) if at is not None else 0.0

    def core_of(self, key: str) -> float:
        """The share of the words that what we wrote of the article *key* has; 0 where we wrote nothing."""
        return float(self.cores[self.places[key]]) if key in self.told else 0.0

    @property
    def best(self) -> float:
        """The largest share of any article."""
        return float(self.shares.max(initial=0.0))

    def nearly(self, share: float) -> tuple[str, ...]:
        """The articles with at least *share*, the best first."""
        found = np.flatnonzero(self.shares >= share)
        return tuple(self.keys[at] for at in found[np.argsort(-self.shares[found], kind="stable")])


_NOTHING = Fit(weight=0.0, keys=(), places={}, shares=np.zeros(0), cores=np.zeros(0), told=frozenset())


class _Vocabulary:
    """The words of one law's articles."""

    def __init__(self, written: Mapping[str, Sequence[str]], prints: Prints | None) -> None:
        """*written* is what we wrote of each article; without *prints* that is all there is."""
        self._prints = prints
        self.keys = list(written)
        self._ours: dict[str, list[int]] = {}
        self._places = {key: at for at, key in enumerate(self.keys)}
        self._told = frozenset(key for key, words in written.items() if any(words))
        for number, words in enumerate(written.values()):
            for pair in frozenset(_pairs("，".join(words))):
                self._ours.setdefault(pair, []).append(number)

    def fit(self, words: str) -> Fit:
        """How *words* fit each article."""
        pairs = telling_pairs(words)
        if not pairs:
            return _NOTHING
        ours = self._of_ours(pairs)
        held = ours | self._prints.short_held(pairs) if self._prints else ours
        count = len(self.keys)
        holders = np.maximum(held.sum(axis=0) - count * _STRANGE, 0)
        weights = np.where(holders < 0.5, math.log(count + 1) * _RARE, np.log((count + 1) / (holders + 0.5)))
        total = float(weights.sum())
        shares, cores = ((one * weights).sum(axis=1) / total for one in (held, ours))
        return Fit(weight=total, keys=self.keys, places=self._places, shares=shares, cores=cores, told=self._told)

    def _of_ours(self, pairs: list[str]) -> NDArray[np.bool_]:
        held = np.zeros((len(self.keys), len(pairs)), dtype=bool)
        for at, pair in enumerate(pairs):
            held[self._ours.get(pair, []), at] = True
        return held


def _paraphrases(instrument: str) -> Mapping[str, list[str]]:
    """Our paraphrases of the instrument's provisions, by article."""
    found: dict[str, list[str]] = {}
    for provision in library().provisions_of(instrument) if library().holds(instrument) else ():
        found.setdefault(provision.key.split(".")[0], []).append(provision.paraphrase_zh)
    return found


def _pairs(words: str) -> Iterable[str]:
    for part in _BREAK.split(words):
        plain = normalise(part)
        yield from (plain[at : at + 2] for at in range(len(plain) - 1))


def telling_pairs(words: str) -> list[str]:
    """The pairs of characters of *words* that tell what they are about, each once; Latin letters tell nothing of a law."""
    pairs = dict.fromkeys(_pairs(_FORM.sub("，", words)))
    return [pair for pair in pairs if not _NO_WORD.search(pair) and not pair.isascii()]


@cache
def _plain_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The plain words and those of the law for them.  Raises DataFileError."""
    return tuple((row.pattern("plain"), row.text("law")) for row in load_rows(_HERE / "plain_words.yaml"))


_DIGITS = re.compile(r"(?<![0-9])[0-9]{1,4}(?=多?[年月日天周岁元倍个次万千亿条人小工])")
_PERCENT = re.compile(r"(?<![0-9.])([0-9]{1,2})[%％]")
_TEN_THOUSANDS = re.compile(r"([0-9]{1,5})0000(?=元)")
_COUNTED = (
    (re.compile(r"(?<=[零一二三四五六七八九十百千半])天"), "日"),
    (re.compile(r"两(?=[年月个日周倍次人])"), "二"),
)


def as_laws_count(words: str) -> str:
    """*words* with numbers written as laws write them: 5天 as 五日, 100万 as 一百万, 50000元 as 五万元, 24% as 百分之二十四."""
    spelt = _PERCENT.sub(lambda match: "百分之" + chinese(int(match[1])), _TEN_THOUSANDS.sub(r"\1万", words))
    spelt = _DIGITS.sub(lambda match: chinese(int(match[0])), spelt)
    for pattern, law in _COUNTED:
        spelt = pattern.sub(law, spelt)
    return spelt


@lru_cache(maxsize=64)
def _vocabulary(instrument: str, shape: Structure | None) -> _Vocabulary | None:
    ours = _paraphrases(instrument)
    if shape is None:
        spoken = spoken_of(instrument)
        return _Vocabulary({key: [*words, spoken.get(key, "")] for key, words in ours.items()}, None) if ours else None
    if shape.by_section:
        return None
    written = {
        key: [*ours.get(key, ()), article.spoken, *([article.subject] if article.written_by_hand else [])]
        for key, article in shape.articles.items()
    }
    return _Vocabulary(written, shape.prints)


def fit_of(words: str, instrument: str) -> Fit:
    """How *words* fit the articles of *instrument*, in plain words or in those of the law, whichever fit better."""
    return _fit(words, instrument, structure(instrument))


@lru_cache(maxsize=512)
def _fit(words: str, instrument: str, shape: Structure | None) -> Fit:
    vocabulary = _vocabulary(instrument, shape)
    if vocabulary is None:
        return _NOTHING
    words = as_laws_count(words)
    as_said, as_law = vocabulary.fit(words), words
    for plain, law in _plain_words():
        as_law = plain.sub(law, as_law)
    if as_law == words:
        return as_said
    read = vocabulary.fit(as_law)
    return read if read.best >= as_said.best else as_said
