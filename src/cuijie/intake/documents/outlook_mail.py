"""A mail that Outlook saved as a file (``.msg``): subject, words, sender, times and what is enclosed (MS-OXMSG)."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from cuijie.intake.containers.compound_file import COMPOUND_MAGIC, CompoundFile, names_in
from cuijie.intake.encoding import decode_text
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Attachment, Found, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import UNKNOWN, When

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "read", "sniff"]

KIND: Final = "outlook_mail"
TITLE: Final = "Outlook 邮件（msg）"
IS_EVIDENCE: Final = True

_BYTES: Final = 128 * 2**20
_STREAM: Final = "__substg1.0_"
_VALUES: Final = "__properties_version1.0"
_SUBJECT, _BODY, _PAGE, _HEADERS, _TO = "0037", "1000", "1013", "007D", "0E04"
_SENDER, _ADDRESS, _SMTP = "0C1A", "0C1F", "5D01"
_SENT, _CAME, _FLAGS = 0x00390040, 0x0E060040, 0x0E070003
_FROM_ME, _UNSENT = 0x20, 0x08
_DATA, _LONG_NAME, _NAME, _TYPE = "37010102", "3707", "3704", "370E"
_ATTACHED: Final = re.compile(r"(__attach_version1\.0_#[0-9A-F]{8})/")
_INNER: Final = "__substg1.0_3701000D/"  # the storage of a mail that is enclosed
_DEPTH: Final = 5  # mails in mails
_SINCE: Final = datetime(1601, 1, 1, tzinfo=UTC)


def sniff(head: Head) -> bool:
    """True for a compound file that holds the properties of a message."""
    if head.names or not head.data.startswith(COMPOUND_MAGIC):
        return False
    return names_in(head.data, _STREAM) or (head.whole is not None and names_in(head.whole(), _STREAM))


def read(source: Source) -> Iterator[Found]:
    """The mail as an entry, what is enclosed with it as files of their own; a mail enclosed in it is one of its own."""
    yield from _mail(CompoundFile(source.read_all(_BYTES), source.name), source, "mail", "", 0)


def _mail(parts: CompoundFile, source: Source, at: str, below: str, depth: int) -> Iterator[Found]:
    keys: list[str] = []
    for number, place in enumerate(_enclosed(parts, below), 1):
        where = f"attachment:{number}" if at == "mail" else f"{at}/attachment:{number}"
        data = parts.read(f"{place}{_STREAM}{_DATA}")
        if not data and depth < _DEPTH and parts.read(f"{place}{_INNER}{_VALUES}"):
            yield from _mail(parts, source, f"{at}/mail:{number}", place + _INNER, depth + 1)
            continue
        if not data:
            yield Note(
                text=f"第 {number} 个附件是一个链接，或套得太深的邮件，没有读：请在 Outlook 里把它另存出来再收。"
            )
            continue
        name = _text(parts, _LONG_NAME, place) or _text(parts, _NAME, place) or f"附件{number}"
        attachment = Attachment(
            key=hashlib.sha256(data).hexdigest(), name=name, media_type=_text(parts, _TYPE, place) or None,
            data=data, at=where, is_file=True,
        )  # fmt: skip
        keys.append(attachment.key)
        yield attachment
    inbound = _inbound(parts, below)
    sender = " ".join(filter(None, (_text(parts, _SENDER, below), _address(parts, below))))
    receiver = _text(parts, _TO, below)
    text = "\n".join(filter(None, (_text(parts, _SUBJECT, below), _words(parts, below))))
    if not text:
        yield Note(text="邮件的正文读不出：请在 Outlook 里另存为 .eml 或 PDF 再收。")
    yield make_entry(
        source,
        at,
        "email",
        when=_when(parts, below),
        inbound=inbound,
        name=(receiver if inbound is False else sender) or None,
        text=text or None,
        attachments=tuple(dict.fromkeys(keys)),
        is_proof_of_contact=not _flags(parts, below) & _UNSENT,
        extra=tuple((name, value[:500]) for name, value in (("from", sender), ("to", receiver)) if value),
    )
    if depth:
        yield Note(text="邮件里套着另一封邮件，已作为单独的一封读出；它的时间和发件人以它自己写的为准。")
    elif inbound is None:
        yield Note(text="邮件里看不出是收到的还是发出的，请确认。")


def _enclosed(parts: CompoundFile, below: str) -> list[str]:
    """Where each enclosure of the mail *below* a path lies, in order."""
    inside = (name.removeprefix(below) for name in parts.names if name.startswith(below))
    return sorted({f"{below}{found[1]}/" for name in inside if (found := _ATTACHED.match(name))})


def _text(parts: CompoundFile, field: str, below: str = "") -> str:
    """A property as text: in UTF-16, else in one of the encodings of its time."""
    if wide := parts.read(f"{below}{_STREAM}{field}001F"):
        return wide.decode("utf-16-le", "replace").strip("\0 \r\n")
    narrow = parts.read(f"{below}{_STREAM}{field}001E")
    return decode_text(narrow).text.strip("\0 \r\n") if narrow else ""


def _address(parts: CompoundFile, below: str) -> str:
    written = next((found for field in (_SMTP, _ADDRESS) if "@" in (found := _text(parts, field, below))), "")
    return f"<{written}>" if written else ""


def _words(parts: CompoundFile, below: str) -> str:
    if plain := _text(parts, _BODY, below):
        return plain
    page = parts.read(f"{below}{_STREAM}{_PAGE}0102")
    written = decode_text(page).text if page else _text(parts, _PAGE, below)
    without = re.sub(r"(?is)<(style|script)\b.*?</\1>|<[^>]*>", " ", written)
    return re.sub(r"\s*\n\s*", "\n", without).strip()


def _value(parts: CompoundFile, tag: int, below: str) -> int | None:
    """A property of fixed size, from the list of them that begins after 32 bytes, of an enclosed mail after 24."""
    listed = parts.read(below + _VALUES)
    for at in range(24 if below else 32, len(listed) - 15, 16):
        found, value = struct.unpack_from("<I4xQ", listed, at)
        if found == tag:
            return int(value)
    return None


def _flags(parts: CompoundFile, below: str) -> int:
    return (_value(parts, _FLAGS, below) or 0) & 0xFFFFFFFF


def _when(parts: CompoundFile, below: str) -> When:
    """When it was sent, else when it came: hundreds of nanoseconds since 1601, in UTC."""
    written = _value(parts, _SENT, below) or _value(parts, _CAME, below)
    if not written or written > 2**61:
        return UNKNOWN
    return When(
        instant=_SINCE + timedelta(microseconds=written // 10), raw=str(written), precision="second", basis="epoch"
    )


def _inbound(parts: CompoundFile, below: str) -> bool | None:
    """The way of a mail: its line of delivery tells that it came, its flags that the owner wrote it."""
    if re.search(r"^Received:", _text(parts, _HEADERS, below), re.MULTILINE | re.IGNORECASE):
        return True
    return False if _flags(parts, below) & (_FROM_ME | _UNSENT) else None
