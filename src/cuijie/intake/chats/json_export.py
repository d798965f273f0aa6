"""Chat exports as JSON: a conversation with messages, a bare list of messages, one message a line, or in a page's script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeGuard

from cuijie.intake.chats.json_about import chat_of, group_of
from cuijie.intake.chats.messages import SIDES_NOTE, Chat, Message, entries_of, kind_word
from cuijie.intake.chats.script_list import script_records
from cuijie.intake.chats.shapes import plain_conversation, plain_message
from cuijie.intake.chats.table import CHAT_COLUMNS, is_chat
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Declared, Found, IntakeError, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When, from_epoch, parse_time
from cuijie.intake.vocabulary import OWN_WORDS, channel_of, direction_of

__all__ = ["KIND", "TITLE", "read", "sniff", "wanted"]

KIND: Final = "chat_json"
TITLE: Final = "自己整理的聊天记录（JSON）"

_FIELDS: Final = {word.lower(): field for field, words in CHAT_COLUMNS.items() for word in words} | {
    "body": "text", **dict.fromkeys(("sendername", "sender_name", "fromusername"), "sender"),
}  # fmt: skip
_LISTS: Final = ("messages", "records", "msgs", "data", "list")
_TRIED: Final = 20  # of a list: whether messages lie in it
_ENCLOSED: Final = {
    "media_type": "file",
    "photo": "image",
    "contact_information": "card",
    "location_information": "place",
    "file": "file",
}
_Json = Mapping[str, object]


def sniff(head: Head) -> bool:
    """True for messages with a time, words and a sender; also for a folder of a big export in pieces."""
    if head.names:
        return any(name.endswith("manifest.json") for name in head.names) and any(
            "chunks/" in name and name.endswith(".jsonl") for name in head.names
        )
    text = head.data.decode(detect(head.data), "replace").lstrip("\ufeff \r\n\t")
    if text[:1] == "<":
        whole = head.whole() if b"<script" in head.data.lower() and head.whole is not None else b""
        return any(_is_message(one) for one in script_records(decode_text(whole).text)[:20])
    return text[:1] in ("[", "{") and any(_is_message(value) for value in _sample(text))


def _sample(text: str) -> Iterator[object]:
    """Whole JSON objects that the beginning of a text holds, the outer ones first."""
    decoder = json.JSONDecoder()
    position, tried = text.find("{"), 0
    while position >= 0 and tried < 60:
        tried += 1
        try:
            value, _ = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            pass
        else:
            yield value
            for key in _LISTS:
                if isinstance(value.get(key), list):
                    yield from value[key][:1]
        position = text.find("{", position + 1)


def _is_message(value: object) -> bool:
    one = plain_message(value) if isinstance(value, dict) else None
    if one is None:
        return False
    value = dict(one)
    fields = {field for key in value if (field := _FIELDS.get(str(key).lower()))}
    if isinstance(value.get("sender"), dict) or "senderID" in value or "senderId" in value:
        fields.add("sender")
    return is_chat(fields)


def wanted(names: tuple[str, ...]) -> tuple[str, ...]:
    """The description and the pieces of a big export."""
    return tuple(name for name in names if name.endswith(("manifest.json", ".jsonl")))


def read(source: Source) -> Iterator[Found]:
    """Each message."""
    if source.is_folder:
        about = next((part for name, part in source.members.items() if name.endswith("manifest.json")), None)
        chat = chat_of(_loads(about), source.name) if about else Chat(name=source.name)
        for name in sorted(source.members):
            if name.endswith(".jsonl"):
                part = source.members[name]
                yield from entries_of(part, _messages(_lines(part), {}, chat), chat)
        return
    value = _loads(source)
    several = _chats(value)
    for number, one in enumerate(several, 1):
        yield from _conversation(source, one, f"第 {number} 个聊天")
    if not several:
        yield from _conversation(source, value, "")


def _chats(value: object) -> list[_Json]:
    """The conversations in a file that holds many, or none where it is one."""
    about = value.get("chats") if isinstance(value, dict) else None
    listed = about.get("list") if isinstance(about, dict) else about
    if isinstance(listed, list):
        return [one for one in listed if isinstance(one, dict)]
    for part in value.values() if isinstance(value, dict) else [value]:
        if isinstance(part, list) and any(map(_holds_messages, part[:_TRIED])):
            return [one for one in part if _holds_messages(one)]
    return []


def _holds_messages(value: object) -> TypeGuard[_Json]:
    """True for an object, itself no message, with a list of messages in it whatever that is called."""
    return isinstance(value, dict) and not _is_message(value) and _listed(value) is not None


def _listed(whole: _Json) -> list[object] | None:
    """The list of messages in *whole*: by the name it has in known exports, else by what lies in it."""
    named = [part for key in _LISTS if isinstance(part := whole.get(key), list)]
    others = (part for part in whole.values() if isinstance(part, list) and any(map(_is_message, part[:_TRIED])))
    return named[0] if named else next(others, None)


def _conversation(source: Source, value: object, prefix: str) -> Iterator[Found]:
    whole: _Json
    if value is None:
        # such files begin with lines about the chat and its members: they are no messages
        lines = list(_lines(source))
        pairs = [(at, one) for at, one in lines if not isinstance(one, dict) or _tells(plain_message(one) or {})]
        about = next((one for _, one in lines if isinstance(one, dict) and isinstance(one.get("meta"), dict)), None)
        whole = plain_conversation({**(about or _above(source)), "messages": []})
    else:
        whole = plain_conversation(value) if isinstance(value, dict) else {}
        listed = value if isinstance(value, list) else _listed(whole)
        if not isinstance(listed, list):
            raise IntakeError(f"“{source.name}”里没有聊天消息。")
        pairs = [(f"{prefix}第 {number} 条", one) for number, one in enumerate(listed, 1)]
        yield from _declared(value)
    chat = chat_of(whole, source.name)
    senders = _senders(whole)
    bad = [at for at, one in pairs if not isinstance(one, dict)]
    for at in bad:
        yield SetAside(at=at, why="这一条不是完整的 JSON 对象")
    good = [(at, made) for at, one in pairs if isinstance(one, dict) and (made := plain_message(one)) is not None]
    if not chat.own:  # where the file calls its maker 我, everybody else is the other side
        said = {name for _, one in good if (name := _sender(one, senders)[0])}
        chat = replace(chat, own=frozenset(name for name in said if name.lower() in OWN_WORDS))
    if good and all(_is_text(one, senders) for _, one in good):
        texts = (replace(one, is_text=True, kind="text") for one in _messages(good, senders, chat))
        yield from entries_of(source, texts, Chat(own=chat.own))
        return
    names = {
        _sender(one, senders)[0] for _, one in good if _own(one, senders, chat) is not True and _kind(one) != "system"
    } - {None, "我"}
    is_told = any(_own(one, senders, chat) is not None for _, one in good)
    if chat.is_group is None:
        titled = group_of(whole, (one for _, one in good), chat, names)
        is_group = titled is not None or len(names) > 1 + (not is_told)
        chat = replace(chat, name=titled or chat.name, is_group=is_group)
    if chat.is_group is False and not is_told and chat.peer in names and len(names) == 2:
        # where a private chat names its other side, whoever else writes is the owner
        chat = replace(chat, own=frozenset(str(name) for name in names - {chat.peer}))
    elif chat.is_group is False and not is_told and len(names) == 2:
        yield Note(text=SIDES_NOTE)
    yield from entries_of(source, _messages(good, senders, chat), chat)


def _loads(source: Source) -> object:
    """The JSON value of the source, or None if it is one value a line or was cut off."""
    text = decode_text(source.read_all()).text.lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        return script_records(text)
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _lines(source: Source) -> Iterator[tuple[str, object]]:
    """One value a line; in a list that was cut off, the whole messages before the break."""
    text = decode_text(source.read_all()).text.lstrip("\ufeff \r\n\t")
    decoder = json.JSONDecoder()
    first = text.split("\n", 1)[0].strip()
    if first.endswith("}"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    yield f"第 {number} 行", json.loads(line)
                except (ValueError, RecursionError):
                    yield f"第 {number} 行", None
        return
    starts = [start for key in _LISTS if (start := text.find(f'"{key}"')) >= 0]
    position, number = text.find("[", min(starts, default=0)) + 1, 0
    while position > 0 and (position := text.find("{", position)) >= 0:
        number += 1
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            yield f"第 {number} 条", None
            return
        yield f"第 {number} 条", value


def _above(source: Source) -> _Json:
    """What a conversation that was cut off says of itself: what stands above its list of messages."""
    text = decode_text(source.read_all()).text.lstrip("\ufeff \r\n\t")
    start = min((place for key in _LISTS if (place := text.find(f'"{key}"')) > 0), default=0)
    try:
        value: object = json.loads(text[:start].rstrip().rstrip(",") + "}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _declared(value: object) -> Iterator[Found]:
    if isinstance(value, dict):
        for key, name in (("session", "messageCount"), ("statistics", "totalMessages")):
            part = value.get(key)
            if isinstance(part, dict) and isinstance(part.get(name), int):
                yield Declared(count=part[name])


def _senders(value: object) -> dict[str, _Json]:
    listed = value.get("senders") if isinstance(value, dict) else None
    found: dict[str, _Json] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            key = next((one[name] for name in ("senderID", "senderId", "id") if name in one), None)
            found[str(key)] = one
    return found


def _sender(one: _Json, senders: Mapping[str, _Json]) -> tuple[str | None, str | None]:
    """(name, account) of a message's sender."""
    who = one.get("sender")
    if not isinstance(who, dict):
        key = next((one[name] for name in ("senderID", "senderId") if name in one), None)
        who = senders.get(str(key)) if key is not None else None
    if isinstance(who, dict):
        names = ("groupCard", "remark", "displayName", "groupNickname", "accountName", "name", "nickname", "uin", "uid")
        return _first(who, names), _first(who, ("uin", "uid", "wxid", "username", "account"))
    values = _flat(one)
    name, told = (
        _first(
            one, ("groupNickname", "accountName", "senderName", "sender_name", "fromUserName", "displayname", "actor")
        ),
        _first(one, ("sender",)) or values.get("sender"),
    )
    return name or told or None, values.get("account") or (told if name else None) or None


