# ruff: noqa: S608 -- names are our own
"""Windows of minutes: those contacts alone are looked at that have another close by.

And what windows of more than a day come to, as tables like those of a day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa

from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.engines.judging import FOUND, found_table
from cuijie.audit.hits import window_findings
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import FINDINGS
from cuijie.audit.windows.counting import ASKED, TOTALS
from cuijie.audit.windows.states import Breached, Open, Row, judged_spans, rows_of
from cuijie.rulebook import LinkedRule
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.sql.windows import lies_sql
from cuijie.rulebook.windows.members import window_of
from cuijie.rulebook.windows.spans import length_of

__all__ = ["LongWindows", "judge_minutes"]

_TOLD_AT_ONCE = 20_000


@dataclass(slots=True)
class LongWindows:
    """What was found in windows of several days, as tables like those of a day."""

    findings: list[Any] = field(default_factory=lambda: [FINDINGS.empty_table()])
    found: list[Any] = field(default_factory=lambda: [FOUND.empty_table()])
    totals: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=lambda: [ASKED.empty_table()])

    def tell(self, breached: Iterable[tuple[LinkedRule, Breached]], mask: Mask) -> None:
        """Take in breached windows, some at once: their contacts are not kept."""
        waiting = iter(breached)
        while held := list(islice(waiting, _TOLD_AT_ONCE)):
            self.findings.append(window_findings(held, mask))
            self.found.append(found_table(held))


def judge_minutes(store: DuckDBStore, linked: LinkedRule, members: str, mask: Mask, found: LongWindows) -> None:
    """The windows of a rule of minutes among *members*; of contacts that lack a key that key alone is asked."""
    opened = _Opened()
    found.tell(_breaches(linked, rows_of(store.batches(_near(linked, members))), opened), mask)
    found.totals.append(opened.totals(linked))
    found.asked.append(opened.asked(linked))
    found.asked += _lacking(store, linked, members)


def _breaches(linked: LinkedRule, rows: Iterator[Row], opened: _Opened) -> Iterator[tuple[LinkedRule, Breached]]:
    """The breached windows; those that cannot be decided go to *opened*."""
    for window in judged_spans(linked, rows):
        if isinstance(window, Breached):
            yield linked, window
        else:
            opened.add(window)


class _Opened:
    """How many windows cannot be decided, by lender, and what is asked of which contact."""

    def __init__(self) -> None:
        self._windows: Counter[str | None] = Counter()
        self._asked: defaultdict[tuple[str | None, str | None, str], set[str]] = defaultdict(set)

    def add(self, window: Open) -> None:
        """Count one window."""
        keys = dict(window.judged.keys)
        self._windows[str(keys["lender_id"]) if "lender_id" in keys else None] += 1
        who = {str(row["contact_id"]): (row["lender_id"], row["agency_id"]) for row in window.rows}
        for contact, column in window.judged.missing:
            self._asked[(*who[contact], contact)].add(column)

    def totals(self, linked: LinkedRule) -> Any:
        """The windows as rows of ``TOTALS``."""
        none = dict.fromkeys(("contacts", "findings", "named", "established", "likely", "to_judge"), 0)
        rows = [
            {**none, "dimension": "all", "rule": linked.rule.id, "lender_id": lender, "unknown": number}
            for lender, number in sorted(self._windows.items(), key=str)
        ]
        return pa.Table.from_pylist(rows, schema=TOTALS)

    def asked(self, linked: LinkedRule) -> Any:
        """What is asked as rows of ``ASKED``."""
        contacts, alone = Counter[tuple[Any, ...]](), Counter[tuple[Any, ...]]()
        for (lender, agency, _), columns in self._asked.items():
            for column in columns:
                contacts[lender, agency, column] += 1
                alone[lender, agency, column] += len(columns) == 1
        rows = [
            {"column": key[2], "rule": linked.rule.id, "lender_id": key[0], "agency_id": key[1], "contacts": number,
             "alone": alone[key]}
            for key, number in sorted(contacts.items(), key=str)
        ]  # fmt: skip
        return pa.Table.from_pylist(rows, schema=ASKED)


def _lacking(store: DuckDBStore, linked: LinkedRule, members: str) -> Iterator[Any]:
    for key in (*window_of(linked).per, "day"):
        query = (
            f"SELECT CAST(NULL AS DATE) AS day, '{CONTACT_COLUMNS[key].asks}' AS \"column\", '{linked.rule.id}' AS rule,"
            f" lender_id, agency_id, COUNT(*) AS contacts, 0 AS alone FROM {members} WHERE {key} IS NULL"
            " GROUP BY lender_id, agency_id ORDER BY lender_id, agency_id"
        )
        yield store.rows(query).cast(ASKED)


def _near(linked: LinkedRule, members: str) -> str:
    """The members that have another close enough to be in one window."""
    window = window_of(linked)
    keys, length = ", ".join(window.per), length_of(window)
    known = " AND ".join(f"{key} IS NOT NULL" for key in (*window.per, "day"))
    ordered = f"PARTITION BY {keys} ORDER BY since_at, contact_id"
    close = f"since_at - before_until < {length} OR after_since - until_at < {length} OR COALESCE(count, 2) > 1"
    return (
        f"WITH lying AS (SELECT *, {lies_sql()} FROM {members} WHERE {known}), beside AS (SELECT *,"
        f" MAX(until_at) OVER ({ordered} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_until,"
        f" LEAD(since_at) OVER ({ordered}) AS after_since FROM lying)"
        f" SELECT * FROM beside WHERE {close if window.limit else 'TRUE'} ORDER BY {keys}, at_us, contact_id"
    )
