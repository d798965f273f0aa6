# ruff: noqa: S608 -- names are our own
"""Counts of the days in hand: who was contacted, what was found, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cuijie.audit.engines.seam import Profile, Store
from cuijie.audit.masking import Mask
from cuijie.rulebook.sql.dialects import DIALECTS

__all__ = [
    "ASKED",
    "LISTED_IF_FOUND",
    "TOTALS",
    "asked_rows",
    "found_totals",
    "keep_asks",
    "masked_value",
    "total_rows",
    "who_was_contacted",
]

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
    "lender": "lender_id",
    "agency": "agency_id",
    "collector": "collector_id",
    "hour": "hour",
    "channel": "channel",
    "template": "template",
    "number": "from_number",
}
LISTED_IF_FOUND = ("template", "number")
"""Dimensions of which only those values are listed in which something was found."""


def who_was_contacted(store: Store) -> Any:
    """Contacts by day, lender and each dimension (day, dimension, value, lender_id, n), as an Arrow table."""
    text = DIALECTS[store.dialect].text
    every = f"SELECT day, 'all' AS dimension, CAST(NULL AS {text}) AS value, lender_id, COUNT(*) AS n FROM judged GROUP BY day, lender_id"
    parts = [
        f"SELECT day, '{name}', CAST({value} AS {text}), lender_id, COUNT(*) FROM judged{_known(name)} GROUP BY day, lender_id, {value}"
        for name, value in _DIMENSIONS.items()
    ]
    return store.rows(" UNION ALL ".join((every, *parts)))


def _known(dimension: str) -> str:
    return f" WHERE {_DIMENSIONS[dimension]} IS NOT NULL" if dimension in LISTED_IF_FOUND else ""


def masked_value(mask: Mask) -> str:
    """``value`` of a row of ``TOTALS`` as it is shown."""
    shown = {name: mask.sql(column, "value") for name, column in _DIMENSIONS.items()}
    cases = " ".join(f"WHEN '{name}' THEN {said}" for name, said in shown.items() if said != "value")
    return f"CASE dimension {cases} ELSE value END" if cases else "value"


def keep_asks(
    cluster: Store, local: Store, rules: Sequence[str], profiles: Sequence[Profile], used: Sequence[int]
) -> None:
    """Put into *local* what the open verdicts hang on: ``tally`` (contacts by who and *asked*), ``asks`` and ``opens``.

    Profiles whose open verdicts are the same share a number, *asked*: there are far fewer of these.
    """
    numbers: dict[tuple[tuple[str, tuple[str, ...]], ...], int] = {}
    asked = [numbers.setdefault(_open(profiles[p], rules), len(numbers)) for p in used]
    cluster.put("asked_of", pa.table({"profile": pa.array(used, pa.int64()), "asked": pa.array(asked, pa.int64())}))
    query = (
        "SELECT j.day, j.lender_id, j.agency_id, a.asked, COUNT(*) AS n FROM judged AS j"
        " JOIN asked_of AS a ON j.profile = a.profile GROUP BY j.day, j.lender_id, j.agency_id, a.asked"
    )
    local.put("tally", cluster.rows(query))
    found = [
        (number, rule, column, int(len(columns) == 1))
        for open_, number in numbers.items()
        for rule, columns in open_
        for column in columns
    ]
    local.put("asks", _table(found, asked=pa.int64(), rule=pa.string(), column=pa.string(), alone=pa.int64()))
    opens = [(number, rule) for open_, number in numbers.items() for rule, _ in open_]
    local.put("opens", _table(opens, asked=pa.int64(), rule=pa.string()))


def _open(profile: Profile, rules: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (rules[said.place], tuple(said.outcome.missing or said.outcome.law_missing))
        for said in profile.said
        if said.outcome.verdict == "unknown"
    )


def _table(rows: Sequence[tuple[object, ...]], **kinds: Any) -> Any:
    return pa.table({name: pa.array([row[n] for row in rows], kind) for n, (name, kind) in enumerate(kinds.items())})


def asked_rows(local: Store) -> Any:
    """``ASKED`` from ``tally`` and ``asks``: per rule, and (rule NULL) each contact once."""
    table = local.rows(
        'SELECT day, "column", rule, lender_id, agency_id, SUM(n) AS contacts, SUM(n * alone) AS alone'
        ' FROM tally JOIN asks USING (asked) GROUP BY day, "column", rule, lender_id, agency_id'
        ' UNION ALL SELECT day, "column", NULL, lender_id, agency_id, SUM(n), 0'
        ' FROM tally JOIN (SELECT DISTINCT asked, "column" FROM asks) AS a USING (asked)'
        ' GROUP BY day, "column", lender_id, agency_id ORDER BY day'
    )
    return table.cast(ASKED)


def found_totals(found: str) -> str:
    """The query that counts the findings in the table *found* by each dimension."""
    counted = "0, COUNT(*), SUM(named), " + ", ".join(
        f"COUNT(*) FILTER (WHERE certainty = '{word}')" for word in ("established", "likely", "to_judge")
    )
    every = f"SELECT day, 'all', CAST(NULL AS VARCHAR), rule, lender_id, {counted}, 0 FROM {found} GROUP BY day, lender_id, rule"
    parts = [
        f"SELECT day, '{name}', CAST({value} AS VARCHAR), rule, lender_id, {counted}, 0"
        f" FROM {found}{_known(name)} GROUP BY day, lender_id, rule, {value}"
        for name, value in _DIMENSIONS.items()
    ]
    return " UNION ALL ".join((every, *parts))


def total_rows(local: Store) -> Any:
    """``TOTALS`` from ``who``, ``tally``, and ``found`` (one row per finding); ids as the log has them."""
    zeros = "0, 0, 0, 0, 0, 0"
    parts = [f"SELECT day, dimension, value, NULL, lender_id, n, {zeros} FROM who", found_totals("found")]
    local.keep(
        "open_by",
        "SELECT day, rule, lender_id, agency_id, SUM(n) AS n FROM tally JOIN opens USING (asked) GROUP BY ALL",
    )
    parts += [
        f"SELECT day, '{name}', {value}, rule, lender_id, {zeros}, SUM(n) FROM open_by GROUP BY ALL"
        for name, value in (("all", "NULL"), ("lender", "lender_id"), ("agency", "agency_id"))
    ]
    table = local.rows(f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS t ORDER BY day")
    return table.rename_columns(TOTALS.names).cast(TOTALS)
