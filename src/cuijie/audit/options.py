"""What an audit is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cuijie.clock import Clock, SystemClock

__all__ = ["AuditOptions", "AuditResult", "Tell"]

Tell = Callable[[str, int, int], None]
"""Told of progress: the stage, how much is done, of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """The log, where the result goes, and what it is judged by.

    ``log`` is a file, a glob or a folder; ``table`` a table of the Spark server in its place.  ``zone`` is that of
    times written without one.  ``memory`` is DuckDB's ceiling, such as ``2GB``; the process needs about half a
    gigabyte beside it.  ``lender`` is the ``lender_id`` of a log in which no column tells it.
    """

    log: str | None
    out: Path
    engine: str = "duckdb"
    table: str | None = None
    mapping: Path | None = None
    lender: str | None = None
    registers: Path | None = None
    rules: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    law_facts: Mapping[str, object] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    since: date | None = None
    until: date | None = None  # that day included
    memory: str = "2GB"
    previous: Path | None = None
    unmasked: bool = False
    mask_key: Path | None = None
    open_rows: bool = False
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """What came of it: how many rows, breaches and questions, and the days judged anew or taken over."""

    out: Path
    read: int
    kept: int
    set_aside: int
    findings: int
    questions: int
    days_judged: int
    days_reused: int

    @property
    def is_of_any(self) -> bool:
        """Whether any contact was judged, now or in an earlier run."""
        return self.kept > 0 and self.days_judged + self.days_reused > 0
