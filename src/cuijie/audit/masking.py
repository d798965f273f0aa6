"""Pseudonyms: ids and numbers as a keyed hash, the same in every run on this computer, useless without the key."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.errors import cause_of
from cuijie.whole_files import make_secret

__all__ = ["MASKED", "Mask", "load_key"]

MASKED = frozenset({"contact_id", "debtor_id", "loan_id", "collector_id", "recipient_id", "from_number", "template"})
"""What names a person, a number or words; lenders and agencies stay readable."""

_LENGTH = 20


def load_key(path: Path) -> str:
    """The key at *path*, made there (owner only) if there is none.  Raises AuditError."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):  # another run has just made it
                make_secret(path, secrets.token_hex(32).encode("ascii"))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = cause_of(error) if isinstance(error, OSError) else "内容不对"
        raise AuditError(f"读不出假名的密钥 {path}：{reason}。") from error
    if len(key) < 32 or any(sign not in "0123456789abcdef" for sign in key):
        raise AuditError(f"{path} 不是假名的密钥。", remedy="密钥是至少 32 位的十六进制数；去掉这个文件会另造一个。")
    return key


class Mask:
    """How a column is shown: as it is, or as a pseudonym under *key*."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    @property
    def fingerprint(self) -> str | None:
        """Tells whether two runs used the same key, without giving it away; None for no masking."""
        return None if self._key is None else hashlib.sha256(f"fingerprint {self._key}".encode()).hexdigest()[:16]

    def sql(self, column: str, expression: str) -> str:
        """*expression*, which gives *column*, as DuckDB is to show it."""
        if self._key is None or column not in MASKED:
            return expression
        return f"CASE WHEN {expression} IS NOT NULL THEN substr(sha256(concat('{self._key}', {expression})), 1, {_LENGTH}) END"

    def shown(self, column: str, value: str | None) -> str | None:
        """The same for one value."""
        if value is None or self._key is None or column not in MASKED:
            return value
        return hashlib.sha256(f"{self._key}{value}".encode()).hexdigest()[:_LENGTH]

    def digest(self, *parts: str) -> str:
        """An id made of *parts*."""
        return hashlib.sha256("|".join(((self._key or ""), *parts)).encode()).hexdigest()[:_LENGTH]

    def digest_sql(self, *expressions: str) -> str:
        """The same in DuckDB."""
        return f"substr(sha256(concat_ws('|', '{self._key or ''}', {', '.join(expressions)})), 1, {_LENGTH})"
