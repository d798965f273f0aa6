"""JSON Schemas of what the service takes, written from the same tables that check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cuijie.gate.asking.asks import CONDUCT, HEARD
from cuijie.gate.asking.contacts import INVISIBLE
from cuijie.gate.correcting import LONGEST_BY, LONGEST_REASON
from cuijie.gate.registers.rows import KEY_COLUMNS, needed_keys
from cuijie.records import COLUMN_BY_NAME, COLUMNS, Column

__all__ = [
    "CHANNELS",
    "ENTRY_PATTERN",
    "ID_PATTERN",
    "KEY_PATTERN",
    "LONGEST_TEXT",
    "MOST_ASKS",
    "MOST_ENTRIES",
    "RECIPIENTS",
    "Schema",
    "taken_schemas",
]

Schema = dict[str, object]
MOST_ASKS = 200
KEY_PATTERN = "^[!-~]{1,200}$"  # what may stand in a header, without blanks
ID_PATTERN = "^[!-~\u3400-\u9fff]([ -~\u3400-\u9fff]{0,254}[!-~\u3400-\u9fff])?$"
"""An id that is registered: visible ASCII or Chinese, blanks only inside."""
MOST_ENTRIES = 500
_LONGEST_ID, LONGEST_TEXT = 256, 20_000
RECIPIENTS = ("debtor", "third_party", "co_debtor", "heir", "agreed_contact", "other")
CHANNELS = ("call", "robot_call", "sms", "im", "email", "letter", "visit", "public_post")
_RESERVATION: Schema = {"type": "string", "minLength": 1, "maxLength": 300, "description": "放行时给的编号。"}
_VISIBLE = f"^[^{INVISIBLE}]*$"
ENTRY_PATTERN = f"^[^{INVISIBLE}]{{1,300}}$"
"""The id of a register entry: 32 hex digits, or of one told at a settlement the contact's id, a colon and the column."""
_HOURS = "^(none|([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9])$"
_REF = "#/components/schemas/"
_TITLES = {column.name: column.title_zh for column in COLUMNS}


def _column_schema(column: Column) -> Schema:
    if column.values:
        return {"enum": [*column.values, None]}
    if column.name == "contact_id":
        return {"type": ["string", "null"], "minLength": 1, "maxLength": _LONGEST_ID, "pattern": _VISIBLE}
    if column.name == "count":
        return {"type": ["integer", "null"], "minimum": 1, "maximum": 1000, "default": 1}
    if column.type == "timestamp":
        return _instant_schema(nullable=True)
    if column.type == "int":
        return {"type": ["integer", "null"], "minimum": 0, "maximum": 86_400}
    if column.type == "bool":
        return {"type": ["boolean", "null"]}
    if column.name == "text":
        return {"type": ["string", "null"], "maxLength": LONGEST_TEXT}
    return {"type": ["string", "null"], "maxLength": _LONGEST_ID, "pattern": _VISIBLE}


def _instant_schema(*, nullable: bool) -> Schema:
    """A time with its zone."""
    # outside of these years a time is a slip of the pen
    return {
        "type": ["string", "null"] if nullable else "string",
        "format": "date-time",
        "pattern": "^(19[89][0-9]|2[01][0-9]{2}|2200)-",
    }


def _contact_properties() -> dict[str, Schema]:
    """Every column of the contact record."""
    return {column.name: {"title": column.title_zh, **_column_schema(column)} for column in COLUMNS}


def _ask_schemas() -> dict[str, Schema]:
    """The ask, as a contact record with or without an envelope."""
    key: Schema = {
        "type": ["string", "null"],
        "pattern": KEY_PATTERN,
        "description": "同一个键、同样的内容，得到同样的答复。",
    }
    contact = _contact_properties()
    return {
        "Contact": _closed(contact),
        "AskFlat": _closed({"idempotency_key": key, **contact}),
        "AskNested": _closed({"idempotency_key": key, "contact": {"$ref": _REF + "Contact"}}, ("contact",)),
        "Ask": {"anyOf": [{"$ref": _REF + "AskFlat"}, {"$ref": _REF + "AskNested"}]},
        "AskBatch": _closed(
            {
                "asks": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_ASKS,
                    "items": {"$ref": _REF + "Ask"},
                }
            },
            ("asks",),
        ),
    }


