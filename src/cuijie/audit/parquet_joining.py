"""Parquet files of one schema put behind each other without reading a row: their bytes are copied, their footers joined.

A footer is Thrift in the compact protocol; it is read without knowing its schema, as numbers of fields and values, and only
the fields that hold places in the file are moved (``parquet.thrift`` of the Parquet format, FileMetaData).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cuijie.whole_files import whole_file

__all__ = ["join_parquet"]

_MAGIC = b"PAR1"
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_WHOLE, _LISTS, _BYTES = frozenset((_I16, _I32, _I64)), frozenset((_LIST, _SET)), frozenset((_TRUE, _FALSE, _BYTE))
_NUM_ROWS, _ROW_GROUPS = 3, 4  # of FileMetaData
_COLUMNS, _GROUP_OFFSET, _ORDINAL = 1, 5, 7  # of RowGroup
_CHUNK_OFFSET, _META, _INDEX_OFFSETS = 2, 3, (4, 6)  # of ColumnChunk
_META_OFFSETS = (9, 10, 11, 14)  # of ColumnMetaData: data, index and dictionary pages, bloom filter


@dataclass(slots=True)
class _Typed:
    """A value with its type; of a struct a dict by field, of a list the type of its items before them."""

    kind: int
    value: Any


class _Reader:
    """Reads values one after the other; a footer has tens of thousands, so the loops are written out."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def _varint(self) -> int:
        data, at = self._data, self._at
        found = data[at]
        at += 1
        if found >= 0x80:
            found, shift = found & 0x7F, 7
            while (byte := data[at]) >= 0x80:
                found |= (byte & 0x7F) << shift
                shift += 7
                at += 1
            found |= byte << shift
            at += 1
        self._at = at
        return found

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def value(self, kind: int) -> Any:
        """The value of this type that comes next."""
        if kind in _WHOLE:
            number = self._varint()
            return (number >> 1) ^ -(number & 1)
        if kind == _BINARY:
            return self._take(self._varint())
        if kind == _STRUCT:
            return self._struct()
        if kind in _LISTS:
            return self._list()
        if kind == _DOUBLE:
            return self._take(8)
        if kind in _BYTES:
            return self._take(1)[0]
        raise ValueError(f"parquet footer: type {kind}")

    def _list(self) -> tuple[int, list[Any]]:
        head = self._take(1)[0]
        size, inner = head >> 4, head & 0x0F
        size = self._varint() if size == 15 else size
        return inner, [self.value(inner) for _ in range(size)]

    def _struct(self) -> dict[int, _Typed]:
        fields: dict[int, _Typed] = {}
        number = 0
        data = self._data
        while head := data[self._at]:
            self._at += 1
            step, kind = head >> 4, head & 0x0F
            number = number + step if step else self.value(_I16)
            # a truth value of a field stands in its type
            fields[number] = _Typed(kind, None if kind <= _FALSE else self.value(kind))
        self._at += 1
        return fields


def _varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _signed(number: int) -> bytes:
    return _varint((number << 1) ^ (number >> 63))


def _written(kind: int, value: Any) -> bytes:
    if kind in {_TRUE, _FALSE, _BYTE}:
        return bytes([value])
    if kind in {_I16, _I32, _I64}:
        return _signed(value)
    if kind == _DOUBLE:
        return bytes(value)
    if kind == _BINARY:
        return _varint(len(value)) + bytes(value)
    if kind in {_LIST, _SET}:
        inner, items = value
        size = len(items)
        head = bytes([size << 4 | inner]) if size < 15 else bytes([0xF0 | inner]) + _varint(size)
        return head + b"".join(_written(inner, item) for item in items)
    return _struct(value)


def _struct(fields: dict[int, _Typed]) -> bytes:
    found, before = [], 0
    for number, typed in fields.items():
        step = number - before
        head = bytes([step << 4 | typed.kind]) if 0 < step < 16 else bytes([typed.kind]) + _signed(number)
        found.append(head if typed.value is None else head + _written(typed.kind, typed.value))
        before = number
    return b"".join(found) + b"\0"


def _footer(file: BinaryIO, path: Path) -> tuple[int, dict[int, _Typed]]:
    """Where the footer of a Parquet file begins, and the footer."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read()
    if tail[4:] != _MAGIC:
        raise ValueError(f"{path}: no Parquet file")
    start = size - 8 - int.from_bytes(tail[:4], "little")
    file.seek(start)
    fields: dict[int, _Typed] = _Reader(file.read(size - 8 - start)).value(_STRUCT)
    return start, fields


def _moved(group: dict[int, _Typed], by: int, ordinal: int) -> None:
    """Say of a row group that its bytes stand *by* further on, and that it is the group *ordinal* of its file."""
    _shift(group, (_GROUP_OFFSET,), by)
    if _ORDINAL in group:
        group[_ORDINAL].value = ordinal
        if ordinal > 0x7FFF:
            del group[_ORDINAL]
    for chunk in group[_COLUMNS].value[1]:
        _shift(chunk, (_CHUNK_OFFSET, *_INDEX_OFFSETS), by)
        _shift(chunk[_META].value, _META_OFFSETS, by)


def _shift(fields: dict[int, _Typed], numbers: Iterable[int], by: int) -> None:
    for number in numbers:
        if number in fields and fields[number].value > 0:
            fields[number].value += by


def join_parquet(paths: Iterable[Path], out: Path) -> None:
    """Write the rows of *paths*, at least one file, all of one schema, into *out*, whole or not at all."""
    whole, groups, rows = {}, [], 0  # type: dict[int, _Typed], list[Any], int
    with whole_file(out) as to:
        to.write(_MAGIC)
        for path in paths:
            with path.open("rb") as file:
                end, footer = _footer(file, path)
                by = to.tell() - len(_MAGIC)
                file.seek(len(_MAGIC))
                _copy(file, to, end - len(_MAGIC))
            whole = whole or footer
            rows += footer[_NUM_ROWS].value
            for group in footer[_ROW_GROUPS].value[1]:
                _moved(group, by, len(groups))
                groups.append(group)
        if not whole:
            raise ValueError("no Parquet files")
        whole[_NUM_ROWS].value, whole[_ROW_GROUPS].value = rows, (_STRUCT, groups)
        joined = _struct(whole)
        to.write(joined + len(joined).to_bytes(4, "little") + _MAGIC)


def _copy(source: BinaryIO, to: BinaryIO, size: int) -> None:
    while size:
        block = source.read(min(size, 1 << 22))
        if not block:
            raise ValueError("Parquet file cut short")
        to.write(block)
        size -= len(block)