def _is_text(one: _Json, senders: Mapping[str, _Json]) -> bool:
    """True for a message between the owner (``Me``) and nothing but a telephone number, or called one: a text, no chat app's."""
    if channel_of(str(one.get("type") or ""))[0] == "sms":
        return True
    sides = (_sender(one, senders)[0] or "", _flat(one).get("receiver", ""))
    others = [side for side in sides if side.lower() not in OWN_WORDS]
    return len(others) == 1 and re.fullmatch(r"\+?[\d\s()\-]{5,24}", others[0]) is not None


def _first(one: _Json, names: Iterable[str]) -> str | None:
    return next((str(one[name]) for name in names if one.get(name)), None)


def _own(one: _Json, senders: Mapping[str, _Json], chat: Chat) -> bool | None:
    flag = _flat(one).get("is_own", "").lower()
    if flag in {"1", "true"}:
        return True
    if flag in {"0", "false"}:
        return False
    names = set(_sender(one, senders)) - {None}
    if names & chat.own:
        return True
    if isinstance(way := one.get("direction"), str) and (came := direction_of(way)) is not None:
        return not came
    return False if chat.own and names else None


def _kind(one: _Json) -> str:
    if one.get("system") is True:
        return "system"
    if one.get("action") == "phone_call":  # calls stand among the notices of a messenger
        return "call"
    if kind := next((kind for key, kind in _ENCLOSED.items() if one.get(key)), None):
        return kind_word(str(one.get("media_type") or kind).replace("_", " "))
    number = one.get("localType")
    written = str(number) if isinstance(number, int) else str(one.get("type_name") or one.get("type") or "")
    return "text" if written.startswith("type_") else kind_word(written, str(one.get("subType") or ""))


