"""What the library holds: instruments, their provisions, successions of articles and of authorities."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cuijie.law.dates import LegalDate
from cuijie.law.locator import Locator

__all__ = [
    "CONFIDENCES",
    "KNOWN_FROM",
    "NUMBERINGS",
    "TIERS",
    "Authority",
    "Confidence",
    "Instrument",
    "KnownFrom",
    "Numbering",
    "Provision",
    "Renumbering",
    "Tier",
]

Tier = Literal[
    "criminal", "public_security", "administrative", "civil", "regulator", "standard", "self_discipline", "policy"
]
Numbering = Literal["article", "section", "clause"]
Confidence = Literal["verified", "secondary", "unverified"]
KnownFrom = Literal["full_text", "quoted", "near_quote", "press_summary", "back_translation", "none"]

TIERS: tuple[Tier, ...] = (
    "criminal",
    "public_security",
    "administrative",
    "civil",
    "regulator",
    "standard",
    "self_discipline",
    "policy",
)
NUMBERINGS: tuple[Numbering, ...] = ("article", "section", "clause")
CONFIDENCES: tuple[Confidence, ...] = ("verified", "secondary", "unverified")
KNOWN_FROM: tuple[KnownFrom, ...] = (
    "full_text",
    "quoted",
    "near_quote",
    "press_summary",
    "back_translation",
    "none",
)


def _within(start: LegalDate | None, end: LegalDate | None, on: date) -> bool | None:
    """Three-valued: *on* is at or after *start* and before *end*; an absent start is unknown, an absent end is none."""
    started = None if start is None else start.reached(on)
    ended = False if end is None else end.reached(on)
    if started is False or ended is True:
        return False
    return None if started is None or ended is None else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One version of a law, regulation, interpretation, notice, standard or self-regulation.

    ``seen`` names the fields among ``number``, ``adopted`` and ``in_force`` that stand in the text itself; the others
    come from secondary sources, whatever ``confidence`` says of the text.  ``numbering`` is what it counts: articles,
    sections 一、二、…, or clauses 5.3 as standards do.
    """

    id: str
    title: str
    version: str | None
    short: str
    also: tuple[str, ...]
    issuer: str
    number: str | None
    level: str
    tier: Tier
    adopted: LegalDate | None
    in_force: LegalDate | None
    repealed: LegalDate | None
    successor: str | None
    applies_to: tuple[str, ...]
    confidence: Confidence
    seen: frozenset[str]
    numbering: Numbering
    is_draft: bool
    cited_as: str | None
    note: str | None

    @property
    def jurisdiction(self) -> str:
        """The first part of the id: ``cn``."""
        return self.id.split(".", 1)[0]

    @property
    def family(self) -> str:
        """The id without its year: all versions of one law share it."""
        head, _, year = self.id.rpartition(".")
        return head if year.isdigit() and head.count(".") else self.id

    def in_force_on(self, on: date) -> bool | None:
        """Whether this version is in force on *on*; None where its dates do not tell, False always for a draft."""
        return False if self.is_draft else _within(self.in_force, self.repealed, on)

    def sure_of(self, name: str) -> Confidence:
        """How well the field *name* (number, adopted, in_force) is known."""
        if name in self.seen:
            return self.confidence
        return "secondary" if self.confidence == "verified" else self.confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One article, paragraph or item: what it says in our own words, and since when.

    ``label_zh`` is None where the number is not verified; it is then never printed.  ``label_confidence`` is lower
    than ``confidence`` where the words are better known than the number.
    """

    id: str
    instrument: Instrument
    label_zh: str | None
    label_confidence: Confidence
    tier: Tier
    in_force: LegalDate | None
    repealed: LegalDate | None
    paraphrase_zh: str
    paraphrase_en: str
    topics: tuple[str, ...]
    confidence: Confidence
    known_from: KnownFrom
    applies_to: tuple[str, ...]
    note: str | None

    @property
    def key(self) -> str:
        """The part of the id after the slash: ``1033.1.1``."""
        return self.id.split("/", 1)[1]

    @property
    def place(self) -> Locator | None:
        """The article, paragraph and item; None for named keys, clauses of standards and numbers not verified."""
        if self.label_zh is None or self.instrument.numbering == "clause":
            return None
        return Locator.from_key(self.key)

    @property
    def level(self) -> str:
        """The kind of its instrument, in the words of its country: 法律, 行政法规 …"""
        return self.instrument.level

    def in_force_on(self, on: date) -> bool | None:
        """Whether this wording is in force on *on*; None where its dates do not tell."""
        return False if self.instrument.is_draft else _within(self.in_force, self.repealed, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renumbering:
    """Which articles of one instrument live on under which numbers of another."""

    old: str
    new: str
    since: LegalDate
    confidence: Confidence
    note: str | None
    articles: dict[str, tuple[str, ...]] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """An authority or office that no longer exists under its name, and who took over."""

    name: str
    also: tuple[str, ...]
    ended: LegalDate
    successors: tuple[str, ...]
    by: str
    confidence: Confidence
    note: str | None
