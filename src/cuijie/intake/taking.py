"""What one call of ``add`` works with, and the pieces of which taking in a file is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from cuijie.casefile import Case, Item, ItemFacts
from cuijie.intake.choice import Choice, chosen_item
from cuijie.intake.found import Details, IntakeError
from cuijie.intake.gather import Given
from cuijie.intake.registry import Importer
from cuijie.intake.report import FileReport, Progress, ProgressCall
from cuijie.intake.source import Source
from cuijie.intake.streams import counted
from cuijie.intake.take import Ledger, take_records
from cuijie.intake.tally import Tally
from cuijie.records import Person

__all__ = ["Taking", "failed"]


class _Unchanged(Exception):
    """The file and all its records are in the case already: the act is undone so that nothing changes."""


@dataclass(slots=True)
class Taking:
    """One call: the case, whose things they are, what was asked for, and what is remembered from file to file."""

    case: Case
    owner: str
    person: Person | None  # to be made with the first file that is kept
    progress: ProgressCall | None
    password: str | None
    whole_folders: bool
    choice: Choice
    ledger: Ledger | None = None
    lying: dict[str, Given] = field(default_factory=dict)  # by item id: what this act reads from where the user has it
    unkept: set[str] = field(default_factory=set)  # the items of which the case holds the fingerprint alone

    @contextmanager
    def act(self, tally: Tally) -> Iterator[None]:
        """One file as one act of the case, undone whole if it fails or if it changes nothing."""
        try:
            with self.case.batch("add") as act:
                if self.person is not None:
                    self.case.put(self.person)
                yield
                self._refuse_changed()
                if not tally.changed and not any(item.is_new for item in tally.items):
                    raise _Unchanged
                act.detail.update(tally.detail())
            self.person = None
        except _Unchanged:
            tally.is_known = True
            self.ledger = None
        except BaseException:
            self.ledger = None  # what it remembers of the undone act is wrong
            raise
        finally:
            self.lying.clear()
            self.unkept.clear()

    def _refuse_changed(self) -> None:
        """Raises IntakeError if a file that this act read is no longer as it was found."""
        for given in self.lying.values():
            if given.again().fingerprint != given.fingerprint:
                raise _changed(given.path.name)

    def is_chosen(self, tally: Tally, *, only: bool = True) -> bool:
        """True if only what matches is to be kept; pictures, recordings and letters are evidence whole or not at all."""
        if self.choice.only_matching:
            tally.notes.append(
                "按你的要求，原件没有收进案卷，只留下所选的记录和原件的指纹（SHA-256）。原件是证据，请另外保管好，不要改动。"
                if only
                else "图片、录音和文书没法只收一部分，已整份收好。"
            )
        return self.choice.only_matching and only

    def outside(self, given: Given) -> Source:
        """The file where it lies, not kept yet: for recognition."""
        return Source(
            name=given.path.name,
            item_id="",
            owner=self.owner,
            opener=given.open,
            size=given.size,
            folder=given.folder,
            modified_at=given.modified_at,
            password=self.password,
        )

    def kept(self, given: Given, details: Details, *, folder: str | None = None, is_chosen: bool = False) -> Item:
        """The item of a file, its bytes in the vault (or, *is_chosen*, their fingerprint alone).  Raises IntakeError if it changed."""
        if is_chosen:
            item = chosen_item(self.case, given, self.choice, self.owner)
            self.unkept.add(item.item_id)
            self.lying[item.item_id] = given
            return item
        facts = ItemFacts(
            name=given.path.name,
            media_type=details.media_type,
            owner=self.owner,
            device=details.device,
            source_path=folder or given.folder or None,
            modified_at=given.modified_at,
            created_at=details.created_at,
            extra=details.extra,
        )
        with counted(given.open(), self._told(given.path.name, given.size, is_keeping=True)) as stream:
            item = self.case.keep(stream, facts)
        self.lying[item.item_id] = given
        return item

    def source(self, item: Item, *, folder: str = "", shown: str = "") -> Source:
        """An item as importers read it; *shown* is the path that progress names."""
        outside, is_kept = self.lying.get(item.item_id), item.item_id not in self.unkept
        size = item.size_bytes if outside is None else outside.size
        told = self._told(shown, size)

        def opened() -> BinaryIO:
            return counted(self.case.open_item(item.item_id) if outside is None else outside.open(), told)

        return Source(
            name=item.about.name if outside is None or is_kept else outside.path.name,
            item_id=item.item_id,
            owner=self.owner,
            opener=opened,
            size=size,
            is_item=is_kept,
            folder=folder,
            modified_at=item.about.modified_at,
            taken_in_at=self.case.clock.now(),
            password=self.password,
        )

    def _told(self, path: str, size: int, *, is_keeping: bool = False) -> Callable[[int], None]:
        def told(done: int) -> None:
            if self.progress is not None:
                self.progress(Progress(path=path, done_bytes=done, total_bytes=size, is_keeping=is_keeping))

        return told

    def read(self, importer: Importer, source: Source, tally: Tally) -> None:
        """Everything *importer* finds in *source*, into the case and *tally*.  Raises IntakeError."""
        if self.ledger is None:
            self.ledger = Ledger(self.case, self.choice)
        take_records(self.ledger, importer, source, tally)


def _changed(name: str) -> IntakeError:
    return IntakeError(f"“{name}”在读取的过程中变了。", remedy="请等它写完（或传完）再收一次。")


def failed(path: str, error: IntakeError) -> FileReport:
    """The report of a file of which nothing can be used."""
    return FileReport(
        path=path,
        kind="error",
        understood=error.message,
        read=len(error.set_aside),
        set_aside=error.set_aside,
        error=error.message,
        remedy=error.remedy or None,
    )
