# ruff: noqa: S608 -- names are our own
"""A masked number (138****1002@d1) may be the person whom a whole number names, or one of another debtor: at most, they add up."""

from __future__ import annotations

from collections.abc import Sequence

from cuijie.audit.engines.seam import Store
from cuijie.audit.logs.numbers_sql import is_masked

__all__ = ["mask_shapes", "with_same_person"]

_NUMBER = "split_part(recipient_id, '@', 1)"


def mask_shapes(store: Store, members: str) -> list[tuple[int, int, int]]:
    """How the numbers in *members* are masked: where the signs begin (from 1), how many they are, how long the number is."""
    found = store.rows(
        f"SELECT DISTINCT instr(number, '*') AS since, length(number) - length(replace(number, '*', '')) AS signs, length(number) AS whole"
        f" FROM (SELECT {_NUMBER} AS number FROM {members} WHERE {is_masked('recipient_id')}) AS m"
    ).to_pylist()
    return sorted((row["since"], row["signs"], row["whole"]) for row in found)


def with_same_person(
    store: Store, per: Sequence[str], norms: range, suffix: str, shapes: Sequence[tuple[int, int, int]]
) -> str:
    """The query that gives ``sums_<suffix>`` (keys, least_n, most_n) with what other groups of the same person may add.

    Numbers are held together as each shape masks them, so that no group is compared with every other.
    """
    source, others = f"sums_{suffix}", [key for key in per if key != "recipient_id"]
    masked, most = is_masked("recipient_id"), ", ".join(f"most_{n}" for n in norms)
    fields = ", ".join((*per, most))
    every = [f"SELECT {fields}, {_NUMBER} AS shown, TRUE AS hidden FROM {source} WHERE {masked}"]
    every += [
        f"SELECT {fields}, concat(substr(recipient_id, 1, {since - 1}), repeat('*', {signs}), substr(recipient_id, {since + signs})),"
        f" FALSE FROM {source} WHERE NOT {masked} AND length(recipient_id) = {whole}"
        for since, signs, whole in shapes
    ]
    store.keep(f"shown_{suffix}", " UNION ALL ".join(every))
    by = ", ".join((*others, "shown", "hidden"))
    store.keep(f"alike_{suffix}", f"SELECT {by}, {_sums(norms)} FROM shown_{suffix} GROUP BY {by}")
    same = " AND ".join(f"s.{key} = a.{key}" for key in (*others, "shown"))
    keys = ", ".join(f"s.{key}" for key in per)
    more = (
        f"SELECT {keys}, {_sums(norms, 'a.')} FROM shown_{suffix} AS s JOIN alike_{suffix} AS a ON {same}"
        f" WHERE s.hidden OR a.hidden GROUP BY {keys}"
    )
    least = ", ".join(f"g.least_{n}" for n in norms)
    added = ", ".join(
        f"CASE WHEN m.recipient_id IS NULL THEN g.most_{n} WHEN {is_masked('g.recipient_id')} THEN m.most_{n}"
        f" ELSE g.most_{n} + m.most_{n} END AS most_{n}"
        for n in norms
    )
    keys = ", ".join(f"g.{key}" for key in per)
    return f"SELECT {keys}, {least}, {added} FROM {source} AS g LEFT JOIN ({more}) AS m ON {' AND '.join(f'g.{key} = m.{key}' for key in per)}"


def _sums(norms: range, of: str = "") -> str:
    """Sums that are NULL where one of them has no bound."""
    return ", ".join(
        f"CASE WHEN COUNT(*) = COUNT({of}most_{n}) THEN CAST(SUM({of}most_{n}) AS BIGINT) END AS most_{n}"
        for n in norms
    )
