"""What chat exports have in common: a sender, a time, words or a kind of message, one's own side or a group.

Such a file was made by the user with some tool, so every entry is marked *user-converted*.  The layouts are told
by their columns.  Storage of a chat app is never opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.day_order import why_unread
from cuijie.intake.times.told_order import without_order
from cuijie.intake.times.written import When
from cuijie.intake.vocabulary import OWN_WORDS, duration_of
from cuijie.records.numbers import classify, normalise

__all__ = ["SIDES_NOTE", "Chat", "Message", "entries_of", "kind_word", "name_of_file"]

_CONVERTED_NOTE: Final = "这份聊天记录是自己用工具整理的文件，证明力不如手机里的原聊天：请保留原手机，并另外截图。"

SIDES_NOTE: Final = "文件里没有写哪一方是自己，收发方向先空着，请在案卷里确认。"

_TYPES: Final = {
    "1": "text", "3": "image", "34": "voice", "42": "card", "43": "video", "47": "sticker", "48": "place",
    "49": "link", "50": "call", "10000": "system", "10002": "system",
}  # fmt: skip
_SUBTYPES: Final = {"5": "link", "6": "file", "19": "forwarded", "57": "text", "2000": "transfer", "2001": "red_packet"}
_WORDS: Final = {
    "通话": "call", "call": "call",  # before 语音: 语音通话 is no voice message
    "文本": "text", "图片": "image", "语音": "voice", "视频": "video", "表情": "sticker", "名片": "card", "位置": "place",
    "链接": "link", "文件": "file", "转账": "transfer", "红包": "red_packet", "系统": "system", "引用": "text",
    "撤回": "system", "合并转发": "forwarded", "小程序": "link", "动画表情": "sticker", "text": "text", "image": "image",
    "voice": "voice", "audio": "voice", "video": "video", "system": "system", "file": "file",
    "message": "text", "service": "system", "voice message": "voice", "video message": "video", "video file": "video",
    "audio file": "file", "animation": "sticker", "sticker": "sticker", "card": "card", "place": "place",
}  # fmt: skip
_SHOWN: Final = {
    "image": "[图片]", "voice": "[语音]", "video": "[视频]", "sticker": "[表情]", "card": "[名片]", "place": "[位置]",
    "link": "[链接]", "file": "[文件]", "transfer": "[转账]", "red_packet": "[红包]", "forwarded": "[聊天记录]", "call": "[通话]",
}  # fmt: skip
_TELEPHONES: Final = frozenset({"mobile", "virtual_mobile", "landline", "foreign"})
_WHATSAPP: Final = re.compile(
    r"WhatsApp Chat (?:with|-) (.+)|(?:与|與)(.+?)的\s*WhatsApp\s*(?:聊天|對話|对话)(?:记录|記錄)?|WhatsApp\s*(?:聊天|对话|對話)\s*-\s*(.+)"
)
_MISSED: Final = re.compile(r"未接|已取消|取消|拒绝|无应答|忙线|对方已拒绝|已拒绝")
_LASTED: Final = re.compile(r"(?:通话时长|时长|聊天时长|通[话話][时時][间間])\s*[:：]?\s*([\d:：分秒小时]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as an export lists it; what it does not say is None."""

    at: str
    when: When
    sender: str | None
    text: str | None
    is_own: bool | None = None
    kind: str = "text"  # text, image, voice, call, transfer, system …
    account: str | None = None  # the sender's id in the app: several names may stand for one
    message_id: str | None = None
    room: str | None = None
    is_text: bool = False  # a short message (SMS, iMessage), not one of a chat app
    receiver: str | None = None  # to whom it went, where the export says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """What the export says of the whole conversation."""

    name: str | None = None
    is_group: bool | None = None  # None: told by the number of senders
    peer: str | None = None  # the other side of a private chat
    own: frozenset[str] = frozenset()  # names or accounts that are the owner's


