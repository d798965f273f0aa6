"""The things a case holds: their rows, their vault files, their place inside one another, and the ledger's word of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cuijie.canonical import CanonicalValue
from cuijie.casefile.acts import Acts
from cuijie.casefile.database.item_table import ItemTable, facts_bytes, item_id_of
from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import ItemMissing
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.parts import Part, open_part
from cuijie.casefile.vault import Blob, Readable, Vault

__all__ = ["Holdings"]


class Holdings:
    """Takes things into one case, opens them, and takes them out again; *now* tells the time as it is written down."""

    def __init__(self, store: Store, items: ItemTable, vault: Vault, acts: Acts, now: Callable[[], str]) -> None:
        self._store, self._items, self._vault, self._acts, self._now = store, items, vault, acts, now

    def keep(self, stream: Readable, about: ItemFacts, parent: str | None, sha256: str | None) -> Item:
        """Takes in the bytes of *stream*."""
        with self._acts.joined("taken_in", entry=False):
            return self._take_in(self._vault.put(stream, sha256), about.as_written(), parent)

    def keep_parts(self, parent: str, parts: Sequence[tuple[Part, ItemFacts, str]]) -> list[Item]:
        """Takes in what lies in an item as it is: each with its facts and SHA-256."""
        self.item(parent)
        given = [(self._new(sha256, part.size_bytes, parent, about), part) for part, about, sha256 in parts]
        known = self._items.find(*{item.item_id for item, _ in given})
        fresh, again = dict[str, tuple[Item, Part]](), list[tuple[Item, Part]]()
        for item, part in given:
            if item.item_id in known or item.item_id in fresh:
                again.append((item, part))
            else:
                fresh[item.item_id] = item, part
        with self._acts.joined("taken_in", entry=False):
            self._note("derived", list(fresh.values()))
            for item, part in again:
                self._met(known.get(item.item_id) or fresh[item.item_id][0], item, part)
        return [known.get(item.item_id, item) for item, _ in given]

    def _met(self, known: Item, given: Item, part: Part) -> None:
        """A part of an item that the case holds."""
        if self._items.parts.find(known.item_id) is None:  # it has a file of its own: healed where that is lost
            with open_part(self.open(given.parent_id or ""), part, known.item_id) as stream:
                self._heal(known, self._vault.put(stream, known.sha256))
        self._seen(known, given.about)

    def _take_in(self, blob: Blob, about: ItemFacts, parent: str | None) -> Item:
        item = self._new(blob.sha256, blob.size_bytes, parent, about)
        if (known := self._items.find(item.item_id).get(item.item_id)) is None:
            self._note("kept" if parent is None else "derived", [(item, blob)])
            return item
        self._heal(known, blob)
        return self._seen(known, about)

    def _new(self, sha256: str, size: int, parent: str | None, about: ItemFacts) -> Item:
        about = about.as_written()
        return Item(
            item_id=item_id_of(sha256, parent, about),
            sha256=sha256,
            size_bytes=size,
            kept_at=datetime.fromisoformat(self._now()),
            about=about,
            parent_id=parent,
            is_new=True,
        )

    def _note(self, act: str, items: Sequence[tuple[Item, Blob | Part]]) -> None:
        """New items: in the ledger and in the list."""
        last = self._acts.append(act, *(_detail(item) for item, _ in items))
        self._items.add(items, last)

    def _seen(self, known: Item, about: ItemFacts) -> Item:
        if known.about != about and self._items.see(known.item_id, self._now(), about):
            facts = hashlib.sha256(facts_bytes(about)).hexdigest()
            self._acts.append("seen_again", {"item": known.item_id, "about": facts})
        return known

    def _heal(self, known: Item, blob: Blob) -> None:
        # the same content given again replaces a vault file that was lost or damaged
        if self._items.parts.find(known.item_id) is not None:
            self._items.give_blob(known.item_id, blob)
        elif self._items.blob_of(known.item_id).header != blob.header:
            self._items.replace_blob(blob)
            self._acts.append("restored", {"item": known.item_id, "sha256": known.sha256})

    def item(self, item_id: str) -> Item:
        """The item of that id; raises ItemMissing."""
        found = self._items.find(item_id).get(item_id)
        if found is None:
            raise ItemMissing(f"案卷里没有编号为 {item_id} 的材料。", remedy="编号见 cuijie case items。")
        return found

    def open(self, item_id: str) -> BinaryIO:
        """The plain bytes of an item, wherever they lie."""
        part = self._items.parts.find(item_id)
        parent = None if part is None else self.item(item_id).parent_id
        if part is None or parent is None:
            return self._vault.open(self._items.blob_of(item_id), item_id)
        return open_part(self.open(parent), part, item_id)

    def discard(self, item_id: str, reason: str) -> tuple[str, ...]:
        """Removes an item and what was derived from it."""
        self.item(item_id)
        gone, blobs = self._items.below(item_id), set()
        with self._acts.batch("discarded", {"item": item_id, "reason": reason, "count": len(gone)}):
            for one in reversed(gone):
                blobs.add(self._items.blob_of(one).name)
                self._items.remove(one)
            self._store.set_meta("doomed", " ".join(sorted(blobs.union(self._doomed()))))
        if (
            not self._acts.is_under_way
        ):  # else at the next opening, as after a crash here: the act around it may be undone
            self.sweep()
        return tuple(gone)

    def sweep(self) -> None:
        """Deletes the vault files of what was discarded."""
        self._vault.remove(self._doomed())

    def _doomed(self) -> list[str]:
        """The vault files that were discarded and are still there."""
        named = self._store.meta("doomed", "").split()
        return [name for name in named if self._items.blob(name) is None and self._vault.path(name).exists()]

    def path(self, item_id: str) -> Path:
        """Where the encrypted file lies that holds an item."""
        return self._vault.path(self._items.blob_of(item_id).name)

    def strays(self) -> list[Path]:
        """Files below the vault's folders that belong to no item."""
        return [
            path
            for path in self._vault.files()
            if path.suffix != ".age" or self._items.blob(path.stem) is None or path != self._vault.path(path.stem)
        ]

    def unfinished(self) -> int:
        """How many files wait that belong to no item."""
        return sum(self._items.blob(path.stem) is None for path in self._vault.incoming())


def _detail(item: Item) -> dict[str, CanonicalValue]:
    facts = hashlib.sha256(facts_bytes(item.about)).hexdigest()
    detail: dict[str, CanonicalValue] = {"item": item.item_id, "sha256": item.sha256, "size": item.size_bytes}
    return detail | {"about": facts} | ({} if item.parent_id is None else {"parent": item.parent_id})
