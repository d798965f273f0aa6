"""vMsg files (``.vmsg``, ``.vmg``): SMS as ColorOS, ZTE and old Nokia phones write them; local time, no zone.

Soft line breaks may split a character, so the bytes are joined before they are decoded.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import parse_time
from cuijie.records import Entry

__all__ = ["KIND", "TITLE", "read", "read_stream", "sniff"]

KIND: Final = "vmsg"
TITLE: Final = "短信备份（vMsg）"

_NOKIA_TIME: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z?)$")
_RECEIVED: Final = {"INBOX", "IN", "RECEIVED"}
_SENT: Final = {"SENDBOX", "SENT", "OUTBOX", "SENTBOX", "OUT"}
_FAILED: Final = {"FAILED", "FAILBOX", "QUEUED"}
_DRAFT: Final = {"DRAFT", "DRAFTBOX", "DRAFTS"}


def sniff(head: Head) -> bool:
    """True for text that begins with ``BEGIN:VMSG`` (UTF-8 or, from old phones, UTF-16)."""
    return (
        head.data[:512]
        .decode(detect(head.data[:512]), "replace")
        .lstrip("\ufeff \r\n")
        .upper()
        .startswith("BEGIN:VMSG")
    )


def read(source: Source) -> Iterator[Found]:
    """Each message of the file."""
    with source.open() as stream:
        yield from read_stream(stream, source)


def read_stream(stream: BinaryIO, source: Source) -> Iterator[Found]:
    """Each message of the vMsg text in *stream*, as records of *source*."""
    for number, (raw, is_whole) in enumerate(_messages(stream), 1):
        if not is_whole:
            yield SetAside(at=f"第 {number} 条", why="文件在这里断了，这一条不完整")
            yield Note(text=f"这份备份在第 {number - 1} 条之后断了。前面的已收好。可以重新导出一次再拖进来，不会重复。")
            return
        yield _entry(source, f"vmsg:{number}", raw)


def _messages(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """(bytes between BEGIN and END, whole) of each message, as UTF-8 or as they are."""
    head = stream.read(4096)
    stream.seek(0)
    lines: Iterator[bytes] = iter(stream)
    if detect(head).startswith("utf-16"):
        lines = iter(decode_text(stream.read(64 * 2**20)).text.encode("utf-8", "replace").splitlines(keepends=True))
    inside: list[bytes] | None = None
    for line in lines:
        mark = line.strip().lstrip(b"\xef\xbb\xbf").upper()
        if mark == b"BEGIN:VMSG":
            if inside:
                yield b"".join(inside), False
            inside = []
        elif mark == b"END:VMSG" and inside is not None:
            yield b"".join(inside), True
            inside = None
        elif inside is not None:
            inside.append(line)
    if inside is not None:
        yield b"".join(inside), False


def _entry(source: Source, at: str, raw: bytes) -> Entry | SetAside:
    fields = _fields(raw)
    box = (fields.get("X-BOX") or fields.get("X-IRMC-BOX", "")).upper() or {"DELIVER": "INBOX", "SUBMIT": "SENT"}.get(
        fields.get("X-IRMC-STATUS", "").upper() or fields.get("X-MESSAGE-TYPE", "").upper(), ""
    )
    written = fields.get("DATE") or fields.get("X-NOK-DT") or ""
    when = parse_time(written)
    if when.instant is None:  # Nokia's own property is in UTC where it ends in Z
        when = parse_time(_NOKIA_TIME.sub(r"\1-\2-\3T\4:\5:\6\7", fields.get("X-NOK-DT", "")))
    if when.instant is None:
        return SetAside(
            at=at.replace("vmsg:", "第 ") + " 条",
            why=f"时间写的是“{written[:40]}”，读不出" if written else "没有写时间",
        )
    inbound = True if box in _RECEIVED else False if box in _SENT | _FAILED | _DRAFT else None
    return make_entry(
        source,
        at,
        "sms",
        when=when,
        inbound=inbound,
        number_raw=fields.get("TEL") or None,
        name=fields.get("FN") or fields.get("N"),
        text=fields.get("TEXT") or fields.get("SUBJECT"),
        is_proof_of_contact=box in _RECEIVED | _SENT,
        extra=tuple((name, value) for name, value in (("box", box), ("sim", fields.get("X-SIMID", ""))) if value),
    )


def _fields(raw: bytes) -> dict[str, str]:
    """The properties of one message; the text of old phones stands as plain lines in the body."""
    fields: dict[str, str] = {}
    plain: list[str] = []
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    in_body = False
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        mark = line.strip().upper()
        if mark.startswith((b"BEGIN:", b"END:")):
            in_body = mark == b"BEGIN:VBODY" or (in_body and not mark.startswith(b"END:VBODY"))
            continue
        name, colon, value = line.partition(b":")
        key = name.split(b";")[0].strip().upper().decode("ascii", "replace")
        if not colon or not re.fullmatch(r"[A-Z][A-Z0-9-]*", key) or (in_body and "TEXT" in fields):
            if in_body and line.strip():
                plain.append(decode_text(line).text)
            continue
        parameters = name.upper()
        if b"QUOTED-PRINTABLE" in parameters:
            while value.endswith(b"=") and position < len(lines):
                value = value[:-1] + lines[position]
                position += 1
            value = quopri.decodestring(value)
        charset = re.search(rb"CHARSET=([\w-]+)", parameters)
        text = _decode(value, charset[1].decode() if charset else None)
        if not fields.get(key):
            fields[key] = text.strip() if key not in ("SUBJECT", "TEXT") else text
    if plain and not fields.get("SUBJECT"):
        fields["TEXT"] = "\n".join([fields["TEXT"], *plain] if fields.get("TEXT") else plain)
    return fields


def _decode(value: bytes, charset: str | None) -> str:
    if charset and charset.upper() not in ("UTF-8", "UTF8"):
        try:
            return value.decode("gb18030" if charset.upper() in ("GBK", "GB2312") else charset)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode_text(value).text
