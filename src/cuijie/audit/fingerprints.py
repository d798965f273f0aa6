# ruff: noqa: S608 -- names are our own
"""What a day's result hangs on, as a digest: only days whose digest changed are judged again."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from cuijie import __version__
from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.staging import UNDATED, Staged, as_day
from cuijie.audit.texts import reader_digest
from cuijie.canonical import digest
from cuijie.rulebook import Rulebook
from cuijie.rulebook.edition import rulebook_digest
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US
from cuijie.rulebook.registers import OWNER_KEYS

__all__ = ["day_prints", "findings_digest", "register_prints"]

_EPOCH_ORDINAL = 719_163


def findings_digest(book: Rulebook) -> str:
    """Changes whenever any rule could decide otherwise, or a finding of it be written otherwise."""
    written = [[linked.rule.id, linked.rule.severity, list(linked.rule.protects)] for linked in book.rules]
    return digest([rulebook_digest(book), sorted(written)])


def day_prints(
    store: DuckDBStore, staged: Staged, parameters: Mapping[str, object], *, loans: bool, texts: bool
) -> dict[str, str]:
    """For each day a digest of its rows, of what the registers say of it, and of all that judges it."""
    common = digest([__version__, dict(parameters), reader_digest() if texts else None])
    registers, dropped = register_prints(store, staged.days), _dropped(store)
    of_loans = _loan_prints(store, staged) if loans and staged.days else {}
    found = {}
    for day in staged.days:
        rows = [
            f"{file.number}:{file.days[day][0]}:{file.days[day][1]}:{file.number in staged.with_hours}"
            for file in staged.files
            if day in file.days
        ]
        parts = "\n".join([common, *rows, registers[day], dropped.get(day, ""), of_loans.get(day, "")])
        found[day] = hashlib.sha256(parts.encode()).hexdigest()
    return found


def _dropped(store: DuckDBStore) -> dict[str, str]:
    rows = store.connection.execute(
        "SELECT day, CAST(SUM(hash(src_file, src_row)) AS VARCHAR) FROM repeated GROUP BY day"
    ).fetchall()
    return {str(day): str(print_) for day, print_ in rows}


def register_prints(store: DuckDBStore, days: Sequence[str]) -> dict[str, str]:
    """The sum of the entries that can matter on a day; an end that lies later does not count yet."""
    keys = ", ".join(OWNER_KEYS)
    start, end = (f"(({name} + {EIGHT_HOURS_US}) // {DAY_US})" for name in ("since_us", "until_us"))
    still, ended = f"hash(col, value, since_us, {keys})", f"hash(col, value, since_us, until_us, {keys})"
    rows = store.connection.execute(
        "SELECT on_day, CAST(SUM(change) AS VARCHAR) FROM ("
        f" SELECT {start} AS on_day, CAST({still} AS HUGEINT) AS change FROM entries"
        f" UNION ALL SELECT {end}, CAST({ended} AS HUGEINT) - CAST({still} AS HUGEINT) FROM entries"
        f" UNION ALL SELECT {end} + 1, -CAST({ended} AS HUGEINT) FROM entries"
        ") AS changes GROUP BY on_day ORDER BY on_day"
    ).fetchall()
    on_days, sums, total = [], [], 0
    for on_day, change in rows:
        total += int(change)
        on_days.append(int(on_day))
        sums.append(total)
    every = hashlib.sha256(repr(rows).encode()).hexdigest()
    found = {}
    for day in days:
        date = as_day(day)
        place = 0 if date is None else bisect_right(on_days, date.toordinal() - _EPOCH_ORDINAL)
        found[day] = every if day == UNDATED else str(sums[place - 1]) if place else ""
    return found


def _loan_prints(store: DuckDBStore, staged: Staged) -> dict[str, str]:
    """What the loans contacted on a day are known for on that day."""
    day = f"(at_us + {EIGHT_HOURS_US}) // {DAY_US}"
    settled = "CASE WHEN on_day > settled THEN 1 WHEN on_day < settled THEN -1 ELSE 0 END"
    rows = store.connection.execute(
        f"SELECT on_day, CAST(SUM(hash(l.loan_id, l.lender_id, l.lender_type, l.product, l.contact_list_consent, l.debt_settled,"
        f" l.agreed_hours, {settled})) AS VARCHAR) FROM (SELECT DISTINCT loan_id, {day} AS on_day FROM {staged.rows(staged.days)}) AS c"
        " JOIN (SELECT *, settled_on - DATE '1970-01-01' AS settled FROM loans) AS l ON c.loan_id = l.loan_id GROUP BY on_day"
    ).fetchall()
    by_ordinal = {None if on is None else int(on): str(print_) for on, print_ in rows}
    return {
        day: by_ordinal.get(None if (date := as_day(day)) is None else date.toordinal() - _EPOCH_ORDINAL, "")
        for day in staged.days
    }
