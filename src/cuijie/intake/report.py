"""What taking in came to: every record accounted for, and one Chinese line on each file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cuijie.intake.found import SetAside

__all__ = ["AddReport", "FileReport", "Progress", "ProgressCall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file: ``read`` = ``kept`` + ``merged`` + ``left_out`` + the number of ``set_aside``, always.

    ``merged`` counts records that the case had already (an overlapping export, the same file again).
    """

    path: str
    kind: str  # the importer's KIND, "unread" for an unknown format, "error" where nothing could be used
    understood: str  # one Chinese line
    item_id: str | None = None  # the vault item that holds the original; None if nothing was kept
    read: int = 0
    kept: int = 0
    merged: int = 0
    set_aside: tuple[SetAside, ...] = ()
    left_out: int = 0  # what the user did not ask for, and people of an address book whom the case never met
    declared: int | None = None  # how many the file says it holds
    repeats: int = 0  # records equal to an earlier one of the same file; they stay two
    persons: int = 0  # of ``kept``: people, not events
    tied: int = 0  # of the entries kept or merged: tied to a collector
    notes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # what the user is to confirm or to fill in; it stands at the end of ``understood`` too
    is_known: bool = False  # the same bytes were taken in before
    error: str | None = None
    remedy: str | None = None

    def plain(self) -> dict[str, object]:
        """The file as the ``add --json`` output lists it."""
        return {
            "path": self.path,
            "kind": self.kind,
            "read": self.read,
            "kept": self.kept,
            "merged": self.merged,
            "set_aside": [{"at": part.at, "why": part.why} for part in self.set_aside],
            "left_out": self.left_out,
            "understood": self.understood,
            "item": self.item_id,
            "declared": self.declared,
            "repeats": self.repeats,
            "persons": self.persons,
            "tied": self.tied,
            "notes": list(self.notes),
            "asked": list(self.asked),
            "known_before": self.is_known,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """All files of one ``add``, in the order given."""

    files: tuple[FileReport, ...] = ()

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """The files of which nothing could be used; the case holds nothing of them."""
        return tuple(file for file in self.files if file.error is not None)

    def plain(self) -> dict[str, object]:
        """The report as the ``add --json`` output."""
        return {"files": [file.plain() for file in self.files]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file is: its original being sealed (*is_keeping*), then its records being read."""

    path: str
    done_bytes: int
    total_bytes: int
    is_keeping: bool = False


ProgressCall = Callable[[Progress], None]
