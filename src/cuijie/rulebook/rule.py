"""What one rule file holds, typed: the rule, the norms it rests on, its window and its scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cuijie.datafiles import Words
from cuijie.law import Confidence
from cuijie.records import Certainty, Claimant, ContactRecord, Loan, Tier
from cuijie.rulebook.columns import Value
from cuijie.rulebook.judgement import Verdict
from cuijie.rulebook.predicate import Node
from cuijie.rulebook.registers import Registers

__all__ = [
    "About",
    "Cited",
    "Further",
    "Marks",
    "Norm",
    "Rule",
    "Scenario",
    "Severity",
    "Window",
    "WordList",
    "Words",
]

About = Literal["contact", "window", "case"]
Severity = Literal["advisory", "ordinary", "serious", "grave"]
Marks = Literal["all", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """The same sentences in Chinese and in English."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """One provision that carries the prohibition itself, with what the rule file says beyond the law library."""

    id: str
    tier: Tier
    line: int
    only: Node | None = None
    since: str | None = None  # 2025-02-28, or 2022-07 where only the month is known
    until: str | None = None  # no longer in force on this day
    binds: tuple[str, ...] | None = None
    certainty: Certainty = "established"
    confidence: Confidence | None = None
    label: Words | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A provision cited beside a norm: it never switches the rule on."""

    id: str
    tier: Tier
    line: int
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A graver consequence that the rule's own facts do not meet, and what would have to be shown for it."""

    id: str
    tier: Tier
    line: int
    needs: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How contacts are gathered before they are counted against ``limit``.

    ``distinct``: not the contacts are counted, but the different values of this column among them.
    """

    per: tuple[str, ...]
    limit: int
    within_days: int | None = None
    marks: Marks = "all"
    alone: str | None = None
    distinct: str | None = None
    within_minutes: int | None = None

    @property
    def slides(self) -> bool:
        """Whether any days, or minutes, in a row are a window."""
        return self.within_days is not None or self.within_minutes is not None

    def __repr__(self) -> str:
        """What the digests of a rulebook are made of: fields that came later are told only where they are used."""
        later = {"distinct": self.distinct, "within_minutes": self.within_minutes}
        said = ("per", "limit", "within_days", "marks", "alone", *(name for name, value in later.items() if value))
        return f"Window({', '.join(f'{name}={getattr(self, name)!r}' for name in said)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One test of a rule, written by whoever wrote the rule."""

    name: str
    line: int
    expect: Verdict
    contacts: tuple[ContactRecord, ...] = ()
    loan: Loan | None = None
    registers: Registers
    law_facts: Mapping[str, bool]
    case: Mapping[str, Value] | None = None
    asks: tuple[str, ...] | None = None
    marks: tuple[str, ...] | None = None
    basis: tuple[str, ...] | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as its file says it; ``when`` is the predicate, or what a window rule counts."""

    id: str
    version: int
    number: str | None
    title: Words
    about: About
    when: Node
    when_text: str
    window: Window | None
    at: str | None
    ask: Mapping[str, Words]
    norms: tuple[Norm, ...]
    support: tuple[Cited, ...]
    further: tuple[Further, ...]
    protects: tuple[Claimant, ...]
    certainty: Certainty
    severity: Severity
    evidence: WordList
    explain: Words
    exceptions: WordList
    notes: WordList
    scenarios: tuple[Scenario, ...]
    source: str  # the file it came from

    @property
    def jurisdiction(self) -> str:
        """The prefix of the rule's id."""
        return self.id.partition(".")[0]
