"""OPPO, OnePlus and realme backups: the call list in XML, SMS as vMsg, and the PC tool's encrypted container."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cuijie.intake.android import vmsg
from cuijie.intake.android.phone_rows import call_entry
from cuijie.intake.android.xml_tags import Broken, Cut, Tag, attributes, scan_tags
from cuijie.intake.encoding import detect
from cuijie.intake.found import UNLOCK, Found, IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.source import Head, Source, is_one_backup
from cuijie.intake.times.written import When

__all__ = ["KIND", "TITLE", "read", "sniff", "wanted"]

KIND: Final = "coloros"
TITLE: Final = "OPPO／一加／真我手机备份"

_MAGIC: Final = b"5AA5"
_ENDINGS: Final = ("callrecord_backup.xml", "sms.vmsg")
_HEADER_BYTES: Final = 1 << 20


def sniff(head: Head) -> bool:
    """True for the call list, the PC tool's container, and a backup folder that holds them."""
    if head.names:
        return is_one_backup(head.names, _roots(head.names))
    if head.data.startswith(_MAGIC):
        return head.data[4:12].isdigit() and head.data[12:13] == b"{"
    return "<callrecord" in head.data[:2048].decode(detect(head.data[:2048]), "replace").lower()


def _roots(names: tuple[str, ...]) -> set[str]:
    """The folders that hold a call list or messages, without the subfolders the phone puts them in."""
    found = {name.rpartition("/")[0] for name in names if name.lower().endswith(_ENDINGS)}
    return {re.sub(r"(?:^|/)(?:Sms|CallRecord)$", "", folder) for folder in found}


def wanted(names: tuple[str, ...]) -> tuple[str, ...]:
    """The call list and the messages of a backup folder."""
    return tuple(name for name in names if name.lower().endswith(_ENDINGS))


def read(source: Source) -> Iterator[Found]:
    """Every call and text.  Raises PasswordNeeded for a container whose password is missing or wrong."""
    if source.is_folder:
        for part in source.members.values():
            yield from read(part) if not vmsg.sniff(part.head()) else vmsg.read(part)
        return
    head = source.head()
    if not head.data.startswith(_MAGIC):
        with source.open() as stream:
            yield from _calls(stream, source)
        return
    plain = _unlocked(source)
    if plain.lstrip(b"\xef\xbb\xbf \r\n")[:10].upper() == b"BEGIN:VMSG":
        yield from vmsg.read_stream(io.BytesIO(plain), source)
    elif b"<callrecord" in plain[:2048].lower():
        yield from _calls(io.BytesIO(plain), source)
    else:
        raise IntakeError(f"“{source.name}”解开了，但里面不是短信也不是通话记录。")


def _unlocked(source: Source) -> bytes:
    """The file inside the container: AES in single blocks under a key from the password, the last part block plain."""
    data = source.read_all()
    end = 12 + int(data[4:12])
    if end > min(len(data), _HEADER_BYTES):
        raise IntakeError(f"“{source.name}”的开头损坏。", remedy="请用电脑上的备份工具重新导出。")
    try:
        about = json.loads(data[12:end])
    except ValueError as error:
        raise IntakeError(f"“{source.name}”的开头损坏。", remedy="请用电脑上的备份工具重新导出。") from error
    if not source.password:
        raise PasswordNeeded(f"“{source.name}”是电脑端备份，有密码。", remedy=f"{UNLOCK}：就是备份时设的那个。")
    body = data[end:]
    whole = len(body) - len(body) % 16
    key = hashlib.sha256(source.password.encode()).hexdigest()[:16].encode()
    opened = Cipher(algorithms.AES(key), modes.ECB()).decryptor()  # noqa: S305 — the maker's choice, not ours
    plain = opened.update(body[:whole]) + opened.finalize() + body[whole:]
    declared = str(about.get("md5", "")).lower() if isinstance(about, dict) else ""
    if len(declared) == 64 and hashlib.sha256(plain).hexdigest() != declared:
        raise PasswordNeeded(
            f"“{source.name}”的密码不对，或文件不完整。", remedy="请核对备份时设的密码；仍不行就重新备份。"
        )
    return plain


def _calls(stream: BinaryIO, source: Source) -> Iterator[Found]:
    number = 0
    ended = False
    for tag in scan_tags(stream, frozenset({b"CALL_RECORDS", b"callrecord", b"CallRecord"}), name=source.name):
        if tag.name.lower() == b"callrecord":
            ended = isinstance(tag, Tag) and (tag.is_end or tag.is_empty)
            continue
        if isinstance(tag, Tag) and tag.is_end:
            continue
        number += 1
        if isinstance(tag, Broken | Cut):
            why = tag.why if isinstance(tag, Broken) else "文件在这里断了，这一条不完整"
            yield SetAside(at=f"第 {tag.line} 行（第 {number} 条）", why=why)
            continue
        values = {name: value.strip() or None for name, value in attributes(tag.raw)[0].items()}
        made = call_entry(source, f"call:{number}", values)
        if isinstance(made, When):
            why = f"时间写的是“{made.raw[:40]}”，读不出" if made.raw else "没有写时间"
            yield SetAside(at=f"第 {tag.line} 行（第 {number} 条）", why=why)
        else:
            yield made
    if number and not ended:
        yield Note(text=f"这份备份在第 {number} 条之后断了。前面的已收好。可以重新备份一次再收，不会重复。")
