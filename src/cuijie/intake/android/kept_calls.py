"""The call log in an ``.ab`` made with ``adb backup -keyvalue``: one record a call, under its number as the key.

A file of records (little-endian: mark ``Data``, two sizes, key, value, each padded to four bytes); the value is the
system's own form of a call (big-endian), whose beginning has been the same in every version.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from cuijie.intake.android.phone_rows import call_entry
from cuijie.intake.found import Found, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.written import When

__all__ = ["FILE", "calls"]

FILE: Final = "com.android.calllogbackup.data"
_MARK: Final = b"Data"
_HEAD: Final = struct.Struct("<4sIi")  # mark, sizes of key and value; a size of -1 is a call taken away
_FIXED: Final = struct.Struct(">iqq")  # version, milliseconds, seconds
_KINDS: Final = struct.Struct(">ii")  # type, presentation


def calls(source: Source, data: bytes) -> Iterator[Found]:
    """Each call of the file; a record that breaks off is set aside, and the reading ends there."""
    place, number = 0, 0
    while place < len(data):
        number += 1
        at = f"calllog:{number}"
        try:
            mark, key_size, size = _HEAD.unpack_from(data, place)
            begin = _padded(place + _HEAD.size + key_size + 1)
            if mark != _MARK or begin + max(size, 0) > len(data):
                raise ValueError
            place = _padded(begin + max(size, 0))
            row = _row(data[begin : begin + size]) if size >= 0 else None
        except (ValueError, IndexError, struct.error):
            yield SetAside(at=at, why="通话记录在这里断了或损坏，后面的没有读")
            return
        if row is None:
            continue
        made = call_entry(source, at, row)
        yield SetAside(at=at, why=f"时间写的是“{made.raw}”，读不出") if isinstance(made, When) else made


def _padded(place: int) -> int:
    return -(-place // 4) * 4


def _row(value: bytes) -> dict[str, str | None]:
    """The call in Android's column names."""
    _, date, duration = _FIXED.unpack_from(value)
    number, place = _text(value, _FIXED.size)
    kind, presentation = _KINDS.unpack_from(value, place)
    return {
        "date": str(date), "duration": str(duration), "number": number, "type": str(kind), "presentation": str(presentation),
    }  # fmt: skip


def _text(value: bytes, place: int) -> tuple[str | None, int]:
    """A text that may be missing, and the place behind it."""
    if not value[place]:
        return None, place + 1
    (size,) = struct.unpack_from(">H", value, place + 1)
    begin = place + 3
    if begin + size > len(value):
        raise ValueError
    return value[begin : begin + size].decode("utf-8", "replace"), begin + size
