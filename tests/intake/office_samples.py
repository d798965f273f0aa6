"""Old Office files made for the tests: compound files, workbooks, Word documents, Outlook mails, packages with a password."""

from __future__ import annotations

import base64
import hashlib
import os
import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3); a path with ``/`` lies in a storage.  Small streams share the small stream."""
    sectors: list[bytes] = []
    following: list[int] = []
    small = b""
    small_following: list[int] = []

    def put(data: bytes) -> int:
        first = len(sectors)
        pieces = [data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)]
        sectors.extend(pieces)
        following.extend([*range(first + 1, first + len(pieces)), _END][: len(pieces)])
        return first if pieces else _END

    entries: list[list[object]] = [["Root Entry", 5, _FREE, _END, 0]]  # name, type, child, start, size
    storages: dict[str, list[int]] = {"": []}
    numbers = {"": 0}

    def storage(path: str) -> None:
        above, _, name = path.rpartition("/")
        if path not in storages:
            storage(above)
            storages[path], numbers[path] = [], len(entries)
            storages[above].append(len(entries))
            entries.append([name, 1, _FREE, 0, 0])

    for path, data in streams.items():
        above, _, name = path.rpartition("/")
        storage(above)
        if len(data) < _CUTOFF:
            count = -(-len(data) // _SMALL)
            start = len(small_following) if count else _END
            small_following += [*range(len(small_following) + 1, len(small_following) + count), _END][:count]
            small += data.ljust(count * _SMALL, b"\0")
        else:
            start = put(data)
        storages[above].append(len(entries))
        entries.append([name, 2, _FREE, start, len(data)])
    siblings = {one: follow for listed in storages.values() for one, follow in pairwise(listed)}
    for above, listed in storages.items():
        entries[numbers[above]][2] = listed[0] if listed else _FREE
    entries[0][3], entries[0][4] = put(small), len(small)
    small_table = put(struct.pack(f"<{len(small_following)}I", *small_following).ljust(_SECTOR, b"\xff"))
    directory = b"".join(_entry(entry, siblings.get(index, _FREE)) for index, entry in enumerate(entries))
    first_directory = put(directory)
    tables = 1
    while tables * (_SECTOR // 4) < len(sectors) + tables:
        tables += 1
    first_table = len(sectors)
    following += [_TABLE] * tables
    table = struct.pack(f"<{len(following)}I", *following).ljust(tables * _SECTOR, b"\xff")
    places = [*range(first_table, first_table + tables)] + [_FREE] * (109 - tables)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, tables, first_directory, 0, _CUTOFF, small_table, 1, _END, 0)
    return header + struct.pack("<109I", *places) + b"".join(sectors) + table


def _entry(entry: list[object], sibling: int) -> bytes:
    name, kind, child, start, size = entry
    written = str(name).encode("utf-16-le")
    return written.ljust(64, b"\0") + struct.pack(
        "<HBBIII36xIQ", len(written) + 2, kind, 1, _FREE, sibling, child, start, size
    )


def word_file(*pieces: tuple[str, bool], flags: int = 0x0200, version: int = 0x00C1) -> bytes:
    """A Word 97 document whose text lies in *pieces*, each with two bytes a character or (True) with one."""
    main = bytearray(2048)
    places, listed, position = [0], b"", 0
    for text, is_narrow in pieces:
        where = len(main)
        main += text.encode("cp1252" if is_narrow else "utf-16-le")
        listed += struct.pack("<HIH", 0, where * 2 | 0x40000000 if is_narrow else where, 0)
        position += len(text) if is_narrow else len(text.encode("utf-16-le")) // 2
        places.append(position)
    plc = struct.pack(f"<{len(places)}I", *places) + listed
    table = b"\x01" + struct.pack("<H", 4) + b"abcd" + b"\x02" + struct.pack("<I", len(plc)) + plc
    struct.pack_into("<HH6xH", main, 0, 0xA5EC, version, flags)
    struct.pack_into("<I", main, 0x4C, position)
    struct.pack_into("<II", main, 0x1A2, 0, len(table))
    return compound({"WordDocument": bytes(main), "1Table": table})


def outlook_mail(*, headers: str = "", flags: int = 1, narrow: bool = False, enclosed: str = "") -> bytes:
    """A mail of an invented collector of 4 March 2025, 21:03:11 Beijing time, with a list of calls enclosed.

    *enclosed* is the body of a mail of the same time that is enclosed too.
    """
    ticks = (
        int((datetime(2025, 3, 4, 13, 3, 11, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
    )
    values = bytes(32) + struct.pack("<IIQ", 0x00390040, 6, ticks) + struct.pack("<IIQ", 0x0E070003, 6, flags)
    kind, encoding = ("001E", "gb18030") if narrow else ("001F", "utf-16-le")
    words = {
        "0037": "催收通知", "1000": "您的借款已逾期，请于三日内还款。", "0C1A": "晴川法务", "0C1F": "fawu@qc.example",
        "0E04": "王小舟", "007D": headers,
    }  # fmt: skip
    attached = "__attach_version1.0_#00000000/__substg1.0_"
    return compound(
        {"__properties_version1.0": values}
        | {f"__substg1.0_{field}{kind}": text.encode(encoding) for field, text in words.items()}
        | {
            f"{attached}37010102": "时间,号码,类型,时长\n2025-03-04 21:03:11,13800001002,来电,62\n".encode(),
            f"{attached}3707001F": "通话.csv".encode("utf-16-le"),
        }
        | (_enclosed_mail(values, enclosed) if enclosed else {})
    )


def _enclosed_mail(values: bytes, body: str) -> dict[str, bytes]:
    below = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    words = {"1000": body, "0C1A": "阿强", "0C1F": "aq@qc.example"}
    return {f"{below}__properties_version1.0": values[8:]} | {
        f"{below}__substg1.0_{field}001F": text.encode("utf-16-le") for field, text in words.items()
    }


def _aes(key: bytes, mode: modes.CBC | modes.ECB, data: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES(key), mode).encryptor()
    return encryptor.update(data.ljust(-(-len(data) // 16) * 16, b"\0")) + encryptor.finalize()


def agile(data: bytes, password: str, rounds: int = 1000) -> bytes:
    """*data* as Office 2010 and later encrypt it (MS-OFFCRYPTO 2.3.4.10 and the following)."""
    salt, data_salt, secret = os.urandom(16), os.urandom(16), os.urandom(32)
    made = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for number in range(rounds):
        made = hashlib.sha512(struct.pack("<I", number) + made).digest()

    def sealed(purpose: str, value: bytes) -> str:
        key = hashlib.sha512(made + bytes.fromhex(purpose)).digest()[:32]
        return base64.b64encode(_aes(key, modes.CBC(salt), value)).decode()

    proof = os.urandom(16)
    package = struct.pack("<Q", len(data))
    for number in range(-(-len(data) // 4096)):
        vector = hashlib.sha512(data_salt + struct.pack("<I", number)).digest()[:16]
        package += _aes(secret, modes.CBC(vector), data[number * 4096 : number * 4096 + 4096])
    common = 'blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"'
    spaces = (
        'xmlns="http://schemas.microsoft.com/office/2006/encryption" '
        'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"'
    )
    xml = (
        f'<encryption {spaces}><keyData {common} saltSize="16" saltValue="{base64.b64encode(data_salt).decode()}"/>'
        f'<keyEncryptors><keyEncryptor uri="x"><p:encryptedKey spinCount="{rounds}" saltSize="16" {common} '
        f'saltValue="{base64.b64encode(salt).decode()}" '
        f'encryptedVerifierHashInput="{sealed("fea7d2763b4b9e79", proof)}" '
        f'encryptedVerifierHashValue="{sealed("d7aa0f6d3061344e", hashlib.sha512(proof).digest())}" '
        f'encryptedKeyValue="{sealed("146e0be7abacd0d6", secret)}"/></keyEncryptor></keyEncryptors></encryption>'
    )
    return compound({"EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + xml.encode(), "EncryptedPackage": package})


def standard(data: bytes, password: str) -> bytes:
    """*data* as Office 2007 encrypts it (MS-OFFCRYPTO 2.3.4.5 and the following)."""
    salt, proof = os.urandom(16), os.urandom(16)
    made = hashlib.sha1(salt + password.encode("utf-16-le"), usedforsecurity=False).digest()
    for number in range(50_000):
        made = hashlib.sha1(struct.pack("<I", number) + made, usedforsecurity=False).digest()
    made = hashlib.sha1(made + bytes(4), usedforsecurity=False).digest()
    key = hashlib.sha1(
        bytes(a ^ b for a, b in zip(made.ljust(64, b"\0"), b"\x36" * 64, strict=True)), usedforsecurity=False
    ).digest()[:16]
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + "AES\0".encode("utf-16-le")
    told = hashlib.sha1(proof, usedforsecurity=False).digest()
    info = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header + struct.pack("<I", 16) + salt
    info += _aes(key, modes.ECB(), proof) + struct.pack("<I", 20) + _aes(key, modes.ECB(), told)  # noqa: S305
    package = struct.pack("<Q", len(data)) + _aes(key, modes.ECB(), data)  # noqa: S305
    return compound({"EncryptionInfo": info, "EncryptedPackage": package})


def old_workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    """A workbook of Excel 97 (MS-XLS) with one sheet, “a”, of texts and numbers."""

    def record(kind: int, fields: str, *values: int | float, text: bytes = b"") -> bytes:
        body = struct.pack("<" + fields, *values) + text
        return struct.pack("<HH", kind, len(body)) + body

    def begun(kind: int) -> bytes:
        return record(0x809, "HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6)

    def cell(row: int, column: int, value: str | float) -> bytes:
        if isinstance(value, str):
            return record(0x204, "HHHHB", row, column, 0, len(value), 1, text=value.encode("utf-16-le"))
        return record(0x203, "HHHd", row, column, 0, value)

    ended = record(0x0A, "")
    cells = b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    sheet = begun(0x10) + record(0x200, "IIHHH", 0, len(rows), 0, max(map(len, rows)), 0) + cells + ended
    at = len(begun(5) + record(0x85, "IHBB", 0, 0, 1, 0, text=b"a") + ended)
    book = begun(5) + record(0x85, "IHBB", at, 0, 1, 0, text=b"a") + ended
    return compound({"Workbook": (book + sheet).ljust(_CUTOFF, b"\0")})
