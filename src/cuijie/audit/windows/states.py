# ruff: noqa: S608 -- names are our own
"""Windows that pass a limit, judged from their own contacts: marks, basis, certainty, as for a single case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import Any

from cuijie.audit.engines.seam import Store
from cuijie.audit.windows.window_sql import Groups
from cuijie.records import Certainty
from cuijie.rulebook import LinkedRule, WindowJudgement
from cuijie.rulebook.columns import Value
from cuijie.rulebook.linking import CERTAINTIES, ceiling
from cuijie.rulebook.moments import EPOCH
from cuijie.rulebook.rule import Window
from cuijie.rulebook.windows.asks import Known
from cuijie.rulebook.windows.judging import judge_window, spans_in
from cuijie.rulebook.windows.members import Member, least_of, window_of
from cuijie.rulebook.windows.spans import Placed, placed

__all__ = [
    "Breached",
    "Open",
    "Row",
    "at_most_likely",
    "breaches_alone",
    "breaches_of",
    "certainty_of_window",
    "counts_persons",
    "judge_groups",
    "judged_spans",
    "rows_of",
    "shared_reasons",
    "spans_of",
]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breached:
    """A window that passes its limit, with the rows of the contacts it names."""

    judged: WindowJudgement
    rows: tuple[Row, ...]
    because: tuple[str, ...]
    machine_read: bool
    masked: bool  # who was contacted is a masked number

    @property
    def certainty(self) -> Certainty:
        """What a machine read is at most likely, and so is that a masked number is one person."""
        is_doubted = self.machine_read or self.masked
        return at_most_likely(self.judged.certainty) if is_doubted else self.judged.certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A window that cannot be decided, with the rows of the contacts that are asked about."""

    judged: WindowJudgement
    rows: tuple[Row, ...]


def counts_persons(linked: LinkedRule) -> bool:
    """Whether it matters to a window rule that two contacts reached one person."""
    window = window_of(linked)
    return "recipient_id" in (*window.per, window.distinct)


def at_most_likely(certainty: Certainty) -> Certainty:
    """*certainty*, or likely if it is more."""
    return min(certainty, "likely", key=CERTAINTIES.index)


def certainty_of_window(linked: LinkedRule, norms: Sequence[int], alone: bool | None, *, is_doubted: bool) -> Certainty:
    """How sure a window is that passes the limit under *norms* (places): what needs several, or *is_doubted*, is likely."""
    most = ceiling(tuple(linked.norms[n] for n in norms))
    return at_most_likely(most) if alone is False or is_doubted else most


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
    least = "count" if window_of(linked).distinct is None else "1"
    alone = (
        f"SELECT * FROM {members} AS m WHERE ({gaps}) AND ({where}) AND sure <> 0 AND {least} > {window_of(linked).limit}"
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
    for keys, held in _by_keys(linked, rows):
        members = [(_member(linked, place, row, keys), sure) for place, row in enumerate(held)]
        judged = judge_window(linked, keys, None, members)
        if judged is not None and judged.verdict == "breach":
            yield _breached(linked, _with_bounds(linked, judged, held[0]), held)


def spans_of(linked: LinkedRule, rows: Iterable[Row]) -> Iterator[Breached]:
    """The same for a rule whose windows slide: one window up to each time at which something happened."""
    yield from (found for found in judged_spans(linked, rows) if isinstance(found, Breached))


def judged_spans(linked: LinkedRule, rows: Iterable[Row]) -> Iterator[Breached | Open]:
    """Windows that slide, with those that cannot be decided."""
    window, known = window_of(linked), _Told(linked)
    for keys, group in _by_keys(linked, rows):
        held = [row for row in group if row["day"] is not None]
        members = [(_member(linked, place, row, keys), True) for place, row in enumerate(held)]
        for end, inside in spans_in(window, members):
            judged = judge_window(linked, keys, end, inside, known)
            if judged is not None:
                is_open = judged.verdict == "unknown"
                yield Open(judged=judged, rows=_named(judged, held)) if is_open else _breached(linked, judged, held)


class _Told(Known):
    """What is missing of a contact was told with it."""

    def missing(self, norm: int, member: Member) -> tuple[str, ...]:
        """The columns that can still decide."""
        if member.states[norm]:
            return ()
        return tuple(filter(None, str(member.value_of("missing")).split(";")))


def _by_keys(linked: LinkedRule, rows: Iterable[Row]) -> Iterator[tuple[tuple[Value, ...], list[Row]]]:
    per = window_of(linked).per
    for keys, group in groupby(rows, key=lambda row: tuple(row[key] for key in per)):
        yield keys, list(group)


def _breached(linked: LinkedRule, judged: WindowJudgement, rows: Sequence[Row]) -> Breached:
    named = _named(judged, rows)
    return Breached(
        judged=judged,
        rows=named,
        because=_because(linked, named),
        machine_read=any(row["sure"] & ~row["firm"] for row in named),
        masked=counts_persons(linked) and any("*" in (row["recipient_id"] or "") for row in named),
    )


def _named(judged: WindowJudgement, rows: Sequence[Row]) -> tuple[Row, ...]:
    wanted = set(judged.contacts)
    by_id = {str(row["contact_id"]): row for row in rows if str(row["contact_id"]) in wanted}
    return tuple(by_id[contact] for contact in judged.contacts)


def _member(linked: LinkedRule, place: int, row: Row, keys: tuple[Value, ...]) -> Member:
    window, at_us, has_time = window_of(linked), row["at_us"], row["minute_of_day"] is not None
    precision = row["time_precision"] if window.within_minutes is not None else None
    return Member(
        place=place,
        contact=str(row["contact_id"]),
        at=None if at_us is None else EPOCH + timedelta(microseconds=at_us),
        has_time=has_time,
        weight=row["count"],
        least=least_of(window, row["count"]),
        states=tuple(
            True if row["sure"] >> n & 1 else None if row["may"] >> n & 1 else False for n in range(len(linked.norms))
        ),
        keys=keys,
        lies=_lies(window, row, precision, timed=has_time and row["count"] == 1) if window.slides else None,
        alone=row[window.alone] if window.alone else None,
        value=row[window.distinct] if window.distinct else None,
        value_of=row.__getitem__,
    )


def _lies(window: Window, row: Row, precision: str | None, *, timed: bool) -> Placed:
    """Where in time; contacts that only may count are kept by their day, which is all that windows of days want."""
    at_us = 0 if row["at_us"] is None and window.within_minutes is None else row["at_us"]
    return placed(window, row["day"], at_us, precision, timed=timed)


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
    window = window_of(linked)
    counted = "count" if window.distinct is None else f"count(distinct {window.distinct})"
    return (*shared, f"{counted}>{window.limit}")
