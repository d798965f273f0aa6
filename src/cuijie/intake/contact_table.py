"""A plain contact log that the user brings: CSV, workbook or HTML table with the contact record's columns.

Chinese titles are understood by synonyms; also harassment-block lists typed by hand (time, number, kind, label).
Every entry is marked *user-converted*: what it proves rests on what it was written from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, is_contact_log
from cuijie.intake.found import Found, IntakeError
from cuijie.intake.source import Head, Source
from cuijie.intake.tables import body, encoding_note, find_header, first_rows, is_table, rows

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
    for titles, row in body(rows(source), COLUMN_NAMES, is_contact_log):
        values = {name: titles.cell(row, name) for name in titles.columns}
        if any(values.values()):
            is_record = "contact_id" in titles.columns or "recipient_role" in titles.columns
            yield from entry_of(source, row.at, values, is_contact_record=is_record)
