"""A workbook of contacts (xlsx, xls) as one CSV file: its sheets with the same header, one after the other."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.title_lines import first_table_row
from cuijie.panics import panics_are_errors

__all__ = ["WORKBOOKS", "in_csv", "is_workbook"]

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
"""What the names of workbooks end in."""
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WHOLE_DIGITS = 10**15  # a workbook keeps fifteen digits of a number
_SAVE_AS = "请从原系统导出 CSV；只有表格时，在表格软件里打开，另存为 CSV（UTF-8）再来。"

Row = list[str]


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins so may be a workbook, whatever its name."""
    return head.startswith(_MAGIC)


def in_csv(path: Path, copy: Path) -> Path:
    """Write the rows of the workbook at *path* to *copy*, gives it.  Raises AuditError."""
    header: Row | None = None
    copy.parent.mkdir(parents=True, exist_ok=True)
    with copy.open("w", encoding="utf-8", newline="") as to:
        out = csv.writer(to)
        for sheet, rows in _sheets(path):
            own, rest = _table(rows)
            if len(own) == 1:
                continue  # 说明: words beside the tables
            if header is None:
                header = own
                out.writerow(own)
            elif own != header:
                raise AuditError(
                    f"{path} 里几张表的表头不一样（到“{sheet}”就不同了）。", remedy="请把列不同的表各存一份，分开审计。"
                )
            out.writerows(rest)
    if header is None:
        raise AuditError(f"{path} 里没有一张有内容的表。", remedy=_SAVE_AS)
    return copy


def _sheets(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """The sheets that hold something."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with panics_are_errors():
            book = CalamineWorkbook.from_path(str(path))
        for sheet in book.sheet_names:
            with panics_are_errors():
                lines = book.get_sheet_by_name(sheet).to_python()
            rows = [[_word(path, sheet, number, cell) for cell in row] for number, row in enumerate(lines, 1)]
            if filled := [row for row in rows if any(row)]:
                yield sheet, filled
    except (CalamineError, OSError, ValueError) as error:
        raise AuditError(f"{path} 打不开（损坏、有密码，或不是电子表格）。", remedy=_SAVE_AS) from error


def _table(rows: Sequence[Row]) -> tuple[Row, Sequence[Row]]:
    """The header, without titles above it and empty columns after it, and the rows below."""
    first = first_table_row([sum(map(bool, row)) for row in rows])
    header = rows[first]
    width = max(place for place, name in enumerate(header, 1) if name)
    return header[:width], [[*row[:width], *[""] * (width - len(row))] for row in rows[first + 1 :]]


def _word(path: Path, sheet: str, number: int, cell: object) -> str:
    """A cell as text: moments as the workbook shows them, numbers with all their digits."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if abs(cell) >= _WHOLE_DIGITS:
            raise AuditError(
                f"{path} 的表“{sheet}”第 {number} 行里有十六位以上的数，电子表格只留得住十五位，编号已经不是原来的了。",
                remedy="请从原系统导出 CSV，或在表格里把这一列设成文本再导出一次。",
            )
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell).strip()