def kind_word(written: str, sub: str = "") -> str:
    """Our word for a message type, from a number or from Chinese; unknown ones are ``other``."""
    written = written.strip()
    if written.isdecimal():
        kind = _TYPES.get(written, "other")
        return _SUBTYPES.get(sub.strip(), kind) if written == "49" else kind
    plain = re.sub(r"(?:消息|通知|类型)$", "", written)
    return _WORDS.get(plain) or next(
        (kind for word, kind in _WORDS.items() if word in plain), "other" if plain else "text"
    )


def name_of_file(name: str) -> str | None:
    """The conversation's name as such files carry it in theirs."""
    stem = without_order(re.sub(r"\.\w{1,5}$", "", name))
    if named := _WHATSAPP.fullmatch(stem):
        return (named[1] or named[2] or named[3]).strip()
    stem = re.sub(r"(?:_utf8|_\d+_\d+|聊天记录|\(\d+\))+$", "", stem).strip(" _-")
    return stem or None


def _is_own(message: Message, chat: Chat) -> bool | None:
    if message.is_own is not None:
        return message.is_own
    names = {name for name in (message.sender, message.account) if name}
    if names & chat.own or (message.sender or "").lower() in OWN_WORDS:
        return True
    if chat.own and names:
        return False
    if chat.peer and not chat.is_group and names:
        return chat.peer not in names
    return None


def _number(name: str | None, *, is_text: bool = False) -> str | None:
    """*name* if it is nothing but a telephone number in full; a text may come from any short one."""
    if is_text and re.fullmatch(r"\+?\d{5,24}", name or ""):
        return name
    if not name or not re.fullmatch(r"\+?[\d\s()\-]{8,24}", name):
        return None
    return name if classify(normalise(name) or "") in _TELEPHONES else None


def _signed(account: str | None) -> str | None:
    """The account if it is a telephone number with its country: plain digits are an app's own ids."""
    return _number(account) if (account or "").startswith("+") else None


def entries_of(
    source: Source, messages: Iterable[Message], whole: Chat, rooms: Mapping[str | None, Chat] = MappingProxyType({})
) -> Iterator[Found]:
    """An entry for each message; one without a readable time is set aside.  *rooms* are the conversations of a file that holds several."""
    yield Note(text=_CONVERTED_NOTE)
    for message in messages:
        chat = rooms.get(message.room, whole)
        if message.when.instant is None:
            yield SetAside(at=message.at, why=why_unread(message.when.raw))
            continue
        own = _is_own(message, chat)
        is_system = message.kind == "system"
        text = message.text
        if message.kind not in ("text", "system", "other") and (not text or text.lstrip().startswith("<")):
            text = _SHOWN.get(message.kind, "[其他消息]")
        is_call = message.kind == "call" or (text or "").startswith(("[语音通话]", "[视频通话]", "[音视频通话]"))
        lasted = _LASTED.search(text or "") if is_call else None
        extra = [
            ("message_kind", "call" if is_call else message.kind),
            ("account", message.account),
            ("message_id", message.message_id),
        ]
        name = (chat.peer or message.sender) if own is False and not chat.is_group else message.sender
        # apps show the number of whom the phone does not know
        side = (message.receiver or chat.peer) if own else name
        number = _number(side, is_text=message.is_text) or (
            None if own else _number(message.account, is_text=True) if message.is_text else _signed(message.account)
        )
        yield make_entry(
            source,
            message.at,
            "sms" if message.is_text else "im",
            when=message.when,
            inbound=None if is_system or own is None else not own,
            number_raw=number,
            name=name if number is None or (not own and _number(name, is_text=message.is_text) is None) else None,
            text=text,
            connected=(not _MISSED.search(text or "") and bool(lasted))
            if is_call and (lasted or _MISSED.search(text or ""))
            else None,
            duration_s=duration_of(lasted[1].replace("：", ":")) if lasted else None,
            group_name=(chat.name or message.room) if chat.is_group else None,
            is_proof_of_contact=not is_system,  # what the app itself says is nobody's contact
            is_user_converted=True,
            is_inferred=message.when.basis == "inferred",
            extra=tuple((name, value) for name, value in extra if value and value != "text"),
        )
