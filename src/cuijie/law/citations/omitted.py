"""The article's own words with one left out on which it hangs (造成精神损害的 for 造成严重精神损害的), or with strange ones put in.

No text is needed: where a word is left out, the runs on both sides of the seam are the article's and none across it is; with the
word put back all of them are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cuijie.law.citations.claims import Said
from cuijie.law.citations.concepts import refuted
from cuijie.law.citations.quoting import cover
from cuijie.law.citations.reader import Mention
from cuijie.law.citations.saying import narrows
from cuijie.law.structure import Prints, Structure, normalise
from cuijie.law.structure.fingerprints import LONG

__all__ = ["omitted", "strange"]

# to leave one of these out changes when the rule applies
_WEIGHTY = (
    "严重",
    "情节严重",
    "情节恶劣",
    "情节特别严重",
    "较大",
    "数额较大",
    "数额巨大",
    "后果严重",
    "公然",
    "多次",
    "故意",
    "恶意",
    "单独",
    "书面",
    "重大",
    "明显",
    "非法",
    "不",
    "未",
    "无",
    "特别",
    "过分",
    "拒不",
    "合理",
    "必要",
    "自愿",
    "明知",
    "国家机关",
    "以非法占有为目的",
    "未经同意",
    "故意或者重大过失",
    "正当",
    "充分",
    "主要",
    "连续",
    "经催收",
    "经有效催收",
    "拒绝",
    "逾期",
    "显著",
    "不可抗力",
)
_LEAST_STATED, _NEARLY_ALL = 14, 0.85
_LEAST_QUOTED, _MOST = 10, 600
_LEAST_REPRINTED, _MOSTLY, _WORD = 15, 0.8, 2
_SENTENCES = re.compile(r"[。；]")
_REPRINTS = re.compile(r"[》”」]?(?:明确|明文)?(?:规定|原文|内容|条文)?(?:如下|是)?：")


def omitted(mention: Mention, said: Said, run: Sequence[Mention], shape: Structure) -> str | None:
    """The first word on which the article hangs that its own words, quoted or told word for word, leave out."""
    if mention.place is None or len(run) > 1 or refuted(said.sentence) or narrows(said.sentence):
        return None
    key = mention.place.article.key
    for words in _verbatim(said, key, shape):
        for word in _left_out(normalise(words)[:_MOST], shape.prints, key):
            if word not in said.context.replace(words, ""):
                return word
    return None


def strange(mention: Mention, said: Said, run: Sequence[Mention], shape: Structure) -> str | None:
    """The first words amid the article's own, in quotation marks or in a reprint, that are not its."""
    if mention.place is None or len(run) > 1 or refuted(said.sentence):
        return None
    key = mention.place.article.key
    reprint = _SENTENCES.split(said.passage[match.end() :]) if (match := _REPRINTS.match(said.passage)) else []
    for words in (*said.quotes, *reprint):
        plain = normalise(words)[:_MOST]
        if len(plain) >= _LEAST_REPRINTED and cover(plain, shape.prints, key) >= _MOSTLY:
            hits = _hits(plain, shape.prints, key)
            for start, end in _gaps(hits):
                if end - start >= _WORD:
                    return plain[start:end]
    return None


def _verbatim(said: Said, key: str, shape: Structure) -> Iterator[str]:
    yield from (quote for quote in said.quotes if len(normalise(quote)) >= _LEAST_QUOTED)
    stated = [claim.words for claim in said.claims if claim.strength == "stated"]
    for words in dict.fromkeys((*stated, *_SENTENCES.split(said.passage))):
        if len(normalise(words)) >= _LEAST_STATED and cover(words, shape.prints, key) >= _NEARLY_ALL:
            yield words


def _hits(plain: str, prints: Prints, key: str) -> NDArray[np.bool_]:
    return prints.articles[key].has_long(prints.long_hashes(plain))


def _gaps(hits: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where words stand that no run covers, with runs right before and behind them."""
    at = 0
    while at < len(hits):
        if hits[at]:
            at += 1
            continue
        until = next((later for later in range(at, len(hits)) if hits[later]), len(hits))
        if at and until < len(hits) and until > at + LONG - 1:
            yield at + LONG - 1, until
        at = until


def _left_out(plain: str, prints: Prints, key: str) -> Iterator[str]:
    """The words left out at each seam of *plain*."""
    if len(plain) < 2 * LONG:
        return
    hits = _hits(plain, prints, key)
    for seam in range(LONG, len(plain) - 1):
        across, behind = hits[seam - LONG + 1 : seam], hits[seam : seam + 1]
        if hits[seam - LONG] and behind.all() and not across.any():  # near the end no whole run stands behind the seam
            left, right = plain[seam - LONG + 1 : seam], plain[seam : seam + LONG - 1]
            yield from (word for word in _WEIGHTY if _fills(left, word, right, prints, key))


@lru_cache(maxsize=256)
def _fills(left: str, word: str, right: str, prints: Prints, key: str) -> bool:
    """Whether with *word* between them all runs are the article's."""
    return bool(np.all(prints.articles[key].has_long(prints.long_hashes(left + word + right))))
