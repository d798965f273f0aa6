"""What the collecting side says, judged: patterns and model weighed together into labels with spans.

Many texts at once: what costs most, looking words up and weighing characters, is done for all of them together.  One
text is judged as it would be among others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from cuijie.reading.context import contexts
from cuijie.reading.lexicon import Pattern, lexicon
from cuijie.reading.model import model
from cuijie.reading.normalise import Normalised
from cuijie.reading.result import LabelHit, Recipient, Span
from cuijie.records import LABELS

__all__ = ["ALL_PARTS", "LABELS_FOR", "Heard", "labels_of", "matches"]

_THIRD_PARTY_ONLY = frozenset({"third_party_disclosure", "third_party_pressure"})
LABELS_FOR: dict[Recipient, frozenset[str]] = {
    "debtor": frozenset(LABELS) - _THIRD_PARTY_ONLY,
    "third_party": frozenset(LABELS) - {"threat_contacts"},
    "unknown": frozenset(LABELS),
}
"""Which labels a text to this recipient can have (label guide, §2)."""

ALL_PARTS = frozenset({"patterns", "model"})
"""Both halves of the reader; one is left out only to measure the other."""

_POSSIBLE = {to: [(at, label) for at, label in enumerate(LABELS) if label in LABELS_FOR[to]] for to in LABELS_FOR}
_PLACE = {label: at for at, label in enumerate(LABELS)}

_HALF_SURE = 1.0
_WARNED = -4.0  # a text that as a whole warns, teaches or reports, or is about pastimes
_UNADDRESSED = 2.0  # a text to nobody in particular must show more clearly that it collects
_DOUBT = 1.5  # how much the model's doubt that a text is unlawful at all counts against each label
_SURELY = 1.5  # log-odds of *any violation* from where on one of the labels must be right
_NEAREST = -3.0  # how far below even that one may be
_JUST = 0.01
_PASSAGE = 300  # characters: a long transcript is judged piece by piece, or one threat would drown in it
_TOGETHER = 1024  # passages judged at once
_SENTENCE = 100  # characters to either side, where no mark ends the sentence before
_SENTENCE_END = re.compile(r"[。!?\n]")
_FIVE_CHARACTERS = re.compile(r"(?:[\W_]*[^\W_]){5}")


class Heard(NamedTuple):
    """A folded text, the part of it that is judged (the rest blanked, so positions stay), and to whom it is said.

    ``may_be_own``: nobody is marked as speaking, so that all of it may still be the debtor's own words.
    """

    folded: Normalised
    judged: str
    to: Recipient
    may_be_own: bool


class _Passage(NamedTuple):
    owner: int
    start: int
    text: str
    to: Recipient


class _InContext(NamedTuple):
    """A passage, what of it the patterns are tried on, and whether it is doubted as a whole."""

    passage: _Passage
    said: str
    doubted: bool


@dataclass(slots=True)
class _Found:
    """What the patterns of one label found."""

    weight: float
    against: float
    spans: list[Span]
    patterns: list[str]


@dataclass(slots=True)
class _Verdict:
    """What is said of one passage: the log-odds of the labels given, and what the patterns found."""

    passage: _Passage
    given: dict[str, float]
    found: dict[str, _Found]


def labels_of(heard: Sequence[Heard], parts: frozenset[str] = ALL_PARTS) -> list[tuple[LabelHit, ...]]:
    """The labels of each text, in their fixed order, spans in the original."""
    passages = list(_in_context(_worth_reading(_passages(heard)), heard))
    by_owner: dict[int, list[_Verdict]] = {}
    for at in range(0, len(passages), _TOGETHER):
        verdicts = [verdict for verdict in _verdicts(passages[at : at + _TOGETHER], parts) if verdict.given]
        _fill_spans(verdicts)
        for verdict in verdicts:
            by_owner.setdefault(verdict.passage.owner, []).append(verdict)
    said: list[tuple[LabelHit, ...]] = [()] * len(heard)
    for owner, spoken in by_owner.items():
        labels = sorted({label for verdict in spoken for label in verdict.given}, key=_PLACE.__getitem__)
        said[owner] = tuple(_hit(label, spoken, heard[owner].folded) for label in labels)
    return said


def _passages(heard: Sequence[Heard]) -> list[_Passage]:
    return [
        _Passage(owner, start, judged[start:end], to)
        for owner, (_, judged, to, _) in enumerate(heard)
        for start, end in _pieces(judged)
        if judged[start:end].strip()
    ]


def _pieces(text: str) -> list[Span]:
    """*text* in pieces of about ``_PASSAGE`` characters that end where a sentence does; short texts are one piece."""
    pieces: list[Span] = []
    start = 0
    while len(text) - start > _PASSAGE * 4 // 3:
        cut = max(text.rfind(sign, start + _PASSAGE // 2, start + _PASSAGE) for sign in "\n。!?;,")
        end = cut + 1 if cut > 0 else start + _PASSAGE
        pieces.append((start, end))
        start = end
    return [*pieces, (start, len(text))]


def _worth_reading(passages: list[_Passage]) -> list[_Passage]:
    """Those that are not plainly lawful, or that a pattern matches that decides by itself."""
    worth = model().worth_reading([passage.text for passage in passages]).tolist()
    lawful = [(passage.text, passage.to) for passage, let_in in zip(passages, worth, strict=True) if not let_in]
    sure = iter(lexicon().may_be_sure(lawful))
    return [passage for passage, let_in in zip(passages, worth, strict=True) if let_in or next(sure)]


def _in_context(passages: Iterable[_Passage], heard: Sequence[Heard]) -> Iterator[_InContext]:
    """The passages of texts that are not the debtor's own words, and in what sense they stand."""
    context = contexts()
    own: dict[int, bool] = {}
    for passage in passages:
        whole = heard[passage.owner]
        if passage.owner not in own:
            own[passage.owner] = whole.may_be_own and context.is_own_words(whole.judged)
        if own[passage.owner]:
            continue
        text = passage.text
        warns = context.is_warning(text)
        doubted = warns or context.is_everyday(text, addressed=passage.to != "unknown")
        yield _InContext(passage, context.without_quotations(text) if warns else text, doubted)


