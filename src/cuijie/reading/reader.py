"""Reads one message: folds it, finds who speaks, judges what the collecting side says, and tells the facts."""

from __future__ import annotations

from collections.abc import Iterable

from cuijie.reading.context import contexts
from cuijie.reading.facts import facts_of, speaks_for_a_firm
from cuijie.reading.judging import ALL_PARTS, Heard, labels_of
from cuijie.reading.normalise import Normalised, normalise
from cuijie.reading.result import Facts, Reading, Recipient
from cuijie.reading.turns import Voices, voices_of

__all__ = ["judged_text", "read", "read_many", "recipient_of"]

_RECIPIENTS: dict[str | None, Recipient] = {
    None: "unknown", "": "unknown", "unknown": "unknown", "debtor": "debtor", "third_party": "third_party",
    "co_debtor": "debtor", "heir": "debtor", "agreed_contact": "third_party", "other": "third_party",
}  # fmt: skip


def recipient_of(word: str | None) -> Recipient | None:
    """The recipient meant by a word of the label guide or of the contact record; None if the word is neither."""
    return _RECIPIENTS.get(word)


def _judged(voices: Voices) -> str | None:
    if voices.is_unmarked and contexts().is_own_words(voices.person):
        return None
    return voices.collector


def judged_text(folded: Normalised) -> str | None:
    """The part of a text that is judged; None if all of it is the debtor's own."""
    return _judged(voices_of(folded.text))


def read(
    text: str,
    *,
    recipient: str | None = "unknown",
    channel: str | None = None,
    parts: frozenset[str] = ALL_PARTS,
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
    voices = voices_of(folded.text)
    judged = _judged(voices)
    labels = () if judged is None else labels_of(Heard([folded], [judged], [to], [False]), parts)[0]
    heard = folded.text if judged is None else judged
    own = folded.text if judged is None else voices.person
    facts = facts_of(heard, own, original=text, own_only=judged is None, recipient=to, labels=labels)
    if voices.is_unmarked and not labels and _answers(facts) and not speaks_for_a_firm(heard):
        facts = facts_of(heard, own, original=text, own_only=True, recipient=to)
    return Reading(text=text, recipient=to, labels=labels, facts=facts)


def _answers(facts: Facts) -> bool:
    """True if a text by nobody marked says what only the person called would, and nothing of the other side's."""
    if facts.asks_payment is not None or facts.caller_identified:
        return False
    return any((facts.refuses_contact, facts.withdraws_consent, facts.promises_payment, facts.disputes_debt))


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