def _tells(one: _Json) -> bool:
    """True if the object has a time or words, so that it can only be a message."""
    return bool(_flat(one).keys() & {"time", "text"}) or isinstance(one.get("content"), dict)


def _flat(one: _Json) -> dict[str, str]:
    return {
        field: str(value)
        for key, value in one.items()
        if (field := _FIELDS.get(str(key).lower()))
        and isinstance(value, str | int | float)
        and not (field == "time" and value == "")
    }


def _messages(pairs: Iterable[tuple[str, object]], senders: Mapping[str, _Json], chat: Chat) -> Iterator[Message]:
    for at, one in pairs:
        if not isinstance(one, dict):
            continue
        name, account = _sender(one, senders)
        content = one.get("content")
        text = str(content.get("text") or "") if isinstance(content, dict) else _flat(one).get("text") or _joined(one)
        own = _own(one, senders, chat)
        kind = _kind(one)
        if kind == "call" and not text:
            text = _call(one)
        if one.get("recalled") is True and kind != "system":
            text = f"[已撤回] {text or ''}".strip()
        yield Message(
            at=at,
            when=_when(one),
            sender=name if name not in {"我"} else None,
            text=text or None,
            is_own=None if kind == "system" else True if name == "我" else own,
            kind=kind,
            account=account,
            message_id=_first(one, ("platformMessageId", "MsgSvrID", "id", "localId")),
            receiver=_flat(one).get("receiver"),
        )


def _call(one: _Json) -> str:
    """What became of a call that is noted with its seconds and why it ended."""
    seconds = one.get("duration_seconds")
    if isinstance(seconds, int) and seconds > 0:
        return f"[语音通话] 通话时长 {seconds}秒"
    return "[语音通话] 未接" if one.get("discard_reason") in ("missed", "busy") else "[语音通话] 没有接通"


def _joined(one: _Json) -> str | None:
    """The words where they stand in pieces: plain ones, and links and the like as objects with ``text``."""
    pieces = one.get("text")
    if not isinstance(pieces, list):
        return None
    return "".join(str(part.get("text") or "") if isinstance(part, dict) else str(part) for part in pieces)


_TIMES: Final = (
    "date_unixtime", "createTime", "CreateTime", "timestamp", "ms", "time", "formattedTime", "时间", "date", "datetime",
    "sendTime", "send_time", "created_at", "createdAt", "msgTime", "msg_time",
)  # fmt: skip


def _when(one: _Json) -> When:
    """The first of its times that can be read; a clock time with the day beside it."""
    told = [_time(value) for name in _TIMES if (value := one.get(name)) not in (None, "")]
    day, clock = (str(one.get(name) or "") for name in ("day" if "day" in one else "date", "time"))
    if day and re.fullmatch(r"\d{1,2}:\d{2}(?::\d{2})?", clock.strip()):
        told.append(parse_time(f"{day} {clock}", by_program=True))
        told.sort(key=lambda when: when.precision == "day")
    return next((when for when in told if when.instant is not None), told[0] if told else When())


def _time(value: object) -> When:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return from_epoch(value)
    written = str(value).strip()
    is_epoch = written.isdecimal() and len(written) in (10, 13)
    return from_epoch(written) if is_epoch else parse_time(written, by_program=True)
