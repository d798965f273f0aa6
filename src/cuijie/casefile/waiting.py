"""What has arrived for a case and is not taken in yet: encrypted to the case's own key, beside the evidence.

A file that comes over the network must not lie on the disk in plain even for a moment, and must still be there
after a crash.  It waits here under a name that says nothing; nothing here is evidence or in the ledger.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from cuijie.casefile.age_file import AgeReader
from cuijie.casefile.errors import CaseDamaged, NotWritable, StoreFailed
from cuijie.casefile.sealing import Hashing, Readable, seal
from cuijie.casefile.sharing import CaseKeys
from cuijie.errors import cause_of
from cuijie.whole_files import sweep, whole_file

__all__ = ["WaitingRoom"]

_FOLDER = "waiting"
_MAKING = "making-"
_NAME = re.compile(r"[a-z0-9-]{1,60}")


class WaitingRoom:
    """The waiting files of one open case, by name (small letters, digits, hyphens)."""

    def __init__(self, folder: Path, keys: CaseKeys, *, writable: bool) -> None:
        self._folder, self._keys, self._writable = folder / _FOLDER, keys, writable

    def put(self, name: str, stream: Readable) -> int:
        """Stores *stream* under *name*, in place of what was there; answers its size in bytes.

        Whole or not at all.  Raises StoreFailed, NotWritable, and whatever *stream* raises.
        """
        if not self._writable:
            raise NotWritable("这个案卷是以只读方式打开的，不能写入。")
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        epoch = len(self._keys.keyring.vault) - 1
        source, place = Hashing(stream), self._folder / f"{name}.{epoch}.age"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with whole_file(place, durable=True, private=True) as file:
                seal(source, file, self._keys.keyring.vault[epoch])
            for path in self._paths(name):
                if path != place:
                    path.unlink(missing_ok=True)
        except OSError as error:
            if source.failed is None:
                raise StoreFailed(
                    f"写不进案卷文件夹（{cause_of(error)}），这个文件没有收到。",
                    remedy="请腾出磁盘空间、检查权限，再传一次；案卷里的内容不受影响。",
                ) from error
            raise
        return source.size

    def open(self, name: str) -> BinaryIO:
        """The plain bytes of a waiting file as a seekable stream.  Raises CaseDamaged, also where there is none."""
        path = next(iter(self._paths(name)), None)
        if path is None:
            raise CaseDamaged("等着收的文件不见了。", remedy="请重新传一次。")
        try:
            file = path.open("rb")
        except OSError as error:
            raise CaseDamaged(f"等着收的文件读不出来（{cause_of(error)}）。", remedy="请重新传一次。") from error
        epoch = int(path.name.split(".")[1])
        try:
            reader = AgeReader(file, self._keys.keyring.vault[epoch], label="（等着收的文件）")
        except BaseException:
            file.close()
            raise
        return io.BufferedReader(reader, 64 * 1024)

    def remove(self, name: str) -> None:
        """Deletes a waiting file; nothing happens if there is none, or if it cannot be deleted now."""
        for path in self._paths(name):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def names(self) -> tuple[str, ...]:
        """Every waiting file, by name."""
        return tuple(sorted({path.name.split(".")[0] for path in self._folder.glob("*.age")}))

    def sweep(self) -> None:
        """Removes what was cut off in the middle of arriving or of being made."""
        sweep(self._folder)
        for path in self._folder.glob(f"{_MAKING}*"):
            shutil.rmtree(path, ignore_errors=True)

    def workshop(self) -> tempfile.TemporaryDirectory[str]:
        """A folder, in plain, for what must be made as a file; gone when left, and swept should the program die."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=_MAKING, dir=self._folder, ignore_cleanup_errors=True)

    def _paths(self, name: str) -> list[Path]:
        found = [path for path in self._folder.glob(f"{name}.*.age") if path.name.split(".")[1].isdecimal()]
        return sorted(found, key=lambda path: int(path.name.split(".")[1]), reverse=True)
