"""What is said of a law as a whole that none of its articles has: a penalty, a sum, a multiple."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.placing import applies_or_denies
from cuijie.law.structure import Structure
from cuijie.law.structure.amounts import find_amounts

__all__ = ["nowhere"]

_PENALTY = re.compile(r"惩罚性赔偿|有期徒刑|拘役")
# 精神抚慰金通常分为五档：……, 最低赔五百元: the number is told as the law's own
_SET = re.compile(
    r"分为|[分共][一二三四五六七八九十0-9]{1,2}档|标准|每人|最[低高]|至少|不(?:低于|高于|少于|超过|得低于|得超过)|上限|下限|封顶|起步"
)
_GROUNDED = re.compile(r"^[》”]?(?:，|的规定，|规定，|：)?([^。！？\n]{4,80})")
_CASE = re.compile(r"原告|被告|本[案院]|[贵我][司行方]|你们?|您|请求|判令")
_BREAKS = re.compile(r"(?:违反|违背|触犯|侵犯)了?[《“]?$")


def nowhere(said: Said, shape: Structure | None) -> str | None:
    """The words for what the text says that the law has and no article of it has; None where the law was never read."""
    if shape is None or shape.by_section or _BREAKS.search(said.before):
        return None
    for words in _told(said):
        if (penalty := _PENALTY.search(words)) and not _in_any(penalty[0], shape):
            return penalty[0]
        held = {amount for article in shape.articles.values() for part in article.amounts.values() for amount in part}
        for found in find_amounts(words) if _SET.search(words) else ():
            if found.amount.kind == "yuan" and found.amount not in held and not any(a.kind == "yuan" for a in held):
                return found.written
    return None


def _told(said: Said) -> Iterator[str]:
    stated = [claim.words for claim in said.claims if claim.strength != "facts"]
    stated += [one.words for one in said.told]
    if said.grounded and (rest := _GROUNDED.match(said.after)):
        stated.append(rest[1])
    yield from (words for words in stated if not (applies_or_denies(words) or _CASE.search(words)))


def _in_any(term: str, shape: Structure) -> bool:
    """Whether an article has every pair of characters of *term*."""
    pairs = [term[at : at + 2] for at in range(len(term) - 1)]
    return bool(shape.prints.short_held(pairs).all(axis=1).any())
