"""The law a finding cites: the norms it rests on, and what is cited beside them, as in force that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cuijie.records import Basis
from cuijie.rulebook import LinkedRule
from cuijie.rulebook.columns import Value
from cuijie.rulebook.predicate import evaluate

__all__ = ["CitedLaw", "SupportBook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedLaw:
    """Norms and support for one event; ``on`` None where the day is not known (then only the norms stand)."""

    basis: tuple[Basis, ...]
    on: date | None


class SupportBook:
    """Finds which provisions a rule may cite beside its norms, on a day and for a lender; remembers what it found."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], CitedLaw] = {}

    def law(
        self,
        linked: LinkedRule,
        norms: tuple[str, ...],
        on: date | None,
        lender_type: str | None,
        product: str | None,
        actor: str | None = None,
    ) -> CitedLaw:
        """The *norms* with their tiers, and every support of the rule that is in force and binds."""
        key = (linked.rule.id, norms, on, lender_type, product, actor)
        found = self._known.get(key)
        if found is None:
            facts: dict[str, Value] = {"lender_type": lender_type, "product": product, "actor": actor, "day": on}
            found = self._known[key] = CitedLaw(
                basis=(*_norms(linked, norms), *(() if on is None else _support(linked, facts))), on=on
            )
        return found


def _support(linked: LinkedRule, facts: Mapping[str, Value]) -> tuple[Basis, ...]:
    applying = (cited for cited in linked.support if evaluate(cited.applies, facts.get))
    return tuple(Basis(id=cited.id, tier=cited.tier, role="support") for cited in applying)


def _norms(linked: LinkedRule, norms: tuple[str, ...]) -> tuple[Basis, ...]:
    tiers = {norm.id: norm.norm.tier for norm in linked.norms}
    return tuple(Basis(id=norm, tier=tiers[norm], role="norm") for norm in norms)