def _verdicts(passages: Sequence[_InContext], parts: frozenset[str]) -> Iterator[_Verdict]:
    scored: Sequence[Sequence[float] | None] = [None] * len(passages)
    if "model" in parts and passages:
        scored = model().scores([(passage.text, passage.to) for passage, _, _ in passages]).tolist()
    possible: Sequence[Sequence[Pattern]] = [()] * len(passages)
    if "patterns" in parts:
        possible = lexicon().candidates([said for _, said, _ in passages])
    for (passage, said, doubted), scores, patterns in zip(passages, scored, possible, strict=True):
        found = _pattern_hits(said, passage.to, patterns)
        totals = _totals(passage, found, scores, doubted=doubted)
        yield _Verdict(passage, {label: total for label, total in totals.items() if total > 0}, found)


def _pattern_hits(text: str, recipient: Recipient, patterns: Sequence[Pattern]) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for pattern in patterns:
        if recipient not in pattern.recipients or pattern.regex.search(text) is None:
            continue
        for span in matches(pattern, text):
            entry = found.setdefault(pattern.label, _Found(0.0, 0.0, [], []))
            if pattern.weight < 0:
                entry.against = pattern.weight
                continue
            entry.weight = max(entry.weight, pattern.weight)
            entry.spans.append(span)
            entry.patterns.append(pattern.id)
    return found


def matches(pattern: Pattern, text: str) -> Iterable[Span]:
    """Where *pattern* stands in a folded text, denials and exceptions left out."""
    context = contexts()
    for match in pattern.regex.finditer(text):
        start, end = match.span()
        if start == end or (pattern.negatable and context.denies(text, start, end)):
            continue
        if pattern.unless is not None and pattern.unless.search(_sentence(text, start, end)):
            continue
        yield start, end


def _sentence(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _SENTENCE), end + _SENTENCE
    before = max(first - 1, *[text.rfind(sign, first, start) for sign in "。!?\n"])
    after = _SENTENCE_END.search(text, end, last)
    return text[before + 1 : after.start() if after else last]


def _totals(
    passage: _Passage, found: dict[str, _Found], scores: Sequence[float] | None, *, doubted: bool
) -> dict[str, float]:
    """The log-odds of each label this recipient's text can have, patterns and the model's *scores* together."""
    weights = {label: entry.weight + entry.against for label, entry in found.items()}
    doubt = _WARNED if doubted else 0.0
    possible = _POSSIBLE[passage.to]
    # too few characters tell the model nothing but their letters: 还钱 alone is no insult
    if scores is None or _FIVE_CHARACTERS.match(passage.text) is None:
        return {label: weights[label] + doubt - _HALF_SURE for _, label in possible if label in weights}
    unlawful = scores[-1] - (_UNADDRESSED if passage.to == "unknown" else 0.0)
    sure = unlawful + doubt > _SURELY
    doubt += _DOUBT * min(0.0, unlawful)
    totals = {label: scores[at] + doubt for at, label in possible}
    for label, weight in weights.items():
        if label in totals:
            totals[label] += weight
    likeliest = max(totals, key=totals.__getitem__)
    if sure and _NEAREST < totals[likeliest] <= 0:
        totals[likeliest] = _JUST
    return totals


def _fill_spans(verdicts: list[_Verdict]) -> None:
    """Give each label that no pattern shows the clause of its passage that tells most for it."""
    without = [
        [label for label in verdict.given if label not in verdict.found or not verdict.found[label].spans]
        for verdict in verdicts
    ]
    asked = [
        (verdict.passage.text, [_PLACE[label] for label in labels])
        for verdict, labels in zip(verdicts, without, strict=True)
    ]
    for verdict, labels, spans in zip(verdicts, without, model().telling_spans(asked), strict=True):
        for label, span in zip(labels, spans, strict=True):
            verdict.found.setdefault(label, _Found(0.0, 0.0, [], [])).spans.append(span)


def _hit(label: str, verdicts: Sequence[_Verdict], folded: Normalised) -> LabelHit:
    """The hit of one label, of those passages of a text that show it."""
    shown = [verdict for verdict in verdicts if label in verdict.given]
    scores = [round(1 / (1 + exp(-verdict.given[label])), 4) for verdict in shown]
    best = scores.index(max(scores))
    spans, names = [], []
    for verdict in shown:
        found, at = verdict.found[label], verdict.passage.start
        spans += [folded.span(at + start, at + end) for start, end in found.spans]
        names += found.patterns
    return LabelHit(
        label=label,
        spans=_merged(spans),
        certainty="likely" if shown[best].given[label] > _HALF_SURE else "to_judge",
        score=scores[best],
        patterns=tuple(dict.fromkeys(names)),
    )


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
