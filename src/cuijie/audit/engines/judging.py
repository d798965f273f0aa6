# ruff: noqa: S608 -- names are our own
"""The days in hand, from facts to the rows that are written for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cuijie.audit.engines.seam import Profile, Store
from cuijie.audit.engines.sql_judge import SqlEngine
from cuijie.audit.hits import findings, keep_outcomes, open_rows, window_findings
from cuijie.audit.logs.numbers_sql import is_masked
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import FINDINGS
from cuijie.audit.windows.counting import ASKED, TOTALS, asked_rows, keep_asks, total_rows, who_was_contacted
from cuijie.audit.windows.states import Breached, breaches_alone, breaches_of
from cuijie.audit.windows.window_sql import Groups, keep_members, sum_groups
from cuijie.audit.windows.window_tables import is_plain, keep_windows, windows_counted, windows_found
from cuijie.rulebook import LinkedRule, Rulebook
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.windows.members import window_of

__all__ = ["FOUND", "DayTables", "Judging", "found_table", "is_of_one_day", "open_windows", "sorted_findings"]

FOUND: Any = pa.schema(
    [("day", pa.date32()), ("rule", pa.string()), ("certainty", pa.string()), ("named", pa.int64()),
     ("lender_id", pa.string()), ("agency_id", pa.string()), ("collector_id", pa.string()), ("hour", pa.int32()),
     ("channel", pa.string()), ("template", pa.string()), ("from_number", pa.string())]
)  # fmt: skip
"""A finding as it is counted."""


def is_of_one_day(linked: LinkedRule) -> bool:
    """Whether a window rule's windows never reach past a day."""
    return not window_of(linked).slides and "day" in window_of(linked).per


@dataclass(slots=True)
class DayTables:
    """What is written for the days in hand: each table has a column ``day``."""

    findings: list[Any] = field(default_factory=list)
    open: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    totals: list[Any] = field(default_factory=list)
    members: list[Any] = field(default_factory=list)
    windows: list[Any] = field(default_factory=list)  # findings of windows; written among the findings
    counted: list[Any] = field(default_factory=list)  # windows as they are counted; not written

    def by_day(self, days: Sequence[date | None]) -> Iterator[tuple[date | None, Mapping[str, Any]]]:
        """The tables of each of *days*."""
        split = {name: _split(getattr(self, name)) for name in ("findings", "open", "asked", "totals", "members")}
        for day in days:
            yield day, {name: tables.get(day) for name, tables in split.items()}


def sorted_findings(table: Any) -> Any:
    """Findings of one day in their order."""
    return table.sort_by([("rule", "ascending"), ("contact_id", "ascending"), ("finding_id", "ascending")])


def _split(tables: Sequence[Any]) -> dict[date | None, Any]:
    """The rows of each day, in the order they came."""
    if not tables:
        return {}
    whole = pa.concat_tables(tables)
    days = pc.unique(whole["day"]).to_pylist()
    if len(days) == 1:
        return {days[0]: whole}
    encoded = whole["day"].combine_chunks().dictionary_encode(null_encoding="encode")
    codes = encoded.indices.to_numpy()
    # stable: what was sorted stays sorted
    sorted_ = whole if bool((codes[1:] >= codes[:-1]).all()) else whole.take(pc.sort_indices(encoded.indices))
    counts = {pair["values"]: pair["counts"] for pair in pc.value_counts(encoded.indices).to_pylist()}
    found, start = {}, 0
    for code, day in enumerate(encoded.dictionary.to_pylist()):
        found[day] = sorted_.slice(start, counts.get(code, 0))
        start += counts.get(code, 0)
    return found


