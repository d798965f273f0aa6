"""Android ``.ab`` backups (plain and encrypted) and Xiaomi local backups, which wrap one.

SMS and MMS lie in the telephony provider's files; the call log only where ``-keyvalue`` was asked for.  Since
Android 12 such a backup is almost empty, which is said.  Xiaomi keeps texts, calls and contacts in files of its own.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cuijie.intake.android import kept_calls, xiaomi
from cuijie.intake.android.phone_rows import sms_entry
from cuijie.intake.containers.tar_stream import tar_files
from cuijie.intake.found import UNLOCK, Found, IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When
from cuijie.records.numbers import normalise

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "android_backup"
TITLE: Final = "安卓整机备份（.ab 或小米本地备份）"

_MAGIC: Final = b"ANDROID BACKUP\n"
_MIUI: Final = b"MIUI BACKUP\n"
_SYSTEM: Final = ("com.android.mms", "com.android.contacts", "com.android.calllog", "com.android.providers.telephony")
_SYSTEM_PATHS: Final = tuple(f"apps/{package}/" for package in _SYSTEM)
_MAX_ROUNDS: Final = 10_000_000
_INFLATED: Final = 512 * 2**20


def sniff(head: Head) -> bool:
    """True for the two file marks; also for the telephony files taken out of such a backup."""
    return head.data.startswith((_MAGIC, _MIUI)) or _is_telephony_file(head)


def _is_telephony_file(head: Head) -> bool:
    if not head.name.endswith(("_sms_backup", "_mms_backup")) and head.data[:1] != b"\x78":
        return False
    try:
        start = zlib.decompressobj().decompress(head.data, 256)
    except zlib.error:
        return False
    return start.lstrip().startswith(b"[{") and (
        b'"address"' in start or b'"recipients"' in start or b'"self_phone"' in start or b'"m_type"' in start
    )


def read(source: Source) -> Iterator[Found]:
    """Every SMS and MMS of the backup.  Raises PasswordNeeded for an encrypted one, IntakeError for a damaged one."""
    head = source.head()
    if not head.data.startswith((_MAGIC, _MIUI)):
        name = "mms_backup" if "_mms_backup" in source.name or b'"m_type"' in _inflate(head.data) else "sms_backup"
        yield from _messages(source, name, source.read_all())
        return
    with source.open() as stream:
        package = _skip_wrapper(stream)
        found_any = False
        payload = _open_payload(stream, source.name, source.password)
        for path, data in tar_files(payload, ("_sms_backup", "_mms_backup", xiaomi.FILE, kept_calls.FILE)):
            for found in _records(source, path, data):
                found_any = True
                yield found
        if not found_any:
            raise IntakeError(
                _nothing(package), remedy="请改用短信备份应用（导出 XML）或数据线导出短信和通话记录；截图也可以。"
            )


def _records(source: Source, path: str, data: bytes) -> Iterator[Found]:
    """What one file of the backup holds."""
    if path.endswith(kept_calls.FILE):
        yield from kept_calls.calls(source, data)
    elif not path.endswith(xiaomi.FILE):
        yield from _messages(source, path, data)
    elif path.startswith(_SYSTEM_PATHS):
        yield from xiaomi.records(source, data)


def _nothing(package: str | None) -> str:
    if package in _SYSTEM:
        return "这是小米备份里的系统短信、通话或通讯录，里面没有记录，或和已知的格式对不上，没有读出。"
    if package is not None:
        return f"这是应用 {package[:80]} 的备份，里面没有短信；催界不读聊天软件和其他应用的存储。"
    return "这份备份里没有短信，也没有通话记录（安卓 12 以后，系统不再把短信放进这种备份；通话记录要加 -keyvalue 才备份）。"


def _skip_wrapper(stream: BinaryIO) -> str | None:
    """Reads over Xiaomi's own head; the package it names, or None for a bare backup."""
    if stream.read(len(_MIUI)) != _MIUI:
        stream.seek(0)
        return None
    stream.readline(64)
    package = stream.readline(1024).decode("utf-8", "replace").split(" ")[0].strip()
    stream.readline(64)
    stream.readline(64)
    if stream.read(len(_MAGIC)) != _MAGIC:
        raise IntakeError(
            _nothing(package or None), remedy="请改用短信备份应用（导出 XML）或数据线导出短信和通话记录；截图也可以。"
        )
    stream.seek(-len(_MAGIC), io.SEEK_CUR)
    return package or None


def _open_payload(stream: BinaryIO, name: str, password: str | None) -> BinaryIO:
    """The tar inside the ``.ab`` at *stream*'s position, decrypted and inflated as it is read."""
    lines = [stream.readline(64).strip() for _ in range(4)]
    if lines[0] + b"\n" != _MAGIC or not lines[1].isdigit() or lines[2] not in (b"0", b"1"):
        raise IntakeError(f"备份“{name}”的开头损坏。", remedy="请重新备份一次。")
    body: BinaryIO = stream
    if lines[3] == b"AES-256":
        body = _decrypting(stream, name, int(lines[1]), password)
    elif lines[3] != b"none":
        raise IntakeError(f"备份“{name}”用了不认识的加密方式（{lines[3][:20].decode('ascii', 'replace')}）。")
    return _buffered(_Inflating(body)) if lines[2] == b"1" else body


