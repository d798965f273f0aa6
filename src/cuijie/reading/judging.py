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
from cuijie.reading.totals import HALF_SURE, LABELS_FOR, totals_of, undecided
from cuijie.records import LABELS

__all__ = ["ALL_PARTS", "LABELS_FOR", "Heard", "labels_of", "matches", "pieces_of"]

ALL_PARTS = frozenset({"patterns", "model"})
"""Both halves of the reader; one is left out only to measure the other."""

_PLACE = {label: at for at, label in enumerate(LABELS)}
_PASSAGE = 300  # characters: a long transcript is judged piece by piece, or one threat would drown in it
_WHOLE = _PASSAGE * 4 // 3  # characters up to which a text is one passage
_TOGETHER = 1024  # passages judged at once
_SENTENCE = 100  # characters to either side, where no mark ends the sentence before
_SENTENCE_END = re.compile(r"[。!?\n]")


class Heard(NamedTuple):
    """Some texts in columns: as folded, the part of each that is judged (the rest blanked, so positions stay), to whom.

    ``may_be_own``: nobody is marked as speaking, so that all of it may still be the debtor's own words.
    """

    folded: Sequence[Normalised]
    judged: Sequence[str]
    to: Sequence[Recipient]
    may_be_own: Sequence[bool]


class _Passages(NamedTuple):
    """Passages in columns: what they say, to whom, and from where on in which text.

    Columns: most passages end as plainly lawful, and an object for each would cost more than finding that out.
    """

    texts: Sequence[str]
    to: Sequence[Recipient]
    owners: Sequence[int]
    starts: Sequence[int]

    def only(self, places: Sequence[int]) -> _Passages:
        """The passages at these places."""
        return _Passages(
            [self.texts[at] for at in places], [self.to[at] for at in places],
            [self.owners[at] for at in places], [self.starts[at] for at in places],
        )  # fmt: skip


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

    text: str
    owner: int
    start: int
    given: dict[str, float]
    found: dict[str, _Found]


def labels_of(heard: Heard, parts: frozenset[str] = ALL_PARTS) -> list[tuple[LabelHit, ...]]:
    """The labels of each text, in their fixed order, spans in the original."""
    passages = _worth_reading(_passages(heard))
    own = _OwnWords(heard)
    by_owner: dict[int, list[_Verdict]] = {}
    for at in range(0, len(passages.texts), _TOGETHER):
        batch = passages.only(range(at, min(at + _TOGETHER, len(passages.texts))))
        verdicts = [verdict for verdict in _verdicts(batch, parts) if verdict.given and not own[verdict.owner]]
        _fill_spans(verdicts)
        for verdict in verdicts:
            by_owner.setdefault(verdict.owner, []).append(verdict)
    said: list[tuple[LabelHit, ...]] = [()] * len(heard.judged)
    for owner, spoken in by_owner.items():
        labels = sorted({label for verdict in spoken for label in verdict.given}, key=_PLACE.__getitem__)
        folded = heard.folded[owner]
        said[owner] = tuple(_hit(label, spoken, folded) for label in labels)
    return said