class Judging:
    """Judges days one chunk after the other; *cluster* holds the facts, *local* makes the files (often the same)."""

    def __init__(self, book: Rulebook, cluster: Store, local: Store, mask: Mask, *, with_open: bool) -> None:
        self.book, self.mask, self.with_open = book, mask, with_open
        self._engine = SqlEngine(book)
        self.cluster, self.local = cluster, local
        self._rules = [linked.rule.id for linked in book.rules]
        self.profiles = 0

    def judge(self) -> DayTables:
        """Everything about the contacts of ``facts``."""
        profiles = self._engine.judge(self.cluster)
        self.profiles = len(profiles)
        used = sorted(self.cluster.rows("SELECT DISTINCT profile FROM judged").column(0).to_pylist())
        keep_asks(self.cluster, self.local, self._rules, profiles, used)
        self.local.put("who", who_was_contacted(self.cluster))
        found = DayTables()
        self._put_hits(profiles, used)
        if self.with_open:
            found.open += open_rows(self.local, "hits", self.mask)
        breached = self._windows(profiles, used, found)
        windows = [FINDINGS.empty_table(), window_findings(breached, self.mask), *found.windows]
        self.local.put("window_findings", pa.concat_tables(windows))
        found.findings += findings(self.local, "hits", "window_findings", self.mask)
        found.asked.append(asked_rows(self.local))
        self._put_found(breached, found)
        found.totals.append(total_rows(self.local))
        return found

    def _put_hits(self, profiles: Sequence[Profile], used: Sequence[int]) -> None:
        keep_outcomes(self.cluster, self.local, self.book, profiles, used)
        wanted = "" if self.with_open else " WHERE s.is_breach"
        query = f"SELECT j.*, s.outcome FROM judged AS j JOIN says AS s ON j.profile = s.profile{wanted}"
        if self.local is self.cluster:
            self.local.keep("hits", query)
        else:
            self.local.put("hits", self.cluster.rows(query))

    def _put_found(self, breached: Sequence[tuple[LinkedRule, Breached]], found: DayTables) -> None:
        """``found``: one row per finding, with what it is counted by."""
        self.local.put("window_rows", pa.concat_tables([found_table(breached), *found.counted]))
        self.local.keep(
            "found",
            "SELECT h.day, o.rule, o.certainty, 1 AS named, h.lender_id, h.agency_id, h.collector_id, h.hour, h.channel, h.template, h.from_number"
            " FROM hits AS h JOIN outcomes AS o ON h.outcome = o.outcome WHERE o.verdict = 'breach'"
            f" UNION ALL SELECT {', '.join(FOUND.names)} FROM window_rows",
        )

    def _windows(
        self, profiles: Sequence[Profile], used: Sequence[int], found: DayTables
    ) -> list[tuple[LinkedRule, Breached]]:
        breached: list[tuple[LinkedRule, Breached]] = []
        for place, linked in enumerate(self.book.rules):
            if linked.rule.about != "window":
                continue
            suffix = keep_members(self.cluster, linked, place, profiles, used)
            members = f"members_{suffix}"
            if not is_of_one_day(linked):
                found.members += list(_kept_members(self.cluster, linked, members))
                continue
            groups = sum_groups(self.cluster, linked, suffix, members)
            if is_plain(linked):
                keep_windows(self.cluster, self.local, groups, members)
                found.windows += windows_found(self.local, linked, self.mask)
                found.counted.append(self.local.rows(windows_counted(linked)).cast(FOUND))
                breached += [(linked, window) for window in breaches_alone(self.cluster, groups, members)]
            else:
                breached += [(linked, window) for window in breaches_of(self.cluster, groups, members)]
            found.asked += _asked_of_open(self.cluster, groups, members)
            found.totals.append(open_windows(self.cluster, groups))
        return breached


def found_table(breached: Sequence[tuple[LinkedRule, Breached]]) -> Any:
    """Windows as they are counted: one row per finding."""
    return pa.Table.from_pylist([_found_row(linked, window) for linked, window in breached], schema=FOUND)


def _found_row(linked: LinkedRule, window: Breached) -> dict[str, object]:
    first = window.rows[0]
    names = ("lender_id", "agency_id", "collector_id", "hour", "channel", "template", "from_number")
    shared = {name: first[name] for name in names if all(row[name] == first[name] for row in window.rows)}
    return {
        "day": first["day"],
        "rule": linked.rule.id,
        "certainty": window.certainty,
        "named": len(window.rows),
        **shared,
    }


