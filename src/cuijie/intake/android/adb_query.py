"""``adb shell content query`` of the call log and of SMS: one row a record, nothing escaped.

A body may hold ``, ``, ``=``, line breaks and even a line that looks like the next row, so a row begins only with
the expected number and the table's first column, and inside a row only known column names divide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import dropwhile
from typing import Final

from cuijie.intake.android.phone_rows import call_entry, sms_entry
from cuijie.intake.encoding import detect, open_text
from cuijie.intake.found import Card, Found, IntakeError, Note, SetAside
from cuijie.intake.iphone.contacts import person_of_card
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "adb_query"
TITLE: Final = "用数据线（adb）导出的通话记录或短信"

_ROW: Final = re.compile(r"Row: (\d+) (\w+)=")
_COLUMN: Final = re.compile(r"(?:^Row: \d+ |, )(\w+)=")
_CONSOLE: Final = (
    re.compile(  # what a command window shows around the rows: its prompt, the command, adb's own messages
        r"\s*$|\* daemon |Microsoft Windows \[|(?:\(c\)|©|版权所有).*Microsoft|(?:Windows )?PowerShell\b"
        r"|(?:PS )?[A-Z]:\\[^>\n]*>|[^\s=]*[$#]\s*(?:$|adb )|.*\bcontent query\b"
    )
)
_EMPTY: Final = "No result found."
_TAIL_NAMES: Final = (
    "_id thread_id address person date date_sent protocol read status type reply_path_present subject locked error_code "
    "sub_id creator seen priority sim_id block_type deleted sync_state timed phone_id group_id network_type"
)
_TAIL_COLUMNS: Final = frozenset(_TAIL_NAMES.split())  # may follow a body where service_center was not asked for
_KEPT_AMONG_CALLS: Final = {"200": "彩信", "300": "短信"}  # a maker's column ``logtype``
_MARK_COLUMNS: Final = (
    "geocoded_location",
    "cloud_antispam_type_tag",
    "firewalltype",
    "mark_type",
    "mark_content",
    "call_screening_app_name",
)


def sniff(head: Head) -> bool:
    """True for ``Row: 0 _id=…`` text, for its empty answer and for the provider's error text."""
    text = head.data[:8192].decode(detect(head.data[:8192]), "replace").lstrip("\ufeff \r\n\t")
    text = "\n".join(dropwhile(_is_console, text.splitlines()))
    if re.match(r"No result found\.\s*$", text[:40]) and head.size < 200:
        return True
    return bool(re.match(r"Row: \d+ \w+=", text)) or text.startswith("Error while accessing provider")


def read(source: Source) -> Iterator[Found]:
    """Each row as a call or a text.  Raises IntakeError for an empty answer and for a refusal by the phone."""
    data = source.head().data
    with source.open() as stream:
        text, encoding = open_text(stream, data)
        if encoding.startswith("utf-16"):
            yield Note(text="文字编码是 UTF-16（Windows PowerShell 的输出），已按它读取。")
        lost = False
        all_names: set[str] = set()  # every row of a query has the same columns
        for number, columns, line, is_open in _records(text, source.name):
            values = _split(columns)
            if is_open and not all_names <= values.keys():
                yield SetAside(
                    at=f"第 {line} 行（Row {number}）", why="文件在这一行中间断了，没有收；请重新导出一次再收，不会重复"
                )
                continue
            all_names = all_names or set(values)
            lost = lost or "\ufffd" in (values.get("body") or "") or "??" in (values.get("name") or "")
            yield _found(source, values, number, line)
        if lost:
            yield Note(
                text="有些文字在导出时已经坏了（变成问号或�），多半是命令窗口的编码不对；请在 UTF-8 的窗口里重新导出。"
            )


def _found(source: Source, values: dict[str, str | None], number: int, line: int) -> Found:
    is_sms = "body" in values
    if (kept := _KEPT_AMONG_CALLS.get(values.get("logtype") or "")) is not None:
        return SetAside(
            at=f"第 {line} 行（Row {number}）", why=f"三星把{kept}也记在通话记录里：这一行是{kept}，不是通话"
        )
    if "display_name" in values and "date" not in values:
        person = person_of_card(values["display_name"], [values.get("data1") or values.get("number") or ""])
        return (
            SetAside(at=f"第 {line} 行（Row {number}）", why="既没有姓名也没有电话号码")
            if person is None
            else Card(person=person)
        )
    if not is_sms and "number" not in values and "duration" not in values:
        why = (
            "这是彩信，号码和内容不在这张表里，没有读；请用短信备份应用导出 XML，或截图"
            if "msg_box" in values
            else "这一行既没有号码也没有短信内容，可能是查询时没有选这些列"
        )
        return SetAside(at=f"第 {line} 行（Row {number}）", why=why)
    at = f"row:{number}"
    made = sms_entry(source, at, values) if is_sms else call_entry(source, at, values, _MARK_COLUMNS)
    if isinstance(made, When):
        why = f"时间写的是“{made.raw[:40]}”，读不出" if made.raw else "没有时间这一列"
        return SetAside(at=f"第 {line} 行（Row {number}）", why=why)
    return made


