"""Chat exports as tables (CSV, workbook, HTML): told by columns for sender, time and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final

from cuijie.intake.chats.group_titles import group_among
from cuijie.intake.chats.messages import SIDES_NOTE, Chat, Message, entries_of, kind_word, name_of_file
from cuijie.intake.chats.page_lines import page_titles
from cuijie.intake.contact_columns import COLUMN_NAMES
from cuijie.intake.encoding import decode_text
from cuijie.intake.found import Found, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, first_rows, rows, rows_ahead
from cuijie.intake.tables.titles import Header, body, is_titled, needed_header
from cuijie.intake.times.day_order import DayOrder, order_of, plain_date
from cuijie.intake.times.told_order import named_order
from cuijie.intake.times.written import When, from_epoch, parse_time
from cuijie.intake.vocabulary import OWN_WORDS, channel_of
from cuijie.records.numbers import normalise

__all__ = ["CHAT_COLUMNS", "KIND", "TITLE", "is_chat", "read", "sniff"]

KIND: Final = "chat_table"
TITLE: Final = "自己整理的聊天记录（表格）"

_TITLED: Final = 8192  # bytes in which the title of a page stands


def _composed(*parts: str) -> tuple[str, ...]:
    """Chinese titles put together from words, as their makers do: ``发送者 昵称|名称`` gives 发送者昵称 and 发送者名称."""
    return tuple(map("".join, product(*(part.split("|") for part in parts))))


CHAT_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "time": ("CreateTime", "createTime", "StrTime", "formattedTime", "时间", *_composed("发送|消息|聊天|发言|创建", "时间|时间戳|日期"), "时间戳", "日期", "time", "date",
             "timestamp", "datetime", "sendTime", "send_time", "created_at", "createdAt", "msgTime", "msg_time"),
    "clock": ("StrTime", "formattedTime"),
    "text": ("StrContent", "msg", "content", "内容", *_composed("消息|聊天|发言|短信", "内容|正文|文本"), "消息", "message", "text", "body", "parsedContent"),
    "sender": ("Sender", *_composed("发送人|发送者|发送方|发言人|发言者|说话人", "|昵称|名称|姓名"), "昵称", "talker", "sender", "from",
               "fromNickname", "senderDisplayName", "成员"),
    "receiver": ("to", "recipient", "receiver", "接收方", "接收人", "接收者", "收信方", "收信人"),
    "part": ("发送者身份", "发送人身份"),  # 我, or whoever else it is
    "is_own": ("IsSender", "is_sender", "isSend", "is_send", "是否发送", "是否本人", "是否本人发送", "是否自己发送", "是否我发送", "本人发送", "isSelf", "is_self"),
    "type": ("Type", "type_name", "类型", "消息类型", "type", "localType", "msgtype", "contentType"),
    "sub": ("SubType", "sub_type"),
    "room": ("room_name", *_composed("群|群聊|群组|会话|聊天", "名|名称|对象"), "群聊", "会话", "conversation", "room", "group", "groupName", "talkername"),
    "id": ("MsgSvrID", "消息ID", "消息id", "platformMessageId", "localId", "id", "message_id", "msgid"),
    "account": ("TalkerId", "senderUsername", "wxid", "微信号", "QQ号", "qq", "账号", "account", *_composed("发送者|发送人", "ID|微信ID|微信号|账号")),
    "remark": ("Remark", "备注", "发送者备注"),
    "nickname": ("NickName", "昵称"),
}  # fmt: skip


def is_chat(fields: set[str]) -> bool:
    """True if columns of these fields tell of a conversation."""
    return {"time", "text"} <= fields and bool(fields & {"sender", "is_own"})


def sniff(head: Head) -> bool:
    """True for a table with columns for time, words and sender."""
    return is_titled(head, CHAT_COLUMNS, is_chat, but=_NUMBERS) or is_titled(
        head, CHAT_COLUMNS, lambda fields: is_chat(fields) and "room" in fields, but=_TELEPHONES
    )


# a column of telephone numbers is a list of texts, not a chat; an id beside a group is an app's own
_NUMBERS: Final = {"from_number": COLUMN_NAMES["from_number"]}
_TELEPHONES: Final = {"from_number": [title for title in COLUMN_NAMES["from_number"] if not title.endswith("id")]}


def read(source: Source) -> Iterator[Found]:
    """Each message of the table; it is a group if more than two people write in it."""
    header = needed_header(source.head(), CHAT_COLUMNS, is_chat, remedy="第一行请写列名：时间、发送人、内容。")
    times = [titles.cell(row, "time") for titles, row in body(rows_ahead(source), CHAT_COLUMNS, is_chat)]
    order = order_of(times) or named_order(source.name)
    if own_number := _own_number(source, order):
        texts = (replace(message, is_text=True) for message in _messages(source, order))
        senders = {message.sender for message in _messages(source, order) if normalise(message.sender) == own_number}
        yield from entries_of(source, texts, Chat(name=None, own=frozenset(filter(None, senders))))
        return
    rooms, has_own = _rooms(source, order)
    # where the file calls its maker 我, everybody else is the other side
    own = OWN_WORDS if has_own else frozenset()
    column = dict(zip(header.columns, header.titles, strict=True)).get("room", "")
    above = [*_above(source, header), name_of_file(source.name) or ""]
    chats = {
        room: _chat(room, [f"{column}：{room}", room] if room else above, others, own) for room, others in rooms.items()
    }
    if not own and any(not (chat.is_group or chat.peer) and len(rooms[room]) == 2 for room, chat in chats.items()):
        yield Note(text=SIDES_NOTE)
    only = next(iter(chats.values())) if len(chats) == 1 else Chat(own=own)
    if not only.is_group and len(chats) <= 1:
        only = replace(only, peer=_peer(source, header, order) or only.peer)
    chats = chats if len(chats) > 1 else {}
    chat = replace(only, name=(only.name if only.is_group else None) or name_of_file(source.name) or only.name)
    yield from entries_of(source, _messages(source, order), chat, chats)


def _above(source: Source, header: Header) -> list[str]:
    """What stands above the titles of the columns; the cells of one row also as one line (``群聊``, ``同学群``)."""
    head = source.head()
    titles = page_titles(decode_text(head.data[:_TITLED]).text)
    table = [[cell.strip(" :：") for cell in row.cells if cell.strip()] for row in first_rows(head)]
    return titles + [words for cells in table[: header.index] for words in ("：".join(cells), *cells)]


def _rooms(source: Source, order: DayOrder | None) -> tuple[dict[str | None, set[str]], bool]:
    """Who but the owner writes in each conversation of the table, and whether the owner's own messages are marked."""
    rooms: dict[str | None, set[str]] = {}
    has_own = False
    for message in _messages(source, order):
        others = rooms.setdefault(message.room, set())
        has_own = has_own or bool(message.is_own)
        if message.kind != "system" and message.is_own is not True and message.sender:
            others.add(message.sender)
    return rooms, has_own


