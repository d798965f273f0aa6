"""The article's own words with one left out on which it hangs (造成精神损害的 for 造成严重精神损害的), or with strange ones put in.

No text is needed: where a word is left out, the runs on both sides of the seam are the article's and none across it is; with the
word put back all of them are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.quotations.quoting import GAP, cover, owner_of, variants
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.concepts import refuted
from cuijie.law.citations.statements.saying import narrows
from cuijie.law.numerals import number
from cuijie.law.structure import Prints, Structure, normalise
from cuijie.law.structure.fingerprints import LONG

__all__ = ["Departure", "departs", "omitted"]

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
    "高利放贷等产生的非法",
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
_LEAST_STATED, _NEARLY_ALL, _SHARED_SEAM = 14, 0.85, 3
_LEAST_QUOTED, _MOST = 10, 600
_LEAST_REPRINTED, _WORD, _SHOWN, _MOST_SHOWN = 15, 2, 8, 30
_MOSTLY, _QUOTED, _MERGED, _LITTLE = 0.8, 0.7, 0.35, 0.35
_SENTENCES = re.compile(r"[。；]")
_LABEL = re.compile(r"^〔[^〔〕]{2,20}〕")  # 第二百五十三条之一【侵犯公民个人信息罪】
_ITEM = re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")
_OR = re.compile(r"或者?|以及")
# to leave one out or to put one in changes nothing
_SMALL = frozenset("的地了者当等其该和与或及并且对于在以应也均都所") | {
    "或者",
    "以及",
    "并且",
    "对于",
    "有关",
    "相关",
    "应当",
    "人民",
    "依法",
}
# an item led on to the penalty of all: ……的，处五日以下拘留
_PENALTY = re.compile(r"的?(?:处[^理]|依照)")
# 第…条【罪名】……, 第…条规定：……, 第…条 ……: only where one of the sentences is the article's, word for word
_REPRINTS = re.compile(
    r"[》”」]?(?:〔[^〔〕]{2,20}〕|(?:明确|明文)?(?:规定|原文|内容|条文)?(?:如下|是)?[：，]|(?=[\u4e00-\u9fff]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where words leave the article's: those put in (none where some are left out), between its own.

    ``owner``: the other article of the law whose sentence they are.
    """

    before: str
    words: str
    after: str
    owner: str = ""


def omitted(citation: CitedArticle) -> str | None:
    """The first word on which the article hangs that its own words, quoted or told word for word, leave out."""
    said, shape, key = citation.said, citation.shape, citation.key
    if len(citation.run) > 1 or refuted(said.sentence) or narrows(said.sentence):
        return None
    for words in _verbatim(said, key, shape):
        for word in _left_out(normalise(words)[:_MOST], shape.prints, key):
            if word not in said.context.replace(words, ""):
                return word
    return None


def departs(citation: CitedArticle) -> Departure | None:
    """The first place where words in quotation marks or a reprint leave the article's own: others put in, or some left out.

    Without quotation marks it is a reprint where one of its sentences is word for word the article's; it may cut a list short, unless
    it gives the items with their numbers.
    """
    said, shape, key = citation.said, citation.shape, citation.key
    if len(citation.run) > 1 or refuted(said.sentence):
        return None
    prints = shape.prints
    for quote in said.quotes:
        for piece, _ in _pieces(quote):
            for found in _departures(piece, prints, key, _LEAST_QUOTED, _QUOTED):
                return found
            for found in _departures(piece, prints, key, _LEAST_QUOTED, _MERGED):
                if owner_of(found.words, shape, [key]):
                    return found
    reprint = _REPRINTS.match(said.passage)
    pieces = list(_pieces(said.passage[reprint.end() :])) if reprint else []
    if not any(_is_verbatim(piece, prints, key) for piece, _ in pieces):
        return None
    for piece, listed in pieces:
        for found in _departures(piece, prints, key, _LEAST_REPRINTED, _MOSTLY):
            if found.before and found.after and (found.words or listed) and not _joins_its_own(found, prints, key):
                return found
        if cover(piece, prints, key) < _LITTLE and (owner := owner_of(piece, shape, [key])):
            return Departure(before="", words=normalise(piece)[:_MOST_SHOWN], after="", owner=owner)
    return None


