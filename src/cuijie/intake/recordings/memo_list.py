"""The list of an iPhone's voice memos (``CloudRecordings.db``): titles, days and lengths; the sound lies in other files.

A memo whose title names a call or a number proposes that call, as its recording would.  Of the others it is said
that they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cuijie.clock import SHANGHAI
from cuijie.intake.containers.sqlite_image import Tables, open_tables
from cuijie.intake.found import Found, Note
from cuijie.intake.recordings import call_of
from cuijie.intake.recordings.names import read_name
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import from_apple

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "memos", "read", "sniff"]

KIND: Final = "memo_list"
TITLE: Final = "苹果“语音备忘录”的目录"
IS_EVIDENCE: Final = True

_TABLE: Final = "ZCLOUDRECORDING"
_TITLES: Final = ("ZENCRYPTEDTITLE", "ZCUSTOMLABELFORSORTING", "ZCUSTOMLABEL")
_SHOWN: Final = 5


def sniff(head: Head) -> bool:
    """True for a database with Apple's table of voice memos."""
    return head.data.startswith(b"SQLite format 3\0") and _TABLE.encode() in head.data


def read(source: Source) -> Iterator[Found]:
    """The calls that titles of memos tell of, and a remark on the other memos."""
    with open_tables(source, source.members.get("-wal")) as tables:
        yield from memos(source, tables, "memo")
    yield Note(
        text="这里只有目录，没有录音本身：请在语音备忘录里逐条“分享 → 存储到文件”，再收录音（.m4a）；或收整份苹果备份。"
    )


def memos(source: Source, tables: Tables, at: str) -> Iterator[Found]:
    """The same of a database that is open already; *at* begins the places."""
    others: list[str] = []
    for row in tables.rows(_TABLE, (*_TITLES, "ZDATE", "ZDURATION", "ZPATH")):
        date, length = row.get("ZDATE"), row.get("ZDURATION")
        when = from_apple(date if isinstance(date, int | float) else None)
        seconds = round(length) if isinstance(length, int | float) and 0 < length < 1_000_000 else None
        title = next((str(row[name]).strip() for name in _TITLES if row.get(name)), "")
        name = read_name(title)
        name = name if when.instant is None else replace(name, when=when)
        entry = call_of(source, f"{at}:{row['rowid']}", name, duration_s=seconds) if name.is_call else None
        if entry is not None:
            path = str(row.get("ZPATH") or "")
            yield replace(entry, extra=(*entry.extra, *((("memo", path),) if path else ())))
            continue
        day = f"{when.instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if when.instant else "时间不详"
        others.append(f"{day} {title or '没有标题'}" + (f"（{seconds} 秒）" if seconds else ""))
    if others:
        more = f"等 {len(others)} 段" if len(others) > _SHOWN else ""
        yield Note(text=f"另有语音备忘录没有写明是通话：{'；'.join(others[:_SHOWN])}{more}。是通话的，请收录音后补上。")
