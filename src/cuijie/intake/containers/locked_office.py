"""Opens an Office file (xlsx, docx, pptx) that has a password, with the password that the user gives.

Both ways of ECMA-376 encryption: *agile* (Office 2010 and later, WPS) and *standard* (Office 2007).  What is opened
is read as a file of its own; nothing decrypted is written to disk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cuijie.intake.containers.compound_file import COMPOUND_MAGIC, CompoundFile, names_in
from cuijie.intake.found import UNLOCK, Attachment, Found, IntakeError, PasswordNeeded
from cuijie.intake.source import Head, Source

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "read", "sniff", "unlocked"]

KIND: Final = "locked_office"
TITLE: Final = "加了密码的 Office 文件"
IS_EVIDENCE: Final = True

_PACKAGE: Final = "EncryptedPackage"
_SEGMENT: Final = 4096
_MAX_ROUNDS: Final = 10_000_000
_STANDARD_ROUNDS: Final = 50_000
_HASHES: Final = {"SHA1": "sha1", "SHA-1": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}
_INPUT: Final = bytes.fromhex("fea7d2763b4b9e79")  # what a key is for goes into its making (MS-OFFCRYPTO 2.3.4.13)
_HASH: Final = bytes.fromhex("d7aa0f6d3061344e")
_KEY: Final = bytes.fromhex("146e0be7abacd0d6")
_SPACE: Final = "{http://schemas.microsoft.com/office/2006/encryption}"
_KEY_ENCRYPTOR: Final = "{http://schemas.microsoft.com/office/2006/keyEncryptor/password}encryptedKey"


def sniff(head: Head) -> bool:
    """True for a compound file that holds an encrypted package."""
    if head.names or not head.data.startswith(COMPOUND_MAGIC):
        return False
    return names_in(head.data, _PACKAGE) or (head.whole is not None and names_in(head.whole(), _PACKAGE))


def read(source: Source) -> Iterator[Found]:
    """The opened file, to be read as a file of its own.  Raises PasswordNeeded."""
    data = unlocked(source.read_all(), source.name, source.password)
    kind = "docx" if b"word/document.xml" in data else "xlsx" if b"xl/workbook" in data else "zip"
    yield Attachment(
        key=hashlib.sha256(data).hexdigest(), name=f"{PurePath(source.name).stem}.{kind}", media_type=None, data=data,
        at="opened", kind="member", is_file=True,
    )  # fmt: skip


def unlocked(data: bytes, name: str, password: str | None) -> bytes:
    """The zip inside an encrypted Office file.  Raises PasswordNeeded without the right password."""
    if not password:
        raise PasswordNeeded(
            f"“{name}”有密码，打不开。", remedy=f"{UNLOCK}；没有密码就在 WPS 或 Office 里去掉密码另存一份。"
        )
    parts = CompoundFile(data, name)
    info, package = parts.read("EncryptionInfo"), parts.read(_PACKAGE)
    try:
        major, minor = struct.unpack_from("<HH", info)
        size = struct.unpack_from("<Q", package)[0]
        if (major, minor) == (4, 4):
            opened = _agile(info[8:], package[8:], password)
        elif minor == 2 and major in (2, 3, 4):
            opened = _standard(info, package[8:], password)
        else:
            raise IntakeError(f"“{name}”用的加密方式催界不认识。", remedy="请在 WPS 或 Office 里去掉密码另存一份再收。")
    except (struct.error, ValueError, KeyError, TypeError, binascii.Error) as error:
        raise IntakeError(f"“{name}”损坏或没有下载完整，打不开。", remedy="请重新下载一次再收。") from error
    if opened is None:
        raise PasswordNeeded(f"“{name}”的密码不对。", remedy=f"请核对密码（大小写、全角半角）。{UNLOCK}。")
    return opened[:size]


@dataclass(frozen=True, slots=True)
class _Parameters:
    salt: bytes
    block: int
    key_bytes: int
    digest: str

    @classmethod
    def of(cls, said: dict[str, str]) -> _Parameters:
        """As the file's XML says.  Raises ValueError or KeyError for another cipher than AES."""
        if said["cipherAlgorithm"] != "AES" or said["cipherChaining"] != "ChainingModeCBC":
            raise ValueError(said["cipherAlgorithm"])
        salt = base64.b64decode(said["saltValue"])
        return cls(salt, int(said["blockSize"]), int(said["keyBits"]) // 8, _HASHES[said["hashAlgorithm"]])

    def vector(self, seed: bytes) -> bytes:
        """*seed* as a first block: cut, or filled up with 0x36."""
        return seed[: self.block].ljust(self.block, b"\x36")


def _agile(xml: bytes, package: bytes, password: str) -> bytes | None:
    """The opened package, or None if the password does not fit."""
    from lxml import etree

    try:
        tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise ValueError("EncryptionInfo") from error
    of_data, of_key = tree.find(f"{_SPACE}keyData"), tree.find(f".//{_KEY_ENCRYPTOR}")
    if of_data is None or of_key is None:
        raise ValueError("keyData")
    said = {str(name): str(value) for name, value in of_key.attrib.items()}
    data = _Parameters.of({str(name): str(value) for name, value in of_data.attrib.items()})
    key = _Parameters.of(said)
    stretched = _stretched(key, password, int(said["spinCount"]))

    def opened(field: str, purpose: bytes) -> bytes:
        made = hashlib.new(key.digest, stretched + purpose).digest()[: key.key_bytes].ljust(key.key_bytes, b"\x36")
        return _cbc(made, key.vector(key.salt), base64.b64decode(said[field]))

    told = hashlib.new(key.digest, opened("encryptedVerifierHashInput", _INPUT)[: len(key.salt)]).digest()
    if not hmac.compare_digest(told, opened("encryptedVerifierHashValue", _HASH)[: len(told)]):
        return None
    secret = opened("encryptedKeyValue", _KEY)[: data.key_bytes]
    segments = (package[at : at + _SEGMENT] for at in range(0, len(package) - 15, _SEGMENT))
    return b"".join(
        _cbc(secret, data.vector(hashlib.new(data.digest, data.salt + struct.pack("<I", number)).digest()), segment)
        for number, segment in enumerate(segments)
    )


def _stretched(key: _Parameters, password: str, rounds: int) -> bytes:
    if not 0 <= rounds <= _MAX_ROUNDS:
        raise ValueError("spinCount")
    value = hashlib.new(key.digest, key.salt + password.encode("utf-16-le")).digest()
    for number in range(rounds):
        value = hashlib.new(key.digest, struct.pack("<I", number) + value).digest()
    return value


def _cbc(key: bytes, vector: bytes, data: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return decryptor.update(data[: len(data) // 16 * 16]) + decryptor.finalize()


def _standard(info: bytes, package: bytes, password: str) -> bytes | None:
    """The opened package, or None if the password does not fit."""
    header_size = struct.unpack_from("<I", info, 8)[0]
    key_bits = struct.unpack_from("<I", info, 12 + 16)[0]
    verifier = info[12 + header_size :]
    salt, secret, proof = verifier[4:20], verifier[20:36], verifier[40:72]
    sha1 = _Parameters(salt, 16, key_bits // 8, "sha1")
    final = hashlib.sha1(_stretched(sha1, password, _STANDARD_ROUNDS) + b"\0\0\0\0", usedforsecurity=False).digest()
    pads = (bytes(byte ^ mask for byte in final.ljust(64, b"\0")) for mask in (0x36, 0x5C))
    key = b"".join(hashlib.sha1(pad, usedforsecurity=False).digest() for pad in pads)[: key_bits // 8]
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  # the format's own

    def opened(data: bytes) -> bytes:
        decryptor = cipher.decryptor()
        return decryptor.update(data[: len(data) // 16 * 16]) + decryptor.finalize()

    told = hashlib.sha1(opened(secret), usedforsecurity=False).digest()
    return opened(package) if hmac.compare_digest(told, opened(proof)[:20]) else None
