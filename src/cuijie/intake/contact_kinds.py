"""What the columns for kind, way and state of a contact log say together: a call, a text, an app's notice, a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cuijie.intake.vocabulary import OWN_WORDS, channel_of, direction_of, duration_of, was_missed, yes_no
from cuijie.records import EntryKind

__all__ = ["WORDED", "channel_told", "is_no_contact", "named", "sided", "why_aside"]

_UNSENT: Final = "unsent"
_NOTICES: Final = frozenset({"notification", "system", "系统消息", "系统", "通知"})
_BOXES: Final = {"1": "inbox", "2": "sent", **dict.fromkeys("3456", _UNSENT)}
_CALLS: Final = {
    "1": "incoming",
    "2": "outgoing",
    "3": "missed",
    "4": "missed",
    "5": "rejected",
    "6": "blocked",
    "7": "incoming",
}
_NOT_SENT: Final = frozenset({
    "草稿", "草稿箱", "发送失败", "未发送", "待发送", "发送中", "draft", "drafts", "failed", "queued", "outbox", "unsent",
})  # fmt: skip
_TEXT_WAYS: Final = frozenset(
    {"收", "发", "接收", "发送", "收到", "发出", "发来", "已发送", "received", "sent", "from", "to"}
)
WORDED: Final = {"from": "接收", "to": "发送"}  # the way, in a column for it
_HUNG_UP: Final = "挂断"  # before anybody answered where the call has no length, else at its end
_TIMES: Final = re.compile(r"^(?P<kind>\D+?)\s*[×xX*(（]?\s*(?P<count>\d{1,3})\s*[次通个]?[)）]?$")
_BETWEEN: Final = re.compile(r"[\s()（）\[\]\-—–·•/|:：,，→←↑↓↗↘↙↖]+")
_NAME_AND_NUMBER: Final = re.compile(r"[^\d+()（）<>]{1,20}[(（<]\+?\d[\d\s-]{4,23}[)）>]")
_SERVICE: Final = re.compile(r"sms|mms|rcs|imessage", re.IGNORECASE)


def is_no_contact(row: Mapping[str, str]) -> bool:
    """True for an app's own notice, and for what was never sent."""
    channel = row.get("channel", "")
    return channel.strip().lower() in _NOTICES or channel == _UNSENT


def why_aside(row: Mapping[str, str]) -> str:
    """Why a row whose time is known is no contact."""
    channel = row.get("channel", "")
    if channel.strip().lower() in _NOTICES:
        return "这是应用自己的提示，不算一次联系"
    if channel == _UNSENT:
        return "这是草稿或没有发出去的短信，不算一次联系"
    if channel:
        return f"方式写的是“{channel[:20]}”，不知道是电话、短信还是别的"
    return "没有写方式（电话、短信、微信、上门……）"


def sided(row: Mapping[str, str]) -> Mapping[str, str]:
    """*row* with the other side as its number where one column names the sender and one the receiver."""
    sender, receiver = row.get("from_number", "").strip(), row.get("to", "").strip()
    if not receiver:
        return row
    way = WORDED.get(row.get("direction", "").strip().lower()) or row.get("direction", "")
    if receiver.lower() in OWN_WORDS:
        return {**row, "direction": way or "接收"}
    if not sender or sender.lower() in OWN_WORDS:
        return {**row, "from_number": receiver, "direction": way or "发送"}
    told = direction_of(way or row.get("channel", ""))
    return {**row, "from_number": receiver} if told is False else row


def named(row: Mapping[str, str]) -> Mapping[str, str]:
    """*row* with one plain word as its kind: for the number that Android writes, or for words that tell more than that."""
    if not row.get("from_number") and _NAME_AND_NUMBER.fullmatch(row.get("name", "")):
        row = {**row, "from_number": row["name"], "name": ""}
    if (counted := _TIMES.match(row.get("channel", "").strip())) and channel_of(counted["kind"])[0] is not None:
        row = {**row, "channel": counted["kind"], "count": row.get("count") or counted["count"]}  # 电话×3
    row = _parted(_parted(row, "channel"), "direction")
    kind, state = row.get("channel", "").strip(), row.get("state", "")
    if not kind and channel_of(state)[0] is not None:
        row, kind = {**row, "channel": state}, state
    if kind.lower() == "unknown" and row.get("raw_type"):
        kind = row["raw_type"].strip()
    if kind.lower() in _NOT_SENT or row.get("direction", "").strip().lower() in _NOT_SENT:
        return {**row, "channel": _UNSENT}
    words = _CALLS if {"duration_s", "minutes"} & row.keys() else _BOXES if "text" in row else {}
    return {**row, "channel": words[kind]} if kind in words else row


def _parted(row: Mapping[str, str], column: str) -> Mapping[str, str]:
    """*row* where ``呼入(未接)``, ``呼出-未接通``, ``去电未接``, ``→ 来电`` are a way and what became of the call, if every part is known."""
    written = row.get(column, "").strip()
    if not written or channel_of(written)[0] is not None or direction_of(written) is not None:
        return row
    parts = [part for part in _BETWEEN.split(written) if part]
    parts = _two_words(parts[0]) if len(parts) == 1 else parts
    lasted = duration_of(row.get("duration_s", ""))
    states = {part: bool(lasted) if part == _HUNG_UP else _answered(part) for part in parts}
    ways = [part for part in parts if states[part] is None and direction_of(part) is not None]
    if len(ways) != 1 or any(state is None for part, state in states.items() if part not in ways):
        return row
    told = next((state for state in states.values() if state is not None), None)
    connected = row.get("connected") or {True: "是", False: "否", None: ""}[told]
    return {**row, column: ways[0], "connected": connected}


def _answered(word: str) -> bool | None:
    return False if was_missed(word) else yes_no(word)


def _two_words(written: str) -> list[str]:
    """``去电未接`` as its way and its state, each a word that is known by itself; else *written* as it is."""
    cuts = ((written[:place], written[place:]) for place in range(2, len(written) - 1))
    known = (
        [way, state]
        for way, state in cuts
        if direction_of(way) is not None and (state == _HUNG_UP or _answered(state) is not None)
    )
    return next(known, [written])


def channel_told(row: Mapping[str, str]) -> tuple[EntryKind | None, bool]:
    """The kind of contact that the columns tell together, and whether a machine called."""
    if _SERVICE.fullmatch(row.get("service", "").strip()):
        return "sms", False
    written = row.get("channel", "").strip()
    is_timed = any(row.get(name, "").strip() for name in ("duration_s", "minutes", "connected"))
    if re.search(r"\w", written):  # a sign alone (?) says nothing
        kind, by_machine = channel_of(written)
        if kind is None and direction_of(written) is not None and row.get("from_number"):
            # 接收／发送 beside words, In/Out beside a length
            kind = "sms" if row.get("text") else "call" if is_timed else None
        return kind, by_machine
    if is_timed:
        return "call", False
    if row.get("direction", "").strip().lower() in _TEXT_WAYS and row.get("text") and row.get("from_number"):
        return "sms", False
    return channel_of(row.get("direction", ""))  # 未接, 主叫 can only be calls
