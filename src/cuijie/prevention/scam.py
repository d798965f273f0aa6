"""Is this offer of help a trap?  Signs with their places and reasons, and what a safe offer would contain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, Words, load_table
from cuijie.prevention.signs import Sign, SignHit, compiled, find_signs, sign_of
from cuijie.prevention.trained import passages, sentences_in, trained
from cuijie.reading import read
from cuijie.reading.normalise import Normalised, normalise
from cuijie.reading.result import Span

__all__ = ["ScamCheck", "ScamGuide", "check_offer", "scam_guide"]

_SAYS_WHICH = -1.0  # log-odds below which it reads like a trap of no kind in particular
_TELLS_OF_TRAPS = -1.2  # log-odds of *a trap* below which a passage warns of traps or tells of one
_TRAPS = frozenset({"fee_scam", "private_payment"})
_FILE = Path(__file__).parent / "data" / "scam.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScamGuide:
    """The signs, the official warning they rest on, and what a safe offer contains."""

    basis: Words
    safe_zh: tuple[str, ...]
    safe_en: tuple[str, ...]
    warnings: tuple[re.Pattern[str], ...]
    signs: tuple[Sign, ...]
    by_reader: Sign  # what the reader of messages sees beyond the patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class ScamCheck:
    """The signs found in one offer, in the order of the text; none found does not make it safe."""

    hits: tuple[SignHit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A passage of the folded text and its log-odds, counted from their thresholds: of each sign, of any trap."""

    folded: Normalised
    start: int
    end: int
    signs: tuple[float, ...]
    trap: float

    @property
    def words(self) -> str:
        return self.folded.text[self.start : self.end]

    @property
    def span(self) -> Span:
        return self.folded.span(self.start, self.end)


@cache
def scam_guide() -> ScamGuide:
    """The guide in our data file.  Raises DataFileError."""
    value = load_table(_FILE)
    safe = value.table("safe", "应是 {zh: […], en: […]}")
    return ScamGuide(
        basis=value.words("basis"),
        safe_zh=safe.texts("zh"),
        safe_en=safe.texts("en"),
        warnings=compiled(value, "warnings"),
        signs=tuple(map(sign_of, value.tables("signs", "应是一列征兆"))),
        by_reader=_reader_sign(value),
    )


def _reader_sign(value: Lines) -> Sign:
    row = value.table("by_reader", "应是 {title, why}")
    return Sign(
        id="reads_like_trap", title=row.words("title"), why=row.words("why"), provisions=(), patterns=(), unless=(), hits=(), misses=(),
    )  # fmt: skip


def check_offer(text: str) -> ScamCheck:
    """Every sign of a trap in *text*: what a pattern meets is certain, what a trained reader sees is possible.

    In a passage that plainly warns of traps or tells of one, the words of a trap are no sign.
    """
    guide, read_passages = scam_guide(), tuple(_passages(text))
    known = find_signs(text, guide.signs, guide.warnings)
    hits = [hit for hit in known if _may_offer(hit.span, read_passages)]
    possible = [hit for passage in read_passages for hit in _trained_hits(passage, guide)]
    possible += [hit for hit in _message_hits(text, guide) if _may_offer(hit.span, read_passages)]
    for hit in possible:
        if not any(_is_said(hit, other, guide) for other in hits):
            hits.append(hit)
    return ScamCheck(hits=tuple(sorted(hits, key=lambda hit: hit.span)))


def _is_said(possible: SignHit, other: SignHit, guide: ScamGuide) -> bool:
    """Whether *other* says already what *possible* would: of a sign that is certain no possible place is told besides."""
    if possible.sign == other.sign and other.certain:
        return True
    return _meet(possible.span, other.span) and possible.sign in (other.sign, guide.by_reader)


def _passages(text: str) -> Iterator[_Passage]:
    folded = normalise(text)
    return (_passage(folded, start, end) for start, end in passages(folded.text))


def _passage(folded: Normalised, start: int, end: int) -> _Passage:
    *signs, trap = trained("scam").odds(folded.text[start:end]).tolist()
    return _Passage(folded=folded, start=start, end=end, signs=tuple(signs), trap=trap)


def _may_offer(span: Span, read_passages: tuple[_Passage, ...]) -> bool:
    meant = [one for one in read_passages if _meet(one.span, span)]
    return not meant or max(one.trap for one in meant) >= _TELLS_OF_TRAPS


def _trained_hits(passage: _Passage, guide: ScamGuide) -> Iterator[SignHit]:
    """The signs a passage shows, sentence by sentence; at least one if as a whole it reads like a trap."""
    if passage.trap < 0:
        return
    sentences = [
        _passage(passage.folded, start, end)
        for start, end in sentences_in(passage.folded.text, passage.start, passage.end)
    ]
    told = [(one, at) for one in sentences for at, odds in enumerate(one.signs) if odds >= 0 and one.trap >= 0]
    if not told:
        worst = max(sentences, key=lambda one: one.trap)
        told = [(worst, worst.signs.index(max(worst.signs)))]
    for one, at in told:
        sign = guide.signs[at] if one.signs[at] >= _SAYS_WHICH else guide.by_reader
        (((first, last),),) = trained("scam").telling_spans([(one.words, [at])])
        yield SignHit(sign=sign, span=one.folded.span(one.start + first, one.start + last), certain=False)


def _message_hits(text: str, guide: ScamGuide) -> Iterator[SignHit]:
    """What the reader of messages calls a fraud of fees or a payment to a private account."""
    for label in read(text).labels:
        if label.label in _TRAPS:
            yield SignHit(sign=guide.by_reader, span=label.spans[0], certain=False)


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
