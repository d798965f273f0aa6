"""A mail that Outlook saved as a file (``.msg``): subject, words, sender, times and what is enclosed (MS-OXMSG)."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from cuijie.intake.compound_file import COMPOUND_MAGIC, CompoundFile, names_in
from cuijie.intake.encoding import decode_text
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Attachment, Found, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.times import UNKNOWN, When

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
_SINCE: Final = datetime(1601, 1, 1, tzinfo=UTC)


def sniff(head: Head) -> bool:
    """True for a compound file that holds the properties of a message."""
    if head.names or not head.data.startswith(COMPOUND_MAGIC):
        return False
    return names_in(head.data, _STREAM) or (head.whole is not None and names_in(head.whole(), _STREAM))


def read(source: Source) -> Iterator[Found]:
    """The mail as an entry, what is enclosed with it as files of their own."""
    parts = CompoundFile(source.read_all(_BYTES), source.name)
    keys: list[str] = []
    for number, place in enumerate(sorted({found[1] for name in parts.names if (found := _ATTACHED.match(name))}), 1):
        data = parts.read(f"{place}/{_STREAM}{_DATA}")
        if not data:
            yield Note(
                text=f"第 {number} 个附件是套在里面的另一封邮件或链接，没有读：请在 Outlook 里把它另存出来再收。"
            )
            continue
        name = _text(parts, _LONG_NAME, f"{place}/") or _text(parts, _NAME, f"{place}/") or f"附件{number}"
        attachment = Attachment(
            key=hashlib.sha256(data).hexdigest(), name=name, media_type=_text(parts, _TYPE, f"{place}/") or None,
            data=data, at=f"attachment:{number}", is_file=True,
        )  # fmt: skip
        keys.append(attachment.key)
        yield attachment
    inbound = _inbound(parts)
    sender = " ".join(filter(None, (_text(parts, _SENDER), _address(parts))))
    text = "\n".join(filter(None, (_text(parts, _SUBJECT), _words(parts))))
    if not text:
        yield Note(text="邮件的正文读不出：请在 Outlook 里另存为 .eml 或 PDF 再收。")
    yield make_entry(
        source,
        "mail",
        "email",
        when=_when(parts),
        inbound=inbound,
        name=(_text(parts, _TO) if inbound is False else sender) or None,
        text=text or None,
        attachments=tuple(dict.fromkeys(keys)),
        is_proof_of_contact=not _flags(parts) & _UNSENT,
        extra=tuple((name, value[:500]) for name, value in (("from", sender), ("to", _text(parts, _TO))) if value),
    )
    if inbound is None:
        yield Note(text="邮件里看不出是收到的还是发出的，请确认。")


def _text(parts: CompoundFile, field: str, below: str = "") -> str:
    """A property as text: in UTF-16, else in one of the encodings of its time."""
    if wide := parts.read(f"{below}{_STREAM}{field}001F"):
        return wide.decode("utf-16-le", "replace").strip("\0 \r\n")
    narrow = parts.read(f"{below}{_STREAM}{field}001E")
    return decode_text(narrow).text.strip("\0 \r\n") if narrow else ""


def _address(parts: CompoundFile) -> str:
    written = next((found for field in (_SMTP, _ADDRESS) if "@" in (found := _text(parts, field))), "")
    return f"<{written}>" if written else ""


def _words(parts: CompoundFile) -> str:
    if plain := _text(parts, _BODY):
        return plain
    page = parts.read(f"{_STREAM}{_PAGE}0102")
    written = decode_text(page).text if page else _text(parts, _PAGE)
    without = re.sub(r"(?is)<(style|script)\b.*?</\1>|<[^>]*>", " ", written)
    return re.sub(r"\s*\n\s*", "\n", without).strip()


def _value(parts: CompoundFile, tag: int) -> int | None:
    """A property of fixed size, from the list of them that begins after 32 bytes."""
    listed = parts.read(_VALUES)
    for at in range(32, len(listed) - 15, 16):
        found, value = struct.unpack_from("<I4xQ", listed, at)
        if found == tag:
            return int(value)
    return None


def _flags(parts: CompoundFile) -> int:
    return (_value(parts, _FLAGS) or 0) & 0xFFFFFFFF


def _when(parts: CompoundFile) -> When:
    """When it was sent, else when it came: hundreds of nanoseconds since 1601, in UTC."""
    written = _value(parts, _SENT) or _value(parts, _CAME)
    if not written or written > 2**61:
        return UNKNOWN
    return When(
        instant=_SINCE + timedelta(microseconds=written // 10), raw=str(written), precision="second", basis="epoch"
    )


def _inbound(parts: CompoundFile) -> bool | None:
    """The way of a mail: its line of delivery tells that it came, its flags that the owner wrote it."""
    if re.search(r"^Received:", _text(parts, _HEADERS), re.MULTILINE | re.IGNORECASE):
        return True
    return False if _flags(parts) & (_FROM_ME | _UNSENT) else None
