# ruff: noqa: S608 -- names are our own; paths pass through literal()
"""The numbers that most findings came from: not in the result's files, so looked up in the log as the audit staged it."""

from __future__ import annotations

from pathlib import Path

from cuijie.audit.report.reading import AuditFolder, mask_of_run
from cuijie.rulebook.sql_text import literal

__all__ = ["worst_numbers"]

_MOST_ROWS = 3_000_000  # of a larger log each id would have to be masked anew, which takes minutes
_LISTED = 6


def worst_numbers(
    audit: AuditFolder, mask_key: Path | None = None
) -> tuple[tuple[str, int, int, tuple[int, int, int]], ...]:
    """(number, contacts, findings, by surety); none without ``work/``, the run's own key and a column ``from_number``.

    A finding of a window counts for the number of its first contact.
    """
    files = sorted((audit.folder / "work" / "stage").glob("*/log.parquet"))
    if not files or audit.quality.kept > _MOST_ROWS:
        return ()
    if not any(column.name == "from_number" and column.known for column in audit.quality.columns):
        return ()
    mask = mask_of_run(audit.run, mask_key)
    if mask is None:
        return ()
    log = f"read_parquet([{', '.join(literal(str(path)) for path in files)}])"
    counts = ", ".join(
        f"COUNT(*) FILTER (WHERE f.certainty = '{word}')" for word in ("established", "likely", "to_judge")
    )
    rows = audit.rows(
        f"WITH log AS (SELECT contact_id, from_number FROM {log} WHERE day <> 'aside' AND from_number IS NOT NULL),"
        f" ids AS (SELECT DISTINCT {mask.sql('contact_id', 'contact_id')} AS id, from_number FROM log),"
        f" found AS (SELECT from_number, COUNT(*) AS n, {counts} FROM findings AS f JOIN ids ON f.contact_id = ids.id GROUP BY from_number)"
        f" SELECT {mask.sql('from_number', 'from_number')}, (SELECT COUNT(*) FROM log WHERE log.from_number = found.from_number),"
        f" * EXCLUDE (from_number) FROM found ORDER BY n DESC, from_number LIMIT {_LISTED}"
    )
    return tuple(
        (audit.shown("from_number", number) or "", contacts, findings, (sure, likely, to_judge))
        for number, contacts, findings, sure, likely, to_judge in rows
    )
