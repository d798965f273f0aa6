"""Pictures of a case, laid out here and drawn by the template as SVG: who was contacted, when each was, how often a day.

Everything a picture shows stands in a table behind it, and it prints in black and white: a degree has a shape, not only a colour.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cuijie.clock import shanghai_day
from cuijie.desk.contacts.timeline import SIGNS, collecting, name_of, sign_of
from cuijie.desk.naming import reached
from cuijie.desk.standing import CaseView, once_per_judging
from cuijie.rulebook import load_rulebook

__all__ = ["Contacted", "Lane", "Pictures", "pictures"]

_DRAWN_PEOPLE = 36  # more would cover each other; the table has everyone
_LANES = 14
_COLUMNS = 120  # of a lane: beyond that many days a mark stands for several
_LONGEST = 366
_DAILY_CAP = "cn.frequency.connected-calls"
_AGREED = frozenset({"agreed_contact", "co_debtor"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacted:
    """One person, or a place where many read along, as a point around the borrower: where, how large, since which of the days."""

    person_id: str
    name: str
    is_agreed: bool
    since: date
    from_step: int  # index among Pictures.days: the slider shows the person from there on
    contacts: int
    sign: str  # the gravest of the contacts to this person
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The contacts of one person along time: (x from 0 to 1, how many, sign)."""

    person_id: str
    name: str
    marks: tuple[tuple[float, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What the timeline page draws; all empty where nothing dated is tied to a collector."""

    days: tuple[date, ...]
    people: tuple[Contacted, ...]
    undrawn: int
    debtor_contacts: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, date], ...]
    daily: tuple[tuple[date, int], ...]  # answered collection calls to the borrower, by day
    cap: int | None  # of the rule on answered calls a day; None if this rulebook has none

    @property
    def most(self) -> int:
        """The height of the picture of a day: the busiest day, or one above the cap."""
        return max([count for _, count in self.daily] + [(self.cap or 0) + 1])


@once_per_judging
def pictures(view: CaseView) -> Pictures:
    """The pictures of a case's contacts; the order of people is that of their first contact."""
    persons = {person.person_id: person for person in view.state.persons}
    debtors = {"debtor"} | {one.person_id for one in view.state.persons if one.role == "debtor"}
    agreed = {
        one.person_id for one in view.state.persons if _AGREED & {one.role, *(role for _, role in one.loan_roles)}
    }
    by_person: dict[str, list[tuple[date, str, int]]] = {}
    daily: Counter[date] = Counter()
    for entry in collecting(view):
        if entry.occurred_at is None:
            continue
        day, count = shanghai_day(entry.occurred_at), entry.count or 1
        whom = "debtor" if reached(entry) in debtors else reached(entry)
        by_person.setdefault(whom, []).append((day, sign_of(view, entry), count))
        if whom == "debtor" and entry.connected and entry.channel in ("call", "robot_call"):
            daily[day] += count
    days = tuple(sorted({day for seen in by_person.values() for day, _, _ in seen}))
    others = sorted((one for one in by_person if one != "debtor"), key=lambda one: (min(by_person[one])[0], one))
    people = [
        _placed(one, name_of(one, persons), is_agreed=one in agreed, seen=by_person[one], days=days)
        for one in others[:_DRAWN_PEOPLE]
    ]
    return Pictures(
        days=days,
        people=_around(people),
        undrawn=max(0, len(others) - _DRAWN_PEOPLE),
        debtor_contacts=sum(count for _, _, count in by_person.get("debtor", [])),
        lanes=_lanes(by_person, {one: name_of(one, persons) for one in by_person}, days),
        ticks=_ticks(days),
        daily=_every_day(daily),
        cap=_cap(),
    )


def _every_day(daily: Counter[date]) -> tuple[tuple[date, int], ...]:
    """Every day from the first to the last, those without a call as 0; only the days that have one where it would be over a year."""
    if not daily:
        return ()
    first, last = min(daily), max(daily)
    if (last - first).days > _LONGEST:
        return tuple(sorted(daily.items()))
    return tuple((day, daily[day]) for day in (first + timedelta(days=n) for n in range((last - first).days + 1)))


def _cap() -> int | None:
    rules = {linked.rule.id: linked.rule for linked in load_rulebook().rules}
    window = rules[_DAILY_CAP].window if _DAILY_CAP in rules else None
    return window.limit if window is not None else None


def _gravest(signs: set[str]) -> str:
    return min(signs, key=SIGNS.index)


def _placed(
    person_id: str, name: str, *, is_agreed: bool, seen: list[tuple[date, str, int]], days: tuple[date, ...]
) -> Contacted:
    contacts = sum(count for _, _, count in seen)
    since = min(seen)[0]
    return Contacted(
        person_id=person_id, name=name, is_agreed=is_agreed, since=since, from_step=days.index(since), contacts=contacts,
        sign=_gravest({sign for _, sign, _ in seen}), x=0, y=0, radius=min(20.0, 7 + 2.2 * math.sqrt(contacts)),
    )  # fmt: skip


def _around(people: list[Contacted]) -> tuple[Contacted, ...]:
    """The agreed contacts on an inner ring, the others on one or two outer rings, in the order of their first contact."""
    inner = [one for one in people if one.is_agreed]
    outer = [one for one in people if not one.is_agreed]
    is_crowded = len(outer) > 14
    placed: dict[str, Contacted] = {}
    for ring, base in ((inner, 92.0), (outer, 172.0)):
        for index, one in enumerate(ring):
            angle = 2 * math.pi * index / max(len(ring), 3) - math.pi / 2
            distance = base + (34 if is_crowded and ring is outer and index % 2 else 0)
            placed[one.person_id] = replace(
                one, x=round(distance * 1.25 * math.cos(angle), 1), y=round(distance * math.sin(angle), 1)
            )
    return tuple(placed[one.person_id] for one in people)


def _lanes(
    by_person: dict[str, list[tuple[date, str, int]]], names: dict[str, str], days: tuple[date, ...]
) -> tuple[Lane, ...]:
    """The borrower first, then those contacted most."""
    order = sorted(by_person, key=lambda one: (one != "debtor", -sum(count for _, _, count in by_person[one]), one))
    span = (days[-1] - days[0]).days + 1 if days else 1
    width = max(1, math.ceil(span / _COLUMNS))
    lanes = []
    for one in order[:_LANES]:
        cells: dict[int, tuple[int, set[str]]] = {}
        for day, sign, count in by_person[one]:
            column = (day - days[0]).days // width
            known = cells.setdefault(column, (0, set()))
            known[1].add(sign)
            cells[column] = (known[0] + count, known[1])
        marks = tuple(
            (min(1.0, (column + 0.5) * width / span), count, _gravest(signs))
            for column, (count, signs) in sorted(cells.items())
        )
        lanes.append(Lane(person_id=one, name=names[one], marks=marks))
    return tuple(lanes)


def _ticks(days: tuple[date, ...]) -> tuple[tuple[float, date], ...]:
    """At most six days along the lanes, the first and the last among them."""
    if not days:
        return ()
    span = (days[-1] - days[0]).days
    number = min(5, span)
    return tuple(
        ((offset + 0.5) / (span + 1), days[0] + timedelta(days=offset))
        for offset in sorted({round(span * index / max(number, 1)) for index in range(number + 1)})
    )
