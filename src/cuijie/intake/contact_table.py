"""A plain contact log that the user brings: CSV, workbook or HTML table with the contact record's columns.

Chinese titles are understood by synonyms; also harassment-block lists typed by hand (time, number, kind, label).
Every entry is marked *user-converted*: what it proves rests on what it was written from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, is_contact_log
from cuijie.intake.found import Found, IntakeError, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.tables import Row, body, encoding_note, find_header, first_rows, is_table, rows

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "contact_table"
TITLE: Final = "自己整理的联系记录表"


def sniff(head: Head) -> bool:
    """True for a table with a time column and columns that say who or what."""
    return is_table(head) and find_header(first_rows(head), COLUMN_NAMES, is_contact_log) is not None


def read(source: Source) -> Iterator[Found]:
    """One entry for each row below the header; the columns of the contact record that entries lack go to ``extra``."""
    head = source.head()
    header = find_header(first_rows(head), COLUMN_NAMES, is_contact_log)
    if header is None:
        raise IntakeError(
            f"“{source.name}”里找不到列名。", remedy="第一行请写列名，例如：时间、方式、号码、内容、被联系人。"
        )
    yield from encoding_note(head)
    year = _only_year(source)
    supplied = 0
    for titles, row in body(rows(source), COLUMN_NAMES, is_contact_log):
        values = {name: titles.cell(row, name) for name in titles.columns}
        if not any(values.values()) or _is_total(row):
            continue
        field = next((name for name in ("date", "occurred_at") if _NO_YEAR.match(values.get(name, ""))), None)
        if field and year:
            values[field] = f"{year}年{values[field]}"
            supplied += 1
        is_record = "contact_id" in titles.columns or "recipient_role" in titles.columns
        yield from entry_of(source, row.at, values, is_contact_record=is_record)
    if supplied:
        yield Note(text=f"有 {supplied} 行没有写年份；表里其他各行都是 {year} 年，已按这一年补上，请核对。")


_NO_YEAR: Final = re.compile(r"\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}(?!\d|\s*[-/.月:：])")
_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})\s*(?:年|[-/.])\s*\d{1,2}")
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计"})


def _only_year(source: Source) -> str | None:
    """The year, if every date of the table that has one names the same; None if they differ or none has."""
    years = {
        found[1]
        for titles, row in body(rows(source), COLUMN_NAMES, is_contact_log)
        for name in ("date", "occurred_at")
        if (found := _YEAR.match(titles.cell(row, name)))
    }
    return years.pop() if len(years) == 1 else None


def _is_total(row: Row) -> bool:
    return next((cell.strip() for cell in row.cells if cell.strip()), "") in _TOTALS
