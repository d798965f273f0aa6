# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""Windows that reach past a day, judged from what each day kept for them: month by month where the rule says month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.engines.judging import FOUND, is_of_one_day, open_windows
from cuijie.audit.masking import Mask
from cuijie.audit.windows.counting import ASKED
from cuijie.audit.windows.minute_windows import LongWindows, judge_minutes
from cuijie.audit.windows.states import Breached, breaches_alone, breaches_of, rows_of, spans_of
from cuijie.audit.windows.window_sql import Groups, sum_groups
from cuijie.audit.windows.window_tables import is_plain, keep_windows, windows_counted, windows_found
from cuijie.rulebook import LinkedRule, Rulebook
from cuijie.rulebook.sql.text import literal
from cuijie.rulebook.windows.members import window_of

__all__ = ["LongWindows", "judge_long_windows"]


def _is_of_one_month(linked: LinkedRule) -> bool:
    """Whether a window rule's windows may reach past a day but never past a month."""
    return not is_of_one_day(linked) and not window_of(linked).slides and "month" in window_of(linked).per


def judge_long_windows(
    store: DuckDBStore, book: Rulebook, paths: Sequence[str], mask: Mask, *, month: str | None
) -> LongWindows:
    """The rules of one *month* from the files of members at *paths* (those without a time among them), or all others."""
    found = LongWindows()
    for place, linked in enumerate(book.rules):
        if linked.rule.about != "window" or is_of_one_day(linked) or not paths:
            continue
        if _is_of_one_month(linked) is not (month is not None):
            continue
        here = "" if month is None else f" AND (month = {literal(month)} OR month IS NULL)"
        members = f"long_members_{place}"
        store.name(
            members,
            f"SELECT * FROM read_parquet([{', '.join(map(literal, paths))}], union_by_name = true)"
            f" WHERE rule = {literal(linked.rule.id)}{here}",
        )
        if window_of(linked).within_minutes is not None:
            judge_minutes(store, linked, members, mask, found)
        else:
            _judge(store, linked, f"long_{place}", members, mask, found, month)
    return found


def _judge(
    store: DuckDBStore, linked: LinkedRule, suffix: str, members: str, mask: Mask, found: LongWindows, month: str | None
) -> None:
    groups = sum_groups(store, linked, suffix, members)
    if is_plain(linked):
        keep_windows(store, store, groups, members)
        found.findings += windows_found(store, linked, mask)
        found.found.append(store.rows(windows_counted(linked)).cast(FOUND))
        # what has no month may belong to every month, but is told of once, by itself
        alone = breaches_alone(store, groups, members, "TRUE" if month is None else f"month = {literal(month)}")
        breached = ((linked, window) for window in alone)
    else:
        breached = ((linked, window) for window in _one_by_one(store, groups, members))
    found.tell(breached, mask)
    found.totals.append(open_windows(store, groups))
    found.asked.append(_asked(store, groups, members))


def _one_by_one(store: DuckDBStore, groups: Groups, members: str) -> Iterator[Breached]:
    linked = groups.linked
    if not window_of(linked).slides:
        yield from breaches_of(store, groups, members)
        return
    order = ", ".join(f"m.{key}" for key in groups.per)
    query = (
        f"SELECT m.* FROM {members} AS m JOIN breached_{groups.suffix} AS g ON {groups.same('m', 'g')}"
        f" ORDER BY {order}, m.at_us, m.contact_id"
    )
    yield from spans_of(linked, rows_of(store.batches(query)))


def _asked(store: DuckDBStore, groups: Groups, members: str) -> Any:
    """``ASKED`` of the open windows, whatever the day."""
    rows = store.rows(
        f"SELECT m.missing, m.lender_id, m.agency_id, CAST(SUM(m.rows_meant) AS BIGINT) AS contacts FROM {members} AS m"
        f" JOIN open_{groups.suffix} AS g ON {groups.same('m', 'g')} WHERE m.missing <> '' GROUP BY ALL ORDER BY ALL"
    ).to_pylist()
    said = [
        row | {"rule": groups.linked.rule.id, "column": column, "alone": row["contacts"] if len(asked) == 1 else 0}
        for row in rows
        for asked in [str(row.pop("missing")).split(";")]
        for column in asked
    ]
    return pa.Table.from_pylist(said, schema=ASKED)
