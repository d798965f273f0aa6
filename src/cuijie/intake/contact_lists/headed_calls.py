"""Call lists in parts headed 未接来电, 已接来电, 已拨电话, as feature phones and their makers' tools write them.

A record is a number with a time, on one line or several, with or without 号码： and 时间： before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cuijie.intake.tables.reading import Row
from cuijie.intake.vocabulary import channel_of, direction_of, duration_of
from cuijie.records.numbers import classify, normalise

__all__ = ["under_headings"]

_AROUND: Final = re.compile(
    r"^[\s\W_]+|[\s\W_]*(?:[(（\[]?\s*(?:共\s*)?\d{1,4}\s*[条个次]?\s*[)）\]]?)?[\s\W_]*$"
)  # ==【未接来电】(3)==
_OF_PHONES: Final = {
    **dict.fromkeys(("已接来电", "已接电话", "已接", "已接听", "已接号码", "接听", "received calls", "answered calls"), "已接来电"),
    **dict.fromkeys(("已拨电话", "已拨号码", "已拨", "拨出", "去电", "dialled calls", "dialed calls", "outgoing calls"), "已拨电话"),
    **dict.fromkeys(("未接来电", "未接电话", "未接", "未接号码", "missed calls"), "未接来电"),
    **dict.fromkeys(("拒接来电", "拒接电话", "已拒接", "拒接", "rejected calls"), "拒接"),
}  # fmt: skip
_LISTED: Final = re.compile(r"^\s*(?:\d{1,3}\s*[.、)）]|[-*•·])\s*(?=\S)")
_LABEL: Final = re.compile(
    r"(?:电话号码|来电号码|对方号码|号码|电话|姓名|名称|联系人|日期|时间|通话时长|通话时间|时长)\s*[:：]\s*"
)
_TIME: Final = re.compile(
    r"20\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[\s,，T]*(?:(?:星期|周)[一二三四五六日天]\s*)?"
    r"(?:凌晨|早上|上午|中午|下午|晚上)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*[AaPp][Mm])?"
)
_GROUPED: Final = re.compile(r"(?<![\d:：])\+?\d(?:[ -]?\d){3,20}(?![\d:：])")
_WHOLE: Final = re.compile(
    r"(?<!\S)\+?\d[\d-]{6,20}(?!\S)"
)  # 17000001188 65 is a number and a length, 170 0000 1188 a number
_SHORT: Final = re.compile(r"(?<!\S)\d{3,6}(?!\S)")
_KNOWN: Final = frozenset({"mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign"})


def under_headings(table: Sequence[Row]) -> Sequence[Row]:
    """One row a record (number, name, time, kind, length) of a list in two headed parts or more; any other as it is."""
    headings = [_heading(row) for row in table]
    if len(set(headings) - {""}) < 2:
        return table
    return list(_records(zip(table, headings, strict=True)))


def _heading(row: Row) -> str:
    """The kind that a line holding nothing else says; empty for any other line."""
    filled = [cell for cell in row.cells if cell.strip()]
    word = _AROUND.sub("", filled[0]).strip().lower() if len(filled) == 1 else ""
    return _OF_PHONES.get(re.sub(r"\s+", " ", word), "")


def _records(lines: Iterable[tuple[Row, str]]) -> Iterator[Row]:
    kind, at = "", ""
    held: dict[str, str] = {}
    is_named_first: bool | None = None  # a name on a line of its own stands above its number, as the first one does
    for row, heading in lines:
        told = {} if heading else _told(" ".join(row.cells))
        is_name = told.keys() == {"name"}
        if told and kind and is_named_first is None:
            is_named_first = is_name
        if held and (heading or any(name in held for name in told) or (is_name and is_named_first and "time" in held)):
            yield _row(at, held, kind)
            held = {}
        kind = heading or kind
        if heading or not told or not kind:
            continue
        at = at if held else row.at
        held |= told
    if held:
        yield _row(at, held, kind)


def _told(line: str) -> dict[str, str]:
    """What a line tells of a call, by name; empty for a blank one."""
    line = _LABEL.sub(" ", _LISTED.sub("", line, count=1))
    told: dict[str, str] = {}
    if timed := _TIME.search(line):
        told["time"], line = timed[0], f"{line[: timed.start()]}  {line[timed.end() :]}"
    for found in (*_WHOLE.finditer(line), *_GROUPED.finditer(line), *_SHORT.finditer(line)):
        number = normalise(found[0])
        if number is not None and classify(number) in _KNOWN:
            told["number"], line = found[0], f"{line[: found.start()]}  {line[found.end() :]}"
            break
    for piece in filter(None, re.split(r"[\s,，;；|]+", line)):
        is_length = duration_of(piece) is not None and any(map(str.isdigit, piece))
        is_kind = channel_of(piece)[0] is not None and direction_of(piece) is not None
        if not is_kind and len(piece) > 1 - is_length:
            told.setdefault("length" if is_length else "name", piece)
    return told


def _row(at: str, held: dict[str, str], kind: str) -> Row:
    cells = (held.get("number", ""), held.get("name", ""), held.get("time", ""), kind, held.get("length", ""))
    return Row(at, tuple(filter(None, cells)))
