"""The iPhone's message database (``sms.db``): texts, iMessage, RCS; also the words that stand only in attributedBody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cuijie.clock import SHANGHAI
from cuijie.intake.containers.sqlite_image import Rows
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.written import from_apple

__all__ = ["AttachmentFinder", "message_text", "read_messages"]

AttachmentFinder = Callable[[str], str | None]
"""From a path in the phone (``~/Library/SMS/Attachments/…``) to a vault item's id or an attachment's key."""

_COLUMNS: Final = (
    "guid", "text", "attributedBody", "handle_id", "service", "date", "is_from_me", "error", "item_type",
    "associated_message_type", "date_edited", "date_retracted", "is_sent", "destination_caller_id", "cache_has_attachments",
)  # fmt: skip
_PLACEHOLDER: Final = "\ufffc"
_REACTIONS: Final = range(2000, 4000)
_PREVIEW: Final = ".pluginPayloadAttachment"  # what the phone drew of a link: nobody sent it


def message_text(text: object, body: object) -> str | None:
    """The words of a message: ``text``, or, from iOS 16 on, the string inside the archived ``attributedBody``."""
    words = text if isinstance(text, str) and text else _archived(body) if isinstance(body, bytes) else None
    return (words or "").replace(_PLACEHOLDER, "").strip("\0") or None


def _archived(body: bytes) -> str | None:
    start = body.find(b"NSString")
    if start < 0:
        start = body.find(b"NSMutableString")
    at = body.find(b"+", start) if start >= 0 else -1
    if at < 0 or at - start > 32 or at + 1 >= len(body):
        return None
    size, at = body[at + 1], at + 2
    if size == 0x81:
        size, at = int.from_bytes(body[at : at + 2], "little"), at + 2
    elif size == 0x82:
        size, at = int.from_bytes(body[at : at + 4], "little"), at + 4
    return body[at : at + size].decode("utf-8", "replace") if at + size <= len(body) else None


@dataclass(slots=True)
class _Links:
    """Who stands behind a message, and what belongs to it."""

    handles: dict[int, str] = field(default_factory=dict)
    chats: dict[int, tuple[str, str | None, bool]] = field(default_factory=dict)  # identifier, name, is a group
    chat_of: dict[int, int] = field(default_factory=dict)
    files: dict[int, list[str]] = field(default_factory=dict)
    filtered: set[int] = field(default_factory=set)


def _links(tables: Rows) -> _Links:
    links = _Links()
    for row in tables.rows("handle", ("id",)):
        links.handles[_int(row["rowid"])] = str(row.get("id") or "")
    for row in tables.rows("chat", ("chat_identifier", "display_name", "style", "is_filtered")):
        name = str(row.get("display_name") or "") or None
        links.chats[_int(row["rowid"])] = (str(row.get("chat_identifier") or ""), name, row.get("style") == 43)
        if row.get("is_filtered") == 1:
            links.filtered.add(_int(row["rowid"]))
    for row in tables.rows("chat_message_join", ("chat_id", "message_id")):
        links.chat_of.setdefault(_int(row.get("message_id")), _int(row.get("chat_id")))
    names = {_int(row["rowid"]): str(row.get("filename") or "") for row in tables.rows("attachment", ("filename",))}
    for row in tables.rows("message_attachment_join", ("message_id", "attachment_id")):
        if (path := names.get(_int(row.get("attachment_id")))) is not None and not path.endswith(_PREVIEW):
            links.files.setdefault(_int(row.get("message_id")), []).append(path)
    return links


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def read_messages(source: Source, tables: Rows, find: AttachmentFinder) -> Iterator[Found]:
    """Every message with its other side, words and attachments; events of a group chat are no messages."""
    links = _links(tables)
    gone: list[str] = []
    for row in tables.rows("message", _COLUMNS):
        number = _int(row["rowid"])
        if _int(row.get("item_type")) != 0:
            continue
        at = f"message:{number}"
        date = row.get("date")
        when = from_apple(date if isinstance(date, int | float) else None)
        if when.instant is None:
            yield SetAside(at=f"短信第 {number} 条", why=f"时间写的是“{date}”，读不出" if date else "没有写时间")
            continue
        inbound = row.get("is_from_me") != 1
        chat = links.chats.get(links.chat_of.get(number, 0))
        handle = links.handles.get(_int(row.get("handle_id"))) or (chat[0] if chat and not chat[2] else "")
        is_mail = "@" in handle
        files = links.files.get(number, ()) if inbound else ()
        keys = [key for path in files if (key := find(path))]
        gone += [f"{when.instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"] * (len(files) - len(keys))
        extra = [("service", str(row.get("service") or ""))]
        if links.chat_of.get(number) in links.filtered:
            extra.append(("filtered", "unknown_sender"))
        if _int(row.get("date_edited")):
            extra.append(("edited", "1"))
        if _int(row.get("date_retracted")):
            extra.append(("retracted", "1"))
        if _int(row.get("associated_message_type")) in _REACTIONS:
            extra.append(("reaction", "1"))
        yield make_entry(
            source,
            at,
            "sms",
            when=when,
            inbound=inbound,
            number_raw=None if is_mail else handle or None,
            name=handle if is_mail else None,
            text=message_text(row.get("text"), row.get("attributedBody")),
            group_name=(chat[1] or chat[0]) if chat and chat[2] else None,
            attachments=tuple(keys),
            is_proof_of_contact=inbound or not _int(row.get("error")),
            extra=tuple((name, value) for name, value in extra if value),
        )
    if gone:
        yield Note(
            text=f"有 {len(gone)} 个图片或附件（{'、'.join(gone[:3])}{' 等' if len(gone) > 3 else ''}收到）没有随短信收下："
            "备份里没有，或者太大。短信的文字收下了；请在手机上打开那几条，把图片存下来或截图，再收。"
        )
