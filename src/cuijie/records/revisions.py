"""What a person changed of what was taken in: the entry as it was before, and notes beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cuijie.records.case import Entry

__all__ = ["EntryBefore", "EntryNote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBefore:
    """An entry as it stood before a person corrected it; the newest can be put back."""

    before_id: str  # the entry's id, "#" and a number that grows
    entry: Entry
    changed_at: datetime
    fields: tuple[str, ...]  # which fields were corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNote:
    """What the user wants to remember of an entry; never judged and in no paper."""

    entry_id: str
    text: str
    written_at: datetime
