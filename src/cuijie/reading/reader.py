"""Reads one message: folds it, finds who speaks, weighs patterns and model, and gives labels with spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp

from cuijie.reading.context import contexts
from cuijie.reading.facts import facts_of
from cuijie.reading.lexicon import Pattern, lexicon
from cuijie.reading.model import model
from cuijie.reading.normalise import Normalised, normalise
from cuijie.reading.result import LabelHit, Reading, Recipient, Span
from cuijie.reading.turns import turns
from cuijie.records import LABELS

__all__ = ["LABELS_FOR", "judged_text", "labels_of", "labels_of_plain", "matches", "read", "read_many", "recipient_of"]

_THIRD_PARTY_ONLY = frozenset({"third_party_disclosure", "third_party_pressure"})
LABELS_FOR: dict[Recipient, frozenset[str]] = {
    "debtor": frozenset(LABELS) - _THIRD_PARTY_ONLY,
    "third_party": frozenset(LABELS) - {"threat_contacts"},
    "unknown": frozenset(LABELS),
}
"""Which labels a text to this recipient can have (label guide, §2)."""

_ASKING = frozenset({"private_payment", "induce_new_loan"})  # such a text asks for the money by what it is

_ALL_PARTS = frozenset({"patterns", "model"})

_RECIPIENTS: dict[str | None, Recipient] = {
    None: "unknown", "": "unknown", "unknown": "unknown", "debtor": "debtor", "third_party": "third_party",
    "co_debtor": "debtor", "heir": "debtor", "agreed_contact": "third_party", "other": "third_party",
}  # fmt: skip


def recipient_of(word: str | None) -> Recipient | None:
    """The recipient meant by a word of the label guide or of the contact record; None if the word is neither."""
    return _RECIPIENTS.get(word)


@dataclass(slots=True)
class _Found:
    weight: float
    against: float
    spans: list[Span]
    patterns: list[str]


def _pattern_hits(text: str, recipient: Recipient) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for pattern in lexicon().candidates(text):
        if recipient not in pattern.recipients or pattern.regex.search(text) is None:
            continue
        for start, end in matches(pattern, text):
            entry = found.setdefault(pattern.label, _Found(0.0, 0.0, [], []))
            if pattern.weight < 0:
                entry.against = pattern.weight
                continue
            entry.weight = max(entry.weight, pattern.weight)
            entry.spans.append((start, end))
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
    before = max(first - 1, *(text.rfind(sign, first, start) for sign in "。!?\n"))
    after = min((at for sign in "。!?\n" if (at := text.find(sign, end, last)) >= 0), default=last)
    return text[before + 1 : after]


_SENTENCE = 100  # characters to either side, where no mark ends the sentence before


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _split(folded: Normalised) -> tuple[str, str, bool]:
    """What the collecting side says (the rest blanked, so positions stay), what the person says, and if that is all."""
    text = folded.text
    judged, own = list(text), []
    sides = set()
    for turn in turns(text):
        sides.add(turn.side)
        if turn.side == "person":
            own.append(text[turn.start : turn.end])
            judged[turn.start : turn.end] = "\n" * (turn.end - turn.start)
    whole_own = sides == {"person"} or (sides == {"unmarked"} and contexts().is_own_words(text))
    if whole_own:
        return text, text, True
    return "".join(judged), "\n".join(own), False


def judged_text(folded: Normalised) -> str | None:
    """The part of a text that is judged; None if all of it is the debtor's own."""
    judged, _, own_only = _split(folded)
    return None if own_only else judged


_HALF_SURE = 1.0
_WARNED = -4.0  # a text that as a whole warns, teaches or reports, or is about pastimes
_UNADDRESSED = 2.0  # a text to nobody in particular must show more clearly that it collects
_DOUBT = 1.5  # how much the model's doubt that a text is unlawful at all counts against each label
_SURELY = 1.5  # log-odds of *any violation* from where on one of the labels must be right
_NEAREST = -3.0  # how far below even that one may be
_JUST = 0.01
_FEW = 5  # letters or characters
_PASSAGE = 300  # characters: a long transcript is judged piece by piece, or one threat would drown in it


