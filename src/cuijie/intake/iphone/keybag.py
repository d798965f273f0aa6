"""Opens an encrypted iPhone backup with its password: the keybag, the manifest's key, each file's key.

Nothing decrypted is written to disk.  The password is stretched as Apple does (PBKDF2-SHA256, then SHA-1), which
takes seconds to a minute on a real backup.
"""

from __future__ import annotations

import hashlib
import plistlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers.expat import ExpatError

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from cuijie.intake.found import UNLOCK, IntakeError, PasswordNeeded

__all__ = ["Keybag", "file_facts", "load_plist", "open_keybag"]

_MAX_ROUNDS: Final = 50_000_000
_WRAPPED_BY_PASSCODE: Final = 2


def load_plist(data: bytes, name: str) -> Mapping[str, object]:
    """A property list as a mapping; raises IntakeError for a damaged one."""
    try:
        value = plistlib.loads(data)
    except (
        plistlib.InvalidFileException,
        ExpatError,
        ValueError,
        KeyError,
        IndexError,
        OverflowError,
        TypeError,
        RecursionError,
        struct.error,
    ) as error:
        raise IntakeError(f"备份里的 {name} 损坏，读不出。", remedy="请重新备份一次。") from error
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Keybag:
    """The class keys of an opened keybag."""

    keys: Mapping[int, bytes] = field(repr=False)

    def unwrap(self, wrapped: bytes, protection: int) -> bytes:
        """The file key in *wrapped* (without its class prefix); raises IntakeError for a class that is not here."""
        key = self.keys.get(protection)
        if key is None:
            raise IntakeError(f"备份缺少第 {protection} 类密钥，这个文件解不开。")
        try:
            return aes_key_unwrap(key, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise IntakeError("备份里一个文件的密钥损坏，解不开。") from error

    @staticmethod
    def decrypt(data: bytes, key: bytes) -> bytes:
        """The bytes of a file under its own key; up to 16 bytes of padding stay at the end."""
        whole = len(data) - len(data) % 16
        opened = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).decryptor()
        return opened.update(data[:whole]) + opened.finalize()


def open_keybag(blob: bytes, password: str | None) -> Keybag:
    """The keybag in *blob*; raises PasswordNeeded without the right *password*."""
    if not password:
        raise PasswordNeeded(
            "这份 iPhone 备份是加密的。",
            remedy=f"{UNLOCK}：就是在电脑上勾选“加密本地备份”时设的那个。",
        )
    about, classes = _parts(blob)
    try:
        key = password.encode()
        if "DPSL" in about:
            key = hashlib.pbkdf2_hmac("sha256", key, about["DPSL"], _count(about["DPIC"]), 32)
        key = hashlib.pbkdf2_hmac("sha1", key, about["SALT"], _count(about["ITER"]), 32)
    except (KeyError, ValueError) as error:
        raise IntakeError("备份的密钥包损坏，解不开。", remedy="请重新备份一次。") from error
    keys: dict[int, bytes] = {}
    for one in classes:
        try:
            if _number(one["WRAP"]) & _WRAPPED_BY_PASSCODE:
                keys[_number(one["CLAS"])] = aes_key_unwrap(key, one["WPKY"])
        except InvalidUnwrap as error:
            raise PasswordNeeded("备份密码不对。", remedy=f"请核对密码。{UNLOCK}。") from error
        except (KeyError, ValueError):
            continue
    if not keys:
        raise IntakeError("备份的密钥包里没有可用的密钥。", remedy="请重新备份一次。")
    return Keybag(keys)


def _parts(blob: bytes) -> tuple[dict[str, bytes], list[dict[str, bytes]]]:
    about: dict[str, bytes] = {}
    classes: list[dict[str, bytes]] = []
    position = 0
    while position + 8 <= len(blob):
        tag, size = blob[position : position + 4].decode("ascii", "replace"), _number(blob[position + 4 : position + 8])
        value = blob[position + 8 : position + 8 + size]
        position += 8 + size
        if tag == "UUID" and "UUID" in about:
            classes.append({tag: value})
        elif classes:
            classes[-1][tag] = value
        else:
            about[tag] = value
    return about, classes


def _number(data: bytes) -> int:
    return int.from_bytes(data[:8], "big")


def _count(data: bytes) -> int:
    rounds = _number(data)
    if not 0 < rounds <= _MAX_ROUNDS:
        raise ValueError(rounds)
    return rounds


def file_facts(blob: object) -> tuple[int | None, int | None, bytes | None]:
    """(size, protection class, wrapped key) from the manifest's own record of a file; None where it does not say."""
    if not isinstance(blob, bytes):
        return None, None, None
    archive = load_plist(blob, "Manifest.db")
    objects = archive.get("$objects")
    top = archive.get("$top")
    if not isinstance(objects, list) or not isinstance(top, dict):
        return None, None, None
    record = _at(objects, top.get("root"))
    if not isinstance(record, dict):
        return None, None, None
    size, protection = record.get("Size"), record.get("ProtectionClass")
    key = _at(objects, record.get("EncryptionKey"))
    wrapped = key.get("NS.data") if isinstance(key, dict) else key
    return (
        size if isinstance(size, int) else None,
        protection if isinstance(protection, int) else None,
        wrapped[4:] if isinstance(wrapped, bytes) and len(wrapped) > 4 else None,
    )


def _at(objects: list[object], where: object) -> object:
    if isinstance(where, plistlib.UID):
        return objects[where.data] if where.data < len(objects) else None
    return where
