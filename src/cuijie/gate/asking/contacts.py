"""A contact as the gate holds it, and the ordinary ask read in one step.

The gate makes a contact for every ask, changes a little of it and forgets it.  As a struct with the columns of
``ContactRecord`` that costs a tenth of what a dataclass costs; whoever reads columns cannot tell the two apart, so
both go by the name of ``ContactRecord`` here, and only ``changed`` must be used in place of ``dataclasses.replace``.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Protocol, cast, get_type_hints

import msgspec
from msgspec import Meta

from cuijie.records import COLUMNS, ContactRecord
from cuijie.records.contact import Direction, TimePrecision

__all__ = [
    "DIRECTION",
    "ID_COLUMNS",
    "INVISIBLE",
    "LONGEST_CALL_S",
    "LONGEST_ID",
    "LONGEST_TEXT",
    "MOST_COUNT",
    "PRECISION",
    "YEARS",
    "changed",
    "contact_and_key",
    "contact_in",
    "has_invisible",
    "ids_of",
    "values_of",
]

LONGEST_ID = 256
"""Characters of an id."""
LONGEST_CALL_S = 86_400
"""Seconds of a call."""
LONGEST_TEXT = 20_000
"""Characters of a text."""
MOST_COUNT = 1000
"""Contacts that one record may stand for."""
YEARS = range(1980, 2201)
"""Outside of these a time is a slip of the pen."""
INVISIBLE = (
    "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb"
    "\U000e0000-\U000e0fff"  # as they are: above the basic plane no way to write them is common to all readers
)
"""Characters that nobody sees, as a regular expression has them: two ids that look alike would be counted apart."""
has_invisible = re.compile(f"[{INVISIBLE}]").search
"""Whether an id holds any of them."""
ID_COLUMNS = tuple(c.name for c in COLUMNS if c.type == "string" and not c.values and c.name != "text")
"""The columns that hold an id."""
ids_of = attrgetter(*ID_COLUMNS)
"""A contact's ids, in their order."""
DIRECTION: Direction = "outbound"
"""The gate is asked before somebody is called or written to."""
PRECISION: TimePrecision = "second"
"""A time written out is meant: midnight sharp is no bare date."""
_NARROWED: dict[str, object] = {
    **dict.fromkeys(ID_COLUMNS, Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)] | None),
    "text": Annotated[str, Meta(max_length=LONGEST_TEXT)] | None,
    "occurred_at": Annotated[datetime, Meta(tz=True)] | None,
    "count": Annotated[int, Meta(ge=1, le=MOST_COUNT)] | None,
    "duration_s": Annotated[int, Meta(ge=0, le=LONGEST_CALL_S)] | None,
}
_KEY = r"^[!-~]{1,200}\Z"  # any other is read in steps
_TYPES = get_type_hints(ContactRecord) | _NARROWED
_FIELDS: list[tuple[str, Any, Any]] = [(column.name, _TYPES[column.name], None) for column in COLUMNS]


class _Read(Protocol):
    """A struct just read: all its columns are None where nothing was said, and some are filled in."""

    contact_id: str | None
    channel: str | None
    occurred_at: datetime | None
    direction: Direction | None
    time_precision: TimePrecision | None
    count: int | None
    idempotency_key: str | None


_Contact = msgspec.defstruct("_Contact", _FIELDS, forbid_unknown_fields=True, gc=False)
_Ask = msgspec.defstruct(
    "_Ask", [("idempotency_key", Annotated[str, Meta(pattern=_KEY)] | None, None)], bases=(_Contact,), gc=False
)
_decode = cast("msgspec.json.Decoder[_Read]", msgspec.json.Decoder(_Ask)).decode
_by_name = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_values = attrgetter(*(column.name for column in COLUMNS))
_all = msgspec.structs.astuple
_TEXTS = (*(place for place, column in enumerate(COLUMNS) if column.type in ("string", "timestamp")), len(COLUMNS))
_texts = itemgetter(*_TEXTS)  # what JSON writes between quotation marks; the key stands last


def changed(contact: ContactRecord, columns: Mapping[str, object]) -> ContactRecord:
    """*contact* with these columns instead of its own."""
    own = contact if isinstance(contact, _Contact) else _Contact(*_values(contact))
    return cast("ContactRecord", msgspec.structs.replace(own, **columns))


def values_of(contact: ContactRecord) -> tuple[object, ...]:
    """What its columns hold, in their order."""
    if isinstance(contact, _Contact):
        return _all(contact)[: len(_FIELDS)]
    return cast("tuple[object, ...]", _values(contact))


def contact_in(columns: dict[str, object]) -> ContactRecord | None:
    """The contact that *columns* tell of, which it may change; None if there is anything to mend or to refuse."""
    columns.setdefault("count", 1)
    try:
        found = cast("_Read", msgspec.convert(columns, _Contact))
    except msgspec.ValidationError:
        return None
    if not found.contact_id or not _is_ordinary(found):
        return None
    return msgspec.convert(_filled(found), ContactRecord, from_attributes=True)


def contact_and_key(data: bytes, key: str | None) -> tuple[ContactRecord, str] | None:
    """The contact that the JSON *data* tells of flat, and its idempotency key: *key*, or the one told, or ``contact_id``.

    None if it is no ordinary ask: then it is read in steps, which mend, and find the words for what is refused.
    """
    if b"\\" in data:
        return None
    try:
        found = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not _each_once(found, data) or not _is_ordinary(found):
        return None
    if (found.count is None and b'"count"' in data) or None not in (key, found.idempotency_key):
        return None
    found.count = found.count or 1
    key = key or found.idempotency_key or found.contact_id or secrets.token_hex(16)
    found.contact_id = found.contact_id or key
    return _filled(found), key


def _each_once(found: _Read, data: bytes) -> bool:
    """Whether *data*, in which nothing is escaped, has no name twice.

    Every name and every text stands between two quotation marks, so whatever the decoder dropped shows in their number.
    """
    told = _all(cast("msgspec.Struct", found))
    names = len(told) - told.count(None)
    texts: int = len(_TEXTS) - _texts(told).count(None)
    marks: int = data.count(b'"')
    if marks != 2 * (names + texts):  # columns that are null are names too
        by_name = _by_name(data)
        names, texts = len(by_name), sum(bytes(value).startswith(b'"') for value in by_name.values())
    return marks == 2 * (names + texts)


def _is_ordinary(found: _Read) -> bool:
    at = found.occurred_at
    if found.channel == "public_post" or (at is not None and at.year not in YEARS):
        return False
    for said in ids_of(found):
        if said is not None and (
            said.strip() is not said or not ((said.isascii() and said.isprintable()) or has_invisible(said) is None)
        ):
            return False
    return True


def _filled(found: _Read) -> ContactRecord:
    found.direction = found.direction or DIRECTION
    found.time_precision = found.time_precision or PRECISION
    return cast("ContactRecord", found)
