"""Where cases lie on this computer: the user's own folder of cases, and names that are safe for a folder."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from cuijie.desk.errors import ShelfError

__all__ = ["cases_home", "cases_in", "new_case_folder"]

_KEYS = "keys.json"
_FORBIDDEN = frozenset('/\\:*?"<>|')
_LONGEST_BYTES = 120


def cases_home() -> Path:
    """``CUIJIE_CASES_DIR``, or 催界案卷 in the user's home."""
    named = os.environ.get("CUIJIE_CASES_DIR")
    return Path(named).expanduser() if named else Path.home() / "催界案卷"


def cases_in(home: Path) -> tuple[Path, ...]:
    """The case folders directly in *home*, by name; none if it does not exist or cannot be read."""
    try:
        return tuple(sorted(folder for folder in home.iterdir() if (folder / _KEYS).is_file()))
    except OSError:
        return ()


def new_case_folder(name: str, where: str, home: Path) -> Path:
    """The folder a new case of that name goes into.  Raises ShelfError for a name that no folder can have."""
    name = unicodedata.normalize("NFC", name.strip())
    is_odd = name.startswith(".") or name.endswith(".") or any(not one.isprintable() for one in name)
    if not name or is_odd or _FORBIDDEN & set(name) or len(name.encode()) > _LONGEST_BYTES:
        raise ShelfError(
            "这个名字不能用。", remedy='请用几个普通的字，例如“借款2026”；不要含 / \\ : * ? " < > |，也不要以点开头。'
        )
    parent = Path(where.strip()).expanduser() if where.strip() else home
    if not parent.is_absolute():
        raise ShelfError("存放的位置要写完整路径。", remedy=f"不填就放在 {home}。")
    folder = parent / name
    if folder.exists():
        raise ShelfError(f"“{name}”已经有了。", remedy="请换一个名字，或者打开原来的那个。")
    return folder
