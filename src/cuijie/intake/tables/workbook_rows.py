"""The rows of workbooks, old (xls) and new (xlsx), with dates and numbers written out as text."""

from __future__ import annotations

from collections.abc import Iterator

from cuijie import workbooks
from cuijie.intake.found import IntakeError, PasswordNeeded

__all__ = ["workbook_rows"]


def workbook_rows(data: bytes, name: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(place, cells as text, sheet) of each row that says something.

    Raises PasswordNeeded, and IntakeError: for a sheet that is damaged only after the rows of all others.
    """
    try:
        for part in workbooks.workbook_rows(data, name):
            prefix = f"表“{part.sheet}”" if part.sheets > 1 else ""
            for number, row in zip(part.numbers, part.rows, strict=True):
                yield f"{prefix}第 {number} 行", tuple(map(workbooks.cell_text, row)), part.sheet
    except workbooks.UnreadWorkbook as error:
        kind = PasswordNeeded if error.is_locked else IntakeError
        raise kind(error.message, remedy=error.remedy) from error
