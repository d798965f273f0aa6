"""What a chat export as JSON says of its conversation beside the messages: its name, its kind, whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cuijie.intake.chats.group_titles import group_among
from cuijie.intake.chats.messages import Chat, name_of_file
from cuijie.intake.chats.table import CHAT_COLUMNS

__all__ = ["chat_of", "group_of"]

_Json = Mapping[str, object]
_GROUPS: Final = frozenset({"群聊", "group", "private_group", "private_supergroup", "public_supergroup"})
_PRIVATE: Final = frozenset({"私聊", "private", "friend", "c2c", "personal_chat"})
_NAMES: Final = ("remark", "displayName", "name", "nickname", "对方", "联系人", *CHAT_COLUMNS["room"], "title")
_SAID_GROUP: Final = ("isGroup", "is_group", "是否群聊")


def chat_of(value: object, file_name: str) -> Chat:
    """What *value* says of the conversation; whether it is a group stays open where no word of its own tells."""
    session = _session(value)
    name = next(iter(_told(session, _NAMES)), None)
    kind = str(session.get("type") or "")
    is_group = True if kind in _GROUPS else False if kind in _PRIVATE else None
    if is_group is None:
        is_group = next((said for key in _SAID_GROUP if isinstance(said := session.get(key), bool)), None)
    own = frozenset(str(session[key]) for key in ("selfUin", "selfUid", "selfName") if session.get(key))
    return Chat(
        name=name or name_of_file(file_name), is_group=is_group, peer=name if is_group is False else None, own=own
    )


def group_of(value: object, messages: Iterable[_Json], chat: Chat, writers: set[str | None]) -> str | None:
    """The group that the conversation, its file or what stands beside each of its *messages* names (``群名: 同学群``)."""
    rooms = {tuple(_titles(one, CHAT_COLUMNS["room"])) for one in messages}
    shared = rooms.pop() if len(rooms) == 1 else ()
    return group_among([*_titles(_session(value), _NAMES), chat.name or "", *shared], writers)


def _session(value: object) -> _Json:
    """Where a conversation says what it is: in an object of its own, else beside its messages."""
    about: _Json = value if isinstance(value, dict) else {}
    parts = ("session", "chatInfo", "conversation")
    return next((part for key in parts if isinstance(part := about.get(key), dict)), about)


def _told(one: _Json, names: Iterable[str]) -> list[str]:
    return [told for key in names if isinstance(told := one.get(key), str) and told]


def _titles(one: _Json, names: Iterable[str]) -> list[str]:
    """What *one* says under *names*, with the name and without."""
    return [title for key in names for told in _told(one, (key,)) for title in (f"{key}：{told}", told)]