def _settle_schemas() -> dict[str, Schema]:
    """What became of a reserved contact, and the same told again."""
    yes_no: Schema = {"type": ["boolean", "null"]}
    told = {name: {"title": _TITLES[name], **yes_no} for name in (*CONDUCT, *HEARD)}
    outcome: dict[str, Schema] = {
        "reservation": _RESERVATION,
        "made": {"description": "false：没有联系成，什么也不计。", **yes_no},
        "connected": {"title": _TITLES["connected"], **yes_no},
        "duration_s": {
            "title": _TITLES["duration_s"],
            "type": ["integer", "null"],
            "minimum": 0,
            "maximum": 86_400,
        },
        "ended_at": _instant_schema(nullable=True),
        **told,
    }
    words: dict[str, Schema] = {
        "reason": {"type": "string", "pattern": r"\S", "maxLength": LONGEST_REASON, "description": "为什么更正。"},
        "by": {"type": "string", "pattern": r"\S", "maxLength": LONGEST_BY, "description": "谁更正的。"},
    }
    return {
        "Settlement": _closed(outcome, ("reservation",)),
        "Correction": _closed({**outcome, **words}, ("reservation", "reason", "by")),
    }


def _reservation_schema() -> Schema:
    """A reservation alone."""
    return _closed({"reservation": _RESERVATION}, ("reservation",))


def _contacts_schema() -> Schema:
    """Contacts that were made without the gate: each with an id, so that none is counted twice."""
    contact = _contact_properties()
    contact["contact_id"] = {
        **_column_schema(COLUMN_BY_NAME["contact_id"]),
        "title": _TITLES["contact_id"],
        "type": "string",
    }
    items: Schema = {"type": "array", "minItems": 1, "maxItems": MOST_ASKS, "items": _closed(contact, ("contact_id",))}
    return _closed({"contacts": items}, ("contacts",))


def _lint_schema() -> Schema:
    """A text before it is sent."""
    return _closed(
        {
            "text": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
            "recipient": {"enum": [*RECIPIENTS, None], "description": "这段话是对谁说的；不知道就不填。"},
            "channel": {"enum": [*CHANNELS, None]},
        },
        ("text",),
    )


def _register_schemas(columns: Sequence[str]) -> dict[str, Schema]:
    """Entries of registers: for each column its own values and the ids of which one must be named."""
    ids: dict[str, Schema] = {key: {"type": "string", "pattern": ID_PATTERN} for key in KEY_COLUMNS}
    by_name = {column.name: column for column in COLUMNS}
    shapes: list[Schema] = []
    for name in columns:
        known = by_name.get(name)
        value: Schema = {"type": "boolean"}
        if name == "agreed_hours":
            value = {"type": "string", "pattern": _HOURS}
        elif known is not None and known.values:
            value = {"enum": list(known.values)}
        shape = _closed(
            {
                "column": {"const": name, **({"title": known.title_zh} if known else {})},
                "value": value,
                "since": _instant_schema(nullable=True),
                "until": _instant_schema(nullable=True),
                **ids,
            },
            ("column", "value"),
        )
        one_of = [{"required": [key]} for key in needed_keys(name)]
        shapes.append({**shape, "anyOf": one_of})
    return {
        "RegisterRow": {"oneOf": shapes},
        "RegisterRows": _closed(
            {
                "entries": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MOST_ENTRIES,
                    "items": {"$ref": _REF + "RegisterRow"},
                }
            },
            ("entries",),
        ),
        "RegisterEnd": _closed(
            {"id": {"type": "string", "pattern": ENTRY_PATTERN}, "at": _instant_schema(nullable=True), **ids},
            ("id",),
        ),
        "RegisterIds": {**_closed(ids), "minProperties": 1},
    }


def taken_schemas(register_columns: Sequence[str]) -> dict[str, Schema]:
    """Every body that the service takes, by the name that operations give it."""
    return {
        **_ask_schemas(),
        **_settle_schemas(),
        "ReservationId": _reservation_schema(),
        "Contacts": _contacts_schema(),
        "Text": _lint_schema(),
        "ContactId": _closed(
            {"contact_id": {"type": "string", "minLength": 1, "maxLength": _LONGEST_ID}}, ("contact_id",)
        ),
        **_register_schemas(register_columns),
    }


def _closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    asked = list(required)
    return {
        "type": "object",
        "properties": dict(properties),
        **({"required": asked} if asked else {}),
        "additionalProperties": False,
    }