def _is_console(line: str) -> bool:
    return _CONSOLE.match(line) is not None


def _opening(line: str) -> list[str]:
    """The first columns of a row, up to the words of a text: those may hold what looks like a column."""
    columns = _COLUMN.findall(line)[:3]
    return columns[: columns.index("body") + 1] if "body" in columns else columns


def _records(lines: Iterator[str], name: str) -> Iterator[tuple[int, str, int, bool]]:
    """(number, text after ``Row: N ``, line, whether the text ends in it) of each row, bodies with line breaks put together."""
    first_column: str | None = None
    opening: list[str] = []  # the first columns of this phone: a line inside a body rarely copies them too
    expected, began = 0, 0
    parts: list[str] = []
    raw, line_number = "\n", 0
    for line_number, raw in enumerate(lines, 1):
        line = raw.rstrip("\r\n").lstrip("\ufeff")
        if first_column is None:
            if line.startswith("Error while accessing provider"):
                raise IntakeError(
                    f"“{name}”里不是数据，是手机拒绝读取的提示。",
                    remedy="请在手机上允许 USB 调试的读取权限，或改用短信备份应用导出。",
                )
            if line.strip() == _EMPTY:
                raise IntakeError(f"“{name}”是一次没有结果的查询。", remedy="请检查查询条件里的号码和时间。")
        found = _ROW.match(line)
        if found and (
            first_column is None or (int(found[1]) == expected and _COLUMN.findall(line)[: len(opening)] == opening)
        ):
            if parts:
                yield expected - 1, _joined(parts), began, False
            if first_column is None:
                first_column, expected = found[2], int(found[1])
                opening = _opening(line)
            expected += 1
            parts, began = [line[line.index(" ", 5) + 1 :]], line_number
        elif parts:
            parts.append(line)
    while len(parts) > 1 and _is_console(parts[-1]):
        parts.pop()
    is_open = not raw.endswith(("\r", "\n"))
    begins_next = is_open and parts[1:] and parts[-1].startswith(f"Row: {expected} {first_column}=")
    if begins_next:
        parts.pop()
    if parts:
        yield expected - 1, _joined(parts), began, is_open and not begins_next
    if begins_next:
        yield expected, "", line_number, True


def _joined(parts: list[str]) -> str:
    """The lines of a row; empty ones at its end are line breaks doubled on the way."""
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return "\n".join(parts)


_DIVIDER: Final = re.compile(r"(?:^|, )(\w+)=")
_Cut = tuple[str, int, int]  # name, where its divider begins, where its value begins


def _split(columns: str) -> dict[str, str | None]:
    """The columns of one row; what stands between ``body=`` and the columns that follow it is the body."""
    cuts: list[_Cut] = [(found[1], found.start(), found.end()) for found in _DIVIDER.finditer(columns)]
    names = [name for name, _, _ in cuts]
    if "body" in names:
        first = names.index("body")
        before = set(names[:first])  # no column comes twice: what looks like one of these is words of the body
        cuts = [*cuts[: first + 1], *_after_body(columns, [cut for cut in cuts[first + 1 :] if cut[0] not in before])]
    values: dict[str, str | None] = {}
    for position, (name, _, end) in enumerate(cuts):
        stop = cuts[position + 1][1] if position + 1 < len(cuts) else len(columns)
        value = columns[end:stop]
        if name not in values:
            values[name] = None if value == "NULL" else value
    return values


def _after_body(columns: str, cuts: list[_Cut]) -> list[_Cut]:
    """The columns that really follow the body: from the last ``service_center`` on, and the known short ones before it."""
    last = {name: position for position, (name, _, _) in enumerate(cuts)}
    start = last.get("service_center", len(cuts))
    kept = cuts[start:]
    stop = kept[0][1] if kept else len(columns)
    for name, begin, end in reversed(cuts[:start]):
        value = columns[end:stop]
        if name not in _TAIL_COLUMNS or "\n" in value or len(value) > 120 or name in {cut[0] for cut in kept}:
            break
        kept.insert(0, (name, begin, end))
        stop = begin
    return kept
