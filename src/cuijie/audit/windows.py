# ruff: noqa: S608 -- names are our own
"""Windows that pass a limit, judged from their own contacts: marks, basis, certainty, as for a single case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from cuijie.audit.engines import Store
from cuijie.audit.window_sql import Groups
from cuijie.records import Certainty
from cuijie.rulebook import LinkedRule, WindowJudgement
from cuijie.rulebook.columns import Value
from cuijie.rulebook.linking import CERTAINTIES, ceiling
from cuijie.rulebook.windows import Member, judge_window, window_of

__all__ = [
    "Breached",
    "at_most_likely",
    "breaches_alone",
    "breaches_of",
    "certainty_of_window",
    "judge_groups",
    "rows_of",
    "shared_reasons",
    "spans_of",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breached:
    """A window that passes its limit, with the rows of the contacts it names."""

    judged: WindowJudgement
    rows: tuple[Row, ...]
    because: tuple[str, ...]
    machine_read: bool

    @property
    def certainty(self) -> Certainty:
        """What a machine read is at most likely."""
        return at_most_likely(self.judged.certainty) if self.machine_read else self.judged.certainty


def at_most_likely(certainty: Certainty) -> Certainty:
    """*certainty*, or likely if it is more."""
    return min(certainty, "likely", key=CERTAINTIES.index)


def certainty_of_window(
    linked: LinkedRule, norms: Sequence[int], alone: bool | None, *, machine_read: bool
) -> Certainty:
    """How sure a window is that passes the limit under *norms* (places): what needs several, or a machine, is likely."""
    most = ceiling(tuple(linked.norms[n] for n in norms))
    return at_most_likely(most) if alone is False or machine_read else most


def breaches_of(store: Store, groups: Groups, members: str) -> Iterator[Breached]:
    """The breached windows of one rule whose groups were summed into *store*, in the order of their keys."""
    yield from _breaches_of_groups(store, groups, members)
    yield from breaches_alone(store, groups, members)


def _breaches_of_groups(store: Store, groups: Groups, members: str) -> Iterator[Breached]:
    per, linked = groups.per, groups.linked
    most = ", ".join(f"g.most_{n} AS most_{n}" for n in range(len(linked.norms)))
    order = ", ".join(f"m.{key}" for key in per)
    query = (
        f"SELECT m.*, {most} FROM {members} AS m JOIN breached_{groups.suffix} AS g ON {groups.same('m', 'g')}"
        f" ORDER BY {order}, m.at_us, m.contact_id"
    )
    yield from judge_groups(linked, rows_of(store.batches(query)), sure=True)


def breaches_alone(store: Store, groups: Groups, members: str, where: str = "TRUE") -> Iterator[Breached]:
    """The records that lack a key and stand for more than the limit by themselves, where *where* holds."""
    per, linked = groups.per, groups.linked
    order = ", ".join(f"m.{key}" for key in per)
    gaps = " OR ".join(f"{key} IS NULL" for key in per)
    alone = (
        f"SELECT * FROM {members} AS m WHERE ({gaps}) AND ({where}) AND sure <> 0 AND count > {window_of(linked).limit}"
        f" ORDER BY {order}, m.at_us, m.contact_id"
    )
    if groups.partial:
        yield from judge_groups(linked, rows_of(store.batches(alone)), sure=False)


def rows_of(batches: Iterable[Any]) -> Iterator[Row]:
    """The rows of Arrow batches, one by one."""
    for batch in batches:
        yield from batch.to_pylist()


def judge_groups(linked: LinkedRule, rows: Iterable[Row], *, sure: bool) -> Iterator[Breached]:
    """Judge *rows*, which come sorted by the rule's keys; contacts surely belong together or (*sure* false) not."""
    per = window_of(linked).per
    for keys, group in groupby(rows, key=lambda row: tuple(row[key] for key in per)):
        held = list(group)
        yield from _judged(linked, keys, None, held, sure)


def spans_of(linked: LinkedRule, rows: Iterable[Row]) -> Iterator[Breached]:
    """The same for a rule that counts within any so many days: one window up to each day on which something happened."""
    window = window_of(linked)
    length = timedelta(days=(window.within_days or 1) - 1)
    for keys, group in groupby(rows, key=lambda row: tuple(row[key] for key in window.per)):
        dated = [row for row in group if row["day"] is not None]
        first = last = 0
        for end in sorted({row["day"] for row in dated}):
            while dated[first]["day"] < end - length:
                first += 1
            while last < len(dated) and dated[last]["day"] <= end:
                last += 1
            yield from _judged(linked, keys, end, dated[first:last], True)


def _judged(
    linked: LinkedRule,
    keys: tuple[Value, ...],
    end: date | None,
    rows: Sequence[Row],
    sure: bool,
) -> Iterator[Breached]:
    members = [(_member(linked, place, row, keys), sure) for place, row in enumerate(rows)]
    judged = judge_window(linked, keys, end, members)
    if judged is None or judged.verdict != "breach":
        return
    judged = _with_bounds(linked, judged, rows[0])
    by_id = {str(row["contact_id"]): row for row in rows}
    named = tuple(by_id[contact] for contact in judged.contacts)
    yield Breached(
        judged=judged,
        rows=named,
        because=_because(linked, named),
        machine_read=any(row["sure"] & ~row["firm"] for row in named),
    )


def _member(linked: LinkedRule, place: int, row: Row, keys: tuple[Value, ...]) -> Member:
    window, at_us = window_of(linked), row["at_us"]
    return Member(
        place=place,
        contact=str(row["contact_id"]),
        at=None if at_us is None else _EPOCH + timedelta(microseconds=at_us),
        has_time=row["minute_of_day"] is not None,
        weight=row["count"],
        states=tuple(
            True if row["sure"] >> n & 1 else None if row["may"] >> n & 1 else False for n in range(len(linked.norms))
        ),
        keys=keys,
        day=row["day"],
        alone=row[window.alone] if window.alone else None,
        value_of=row.__getitem__,
    )


def _with_bounds(linked: LinkedRule, judged: WindowJudgement, row: Row) -> WindowJudgement:
    """*judged* with what contacts of unknown keys may add: the sums stand in every row of the group."""
    if "most_0" not in row:
        return judged
    breached = set(judged.basis)
    most = {norm.id: row[f"most_{n}"] for n, norm in enumerate(linked.norms)}
    deciding = [most[norm] for norm in judged.basis]
    return replace(
        judged,
        at_most=None if None in deciding else max(int(value) for value in deciding),
        may_apply=tuple(
            id_ for id_, value in most.items() if id_ not in breached and (value is None or value > judged.limit)
        ),
    )


def _because(linked: LinkedRule, rows: Sequence[Row]) -> tuple[str, ...]:
    """The facts for which every named contact counts, and the limit."""
    every = [str(row["reasons"]) for row in rows]
    return shared_reasons(linked, every[0], list(dict.fromkeys(every)))


def shared_reasons(linked: LinkedRule, first: str, every: Sequence[str]) -> tuple[str, ...]:
    """The reasons in *first* that each of *every* holds, and the limit."""
    others = [reasons.split(";") for reasons in every]
    shared = [reason for reason in first.split(";") if reason and all(reason in other for other in others)]
    return (*shared, f"count>{window_of(linked).limit}")
