"""Messages whose parts lie deeper than a plain record has them: work apps' archives and messengers' own JSON.

Each is turned into the plain record that ``chat_json`` reads; what is no message becomes none.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Final

__all__ = ["plain_conversation", "plain_message"]

_Json = Mapping[str, object]
_CALLS: Final = frozenset({"Call"})
_SPOKEN: Final = frozenset({"Default", "Reply", "0", "19"})  # of a server-based messenger; other kinds are notices
_ALONE: Final = "DirectTextChat"


def plain_message(one: _Json) -> _Json | None:
    """*one* as a plain record; itself where it is no such shape, None where it tells of no message (a receipt)."""
    for is_shape, plain in _SHAPES:
        if is_shape(one):
            return plain(one)
    return one


def plain_conversation(whole: _Json) -> _Json:
    """*whole* with its list of messages and what it says of itself where a plain conversation has them."""
    data, channel, meta, sides = (whole.get(name) for name in ("data", "channel", "meta", "participants"))
    if isinstance(data, dict) and isinstance(data.get("items"), list):
        return {"messages": data["items"]}
    if isinstance(whole.get("items"), list) and "messages" not in whole:
        return {"messages": whole["items"]}
    if isinstance(channel, dict) and isinstance(whole.get("messages"), list):
        kind = "private" if channel.get("type") == _ALONE else "group"
        return {"chatInfo": {"name": channel.get("name"), "type": kind}, "messages": whole["messages"]}
    if isinstance(sides, list) and isinstance(whole.get("messages"), list):
        name = _unmangled(whole.get("title") or whole.get("threadName"))
        return {
            "chatInfo": {"name": name, "type": "group" if len(sides) > 2 else "private"},
            "messages": whole["messages"],
        }
    if isinstance(meta, dict):
        return {**whole, "chatInfo": {**meta, "selfUid": meta.get("ownerId")}}
    return whole


def _is_envelope(one: _Json) -> bool:
    return isinstance(one.get("envelope"), dict)


def _of_envelope(one: _Json) -> _Json | None:
    """A messenger's envelope: what came, or what its other device sent; receipts and the like say nothing."""
    outside = _dict(one, "envelope")
    came, sent = _dict(outside, "dataMessage"), _dict(_dict(outside, "syncMessage"), "sentMessage")
    said = came or sent
    if not said.get("message"):
        return None
    who = outside if came else said
    names = ("sourceName", "sourceNumber", "source") if came else ("destinationNumber", "destination")
    return {
        "time": said.get("timestamp") or outside.get("timestamp"),
        "sender": "我" if sent else next((who[name] for name in names if who.get(name)), None),
        "account": None if sent else outside.get("sourceNumber"),
        "content": said["message"],
        "isSelf": bool(sent),
    }


def _is_work_message(one: _Json) -> bool:
    return "create_time" in one and isinstance(one.get("body"), dict) and isinstance(one.get("sender"), dict)


def _of_work_message(one: _Json) -> _Json:
    """A work app's message: its words are JSON in a text."""
    return {
        "time": one["create_time"],
        "sender": _dict(one, "sender").get("id"),
        "content": _words(_dict(one, "body").get("content")),
        "type": one.get("msg_type"),
        "message_id": one.get("message_id"),
    }


def _is_archived(one: _Json) -> bool:
    return "msgtime" in one and "from" in one and "msgtype" in one


def _of_archived(one: _Json) -> _Json:
    """An archive's message: its words lie under the name of its kind."""
    kind = str(one["msgtype"])
    told = _dict(one, kind)
    return {
        "time": one["msgtime"],
        "sender": one["from"],
        "content": told.get("content") or told.get("title") or told.get("filename"),
        "type": kind if one.get("action", "send") == "send" else "system",  # a message taken back, a change of account
        "room": one.get("roomid") or None,
        "msgid": one.get("msgid"),
    }


def _is_authored(one: _Json) -> bool:
    return isinstance(one.get("author"), dict) and "timestamp" in one and "content" in one


def _of_authored(one: _Json) -> _Json:
    author, kind = _dict(one, "author"), str(one.get("type", "Default"))
    return {
        "time": one["timestamp"],
        "sender": author.get("nickname") or author.get("name"),
        "account": author.get("id"),
        "content": one["content"] or ("[附件]" if one.get("attachments") else ""),
        "type": "text" if kind in _SPOKEN else "call" if kind in _CALLS else "system",
        "id": one.get("id"),
    }


