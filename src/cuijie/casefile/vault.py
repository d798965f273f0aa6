"""The vault: originals byte for byte, each its own age file, named by a keyed hash of the content.

A new file first waits in ``incoming/`` and moves to ``vault/`` after the database has committed its item.
So a crash leaves the case as it was before or as it is after: what waits without an item is thrown
away at the next opening, what waits with one is moved.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cuijie.casefile.age_file import AgeReader, new_header, public_key, read_header
from cuijie.casefile.errors import CaseDamaged, CaseError, StoreFailed
from cuijie.casefile.sealing import PIECE, Hashing, Readable, write_sealed
from cuijie.casefile.sharing import CaseKeys
from cuijie.errors import cause_of
from cuijie.whole_files import PART, sync_folder

__all__ = ["Blob", "Readable", "Vault"]

_INCOMING = "incoming"
_VAULT = "vault"
_BUFFER = 1 << 20
_HANDS = 8
_AHEAD = 64  # pieces that may wait to be written


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One encrypted file: its name, what it holds, and the fingerprint of its header (so that a swap shows)."""

    name: str
    sha256: str
    size_bytes: int
    epoch: int
    header: str


class _Arriving(NamedTuple):
    """A blob on its way to ``incoming/``: the part it is written to, whether it can be read there, and when it is there for good."""

    blob: Blob
    part: Path
    is_written: bool
    there: Future[None]


class _Begun(NamedTuple):
    """An age file that is begun: the part it is written to, the epoch of its key, its header, the key of its payload."""

    part: Path
    epoch: int
    header: bytes
    key: bytes


