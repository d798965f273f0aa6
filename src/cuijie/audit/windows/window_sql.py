# ruff: noqa: S608 -- names are our own; values pass through literal()
"""Window rules in the database: which groups of contacts pass a limit, which may, and who is in them.

The same bounds as ``rulebook.windows.judging``, norm by norm, for any number of groups: the groups whose keys are all
known are summed; contacts with an unknown key are summed apart and may belong to each group that agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from cuijie.audit.engines.seam import Profile, Store
from cuijie.audit.windows.masked_people import mask_shapes, with_same_person
from cuijie.rulebook import LinkedRule
from cuijie.rulebook.windows.members import SEVERAL, window_of

__all__ = ["Groups", "bits", "keep_members", "sum_groups"]


def bits(states: Sequence[bool | None], wanted: Sequence[bool | None]) -> int:
    """The norms whose state is among *wanted*, as bits."""
    return sum(2**n for n, state in enumerate(states) if state in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The tables that hold one window rule's sums: ``members``, ``breached`` and ``open`` with this suffix."""

    linked: LinkedRule
    suffix: str
    partial: bool

    @property
    def per(self) -> tuple[str, ...]:
        """The keys."""
        return window_of(self.linked).per

    def same(self, one: str, other: str) -> str:
        """The condition that two rows have the same keys."""
        return " AND ".join(f"{one}.{key} = {other}.{key}" for key in self.per)


def keep_members(store: Store, linked: LinkedRule, place: int, profiles: Sequence[Profile], used: Sequence[int]) -> str:
    """Name the contacts that count or may count under the rule at *place* ``members_<place>``; gives the suffix."""
    rows = [(p, c) for p in used for c in profiles[p].counted if c.place == place]
    table: Any = pa.table(
        {
            "profile": pa.array([p for p, _ in rows], pa.int64()),
            "sure": pa.array([bits(c.states, (True,)) for _, c in rows], pa.int64()),
            "may": pa.array([bits(c.states, (True, None)) for _, c in rows], pa.int64()),
            "firm": pa.array([bits(c.firm, (True,)) for _, c in rows], pa.int64()),
            "reasons": pa.array([";".join(c.because) for _, c in rows], pa.string()),
            "missing": pa.array([";".join(c.missing) for _, c in rows], pa.string()),
        }
    )
    store.put(f"counting_{place}", table)
    store.name(
        f"members_{place}",
        f"SELECT j.*, c.sure, c.may, c.firm, c.reasons, c.missing FROM judged AS j JOIN counting_{place} AS c ON j.profile = c.profile"
        " WHERE COALESCE(j.count, 1) <> 0",
    )
    return str(place)


def sum_groups(store: Store, linked: LinkedRule, suffix: str, members: str) -> Groups:
    """Sum *members* by their keys into ``breached_<suffix>`` and ``open_<suffix>`` (keys, least_n, most_n)."""
    window, norms = window_of(linked), range(len(linked.norms))
    keys = ", ".join(window.per)
    known = " AND ".join(f"{key} IS NOT NULL" for key in window.per)
    value = window.distinct
    store.keep(
        f"partial_{suffix}", f"SELECT {keys}, {_most(norms, value)} FROM {members} WHERE NOT ({known}) GROUP BY {keys}"
    )
    masks = _masks(store, window.per, suffix)
    shapes = mask_shapes(store, members) if "recipient_id" in window.per and value is None else []
    enough = f"HAVING SUM(COALESCE(count, {window.limit + 1})) > {window.limit}" if not (masks or shapes) else ""
    sums = f"SELECT {keys}, {_least(norms, value)}, {_most(norms, value)} FROM {members} WHERE {known} GROUP BY {keys} {enough}"
    if shapes:
        store.keep(f"sums_{suffix}", sums)
        sums = with_same_person(store, window.per, norms, suffix, shapes)
    store.keep(f"groups_{suffix}", sums)
    source = f"groups_{suffix}"
    if masks and value is not None:
        source = _values_with_partial(window.per, norms, suffix, masks, members, value)
    elif masks:
        source = _with_partial(window.per, norms, suffix, masks)
    passes = " OR ".join(f"least_{n} > {window.limit}" for n in norms)
    may = " OR ".join(f"most_{n} IS NULL OR most_{n} > {window.limit}" for n in norms)
    store.keep(f"breached_{suffix}", f"SELECT * FROM {source} AS g WHERE {passes}")
    store.keep(f"open_{suffix}", f"SELECT * FROM {source} AS g WHERE NOT ({passes}) AND ({may})")
    return Groups(linked=linked, suffix=suffix, partial=bool(masks))


