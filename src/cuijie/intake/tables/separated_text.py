"""Rows of text whose cells a mark parts (CSV, TSV, semicolons, bars), or nothing but blanks; read as a stream."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from cuijie.intake.found import IntakeError
from cuijie.intake.tables.aligned_text import is_aligned, parted

__all__ = ["cut_off", "separated_rows"]

_HEAD: Final = 30  # lines that tell the mark
_FIELD_LIMIT: Final = 4 * 1024 * 1024
_RULE: Final = re.compile(r"[-: ]+")  # the line below the titles of a Markdown table
csv.field_size_limit(_FIELD_LIMIT)


def separated_rows(stream: Iterable[str], name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each row that is not empty: the number of its first line and its cells.  Raises IntakeError, which says *name*."""
    try:
        yield from _rows(stream)
    except csv.Error as error:
        raise IntakeError(
            f"“{name}”里有一格超过 {_FIELD_LIMIT // 2**20} MB 或引号没有配对，表格读不下去。",
            remedy="请用表格软件打开另存一次，再收进来。",
        ) from error


def cut_off(number: int) -> IntakeError:
    """The refusal of a file that ends within the row that began on line *number*."""
    return IntakeError(
        f"文件在第 {number} 行中间断了，这一行不完整，没有收。", remedy="请重新导出或下载一次，再收，不会重复。"
    )


def _mark(head: list[str]) -> str:
    """What parts the cells of *head*; empty if no mark does."""
    counts = {mark: sum(line.count(mark) for line in head) for mark in (",", "\t", ";", "|")}
    if "，" in head[0] and not any(mark in head[0] for mark in counts):
        counts["，"] = sum(line.count("，") for line in head)  # typed with a Chinese keyboard
    mark = max(counts, key=lambda key: counts[key])
    # a tab pads the cells of some comma-separated bills: the comma wins unless it is rare
    mark = "," if counts[","] >= len(head) and counts[","] * 2 >= counts[mark] else mark
    return mark if counts[mark] else ""


def _rows(stream: Iterable[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    lines = _without_nul(stream)
    head = list(islice(lines, _HEAD))
    if not head:
        return
    quotes, mark = _Quotes(head[0]), _mark(head)
    if not mark and is_aligned(head):
        head, lines, mark = [], parted(head, lines), "\t"
    reader = csv.reader(quotes.counted(head, lines), delimiter=mark or ",")
    last = began = 0
    waiting: tuple[str, ...] = ()  # the row before, which began on line *began*
    widest = fewest = 0  # cells of the titles, or of the rows since them
    was_broken = False
    for cells in reader:
        first, last = last + 1, reader.line_num
        if waiting and was_broken and cells and len(waiting) + len(cells) - 1 == widest:
            waiting = (*waiting[:-1], f"{waiting[-1]}\n{cells[0]}", *cells[1:])
            was_broken = quotes.is_broken
            continue
        was_broken = quotes.is_broken
        if len(waiting) > widest:
            widest = fewest = len(waiting)
        elif waiting:
            fewest = min(fewest, len(waiting))
        if any(cell.strip() for cell in cells) and not (mark == "|" and _RULE.fullmatch("".join(cells))):
            if waiting:
                yield began, waiting
            began, waiting = first, tuple(cell.lstrip("\ufeff") for cell in cells)
    if waiting:
        is_remark = "".join(waiting).endswith("。") and sum(map(bool, waiting)) == 1  # a sentence below the table
        is_short = (len(waiting) < fewest and not is_remark) or waiting[-1].endswith("\ufffd")
        _check_end(began, waiting, quotes, is_short=is_short)
        yield began, waiting


def _check_end(began: int, cells: tuple[str, ...], quotes: _Quotes, *, is_short: bool) -> None:
    """Raises IntakeError if the last row is not whole."""
    if quotes.number % 2 and any("\n" in cell for cell in cells):
        raise IntakeError(
            f"第 {began} 行开始有一个引号没有配对，从这里往后都被当成了一格。",
            remedy="请在表格软件里改好这一格，另存后再收。",
        )
    if quotes.was_cut and (is_short or quotes.number % 2):
        raise cut_off(began)


def _without_nul(stream: Iterable[str]) -> Iterator[str]:
    for line in stream:
        yield line.replace("\0", "") if "\0" in line else line


class _Quotes:
    """Counts the quotation marks that pass: an odd number means that one was never closed; tells how the last line ends."""

    def __init__(self, first: str) -> None:
        self._has_returns = first.endswith("\r\n")
        self.number = 0
        self.is_broken = False  # this line ends in a bare line feed, the first one in CR LF: a cell may go on
        self.was_cut = False  # no line break ends the last line

    def counted(self, head: list[str], rest: Iterator[str]) -> Iterator[str]:
        """The lines, counted."""
        for line in chain(head, rest):
            self.is_broken = self._has_returns and not line.endswith("\r\n")
            self.number += line.count('"')
            self.was_cut = not line.endswith(("\n", "\r"))
            yield line
