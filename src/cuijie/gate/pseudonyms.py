"""Persons and their numbers under other names: a keyed hash, so that whoever has the store has no numbers.

The key lies in a file of its own that only its owner can read.  The same id has the same pseudonym under the
same key only; who holds key and list of numbers can tell who is who, nobody else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import stat
from pathlib import Path

from cuijie.gate.errors import KeyfileError
from cuijie.records.numbers import is_masked, normalise
from cuijie.whole_files import make_secret

__all__ = ["PERSON_IDS", "Pseudonyms", "load_or_make_key"]

PERSON_IDS: tuple[str, ...] = ("debtor_id", "loan_id", "recipient_id", "collector_id", "from_number")
"""Columns that name a person, a loan or a number; lenders and agencies are no persons and keep their names."""

_NUMBERS = ("recipient_id", "from_number")
_KEY_BYTES = 32
_MAGIC = "cuijie-gate-key-1:"
_PLAIN = re.compile("1[3-9][0-9]{9}").fullmatch  # as most numbers are written: there is nothing to normalise


class Pseudonyms:
    """Pseudonyms under one key; safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise KeyfileError("假名密钥的长度不对。", remedy="请用原来的密钥文件，或让程序另建一个。")
        self._key = key
        self._hash = hashlib.blake2b(key=key, digest_size=16)
        self._begun = {column: self._hash.copy() for column in PERSON_IDS}
        for column, begun in self._begun.items():
            begun.update(f"{'number' if column in _NUMBERS else column}\0".encode())

    @classmethod
    def passing(cls) -> Pseudonyms:
        """Under a key that nobody keeps: for a gate whose state ends with the program."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @property
    def key_id(self) -> str:
        """Tells keys apart without telling the key."""
        return hashlib.blake2b(b"key-id", key=self._key, digest_size=8).hexdigest()

    def of(self, column: str, value: str) -> str:
        """The pseudonym of *value* in *column*; telephone numbers are the same however they are written."""
        keyed = self._begun[column].copy()  # as quick as remembering what most debtors are asked for once a day
        keyed.update((_plain_number(value) if column in _NUMBERS else value).encode())
        return keyed.hexdigest()

    def digest(self, data: bytes) -> str:
        """A keyed hash of *data* in hex, 128 bits: bodies of asks, which hold numbers and words."""
        keyed = self._hash.copy()
        keyed.update(data)
        return keyed.hexdigest()

    def mac(self, data: bytes) -> str:
        """A keyed hash by which only who holds the key could have vouched for *data*."""
        return hashlib.blake2b(data, key=self._key, digest_size=32, person=b"vouched").hexdigest()


def _plain_number(value: str) -> str:
    if _PLAIN(value):
        return value
    number = normalise(value)
    if number is None or is_masked(number) or not number.lstrip("+").isdecimal():
        return value
    return number


def load_or_make_key(path: Path) -> bytes:
    """The key in *path*; made anew, readable by its owner only, if there is no such file.  Raises KeyfileError."""
    with contextlib.suppress(FileExistsError):
        return _make(path)
    try:
        if not path.is_file():
            raise KeyfileError(f"假名密钥 {path} 不是文件。", remedy="请核对设置里的 key_file。")
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyfileError(
                f"假名密钥 {path} 别人也能读。", remedy=f"请先 chmod 600 {path}；若可能已外泄，请换新密钥。"
            )
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text.removeprefix(_MAGIC))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KeyfileError(f"读不出假名密钥 {path}。", remedy="没有它就对不上以前的记录；请从备份取回。") from error
    if not text.startswith(_MAGIC) or len(key) != _KEY_BYTES:
        raise KeyfileError(f"{path} 不是假名密钥，或被截断。", remedy="没有它就对不上以前的记录；请从备份取回。")
    return key


def _make(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        make_secret(path, f"{_MAGIC}{key.hex()}\n".encode("ascii"))
    except FileExistsError:
        raise
    except OSError as error:
        raise KeyfileError(f"建不了假名密钥 {path}。", remedy="请核对文件夹是否存在、能否写入。") from error
    return key
