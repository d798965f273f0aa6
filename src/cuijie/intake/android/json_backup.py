"""Backup apps' JSON of texts, picture messages and calls: the phone's own columns, one object a record.

Told by the columns that only a phone has (``date_sent``, ``thread_id``, ``presentation`` …), under Android's names or
the apps' spelling of them; a list, an object round it, one object a line, or a list of conversations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from cuijie.intake.android.phone_rows import call_entry, sms_entry
from cuijie.intake.contact_lists.json_list import objects
from cuijie.intake.encoding import detect
from cuijie.intake.found import Found, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "phone_json"
TITLE: Final = "备份应用导出的短信、彩信或通话（JSON）"

_Json = Mapping[str, object]
_SPELT: Final = {
    "datesent": "date_sent", "subid": "sub_id", "subscriptionid": "sub_id", "servicecenter": "service_center",
    "messagebox": "msg_box", "threadid": "thread_id", "subject": "sub", "contenttype": "ct", "__display_name": "name",
    "display_name": "name", "cached_name": "name", "phoneaccountaddress": "phone_account_address",
}  # fmt: skip
_OF_TEXTS: Final = frozenset({"date_sent", "thread_id", "service_center", "backuptype", "protocol"})
_OF_CALLS: Final = frozenset({"_id", "presentation", "subscription_id", "phone_account_address", "call_screening_app_name", "new"})  # fmt: skip
_LISTS: Final = frozenset({"sms", "mms", "calls", "messages"})
_PARTS: Final = ("__parts", "parts")
_FROM: Final = "137"


def sniff(head: Head) -> bool:
    """True if one of the first records has a phone's own columns."""
    text = head.data.decode(detect(head.data), "replace").lstrip("\ufeff \r\n\t")
    return text[:1] in ("[", "{") and any(_kind(_plain(one)) for one in _first(text))


def _first(text: str) -> Iterator[_Json]:
    """The first whole objects of a JSON text, the inner ones too."""
    decoder = json.JSONDecoder()
    for found in islice(re.finditer(r"\{", text), 12):
        try:
            value, _ = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield from (one for _, one in _records("", value))


def _plain(one: _Json) -> dict[str, str | None]:
    """The columns of a record under Android's names, as text; nested ones left out."""
    return {
        _SPELT.get(key.lower(), key.lower()): None if value is None else str(int(value) if value is True or value is False else value)
        for key, value in one.items()
        if not isinstance(value, list | dict)
    }  # fmt: skip


def _kind(row: Mapping[str, str | None]) -> str | None:
    if "date" not in row:
        return None
    if "msg_box" in row and ({"ct_t", "ct", "m_type"} & row.keys() or row.get("backuptype") == "mms"):
        return "mms"
    if {"address", "body", "type"} <= row.keys() and _OF_TEXTS & row.keys():
        return "sms"
    return "call" if {"number", "duration", "type"} <= row.keys() and _OF_CALLS & row.keys() else None


def _records(at: str, value: object) -> Iterator[tuple[str, _Json]]:
    """The records in *value*: itself, or those of the lists in it (a conversation's texts and picture messages)."""
    if not isinstance(value, dict):
        return
    inner = [
        (name, listed) for name, listed in value.items() if isinstance(listed, list) and _are_records(name, listed)
    ]
    if not inner or "date" in value:
        yield at, value
    else:
        for name, listed in inner:
            for number, one in enumerate(listed, 1):
                yield from _records(f"{at}.{name}:{number}" if at else f"{name}:{number}", one)


def _are_records(name: str, listed: Sequence[object]) -> bool:
    """By their name, or by what the first of them look like (smsMessages, mms_list, callLogs …)."""
    return name in _LISTS or any(isinstance(one, dict) and _kind(_plain(one)) is not None for one in listed[:3])


def read(source: Source) -> Iterator[Found]:
    """Each text, picture message and call."""
    for at, value in objects(source):
        if not isinstance(value, dict):
            yield SetAside(at=at, why="这一条不是完整的 JSON 对象")
            continue
        for place, one in _records(at, value):
            yield _found(source, place, one)


def _found(source: Source, at: str, one: _Json) -> Found:
    row = _plain(one)
    kind = _kind(row)
    if kind is None:
        return SetAside(at=at, why="这一条没有时间，或看不出是短信还是通话")
    if kind == "mms":
        _fill_mms(row, one)
    made = call_entry(source, at, row) if kind == "call" else sms_entry(source, at, row, is_mms=kind == "mms")
    if isinstance(made, When):
        return SetAside(at=at, why=f"时间写的是“{(made.raw or '')[:40]}”，读不出")
    return made


def _fill_mms(row: dict[str, str | None], one: _Json) -> None:
    """Puts the words and the other side of a picture message, which stand in lists, beside its columns."""
    parts = [_plain(part) for name in _PARTS for part in _listed(one.get(name))]
    words = [row.get("sub"), *(part.get("text") for part in parts if (part.get("ct") or "").startswith("text/"))]
    row["body"] = "\n".join(word for word in words if word) or None
    row["type"] = row.get("msg_box")
    sides = [
        _plain(side)
        for name in ("__sender_address", "__recipient_addresses", "addresses")
        for side in _listed(one.get(name))
    ]
    is_in = row["type"] == "1"
    others = [side["address"] for side in sides if side.get("address") and (side.get("type") == _FROM) == is_in]
    if others:
        row["address"] = others[0] if is_in or len(others) == 1 else None
    receivers = [side["address"] for side in sides if side.get("address") and side.get("type") != _FROM]
    row["recipients"] = "、".join(str(one) for one in receivers) if len(receivers) > 1 else None


def _listed(value: object) -> Iterable[_Json]:
    """The objects in a list, or the one object that stands without a list."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
