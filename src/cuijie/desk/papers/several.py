"""The papers that can be made at once, in groups: those whose step is next first, then by whose name and which loan."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.clock import Clock
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.ladder.steps import first_sender, ladder_of, material
from cuijie.desk.papers.ids import PaperRow, paper_id
from cuijie.desk.papers.listing import paper_rows

__all__ = ["PaperGroup", "paper_groups"]

_NEXT = Words("现在就能做的", "To be done now")
_LATER = Words("以后才用，或者备着的", "For later, or to have at hand")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperGroup:
    """Papers in one person's name about one loan that are all next, or all not, in the order of the ladder."""

    title: Words
    rows: tuple[PaperRow, ...]
    is_chosen: bool  # next, and in the name of whoever keeps the case: ticked beforehand


def paper_groups(place: OpenCase, clock: Clock) -> tuple[PaperGroup, ...]:
    """Every paper that can be made now, once."""
    held = material(place)
    rank: dict[tuple[str, str], tuple[bool, int]] = {}  # (document, query): whether its step waits, and its place
    for number, step in enumerate(ladder_of(place, clock)):
        if step.document:
            one = paper_id(held, step.document, step.sender, step.loan_id)
            rank[one.document, one.query] = min(
                (not step.is_open, number), rank.get((one.document, one.query), (True, number))
            )
    off_the_ladder = (True, len(ladder_of(place, clock)))
    first = first_sender(held)

    def order(row: PaperRow) -> tuple[bool, bool, int]:
        waits, number = rank.get((row.id, row.query), off_the_ladder)
        return waits, row.sender != first, number

    groups: dict[tuple[bool, str, str], list[PaperRow]] = {}
    for row in sorted((row for row in paper_rows(place) if row.trouble is None), key=order):
        groups.setdefault((order(row)[0], row.sender, row.about.zh if row.about else ""), []).append(row)
    return tuple(
        PaperGroup(
            title=_title(rows[0], _LATER if waits else _NEXT, names_whose=sender != first),
            rows=tuple(rows),
            is_chosen=not waits and sender == first,
        )
        for (waits, sender, _), rows in groups.items()
    )


def _title(row: PaperRow, when: Words, *, names_whose: bool) -> Words:
    zh, en = [when.zh], [when.en]
    if names_whose:
        zh, en = [*zh, f"以{row.whose.zh}的名义"], [*en, f"in the name of: {row.whose.en}"]
    if row.about:
        zh, en = [*zh, f"关于{row.about.zh}的借款"], [*en, f"loan from {row.about.en}"]
    return Words("，".join(zh), ", ".join(en))
