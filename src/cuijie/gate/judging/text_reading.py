"""What a machine reads in the text of an ask.

A text about to be sent is known whole, so what is not in it will not be said; a script for a person to speak is
not, so it can only show what must not be said.  A likely hit is taken as true and denies: before a contact the
doubt is on the side of whoever may be hurt.  A hit to be judged, and an institution that could not be read, are
questions to a person, whose word in the ask (``says_…: false``) always stands.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from cuijie.gate.asking.contacts import changed
from cuijie.gate.decision import ReadLabel
from cuijie.reading import Reading, read
from cuijie.records import LABELS, ContactRecord

__all__ = ["NOTHING_READ", "ReadColumns", "fill_from_text"]

_SAYS = tuple(f"says_{label}" for label in LABELS)
_WHOLE = ("sms", "im", "email", "letter", "public_post", "robot_call")
"""Channels on which nothing is said but the text of the ask."""
_WRITTEN = ("sms", "im", "email", "letter")
_OBLIGED = ("debtor", "co_debtor", "heir")


class ReadColumns(msgspec.Struct, frozen=True, kw_only=True):
    """``machine``: columns that a machine's reading made true; ``doubtful``: those only a person can settle."""

    machine: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


NOTHING_READ = ReadColumns()


def fill_from_text(contact: ContactRecord) -> tuple[ContactRecord, ReadColumns, tuple[ReadLabel, ...]]:
    """*contact* with what its text settles, where the ask itself says nothing, and what was read."""
    text = contact.text
    is_theirs = contact.direction == "inbound" and contact.channel in _WRITTEN  # in a call both speak
    if text is None or not text.strip() or is_theirs:
        return contact, NOTHING_READ, ()
    reading = _read(text, _recipient(contact), contact.channel)
    is_whole = contact.channel in _WHOLE and contact.text_kind != "summary"
    columns, doubtful = _columns(contact, reading, is_whole)
    fresh = {name: value for name, value in columns.items() if getattr(contact, name) is None}
    machine = tuple(name for name, value in fresh.items() if value and name in _SAYS)
    asked = tuple(name for name in doubtful if getattr(contact, name) is None)
    labels = tuple(ReadLabel(label=h.label, spans=h.spans, certainty=h.certainty) for h in reading.labels)
    filled = changed(contact, fresh) if fresh else contact
    return filled, ReadColumns(machine=machine, doubtful=asked), labels


def _recipient(contact: ContactRecord) -> str:
    role = "other" if contact.channel == "public_post" else contact.recipient_role
    return "unknown" if role is None else "debtor" if role in _OBLIGED else "third_party"


@lru_cache(maxsize=2048)
def _read(text: str, recipient: str, channel: str | None) -> Reading:
    """One reading per template and kind of recipient; texts are kept in memory only."""
    return read(text, recipient=recipient, channel=channel)


def _columns(contact: ContactRecord, reading: Reading, is_whole: bool) -> tuple[dict[str, bool], list[str]]:
    hits = {hit.label: hit.certainty for hit in reading.labels}
    columns: dict[str, bool] = {}
    doubtful: list[str] = []
    for label, name in zip(LABELS, _SAYS, strict=True):
        certainty = hits.get(label)
        if certainty == "likely":
            columns[name] = True
        elif certainty is not None:
            doubtful.append(name)
        elif is_whole:
            columns[name] = False
    if contact.channel == "public_post" and not columns.get("says_public_exposure"):
        columns.pop("says_public_exposure", None)  # a post is public; whether it is about the debt is to be told
        doubtful.append("says_public_exposure")
    if reading.facts.asks_payment:
        columns["asks_payment"] = True
    if reading.facts.caller_identified:
        columns["caller_identified"] = True
    elif is_whole:
        doubtful.append("caller_identified")
    return columns, doubtful