_ENCLOSED: Final = {"photos": "image", "audio_files": "voice", "videos": "video"}


def _is_downloaded(one: _Json) -> bool:
    return "timestamp_ms" in one and "sender_name" in one


def _of_downloaded(one: _Json) -> _Json:
    """A social network's message, as it gives them out: each byte of its UTF-8 written as a character."""
    is_call = "call_duration" in one
    enclosed = next((kind for name, kind in _ENCLOSED.items() if one.get(name)), "text")
    return {
        "time": one["timestamp_ms"],
        "sender": _unmangled(one["sender_name"]),
        "content": "" if is_call else _unmangled(one.get("content")),
        "type": "call" if is_call else enclosed,
        "duration_seconds": one.get("call_duration"),
        "recalled": one.get("is_unsent"),
    }


def _unmangled(written: object) -> str:
    """*written* with bytes of UTF-8 that stand as characters put together; as it is where they are none."""
    text = str(written or "")
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _is_created(one: _Json) -> bool:
    return isinstance(one.get("creator"), dict) and "created_date" in one


def _of_created(one: _Json) -> _Json:
    """A message of Google Chat from Takeout; its time is told in English words, with its zone."""
    creator = _dict(one, "creator")
    return {
        "time": one["created_date"],
        "sender": creator.get("name") or creator.get("email"),
        "account": creator.get("email"),
        "content": one.get("text") or ("[附件]" if one.get("attached_files") else ""),
        "id": one.get("message_id"),
    }


_WAYS: Final = {"incoming": False, "outgoing": True}


def _is_directed(one: _Json) -> bool:
    return "conversationId" in one and one.get("type") in _WAYS


def _of_directed(one: _Json) -> _Json:
    """A messenger's message that tells only which way it went, and from which number it came."""
    is_own = _WAYS[str(one["type"])]
    number = None if is_own else one.get("source")
    return {
        "time": one.get("timestamp") or one.get("sent_at"),
        "sender": "我" if is_own else one.get("conversationName") or number,
        "account": number,
        "content": one.get("body"),
        "isSelf": is_own,
    }


def _is_arrived(one: _Json) -> bool:
    return "originalarrivaltime" in one and "messagetype" in one


def _of_arrived(one: _Json) -> _Json:
    """A message as Skype and the Teams that followed it give them out, its words as markup.

    A conversation of two is named by the account of the other side: whoever else writes in it is the owner.
    """
    kind, room, account = str(one["messagetype"]), str(one.get("conversationid") or ""), str(one.get("from") or "")
    content = str(one.get("content") or "")
    lasted = re.search(r"<duration>(\d+)", content)
    is_spoken = kind in {"Text", "RichText", "RichText/Html"}
    return {
        "time": one["originalarrivaltime"],
        "sender": one.get("displayName") or account,
        "account": account,
        "content": html.unescape(re.sub(r"<[^>]*>", "", content)) if is_spoken else "",
        "type": "text" if is_spoken else _ARRIVED.get(kind.partition("/")[0], "system"),
        "duration_seconds": int(lasted[1]) if lasted else None,
        "isSelf": account != room if room.startswith("8:") else None,
        "id": one.get("id"),
    }


_ARRIVED: Final = {"Event": "call", "RichText": "file"}


def _dict(one: _Json, name: str) -> _Json:
    found = one.get(name)
    return found if isinstance(found, dict) else {}


def _words(written: object) -> str:
    """The words in a message's JSON: of a plain text, or of a post that holds paragraphs of pieces."""
    try:
        value: object = json.loads(written) if isinstance(written, str) else written
    except (ValueError, RecursionError):
        return str(written or "")
    return "".join(_pieces(value))


def _pieces(value: object) -> list[str]:
    if isinstance(value, dict):
        told = value.get("text")
        return [told] if isinstance(told, str) else [word for part in value.values() for word in _pieces(part)]
    if isinstance(value, list):
        return [word for part in value for word in _pieces(part)]
    return []


_SHAPES: Final[tuple[tuple[Callable[[_Json], bool], Callable[[_Json], _Json | None]], ...]] = (
    (_is_envelope, _of_envelope),
    (_is_work_message, _of_work_message),
    (_is_archived, _of_archived),
    (_is_authored, _of_authored),
    (_is_downloaded, _of_downloaded),
    (_is_created, _of_created),
    (_is_directed, _of_directed),
    (_is_arrived, _of_arrived),
)
