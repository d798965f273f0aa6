# ruff: noqa: S608 -- names are our own
"""Counts of the days in hand: who was contacted, what was found, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cuijie.audit.engines import Profile, Store
from cuijie.audit.masking import Mask

__all__ = ["ASKED", "TOTALS", "asked_rows", "found_totals", "keep_asks", "tallied", "total_rows"]

TOTALS: Any = pa.schema(
    [
        ("day", pa.date32()),
        ("dimension", pa.string()),
        ("value", pa.string()),
        ("rule", pa.string()),
        ("lender_id", pa.string()),
        *(
            (name, pa.int64())
            for name in ("contacts", "findings", "named", "established", "likely", "to_judge", "unknown")
        ),
    ]
)
ASKED: Any = pa.schema(
    [
        ("day", pa.date32()),
        ("column", pa.string()),
        ("rule", pa.string()),
        ("lender_id", pa.string()),
        ("agency_id", pa.string()),
        ("contacts", pa.int64()),
        ("alone", pa.int64()),
    ]
)
_DIMENSIONS = {
    "all": "CAST(NULL AS VARCHAR)",
    "lender": "lender_id",
    "agency": "agency_id",
    "collector": "collector_id",
    "hour": "CAST(hour AS VARCHAR)",
    "channel": "channel",
}
_BY = "day, lender_id, agency_id, collector_id, hour, channel"


def tallied(store: Store) -> tuple[Any, Any, Any]:
    """Contacts by profile, by who and when, and by template, as Arrow tables."""
    profiles = store.rows(
        "SELECT day, lender_id, agency_id, profile, COUNT(*) AS n FROM judged GROUP BY day, lender_id, agency_id, profile"
    )
    who = store.rows(f"SELECT {_BY}, COUNT(*) AS n FROM judged GROUP BY {_BY}")
    template = store.rows(
        "SELECT day, lender_id, template, COUNT(*) AS n FROM judged WHERE template IS NOT NULL GROUP BY day, lender_id, template"
    )
    return profiles, who, template


def keep_asks(local: Store, rules: Sequence[str], profiles: Sequence[Profile], used: Sequence[int]) -> None:
    """Put ``asks``: which columns each profile's open verdicts hang on, into *local*."""
    found = [
        (p, rules[said.place], column, len(asked) == 1)
        for p in used
        for said in profiles[p].said
        if said.outcome.verdict == "unknown"
        for asked in [said.outcome.missing or said.outcome.law_missing]
        for column in asked
    ]
    opens = [(p, rules[s.place]) for p in used for s in profiles[p].said if s.outcome.verdict == "unknown"]
    local.put(
        "asks",
        pa.table(
            {
                "profile": pa.array([f[0] for f in found], pa.int64()),
                "rule": pa.array([f[1] for f in found], pa.string()),
                "column": pa.array([f[2] for f in found], pa.string()),
                "alone": pa.array([int(f[3]) for f in found], pa.int64()),
            }
        ),
    )
    local.put(
        "opens",
        pa.table(
            {
                "profile": pa.array([p for p, _ in opens], pa.int64()),
                "rule": pa.array([r for _, r in opens], pa.string()),
            }
        ),
    )


def asked_rows(local: Store) -> Any:
    """``ASKED`` from ``tally`` and ``asks``: per rule, and (rule NULL) each contact once."""
    table = local.rows(
        'SELECT day, "column", rule, lender_id, agency_id, SUM(n) AS contacts, SUM(n * alone) AS alone'
        ' FROM tally JOIN asks USING (profile) GROUP BY day, "column", rule, lender_id, agency_id'
        ' UNION ALL SELECT day, "column", NULL, lender_id, agency_id, SUM(n), 0'
        ' FROM tally JOIN (SELECT DISTINCT profile, "column" FROM asks) AS a USING (profile)'
        ' GROUP BY day, "column", lender_id, agency_id'
    )
    return table.cast(ASKED)


def found_totals(found: str, mask: Mask) -> str:
    """The query that counts the findings in the table *found* by each dimension."""
    counted = "0, COUNT(*), SUM(named), " + ", ".join(
        f"COUNT(*) FILTER (WHERE certainty = '{word}')" for word in ("established", "likely", "to_judge")
    )
    return " UNION ALL ".join(
        f"SELECT day, '{name}', {mask.sql('template' if name == 'template' else f'{name}_id', value)}, rule, lender_id, {counted}, 0"
        f" FROM {found}{' WHERE template IS NOT NULL' if name == 'template' else ''} GROUP BY day, lender_id, rule, {value}"
        for name, value in (*_DIMENSIONS.items(), ("template", "template"))
    )


def total_rows(local: Store, mask: Mask) -> Any:
    """``TOTALS`` from ``who``, ``by_template``, ``tally``, and ``found`` (one row per finding)."""
    zeros = "0, 0, 0, 0, 0, 0"
    parts = [
        f"SELECT day, '{name}', {mask.sql(f'{name}_id', value)}, NULL, lender_id, SUM(n), {zeros} FROM who"
        f" GROUP BY day, lender_id, {value}"
        for name, value in _DIMENSIONS.items()
    ]
    parts.append(
        f"SELECT day, 'template', {mask.sql('template', 'template')}, NULL, lender_id, n, {zeros} FROM by_template"
    )
    parts.append(found_totals("found", mask))
    opens = "FROM tally JOIN opens USING (profile)"
    parts.append(
        f"SELECT day, 'all', NULL, rule, lender_id, 0, 0, 0, 0, 0, 0, SUM(n) {opens} GROUP BY day, rule, lender_id"
    )
    parts += [
        f"SELECT day, '{name}', {name}_id, rule, lender_id, 0, 0, 0, 0, 0, 0, SUM(n) {opens} GROUP BY day, rule, lender_id, {name}_id"
        for name in ("lender", "agency")
    ]
    table = local.rows(" UNION ALL ".join(parts))
    return table.rename_columns(TOTALS.names).cast(TOTALS)
