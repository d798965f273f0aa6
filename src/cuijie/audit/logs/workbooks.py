"""A workbook of contacts (xlsx, xls) as one CSV file: its sheets with the same header, one after the other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.logs.title_lines import first_table_row
from cuijie.errors import cause_of
from cuijie.workbooks import Cell, UnreadWorkbook, cell_text, workbook_rows

__all__ = ["WORKBOOKS", "in_csv", "is_workbook"]

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
"""What the names of workbooks end in."""
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_TO_SECONDS, _MOMENT = 19, 26  # characters of a moment as a workbook shows it, and as it keeps it
_FRACTION = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
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
    try:
        for sheet, parts in groupby(workbook_rows(path.read_bytes(), str(path)), key=lambda part: part.sheet):
            rows = [
                [_word(path, sheet, number, cell) for cell in row]
                for part in parts
                for number, row in zip(part.numbers, part.rows, strict=True)
            ]
            if filled := [row for row in rows if any(row)]:
                yield sheet, filled
    except UnreadWorkbook as error:
        raise AuditError(error.message, remedy=_SAVE_AS) from error
    except OSError as error:
        raise AuditError(f"读不出 {path}：{cause_of(error)}。") from error


def _table(rows: Sequence[Row]) -> tuple[Row, Sequence[Row]]:
    """The header, without titles above it and empty columns after it, and the rows below."""
    first = first_table_row([sum(map(bool, row)) for row in rows])
    header = rows[first]
    width = max(place for place, name in enumerate(header, 1) if name)
    return header[:width], [[*row[:width], *[""] * (width - len(row))] for row in rows[first + 1 :]]


def _word(path: Path, sheet: str, number: int, cell: Cell) -> str:
    """A cell as text: moments as the workbook shows them, numbers with all their digits."""
    if isinstance(cell, float) and abs(cell) >= _WHOLE_DIGITS:
        raise AuditError(
            f"{path} 的表“{sheet}”第 {number} 行里有十六位以上的数，电子表格只留得住十五位，编号已经不是原来的了。",
            remedy="请从原系统导出 CSV，或在表格里把这一列设成文本再导出一次。",
        )
    text = cell.strip() if isinstance(cell, str) else cell_text(cell)
    return text[:_TO_SECONDS] if len(text) == _MOMENT and _FRACTION.fullmatch(text) else text
