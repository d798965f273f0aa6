"""The rules and the law of a report: titles, provisions by tier with their dates, as the rulebook at hand has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cuijie.audit.fingerprints import findings_digest
from cuijie.audit.report.reading import RunFacts
from cuijie.errors import BadInput
from cuijie.law import LawError, LegalDate
from cuijie.rulebook import LinkedRule, Rulebook, load_rulebook
from cuijie.rulebook.page_words import SEVERITY, TIERS
from cuijie.rulebook.rule import Words

__all__ = ["LAW", "OWN", "STANDARD", "LawLine", "LawTier", "Rules"]

OWN, STANDARD, LAW = 1, 2, 3
"""What a norm is: a limit of one's own, a recommended standard or a code of the trade, law or a regulator's rule."""
_WEIGHTS = {"policy": OWN, "standard": STANDARD, "self_discipline": STANDARD}


@dataclass(frozen=True, slots=True, kw_only=True)
class LawLine:
    """One provision: how it is cited, what it says, since when, and how many findings rest on it or may."""

    cite: str
    says: Words | None
    since: str
    findings: int
    maybe: int  # findings to which it may apply: whether it was in force or bound this lender is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class LawTier:
    """The provisions of one tier, the strongest tier first."""

    tier: Words
    lines: tuple[LawLine, ...]


class Rules:
    """The rulebook of a run, as far as this computer has it."""

    def __init__(self, run: RunFacts) -> None:
        folders = tuple(folder for folder in run.rule_folders if folder.is_dir())
        self.book: Rulebook = _book(folders)
        held = {linked.rule.id: linked for linked in self.book.rules}
        self._held: Mapping[str, LinkedRule] = held
        self._then = run.titles
        here = [id_ for id_ in run.rules if id_ in held]
        same = len(here) == len(run.rules) and findings_digest(self.book.only(*here)) == run.rulebook
        self.is_same = same or findings_digest(self.book) == run.rulebook

    def title(self, rule: str) -> Words:
        """Its title: as it is here, else as it was then, else the id."""
        linked = self._held.get(rule)
        return linked.rule.title if linked else self._then.get(rule, Words(zh=rule, en=rule))

    def explain(self, rule: str) -> Words | None:
        """What it says."""
        linked = self._held.get(rule)
        return linked.rule.explain if linked else None

    def severity(self, rule: str) -> Words:
        """How grave it is, in words."""
        linked = self._held.get(rule)
        zh, en = SEVERITY[linked.rule.severity] if linked else ("", "")
        return Words(zh=zh, en=en)

    def weights(self) -> tuple[tuple[str, str, int], ...]:
        """(rule, provision, weight) of the norms: ``OWN``, ``STANDARD`` or ``LAW``."""
        return tuple(
            (linked.rule.id, norm.id, _WEIGHTS.get(norm.norm.tier, LAW))
            for linked in self.book.rules
            for norm in linked.norms
        )

    def tiers(self, rule: str, rests: Sequence[tuple[str, int, int]], on: date) -> tuple[LawTier, ...]:
        """The provisions (id, findings, findings to which it may apply) that findings of *rule* rest on, by tier, as cited on *on*."""
        found: dict[str, list[LawLine]] = {}
        for id_, findings, maybe in rests:
            tier, line = self._line(rule, id_, findings, maybe, on)
            found.setdefault(tier, []).append(line)
        order = [tier for tier in TIERS if tier in found] + [tier for tier in found if tier not in TIERS]
        return tuple(
            LawTier(
                tier=Words(zh=TIERS.get(tier, (tier, tier))[0], en=TIERS.get(tier, (tier, tier))[1]),
                lines=tuple(found[tier]),
            )
            for tier in order
        )

    def _line(self, rule: str, id_: str, findings: int, maybe: int, on: date) -> tuple[str, LawLine]:
        linked = self._held.get(rule)
        norm = next((norm for norm in linked.norms if norm.id == id_), None) if linked else None
        if norm is None:
            return "", LawLine(cite=id_, says=None, since="", findings=findings, maybe=maybe)
        says = norm.norm.label
        cite = says.zh if says else id_
        if norm.provision is not None:
            cite = self._cite(id_, on)
            says = Words(zh=norm.provision.paraphrase_zh, en=norm.provision.paraphrase_en)
        return norm.norm.tier, LawLine(cite=cite, says=says, since=_since(norm.since), findings=findings, maybe=maybe)

    def _cite(self, id_: str, on: date) -> str:
        try:
            return self.book.law.cite(id_, on)
        except LawError:  # repealed within the period: named by its law alone
            instrument = self.book.law.provision(id_).instrument
            return self.book.law.title(instrument)


def _book(folders: Sequence[Path]) -> Rulebook:
    """The rulebook with those *folders*; ours alone where they cannot be used any more, which ``is_same`` then tells."""
    try:
        return load_rulebook(folders)
    except BadInput:
        return load_rulebook()


def _since(day: LegalDate | None) -> str:
    return str(day) if day else ""
