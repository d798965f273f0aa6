"""The columns of a contact as somebody wrote them, made a contact record, or refused with the column named.

Nearly every ask is right, so it is first read in one step by types that say all that can be said of a column
(``contacts``); whatever they refuse is read again column by column, to mend what may be mended and to find the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from cuijie.gate.asking.contacts import (
    DIRECTION,
    ID_COLUMNS,
    LONGEST_CALL_S,
    LONGEST_ID,
    LONGEST_TEXT,
    MOST_COUNT,
    PRECISION,
    YEARS,
    contact_in,
    has_invisible,
    ids_of,
)
from cuijie.gate.errors import AskError
from cuijie.records import COLUMN_BY_NAME, ContactRecord

__all__ = [
    "PLACE",
    "contact_of",
    "no_zone",
    "out_of_range",
    "refuse_strange",
    "too_long",
]

PLACE = re.compile(r"`\$\.(\w+)")
"""Finds the column in the words of the decoder."""
_NAMES = frozenset(COLUMN_BY_NAME)
_is_registered = re.compile(r"agreed_hours|member_\w+|(applies|in_force)__\w+").fullmatch  # see law facts of a rulebook
_DATE_ONLY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_EMPTY_IS_UNKNOWN = frozenset(ID_COLUMNS) - {"contact_id"}


def contact_of(columns: dict[str, object], where: str) -> ContactRecord:
    """The contact that *columns* tell of, which it may change.  Raises AskError naming *where* and the column."""
    return contact_in(columns) or _with_words(columns, where)


def refuse_strange(value: Mapping[str, object], known: frozenset[str] | set[str], where: str) -> None:
    """Raises AskError if *value* has keys that are not *known*."""
    if not value.keys() <= known:
        strange = [str(key) for key in value if key not in known]
        registered = [name for name in strange if _is_registered(name)]
        if registered:
            raise _for_the_registers(registered[0], where)
        raise AskError(
            f"{where}：不认识 {'、'.join(strange[:5])}。",
            remedy="列名写错的事实会被漏看，所以不收；请核对。",
            en=f"Unknown: {', '.join(strange[:5])}. A fact under a misspelt name would be overlooked.",
            at=strange[0],
        )


def _for_the_registers(name: str, where: str) -> AskError:
    is_hours = name == "agreed_hours"
    keys = "debtor_id、lender_id" if is_hours else "lender_id"
    return AskError(
        f"{where}：不认识 {name}：它不是这一次联系的事实，而是登记里的事实。",
        remedy=f"请登记一次（cuijie gate register add，或 POST /v1/registers；column 写 {name}，并写 {keys}）"
        + ("；只问这一次，写 hours_agreed: true 或 false。" if is_hours else "，或写在设置的 lenders 里。"),
        en=f"{name} is no column of a contact but a fact kept in the registers: register it once"
        + ("; of this contact alone say hours_agreed." if is_hours else ", or put it under lenders in the settings."),
        at=name,
    )


def _with_words(columns: dict[str, object], where: str) -> ContactRecord:
    refuse_strange(columns, _NAMES, where)
    when, precision = columns.get("occurred_at"), columns.get("time_precision")
    if isinstance(when, str) and _DATE_ONLY.match(when) and precision in (None, "day"):
        columns |= {"occurred_at": f"{when}T00:00:00+08:00", "time_precision": "day"}
    elif precision is None:
        columns["time_precision"] = PRECISION
    if columns.get("direction") is None:
        columns["direction"] = DIRECTION
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
    place = PLACE.search(message)
    if place is None:
        return f"不是一条联系记录（{message}）。", "This is not a contact record.", None
    name = place.group(1)
    column, value = COLUMN_BY_NAME[name], columns.get(name)
    shown = "" if name in ID_COLUMNS or name == "text" else " null " if value is None else f" {repr(value)[:40]} "
    if column.values:
        zh, en = f"只能是 {'、'.join(column.values)}", f"one of {', '.join(column.values)}"
    else:
        zh, en = _KINDS[column.type]
    return f"{name} 的取值{shown}不对，{zh}。", f"{name} must be {en}.", name


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
        raise no_zone(where, "occurred_at")
    if at is not None and at.year not in YEARS:
        raise AskError(
            f"{where}：occurred_at 的年份 {at.year} 不对。",
            remedy="请核对这个时间。",
            en=f"The year {at.year} of occurred_at cannot be right.",
            at="occurred_at",
        )
    if contact.channel == "public_post" and contact.recipient_role not in (None, "other"):
        raise AskError(
            f"{where}：公开发布是给所有人看的，recipient_role 不能是 {contact.recipient_role}。",
            remedy="写 other，或不写。",
            en="What is posted in public is read by anybody: recipient_role must be other, or left out.",
            at="recipient_role",
        )
    if contact.count is not None and not 1 <= contact.count <= MOST_COUNT:
        raise out_of_range(where, "count", 1, MOST_COUNT)
    if contact.duration_s is not None and not 0 <= contact.duration_s <= LONGEST_CALL_S:
        raise out_of_range(where, "duration_s", 0, LONGEST_CALL_S)
    for name, said in zip(ID_COLUMNS, ids_of(contact), strict=True):
        if said is not None and len(said) > LONGEST_ID:
            raise too_long(where, name, LONGEST_ID)
        if said is not None and has_invisible(said):
            raise AskError(
                f"{where}：{name} 里有看不见的字符（例如零宽空格）。",
                remedy="看上去一样的编号会被分开计数，所以不收；请从原来的系统重新取这一列。",
                en=f"{name} holds characters that cannot be seen; ids that look alike would be counted apart.",
                at=name,
            )
    if contact.text is not None and len(contact.text) > LONGEST_TEXT:
        raise too_long(where, "text", LONGEST_TEXT)


def no_zone(where: str, name: str) -> AskError:
    """What is said of a time in column *name* that has no zone."""
    zh, en = f"{where}：{name} 没有时区。", f"{name} has no zone; in China add +08:00."
    return AskError(zh, remedy="北京时间请在末尾加 +08:00。", en=en, at=name)


def out_of_range(where: str, name: str, least: int, most: int) -> AskError:
    """What is said of a number out of its range."""
    zh, en = f"{where}：{name} 应是 {least} 到 {most} 之间的整数。", f"{name} must be from {least} to {most}."
    return AskError(zh, en=en, at=name)


def too_long(where: str, name: str, most: int) -> AskError:
    """What is said of a text of more than *most* characters."""
    zh, en = f"{where}：{name} 太长（最多 {most} 个字）。", f"{name} is too long (at most {most} characters)."
    return AskError(zh, en=en, at=name)
