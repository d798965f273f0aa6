"""The rows of workbooks, old (xls) and new (xlsx), with dates and numbers written out as text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from cuijie.intake.found import IntakeError, PasswordNeeded
from cuijie.panics import panics_are_errors

__all__ = ["workbook_rows"]


def workbook_rows(data: bytes, name: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(place, cells as text, sheet) of each row that says something.

    Raises PasswordNeeded, and IntakeError: for a sheet that is damaged only after the rows of all others.
    """
    import python_calamine

    try:
        with panics_are_errors():
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = book.sheet_names
    except python_calamine.PasswordError as error:
        raise PasswordNeeded(
            f"工作簿“{name}”有密码。", remedy="请先用 WPS 或 Excel 打开，去掉密码另存一份，再收。"
        ) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise IntakeError(
            f"工作簿“{name}”打不开，文件可能损坏或没有下载完整。", remedy="请重新下载或导出一次。"
        ) from error
    damaged = []
    for sheet in sheets:
        try:
            with panics_are_errors():
                lines = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except (python_calamine.CalamineError, ValueError):
            damaged.append(f"“{sheet}”")
            continue
        prefix = f"表“{sheet}”" if len(sheets) > 1 else ""
        for number, line in enumerate(lines, 1):
            cells = tuple(_written(cell) for cell in line)
            if any(cells):
                yield f"{prefix}第 {number} 行", cells, sheet
    if damaged:
        raise IntakeError(
            f"工作簿“{name}”里的表{'、'.join(damaged)}损坏，没有读出。", remedy="请重新下载或导出一次，再收，不会重复。"
        )


def _written(cell: object) -> str:
    """A workbook cell as text: no float tails on whole numbers, dates in ISO form."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            seconds = int(cell.total_seconds())
            return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
        case None:
            return ""
        case _:
            return str(cell)
