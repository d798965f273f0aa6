"""Facts that a contact log states of a contact and that an entry has no field for: kept as the user's own answers.

Only facts that belong to the single contact; what belongs to a person, a loan or a lender may differ from row to
row and is left to its question.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from cuijie.intake.contact_columns import CONTACT_PREFIX
from cuijie.intake.vocabulary import yes_no
from cuijie.records import COLUMNS, Answer, Column, Entry

__all__ = ["stated_answers"]

_ASKED: Final = {
    column.name: column
    for column in COLUMNS
    if column.owner == "contact" and (column.type == "bool" or column.values)
}  # fmt: skip


def stated_answers(entry: Entry, answered_at: datetime) -> Iterator[Answer]:
    """An answer for each such fact among the entry's ``contact.…`` extras; words that are no value are left out."""
    for key, written in entry.extra:
        column = _ASKED.get(key.removeprefix(CONTACT_PREFIX)) if key.startswith(CONTACT_PREFIX) else None
        if column is not None and (value := _value(column, written)) is not None:
            yield Answer(question=f"{column.name}@{entry.entry_id}", value=value, answered_at=answered_at)


def _value(column: Column, written: str) -> str | bool | None:
    if column.type == "bool":
        return yes_no(written)
    return written if written in column.values else None
