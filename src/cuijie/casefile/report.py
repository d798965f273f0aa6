"""What a verification found, item by item; of a case and of a bundle alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Checked", "CheckedStamp", "ItemState", "VerifyReport"]

ItemState = Literal["intact", "altered", "missing", "added", "untimed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One thing looked at.  ``untimed`` is intact too, but no time-stamp from outside covers it."""

    path: str
    state: ItemState
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedStamp:
    """One time-stamp: what it covers, whether it holds, and if not, why."""

    authority: str
    covers: str
    holds: bool
    gen_time: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """The outcome of a verification.  Closed: without anything checked it is a failure."""

    kind: Literal["case", "bundle"]
    items: tuple[Checked, ...]
    problems: tuple[str, ...] = ()  # what is wrong beyond single items: ledger, manifest, records
    notes: tuple[str, ...] = ()  # what the reader should know and is not wrong
    stamps: tuple[CheckedStamp, ...] = ()
    entries: int = 0  # ledger entries
    anchored: int = 0  # of these covered by a time-stamp that holds

    @property
    def holds(self) -> bool:
        """True if something was checked and nothing is altered, missing or added."""
        sound = all(one.state in {"intact", "untimed"} for one in self.items)
        return bool(self.items) and sound and not self.problems and all(stamp.holds for stamp in self.stamps)
