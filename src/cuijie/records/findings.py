"""What an assessment says: findings and questions, in the shapes of the `assess --json` output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Basis", "BasisRole", "Certainty", "Claimant", "Finding", "Question", "Tier"]

Claimant = Literal["debtor", "recipient"]
Certainty = Literal["established", "likely", "to_judge"]
Tier = Literal[
    "criminal", "public_security", "administrative", "civil", "regulator", "standard", "self_discipline", "policy"
]  # fmt: skip
BasisRole = Literal["norm", "support"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One provision a finding rests on: *norm* carries the prohibition, *support* is cited beside it."""

    id: str  # provision id of the law library, for example cn.civil-code.2020/1033.1.1
    tier: Tier
    role: BasisRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule broken: by which contacts, who may claim, how certain, under which provisions."""

    rule: str
    contacts: tuple[str, ...]
    claimants: tuple[Claimant, ...]
    certainty: Certainty
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One fact that would settle rules now unknown; ``id`` is ``column@owner``, asked once per owner."""

    id: str
    asks: str  # the question in Chinese
    contacts: tuple[str, ...]
    decides: tuple[str, ...]  # rule ids
