"""Tables of calls and texts with Android's columns, in whatever database they lie."""

from __future__ import annotations

from collections.abc import Iterator

from cuijie.intake.android.phone_rows import call_entry, sms_entry
from cuijie.intake.containers.sqlite_image import Tables
from cuijie.intake.found import Found, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.written import When

__all__ = ["table_entries"]


def table_entries(tables: Tables, table: str, source: Source, *, extra: tuple[str, ...] = ()) -> Iterator[Found]:
    """The entries of *table*, texts where its name says sms; columns vary by version and are taken by name.

    *extra* names further columns of calls that are kept raw.
    """
    for number, row in enumerate(tables.rows(table), 1):
        values = {name: None if value is None else _text(value) for name, value in row.items()}
        at = f"{table}:{row['rowid']}"
        made = sms_entry(source, at, values) if "sms" in table else call_entry(source, at, values, extra)
        if isinstance(made, When):
            why = f"时间写的是“{made.raw[:40]}”，读不出" if made.raw else "没有写时间"
            yield SetAside(at=f"{source.name} 第 {number} 行", why=why)
        else:
            yield made


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
