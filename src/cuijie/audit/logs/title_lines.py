"""Where the table of a CSV file begins: exports often say in lines above the header what they are."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

__all__ = ["first_table_row", "header_of_csv", "lines_before_header", "separator_of"]

_LOOKED_AT = 30  # records
_SEPARATORS = ",;\t|"
_MOST_OF = 0.6  # a header names that part of the columns that are filled in a full row
_FULL = 0.75  # of the rows are no fuller than a full one; a row with too many cells is broken


def first_table_row(filled: Sequence[int]) -> int:
    """The place of the header among rows of which so many cells are filled: 0 for nearly all."""
    seen = sorted(filled[:_LOOKED_AT]) or [0]
    enough = max(2, _MOST_OF * seen[int(_FULL * (len(seen) - 1))])
    return next((place for place, number in enumerate(filled) if number >= enough), 0)


def lines_before_header(path: Path) -> int:
    """How many lines of the file (in UTF-8) stand above its header."""
    records = _records(path)
    return records[first_table_row(_filled(records))][0] if records else 0


def header_of_csv(path: Path) -> list[str]:
    """The names in the header."""
    records = _records(path)
    return records[first_table_row(_filled(records))][1] if records else []


def _filled(records: Sequence[tuple[int, list[str]]]) -> list[int]:
    return [sum(1 for cell in cells if cell.strip()) for _, cells in records]


def _records(path: Path) -> list[tuple[int, list[str]]]:
    """The first records, each with the number of lines before it."""
    return list(_read(_head(path), separator_of(path)))


def separator_of(path: Path) -> str:
    """The sign between the cells: the one by which most records are alike."""
    head = _head(path)
    return max(_SEPARATORS, key=lambda separator: _alike(list(_read(head, separator))))


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(islice(lines, _LOOKED_AT))


def _alike(records: Sequence[tuple[int, list[str]]]) -> tuple[int, int]:
    """How many records have the most usual number of cells, if that is more than one, and how many cells that is."""
    widths = Counter(len(cells) for _, cells in records if len(cells) > 1)
    return max(((number, width) for width, number in widths.items()), default=(0, 0))


def _read(lines: list[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator)
    before = 0
    try:
        for cells in reader:
            yield before, cells
            before = reader.line_num
    except csv.Error:  # a field that is too long, or a zero: the audit itself says what is wrong
        return
