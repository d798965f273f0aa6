"""What a mail is made of: headers however they are written, its words, and what is enclosed with it.

Mail programs write raw GBK into headers that should be ASCII, wrong charsets and broken file names: none of it may
cost the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from typing import Final

from cuijie.intake.encoding import decode_text
from cuijie.intake.found import IntakeError

__all__ = [
    "MAIL_BYTES",
    "begins_mail",
    "enclosed_parts",
    "file_name",
    "header",
    "parse_mail",
    "text_of",
    "written_body",
]

MAIL_BYTES: Final = 128 * 2**20
"""The longest mail, or page saved as one, that is read."""

_HEADERS: Final = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|X-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_COUNTED: Final = re.compile(
    rb"\s*(\d{1,10})[ \t]*\r?\n(?=[A-Za-z-]+:)"
)  # Apple Mail's .emlx: the length stands before
_NAMED: Final = re.compile(r"(?:file)?name\s*=\s*(?:\"([^\"]+)\"|([^\s;]+))", re.IGNORECASE)
_BROKEN: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    MessageError,
)  # what the header parser raises on nonsense


def begins_mail(data: bytes) -> bool:
    """True for the beginning of a mail, a mailbox or a page saved as one: three kinds of a mail's headers or more.

    A calendar or a card (``BEGIN:…``) has ``X-…`` lines of its own.
    """
    is_other = data[:16].lstrip(b"\xef\xbb\xbf\r\n ").upper().startswith(b"BEGIN:")
    return not is_other and len(set(_HEADERS.findall(data[:8192]))) >= 3


def parse_mail(data: bytes, name: str) -> EmailMessage:
    """The message in *data*; *name* is the file's, for the error.  Raises IntakeError."""
    if counted := _COUNTED.match(data):
        data = data[counted.end() : counted.end() + int(counted[1])]
    message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n "), policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise IntakeError(f"邮件“{name}”读不出。", remedy="请在邮箱里重新导出这封邮件。")
    return message


def header(message: Message, name: str) -> str:
    """A header's words; empty where there is none."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if any("\udc80" <= letter <= "\udcff" for letter in raw):  # bytes above ASCII, as they stood
        return decode_text(raw.encode("utf-8", "surrogateescape")).text.strip()
    try:
        return str(message.get(name, "")).strip()
    except _BROKEN:
        return _plainly(raw)


def _plainly(raw: str) -> str:
    try:
        return str(make_header(decode_header(raw))).strip()
    except _BROKEN:
        return raw.strip()


def file_name(part: Message) -> str | None:
    """The name of an enclosed file, as it was meant."""
    try:
        name = part.get_filename()
    except _BROKEN:
        name = None
    if name is None or "\ufffd" in name:
        said = _NAMED.search(header(part, "Content-Disposition")) or _NAMED.search(header(part, "Content-Type"))
        name = said[1] or said[2] if said else name
    plain = _plainly(name or "").replace("\\", "/").rpartition("/")[2]
    return plain if plain.strip("\ufffd. ") else None


def enclosed_parts(message: Message) -> Iterator[Message]:
    """Every part that is not the mail's own words: files, pictures shown in the text, and mails enclosed, unopened."""
    yield from _enclosed(message, [id(part) for part in _bodies(message)])


def _enclosed(part: Message, bodies: list[int]) -> Iterator[Message]:
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        is_choice = part.get_content_subtype() == "alternative"
        for inner in part.get_payload():
            is_other_form = is_choice and isinstance(inner, Message) and inner.get_content_maintype() == "text"
            if isinstance(inner, Message) and not is_other_form:
                yield from _enclosed(inner, bodies)
    elif id(part) not in bodies:
        yield part


def _bodies(message: Message) -> list[Message]:
    if not isinstance(message, EmailMessage):
        return []
    found = (message.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    return [part for part in found if part is not None]


def written_body(message: Message) -> tuple[str, str]:
    """(plain text, HTML) of the mail's own words; empty where there is none."""
    plain, page = "", ""
    for part in _bodies(message):
        if part.get_content_type() == "text/html":
            page = text_of(part)
        else:
            plain = text_of(part)
    return plain, page


def text_of(part: Message) -> str:
    """The text of a part in the charset that it names, or in the one that fits."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    try:
        return data.decode("gb18030" if charset in ("gb2312", "gbk") else charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode_text(data).text