def _kept_members(store: Store, linked: LinkedRule, members: str) -> Iterator[Any]:
    """What a rule about several days needs of each day: its sure contacts, and how many more may count, by group."""
    window = window_of(linked)
    own = f"SELECT *, '{linked.rule.id}' AS rule, CAST(1 AS BIGINT) AS rows_meant FROM {members}"
    if window.within_minutes is not None:  # when each was made matters, of those too that only may count
        yield store.rows(own)
        return
    yield store.rows(f"{own} WHERE sure <> 0")
    shown = store.rows(f"SELECT * FROM {members} LIMIT 0").schema
    kept = {*window.per, *([window.distinct] if window.distinct else []), "day", "lender_id", "agency_id"}
    kept |= {"sure", "may", "firm", "missing"}
    # contacts that only may count stand together: their number is what matters, not who they are
    fields = ", ".join(
        name
        if name in kept
        else "CAST(SUM(count) AS BIGINT) AS count"
        if name == "count"
        else f"CAST(NULL AS {_sql_type(kind)}) AS {name}"
        for name, kind in zip(shown.names, shown.types, strict=True)
    )
    by = ", ".join(sorted(kept))
    rule = f"'{linked.rule.id}' AS rule"
    whole = f"SELECT {fields}, {rule}, COUNT(*) AS rows_meant FROM {members} WHERE sure = 0 AND count IS NOT NULL GROUP BY {by}"
    several = whole.replace("count IS NOT NULL", "count IS NULL")
    yield store.rows(whole)
    yield store.rows(several)


def _sql_type(kind: Any) -> str:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "STRING"
    return "DATE" if pa.types.is_date(kind) else "BIGINT" if pa.types.is_int64(kind) else "INT"


def _asked_of_open(store: Store, groups: Groups, members: str) -> Iterator[Any]:
    """What the open windows of a rule hang on, and the keys that contacts lack."""
    rule = f"'{groups.linked.rule.id}'"
    rows = store.rows(
        f"SELECT m.day AS day, m.missing, m.lender_id, m.agency_id, COUNT(*) AS n FROM {members} AS m"
        f" JOIN open_{groups.suffix} AS g ON {groups.same('m', 'g')} WHERE m.missing <> ''"
        " GROUP BY m.day, m.missing, m.lender_id, m.agency_id"
    ).to_pylist()
    yield asked_table(
        (row["day"], column, groups.linked.rule.id, row["lender_id"], row["agency_id"], row["n"], alone)
        for row in rows
        for asked in [str(row["missing"]).split(";")]
        for column in asked
        for alone in [row["n"] if len(asked) == 1 else 0]
    )
    if "recipient_id" in groups.per:  # a masked number that may be another's
        yield (
            store.rows(
                f"SELECT m.day AS day, 'recipient_id' AS asked, {rule} AS rule, m.lender_id, m.agency_id, COUNT(*) AS contacts, 0 AS alone"
                f" FROM {members} AS m JOIN open_{groups.suffix} AS g ON {groups.same('m', 'g')}"
                f" WHERE {is_masked('m.recipient_id')} GROUP BY m.day, m.lender_id, m.agency_id"
            )
            .rename_columns(ASKED.names)
            .cast(ASKED)
        )
    if not groups.partial:
        return
    for key in groups.per:
        column = CONTACT_COLUMNS[key].asks
        table = store.rows(
            f"SELECT day, '{column}' AS \"column\", {rule} AS rule, lender_id, agency_id, COUNT(*) AS contacts, 0 AS alone"
            f" FROM {members} WHERE {key} IS NULL GROUP BY day, lender_id, agency_id".replace(
                '"', "`" if store.dialect == "spark" else '"'
            )
        )
        yield table.cast(ASKED)


def asked_table(rows: Any) -> Any:
    """Rows of ``ASKED`` as a table."""
    return pa.Table.from_pylist([dict(zip(ASKED.names, row, strict=True)) for row in rows], schema=ASKED)


def open_windows(store: Store, groups: Groups) -> Any:
    """How many windows of a rule cannot be decided, per day."""
    lender = "lender_id" if "lender_id" in groups.per else "CAST(NULL AS STRING)"
    day = "day" if "day" in groups.per else "CAST(NULL AS DATE)"
    by = [name for name in ("day", "lender_id") if name in groups.per]
    rows = store.rows(
        f"SELECT {day} AS day, {lender} AS lender_id, COUNT(*) AS n FROM open_{groups.suffix}"
        + (f" GROUP BY {', '.join(by)}" if by else "")
    ).to_pylist()
    return pa.Table.from_pylist(
        [
            {
                **dict.fromkeys(("contacts", "findings", "named", "established", "likely", "to_judge"), 0),
                "day": row["day"],
                "dimension": "all",
                "rule": groups.linked.rule.id,
                "lender_id": row["lender_id"],
                "unknown": row["n"],
            }
            for row in rows
        ],
        schema=TOTALS,
    )
