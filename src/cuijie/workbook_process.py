"""The reading process of workbooks: opens an untrusted xls or xlsx apart from the case and its keys.

``workbooks`` starts this module, which imports nothing heavy so that it starts at once.  It is given the workbook on
stdin and says JSON lines on stdout: ``rows`` (some rows of a sheet that say something, by their numbers) and at last
``end`` (with the sheets that are damaged), or ``refused``.  A process that ends without such a last line was ended by
its limits (of time: for opening, and for each sheet): the compiled reader asks for as much memory as a damaged file
tells it to, and aborts if it gets none.
"""

from __future__ import annotations

import functools
import io
import itertools
import math
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta

import python_calamine

from cuijie.reading_limits import at_most, limit_memory, say

__all__ = ["main"]

_CELLS = 4000  # in one line of an answer
_HEAD = 4096  # bytes of a sheet that say how far it reaches
_REACHES_FAR = re.compile(rb'<(?:\w+:)?dimension\s[^>]*?ref="[A-Z]+\d+:[A-Z]{3}\d+"')  # beyond column ZZ
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACED = re.compile(rb'(<(?:\w+:)?c\s(?:[^>]*?\s)?r=")([A-Z]{1,3})(?=\d)')
_UNZIPPING = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


def main(memory_bytes: int, seconds: float) -> None:
    """Tell the workbook on stdin."""
    limit_memory(memory_bytes)
    data = sys.stdin.buffer.read()
    with at_most(seconds):
        try:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_without_gaps(data)))
        except BaseException as error:
            if not _is_damage(error):
                raise
            say(kind="refused", is_locked=isinstance(error, python_calamine.PasswordError))
            return
    damaged = []
    for name in book.sheet_names:
        with at_most(seconds):
            try:
                sheet = book.get_sheet_by_name(name)
            except BaseException as error:
                if not _is_damage(error):
                    raise
                damaged.append(name)
                continue
        _tell(sheet, len(book.sheet_names))
    say(kind="end", damaged=damaged)


def _is_damage(error: BaseException) -> bool:
    """Whether the file's, also as a panic, which is no ordinary exception."""
    known = (python_calamine.CalamineError, OSError, ValueError)
    return isinstance(error, known) or type(error).__name__ == "PanicException"


def _tell(sheet: python_calamine.CalamineSheet, sheets: int) -> None:
    """The rows that say something, from the first column in which something stands."""
    tell = functools.partial(say, default=_written, kind="rows", sheet=sheet.name, sheets=sheets)
    said = ((number, row) for number, row in enumerate(sheet.iter_rows(), 1) if row.count("") < len(row))
    for number, row in said:
        more = max(0, _CELLS // len(row) - 1)
        numbers, rows = zip((number, row), *itertools.islice(said, more), strict=True)
        try:
            tell(numbers=numbers, rows=rows)
        except ValueError:  # NaN, or beyond all numbers
            tell(numbers=numbers, rows=[[_plain(cell) for cell in row] for row in rows])


def _plain(cell: object) -> object:
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _written(cell: object) -> str:
    """A moment, a date, an hour or a length of time as text."""
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(cell)


def _without_gaps(data: bytes) -> bytes:
    """An xlsx whose sheets reach far to the right with the columns in which nothing stands left out.

    The compiled reader keeps a place for each cell of the rectangle: one note in column XFD makes 16,384 of a row.
    """
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            sheets = {name for name in book.namelist() if name.startswith("xl/worksheets/") and _is_far(book, name)}
            if not sheets:
                return data
            with zipfile.ZipFile(packed, "w") as to:
                for name in book.namelist():
                    to.writestr(name, _narrowed(book.read(name)) if name in sheets else book.read(name))
    except _UNZIPPING:
        return data  # the reader says what is wrong with it
    return packed.getvalue()


def _is_far(book: zipfile.ZipFile, name: str) -> bool:
    with book.open(name) as sheet:
        return _REACHES_FAR.search(sheet.read(_HEAD)) is not None


def _narrowed(sheet: bytes) -> bytes:
    found = _PLACED.findall(sheet)
    if len(found) != len(_CELL.findall(sheet)):
        return sheet  # cells that stand where the cell before them tells
    columns = sorted({column for _, column in found}, key=lambda column: (len(column), column))
    places = dict(zip(columns, _letters(), strict=False))
    return _PLACED.sub(lambda cell: cell[1] + places[cell[2]], sheet)


def _letters() -> Iterator[bytes]:
    """A, B, … Z, AA, AB …"""
    for length in itertools.count(1):
        for one in itertools.product(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=length):
            yield bytes(one)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
