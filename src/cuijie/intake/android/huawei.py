"""Huawei and Honor backups: ``calllog.db`` and ``sms.db`` of a backup folder that has no password.

Columns vary by version, so they are taken by name; ring seconds and the phone's own spam mark are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cuijie.intake.android.phone_tables import table_entries
from cuijie.intake.containers.sqlite_image import open_tables
from cuijie.intake.found import Found, IntakeError, Note, PasswordNeeded
from cuijie.intake.source import Head, Source, is_one_backup

__all__ = ["KIND", "TITLE", "read", "sniff", "wanted"]

KIND: Final = "huawei_backup"
TITLE: Final = "华为／荣耀手机备份"

_NAMES: Final = ("calllog.db", "sms.db")
_SECRET: Final = (".enc",)
_MARKS: Final = ("geocoded_location", "mark_type", "mark_content", "mark_count")
_SQLITE: Final = b"SQLite format 3\0"


def sniff(head: Head) -> bool:
    """True for a folder with ``info.xml`` and module databases, and for such a database by itself."""
    if head.names:
        ends = {name.rpartition("/")[2].lower() for name in head.names}
        roots = {name.rpartition("/")[0] for name in head.names if name.rpartition("/")[2].lower() == "info.xml"}
        modules = {*_NAMES, "contact.db", "harassment.db", "calllog.enc", "sms.enc"}
        return bool(ends & modules) and is_one_backup(head.names, roots)
    return head.data.startswith(_SQLITE) and (b"calls_tb" in head.data or b"sms_tb" in head.data)


def wanted(names: tuple[str, ...]) -> tuple[str, ...]:
    """What tells of contacts: the two databases with their logs, and the folder's own description."""
    return tuple(
        name
        for name in names
        if name.rpartition("/")[2].lower().removesuffix("-wal") in {*_NAMES, "info.xml", "harassment.db"}
        or (name.endswith(_SECRET) and any(part in name.lower() for part in ("calllog", "sms")))
    )


def read(source: Source) -> Iterator[Found]:
    """Every call and text.  Raises PasswordNeeded for a backup made with a password."""
    if not source.is_folder:
        yield from _database(source, source.members.get("-wal"))
        return
    if locked := [name for name in source.members if name.endswith(_SECRET)]:
        raise PasswordNeeded(
            f"这份华为备份设了密码（{locked[0]}），催界还打不开这种加密。",
            remedy="请在手机上不设密码重新备份，或用短信备份应用导出 XML。",
        )
    found_any = False
    for name, part in source.members.items():
        end = name.rpartition("/")[2].lower()
        if end in _NAMES:
            found_any = True
            yield from _database(part, source.members.get(name + "-wal"))
        elif end == "harassment.db":
            yield Note(text="拦截记录（harassment.db）的格式没有公开，已作为证据收好，没有读。")
    if not found_any:
        raise IntakeError("这份华为备份里没有短信和通话记录。", remedy="请在备份时勾选“信息”和“通话记录”。")


def _database(source: Source, log: Source | None) -> Iterator[Found]:
    with open_tables(source, log) as tables:
        if not tables.names & {"calls_tb", "sms_tb"}:
            yield Note(text=f"{source.name} 里没有认识的表。")
        yield from table_entries(tables, "calls_tb", source, extra=_MARKS)
        yield from table_entries(tables, "sms_tb", source)