def _least(norms: range, value: str | None) -> str:
    if value is not None:
        return ", ".join(
            f"CAST(GREATEST(COUNT(DISTINCT CASE WHEN (sure & {2**n}) <> 0 THEN {value} END),"
            f" MAX(CASE WHEN (sure & {2**n}) <> 0 THEN 1 ELSE 0 END)) AS BIGINT) AS least_{n}"
            for n in norms
        )
    several = f"COALESCE(count, {SEVERAL})"
    return ", ".join(
        f"CAST(SUM(CASE WHEN (sure & {2**n}) <> 0 THEN {several} ELSE 0 END) AS BIGINT) AS least_{n}" for n in norms
    )


def _most(norms: range, value: str | None) -> str:
    """NULL where a record stands for several, of values: for several whose value is not known."""
    if value is not None:
        return ", ".join(
            f"CASE WHEN MAX(CASE WHEN (may & {2**n}) <> 0 AND {value} IS NULL AND count IS NULL THEN 1 ELSE 0 END) = 0"
            f" THEN CAST(COUNT(DISTINCT CASE WHEN (may & {2**n}) <> 0 THEN {value} END)"
            f" + SUM(CASE WHEN (may & {2**n}) <> 0 AND {value} IS NULL THEN count ELSE 0 END) AS BIGINT) END AS most_{n}"
            for n in norms
        )
    return ", ".join(
        f"CASE WHEN MAX(CASE WHEN (may & {2**n}) <> 0 AND count IS NULL THEN 1 ELSE 0 END) = 0"
        f" THEN CAST(SUM(CASE WHEN (may & {2**n}) <> 0 THEN count ELSE 0 END) AS BIGINT) END AS most_{n}"
        for n in norms
    )


def _masks(store: Store, per: Sequence[str], suffix: str) -> list[tuple[bool, ...]]:
    """Which keys are known, for each way in which some are not."""
    flags = ", ".join(f"{key} IS NOT NULL AS known_{key}" for key in per)
    found = store.rows(f"SELECT DISTINCT {flags} FROM partial_{suffix}").to_pylist()
    return sorted(tuple(row[f"known_{key}"] for key in per) for row in found)


def _with_partial(per: Sequence[str], norms: range, suffix: str, masks: Sequence[tuple[bool, ...]]) -> str:
    """The groups with what contacts of unknown keys may add to each."""
    joined, most = "", {n: [f"g.most_{n}"] for n in norms}
    for number, mask in enumerate(masks):
        named = [key for key, known in zip(per, mask, strict=True) if known]
        here = " AND ".join(f"{key} IS {'NOT ' if known else ''}NULL" for key, known in zip(per, mask, strict=True))
        sums = ", ".join(
            f"CASE WHEN COUNT(*) = COUNT(most_{n}) THEN CAST(SUM(most_{n}) AS BIGINT) END AS most_{n}" for n in norms
        )
        grouped = f"GROUP BY {', '.join(named)}" if named else ""
        fields = ", ".join((*named, sums, "1 AS there"))
        on = " AND ".join(f"g.{key} = p{number}.{key}" for key in named) or "TRUE"
        joined += f" LEFT JOIN (SELECT {fields} FROM partial_{suffix} WHERE {here} {grouped}) AS p{number} ON {on}"
        for n in norms:
            most[n].append(f"CASE WHEN p{number}.there IS NULL THEN 0 ELSE p{number}.most_{n} END")
    keys = ", ".join(f"g.{key}" for key in per)
    sums = ", ".join(f"g.least_{n}, {' + '.join(most[n])} AS most_{n}" for n in norms)
    return f"(SELECT {keys}, {sums} FROM groups_{suffix} AS g{joined})"


def _values_with_partial(
    per: Sequence[str], norms: range, suffix: str, masks: Sequence[tuple[bool, ...]], members: str, value: str
) -> str:
    """The same where different values are counted: one that is in the group already adds nothing."""
    keys = ", ".join(f"g.{key}" for key in per)
    least = ", ".join(f"least_{n}" for n in norms)
    held = (
        f"SELECT {keys}, {least}, m.{value} AS counted_value, m.count AS count, m.may AS may FROM groups_{suffix} AS g"
    )
    every = [f"{held} JOIN {members} AS m ON {' AND '.join(f'g.{key} = m.{key}' for key in per)}"]
    for mask in masks:
        named = [key for key, known in zip(per, mask, strict=True) if known]
        here = " AND ".join(f"m.{key} IS {'NOT ' if known else ''}NULL" for key, known in zip(per, mask, strict=True))
        agree = " AND ".join(f"g.{key} = m.{key}" for key in named) or "TRUE"
        every.append(f"{held} JOIN {members} AS m ON {agree} WHERE {here}")
    grouped = f"{', '.join(per)}, {least}"
    return f"(SELECT {grouped}, {_most(norms, 'counted_value')} FROM ({' UNION ALL '.join(every)}) AS held GROUP BY {grouped})"
