"""Android's own databases of calls and texts (``calllog.db``, ``contacts2.db``, ``mmssms.db``), as a repairer copies them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cuijie.intake.android.mms_tables import mms_entries
from cuijie.intake.android.phone_tables import table_entries
from cuijie.intake.containers.sqlite_image import open_tables
from cuijie.intake.found import Found
from cuijie.intake.source import Head, Source

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "android_database"
TITLE: Final = "安卓手机的通话或短信数据库"

_TABLES: Final = ("calls", "sms")
_MADE: Final = re.compile(rb"CREATE TABLE [\"`]?(?:calls|sms)[\"`]? ?\(.{0,600}?\b(?:number|address)\b", re.DOTALL)
_NAMES: Final = ("mmssms.db", "contacts2.db", "calllog.db")  # whose tables may all stand in the log beside them


def sniff(head: Head) -> bool:
    """True for a database with Android's table of calls or of texts."""
    if not head.data.startswith(b"SQLite format 3\0"):
        return False
    return head.name.lower() in _NAMES[:2] or _MADE.search(head.data) is not None


def read(source: Source) -> Iterator[Found]:
    """Every call, text and picture message."""
    with open_tables(source, source.members.get("-wal")) as tables:
        for table in _TABLES:
            if table in tables.names:
                yield from table_entries(tables, table, source)
        yield from mms_entries(tables, source)