def _passages(text: str) -> list[Span]:
    """*text* in pieces of about ``_PASSAGE`` characters that end where a sentence does; short texts are one piece."""
    pieces: list[Span] = []
    start = 0
    while len(text) - start > _PASSAGE * 4 // 3:
        cut = max(text.rfind(sign, start + _PASSAGE // 2, start + _PASSAGE) for sign in "\n。!?;,")
        end = cut + 1 if cut > 0 else start + _PASSAGE
        pieces.append((start, end))
        start = end
    return [*pieces, (start, len(text))]


def _totals(
    judged: str, to: Recipient, found: dict[str, _Found], scores: Sequence[float] | None, *, doubted: bool
) -> dict[str, float]:
    """The log-odds of each label this recipient's text can have, patterns and the model's *scores* together."""
    weights = {label: entry.weight + entry.against for label, entry in found.items()}
    doubt = _WARNED if doubted else 0.0
    possible = LABELS_FOR[to]
    # too few characters tell the model nothing but their letters: 还钱 alone is no insult
    if scores is None or sum(map(str.isalnum, judged)) < _FEW:
        return {
            label: weights[label] + doubt - _HALF_SURE for label in LABELS if label in weights and label in possible
        }
    unlawful = scores[-1] - (_UNADDRESSED if to == "unknown" else 0.0)
    sure = unlawful + doubt > _SURELY
    doubt += _DOUBT * min(0.0, unlawful)
    totals = {
        label: scores[index] + doubt + weights.get(label, 0.0)
        for index, label in enumerate(LABELS)
        if label in possible
    }
    likeliest = max(totals, key=totals.__getitem__)
    if sure and _NEAREST < totals[likeliest] <= 0:
        totals[likeliest] = _JUST
    return totals


def _hits(passage: str, to: Recipient, scores: Sequence[float] | None, parts: frozenset[str]) -> Iterator[LabelHit]:
    """The labels of one passage, spans in the passage."""
    warns = contexts().is_warning(passage)
    said = contexts().without_quotations(passage) if warns else passage
    found = _pattern_hits(said, to) if "patterns" in parts else {}
    doubted = warns or contexts().is_everyday(passage, addressed=to != "unknown")
    totals = _totals(passage, to, found, scores, doubted=doubted)
    given = {label: total for label, total in totals.items() if total > 0}
    spans = {label: entry.spans for label, entry in found.items() if entry.spans}
    without = [label for label in given if label not in spans]
    for label, span in zip(without, model().telling_spans(passage, [*map(LABELS.index, without)]), strict=True):
        spans[label] = [span]
    for label, total in given.items():
        entry = found.get(label)
        yield LabelHit(
            label=label,
            spans=tuple(spans[label]),
            certainty="likely" if total > _HALF_SURE else "to_judge",
            score=round(1 / (1 + exp(-total)), 4),
            patterns=tuple(dict.fromkeys(entry.patterns)) if entry else (),
        )


def _is_worth_reading(passage: str, to: Recipient) -> bool:
    return lexicon().may_be_sure(passage, to) or model().is_worth_reading(passage)


def _labels(folded: Normalised, judged: str, to: Recipient, parts: frozenset[str]) -> tuple[LabelHit, ...]:
    """The labels of a whole text: of all its passages, spans in the original."""
    passages = [
        (start, judged[start:end])
        for start, end in _passages(judged)
        if judged[start:end].strip() and _is_worth_reading(judged[start:end], to)
    ]
    if not passages:
        return ()
    scored: Sequence[Sequence[float] | None] = [None] * len(passages)
    if "model" in parts:
        scored = model().scores([(passage, to) for _, passage in passages]).tolist()
    return _joined(
        folded,
        [
            (start, hit)
            for (start, passage), scores in zip(passages, scored, strict=True)
            for hit in _hits(passage, to, scores, parts)
        ],
    )


def _joined(folded: Normalised, located: Iterable[tuple[int, LabelHit]]) -> tuple[LabelHit, ...]:
    """One hit a label, of the hits in passages that begin at the places given; spans in the original."""
    by_label: dict[str, list[tuple[int, LabelHit]]] = {}
    for start, hit in located:
        by_label.setdefault(hit.label, []).append((start, hit))
    joined = []
    for label in sorted(by_label, key=LABELS.index):
        hits = by_label[label]
        best = max((hit for _, hit in hits), key=lambda hit: hit.score)
        spans = [folded.span(at + start, at + end) for at, hit in hits for start, end in hit.spans]
        patterns = dict.fromkeys(name for _, hit in hits for name in hit.patterns)
        joined.append(replace(best, spans=_merged(spans), patterns=tuple(patterns)))
    return tuple(joined)


def read(
    text: str,
    *,
    recipient: str | None = "unknown",
    channel: str | None = None,
    parts: frozenset[str] = _ALL_PARTS,
) -> Reading:
    """The labels and facts of *text*.

    *recipient* is debtor, third_party or unknown, or a ``recipient_role`` of the contact record; any other word
    raises ValueError.  *channel* is free: what is unlawful to say is so on every channel.  Never raises for a
    text, however odd.  *parts* leaves one half of the reader out, to measure it.
    """
    to = recipient_of(recipient)
    if to is None:
        raise ValueError(f"unknown recipient: {recipient}")
    folded = normalise(text)
    judged, own, own_only = _split(folded)
    labels = () if own_only else _labels(folded, judged, to, parts)
    facts = facts_of(judged, own or judged, original=text, own_only=own_only, recipient=to)
    if any(hit.label in _ASKING for hit in labels):
        facts = replace(facts, asks_payment=True)
    return Reading(text=text, recipient=to, labels=labels, facts=facts)


def read_many(rows: Iterable[tuple[str, str | None, str | None]]) -> list[Reading]:
    """``read`` for many (text, recipient, channel) at once; equal to reading one by one, each distinct text once."""
    known: dict[tuple[str, str | None], Reading] = {}
    readings: list[Reading] = []
    for text, recipient, channel in rows:
        key = (text, recipient)
        if key not in known:
            known[key] = read(text, recipient=recipient, channel=channel)
        readings.append(known[key])
    return readings


def labels_of(folded: Normalised, to: Recipient) -> tuple[LabelHit, ...]:
    """The labels alone of a folded text: what ``read`` gives, without the facts."""
    judged, _, own_only = _split(folded)
    return () if own_only else _labels(folded, judged, to, _ALL_PARTS)


def labels_of_plain(rows: Sequence[tuple[str, Recipient]]) -> list[tuple[LabelHit, ...]]:
    """The same for many texts at once that fold character by character, in one voice, one passage long and worth reading."""
    said: list[tuple[LabelHit, ...]] = [()] * len(rows)
    judged = [at for at, (text, _) in enumerate(rows) if not contexts().is_own_words(text) and text.strip()]
    if judged:
        scored = model().scores([rows[at] for at in judged]).tolist()
        for at, scores in zip(judged, scored, strict=True):
            text, to = rows[at]
            hits = ((0, hit) for hit in _hits(text, to, scores, _ALL_PARTS))
            said[at] = _joined(Normalised(text, text, range(len(text)), range(1, len(text) + 1)), hits)
    return said
