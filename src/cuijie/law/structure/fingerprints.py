"""Fingerprints of law texts: is this run of characters in that article?  Answered without holding the text.

Of every article the normalised text is cut into overlapping runs, long ones of six characters and short ones of two.
Each run is hashed (BLAKE2b, keyed with the instrument's id) and reduced modulo 64 times the number of the article's
runs, so a run that is not there is taken for one with a probability of 1/64, whatever the article's length (a little
more beyond 1023 runs, where the modulus is capped).  A quotation of forty characters has 35 long runs: the chance
that an invented one covers half of itself by accident is below 10**-20.  The text cannot be read back by looking:
each next character would have some forty false candidates of the common three thousand.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["LONG", "SHORT", "ArticlePrint", "Prints", "normalise", "pack", "prints_of", "short_prints_of", "unpack"]

LONG = 6
SHORT = 2
_PER_RUN = 64
_CAP = 0xFFFF
_MAGIC = b"CJFP1\n"
_MARKERS = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")

Hashes = NDArray[np.uint64]


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """*text* as fingerprints see it: NFKC, letters and digits only, item signs such as （一） left out."""
    folded = unicodedata.normalize("NFKC", _MARKERS.sub("", text))
    return "".join(sign for sign in folded if sign.isalnum()).lower()


def _hash(run: str, key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8, key=key).digest(), "little")


@lru_cache(maxsize=512)
def _key(length: int, instrument: str) -> bytes:
    return hashlib.sha256(f"cuijie {length} {instrument}".encode()).digest()


@lru_cache(maxsize=256)
def _hashes(text: str, length: int, instrument: str) -> Hashes:
    key = _key(length, instrument)
    runs = (text[at : at + length] for at in range(len(text) - length + 1))
    return np.fromiter((_hash(run, key) for run in runs), dtype=np.uint64)


def _modulus(count: int) -> int:
    return min(max(count, 1) * _PER_RUN, _CAP)


def _reduced(hashes: Hashes, count: int) -> NDArray[np.uint16]:
    return np.unique((hashes % np.uint64(_modulus(count))).astype(np.uint16))


def _among(hashes: Hashes, sorted_runs: NDArray[np.uint16], count: int) -> NDArray[np.bool_]:
    """For each hash whether its remainder is one of *sorted_runs*."""
    if not len(sorted_runs):
        return np.zeros(len(hashes), dtype=bool)
    wanted = (hashes % np.uint64(_modulus(count))).astype(np.uint16)
    places = sorted_runs.searchsorted(wanted)
    places[places == len(sorted_runs)] = 0
    return np.asarray(sorted_runs[places] == wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePrint:
    """The fingerprint of one article: sorted reduced hashes, and how many distinct runs there were."""

    long: NDArray[np.uint16]
    long_count: int
    short: NDArray[np.uint16]
    short_count: int

    @classmethod
    def of(cls, text: str, instrument: str) -> ArticlePrint:
        """The fingerprint of the words *text* as an article of *instrument*."""
        plain = normalise(text)
        long, short = (np.unique(_hashes(plain, length, instrument)) for length in (LONG, SHORT))
        return cls(
            long=_reduced(long, len(long)),
            long_count=len(long),
            short=_reduced(short, len(short)),
            short_count=len(short),
        )

    def has_long(self, hashes: Hashes) -> NDArray[np.bool_]:
        """For each long run's hash whether the article (very probably) has it."""
        return _among(hashes, self.long, self.long_count)

    def has_short(self, hashes: Hashes) -> NDArray[np.bool_]:
        """For each short run's hash whether the article (very probably) has it."""
        return _among(hashes, self.short, self.short_count)


