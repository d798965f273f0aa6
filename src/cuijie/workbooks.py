"""The rows of workbooks (xls, xlsx), read in a process of their own: whatever a hostile one does to it, the case is not in its reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from cuijie.errors import BadInput
from cuijie.reading_process import reading_process

__all__ = ["Cell", "SheetRows", "UnreadWorkbook", "cell_text", "workbook_rows"]

_MEMORY_BYTES: Final = 4 << 30  # a sheet full of a million rows and twenty columns takes half of it
_SECONDS: Final = 180.0  # to open it, and for each sheet; a full one takes some 25
_LONGEST_LINE: Final = 64 << 20
_AGAIN: Final = "请重新下载或导出一次，再试。"

Cell = str | float | int | bool
"""What stands in a cell: dates, hours and lengths of time as ISO text."""


class UnreadWorkbook(BadInput):
    """A workbook that is locked, damaged or beyond the limits, or the damaged sheets of one whose others were read."""

    is_locked = False


class SheetRows(msgspec.Struct, frozen=True, tag_field="kind", tag="rows"):
    """Some rows of a sheet that say something, with their numbers; *sheets* is how many the workbook has."""

    sheet: str
    sheets: int
    numbers: list[int]
    rows: list[list[Cell]]


class _Refused(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    is_locked: bool


class _End(msgspec.Struct, frozen=True, tag_field="kind", tag="end"):
    damaged: list[str]


_answer = msgspec.json.Decoder(SheetRows | _Refused | _End)


def workbook_rows(data: bytes, name: str) -> Iterator[SheetRows]:
    """The rows, sheet by sheet.  Raises UnreadWorkbook: for damaged sheets only after the rows of all others."""
    sheet = None
    try:
        with reading_process("workbook_process", _MEMORY_BYTES, _SECONDS, data) as answers:
            while isinstance(answer := _answer.decode(answers.readline(_LONGEST_LINE)), SheetRows):
                sheet = answer.sheet
                yield answer
    except msgspec.DecodeError as error:  # no line, or one cut off
        raise _beyond_limits(name, sheet) from error
    if isinstance(answer, _Refused):
        raise _refused(name, is_locked=answer.is_locked)
    if answer.damaged:
        sheets = "、".join(f"“{sheet}”" for sheet in answer.damaged)
        raise UnreadWorkbook(f"工作簿“{name}”里的表{sheets}损坏，没有读出。", remedy=_AGAIN)


def _beyond_limits(name: str, sheet: str | None) -> UnreadWorkbook:
    reached = "没有读出" if sheet is None else f"只读到表“{sheet}”，后面的没有读出"
    return UnreadWorkbook(
        f"工作簿“{name}”{reached}：打开它要的内存或时间超过了限度，文件可能损坏，或在离其他内容很远的地方还有一格。",
        remedy="请用 WPS 或 Excel 打开，把要用的行和列复制到一张新表里，另存为 xlsx 再试。",
    )


def _refused(name: str, *, is_locked: bool) -> UnreadWorkbook:
    if not is_locked:
        return UnreadWorkbook(f"工作簿“{name}”打不开，文件可能损坏或没有下载完整。", remedy=_AGAIN)
    error = UnreadWorkbook(f"工作簿“{name}”有密码。", remedy="请用 WPS 或 Excel 打开，去掉密码另存一份，再试。")
    error.is_locked = True
    return error


def cell_text(cell: Cell) -> str:
    """A cell as text: no float tails on whole numbers."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
