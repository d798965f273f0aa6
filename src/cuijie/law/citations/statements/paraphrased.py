"""Numbers said of an article whose text was never read, held against those of our own paraphrase of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.placing import applies_or_denies
from cuijie.law.citations.statements.precise import OtherAmount
from cuijie.law.citations.statements.ranking import telling_pairs
from cuijie.law.library import Library
from cuijie.law.structure.amounts import find_amounts

__all__ = ["amount_of_another"]

_CLAUSES = re.compile(r"[，；：。、“”「」（）]")
_SHARED = 2  # pairs of characters that tell the same
_BOUND = re.compile(r"最[长高多低短少]|不(?:得|应)?(?:超过|低于|少于)|至少")
_PAST = re.compile(r"原来|旧|过去|曾|此前|以前|改为|不是|并非|而非|修[订正]前|超过了|已经")


def amount_of_another(library: Library, id_: str, said: Said) -> OtherAmount | None:
    """The first number said of what our paraphrase of the provision *id_* gives another number of the same kind for."""
    if not library.holds(id_):
        return None
    ours = list(_clauses(library.provision(id_).paraphrase_zh))
    words = [claim.words for claim in said.claims if claim.strength in ("named", "stated")]
    for one in (*said.quotes, *words, *(told.words for told in said.told if not told.drawn)):
        if applies_or_denies(one) or _PAST.search(one):
            continue
        for clause in _clauses(one):
            if found := _differs(clause, ours):
                return found
    return None


def _clauses(words: str) -> Iterator[str]:
    return (clause for clause in _CLAUSES.split(words) if find_amounts(clause))


def _differs(clause: str, ours: list[str]) -> OtherAmount | None:
    said = find_amounts(clause)
    for own in ours:
        held = tuple(found.amount for found in find_amounts(own))
        alike = len(set(telling_pairs(clause)) & set(telling_pairs(own)))
        if alike < (1 if len(ours) == 1 and _BOUND.search(clause) and _BOUND.search(own) else _SHARED):
            continue
        strange = [one for one in said if one.amount not in held and one.amount.kind in {h.kind for h in held}]
        if strange and not any(one.amount in held for one in said):
            return OtherAmount(written=strange[0].written, held=held, part="")
    return None
