"""Getting into the folder of a case: the lock of its one writer, and its database under the right key."""

from __future__ import annotations

from pathlib import Path

from cuijie.casefile.database.store import DATABASE, Store
from cuijie.casefile.errors import CaseDamaged, CaseLocked, StoreFailed
from cuijie.casefile.keys import KeyFile, Keyring
from cuijie.casefile.lock import WriterLock
from cuijie.casefile.sharing import CaseKeys
from cuijie.clock import Clock
from cuijie.errors import cause_of

__all__ = ["locked", "open_store", "unlocked"]


def locked(folder: Path, clock: Clock) -> WriterLock:
    """The writer's lock of the case in *folder*; raises CaseLocked, or StoreFailed where nothing can be written."""
    try:
        return WriterLock(folder, clock)
    except CaseLocked:
        raise
    except OSError as error:
        raise StoreFailed(
            f"案卷“{folder.name}”不能写入（{cause_of(error)}）。",
            remedy="只查看不需要写权限；要加入材料，请把案卷复制到可以写的磁盘。",
        ) from error


def unlocked(folder: Path, secret: str, *, writable: bool) -> tuple[CaseKeys, Store]:
    """The keys that *secret* opens and the database under them; raises KeyRefused, CaseDamaged, NotACase."""
    while True:
        key_file = KeyFile.read(folder)
        keyring, opener = key_file.unlock(secret)
        try:
            return CaseKeys(keyring, key_file, opener), open_store(folder, keyring, writable=writable)
        except CaseDamaged:
            if KeyFile.read(folder) == key_file:
                raise  # else the writer has changed the keys while we opened it for reading


def open_store(folder: Path, keyring: Keyring, *, writable: bool, frozen: bool = False) -> Store:
    """The case's database under whichever of its keys opens it (two while keys are being changed)."""
    failures: list[CaseDamaged] = []
    for key in keyring.database:
        try:
            return Store(folder / DATABASE, key, writable=writable, frozen=frozen)
        except CaseDamaged as error:
            failures.append(error)
    raise failures[0]
