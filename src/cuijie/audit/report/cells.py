"""Tables that people open in a spreadsheet: cells that a spreadsheet would run are guarded, and unguarded when read back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.errors import cause_of
from cuijie.workbooks import UnreadWorkbook, cell_text, workbook_rows

__all__ = ["guarded", "read_table", "table_bytes", "unguarded"]

_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ROUNDED = re.compile(r"[0-9]{12,}|[0-9]+[eE][0-9]+")
_LARGEST = 64 << 20
_TO_DO = "请用 cuijie audit sample 写的表，填好“人工判断”一列，存成 CSV 或 xlsx。"


def _is_taken(text: str) -> bool:
    """Whether a spreadsheet would run *text*, or round it as a number: an id of digits, or 123e45."""
    return text.startswith(_RUNS) or _ROUNDED.fullmatch(text) is not None


def guarded(value: object) -> str:
    """*value* as a cell that a spreadsheet neither runs nor rounds."""
    text = "" if value is None else str(value)
    return f"'{text}" if _is_taken(text) else text


def unguarded(cell: str) -> str:
    """The cell as it was before ``guarded``."""
    return cell[1:] if cell.startswith("'") and _is_taken(cell[1:]) else cell


def table_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV with a byte-order mark, so that spreadsheets read its Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([guarded(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a CSV (UTF-8 or as Chinese spreadsheets save it) or of the first sheet of an xlsx.  Raises AuditError."""
    try:
        if path.stat().st_size > _LARGEST:
            raise AuditError(f"{path} 太大，不像复核表。", remedy=_TO_DO)
        content = path.read_bytes()
    except OSError as error:
        raise AuditError(f"读不出 {path}：{cause_of(error)}。", remedy=_TO_DO) from error
    rows = _sheet(path, content) if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else _csv(path, content)
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise AuditError(f"{path} 是空的。", remedy=_TO_DO)
    head = [cell.strip() for cell in rows[0]]
    return head, [[unguarded(cell.strip()) for cell in row] + [""] * (len(head) - len(row)) for row in rows[1:]]


def _csv(path: Path, content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise AuditError(f"{path} 的文字编码认不出来。", remedy=_TO_DO)
    try:
        first = text.partition("\n")[0]
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True))
    except csv.Error as error:
        raise AuditError(f"{path} 不是完整的 CSV。", remedy=_TO_DO) from error


def _sheet(path: Path, content: bytes) -> list[list[str]]:
    """The rows of the first sheet that holds something."""
    try:
        parts = workbook_rows(content, str(path))
        _, first = next(groupby(parts, key=lambda part: part.sheet), ("", iter(())))
        return [[cell_text(cell) for cell in row] for part in first for row in part.rows]
    except UnreadWorkbook as error:
        raise AuditError(error.message, remedy=_TO_DO) from error
