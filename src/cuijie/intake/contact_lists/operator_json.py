"""Operators' lists as their web pages fetch them (JSON, also in a callback), and as services that collect them give them on.

Told by the fields that only such lists have.  Each record becomes a row under the titles of a downloaded list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cuijie.intake.contact_lists.operator_calls import NO_MISSED, ListReader, window_of
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, IntakeError, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row
from cuijie.intake.tables.titles import Header
from cuijie.records import Entry

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "operator_json"
TITLE: Final = "运营商网页里的详单（JSON）"

_Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _List:
    """One kind of list: the name of each of our columns in it; the first two and one of the others tell it."""

    columns: Mapping[str, str]
    words: Mapping[str, str]  # what stands for a way or a kind, in Chinese

    def fits(self, one: _Json) -> bool:
        return set(self.columns.values()) <= one.keys()


_WAYS: Final = {"DIAL": "主叫", "DIALED": "被叫", "SEND": "发送", "RECEIVE": "接收", "SMS": "短信", "MMS": "彩信"}
_LISTS: Final = (
    _List({"start": "startTime", "number": "anotherNm", "direction": "commMode", "duration": "commTime", "place": "commPlac"}, {}),
    _List({"start": "startTime", "number": "anotherNm", "direction": "commMode", "kind": "infoType"}, {}),
    _List({"day": "calldate", "start": "calltime", "number": "othernum", "direction": "calltypeName", "duration": "calllonghour"}, {}),
    _List({"day": "smsdate", "start": "smstime", "number": "othernum", "direction": "smstype"}, {"1": "接收", "2": "发送"}),
    _List({"start": "time", "number": "peer_number", "direction": "dial_type", "duration": "duration"}, _WAYS),
    _List({"start": "time", "number": "peer_number", "direction": "send_type", "kind": "msg_type"}, _WAYS),
)  # fmt: skip
_MARK: Final = re.compile(r'"(?:anotherNm|othernum|peer_number)"\s*:')
_DECODER: Final = json.JSONDecoder()
_FLAT: Final = re.compile(r'\{[^{}]*"(?:anotherNm|othernum|peer_number)"[^{}]*\}')  # a record holds no other
_CALLBACK: Final = re.compile(r"^\s*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_PARTING: Final = re.compile(r"[\s,;]*")
_MONTHS: Final = ("startDate", "endDate", "queryDateScope", "bill_month")  # what was asked for, beside the list


def sniff(head: Head) -> bool:
    """True for JSON, bare or in a callback, with the other side's number under such a list's name."""
    text = head.data[:32_768].decode(detect(head.data), "replace").lstrip("\ufeff \r\n\t")
    return re.match(r"[\[{]|[\w.$]+\s*\(\s*[\[{]", text) is not None and _MARK.search(text) is not None


def read(source: Source) -> Iterator[Found]:
    """Each call or text of every list in the file."""
    text = decode_text(source.read_all()).text.lstrip("\ufeff")
    listed_records, is_cut = _listed(text)
    if not listed_records and is_cut:
        raise IntakeError(
            f"“{source.name}”不是完整的 JSON，可能没有存全。",
            remedy="请在运营商网页上重新存一次，或下载 Excel 版详单。",
        )
    inferred = False
    for number, (asked, one) in enumerate(listed_records, 1):
        at = f"第 {number} 条"
        listed = next((one_list for one_list in _LISTS if one_list.fits(one)), None)
        if listed is None:
            yield SetAside(at=at, why="这一条缺少时间、号码或方式")
            continue
        cells = tuple(listed.words.get(written := str(one[name] or ""), written) for name in listed.columns.values())
        header = Header(0, {field: place for place, field in enumerate(listed.columns)}, width=len(cells))
        reader = ListReader(source, header, window_of(asked or source.name), None)
        taken = list(reader.take(Row(at, cells)))
        inferred = inferred or reader.inferred_year
        if not taken:
            yield SetAside(at=at, why="这一条没有对方号码，可能是套餐或合计")
        yield from (replace(found, is_user_converted=True) if isinstance(found, Entry) else found for found in taken)
    if is_cut:
        yield SetAside(
            at=f"第 {len(listed_records) + 1} 条", why="文件在这里断了，后面的没有读；请重新存一次再收，不会重复"
        )
    if inferred:
        yield Note(text="详单里的时间没有写年份，已按查询的月份补上。")
    yield NO_MISSED


def _listed(text: str) -> tuple[list[tuple[str, _Json]], bool]:
    """The records of the text, of several answers below each other too, and whether it breaks off: then those that are whole."""
    wrapped = _CALLBACK.match(text)
    rest = wrapped[1] if wrapped else text
    listed: list[tuple[str, _Json]] = []
    place = _between(rest, 0)
    while place < len(rest):
        try:
            value, end = _DECODER.raw_decode(rest, place)
        except (ValueError, RecursionError):
            whole = (_whole(found[0]) for found in _FLAT.finditer(rest, place))
            return [*listed, *(("", one) for one in whole if one is not None)], True
        listed += _records(value, "")
        place = _between(rest, end)
    return listed, False


def _between(text: str, place: int) -> int:
    """Where the next value begins behind *place*."""
    found = _PARTING.match(text, place)
    return found.end() if found else place


def _whole(written: str) -> _Json | None:
    try:
        value: object = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _records(value: object, asked: str) -> Iterator[tuple[str, _Json]]:
    """Each record in *value*, with what stands above it of the months that were asked for."""
    if isinstance(value, list):
        for one in value:
            yield from _records(one, asked)
    elif isinstance(value, dict):
        if {"anotherNm", "othernum", "peer_number"} & value.keys():
            yield asked, value
            return
        here = " ".join(str(value[name]) for name in _MONTHS if value.get(name))
        for one in value.values():
            yield from _records(one, f"查询 {here}" if here else asked)
