"""Xiaomi's own files in a local backup (``miui_bak/_tmp_bak``): texts, the call log, the address book.

Xiaomi tells nothing of them.  Public parsers, and a real backup of MIUI 12 that one of them is tested with, agree on
protobuf with these fields: texts in 4.1 (3 type, 4 address, 5 subject, 6 body, 7 date in ms, 11 sent, 12 centre), calls in
2.1 (3 number, 4 date in ms, 5 seconds, 6 type), people in 1.2 (5.1 name, 6.1 number); type as in Android.  A file
that does not fit gives nothing; picture messages (9) are told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cuijie.intake.android.phone_rows import call_entry, sms_entry
from cuijie.intake.found import Card, Found, Note, SetAside
from cuijie.intake.iphone.contacts import person_of_card
from cuijie.intake.source import Source
from cuijie.intake.times.written import When

__all__ = ["FILE", "records"]

FILE: Final = "/miui_bak/_tmp_bak"

_TEXTS, _CALLS, _PEOPLE, _PICTURES = 4, 2, 1, 9
_TEXT: Final = {3: "type", 4: "address", 5: "subject", 6: "body", 7: "date", 11: "date_sent", 12: "service_center"}
_CALL: Final = {3: "number", 4: "date", 5: "duration", 6: "type"}
_Field = tuple[int, int | bytes]


def records(source: Source, data: bytes) -> Iterator[Found]:
    """Each record of *data*, the file's bytes; nothing where they are of another form."""
    try:
        top = [field for field in _fields(data) if isinstance(field[1], bytes)]
        inner = [(number, _fields(value)) for number, value in top if isinstance(value, bytes)]
    except ValueError:
        return
    place = 0
    for number, fields in inner:
        for key, value in fields:
            if isinstance(value, bytes) and key == (2 if number == _PEOPLE else 1) and number != _PICTURES:
                place += 1
                yield _record(source, number, f"record:{place}", value)
        if number == _PICTURES:
            yield Note(text=f"另有 {len(fields)} 条彩信没有读，请用短信备份应用（导出 XML）再备份一次。")


def _record(source: Source, group: int, at: str, data: bytes) -> Found:
    made: Found | When | None = None
    try:
        if group == _PEOPLE:
            made = _card(data)
        elif group in (_TEXTS, _CALLS):
            row = _row(data, _TEXT if group == _TEXTS else _CALL)
            made = sms_entry(source, at, row) if group == _TEXTS else call_entry(source, at, row)
    except ValueError:
        made = None
    return SetAside(at=at, why="这一条和已知的小米备份格式对不上") if made is None or isinstance(made, When) else made


def _row(data: bytes, names: dict[int, str]) -> dict[str, str | None]:
    """The named fields of one record as text."""
    return {
        names[number]: value.decode("utf-8") if isinstance(value, bytes) else str(value)
        for number, value in _fields(data)
        if number in names
    }


def _card(data: bytes) -> Card | None:
    parts = [
        (number, dict(_fields(value)))
        for number, value in _fields(data)
        if isinstance(value, bytes) and number in (5, 6)
    ]
    written = [(number, value.decode("utf-8")) for number, inner in parts if isinstance(value := inner.get(1), bytes)]
    name = next((value for number, value in written if number == 5), None)
    person = person_of_card(name, [value for number, value in written if number == 6])
    return None if person is None else Card(person=person)


def _fields(data: bytes) -> list[_Field]:
    """(number, value) of each field of a protobuf message.  Raises ValueError for bytes that are none."""
    found: list[_Field] = []
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        number, form = key >> 3, key & 7
        value: int | bytes
        if form == 0:
            value, place = _varint(data, place)
        elif form == 2:
            size, place = _varint(data, place)
            value, place = data[place : place + size], place + size
        elif form in (1, 5):
            size = 8 if form == 1 else 4
            value, place = data[place : place + size], place + size
        else:
            raise ValueError(f"field form {form}")
        if not number or place > len(data):
            raise ValueError("cut off")
        found.append((number, value))
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """The number at *place*, seven bits a byte, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("cut off")
