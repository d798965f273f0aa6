"""The contacts that a window rule counts or may count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cuijie.records import ContactRecord
from cuijie.rulebook.columns import Value
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.moments import micros_of
from cuijie.rulebook.predicate import Truth
from cuijie.rulebook.rule import Window
from cuijie.rulebook.windows.grouping import Keys
from cuijie.rulebook.windows.spans import Placed, placed

__all__ = ["SEVERAL", "Member", "least_of", "members_of", "window_of"]

SEVERAL = 2  # what a record that stands for several counts at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One contact that counts or may count: ``states`` per norm, ``keys`` as grouped by, ``place`` in the log.

    ``least`` is what it counts at the least wherever it counts; ``lies`` where in time it is, for windows that
    slide; ``value`` that of the column whose different values are counted.
    """

    place: int
    contact: str
    at: datetime | None
    has_time: bool
    weight: int | None
    least: int
    states: tuple[Truth, ...]
    keys: Keys
    lies: Placed
    alone: Value
    value: Value
    value_of: Callable[[str], Value]


def window_of(rule: LinkedRule) -> Window:
    """The window of a window rule."""
    if rule.rule.window is None:
        raise TypeError(f"{rule.rule.id} is no window rule")
    return rule.rule.window


def least_of(window: Window, weight: int | None) -> int:
    """What a record that stands for *weight* contacts (None: several) counts at the least.

    Contacts told as a total may have been made to one person, and at different hours.
    """
    if window.distinct is not None or window.within_minutes is not None:
        return 1
    return SEVERAL if weight is None else weight


def members_of(
    rule: LinkedRule,
    contacts: Sequence[ContactRecord],
    rows: Sequence[Sequence[Value]],
    names: Sequence[str],
    answers: Callable[[Sequence[Value]], tuple[Truth, ...]],
) -> Iterator[Member]:
    """The contacts that some norm of *rule* counts or may count."""
    window = window_of(rule)
    place_of = {name: place for place, name in enumerate(names)}
    count, day, minute = place_of["count"], place_of["day"], place_of["minute_of_day"]
    alone = place_of[window.alone] if window.alone else None
    value = place_of[window.distinct] if window.distinct else None
    per = [place_of[name] for name in window.per]
    for place, (contact, row) in enumerate(zip(contacts, rows, strict=True)):
        states = answers(row)
        number = row[count]
        weight = number if isinstance(number, int) else None
        if weight == 0 or not any(state is not False for state in states):
            continue
        on, at, has_time = row[day], contact.occurred_at, row[minute] is not None
        yield Member(
            place=place,
            contact=contact.contact_id,
            at=at,
            has_time=has_time,
            weight=weight,
            least=least_of(window, weight),
            states=states,
            keys=tuple(row[i] for i in per),
            lies=placed(
                window,
                on if isinstance(on, date) else None,
                None if at is None else micros_of(at),
                contact.time_precision,
                timed=has_time and weight == 1,
            ),
            alone=None if alone is None else row[alone],
            value=None if value is None else row[value],
            value_of=lambda name, row=row: row[place_of[name]],  # type: ignore[misc]
        )
