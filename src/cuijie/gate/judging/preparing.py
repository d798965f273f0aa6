"""One ask made ready for its rules: the registers joined, the text read, the rules asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cuijie.gate.asking.contacts import changed
from cuijie.gate.decision import ReadLabel
from cuijie.gate.judging.conduct import OUTCOME
from cuijie.gate.judging.judge import Judge, Judged
from cuijie.gate.judging.text_reading import NOTHING_READ, ReadColumns, fill_from_text
from cuijie.gate.registers.book import apply, joined
from cuijie.gate.stores.contract import RegisterEntry
from cuijie.records import ContactRecord
from cuijie.rulebook.columns import Value

__all__ = ["Prepared", "as_asked", "prepare"]


class Prepared(NamedTuple):
    """A contact as it is judged; a named tuple because one is made for every ask."""

    contact: ContactRecord
    law: tuple[tuple[str, Value], ...]
    words: ReadColumns
    read: tuple[ReadLabel, ...]
    overruled: tuple[str, ...]
    judged: Judged


def as_asked(contact: ContactRecord, now: datetime) -> tuple[ContactRecord, tuple[str, ...]]:
    """*contact* with a time, and without what nobody can know before it; and which columns these were."""
    ignored: tuple[str, ...] = ()
    if contact.connected is not None or contact.duration_s is not None:
        ignored = tuple([name for name in OUTCOME if getattr(contact, name) is not None])
        contact = changed(contact, {"connected": None, "duration_s": None})
    if contact.occurred_at is None:
        contact = changed(contact, {"occurred_at": now, "time_precision": "second"})
    return contact, ignored


def prepare(judge: Judge, contact: ContactRecord, entries: Sequence[RegisterEntry]) -> Prepared:
    """*contact*, which carries its time, with what *entries* (all about it) say then, and the verdicts."""
    law: tuple[tuple[str, Value], ...] = ()
    overruled: tuple[str, ...] = ()
    words = NOTHING_READ
    read: tuple[ReadLabel, ...] = ()
    if entries:
        columns, law = joined(contact, entries)
        contact, overruled = apply(contact, columns)
    if contact.text is not None:
        contact, words, read = fill_from_text(contact)
    return Prepared(contact, law, words, read, overruled, judge.judged(contact, law, words))
