"""Contact records as JSON: a list, an object with ``contacts``, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, is_contact_log
from cuijie.intake.contact_kinds import channel_told, is_no_contact, named
from cuijie.intake.contact_lists.table import imply
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, IntakeError, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.titles import column_key

__all__ = ["KIND", "TITLE", "objects", "read", "sniff"]

KIND: Final = "contact_json"
TITLE: Final = "自己整理的联系记录（JSON）"

_DECODER: Final = json.JSONDecoder()
_FIELDS: Final = {column_key(word): field for field, words in COLUMN_NAMES.items() for word in words} | {
    "sender": "from_number", "day": "date", "ms": "occurred_at",
}  # fmt: skip


def _first_object(head: Head) -> Mapping[str, object] | None:
    """The first record of a JSON text as far as the head shows it (lists and ``contacts`` are looked into)."""
    text = head.data.decode(detect(head.data), "replace").lstrip("\ufeff \r\n\t")
    if text[:1] not in ("[", "{"):
        return None
    for start in (0, *(position for position, mark in enumerate(text[:20_000]) if mark == "{" and position)):
        try:
            value, _ = _DECODER.raw_decode(text, start)
        except ValueError:
            continue
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict) and (inner := _list_in(value)) is not None:
            value = inner[0] if inner else None
        if isinstance(value, dict):
            return value
    return None


def _list_in(value: Mapping[str, object]) -> list[object] | None:
    """The records in an object round them: under a usual name, or its only list of objects; also in an object in it."""
    inner = value.get("data") or value.get("result")
    if isinstance(inner, dict) and (within := _list_in(inner)) is not None:
        return within
    for key in ("contacts", "records", "data", "联系记录"):
        if isinstance(found := value.get(key), list):
            return found
    lists = [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
    return lists[0] if len(lists) == 1 else None


def objects(source: Source) -> Iterator[tuple[str, object]]:
    """(place, value) of each record.  Raises IntakeError for text that is no JSON at all."""
    decoded = decode_text(source.read_all())
    text = decoded.text.lstrip("\ufeff")
    try:
        value = msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        yield from _lines(text, source.name)
        return
    if isinstance(value, dict):
        inner = _list_in(value)
        value = [value] if inner is None else inner
    for number, record in enumerate(value if isinstance(value, list) else [value], 1):
        yield f"第 {number} 条", record


def _lines(text: str, name: str) -> Iterator[tuple[str, object]]:
    """One JSON value a line, or a list that was cut off: the whole values before the break."""
    body = text.lstrip()
    if body.startswith(("[", '{"contacts"')):
        yield from _cut_list(body[body.index("[") + 1 :])
        return
    any_good = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line.encode("utf-8", "replace"))
        except msgspec.DecodeError:
            if not any_good:
                raise IntakeError(
                    f"“{name}”不是完整的 JSON（第 {number} 行读不出）。", remedy="请重新导出一次。"
                ) from None
            yield f"第 {number} 行", None
            continue
        any_good = True
        yield f"第 {number} 行", value


def _cut_list(text: str) -> Iterator[tuple[str, object]]:
    position, number = 0, 0
    while position < len(text):
        while position < len(text) and text[position] in " \r\n\t,":
            position += 1
        if position < len(text) and text[position] == "]":
            return
        number += 1
        if position >= len(text):
            break
        try:
            value, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        yield f"第 {number} 条", value
    yield f"第 {number} 条", None


def sniff(head: Head) -> bool:
    """True if the first record has a time and says who or what."""
    record = _first_object(head)
    start = head.data[:2048].decode(detect(head.data[:2048]), "replace").lstrip("\ufeff \r\n\t")
    if start[:1] == "{" and re.search(r'"contacts"\s*:', start):
        return True
    if record is None:
        return False
    row = {field: _word(value) for key, value in record.items() if (field := _FIELDS.get(column_key(str(key))))}
    return is_contact_log(set(row)) and not _is_of_another_kind(row)


def _is_of_another_kind(row: Mapping[str, str]) -> bool:
    """True for a work order or the minutes of a meeting: a kind (报修) that is no contact's, and nobody's number or name."""
    is_anybodys = any(row.get(name) for name in ("contact_id", "recipient", "recipient_id", "caller", "duration_s"))
    kind = row.get("channel", "").strip()
    if not kind or is_anybodys or re.search(r"\d{5}", row.get("from_number", "")):
        return False
    return channel_told(named(row))[0] is None and not is_no_contact(named(row))


def read(source: Source) -> Iterator[Found]:
    """One entry for each record."""
    for at, record in objects(source):
        if not isinstance(record, dict):
            yield SetAside(at=at, why="这一条不是完整的 JSON 对象")
            continue
        row = {
            _FIELDS.get(column_key(str(key)), str(key)): _text(value)
            for key, value in record.items()
            if value is not None and not isinstance(value, list | dict)
        }
        imply(row, map(column_key, map(str, record)), is_list_of_texts=not {"duration_s", "minutes"} & row.keys())
        yield from entry_of(source, at, row, is_contact_record="contact_id" in record or "recipient_role" in record)


def _word(value: object) -> str:
    return "" if value is None or isinstance(value, list | dict) else _text(value)


def _text(value: object) -> str:
    match value:
        case True:
            return "true"
        case False:
            return "false"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case _:
            return str(value)
