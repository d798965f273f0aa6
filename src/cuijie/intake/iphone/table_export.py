"""The iPhone's call or message table as people save it from a database viewer: CSV with the table's own column names.

Calls: ``ZCALLRECORD`` (``ZDATE`` in seconds since 2001-01-01 UTC, ``ZADDRESS``, ``ZORIGINATED``, ``ZANSWERED``,
``ZDURATION``), as open tools for phone backups and published examiners' queries use it.  Messages: ``message`` of
``sms.db`` (``date`` in nanoseconds, before iOS 11 in seconds, since 2001; ``is_from_me``), with the column ``id`` of
``handle`` joined to it, or without: then nobody says whose they are.  Some queries add 978307200: Unix time, told by size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cuijie.intake.found import Found, IntakeError, Note, SetAside
from cuijie.intake.iphone.calls import read_calls
from cuijie.intake.iphone.messages import read_messages
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, first_rows, rows
from cuijie.records import Entry

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "ios_table"
TITLE: Final = "从数据库里另存的 iPhone 通话或短信表"

_CALLS: Final = frozenset({"zdate", "zaddress", "zoriginated"})
_MESSAGES: Final = frozenset({"date", "text", "is_from_me"})
_WHOSE: Final = ("id", "address", "handle", "chat_identifier", "phone", "phone_number", "number")  # as queries name it
_FLAGS: Final = ("zoriginated", "is_from_me")
_WORDS: Final = frozenset({"text", "zaddress", "zname", "zlocation", "zservice_provider", "service", *_WHOSE})
_EMPTY: Final = frozenset({"", "null", "none", "nil"})
_UNIX_TO_APPLE: Final = 978_307_200  # seconds from 1970 to 2001
_NUMBER: Final = re.compile(r"\d{6,19}(?:\.\d+)?")
_TITLES_WITHIN: Final = 5


def sniff(head: Head) -> bool:
    """True for a table with the columns of either table, whose time is the database's number."""
    table = () if head.names else first_rows(head)
    if (found := _titles(table)) is None:
        return False
    place, titles = found
    date = titles.get("zdate", titles.get("date", 0))
    return any(_NUMBER.fullmatch(row.cells[date].strip()) for row in table[place + 1 :] if date < len(row.cells))


def read(source: Source) -> Iterator[Found]:
    """Every row, as from the database itself, but marked *user-converted*; a row that does not tell its way is set aside."""
    found = _titles(first_rows(source.head()))
    if found is None:
        raise IntakeError(f"“{source.name}”里找不到列名。")
    yield from encoding_note(source.head())
    place, titles = found
    table = _Exported(titles)
    yield from table.take(row for index, row in enumerate(rows(source)) if index > place)
    records = read_calls(source, table) if titles.keys() >= _CALLS else read_messages(source, table, lambda _: None)
    for record in records:
        yield replace(record, is_user_converted=True) if isinstance(record, Entry) else record
    if not table.has_number:
        yield Note(
            text="表里没有对方号码这一列（短信的号码在另一张表 handle 里），号码先空着：请连同 handle 表的 id 列一起导出，或直接收整份备份。"
        )
    yield Note(
        text="这是从数据库里另存的表，证明力不如整份备份：请保留原手机和备份，最好直接收备份文件夹或数据库文件。"
    )


def _titles(table: Iterable[Row]) -> tuple[int, dict[str, int]] | None:
    """(index of the row, the columns by their names) of the titles."""
    for index, row in zip(range(_TITLES_WITHIN), table, strict=False):
        names = [cell.strip().strip('"`[]').lower().rpartition(".")[2] for cell in row.cells]
        columns = {name: place for place, name in reversed(list(enumerate(names))) if name}
        is_calls = columns.keys() >= _CALLS and columns.keys() & {"zanswered", "zduration"}
        if is_calls or columns.keys() >= _MESSAGES:
            return index, columns
    return None


class _Exported:
    """Rows of an exported table, as the database would give them."""

    def __init__(self, titles: Mapping[str, int]) -> None:
        self._titles = titles
        self._whose = next((name for name in _WHOSE if name in titles), "")
        self._records: list[dict[str, object]] = []
        self._handles: dict[str, int] = {}
        self.wordless = 0
        self.has_number = bool(self._whose) or "zaddress" in titles

    def take(self, table: Iterable[Row]) -> Iterator[SetAside]:
        """Keeps the rows; those that do not tell which way it went are set aside."""
        for number, row in enumerate(table, 1):
            record = {
                name: _value(name, row.cells[place]) for name, place in self._titles.items() if place < len(row.cells)
            }
            if any(record.get(name) not in (0, 1) for name in _FLAGS if name in self._titles):
                yield SetAside(at=row.at, why="没有写是打进、收到的还是打出、发出的")
                continue
            known = record.get("rowid", record.get("z_pk"))
            record["rowid"] = known if isinstance(known, int) else number
            for name in ("date", "zdate"):
                record[name] = _since_2001(record.get(name))
            address = str(record.get(self._whose) or "")
            record["handle_id"] = self._handles.setdefault(address, len(self._handles) + 1)
            self.wordless += "text" in self._titles and not record.get("text")
            self._records.append(record)

    def rows(self, table: str, wanted: tuple[str, ...] = (), order: str = "rowid") -> Iterator[dict[str, object]]:
        """The rows of one table: this one, or the numbers that its rows name."""
        if table == "handle":
            yield from ({"rowid": place, "id": address} for address, place in self._handles.items())
        elif table in ("message", "ZCALLRECORD"):
            for record in self._records:
                yield {"rowid": record["rowid"], **{name: record.get(name.lower()) for name in wanted}}


def _value(name: str, written: str) -> object:
    """A cell as the database has it: words, a number, or nothing."""
    if name in _WORDS:
        return None if written.strip().lower() in _EMPTY else written
    plain = written.strip()
    try:
        return int(plain) if plain.lstrip("-").isdecimal() else float(plain) if "e" not in plain.lower() else plain
    except ValueError:
        return None if plain.lower() in _EMPTY else plain


def _since_2001(value: object) -> object:
    """Apple's time; Unix time in seconds, milli- or nanoseconds is told by its size (Apple's has it from 2032 on)."""
    if not isinstance(value, int | float):
        return value
    for low, scale in ((10**9, 1), (10**12, 1_000), (10**18, 1_000_000_000)):
        if low <= value < 4 * low:
            return value / scale - _UNIX_TO_APPLE
    return value