class _OwnWords(dict[int, bool]):
    """Which texts are as a whole the debtor's own words, worked out when asked."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def __missing__(self, at: int) -> bool:
        self[at] = self._heard.may_be_own[at] and contexts().is_own_words(self._heard.judged[at])
        return self[at]


def _passages(heard: Heard) -> _Passages:
    judged, to = heard.judged, heard.to
    owners = [at for at, text in enumerate(judged) if text and not text.isspace()]
    if all(len(judged[at]) <= _WHOLE for at in owners):
        return _Passages([judged[at] for at in owners], [to[at] for at in owners], owners, [0] * len(owners))
    pieces = [
        (judged[owner][start:end], to[owner], owner, start)
        for owner in owners
        for start, end in pieces_of(judged[owner])
        if not judged[owner][start:end].isspace()
    ]
    return _Passages(
        [text for text, *_ in pieces], [whom for _, whom, *_ in pieces],
        [owner for _, _, owner, _ in pieces], [start for *_, start in pieces],
    )  # fmt: skip


def pieces_of(text: str) -> list[Span]:
    """*text* in pieces of about ``_PASSAGE`` characters that end where a sentence does; short texts are one piece."""
    pieces: list[Span] = []
    start = 0
    while len(text) - start > _WHOLE:
        cut = max(text.rfind(sign, start + _PASSAGE // 2, start + _PASSAGE) for sign in "\n。!?;,")
        end = cut + 1 if cut > 0 else start + _PASSAGE
        pieces.append((start, end))
        start = end
    return [*pieces, (start, len(text))]


def _worth_reading(passages: _Passages) -> _Passages:
    """Those that are not plainly lawful, or that a pattern matches that decides by itself."""
    worth: list[bool] = model().worth_reading(passages.texts).tolist()
    lawful = passages.only([at for at, let_in in enumerate(worth) if not let_in])
    sure = iter(lexicon().may_be_sure(lawful.texts, lawful.to))
    return passages.only([at for at, let_in in enumerate(worth) if let_in or next(sure)])


def _verdicts(passages: _Passages, parts: frozenset[str]) -> Iterator[_Verdict]:
    """What is said of the passages: of all of them, or of many only of those that may have a label at all."""
    texts = passages.texts
    scores = model().scores(texts, passages.to)
    if len(texts) == 1 or parts != ALL_PARTS:  # one alone; or one half of the reader is left out, to measure the other
        possible: Sequence[Sequence[Pattern]] = lexicon().candidates(texts)
    else:
        pairs = lexicon().possible(texts)
        left = undecided(texts, passages.to, scores, *pairs)
        passages, scores, possible = passages.only(left), scores[left], lexicon().patterns_of(left, *pairs)
        contexts().expressions.look_ahead(passages.texts)
    for passage, weighed, patterns in zip(zip(*passages, strict=True), scores.tolist(), possible, strict=True):
        yield _verdict(*passage, weighed, patterns, parts)


def _verdict(
    text: str, to: Recipient, owner: int, start: int,
    scores: Sequence[float], patterns: Sequence[Pattern], parts: frozenset[str],
) -> _Verdict:  # fmt: skip
    context, said = contexts(), text
    warns = context.is_warning(text)
    if warns:
        said = context.without_quotations(text)
        patterns = lexicon().candidates([said])[0]
    found = _pattern_hits(said, to, patterns) if "patterns" in parts else {}
    weights = {label: entry.weight + entry.against for label, entry in found.items()}

    def given(*, doubted: bool) -> dict[str, float]:
        totals = totals_of(text, to, weights, scores if "model" in parts else None, doubted=doubted)
        return {label: total for label, total in totals.items() if total > 0}

    labels = given(doubted=warns)
    if to == "unknown" and labels and context.is_told(text):
        labels = {}
    if labels and not warns and context.is_everyday(text, addressed=to != "unknown"):
        labels = given(doubted=True)
    return _Verdict(text, owner, start, labels, found)


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


def _fill_spans(verdicts: list[_Verdict]) -> None:
    """Give each label that no pattern shows the clause of its passage that tells most for it."""
    without = [
        [label for label in verdict.given if label not in verdict.found or not verdict.found[label].spans]
        for verdict in verdicts
    ]
    asked = [
        (verdict.text, [_PLACE[label] for label in labels]) for verdict, labels in zip(verdicts, without, strict=True)
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
        found, at = verdict.found[label], verdict.start
        spans += [folded.span(at + start, at + end) for start, end in found.spans]
        names += found.patterns
    return LabelHit(
        label=label,
        spans=_merged(spans),
        certainty="likely" if shown[best].given[label] > HALF_SURE else "to_judge",
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
