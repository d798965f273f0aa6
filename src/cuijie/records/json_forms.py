"""Records to and from JSON: strict, typed, with errors a user can act on."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from cuijie.errors import BadInput

__all__ = ["RecordError", "from_json", "from_plain", "to_json", "to_plain"]

_Record = TypeVar("_Record")


class RecordError(BadInput):
    """A record that does not have the agreed shape."""

    code = "RC-001"


def to_plain(record: object) -> object:
    """*record* as dicts, lists, text and numbers; instants as RFC 3339 text."""
    return msgspec.to_builtins(record)


def to_json(record: object) -> bytes:
    """*record* as JSON bytes (key order is that of the fields)."""
    return msgspec.json.encode(record)


def from_plain(value: object, kind: type[_Record], *, where: str) -> _Record:
    """The record of type *kind* in *value* (dicts and lists); *where* names it in errors.

    Unknown values must be null or left out; an instant must carry a zone.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise RecordError(f"{where}：{error}", remedy="请对照文档里的列名与取值修改这一处。") from error


def from_json(data: bytes, kind: type[_Record], *, where: str) -> _Record:
    """The record of type *kind* in the JSON bytes *data*."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"{where}：{error}", remedy="请对照文档里的列名与取值修改这一处。") from error
