"""What is known of one thing kept in the vault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

__all__ = ["Item", "ItemFacts", "readable"]


def readable(name: str) -> str:
    """*name* as text that can be written down.

    A file that was named in GBK comes from a UTF-8 system with stray bytes in its name; they are read as GBK
    where they can be, else shown as \\xNN.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        raw = name.encode("utf-8", "surrogateescape") if _has_only_strays(name) else name.encode("utf-8", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return raw.decode("utf-8", "backslashreplace")
    return name


def _has_only_strays(name: str) -> bool:
    return all("\udc80" <= one <= "\udcff" for one in name if "\ud800" <= one <= "\udfff")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """Where an item comes from: told by the file system, the importer or the user; ``None`` is not known.

    For a derived item (OCR text, transcript, thumbnail, excerpt) ``kind`` says what it is, and ``tool``
    and ``tool_version`` what made it.
    """

    name: str  # original file name (no folder), as the user's system gave it
    kind: str = "original"
    media_type: str | None = None
    owner: str | None = None  # whose phone or paper: "debtor" or a person_id
    device: str | None = None  # make, model, system of the source device
    obtained: str | None = None  # how it was obtained: exported by the owner, photographed, received …
    source_path: str | None = None  # folder it was taken from, as given
    modified_at: datetime | None = None  # by the file system it was taken from
    created_at: datetime | None = None
    tool: str | None = None
    tool_version: str | None = None
    extra: tuple[tuple[str, str], ...] = ()

    def as_written(self) -> ItemFacts:
        """The same facts with names that can be written down."""
        name, folder = readable(self.name), None if self.source_path is None else readable(self.source_path)
        return self if (name, folder) == (self.name, self.source_path) else replace(self, name=name, source_path=folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One vault item: its content's fingerprint, its facts, its parent if it was derived.

    ``item_id`` depends on the content only (and, for a derived item, on parent and tool), so the same
    file has the same id in every case.
    """

    item_id: str
    sha256: str
    size_bytes: int
    kept_at: datetime
    about: ItemFacts
    parent_id: str | None = None
    is_new: bool = False  # True only in the answer of the ``keep`` that took it in
