"""Reads one message: folds it, finds who speaks, weighs patterns and model, and gives labels with spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from cuijie.reading.context import contexts
from cuijie.reading.facts import facts_of
from cuijie.reading.lexicon import Pattern, lexicon
from cuijie.reading.normalise import Normalised, normalise
from cuijie.reading.result import LabelHit, Reading, Recipient, Span
from cuijie.reading.turns import turns
from cuijie.records import LABELS

__all__ = ["read", "read_many", "recipient_of"]

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
    spans: list[Span]
    patterns: list[str]


def _pattern_hits(text: str, recipient: Recipient) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for pattern in lexicon().candidates(text):
        if recipient not in pattern.recipients:
            continue
        for start, end in _matches(pattern, text):
            entry = found.setdefault(pattern.label, _Found(0.0, [], []))
            entry.weight = max(entry.weight, pattern.weight)
            entry.spans.append((start, end))
            entry.patterns.append(pattern.id)
    return found


def _matches(pattern: Pattern, text: str) -> Iterable[Span]:
    context = contexts()
    for match in pattern.regex.finditer(text):
        start, end = match.span()
        if start == end or (pattern.negatable and context.denies(text, start, end)):
            continue
        if pattern.unless is not None and pattern.unless.search(_sentence(text, start, end)):
            continue
        yield start, end


def _sentence(text: str, start: int, end: int) -> str:
    before = max(text.rfind(sign, 0, start) for sign in "。!?\n")
    after = min((at for sign in "。!?\n" if (at := text.find(sign, end)) >= 0), default=len(text))
    return text[before + 1 : after]


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


def read(text: str, *, recipient: str | None = "unknown", channel: str | None = None) -> Reading:
    """The labels and facts of *text*.

    *recipient* is debtor, third_party or unknown, or a ``recipient_role`` of the contact record; any other word
    raises ValueError.  Never raises for a text, however odd.
    """
    to = recipient_of(recipient)
    if to is None:
        raise ValueError(f"unknown recipient: {recipient}")
    folded = normalise(text)
    judged, own, own_only = _split(folded)
    facts = facts_of(judged, own or judged, own_only=own_only, recipient=to)
    if own_only or contexts().is_warning(judged):
        return Reading(text=text, recipient=to, labels=(), facts=facts)
    hits = []
    found = _pattern_hits(judged, to)
    for label in LABELS:
        if label in found:
            entry = found[label]
            spans = _merged([folded.span(*span) for span in entry.spans])
            score = 1 / (1 + exp(-entry.weight))
            hits.append(
                LabelHit(label=label, spans=spans, certainty="likely", score=score, patterns=tuple(entry.patterns))
            )
    return Reading(text=text, recipient=to, labels=tuple(hits), facts=facts)


def read_many(rows: Iterable[tuple[str, str | None, str | None]]) -> list[Reading]:
    """``read`` for many (text, recipient, channel) at once; equal to reading one by one."""
    return [read(text, recipient=recipient, channel=channel) for text, recipient, channel in rows]
