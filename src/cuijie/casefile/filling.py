"""Who and what a case is about, written into it: ids for new records, and the ties that follow from collectors."""

from __future__ import annotations

from collections.abc import Container
from itertools import count

from cuijie.casefile.case import Case
from cuijie.records import Collector, Entry
from cuijie.records.ties import retied

__all__ = ["free_id", "retie"]


def free_id(prefix: str, taken: Container[str]) -> str:
    """The first of ``prefix-1``, ``prefix-2`` … that is not among *taken*."""
    return next(name for number in count(1) if (name := f"{prefix}-{number}") not in taken)


def retie(case: Case) -> int:
    """Ties every entry anew by the collectors known now and answers how many changed; the user's ticks stay."""
    changed = list(retied(case.each(Entry), case.all(Collector)))
    case.put(*changed)
    return len(changed)
