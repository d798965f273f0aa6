"""The key of a lawyer or helper, made on this computer: the public half is handed out, the private half stays, sealed.

It is one file in the folder of cases: a line with the public half, then the private half under a passphrase as the age
format keeps it.  The passphrase of the key opens every case that is shared with it; the private half is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cuijie.desk.errors import ShelfError

__all__ = [
    "OwnKey",
    "check_new_passphrase",
    "is_shared_with_own",
    "make_own_key",
    "own_key",
    "secret_for",
    "unsealed",
]

_NAME = "我的钥匙.age"
_LINE = "# public key: "
_IDENTITY = "AGE-SECRET-KEY-"  # given itself, it is no passphrase of anything
_SHORTEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """The key that lies on this computer."""

    public: str  # age1…
    path: Path
    sealed: bytes  # the private half, an age file under the passphrase of the key


def check_new_passphrase(passphrase: str, again: str) -> None:
    """Raises ShelfError for a new passphrase that was not written twice alike, or is short."""
    if not passphrase.strip() or passphrase != again:
        raise ShelfError("两次输入的密码不一样，或者是空的。", remedy="请重新输入；密码没有别的找回办法。")
    if len(passphrase) < _SHORTEST:
        raise ShelfError(
            f"密码太短，至少 {_SHORTEST} 个字符。", remedy="一句只有你知道的话最好记，例如四五个不相干的词。"
        )


def own_key(home: Path) -> OwnKey | None:
    """The key in *home*; None where none was made or what lies there is none."""
    path = home / _NAME
    try:
        first, _, sealed = path.read_bytes().partition(b"\n")
        line = first.decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return OwnKey(public=line.removeprefix(_LINE), path=path, sealed=sealed) if line.startswith(_LINE) else None


def make_own_key(home: Path, passphrase: str, again: str) -> OwnKey:
    """Makes the key in *home*.  Raises ShelfError; one that is there is never written over."""
    import pyrage  # with the key, not with the first page

    from cuijie.casefile.keys import new_identity
    from cuijie.whole_files import make_secret

    check_new_passphrase(passphrase, again)
    secret, public = new_identity()
    sealed: bytes = pyrage.passphrase.encrypt(f"{secret}\n".encode(), passphrase, armored=True)
    path = home / _NAME
    try:
        if not home.is_dir():
            home.mkdir(parents=True)
        make_secret(path, f"{_LINE}{public}\n".encode() + sealed)
    except OSError as error:
        if not own_key(home):
            raise ShelfError(
                f"钥匙存不下来（{error.strerror}）。", remedy=f"请看看 {home} 能不能写入、还有没有空间。"
            ) from error
        raise ShelfError("这台电脑上已经有一把钥匙了。", remedy=f"它在 {path}；要换一把，先把这个文件移走。") from error
    return OwnKey(public=public, path=path, sealed=sealed)


def secret_for(home: Path, folder: Path, passphrase: str) -> str | None:
    """The private half, if the case in *folder* is shared with the key in *home* and *passphrase* is that key's."""
    return unsealed(home, passphrase) if is_shared_with_own(home, folder) else None


def is_shared_with_own(home: Path, folder: Path) -> bool:
    """Whether the key in *home* opens the case in *folder*; of what is no case nobody's does."""
    from cuijie.casefile.errors import CaseError
    from cuijie.casefile.keys import KeyFile

    key = own_key(home)
    try:
        return key is not None and any(one.public == key.public for one in KeyFile.read(folder).recipients)
    except CaseError:
        return False


def unsealed(home: Path, passphrase: str) -> str | None:
    """The private half, if *passphrase* is that of the key in *home*: made to take about a second."""
    import pyrage

    key = own_key(home)
    if key is None or passphrase.startswith(_IDENTITY):
        return None
    try:
        return bytes(pyrage.passphrase.decrypt(key.sealed, passphrase)).decode("ascii").strip()
    except (pyrage.DecryptError, UnicodeDecodeError):
        return None
