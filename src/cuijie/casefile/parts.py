"""Derived items that lie whole inside their parent: named by their place there, not kept a second time.

A phone's backup holds its pictures in base64; the original is in the vault byte for byte, and the pictures with it.
"""

from __future__ import annotations

import binascii
import io
from dataclasses import dataclass
from typing import BinaryIO, Final

import pybase64

from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import CaseDamaged
from cuijie.casefile.seekable import SeekableReader

__all__ = ["Part", "PartTable", "open_part"]

_GROUPS: Final = 16_384  # groups of four characters decoded at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where an item lies in its parent's plain content: plain base64 with its padding, no line breaks in it."""

    start: int  # the first byte of the base64
    size_bytes: int  # of what it stands for

    @property
    def length(self) -> int:
        """How many bytes of base64."""
        return -(-self.size_bytes // 3) * 4


class PartTable:
    """Reads and forgets where parts lie; ``ItemTable`` notes it with their rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, item_id: str) -> Part | None:
        """Where an item lies in its parent, or None for one that has a vault file of its own."""
        row = self._store.row("select start, size from part where item_id = ?", (item_id,))
        return None if row is None else Part(start=int(row[0]), size_bytes=int(row[1]))

    def remove(self, item_id: str) -> None:
        """Forgets where an item lay."""
        self._store.run("delete from part where item_id = ?", (item_id,))


def open_part(parent: BinaryIO, part: Part, label: str) -> BinaryIO:
    """The plain bytes of a part as a seekable stream over that of its *parent*, which is closed with it."""
    return io.BufferedReader(_PartReader(parent, part, label), 3 * _GROUPS)


class _PartReader(SeekableReader):
    """Raises CaseDamaged (naming *label*) where no base64 stands."""

    def __init__(self, parent: BinaryIO, part: Part, label: str) -> None:
        super().__init__(parent)
        self._start, self.size_bytes, self._label = part.start, part.size_bytes, label

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self.size_bytes - self._position)
        if wanted <= 0:
            return 0
        group, skipped = divmod(self._position, 3)
        groups = min(_GROUPS, -(-(skipped + wanted) // 3))
        self._below.seek(self._start + 4 * group)
        written = self._below.read(4 * groups)
        plain = self._decoded(written)[skipped : skipped + wanted]
        if len(written) < 4 * groups or not plain:
            raise self._damaged()
        buffer[: len(plain)] = plain
        self._position += len(plain)
        return len(plain)

    def _decoded(self, written: bytes) -> bytes:
        try:
            return pybase64.b64decode(written, validate=True)
        except binascii.Error as error:
            raise self._damaged() from error

    def _damaged(self) -> CaseDamaged:
        return CaseDamaged(
            f"材料 {self._label} 在它所在的原件里找不到：案卷数据库里记的位置不对。",
            remedy="请用 cuijie verify 核对整个案卷，或从备份恢复案卷。",
        )
