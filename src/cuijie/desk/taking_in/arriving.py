"""What was begun and is not finished: files received and not yet taken in, and jobs that were cut short.

All of it waits encrypted in the case's waiting room, so that it outlives a crash and is never plain on the disk.
"""

from __future__ import annotations

import io
import mimetypes
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import msgspec

from cuijie.casefile import Case
from cuijie.casefile.errors import CaseDamaged
from cuijie.casefile.sealing import Readable
from cuijie.desk.jobs import JobKind

__all__ = ["Arrived", "Begun", "begun_in", "drop", "note", "receive"]

_NOTE, _FILE = "begun-", "file-"
_PICTURE_BYTES = 20_000_000  # of a backup are taken in in about the time that the words of a picture take


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One file that was received and waits to be taken in."""

    stored: str  # its name in the waiting room
    name: str  # its own name
    size_bytes: int
    owner: str  # whose phone or paper it is
    modified_at: datetime | None = None
    password: str | None = None

    @property
    def work(self) -> int:
        """How much there is to do with it, in bytes of a backup: the words of a picture take seconds to read."""
        is_picture = (mimetypes.guess_type(self.name)[0] or "").startswith("image/")
        return self.size_bytes + (_PICTURE_BYTES if is_picture else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A job that was begun: what it takes to do it again."""

    id: str
    kind: JobKind
    files: tuple[Arrived, ...] = ()
    profile: str = ""  # of a bundle
    about: str = ""  # the item that is read, or those that go into a masked bundle as they are, by blanks


def receive(
    case: Case, stream: Readable, name: str, *, owner: str, modified_at: datetime | None = None,
    password: str | None = None,
) -> Arrived:  # fmt: skip
    """Stores *stream* encrypted as it comes.  Raises StoreFailed, and whatever *stream* raises; then nothing is left."""
    stored = _FILE + secrets.token_hex(12)
    size = case.waiting.put(stored, stream)
    return Arrived(
        stored=stored, name=name, size_bytes=size, owner=owner, modified_at=modified_at, password=password or None
    )


def opened(case: Case, file: Arrived) -> BinaryIO:
    """The plain bytes of a received file, seekable."""
    return case.waiting.open(file.stored)


def note(case: Case, begun: Begun) -> None:
    """Notes a job as begun, in place of what was noted of it before."""
    case.waiting.put(_NOTE + begun.id, io.BytesIO(msgspec.json.encode(begun)))


def drop(case: Case, begun: Begun) -> None:
    """The job is over: neither it nor its files wait any more."""
    case.waiting.remove(_NOTE + begun.id)
    for file in begun.files:
        case.waiting.remove(file.stored)


def begun_in(case: Case) -> tuple[Begun, ...]:
    """The jobs that were begun and not finished when the case was last closed.

    What waits and belongs to none of them (a file cut off before it was noted, a bundle not fetched) is removed.
    """
    found = tuple(_notes(case))
    wanted = {file.stored for one in found for file in one.files} | {_NOTE + one.id for one in found}
    for name in case.waiting.names():
        if name not in wanted:
            case.waiting.remove(name)
    return found


def _notes(case: Case) -> Iterator[Begun]:
    for name in case.waiting.names():
        if name.startswith(_NOTE):
            try:
                with case.waiting.open(name) as stream:
                    yield msgspec.json.decode(stream.read(), type=Begun)
            except (msgspec.DecodeError, CaseDamaged):
                continue  # damaged on the disk: what it named is removed with it, and nothing of the case is touched
