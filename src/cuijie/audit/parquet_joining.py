"""Parquet files of one schema put behind each other without reading a row: their bytes are copied, their footers joined.

A footer is Thrift in the compact protocol.  It is gone through without knowing its schema, as numbers of fields and values,
and copied but for the fields that tell of places in the file (``parquet.thrift`` of the Parquet format, FileMetaData).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cuijie.whole_files import whole_file

__all__ = ["join_parquet"]

_MAGIC = b"PAR1"
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_MOST_ORDINAL = 0x7FFF

_Wanted = Mapping[int, "str | _Wanted"]
_PLACE, _ORDINAL, _ROWS, _GROUPS = "place", "ordinal", "rows", "groups"
_META: _Wanted = dict.fromkeys((9, 10, 11, 14), _PLACE)  # of ColumnMetaData: data, index, dictionary; bloom filter
_CHUNK: _Wanted = {2: _PLACE, 3: _META, 4: _PLACE, 6: _PLACE}  # of ColumnChunk: the last two its indexes
_GROUP: _Wanted = {1: _CHUNK, 5: _PLACE, 7: _ORDINAL}  # of RowGroup, whose last field is the ordinal
_FILE: _Wanted = {3: _ROWS, 4: _GROUPS}  # of FileMetaData


class _Cut(NamedTuple):
    """A field that is written anew: its head, its value and its end in the bytes of the footer, and the number it holds.

    Of the row groups: the head of their list, the first of them, the end of the last, and how many they are.
    """

    what: str
    head: int
    value: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class _Footer:
    """A footer, the fields of its row groups that are written anew, and those beside them."""

    start: int  # in the file
    data: bytes
    cuts: list[_Cut]
    rows: _Cut
    groups: _Cut

    def moved(self, by: int, before: int) -> bytes:
        """The row groups, as they stand *by* further on with *before* groups ahead of them."""
        pieces, at = [], self.groups.value
        for what, head, value, end, number in self.cuts:
            if what == _PLACE:
                begin, new = value, _signed(number + by) if number > 0 else self.data[value:end]
            elif number + before <= _MOST_ORDINAL:
                begin, new = value, _signed(number + before)
            else:
                begin, new = head, b""
            pieces += [self.data[at:begin], new]
            at = end
        return b"".join([*pieces, self.data[at : self.groups.end]])


def _varint_at(data: bytes, at: int) -> tuple[int, int]:
    """The number at *at*, and its end."""
    found = shift = 0
    while (byte := data[at]) >= 0x80:
        found |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    return found | byte << shift, at + 1


def _signed_at(data: bytes, at: int) -> tuple[int, int]:
    number, at = _varint_at(data, at)
    return (number >> 1) ^ -(number & 1), at


def _list_at(data: bytes, at: int) -> tuple[int, int, int]:
    """Of the list at *at*: how long it is, the type of its items, and where they begin."""
    size, inner = data[at] >> 4, data[at] & 0x0F
    size, at = _varint_at(data, at + 1) if size == 15 else (size, at + 1)
    return size, inner, at


def _past_struct(data: bytes, at: int, wanted: _Wanted, cuts: list[_Cut]) -> int:
    """The end of the struct at *at*; what is *wanted* of it is put to *cuts*."""
    number = 0
    while head := data[at]:
        begin, kind, at = at, head & 0x0F, at + 1
        step = head >> 4
        number, at = (number + step, at) if step else _signed_at(data, at)
        if kind <= _FALSE:  # a truth value of a field stands in its type
            continue
        what = wanted.get(number) if wanted else None
        if not isinstance(what, str):
            at = _past(data, at, kind, what or {}, cuts)
        elif what == _GROUPS:
            size, _, first = _list_at(data, at)
            end = _past(data, at, kind, _GROUP, cuts)
            cuts.append(_Cut(what, at, first, end, size))
            at = end
        else:
            found, end = _signed_at(data, at)
            cuts.append(_Cut(what, begin, at, end, found))
            at = end
    return at + 1


def _past(data: bytes, at: int, kind: int, wanted: _Wanted, cuts: list[_Cut]) -> int:
    """The end of the value of this type at *at*; *wanted* is of the struct that it is, or of each in its list."""
    if _I16 <= kind <= _I64:
        while data[at] >= 0x80:
            at += 1
        return at + 1
    if kind == _BINARY:
        size, at = _varint_at(data, at)
        return at + size
    if kind == _STRUCT:
        return _past_struct(data, at, wanted, cuts)
    if kind in (_LIST, _SET):
        size, inner, at = _list_at(data, at)
        for _ in range(size):
            at = _past(data, at, inner, wanted, cuts)
        return at
    if kind == _DOUBLE:
        return at + 8
    if kind <= _BYTE:
        return at + 1
    raise ValueError(f"parquet footer: type {kind}")


def _varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _signed(number: int) -> bytes:
    return _varint((number << 1) ^ (number >> 63))


def _footer(file: BinaryIO, path: Path) -> _Footer:
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read()
    if tail[4:] != _MAGIC:
        raise ValueError(f"{path}: no Parquet file")
    start = size - 8 - int.from_bytes(tail[:4], "little")
    file.seek(start)
    data, cuts = file.read(size - 8 - start), []  # type: bytes, list[_Cut]
    _past_struct(data, 0, _FILE, cuts)
    if not cuts or (cuts[0].what, cuts[-1].what) != (_ROWS, _GROUPS):
        raise ValueError(f"{path}: no footer of a Parquet file")
    return _Footer(start, data, cuts[1:-1], rows=cuts[0], groups=cuts[-1])


def join_parquet(paths: Iterable[Path], out: Path) -> None:
    """Write the rows of *paths*, at least one file, all of one schema, into *out*, whole or not at all."""
    first, moved, rows, groups = None, [], 0, 0  # type: _Footer | None, list[bytes], int, int
    with whole_file(out) as to:
        to.write(_MAGIC)
        for path in paths:
            with path.open("rb") as file:
                footer = _footer(file, path)
                by = to.tell() - len(_MAGIC)
                file.seek(len(_MAGIC))
                _copy(file, to, footer.start - len(_MAGIC))
            first = first or footer
            moved.append(footer.moved(by, groups))
            rows += footer.rows.number
            groups += footer.groups.number
        if not first:
            raise ValueError("no Parquet files")
        head = bytes([groups << 4 | _STRUCT]) if groups < 15 else bytes([0xF0 | _STRUCT]) + _varint(groups)
        before = [first.data[: first.rows.value], _signed(rows), first.data[first.rows.end : first.groups.head], head]
        joined = b"".join([*before, *moved, first.data[first.groups.end :]])
        to.write(joined + len(joined).to_bytes(4, "little") + _MAGIC)


def _copy(source: BinaryIO, to: BinaryIO, size: int) -> None:
    while size:
        block = source.read(min(size, 1 << 22))
        if not block:
            raise ValueError("Parquet file cut short")
        to.write(block)
        size -= len(block)
