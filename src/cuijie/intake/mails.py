"""E-mail as files (.eml) and web pages saved as one file (.mht): messages with their own headers, parts and enclosures.

A mail sent on as an enclosure is a mail of its own: its headers say when it came and from whom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from typing import Final

from cuijie.intake.encoding import decode_text
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Attachment, Found, IntakeError, Note
from cuijie.intake.source import Source
from cuijie.intake.times import When, parse_time

__all__ = ["MAIL_BYTES", "is_saved_page", "message_of", "page_in", "page_of", "read_mail"]

MAIL_BYTES: Final = 128 * 2**20
Plain = Callable[[str], str]
_DEPTH: Final = 5  # mails in mails


def message_of(source: Source) -> EmailMessage:
    """The message that the file is.  Raises IntakeError."""
    return _message(source.read_all(MAIL_BYTES), source.name)


def _message(data: bytes, name: str) -> EmailMessage:
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise IntakeError(f"邮件“{name}”读不出。")
    return message


def is_saved_page(head: bytes) -> bool:
    """True for a browser's MHTML: parts of one page, saved and never sent."""
    start = head[:8192].lower()
    return b"snapshot-content-location:" in start or (
        b"multipart/related" in start and b"\nreceived:" not in start and (b"saved by" in start or b"save by" in start)
    )


def page_of(source: Source) -> tuple[str, str | None]:
    """(HTML, where it was saved from) of a page saved as MHTML.  Raises IntakeError if no page is in it."""
    return page_in(source.read_all(MAIL_BYTES), source.name)


def page_in(data: bytes, name: str) -> tuple[str, str | None]:
    """The same of bytes; *name* is the file's, for the error."""
    message = _message(data, name)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            said = message.get("Snapshot-Content-Location") or part.get("Content-Location")
            return _text_of(part), str(said)[:500] if said else None
    raise IntakeError(f"网页存档“{name}”里没有网页。", remedy="请在浏览器里重新保存一次，或另存为 PDF。")


def read_mail(source: Source, plain: Plain) -> Iterator[Found]:
    """The mail and those enclosed in it as entries, other enclosures kept beside; *plain* makes text of HTML.

    A mailbox (mbox: mails one after another, each begun by a line ``From …``) gives each of its mails.
    """
    if not source.head().data.startswith(b"From "):
        yield from _mail(source, message_of(source), "mail", plain, 0)
        return
    mails = 0
    for data in _mailbox(source):
        mails += 1
        message = message_from_bytes(data, policy=policy.default)
        found = _mail(source, message, "mail" if mails == 1 else f"mail:{mails}", plain, 0)
        yield from (one for one in found if mails == 1 or not isinstance(one, Note))
    if mails > 1:
        yield Note(text=f"这是邮箱的整份导出，里面有 {mails} 封邮件；与催收无关的请在确认时标为无关。")


def _mailbox(source: Source) -> Iterator[bytes]:
    """The mails of a mailbox one by one, as bytes without their first line.  Raises IntakeError for one too long."""
    lines: list[bytes] = []
    size, is_after_blank = 0, True
    with source.open() as stream:
        for line in stream:
            if is_after_blank and line.startswith(b"From ") and b":" in line:
                if size:
                    yield b"".join(lines)
                lines, size = [], 0
            else:
                lines.append(line[1:] if line.startswith(b">From ") else line)
                size += len(line)
            if size > MAIL_BYTES:
                raise IntakeError(f"邮箱“{source.name}”里有一封邮件超过 {MAIL_BYTES // 2**20} MB，没有读下去。")
            is_after_blank = not line.strip()
    if size:
        yield b"".join(lines)


def _mail(source: Source, message: Message, at: str, plain: Plain, depth: int) -> Iterator[Found]:
    keys: list[str] = []
    for number, part in enumerate(_enclosed(message), 1):
        place = f"attachment:{number}" if at == "mail" else f"{at}/attachment:{number}"
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, Message) and depth < _DEPTH:
                yield from _mail(source, inner, f"{at}/mail:{number}", plain, depth + 1)
            else:
                yield Note(text=f"{place}：邮件里套了太多层邮件，最里面的没有读。")
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            key = hashlib.sha256(payload).hexdigest()
            keys.append(key)
            name = part.get_filename() or f"附件{number}"
            yield Attachment(key=key, name=name, media_type=part.get_content_type(), data=payload, at=place)
    yield make_entry(
        source,
        at,
        "email",
        when=_sent(message),
        inbound=True if message.get("Received") or message.get("Delivered-To") else None,
        name=str(message.get("From", "")).strip() or None,
        text="\n".join(part for part in (str(message.get("Subject", "")).strip(), _body(message, plain)) if part)
        or None,
        attachments=tuple(keys),
        extra=tuple(
            (name.lower(), str(value)[:500]) for name in ("To", "Cc", "Message-ID") if (value := message.get(name))
        ),
    )
    if depth:
        yield Note(text="邮件里套着另一封邮件，已作为单独的一封读出；它的时间和发件人以它自己的邮件头为准。")
    elif not message.get("Received"):
        yield Note(text="邮件里没有投递线路（Received），看不出是收到的还是发出的，请确认。")


def _enclosed(message: Message) -> Iterator[Message]:
    """What is enclosed with a message; a part that is a mail, inline or not, is enclosed too."""
    if isinstance(message, EmailMessage):
        inline = [part for part in message.iter_parts() if part.get_content_type() == "message/rfc822"]
        attached = list(message.iter_attachments())
        yield from attached
        yield from (part for part in inline if part not in attached)


def _sent(message: Message) -> When:
    raw = str(message.get("Date", "")).strip()
    try:
        instant: datetime = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError):
        return parse_time(raw) if raw else When()
    if instant.tzinfo is None:
        return parse_time(instant.isoformat())
    return When(instant=instant, raw=raw, precision="second", basis="stated")


def _body(message: Message, plain: Plain) -> str:
    part = message.get_body(preferencelist=("plain", "html")) if isinstance(message, EmailMessage) else None
    if part is None:
        return ""
    text = _text_of(part)
    return (plain(text) if part.get_content_type() == "text/html" else text).strip()


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    try:
        return data.decode("gb18030" if charset in ("gb2312", "gbk") else charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode_text(data).text