def _decrypting(stream: BinaryIO, name: str, version: int, password: str | None) -> BinaryIO:
    if not password:
        raise PasswordNeeded(f"备份“{name}”有密码。", remedy=f"{UNLOCK}：就是备份时设的那个。")
    wrong = PasswordNeeded(f"备份“{name}”的密码不对。", remedy="请核对备份时设的密码。")
    try:
        salt, check_salt, rounds, iv, blob = (stream.readline(4096).strip() for _ in range(5))
        count = int(rounds)
        if not 0 < count <= _MAX_ROUNDS:
            raise ValueError
        secret = password.encode("utf-8")
        key = hashlib.pbkdf2_hmac("sha1", secret, bytes.fromhex(salt.decode()), count, 32)
        opened = _cbc(key, bytes.fromhex(iv.decode())).decryptor()
        plain = opened.update(bytes.fromhex(blob.decode())) + opened.finalize()
        parts, position = [], 0
        for _ in range(3):
            size = plain[position]
            parts.append(plain[position + 1 : position + 1 + size])
            position += 1 + size
        master_iv, master, checksum = parts
        if not any(
            _checksum(master, bytes.fromhex(check_salt.decode()), count, utf8) == checksum
            for utf8 in (version >= 2, version < 2)
        ):
            raise wrong
        return _buffered(_Deciphering(stream, _cbc(master, master_iv)))
    except (ValueError, IndexError, UnicodeDecodeError, UnsupportedAlgorithm) as error:
        raise wrong from error


def _checksum(master: bytes, salt: bytes, rounds: int, is_utf8: bool) -> bytes:
    """The check value: Java turned the key's bytes into characters, sign and all, before hashing them."""
    if is_utf8:
        text = "".join(chr(byte if byte < 128 else 0xFF00 | byte) for byte in master)
        secret = text.encode("utf-8")
    else:
        secret = bytes(master)
    return hashlib.pbkdf2_hmac("sha1", secret, salt, rounds, 32)


def _cbc(key: bytes, iv: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(iv))


class _Deciphering(io.RawIOBase):
    """AES-CBC with PKCS padding, as a stream."""

    def __init__(self, stream: BinaryIO, cipher: Cipher[modes.CBC]) -> None:
        self._stream, self._cipher = stream, cipher.decryptor()
        self._ready, self._tail, self._ended = b"", b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            piece = self._stream.read(1 << 16)
            plain = self._tail + self._cipher.update(piece)
            if piece:
                self._ready, self._tail = plain[:-16], plain[-16:]
            else:
                self._ended = True
                pad = plain[-1] if plain else 0
                self._ready = plain[:-pad] if 0 < pad <= 16 else plain
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


class _Inflating(io.RawIOBase):
    """A zlib stream; one that ends too early gives what was whole: the tar in it then lacks its end, which is told."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._zlib = stream, zlib.decompressobj()
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ended:
            piece = self._zlib.unconsumed_tail or self._stream.read(1 << 16)
            try:
                plain = self._zlib.decompress(piece, len(buffer)) if piece else b""
            except zlib.error:
                plain, piece = b"", b""
            self._ended = not piece or self._zlib.eof
            if plain:
                buffer[: len(plain)] = plain
                return len(plain)
        return 0


def _buffered(raw: io.RawIOBase) -> BinaryIO:
    return io.BufferedReader(raw, 1 << 16)


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _INFLATED)
    except zlib.error:
        return data


def _messages(source: Source, path: str, data: bytes) -> Iterator[Found]:
    name = path.rpartition("/")[2]
    is_mms = "mms" in name
    try:
        rows = json.loads(_inflate(data))
    except ValueError:
        yield SetAside(at=name, why="这一组短信损坏，读不出")
        return
    shown: set[str] = set()
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        at = f"{name}:{number}"
        if not isinstance(row, Mapping):
            yield SetAside(at=at, why="这一条不是完整的记录")
            continue
        values = _mms_row(row) if is_mms else {str(key): _plain(value) for key, value in row.items()}
        if not values.get("address") and isinstance(row.get("recipients"), list) and row["recipients"]:
            values["address"] = str(row["recipients"][0])
        made = sms_entry(source, at, values, is_mms=is_mms)
        if isinstance(made, When):
            yield SetAside(at=at, why=f"时间写的是“{str(made.raw)[:40]}”，读不出" if made.raw else "没有写时间")
            continue
        own = normalise(_plain(row.get("self_phone")))
        if own and own not in shown:
            shown.add(own)
            yield Note(text="备份里写着本机号码，请核对是不是这个人的手机。")
        yield made


def _mms_row(row: Mapping[str, object]) -> dict[str, str | None]:
    values = {str(key): _plain(value) for key, value in row.items()}
    box = values.get("msg_box") or ""
    listed = row.get("mms_addresses")
    addresses = [part for part in listed if isinstance(part, Mapping)] if isinstance(listed, list) else []
    senders = [str(part.get("address")) for part in addresses if str(part.get("type")) == "137"]
    receivers = [str(part.get("address")) for part in addresses if str(part.get("type")) in {"151", "130", "129"}]
    side = senders if box == "1" else receivers
    values["address"] = side[0] if side and (box == "1" or len(side) == 1) else None
    values["recipients"] = "、".join(receivers) if len(receivers) > 1 else None
    parts = [values.get("sub"), values.get("mms_body")]
    values["body"] = "\n".join(part for part in parts if part) or None
    values["type"] = box
    return values


def _plain(value: object) -> str | None:
    if value is None or isinstance(value, list | dict):
        return None
    return str(value)
