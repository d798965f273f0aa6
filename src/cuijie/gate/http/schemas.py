"""JSON Schemas of what the service takes, written from the same tables that check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cuijie.gate.asking import CONDUCT, HEARD
from cuijie.records import COLUMNS, Column

__all__ = ["KEY_PATTERN", "MOST_ASKS", "Schema", "contact_properties", "ask_schemas", "settle_schema"]

Schema = dict[str, object]
MOST_ASKS = 200
KEY_PATTERN = "^[!-~]{1,200}$"  # what may stand in a header, without blanks
_LONGEST_ID, _LONGEST_TEXT = 256, 20_000
_TITLES = {column.name: column.title_zh for column in COLUMNS}


def _column_schema(column: Column) -> Schema:
    if column.values:
        return {"enum": [*column.values, None]}
    if column.name == "contact_id":
        return {"type": ["string", "null"], "minLength": 1, "maxLength": _LONGEST_ID}
    if column.name == "count":
        return {"type": ["integer", "null"], "minimum": 1, "maximum": 1000, "default": 1}
    if column.type == "timestamp":
        return instant_schema(nullable=True)
    if column.type == "int":
        return {"type": ["integer", "null"], "minimum": 0, "maximum": 86_400}
    if column.type == "bool":
        return {"type": ["boolean", "null"]}
    return {"type": ["string", "null"], "maxLength": _LONGEST_TEXT if column.name == "text" else _LONGEST_ID}


def instant_schema(*, nullable: bool) -> Schema:
    """A time with its zone."""
    # outside of these years a time is a slip of the pen
    return {
        "type": ["string", "null"] if nullable else "string",
        "format": "date-time",
        "pattern": "^(19[89][0-9]|2[01][0-9]{2})-",
    }


def contact_properties() -> dict[str, Schema]:
    """Every column of the contact record."""
    return {column.name: {"title": column.title_zh, **_column_schema(column)} for column in COLUMNS}


def ask_schemas() -> dict[str, Schema]:
    """The ask, as a contact record with or without an envelope."""
    key: Schema = {
        "type": ["string", "null"],
        "pattern": KEY_PATTERN,
        "description": "同一个键、同样的内容，得到同样的答复。",
    }
    contact = contact_properties()
    return {
        "Contact": _closed(contact),
        "AskFlat": _closed({"idempotency_key": key, **contact}),
        "AskNested": _closed(
            {"idempotency_key": key, "contact": {"$ref": "#/components/schemas/Contact"}}, ("contact",)
        ),
        "Ask": {"anyOf": [{"$ref": "#/components/schemas/AskFlat"}, {"$ref": "#/components/schemas/AskNested"}]},
        "AskBatch": _closed(
            {
                "asks": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_ASKS,
                    "items": {"$ref": "#/components/schemas/Ask"},
                }
            },
            ("asks",),
        ),
    }


def settle_schema() -> Schema:
    """What became of a reserved contact: the reservation itself stands in the path."""
    yes_no: Schema = {"type": ["boolean", "null"]}
    told = {name: {"title": _TITLES[name], **yes_no} for name in (*CONDUCT, *HEARD)}
    return _closed(
        {
            "made": {"description": "false：没有联系成，什么也不计。", **yes_no},
            "connected": {"title": _TITLES["connected"], **yes_no},
            "duration_s": {
                "title": _TITLES["duration_s"],
                "type": ["integer", "null"],
                "minimum": 0,
                "maximum": 86_400,
            },
            "ended_at": instant_schema(nullable=True),
            **told,
        }
    )


def _closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    asked = list(required)
    return {
        "type": "object",
        "properties": dict(properties),
        **({"required": asked} if asked else {}),
        "additionalProperties": False,
    }
