"""The law a paper cites: only what the library holds, only what was in force, never an unverified article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from cuijie.records import Basis
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.wording import day as day_words

__all__ = ["TIER_WORDS", "LawBook", "Provision", "bases", "cite", "cite_any", "cites"]


class Provision(Protocol):
    """What remedies need of a provision of the law library."""

    @property
    def confidence(self) -> str: ...  # noqa: D102


class LawBook(Protocol):
    """What remedies need of the law library (``law.library()``)."""

    def provision(self, id: str) -> Provision:
        """The provision, or LawError."""
        ...

    def in_force(self, id: str, on: date) -> bool | None:
        """Whether it was in force on that day; None where only the month is known."""
        ...

    def cite(self, id: str, on: date, article: bool = True) -> str:
        """《…》第…条, or LawError."""
        ...


TIER_WORDS = {
    "criminal": "刑事法律",
    "public_security": "治安管理法律",
    "administrative": "法律、行政法规",
    "civil": "民事法律",
    "regulator": "监管规定",
    "standard": "推荐性国家标准",
    "self_discipline": "行业自律规范",
}
_ORDER = ("civil", "administrative", "regulator", "public_security", "standard", "self_discipline", "criminal")
_FOR_THE_POLICE = "是否适用由公安机关判断"
_MOST = 8  # citations under one conduct from which on no support is added


def cite(law: LawBook, id: str, on: date) -> Run:
    """The citation of *id* as in force on *on*.

    Raises RemedyError for a provision that may not be shown (unverified, or not in force that day): a paper says
    less rather than something that does not hold.
    """
    if not _may_cite(law, id, on):
        raise RemedyError(f"{id} 在 {on} 不能引用（尚未施行、已经失效，或未经核实）。")
    return Run(text=law.cite(id, on), kind="law", ref=id)


def cite_any(law: LawBook, ids: Sequence[str], on: date) -> Run:
    """The first of *ids* that may be cited on *on*: a law and the text it replaced.  Raises RemedyError if none may."""
    chosen = next((id for id in ids if _may_cite(law, id, on)), ids[0])
    return cite(law, chosen, on)


def _may_cite(law: LawBook, id: str, on: date) -> bool:
    return law.provision(id).confidence != "unverified" and law.in_force(id, on) is True


def _reach(in_force: Sequence[date], days: Sequence[date]) -> str:
    """For which of the event's *days* (in order) a text holds that was in force on *in_force* only; empty for all."""
    if len(in_force) == len(days):
        return ""
    if in_force[-1] == days[-1]:
        return f"适用于{day_words(in_force[0])}起的行为"
    return f"适用于{day_words(in_force[-1])}及以前的行为"


@dataclass(frozen=True, slots=True)
class _Named:
    tier: str
    title: str
    run: Run
    reach: str = ""
    weighed: str = ""  # who must judge whether it applies


def _named(law: LawBook, id: str, tier: str, on: date) -> _Named:
    return _Named(tier, law.cite(id, on, article=False), Run(text=law.cite(id, on), kind="law", ref=id))


def _after(before: _Named | None, named: _Named) -> Run:
    """The citation, without its law's name where the one before names the same law: 《……》第六条、第十条."""
    article = named.run.text.removeprefix(named.title)
    same = before is not None and before.title == named.title and article.startswith("第")
    return Run(text=article, kind="law", ref=named.run.ref) if same else named.run


def cites(law: LawBook, ids: Sequence[str], on: date) -> Cell:
    """Several citations in a row, each checked as ``cite`` does, a law's name written once."""
    runs: list[Run] = []
    before: _Named | None = None
    for id in ids:
        cite(law, id, on)
        named = _named(law, id, "", on)
        runs += [Run(text="、"), _after(before, named)] if runs else [named.run]
        before = named
    return tuple(runs)


def bases(
    law: LawBook, basis: Iterable[Basis], days: Sequence[date], *, tiers: frozenset[str], first: str = ""
) -> Cell:
    """The citations of *basis* in force on one of the event's *days*, grouped by tier, the lower tiers marked as such.

    Norms come first; supports are added only while there is room among eight, what the reader decides by (tier *first*)
    before all others.  Whether a text of public security applies the police judge, and it is said.  An older text that
    applied at the time and has been replaced since is still cited: it is the law of the event.  A text that was in force
    on some of the *days* only (which stand in order) says on which.
    """
    order = sorted(_ORDER, key=lambda tier: tier != first)
    chosen: list[_Named] = []
    seen: set[str] = set()
    for role in ("norm", "support"):
        for tier in order:
            for one in basis:
                if one.role != role or one.tier != tier or tier not in tiers or one.id in seen:
                    continue
                if role == "support" and len(chosen) >= _MOST:
                    continue
                in_force = [day for day in days if _may_cite(law, one.id, day)]
                if not in_force:
                    continue
                seen.add(one.id)
                weighed = _FOR_THE_POLICE if tier == "public_security" else ""
                named = _named(law, one.id, tier, in_force[0])
                chosen.append(replace(named, reach=_reach(in_force, days), weighed=weighed))
    titles = list(dict.fromkeys(named.title for named in chosen))
    runs: list[Run] = []
    before: _Named | None = None
    for named in sorted(chosen, key=lambda named: (order.index(named.tier), titles.index(named.title))):
        soft = named.tier in {"standard", "self_discipline"}
        is_new_tier = before is None or before.tier != named.tier
        if runs:
            runs.append(Run(text="；" if soft and is_new_tier else "、"))
        if soft and is_new_tier:
            runs.append(Run(text="并参照" if runs else "参照"))
        runs.append(_after(None if soft else before, named))
        if notes := [word for word in (TIER_WORDS[named.tier] if soft else "", named.reach, named.weighed) if word]:
            runs.append(Run(text=f"（{'，'.join(notes)}）"))
        before = named
    return tuple(runs)
