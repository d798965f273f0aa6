"""What the engines say: one judgement per rule and contact, window or case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cuijie.records import Certainty
from cuijie.rulebook.columns import Value

__all__ = ["CaseJudgement", "Judgement", "Judgements", "Outcome", "Verdict", "WindowJudgement"]

Verdict = Literal["breach", "clear", "unknown", "silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule says of any record with certain facts, on the law in force then.

    ``basis`` are the norms in force that bind; ``may_apply`` those of which that is not known.  ``missing``
    are the record's columns that can still decide an unknown, ``law_missing`` the law facts; both are exact
    together.  ``because`` are the columns that made the condition true, false or unknown (worked out by the Python engine only).  ``certainty`` is
    the most the norms allow, before anyone looks at how well the facts themselves are known.
    """

    verdict: Verdict
    basis: tuple[str, ...] = ()
    may_apply: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    law_missing: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    certainty: Certainty = "to_judge"

    @property
    def asks(self) -> tuple[str, ...]:
        """What to ask now: the record's own facts first, facts of law only when nothing else is missing."""
        return self.missing or self.law_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Outcome):
    """What one rule says of one contact."""

    rule: str
    version: int
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowJudgement:
    """What one rule says of one window: at least and at most so many contacts, against its limit.

    ``at_most`` None is no bound (a record that stands for several).  ``contacts`` are those the finding
    names (breach) or those that might count (unknown); ``missing`` pairs a contact with a column to ask.
    ``holds_alone``: one value of the rule's ``alone`` column passes the limit by itself (None: no such column).
    A ``clear`` of a log that is not known to be complete only says: not shown by these records.
    """

    rule: str
    version: int
    keys: tuple[tuple[str, Value], ...]
    verdict: Verdict
    at_least: int
    at_most: int | None
    limit: int
    contacts: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    may_apply: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    law_missing: tuple[tuple[str, str], ...] = ()
    holds_alone: bool | None = None
    certainty: Certainty = "to_judge"

    @property
    def asks(self) -> tuple[tuple[str, str], ...]:
        """What to ask now, as (contact, column): the records' own facts first."""
        return self.missing or self.law_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJudgement(Outcome):
    """What one rule says of the loan or the complaint itself."""

    rule: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """Every breach and every unknown; what is in neither list is clear or silent.

    Ordered by rule, then as the contacts were given; windows by their first contact.
    """

    contacts: tuple[Judgement, ...] = ()
    windows: tuple[WindowJudgement, ...] = ()
    case: tuple[CaseJudgement, ...] = ()
