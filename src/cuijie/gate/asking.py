"""What the gate is asked and told: a contact about to be made, and later what became of it.

An ask is a contact record (the same columns as everywhere) with an idempotency key, flat or as
``{"contact": {…}, "idempotency_key": …}``.  What is not known is null or left out.  ``direction`` is outbound
and ``count`` 1 unless said otherwise; without ``occurred_at`` the gate takes its own clock's time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import attrgetter

import msgspec

from cuijie.gate.errors import AskError, Contradiction
from cuijie.records import COLUMNS, LABELS, ContactRecord

__all__ = [
    "CONDUCT",
    "HEARD",
    "Ask",
    "Settlement",
    "ask_from_plain",
    "asks_from_text",
    "settlement_from_plain",
    "settlements_from_text",
]

_COLUMNS = {column.name: column for column in COLUMNS}
_NAMES = frozenset(_COLUMNS)
_ASK_KEYS = frozenset({"contact", "idempotency_key"})
_DATE_ONLY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PLACE = re.compile(r"`\$\.(\w+)")
_FIRST_YEAR, _LAST_YEAR = 1980, 2200  # outside of these a time is a slip of the pen
_LONGEST_ID, _LONGEST_TEXT = 256, 20_000  # characters
_LONGEST_CALL_S = 86_400
_ID_COLUMNS = tuple(c.name for c in COLUMNS if c.type == "string" and not c.values and c.name != "text")
_ids = attrgetter(*_ID_COLUMNS)
_EMPTY_IS_UNKNOWN = frozenset(_ID_COLUMNS) - {"contact_id"}

CONDUCT: tuple[str, ...] = (
    "asks_payment",
    "caller_identified",
    "recorded",
    "entered",
    "entry_consented",
    "visit_coercive",
    *(f"says_{label}" for label in LABELS),
)
"""What a settlement may tell of how the contact was made."""

HEARD: tuple[str, ...] = ("recipient_refused", "consent_withdrawn", "in_dispute", "hardship_known")
"""What a settlement may tell of what the other side said; it is entered in the registers and holds from then on."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """May this contact be made?  The same key with the same contact gets the same answer."""

    contact: ContactRecord
    idempotency_key: str


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a reserved contact.

    ``made`` false: it was never made, and nothing is counted.  ``connected`` of a call: answered or not; where
    that is not told it stays counted as answered.  ``conduct`` are columns of ``CONDUCT``, ``heard`` of ``HEARD``.
    """

    reservation: str
    made: bool = True
    connected: bool | None = None
    duration_s: int | None = None
    ended_at: datetime | None = None
    conduct: Mapping[str, bool] = {}
    heard: Mapping[str, bool] = {}


def ask_from_plain(value: object, *, where: str = "询问", idempotency_key: str | None = None) -> Ask:
    """The ask in decoded JSON *value*; *idempotency_key* (an HTTP header) stands for one in the body.

    Without either, contact_id is the key; without that too, the ask cannot be repeated safely and gets a key of
    its own.  Raises AskError naming *where* and the column.
    """
    if not isinstance(value, Mapping):
        raise AskError(
            f"{where}：应是一个 JSON 对象（一条联系记录）。",
            remedy=_SHAPE,
            en="An ask is a JSON object: one contact record.",
        )
    nested = value.get("contact")
    if "contact" in value:
        if not isinstance(nested, Mapping):
            raise AskError(
                f"{where}：contact 应是一个对象。", remedy=_SHAPE, en="contact must be an object.", at="contact"
            )
        _refuse_strange(value, _ASK_KEYS, where)
        columns = dict(nested)
    else:
        columns = dict(value)
        columns.pop("idempotency_key", None)
    key = _key(value.get("idempotency_key"), idempotency_key, where)
    contact_id = columns.get("contact_id")
    key = key or (contact_id if isinstance(contact_id, str) and contact_id else secrets.token_hex(16))
    if contact_id is None:
        columns["contact_id"] = key
    return Ask(contact=_contact(columns, where), idempotency_key=key)


_SHAPE = (
    '一次询问是一条联系记录，例如 {"idempotency_key": "…", "debtor_id": "…", "channel": "call", …}；列见 docs/gate.md。'
)


def asks_from_text(text: str, *, where: str) -> Iterator[Ask]:
    """The asks in *text*: one JSON object, a JSON list of them, or one object a line.  Raises AskError."""
    for place, value in _objects(text, where, _SHAPE):
        yield ask_from_plain(value, where=place)


def settlements_from_text(text: str, *, where: str) -> Iterator[Settlement]:
    """The settlements in *text*, in the same forms.  Raises AskError."""
    for place, value in _objects(text, where, _SETTLE_SHAPE):
        yield settlement_from_plain(value, where=place)


