"""The list of vault items in the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from cuijie import canonical
from cuijie.casefile.errors import ItemMissing
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.parts import Part, PartTable
from cuijie.casefile.store import Store
from cuijie.casefile.vault import Blob

__all__ = ["ItemTable", "facts_bytes", "item_id_of"]

_NO_FILE = "", 0, ""  # of what lies in another item: name, epoch and header of its vault file
_COLUMNS = "item_id, sha256, size, kept_at, about, parent"


def facts_bytes(about: ItemFacts) -> bytes:
    """The bytes under which an item's facts are stored, and whose digest is in the ledger."""
    return msgspec.json.encode(about, order="sorted")


def item_id_of(sha256: str, parent: str | None, about: ItemFacts) -> str:
    """The id of an item: from its content; for a derived one also from its parent, kind and tool."""
    if parent is None:
        return sha256[:32]
    made_by = {"parent": parent, "kind": about.kind, "tool": about.tool, "version": about.tool_version}
    return canonical.digest({**made_by, "sha256": sha256})[:32]


class ItemTable:
    """Reads and writes the items' rows; the bytes themselves are the vault's."""

    def __init__(self, store: Store) -> None:
        self._store, self.parts = store, PartTable(store)

    def add(
        self, item_id: str, sha256: str, held: Blob | Part, kept_at: str, parent: str | None, about: ItemFacts
    ) -> Item:
        """Adds a row, placed after the newest ledger entry, and answers the new item; *held* tells where its bytes are."""
        if isinstance(held, Part):
            self.parts.add(item_id, held)
        file = _NO_FILE if isinstance(held, Part) else (held.name, held.epoch, held.header)
        self._store.run(
            "insert into item values (?, ?, ?, ?, ?, ?, ?, ?, ?, (select max(seq) from ledger))",
            (item_id, sha256, held.size_bytes, *file, kept_at, parent, facts_bytes(about)),
        )
        return Item(
            item_id=item_id,
            sha256=sha256,
            size_bytes=held.size_bytes,
            kept_at=datetime.fromisoformat(kept_at),
            about=about,
            parent_id=parent,
            is_new=True,
        )

    def find(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        row = self._store.row(f"select {_COLUMNS} from item where item_id = ?", (item_id,))  # noqa: S608
        return None if row is None else _item(row)

    def holds(self, item_id: str) -> bool:
        """True if there is an item of that id."""
        return self._store.row("select 1 from item where item_id = ?", (item_id,)) is not None

    def each(self) -> Iterator[Item]:
        """Every item, in the order of taking in."""
        return map(_item, self._store.rows(f"select {_COLUMNS} from item order by seq, item_id"))  # noqa: S608

    def below(self, item_id: str) -> list[str]:
        """That item and all that was derived from it, parents first."""
        rows = self._store.rows(
            "with recursive tree (id, depth) as (values (?, 0) union select item_id, depth + 1 from item"
            " join tree on parent = id) select id from tree order by depth, id",
            (item_id,),
        )
        return [str(found) for (found,) in rows]

    def remove(self, item_id: str) -> None:
        """Deletes a row with its sightings."""
        self._store.run("delete from item where item_id = ?", (item_id,))
        self._store.run("delete from sighting where item_id = ?", (item_id,))
        self.parts.remove(item_id)

    def blob(self, name: str) -> Blob | None:
        """The vault file of that name, if an item has it."""
        row = self._store.row("select sha256, size, epoch, header from item where blob = ? limit 1", (name,))
        return row and Blob(name=name, sha256=row[0], size_bytes=row[1], epoch=row[2], header=row[3])  # type: ignore[return-value]

    def blob_of(self, item_id: str) -> Blob:
        """The vault file of an item, or of the item in which it lies; raises ItemMissing."""
        row = self._store.row("select blob, parent from item where item_id = ?", (item_id,))
        while row is not None and not row[0]:
            row = self._store.row("select blob, parent from item where item_id = ?", (row[1],))
        blob = self.blob(str(row[0])) if row else None
        if blob is None:
            raise ItemMissing(f"案卷里没有编号为 {item_id} 的材料。", remedy="编号见 cuijie case items。")
        return blob

    def replace_blob(self, blob: Blob) -> None:
        """Points every item of that content to a newly written vault file."""
        self._store.run("update item set header = ?, epoch = ? where blob = ?", (blob.header, blob.epoch, blob.name))

    def give_blob(self, item_id: str, blob: Blob) -> None:
        """Gives an item that lay in another a vault file of its own."""
        file = (blob.name, blob.epoch, blob.header, item_id)
        self._store.run("update item set blob = ?, epoch = ?, header = ? where item_id = ?", file)
        self.parts.remove(item_id)

    def see(self, item_id: str, seen_at: str, about: ItemFacts) -> bool:
        """Notes another name or source of a known content; False if it was noted before."""
        facts = facts_bytes(about)
        if self._store.row("select 1 from sighting where item_id = ? and about = ?", (item_id, facts)) is not None:
            return False
        self._store.run("insert into sighting values (?, ?, ?)", (item_id, seen_at, facts))
        return True

    def sightings(self, item_id: str) -> tuple[ItemFacts, ...]:
        """Other names and sources of an item, oldest first."""
        rows = self._store.rows("select about from sighting where item_id = ? order by rowid", (item_id,))
        return tuple(msgspec.json.decode(bytes(about), type=ItemFacts) for (about,) in rows)


def _item(row: tuple[Any, ...]) -> Item:
    return Item(
        item_id=row[0],
        sha256=row[1],
        size_bytes=row[2],
        kept_at=datetime.fromisoformat(row[3]),
        about=msgspec.json.decode(bytes(row[4]), type=ItemFacts),
        parent_id=row[5],
    )