class Vault:
    """The encrypted originals below a case folder.  Raises StoreFailed and CaseDamaged."""

    def __init__(self, folder: Path, keys: CaseKeys, known: Callable[[str], Blob | None]) -> None:
        """*known* answers the blob that the case's items have of that name, as the database stands."""
        self._folder, self._keys, self._known = folder, keys, known
        self._public = "", b""
        self._waiting: list[_Arriving] = []
        # these begin no thread before one is needed; the disk takes several files at once as fast as one
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="case-vault")
        self._hashers = ThreadPoolExecutor(1, thread_name_prefix="case-hash")

    @classmethod
    def make(cls, folder: Path) -> None:
        """Makes the empty folders of a new vault."""
        (folder / _VAULT).mkdir(mode=0o700)
        (folder / _INCOMING).mkdir(mode=0o700)

    def _place(self, name: str) -> Path:
        return self._folder / _VAULT / name[:2] / f"{name}.age"

    def path(self, name: str) -> Path:
        """Where the blob *name* lies now."""
        waiting = self._folder / _INCOMING / f"{name}.age"
        return waiting if waiting.exists() else self._place(name)

    def put(self, stream: Readable, sha256: str | None = None) -> Blob:
        """Encrypts *stream* into the vault; answers the blob that is there already where the content is known.

        What fits in one piece is encrypted beside the caller, and the disk is waited for beside it in any case;
        ``make_durable`` waits for both and tells what went wrong.
        A *sha256* that the caller knows spares it the wait for that of such a piece, and is held against the bytes.
        """
        source = Hashing(stream, self._hashers, least=PIECE if sha256 is None else 0)
        pieces = source.pieces()
        first, is_all = next(pieces)
        if is_all:
            return self._put_piece(first, sha256, source)
        begun = self._begin()
        try:
            _write(begun, chain([(first, False)], pieces), self._hands)
            digest = source.digest().hex()
            if (there := self._there(digest)) is not None:
                begun.part.unlink(missing_ok=True)
                return there
            blob, place = self._named(begun, digest, source.size)
            begun.part.replace(place)
        except BaseException as error:
            with contextlib.suppress(OSError):
                begun.part.unlink(missing_ok=True)
            if isinstance(error, OSError) and source.failed is None:
                raise _full(error) from error
            raise
        self._await(blob, begun.part, lambda: _sync(place), is_written=True)
        return blob

    def _put_piece(self, piece: bytes, sha256: str | None, source: Hashing) -> Blob:
        """What fits in one piece; the wait for its fingerprint is spared where a *sha256* is told."""
        told = sha256 or source.digest().hex()
        if (there := self._there(told)) is not None:
            return there
        begun = self._begin()
        blob, place = self._named(begun, told, len(piece))

        def arrive() -> None:
            if source.digest().hex() != told:
                raise ValueError(f"not the bytes of {told}")
            _write(begun, [(piece, True)])
            begun.part.replace(place)
            _sync(place)

        self._await(blob, begun.part, arrive, is_written=False)
        return blob

    def _begin(self) -> _Begun:
        epoch = len(self._keys.keyring.vault) - 1
        return _Begun(
            self._folder / _INCOMING / f"{secrets.token_hex(8)}{PART}", epoch, *new_header(self._recipient(epoch))
        )

    def _named(self, begun: _Begun, sha256: str, size: int) -> tuple[Blob, Path]:
        """What a file that was begun is once its content is known, and where it waits."""
        name, header = self.name_of(bytes.fromhex(sha256)), hashlib.sha256(begun.header).hexdigest()
        blob = Blob(name=name, sha256=sha256, size_bytes=size, epoch=begun.epoch, header=header)
        return blob, self._folder / _INCOMING / f"{name}.age"

    def _there(self, sha256: str) -> Blob | None:
        """The blob of that content, if it is in the vault and whole."""
        there = self._known(self.name_of(bytes.fromhex(sha256)))
        return there if there is not None and self._is_whole(there) else None

    def _await(self, blob: Blob, part: Path, arrive: Callable[[], None], *, is_written: bool) -> None:
        if len(self._waiting) >= _AHEAD:  # memory would fill where the disk is slow
            _settled(self._waiting[-_AHEAD])
        self._waiting.append(_Arriving(blob, part, is_written, self._hands.submit(arrive)))

    def _recipient(self, epoch: int) -> bytes:
        identity = self._keys.keyring.vault[epoch]
        if self._public[0] != identity:  # by the identity: an epoch whose beginning was undone may begin with another
            self._public = identity, public_key(identity)
        return self._public[1]

    def _is_whole(self, blob: Blob) -> bool:
        try:
            self.open(blob, blob.name).close()
        except CaseDamaged:
            return False
        return True

    def name_of(self, digest: bytes) -> str:
        """The vault name of the content with SHA-256 *digest*: says nothing to who lacks the key."""
        return hmac.new(bytes.fromhex(self._keys.keyring.naming), digest, "sha256").hexdigest()

    def open(self, blob: Blob, label: str) -> BinaryIO:
        """The plain bytes of *blob* as a seekable stream; refuses an altered, cut-off or swapped file."""
        for arriving in reversed(self._waiting):
            if arriving.blob == blob:
                if not arriving.is_written:
                    _settled(arriving)
                break
        try:
            file = self._file(blob.name)
        except FileNotFoundError as error:
            raise CaseDamaged(f"原件 {label} 的文件不见了。", remedy="请从备份恢复案卷的 vault 文件夹。") from error
        except OSError as error:
            raise CaseDamaged(f"原件 {label} 读不出来（{cause_of(error)}）。", remedy="请检查磁盘和权限。") from error
        try:
            reader = AgeReader(file, self._keys.keyring.vault[blob.epoch], label=label, beside=self._hands)
            if hashlib.sha256(reader.header.raw).hexdigest() != blob.header or reader.size_bytes != blob.size_bytes:
                raise CaseDamaged(f"原件 {label} 的文件被换成了别的文件。", remedy="请从备份恢复案卷的 vault 文件夹。")
        except BaseException:
            file.close()
            raise
        return io.BufferedReader(reader, 64 * 1024)

    def _file(self, name: str) -> BinaryIO:
        try:
            return (self._folder / _INCOMING / f"{name}.age").open("rb")
        except FileNotFoundError:  # looked for here last: the writer moves it while others read
            return self._place(name).open("rb")

    def close(self) -> None:
        """Lets go of the threads."""
        self._hands.shutdown()
        self._hashers.shutdown()

    def make_durable(self) -> None:
        """Waits until all that waits has come to the disk itself; must come before the database commits."""
        try:
            for arriving in self._waiting:
                _settled(arriving)
            if self._waiting:
                sync_folder(self._folder / _INCOMING)
        except OSError as error:
            raise _full(error) from error

    def settle(self) -> None:
        """Moves what waits to its place, after the commit; what cannot be moved now is moved at the next opening."""
        waiting, self._waiting = self._waiting, []
        self._move([arriving.blob.name for arriving in waiting])

    @property
    def waiting(self) -> int:
        """How many files wait for the commit."""
        return len(self._waiting)

    def drop_waiting(self, *, since: int) -> None:
        """Throws away what waits, from number *since* on, after a rollback; never what the database has an item of.

        Whoever is interrupted while the commit waits for the disk comes here after it, too.
        """
        waiting, self._waiting = self._waiting[since:], self._waiting[:since]
        for blob, part, _, there in waiting:
            if not there.cancel():
                wait((there,))
            with contextlib.suppress(OSError, CaseError):  # decided at the next opening where it cannot be asked now
                part.unlink(missing_ok=True)
                if self._known(blob.name) != blob:
                    (self._folder / _INCOMING / f"{blob.name}.age").unlink(missing_ok=True)

    def mend(self) -> None:
        """After a crash: finishes what was committed and removes what was not."""
        incoming = self._folder / _INCOMING
        try:
            incoming.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _full(error) from error
        names = []
        for path in self.incoming():
            with contextlib.suppress(OSError):  # tried again at the next opening
                if path.suffix == ".age" and self._is_committed(path):
                    names.append(path.stem)
                else:
                    path.unlink()
        self._move(names)

    def _is_committed(self, path: Path) -> bool:
        blob = self._known(path.stem)
        if blob is None:
            return False
        try:
            with path.open("rb") as file:
                return hashlib.sha256(read_header(file).raw).hexdigest() == blob.header
        except ValueError:
            return True  # damaged since: told where it belongs

    def _move(self, names: list[str]) -> None:
        touched = set()
        for name in names:
            place = self._place(name)
            with contextlib.suppress(OSError):
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                (self._folder / _INCOMING / f"{name}.age").replace(place)
                touched.add(place.parent)
        if touched:
            list(self._hands.map(sync_folder, touched))

    def files(self) -> Iterator[Path]:
        """Every file below the vault's folders, whatever it is, but for what waits."""
        for top in (_VAULT, _INCOMING):
            found = sorted((self._folder / top).rglob("*"))
            yield from (path for path in found if not path.is_dir() and not self._waits(path))

    def incoming(self) -> list[Path]:
        """What waits: of an act under way or cut off, or committed and not yet moved."""
        return [path for path in (self._folder / _INCOMING).glob("*") if self._waits(path)]

    def _waits(self, path: Path) -> bool:
        return path.parent == self._folder / _INCOMING and path.suffix in {".age", PART}

    def remove(self, names: Iterable[str]) -> None:
        """Deletes the blobs *names*; the ledger has said so before.  What cannot be deleted stays."""
        for name in names:
            with contextlib.suppress(OSError):
                self.path(name).unlink(missing_ok=True)


def _write(begun: _Begun, pieces: Iterable[tuple[bytes, bool]], beside: Executor | None = None) -> None:
    with open(os.open(begun.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=_BUFFER) as file:
        write_sealed(file, begun.header, begun.key, pieces, beside)


def _settled(arriving: _Arriving) -> None:
    try:
        arriving.there.result()
    except OSError as error:
        raise _full(error) from error


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _full(error: OSError) -> StoreFailed:
    return StoreFailed(
        f"写不进案卷的原件库（{cause_of(error)}），这一步没有做。",
        remedy="请腾出磁盘空间、检查权限，再做一次；之前保存的内容不受影响，已收进的不会重复。",
    )
