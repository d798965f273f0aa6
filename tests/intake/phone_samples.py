"""Invented backups of phones in their makers' layouts, written from scratch."""

from __future__ import annotations

import hashlib
import io
import json
import plistlib
import sqlite3
import struct
import tarfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from cuijie.clock import SHANGHAI


def ms(text: str) -> int:
    """Milliseconds since 1970 of a local time in Shanghai."""
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


def android_backup(
    messages: Sequence[Mapping[str, object]],
    *,
    password: str | None = None,
    is_zipped: bool = True,
    name: str = "000000_sms_backup",
    path: str = "",
    content: bytes = b"",
) -> bytes:
    """An ``.ab`` with one SMS file, or the file *path* with *content*; encrypted under *password* if given."""
    packed = content or zlib.compress(json.dumps(list(messages)).encode())
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(path or f"apps/com.android.providers.telephony/d_f/{name}")
        info.size = len(packed)
        archive.addfile(info, io.BytesIO(packed))
    body = zlib.compress(out.getvalue()) if is_zipped else out.getvalue()
    head = f"ANDROID BACKUP\n5\n{int(is_zipped)}\n"
    if password is None:
        return f"{head}none\n".encode() + body
    salt, check, iv, master, master_iv = b"s" * 64, b"c" * 64, b"i" * 16, b"\x91" * 32, b"m" * 16
    key = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 100, 32)
    text = "".join(chr(byte if byte < 128 else 0xFF00 | byte) for byte in master)
    checksum = hashlib.pbkdf2_hmac("sha1", text.encode(), check, 100, 32)
    blob = b"".join(bytes([len(part)]) + part for part in (master_iv, master, checksum))
    lines = [salt.hex(), check.hex(), "100", iv.hex(), _aes(key, iv, blob).hex()]
    return (head + "AES-256\n" + "".join(f"{line}\n" for line in lines)).encode() + _aes(master, master_iv, body)


def _aes(key: bytes, iv: bytes, data: bytes) -> bytes:
    pad = 16 - len(data) % 16
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return cipher.update(data + bytes([pad]) * pad) + cipher.finalize()


def vmsg(number: str, text: str, when: str, *, box: str = "INBOX") -> bytes:
    """One vMsg whose soft line breaks fall inside characters."""
    raw = "".join(f"={byte:02X}" for byte in text.encode())
    lines = [raw[at : at + 73] for at in range(0, len(raw), 73)]
    body = "=\r\n".join(lines)
    return (
        f"BEGIN:VMSG\r\nVERSION:1.1\r\nBEGIN:VCARD\r\nTEL:{number}\r\nEND:VCARD\r\nBEGIN:VBODY\r\nX-BOX:{box}\r\nX-READ:READ\r\n"
        f"Date:{when}\r\nSubject;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:{body}\r\nEND:VBODY\r\nEND:VMSG\r\n"
    ).encode()


def coloros_calls(rows: Sequence[tuple[str, int, int, int]]) -> bytes:
    """The call list of a ColorOS backup: (number, ms, type, seconds)."""
    calls = "".join(
        f'<CALL_RECORDS _id="{n}" number="{number}" duration="{seconds}" type="{kind}" date="{at}" name=" " />'
        for n, (number, at, kind, seconds) in enumerate(rows)
    )
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<callrecord>{calls}</callrecord>".encode()


def coloros_locked(plain: bytes, password: str) -> bytes:
    """The PC tool's container around *plain*."""
    about = json.dumps({"length": len(plain), "md5": hashlib.sha256(plain).hexdigest()}).encode()
    key = hashlib.sha256(password.encode()).hexdigest()[:16].encode()
    whole = len(plain) - len(plain) % 16
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    return b"5AA5%08d" % len(about) + about + cipher.update(plain[:whole]) + plain[whole:]


def database(path: Path, statements: Iterable[str | tuple[str, Sequence[object]]]) -> bytes:
    """The bytes of an SQLite file made by *statements*."""
    connection = sqlite3.connect(path)
    for one in statements:
        connection.execute(*([one] if isinstance(one, str) else one))
    connection.commit()
    connection.close()
    return path.read_bytes()


def huawei_calls(path: Path, rows: Sequence[tuple[str, int, int, int]]) -> bytes:
    """A Huawei ``calllog.db``: (number, ms, type, seconds)."""
    return database(path, [
        "create table calls_tb (number text, date integer, type integer, duration integer, ring_times integer, mark_content text)",
        *(("insert into calls_tb values (?, ?, ?, ?, 3, '骚扰电话')", row) for row in rows),
    ])  # fmt: skip