def _chat(room: str | None, titles: list[str], others: set[str], own: frozenset[str]) -> Chat:
    """One conversation: a group by its *titles*, or by how many write in it.

    Where nobody is marked as the owner, two who write may be the two sides.
    """
    peers = others - OWN_WORDS
    titled = group_among(titles, peers)
    is_group = titled is not None or len(peers) > 1 + (not own)
    peer = room if room in peers else next(iter(peers)) if own and len(peers) == 1 else None
    return Chat(name=titled or room, is_group=is_group, peer=None if is_group else peer, own=own)


def _own_number(source: Source, order: DayOrder | None) -> str | None:
    """The owner's number in a list of texts from number to number: the one that every line has; None for any other table."""
    pairs = [{normalise(one.sender), normalise(one.receiver)} for one in _messages(source, order)]
    if len(pairs) < 2 or any(
        len(pair) != 2 or not all(any(map(str.isdigit, one or "")) for one in pair) for pair in pairs
    ):
        return None
    shared = set[str | None].intersection(*pairs)
    return shared.pop() if len(shared) == 1 else None


def _peer(source: Source, header: Header, order: DayOrder | None) -> str | None:
    """The other side of a private chat, by the name the export shows most plainly."""
    for message in _messages(source, order):
        if message.is_own is False and message.sender:
            return message.sender
    return name_of_file(source.name) if "sender" not in header.columns else None


def _messages(source: Source, order: DayOrder | None) -> Iterator[Message]:
    for titles, row in body(rows(source), CHAT_COLUMNS, is_chat):
        if len(row.cells) > 1:
            values = {name: titles.cell(row, name) for name in titles.columns}
            if any(values.values()):
                is_of_texts = any(title.startswith("短信") for title in titles.titles)
                yield _message(row, {**values, "type": values.get("type") or "短信"} if is_of_texts else values, order)


def _message(row: Row, values: dict[str, str], order: DayOrder | None) -> Message:
    """The message of one row, keyed by our field names; *order* is that of the dates in its column."""
    kind = kind_word(values.get("type", ""), values.get("sub", ""))
    is_text = channel_of(values.get("type", ""))[0] == "sms"
    flag = values.get("is_own", "").strip().lower()
    is_own = True if flag in {"1", "true", "是", "发送"} else False if flag in {"0", "false", "否", "接收"} else None
    sender = values.get("remark") or values.get("sender") or values.get("nickname") or None
    if (sender or "").lower() in OWN_WORDS or values.get("part", "") in OWN_WORDS:
        is_own = True
    elif is_own is None and sender and values.get("is_own") is None and _has_own_marks(values):
        is_own = False
    return Message(
        at=row.at,
        when=_when(values, order),
        sender=None if is_own else sender,
        text=values.get("text") or None,
        is_own=None if kind == "system" else is_own,
        kind="text" if is_text else kind,
        is_text=is_text,
        receiver=values.get("receiver") or None,
        account=values.get("account") or None,
        message_id=values.get("id") or None,
        room=values.get("room") or None,
    )


def _has_own_marks(values: dict[str, str]) -> bool:
    """This layout writes 我 for the owner, so any other sender is the other side."""
    return "remark" in values and "id" in values


def _when(values: dict[str, str], order: DayOrder | None) -> When:
    written = values.get("time", "")
    if written.isdecimal() and len(written) in (10, 13):
        return from_epoch(written)
    when = parse_time(plain_date(written, order), by_program=True)
    is_told = when.instant is not None or not values.get("clock")
    return when if is_told else parse_time(values["clock"], by_program=True)
