"""The seam between the audit and what judges: an engine gives verdicts over the facts of some days.

An engine is given a ``Store`` in which the table ``facts`` stands ready: one row per kept contact of the days
in hand (columns of ``rulebook.facts.fact_names``, plus ``at_us``, ``read_mask`` and ``template``),
``contact_id`` unique.  It says which contacts break or may break which rule, and which groups of contacts may
pass a window rule's limit.  Everything else (reasons, marks, files) is the audit's own and the same for all engines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cuijie.rulebook.compiled import Outcome
from cuijie.rulebook.dialects import DialectName

__all__ = ["AuditEngine", "Profile", "Store"]


class Store(Protocol):
    """A database that keeps tables under names and gives rows back as Arrow."""

    dialect: DialectName

    def keep(self, name: str, query: str) -> None:
        """Keep the result of *query* under *name* (a view where the engine is lazy)."""
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
class Profile:
    """All contacts that no rule can tell apart: what the contact rules say of each of them.

    ``outcomes`` pairs the place of a contact rule with what it says (breaches and unknowns only);
    ``sure`` and ``may`` are, per window rule, the norms (bit n: norm n) under which such a contact surely
    counts and may count.  ``read`` are the columns a machine read.
    """

    outcomes: tuple[tuple[int, Outcome], ...]
    sure: tuple[int, ...]
    may: tuple[int, ...]
    read: frozenset[str]


class AuditEngine(Protocol):
    """What judges the contacts of some days.

    After ``judge`` the store holds ``judged``: every column of ``facts`` that a finding shows, and ``profile``,
    the place of the contact's ``Profile`` in the sequence that is returned.  The sequence only ever grows from
    call to call, so that days judged earlier keep their meaning.
    """

    name: str

    def judge(self, store: Store) -> Sequence[Profile]:
        """Judge the table ``facts`` of *store*."""
        ...
