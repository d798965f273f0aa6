"""The files an audit writes, column by column: stable, and described in docs/audit.md."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

__all__ = ["FINDINGS", "OPEN", "QUESTIONS", "ROWS_A_GROUP", "SET_ASIDE", "SUMMARY", "write_options"]

_WORDS = pa.list_(pa.string())
_INSTANT = pa.timestamp("us", tz="UTC")

_WHERE = [
    ("day", pa.date32()),
    ("occurred_at", _INSTANT),
    ("hour", pa.int32()),
    ("channel", pa.string()),
    ("recipient_role", pa.string()),
    ("debtor_id", pa.string()),
    ("loan_id", pa.string()),
    ("lender_id", pa.string()),
    ("agency_id", pa.string()),
    ("collector_id", pa.string()),
    ("template", pa.string()),
]

FINDINGS: Any = pa.schema(
    [
        ("rule", pa.string()),
        ("version", pa.int32()),
        ("kind", pa.string()),
        ("finding_id", pa.string()),
        ("contact_id", pa.string()),
        ("contacts", _WORDS),
        ("window", _WORDS),
        ("at_least", pa.int64()),
        ("at_most", pa.int64()),
        ("limit", pa.int64()),
        ("holds_alone", pa.bool_()),
        ("because", _WORDS),
        ("basis", _WORDS),
        ("may_apply", _WORDS),
        ("certainty", pa.string()),
        ("severity", pa.string()),
        ("claimants", _WORDS),
        ("machine_read", pa.bool_()),
        *_WHERE,
    ]
)
"""One row per breach: of a contact rule and a contact, or of a window rule and a window."""

OPEN: Any = pa.schema(
    [
        ("rule", pa.string()),
        ("version", pa.int32()),
        ("contact_id", pa.string()),
        ("missing", _WORDS),
        ("law_missing", _WORDS),
        ("because", _WORDS),
        ("may_apply", _WORDS),
        *_WHERE,
    ]
)
"""One row per contact rule and contact that cannot be decided (written on request only)."""

QUESTIONS: Any = pa.schema(
    [
        ("id", pa.string()),
        ("column", pa.string()),
        ("owner_kind", pa.string()),
        ("lender_id", pa.string()),
        ("agency_id", pa.string()),
        ("asks", pa.string()),
        ("asks_en", pa.string()),
        ("contacts", pa.int64()),
        ("verdicts", pa.int64()),
        ("alone", pa.int64()),
        ("decides", _WORDS),
    ]
)
"""One row per missing column and the log it is missing from: what it would decide."""

SUMMARY: Any = pa.schema(
    [
        ("dimension", pa.string()),
        ("value", pa.string()),
        ("rule", pa.string()),
        ("lender_id", pa.string()),
        ("contacts", pa.int64()),
        ("findings", pa.int64()),
        ("named", pa.int64()),
        ("established", pa.int64()),
        ("likely", pa.int64()),
        ("to_judge", pa.int64()),
        ("unknown", pa.int64()),
    ]
)
"""Counts in long form: per dimension and value, for each rule and (``rule`` NULL) for all contacts."""

SET_ASIDE: Any = pa.schema(
    [
        ("file", pa.string()),
        ("row", pa.int64()),
        ("contact_id", pa.string()),
        ("reason", pa.string()),
        ("column", pa.string()),
    ]
)
"""One row per row of the log that was not judged, with the first reason."""

ROWS_A_GROUP = 65_536


def write_options() -> dict[str, Any]:
    """How Parquet is written, so that the same rows always give the same bytes."""
    return {"compression": "zstd", "version": "2.6", "data_page_version": "1.0", "store_schema": False}
