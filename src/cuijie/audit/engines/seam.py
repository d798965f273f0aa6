"""The seam between the audit and the database that judges, DuckDB or Spark: a store, and what is said of its facts.

In the ``Store`` the table ``facts`` stands ready: one row per kept contact of the days in hand (columns of
``rulebook.facts.fact_names``, plus ``at_us``, ``read_mask`` and ``template``), ``contact_id`` unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from cuijie.rulebook.judgement import Outcome
from cuijie.rulebook.sql.dialects import DialectName

__all__ = ["SHOWN", "Counted", "Profile", "Said", "Store"]


SHOWN: tuple[str, ...] = (
    "contact_id",
    "at_us",
    "day",
    "month",
    "hour",
    "minute_of_day",
    "count",
    "channel",
    "recipient_role",
    "debtor_id",
    "loan_id",
    "lender_id",
    "agency_id",
    "collector_id",
    "recipient_id",
    "from_number",
    "institution_id",
    "template",
)
"""What ``judged`` holds beside ``profile`` and the other columns by which window rules group."""


class Store(Protocol):
    """A database that keeps tables under names and gives rows back as Arrow."""

    dialect: DialectName

    def keep(self, name: str, query: str) -> None:
        """Keep the result of *query* under *name* (a view where the engine is lazy)."""
        ...

    def name(self, name: str, query: str) -> None:
        """Give *query* a name without working it out yet."""
        ...

    def put(self, name: str, table: Any) -> None:
        """Make the Arrow *table* known under *name*."""
        ...

    def rows(self, query: str) -> Any:
        """The rows of *query* as an Arrow table."""
        ...

    def batches(self, query: str) -> Iterator[Any]:
        """The rows of *query*, Arrow batch by batch."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one contact rule says of every contact of a profile; ``place`` is that of the rule in the rulebook.

    ``because`` are the deciding facts as shown (``column=value``); ``machine_read``: without what a machine read in
    the text it would not be a breach.
    """

    place: int
    outcome: Outcome
    because: tuple[str, ...]
    machine_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Under which norms (by place) of a window rule the contacts of a profile count.

    ``states``: true, false or unknown; ``firm``: the same without what a machine read; ``missing``: the columns that
    can still decide; ``because``: the facts for which they count.
    """

    place: int
    states: tuple[bool | None, ...]
    firm: tuple[bool | None, ...]
    missing: tuple[str, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All contacts that no rule can tell apart: what each rule says of any of them (breaches and unknowns only)."""

    said: tuple[Said, ...]
    counted: tuple[Counted, ...]
