"""Small logs for tests of the audit: invented contacts as Parquet, CSV or JSONL, and what an audit makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from cuijie.audit import AuditOptions, AuditResult, audit
from cuijie.clock import FixedClock
from cuijie.records import ContactRecord
from cuijie.rulebook.arrow_form import contacts_table

__all__ = ["audited", "read", "write_log"]

NOW = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))


def write_log(path: Path, contacts: Sequence[ContactRecord]) -> Path:
    """*contacts* as a Parquet file with our own column names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(contacts_table(contacts), path)
    return path


def audited(log: Path | str, out: Path, **options: Any) -> AuditResult:
    """An audit with the ids as they are, unless asked otherwise."""
    usual = AuditOptions(log=str(log), out=out, unmasked=True, clock=NOW, memory="1GB")
    return audit(replace(usual, **options), lambda stage, done, total: None)


def read(out: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one Parquet file of a result."""
    rows: list[dict[str, Any]] = pq.read_table(out / f"{name}.parquet").to_pylist()
    return rows