class Prints:
    """The fingerprints of one instrument's articles, by key (``1033``, ``253-1``), in the order of the law."""

    def __init__(self, instrument: str, articles: Mapping[str, ArticlePrint]) -> None:
        self.instrument = instrument
        self.articles = dict(articles)
        self._keys = list(self.articles)
        self._index: tuple[Hashes, Hashes] | None = None
        self._short: tuple[Hashes, Hashes] | None = None

    def long_hashes(self, text: str) -> Hashes:
        """The hashes of the long runs of *text*, in order; empty for fewer than six characters."""
        return _hashes(normalise(text), LONG, self.instrument)

    def short_hashes(self, text: str) -> Hashes:
        """The hashes of the short runs of *text*, in order."""
        return _hashes(normalise(text), SHORT, self.instrument)

    def hashes_of(self, runs: Sequence[str]) -> Hashes:
        """The hashes of runs of two normalised characters, one each."""
        key = _key(SHORT, self.instrument)
        return np.fromiter((_hash(run, key) for run in runs), dtype=np.uint64)

    def shares(self, hashes: Hashes) -> list[tuple[float, str]]:
        """For every article the share of the long runs *hashes* that it has, with its key; all looked up at once."""
        if not len(hashes) or not self._keys:
            return []
        self._index = self._index or _indexed(
            [(article.long, article.long_count) for article in self.articles.values()]
        )
        return list(zip(_looked_up(hashes, self._index).mean(axis=1).tolist(), self._keys, strict=True))

    def short_held(self, runs: Sequence[str]) -> NDArray[np.bool_]:
        """For every article (row) and every run of two normalised characters (column): does it (very probably) have it?"""
        self._short = self._short or _indexed(
            [(article.short, article.short_count) for article in self.articles.values()]
        )
        return _looked_up(self.hashes_of(runs), self._short)


def _indexed(runs: Sequence[tuple[NDArray[np.uint16], int]]) -> tuple[Hashes, Hashes]:
    """All runs in one sorted array, the article's number in the upper bits; and the articles' moduli."""
    parts = [reduced.astype(np.uint64) + np.uint64(number << 16) for number, (reduced, _) in enumerate(runs)]
    moduli = [_modulus(count) for _, count in runs]
    return np.concatenate([*parts, np.array([2**63], dtype=np.uint64)]), np.array(moduli, dtype=np.uint64)


def _looked_up(hashes: Hashes, index: tuple[Hashes, Hashes]) -> NDArray[np.bool_]:
    """For every article (row) and hash (column) whether the article has it."""
    runs, moduli = index
    wanted = hashes[None, :] % moduli[:, None] + (np.arange(len(moduli), dtype=np.uint64) << np.uint64(16))[:, None]
    places = np.minimum(np.searchsorted(runs, wanted), len(runs) - 1)
    return np.asarray(runs[places] == wanted)


def pack(prints: Prints) -> bytes:
    """The bytes of a fingerprint file; ``unpack`` with the same keys gives *prints* again."""
    parts: list[bytes] = []
    for article in prints.articles.values():
        counts = (article.long_count, len(article.long), article.short_count, len(article.short))
        parts.append(np.array(counts, dtype="<u4").tobytes())
        parts += (np.diff(run, prepend=np.uint16(0)).astype("<u2").tobytes() for run in (article.long, article.short))
    return _MAGIC + zlib.compress(b"".join(parts), 9)


def unpack(data: bytes, instrument: str, keys: Sequence[str]) -> Prints:
    """The fingerprints in *data*, written by ``pack``; raises ValueError where data or keys do not fit."""
    if not data.startswith(_MAGIC):
        raise ValueError("not a fingerprint file")
    body, at = zlib.decompress(data[len(_MAGIC) :]), 0
    articles: dict[str, ArticlePrint] = {}
    for key in keys:
        long_count, long_size, short_count, short_size = (int(n) for n in np.frombuffer(body, "<u4", 4, at))
        at += 16
        long = _summed(np.frombuffer(body, "<u2", long_size, at))
        at += 2 * long_size
        short = _summed(np.frombuffer(body, "<u2", short_size, at))
        at += 2 * short_size
        articles[key] = ArticlePrint(long=long, long_count=long_count, short=short, short_count=short_count)
    if at != len(body):
        raise ValueError("fingerprint file and list of articles do not fit")
    return Prints(instrument, articles)


def _summed(steps: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return np.cumsum(steps, dtype=np.uint64).astype(np.uint16)


def prints_of(instrument: str, texts: Iterable[tuple[str, str]]) -> Prints:
    """The fingerprints of an instrument given as (key, words) of its articles."""
    return Prints(instrument, {key: ArticlePrint.of(words, instrument) for key, words in texts})


def short_prints_of(instrument: str, texts: Iterable[tuple[str, str]]) -> Prints:
    """The same of parts of articles (key 50.1.2), with short runs only: enough to tell which part words speak of."""
    whole = prints_of(instrument, texts).articles
    nothing = np.array([], dtype=np.uint16)
    return Prints(instrument, {key: replace(one, long=nothing, long_count=0) for key, one in whole.items()})
