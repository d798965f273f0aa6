"""What a chart of one loan draws: received, paid and due as stairs over time, and what is claimed at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cuijie.money.loan_facts import LoanFacts

__all__ = ["Staircase", "staircase"]

Stairs = tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staircase:
    """Running totals in fen, each step at its day; ``claimed_fen`` stands at ``as_of``, None if nothing is claimed."""

    as_of: date
    received: Stairs
    paid: Stairs
    due: Stairs
    claimed_fen: int | None


def staircase(facts: LoanFacts, as_of: date) -> Staircase:
    """The stairs of one loan; received and paid up to *as_of*, due to the last instalment."""
    due = [(one.due_on, one.fen) for one in facts.due] + [(flow.on, flow.fen) for flow in facts.fees_due]
    return Staircase(
        as_of=as_of,
        received=_stairs((flow.on, flow.fen) for flow in facts.received if flow.on <= as_of),
        paid=_stairs((flow.on, flow.fen) for flow in facts.paid if flow.on <= as_of),
        due=_stairs(due),
        claimed_fen=sum(item.fen for item in facts.claimed) if facts.claimed else None,
    )


def _stairs(steps: Iterable[tuple[date, int]]) -> Stairs:
    by_day: dict[date, int] = {}
    for day, fen in steps:
        by_day[day] = by_day.get(day, 0) + fen
    total, out = 0, []
    for day in sorted(by_day):
        total += by_day[day]
        out.append((day, total))
    return tuple(out)
