"""The list of vault items in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from cuijie import canonical
from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import ItemMissing
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.parts import Part, PartTable
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

    def add(self, items: Sequence[tuple[Item, Blob | Part]], last: int) -> None:
        """Adds rows, each with where its bytes are; *last* is the number of the last one's ledger entry, they follow each other."""
        self._store.insert(
            "part", [(item.item_id, held.start, held.size_bytes) for item, held in items if isinstance(held, Part)]
        )
        self._store.insert(
            "item",
            [
                (
                    item.item_id,
                    item.sha256,
                    item.size_bytes,
                    *(_NO_FILE if isinstance(held, Part) else (held.name, held.epoch, held.header)),
                    canonical.instant(item.kept_at),
                    item.parent_id,
                    facts_bytes(item.about),
                    seq,
                )
                for seq, (item, held) in enumerate(items, last + 1 - len(items))
            ],
        )

    def find(self, *item_ids: str) -> dict[str, Item]:
        """Those of the ids that there are, with their items."""
        places = ",".join("?" * len(item_ids))
        rows = self._store.rows(f"select {_COLUMNS} from item where item_id in ({places})", item_ids)  # noqa: S608
        return {row[0]: _item(row) for row in rows}

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
