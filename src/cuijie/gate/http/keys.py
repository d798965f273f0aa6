"""Who may ask: keys in a file that only its owner can read.

A line is ``name secret``.  The secret stands as it is, or as ``sha256:`` and its digest, so that the file gives no key
away.  Several lines are several keys: a new one is added, the callers change over, the old line goes.  A changed file
counts from the next second on, without a restart.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from cuijie.errors import BadInput, CouldNotFinish, cause_of

__all__ = ["Key", "KeyFile", "make_key"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LEAST = 24  # characters of a secret; ours have 43
_AGAIN_S = 1.0
_ON_POSIX = os.name == "posix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The name under which a caller is counted and logged, and the SHA-256 of its secret."""

    name: str
    digest: bytes


class KeyFile:
    """The keys of one file, read again when it changes.  Raises BadInput for a file that cannot be trusted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys, self._mark = _read(path)
        self._looked = time.monotonic()

    def holder(self, secret: str) -> str | None:
        """Whose *secret* this is, or None.  Takes the same time whichever key it is."""
        self._look_again()
        digest = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key.name
        return found

    def _look_again(self) -> None:
        now = time.monotonic()
        if now - self._looked < _AGAIN_S:
            return
        self._looked = now
        try:
            if _mark_of(os.stat(self.path)) != self._mark:
                self._keys, self._mark = _read(self.path)
        except (OSError, BadInput):
            # fails closed: while the file is gone or cannot be trusted, nobody is let in
            self._keys, self._mark = (), ()


def make_key(path: Path, name: str) -> str:
    """A new secret for *name*, whose digest is added to the file at *path*; the secret itself is kept nowhere.

    Raises BadInput for a name that cannot stand in the file or stands there already, CouldNotFinish if it cannot write.
    """
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"钥匙名“{name}”不能用。", remedy="用英文字母、数字、点、横线，最多 64 个字符，例如 dialer-2026。"
        )
    if path.exists() and name in (key.name for key in _read(path)[0]):
        raise BadInput(f"{path} 里已有名为 {name} 的钥匙。", remedy="换一个名字；旧钥匙停用后删去那一行。")
    secret = secrets.token_urlsafe(32)
    line = f"{name} sha256:{hashlib.sha256(secret.encode()).hexdigest()}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise CouldNotFinish(f"写不进钥匙文件 {path}：{cause_of(error)}。") from error
    return secret


def _mark_of(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode)


def _read(path: Path) -> tuple[tuple[Key, ...], tuple[int, ...]]:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            data = file.read(1 << 20)
    except OSError as error:
        raise BadInput(
            f"读不出钥匙文件 {path}：{cause_of(error)}。", remedy="用 cuijie gate key 建一个，再用 --keys 指给它。"
        ) from error
    if _ON_POSIX and stat.S_IMODE(found.st_mode) & 0o077:
        raise BadInput(f"钥匙文件 {path} 别人也能读。", remedy=f"先改成只有自己能读：chmod 600 {path}")
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"钥匙文件 {path} 不是 UTF-8 文本。", remedy="一行一把：名字 空格 钥匙。") from error
    keys = [
        _key(path, number, line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not keys:
        raise BadInput(f"钥匙文件 {path} 里没有钥匙。", remedy="用 cuijie gate key 加一把。")
    if len({key.name for key in keys}) < len(keys):
        raise BadInput(f"钥匙文件 {path} 里有两行用了同一个名字。", remedy="每把钥匙要有自己的名字。")
    return tuple(keys), _mark_of(found)


def _key(path: Path, number: int, line: str) -> Key:
    name, _, secret = line.strip().partition(" ")
    secret = secret.strip()
    if not _NAME.fullmatch(name) or not secret or " " in secret:
        raise BadInput(f"钥匙文件 {path} 第 {number} 行读不懂。", remedy="一行一把：名字 空格 钥匙。")
    if secret.startswith("sha256:"):
        if not re.fullmatch("[0-9a-f]{64}", secret[7:]):
            raise BadInput(f"钥匙文件 {path} 第 {number} 行的 sha256 要有 64 个十六进制数字。")
        return Key(name=name, digest=bytes.fromhex(secret[7:]))
    if len(secret) < _LEAST:
        raise BadInput(
            f"钥匙文件 {path} 第 {number} 行的钥匙太短。", remedy=f"至少 {_LEAST} 个随机字符；或用 cuijie gate key。"
        )
    return Key(name=name, digest=hashlib.sha256(secret.encode()).digest())
