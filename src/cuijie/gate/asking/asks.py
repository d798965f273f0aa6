"""What the gate is asked and told: a contact about to be made, and later what became of it.

An ask is a contact record (the same columns as everywhere) with an idempotency key, flat or as
``{"contact": {…}, "idempotency_key": …}``.  What is not known is null or left out.  ``direction`` is outbound
and ``count`` 1 unless said otherwise; without ``occurred_at`` the gate takes its own clock's time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from cuijie.gate import strict_json
from cuijie.gate.asking.contact_columns import (
    PLACE,
    contact_of,
    no_zone,
    out_of_range,
    refuse_strange,
    too_long,
)
from cuijie.gate.asking.contacts import LONGEST_CALL_S, LONGEST_ID, contact_and_key
from cuijie.gate.errors import AskError, Contradiction
from cuijie.records import LABELS, ContactRecord

__all__ = [
    "CONDUCT",
    "HEARD",
    "Ask",
    "Settlement",
    "ask_from_plain",
    "asks_from_text",
    "objects_in",
    "ordinary_ask",
    "settlement_from_plain",
    "settlements_from_text",
]

_ASK_KEYS = frozenset({"contact", "idempotency_key"})

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
        refuse_strange(value, _ASK_KEYS, where)
        columns = dict(nested)
    else:
        columns = dict(value)
        columns.pop("idempotency_key", None)
    key = _key(value.get("idempotency_key"), idempotency_key, where)
    contact_id = columns.get("contact_id")
    key = key or (contact_id if isinstance(contact_id, str) and contact_id else secrets.token_hex(16))
    if contact_id is None:
        columns["contact_id"] = key
    return Ask(contact=contact_of(columns, where), idempotency_key=key)


def ordinary_ask(data: bytes, idempotency_key: str | None = None) -> Ask | None:
    """As ``ask_from_plain`` of the JSON *data*, in one step; None if it has to be read that way, or refused."""
    found = contact_and_key(data, idempotency_key)
    return None if found is None else Ask(contact=found[0], idempotency_key=found[1])


_SHAPE = (
    '一次询问是一条联系记录，例如 {"idempotency_key": "…", "debtor_id": "…", "channel": "call", …}；列见 docs/gate.md。'
)


def asks_from_text(text: str, *, where: str) -> Iterator[Ask]:
    """The asks in *text*: one JSON object, a JSON list of them, or one object a line.  Raises AskError."""
    for place, value in objects_in(text, where, _SHAPE):
        yield ask_from_plain(value, where=place)


def settlements_from_text(text: str, *, where: str) -> Iterator[Settlement]:
    """The settlements in *text*, in the same forms.  Raises AskError."""
    for place, value in objects_in(text, where, _SETTLE_SHAPE):
        yield settlement_from_plain(value, where=place)


def objects_in(text: str, where: str, shape: str) -> Iterator[tuple[str, object]]:
    """What stands in *text*, a JSON object, a list or one object a line, each with its place.  Raises AskError."""
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise AskError(f"{where}：是空的。", remedy=shape)
    try:
        whole = strict_json.decode_text(stripped)
    except strict_json.NameTwice as error:
        raise AskError(f"{where}：{strict_json.why_not(error).zh}", remedy=shape) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield from _lines(text, where, shape)
        return
    if not isinstance(whole, list):
        yield where, whole
        return
    if not whole:
        raise AskError(f"{where}：是一个空列表。", remedy=shape)
    yield from ((f"{where} 第 {position} 条", item) for position, item in enumerate(whole, start=1))


def _lines(text: str, where: str, shape: str) -> Iterator[tuple[str, object]]:
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield f"{where} 第 {number} 行", strict_json.decode_text(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise AskError(f"{where} 第 {number} 行：{strict_json.why_not(error).zh}", remedy=shape) from error


def settlement_from_plain(value: object, *, where: str = "结算") -> Settlement:
    """The settlement in decoded JSON *value*, flat: reservation, made, connected, duration_s, ended_at, and any of
    ``CONDUCT`` and ``HEARD``.  Raises AskError."""
    if not isinstance(value, Mapping):
        raise AskError(f"{where}：应是一个 JSON 对象。", remedy=_SETTLE_SHAPE, en="A settlement is a JSON object.")
    own = {field.name for field in msgspec.structs.fields(Settlement)} - {"conduct", "heard"}
    refuse_strange(value, own | set(CONDUCT) | set(HEARD), where)
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
    if settlement.duration_s is not None and not 0 <= settlement.duration_s <= LONGEST_CALL_S:
        raise out_of_range(where, "duration_s", 0, LONGEST_CALL_S)
    if settlement.ended_at is not None and settlement.ended_at.tzinfo is None:
        raise no_zone(where, "ended_at")
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
    place = PLACE.search(message)
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
    if key is not None and len(key) > LONGEST_ID:
        raise too_long(where, "idempotency_key", LONGEST_ID)
    return key