def typed_body(text: str) -> bytes:
    """An archived attributed string as iOS 16 keeps a message's words."""
    raw = text.encode()
    size = bytes([len(raw)]) if len(raw) < 0x80 else b"\x81" + struct.pack("<H", len(raw))
    return (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
        + size
        + raw
        + b"\x86\x84\x02iI\x01"
    )


def apple_ns(text: str) -> int:
    """Nanoseconds since 2001 of a local time in Shanghai."""
    return (ms(text) - 978_307_200_000) * 1_000_000


def ios_messages(path: Path, rows: Sequence[tuple[str, str | None, bytes | None, int, int]]) -> bytes:
    """An ``sms.db``: (handle, text, body, date, is_from_me)."""
    return database(path, [
        "create table handle (id text, service text)",
        "create table chat (chat_identifier text, display_name text, style integer)",
        "create table chat_message_join (chat_id integer, message_id integer)",
        "create table message (guid text, text text, attributedBody blob, handle_id integer, service text, date integer, "
        "is_from_me integer, error integer, item_type integer)",
        *(("insert into handle values (?, 'SMS')", (handle,)) for handle, *_ in rows),
        *(
            ("insert into message values (?, ?, ?, ?, 'SMS', ?, ?, 0, 0)", (f"g{n}", text, body, n, date, own))
            for n, (_, text, body, date, own) in enumerate(rows, 1)
        ),
    ])  # fmt: skip


def ios_calls(path: Path, rows: Sequence[tuple[object, float, float, int, int, str]]) -> bytes:
    """A ``CallHistory.storedata``: (address, date, seconds, originated, answered, provider)."""
    return database(path, [
        "create table ZCALLRECORD (Z_PK integer primary key, ZADDRESS varchar, ZDATE timestamp, ZDURATION float, "
        "ZORIGINATED integer, ZANSWERED integer, ZSERVICE_PROVIDER varchar)",
        *(("insert into ZCALLRECORD values (null, ?, ?, ?, ?, ?, ?)", row) for row in rows),
    ])  # fmt: skip


def ios_folder(messages: bytes, calls: bytes, *, password: str | None = None) -> dict[str, bytes]:
    """The files of an iPhone backup with these databases, encrypted under *password* if given."""
    parts = {
        ("HomeDomain", "Library/SMS/sms.db"): messages,
        ("HomeDomain", "Library/CallHistoryDB/CallHistory.storedata"): calls,
    }
    class_key, manifest_key = b"k" * 32, b"n" * 32
    files: dict[str, bytes] = {}
    listed = []
    for number, ((domain, path), data) in enumerate(parts.items(), 1):
        file_id = hashlib.sha1(f"{domain}-{path}".encode()).hexdigest()  # noqa: S324
        own_key = bytes([number]) * 32
        record = {"Size": len(data), "ProtectionClass": 3, "EncryptionKey": plistlib.UID(2)}
        blob = plistlib.dumps(
            {
                "$top": {"root": plistlib.UID(1)},
                "$objects": ["$null", record, {"NS.data": b"\3\0\0\0" + aes_key_wrap(class_key, own_key)}],
            },
            fmt=plistlib.FMT_BINARY,
        )
        files[f"{file_id[:2]}/{file_id}"] = _cbc0(own_key, data) if password else data
        listed.append((file_id, domain, path, 1, blob))
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create table Files (fileID text primary key, domain text, relativePath text, flags integer, file blob)"
    )
    connection.executemany("insert into Files values (?, ?, ?, ?, ?)", listed)
    connection.commit()
    manifest = connection.serialize()
    files["Manifest.db"] = _cbc0(manifest_key, manifest) if password else manifest
    about: dict[str, object] = {"IsEncrypted": password is not None}
    if password is not None:
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), b"d" * 20, 10, 32)
        key = hashlib.pbkdf2_hmac("sha1", key, b"s" * 20, 10, 32)
        bag = [("UUID", b"b" * 16), ("SALT", b"s" * 20), ("ITER", _int4(10)), ("DPSL", b"d" * 20), ("DPIC", _int4(10)),
               ("UUID", b"c" * 16), ("CLAS", _int4(3)), ("WRAP", _int4(2)), ("WPKY", aes_key_wrap(key, class_key))]  # fmt: skip
        about["BackupKeyBag"] = b"".join(tag.encode() + _int4(len(value)) + value for tag, value in bag)
        about["ManifestKey"] = struct.pack("<I", 3) + aes_key_wrap(class_key, manifest_key)
    files["Manifest.plist"] = plistlib.dumps(about, fmt=plistlib.FMT_BINARY)
    files["Info.plist"] = plistlib.dumps({"Product Version": "17.5.1"})
    return files


def _int4(number: int) -> bytes:
    return struct.pack(">I", number)


def _cbc0(key: bytes, data: bytes) -> bytes:
    data += bytes(-len(data) % 16)
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return cipher.update(data) + cipher.finalize()