def _objects(text: str, where: str, shape: str) -> Iterator[tuple[str, object]]:
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise AskError(f"{where}：是空的。", remedy=shape)
    try:
        whole = msgspec.json.decode(stripped)
    except (msgspec.DecodeError, RecursionError):
        yield from _lines(text, where, shape)
        return
    if not isinstance(whole, list):
        yield where, whole
        return
    if not whole:
        raise AskError(f"{where}：是一个空列表。", remedy=shape)
    yield from ((f"{where} 第 {position} 条", item) for position, item in enumerate(whole, start=1))


def _lines(text: str, where: str, shape: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"{where} 第 {number} 行", msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise AskError(f"{where} 第 {number} 行：不是完整的 JSON（{error}）。", remedy=shape) from error


def settlement_from_plain(value: object, *, where: str = "结算") -> Settlement:
    """The settlement in decoded JSON *value*, flat: reservation, made, connected, duration_s, ended_at, and any of
    ``CONDUCT`` and ``HEARD``.  Raises AskError."""
    if not isinstance(value, Mapping):
        raise AskError(f"{where}：应是一个 JSON 对象。", remedy=_SETTLE_SHAPE, en="A settlement is a JSON object.")
    own = {field.name for field in msgspec.structs.fields(Settlement)} - {"conduct", "heard"}
    _refuse_strange(value, own | set(CONDUCT) | set(HEARD), where)
    groups = {
        name: {key: value[key] for key in allowed if value.get(key) is not None}
        for name, allowed in (("conduct", CONDUCT), ("heard", HEARD))
    }
    flat = {key: value[key] for key in own if value.get(key) is not None}
    for key in (key for group in groups.values() for key, said in group.items() if not isinstance(said, bool)):
        raise AskError(
            f"{where}，{key}：只能是 true、false 或 null。",
            remedy=_SETTLE_SHAPE,
            en=f"{key} must be true, false or null.",
            at=key,
        )
    try:
        settlement = msgspec.convert({**flat, **groups}, Settlement)
    except msgspec.ValidationError as error:
        zh, en, at = _settlement_problem(str(error))
        raise AskError(f"{where}：{zh}", remedy=_SETTLE_SHAPE, en=en, at=at) from error
    if not settlement.reservation:
        raise AskError(
            f"{where}：reservation 是空的。", remedy=_SETTLE_SHAPE, en="reservation is empty.", at="reservation"
        )
    if settlement.duration_s is not None and not 0 <= settlement.duration_s <= _LONGEST_CALL_S:
        raise _out_of_range(where, "duration_s", 0, _LONGEST_CALL_S)
    if settlement.ended_at is not None and settlement.ended_at.tzinfo is None:
        raise _no_zone(where, "ended_at")
    _check_agrees(settlement, where)
    return settlement


def _check_agrees(settlement: Settlement, where: str) -> None:
    """Told both ways, a call would be counted the way that counts less."""
    if not settlement.made and (settlement.connected or settlement.duration_s or any(settlement.heard.values())):
        raise Contradiction(
            f"{where}：写了没有联系（made: false），又写了接通、时长或对方的话。",
            remedy="请核对后再报。",
            en="made is false, yet an answer, a duration or words of the other side are told.",
            at="made",
        )
    if settlement.connected is False and settlement.duration_s:
        raise Contradiction(
            f"{where}：没有接通的电话不会有通话时长。",
            remedy="duration_s 是通话的秒数，不含振铃；没接通写 0 或不写。",
            en="A call that was not answered has no duration; duration_s does not include ringing.",
            at="duration_s",
        )


_SETTLE_SHAPE = (
    '例如 {"reservation": "…", "connected": true, "duration_s": 65, "recorded": true}；没有拨出写 "made": false。'
)


def _settlement_problem(message: str) -> tuple[str, str, str | None]:
    place = _PLACE.search(message)
    if place is None:
        en = "reservation, the id given with the allow, is missing."
        return "缺少 reservation（放行时给的编号）。", en, "reservation"
    name = place.group(1)
    zh, en = {
        "made": (" true 或 false", "true or false"),
        "connected": (" true、false 或 null", "true, false or null"),
        "duration_s": ("整数秒数", "a whole number of seconds"),
        "ended_at": ("带时区的时间", "a time with its zone"),
    }.get(name, ("文字", "text"))
    return f"{name} 的取值不对，应是{zh}。", f"{name} must be {en}.", name


def _key(in_body: object, given: str | None, where: str) -> str | None:
    if in_body is not None and (not isinstance(in_body, str) or not in_body.strip()):
        raise AskError(
            f"{where}：idempotency_key 应是不空的文字。",
            en="idempotency_key must be text that is not empty.",
            at="idempotency_key",
        )
    if in_body is not None and given is not None and in_body != given:
        raise AskError(
            f"{where}：请求头和正文里的 idempotency_key 不一样。",
            en="Header and body name different keys.",
            at="idempotency_key",
        )
    key = given if given is not None else in_body
    if key is not None and len(key) > _LONGEST_ID:
        raise _too_long(where, "idempotency_key", _LONGEST_ID)
    return key


def _refuse_strange(value: Mapping[str, object], known: frozenset[str] | set[str], where: str) -> None:
    if not value.keys() <= known:
        strange = [str(key) for key in value if key not in known]
        raise AskError(
            f"{where}：不认识 {'、'.join(strange[:5])}。",
            remedy="列名写错的事实会被漏看，所以不收；请核对。",
            en=f"Unknown: {', '.join(strange[:5])}. A fact under a misspelt name would be overlooked.",
            at=strange[0],
        )


def _contact(columns: dict[str, object], where: str) -> ContactRecord:
    _refuse_strange(columns, _NAMES, where)
    when, precision = columns.get("occurred_at"), columns.get("time_precision")
    if isinstance(when, str) and _DATE_ONLY.match(when) and precision in (None, "day"):
        columns |= {"occurred_at": f"{when}T00:00:00+08:00", "time_precision": "day"}
    elif precision is None:
        columns["time_precision"] = "second"  # a time written out is meant: midnight sharp is no bare date
    if columns.get("direction") is None:
        columns["direction"] = "outbound"  # the gate is asked before somebody is called or written to
    for name in _EMPTY_IS_UNKNOWN.intersection(columns):
        if isinstance(text := columns[name], str):
            columns[name] = text.strip() or None
    try:
        contact = msgspec.convert(columns, ContactRecord)
    except msgspec.ValidationError as error:
        zh, en, at = _problem(columns, str(error))
        raise AskError(f"{where}：{zh}", remedy="不知道的就写 null 或不写。", en=en, at=at) from error
    _check(contact, where)
    return contact


def _problem(columns: Mapping[str, object], message: str) -> tuple[str, str, str | None]:
    place = _PLACE.search(message)
    if place is None:
        return f"不是一条联系记录（{message}）。", "This is not a contact record.", None
    name = place.group(1)
    column, value = _COLUMNS[name], columns.get(name)
    shown = "这个值" if name in _ID_COLUMNS or name == "text" else "null" if value is None else repr(value)[:40]
    if column.values:
        zh, en = f"只能是 {'、'.join(column.values)}", f"one of {', '.join(column.values)}"
    else:
        zh, en = _KINDS[column.type]
    return f"{name} 的取值 {shown} 不对，{zh}。", f"{name} must be {en}.", name


_KINDS = {
    "bool": ("应是 true、false 或 null", "true, false or null"),
    "int": ("应是整数", "a whole number"),
    "timestamp": (
        "应是带时区的时间，例如 2026-03-01T10:00:00+08:00",
        "a time with its zone, as 2026-03-01T10:00:00+08:00",
    ),
    "string": ("应是文字", "text"),
}


def _check(contact: ContactRecord, where: str) -> None:
    at = contact.occurred_at
    if not contact.contact_id:
        raise AskError(f"{where}：contact_id 是空的。", en="contact_id is empty.", at="contact_id")
    if at is not None and at.tzinfo is None:
        raise _no_zone(where, "occurred_at")
    if at is not None and not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise AskError(
            f"{where}：occurred_at 的年份 {at.year} 不对。",
            remedy="请核对这个时间。",
            en=f"The year {at.year} of occurred_at cannot be right.",
            at="occurred_at",
        )
    if contact.count is not None and not 1 <= contact.count <= 1000:
        raise _out_of_range(where, "count", 1, 1000)
    if contact.duration_s is not None and not 0 <= contact.duration_s <= _LONGEST_CALL_S:
        raise _out_of_range(where, "duration_s", 0, _LONGEST_CALL_S)
    for name, said in zip(_ID_COLUMNS, _ids(contact), strict=True):
        if said is not None and len(said) > _LONGEST_ID:
            raise _too_long(where, name, _LONGEST_ID)
    if contact.text is not None and len(contact.text) > _LONGEST_TEXT:
        raise _too_long(where, "text", _LONGEST_TEXT)


def _no_zone(where: str, name: str) -> AskError:
    zh, en = f"{where}：{name} 没有时区。", f"{name} has no zone; in China add +08:00."
    return AskError(zh, remedy="北京时间请在末尾加 +08:00。", en=en, at=name)


def _out_of_range(where: str, name: str, least: int, most: int) -> AskError:
    zh, en = f"{where}：{name} 应是 {least} 到 {most} 之间的整数。", f"{name} must be from {least} to {most}."
    return AskError(zh, en=en, at=name)


def _too_long(where: str, name: str, most: int) -> AskError:
    zh, en = f"{where}：{name} 太长（最多 {most} 个字）。", f"{name} is too long (at most {most} characters)."
    return AskError(zh, en=en, at=name)