def _joins_its_own(found: Departure, prints: Prints, key: str) -> bool:
    """Whether 或者 leads on to words that stand elsewhere in the article: two of its paragraphs told in one sentence."""
    joined = _OR.match(found.words)
    if joined is None:
        return False
    words = found.words[joined.end() :]
    words = words if len(words) > 1 else words + found.after[:1]
    return len(words) > 1 and bool(prints.articles[key].has_short(prints.short_hashes(words)).all())


def _pieces(words: str) -> Iterator[tuple[str, bool]]:
    """The sentences of *words* between signs of omission; items numbered one after the other are one, and marked so."""
    for stretch in GAP.split(words):
        head, *items = _ITEM.split(stretch)
        yield from ((sentence, False) for sentence in _SENTENCES.split(head))
        listed, last = "", -1
        for sign, item in zip(items[::2], items[1::2], strict=True):
            if (number(sign) or 0) != last + 1:
                yield listed, True
                listed = ""
            listed, last = listed + item, number(sign) or 0
        yield listed, True


def _is_verbatim(words: str, prints: Prints, key: str) -> bool:
    plain = normalise(words)
    return len(plain) >= _LEAST_QUOTED and bool(_hits(plain, prints, key).all())


def _departures(words: str, prints: Prints, key: str, least: int, share: float) -> Iterator[Departure]:
    """The places that no run of the article covers, unless only small words differ; none where less than the *share* of them is the article's."""
    plain = max(variants(words), key=lambda one: cover(one, prints, key))[:_MOST]
    if len(plain) < least or cover(plain, prints, key) < share:
        return
    hits = _hits(plain, prints, key)
    edges = np.flatnonzero(np.diff(np.concatenate(([True], hits, [True])).astype(int)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        first, last = start + LONG - 1 if start else 0, end if end < len(hits) else len(plain)
        words = plain[first:last]
        if not words:
            small = _PENALTY.match(plain, last) or any(
                _fills(plain[:last], one, plain[last:], prints, key) for one in _SMALL
            )
        else:
            small = words in _SMALL or len(words) < _WORD
        if not small:
            yield Departure(before=plain[: min(first, last)][-_SHOWN:], words=words, after=plain[last:][:_SHOWN])


def _verbatim(said: Said, key: str, shape: Structure) -> Iterator[str]:
    yield from (quote for quote in said.quotes if len(normalise(quote)) >= _LEAST_QUOTED)
    stated = [claim.words for claim in said.claims if claim.strength == "stated"]
    for words in dict.fromkeys((*stated, *_SENTENCES.split(_LABEL.sub("", said.passage, count=1)))):
        if len(normalise(words)) >= _LEAST_STATED and cover(words, shape.prints, key) >= _NEARLY_ALL:
            yield words


def _hits(plain: str, prints: Prints, key: str) -> NDArray[np.bool_]:
    return prints.articles[key].has_long(prints.long_hashes(plain))


def _left_out(plain: str, prints: Prints, key: str) -> Iterator[str]:
    """The words left out at each seam of *plain*."""
    if len(plain) < 2 * LONG:
        return
    hits = _hits(plain, prints, key)
    edges = np.flatnonzero(np.diff(np.concatenate(([True], hits, [True])).astype(int)))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if not start or (end - start < _SHARED_SEAM and end < len(hits)):
            continue
        # the signs before and behind may be the same (个人信息，情节严重的 for 个人信息的): then the runs meet before the seam;
        # near the end no whole run stands behind it
        last = start + LONG - 1
        for seam in range(min(end, last) if end < len(hits) else last, min(last, len(plain) - 2) + 1):
            yield from (word for word in _WEIGHTY if _fills(plain[:seam], word, plain[seam:], prints, key))


def _fills(left: str, word: str, right: str, prints: Prints, key: str) -> bool:
    """Whether with *word* between them all runs are the article's."""
    whole = left[-LONG + 1 :] + word + right[: LONG - 1]
    return bool(np.all(_hits(whole, prints, key)))
