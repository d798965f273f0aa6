"""Registers: facts that hold for a span of time, joined to contacts by when they happened.

Agreed contacts, refusals, consents, settlement, agencies made known: what no single contact carries.
What a register does not say is unknown, unless it is declared complete for that column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cuijie.rulebook.columns import Value
from cuijie.rulebook.errors import RulebookError

__all__ = ["OWNER_KEYS", "Entry", "Registers"]

OWNER_KEYS: tuple[str, ...] = ("debtor_id", "loan_id", "lender_id", "agency_id", "recipient_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``column`` has ``value`` for contacts after ``since`` and before ``until`` that carry all of the given keys.

    A key that is None holds for any.  ``since`` None: from the beginning; ``until``
    None: still.
    """

    column: str
    value: Value
    since: datetime | None = None
    until: datetime | None = None
    debtor_id: str | None = None
    loan_id: str | None = None
    lender_id: str | None = None
    agency_id: str | None = None
    recipient_id: str | None = None

    def __post_init__(self) -> None:
        if self.value is None:
            raise RulebookError(f"登记的 {self.column} 没有值；不知道的就不要登记。")
        for instant in (self.since, self.until):
            if instant is not None and instant.tzinfo is None:
                raise RulebookError(f"登记的 {self.column} 的起止时刻没有时区。")

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The keys a contact must carry, by name."""
        return tuple((name, value) for name in OWNER_KEYS if (value := getattr(self, name)) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """All entries, and for each column declared complete the value that absence then means."""

    entries: tuple[Entry, ...] = ()
    complete: Mapping[str, Value] = field(default_factory=dict)
