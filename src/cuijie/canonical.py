"""One canonical encoding for whatever is hashed, signed, chained or compared.

JSON in UTF-8, keys sorted by code point, no blanks, no floats (money is fen, rates are strings), no
duplicate keys, instants as RFC 3339 in UTC.  ``decode(encode(x)) == x`` for every value it accepts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import msgspec

__all__ = ["CanonicalValue", "decode", "digest", "encode", "instant"]

_NO_SUCH = "canonical form has no {0}"
_written = msgspec.json.Encoder().encode  # each character to the byte as the standard library writes it
_AS_IS = frozenset({str, int, bool, type(None)})

CanonicalValue = None | bool | int | str | Sequence["CanonicalValue"] | Mapping[str, "CanonicalValue"]


def _plain(value: object) -> object:
    if type(value) in _AS_IS:
        return value
    match value:
        case str():
            return str.__str__(value)
        case int():
            return int(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError(_NO_SUCH.format("key that is not text"))
            return {key: _plain(value[key]) for key in sorted(value)}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_plain(item) for item in value]
        case _:
            raise TypeError(_NO_SUCH.format(type(value).__name__))


def instant(at: datetime) -> str:
    """*at* as RFC 3339 in UTC, to the microsecond where it has any; raises TypeError if it has no zone."""
    if at.tzinfo is None:
        raise TypeError(_NO_SUCH.format("instant without a zone"))
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def encode(value: object) -> bytes:
    """The canonical bytes of *value*; raises TypeError for floats, naive instants and unknown types."""
    return _written(_plain(value))


def decode(data: bytes) -> CanonicalValue:
    """The value whose canonical bytes are *data*; raises ValueError if they are not in canonical form."""
    try:
        value: CanonicalValue = json.loads(data)
        if encode(value) == data:
            return value
    except (TypeError, RecursionError) as error:  # a float; brackets without end
        raise ValueError("not in canonical form") from error
    raise ValueError("not in canonical form")


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in lower-case hex."""
    return hashlib.sha256(encode(value)).hexdigest()
