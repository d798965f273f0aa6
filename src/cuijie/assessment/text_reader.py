"""What a machine reads in the words of a contact, as columns of the contact record.

Only what nobody stated is filled.  A machine's reading is a suggestion: the columns it filled are handed back,
so that what rests on them is called *likely* until a person confirms it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from cuijie.assessment.entry_records import is_group
from cuijie.assessment.visit_accounts import acts_told
from cuijie.reading import Reading
from cuijie.reading.purpose import has_other_purpose
from cuijie.reading.telling import as_said, retold
from cuijie.records import LABELS, ContactRecord

__all__ = ["ReadRecord", "Reader", "TextReader"]

_SAYS = tuple(f"says_{label}" for label in LABELS)
_NOTHING_SAID = dict.fromkeys((*_SAYS, "asks_payment"), False)  # by the collector, where the contacted person wrote
_WRITTEN = ("sms", "im", "email", "letter")
_MESSAGES = ("sms", "im", "email")
_OBLIGED = ("debtor", "co_debtor")


class Reader(Protocol):
    """Reads one text; the ``read`` of the reading room."""

    def __call__(self, text: str, *, recipient: str = "unknown", channel: str | None = None) -> Reading:
        """The labels and facts of *text*."""
        ...


ReadRecord = tuple[ContactRecord, frozenset[str]]
"""A contact record with its words read, and the columns that the machine filled."""


class TextReader:
    """Fills the says_* columns and what else words tell; reads equal texts once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._read: dict[tuple[str, str, str | None], Reading] = {}

    def reading(self, record: ContactRecord) -> Reading | None:
        """The reading of the record's words as they stand, or None where none were kept."""
        return self._of(record, record.text)

    def _said(self, record: ContactRecord) -> Reading | None:
        """The reading of what the other side said: an account of it is first put as it was said."""
        return self._of(record, as_said(record.text) if record.text and _is_told(record) else record.text)

    def has_other_purpose(self, record: ContactRecord) -> bool:
        """True if a message was plainly not sent to collect (a code, an advert, a receipt) and nobody said it was."""
        if record.channel not in _MESSAGES or _is_told(record) or _is_the_persons_own(record):
            return False
        if any(getattr(record, column) for column in _NOTHING_SAID):
            return False
        reading = self._said(record)
        return reading is not None and has_other_purpose(reading)

    def places(self, record: ContactRecord) -> tuple[tuple[int, int], ...]:
        """Where in the record's text (code points) the words stand that were read as something said."""
        reading = self._said(record)
        spans = [span for hit in reading.labels for span in hit.spans] if reading is not None else []
        if not record.text or not _is_told(record):
            return tuple(spans)
        told = retold(record.text)
        return tuple(place for start, end in spans for place in told.in_account(start, end))

    def _of(self, record: ContactRecord, text: str | None) -> Reading | None:
        if not text or not text.strip():
            return None
        role = record.recipient_role
        if role is None and record.channel == "public_post":
            role = "other"
        recipient = "unknown" if role is None else "debtor" if role in _OBLIGED else "third_party"
        key = (text, recipient, record.channel)
        known = self._read.get(key)
        if known is None:
            known = self._read[key] = self._reader(text, recipient=recipient, channel=record.channel)
        return known

    def fill(self, record: ContactRecord) -> ReadRecord:
        """*record* with every unknown column that its words settle."""
        if record.text is None:
            return record, frozenset()
        found = _NOTHING_SAID if _is_the_persons_own(record) else self._collectors_words(record)
        if record.channel == "visit" and _is_told(record):
            found = found | acts_told(record.text)
        fresh = {column: value for column, value in found.items() if getattr(record, column) is None}
        if not fresh:
            return record, frozenset()
        return _replace(record, **fresh), frozenset(fresh)

    def _collectors_words(self, record: ContactRecord) -> dict[str, bool]:
        reading = self._said(record)
        if reading is None:
            return {}
        found: dict[str, bool] = {}
        hits = {hit.label: hit.certainty for hit in reading.labels}
        # What a summary leaves out may still have been said; only words kept whole can show that it was not.
        is_whole = not _is_told(record)
        for label, column in zip(LABELS, _SAYS, strict=True):
            if hits.get(label) == "likely":
                found[column] = True
            elif label not in hits and is_whole:
                found[column] = False
        facts = reading.facts
        if record.channel == "public_post" and not found.get("says_public_exposure"):
            # A post is public whatever its words; only whether it is about the debt is left to read.
            found.pop("says_public_exposure", None)
            if facts.reveals_debt:
                found |= {"says_public_exposure": True, "says_third_party_disclosure": True}
        if found.get("says_third_party_disclosure") and is_group(record.recipient_id):
            found["says_public_exposure"] = True  # told to a whole group is told in public (群里通报)
        if facts.debtor_speaks:  # of an account: its teller speaks, which tells nothing of the other side
            return dict.fromkeys(_SAYS, False) if is_whole else {}
        if facts.asks_payment is not None:
            found["asks_payment"] = facts.asks_payment
        if facts.caller_identified is not None:
            found["caller_identified"] = facts.caller_identified
        elif is_whole and record.channel in _WRITTEN:
            found["caller_identified"] = False  # a whole message that names no institution has not named it
        return found


def _is_told(record: ContactRecord) -> bool:
    return record.text_kind == "summary"


def _is_the_persons_own(record: ContactRecord) -> bool:
    return record.direction == "inbound" and record.channel in _WRITTEN


_replace: Callable[..., ContactRecord] = replace
