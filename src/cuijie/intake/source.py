"""What an importer is given: a head to recognise a format by, and a source to read it from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO

from cuijie.intake.found import IntakeError

__all__ = ["HEAD_BYTES", "MEMORY_BYTES", "Head", "Opener", "Source", "is_one_backup"]

HEAD_BYTES = 65_536
MEMORY_BYTES = 512 * 1024 * 1024  # formats that must be held whole (workbooks, databases) stop here

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """The first bytes of a file, or the names inside a folder: all that recognition may look at."""

    name: str
    data: bytes = b""
    size: int = 0
    names: tuple[str, ...] = ()  # relative paths, for a folder or an opened archive; empty for a file
    whole: Callable[[], bytes] | None = None  # all bytes, for containers whose kind only their inside tells
    password: str | None = field(default=None, repr=False)

    @property
    def suffix(self) -> str:
        """The lower-case extension without its dot: a last hint between text formats, never proof."""
        return PurePosixPath(self.name).suffix.lower().removeprefix(".")


def is_one_backup(names: tuple[str, ...], roots: set[str]) -> bool:
    """True if a folder of *names* is one backup: one root, and most files below it (else it is a folder of many things)."""
    if len(roots) != 1:
        return False
    root = next(iter(roots)).rstrip("/")
    below = sum(1 for name in names if not root or name.startswith(root + "/"))
    return below * 2 > len(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file (or one folder of files) whose original bytes are kept already under ``item_id``."""

    name: str  # the file's own name
    item_id: str
    owner: str  # "debtor" or a person_id
    opener: Opener  # a fresh seekable stream of exactly the kept bytes
    size: int = 0
    folder: str = ""  # where it lay, as given: recorders name their maker by folder
    modified_at: datetime | None = None  # the file system's word: a weak hint
    taken_in_at: datetime | None = None
    password: str | None = field(default=None, repr=False)
    is_item: bool = False  # the stream is the item's own content: what lies in it can be named by its place there
    is_folder: bool = False
    fetch: Callable[[str], Source | None] = field(
        default=lambda _: None, repr=False
    )  # keeps one more of a folder's files
    members: Mapping[str, Source] = field(default_factory=dict)  # of a folder, by relative path; else files beside it

    def open(self) -> BinaryIO:
        """A new stream over the kept bytes, from the start."""
        return self.opener()

    def head(self) -> Head:
        """The first bytes and the names: for recognition."""
        if self.is_folder:
            return Head(name=self.name, names=tuple(self.members))
        with self.open() as stream:
            return Head(
                name=self.name,
                data=stream.read(HEAD_BYTES),
                size=self.size,
                whole=self.read_all,
                password=self.password,
            )

    def read_all(self, limit: int = MEMORY_BYTES) -> bytes:
        """All bytes, for formats that cannot be streamed; raises IntakeError above *limit* bytes."""
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise IntakeError(
                f"“{self.name}”有 {self.size / 2**20:.0f} MB，超过这种格式能整份读取的 {limit / 2**20:.0f} MB。",
                remedy="请分时段重新导出成几个小一些的文件。原件已原样收好。",
            )
        return data

    def place(self, at: str) -> str:
        """The place of a record in this source: vault item and locator."""
        return f"{self.item_id}#{at}"
