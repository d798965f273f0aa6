"""The things a case holds: their rows, their vault files, their place inside one another, and the ledger's word of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from cuijie.canonical import CanonicalValue
from cuijie.casefile.acts import Acts
from cuijie.casefile.errors import ItemMissing
from cuijie.casefile.item_table import ItemTable, facts_bytes, item_id_of
from cuijie.casefile.items import Item, ItemFacts
from cuijie.casefile.parts import Part, open_part
from cuijie.casefile.store import Store
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

    def keep_known(self, opener: Callable[[], BinaryIO], about: ItemFacts, sha256: str, size: int) -> Item:
        """Takes in the bytes that *opener* gives, whose fingerprint and size are known."""
        with self._acts.joined("taken_in", entry=False):
            return self._take_in(self._vault.put_known(opener, sha256, size), about.as_written(), None)

    def keep_part(self, parent: str, part: Part, about: ItemFacts, sha256: str) -> Item:
        """Takes in what lies in an item as it is."""
        if not self._items.holds(parent):
            raise _missing(parent)
        about = about.as_written()
        item_id = item_id_of(sha256, parent, about)
        with self._acts.joined("taken_in", entry=False):
            if (known := self._items.find(item_id)) is None:
                return self._noted(item_id, sha256, part, parent, about)
            if self._items.parts.find(item_id) is None:  # it has a file of its own: healed where that is lost
                with open_part(self.open(parent), part, item_id) as stream:
                    return self._take_in(self._vault.put(stream, sha256), about, parent)
            return self._seen(known, about)

    def _take_in(self, blob: Blob, about: ItemFacts, parent: str | None) -> Item:
        item_id = item_id_of(blob.sha256, parent, about)
        if (known := self._items.find(item_id)) is None:
            return self._noted(item_id, blob.sha256, blob, parent, about)
        self._heal(known, blob)
        return self._seen(known, about)

    def _noted(self, item_id: str, sha256: str, held: Blob | Part, parent: str | None, about: ItemFacts) -> Item:
        """A new item: in the ledger and in the list."""
        facts = hashlib.sha256(facts_bytes(about)).hexdigest()
        detail: dict[str, CanonicalValue] = {"item": item_id, "sha256": sha256, "size": held.size_bytes, "about": facts}
        self._acts.append("kept" if parent is None else "derived", detail | ({"parent": parent} if parent else {}))
        return self._items.add(item_id, sha256, held, self._now(), parent, about)

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
        found = self._items.find(item_id)
        if found is None:
            raise _missing(item_id)
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


def _missing(item_id: str) -> ItemMissing:
    return ItemMissing(f"案卷里没有编号为 {item_id} 的材料。", remedy="编号见 cuijie case items。")
