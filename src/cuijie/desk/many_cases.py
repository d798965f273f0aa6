"""Many cases on one desk, as a legal-aid volunteer has them: what is due across all of them, and finding one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cuijie.clock import Clock, shanghai_day
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.contacts.timeline import contact_count
from cuijie.desk.door.own_key import is_shared_with_own, unsealed
from cuijie.desk.ladder.steps import ClockRow, clock_rows, clocks_at_hand
from cuijie.desk.standing import CaseView
from cuijie.errors import CuijieError
from cuijie.records import Loan

__all__ = ["CaseRow", "DueRow", "Opening", "case_rows", "due_rows", "lenders_of"]

_LATEST = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case in the list; the numbers are None while it is locked or still being looked through."""

    slug: str
    title: str
    is_open: bool
    is_ready: bool
    lenders: tuple[str, ...]  # of its loans, by full name
    contacts: int | None
    findings: int | None
    clocks: tuple[ClockRow, ...]

    @property
    def next_due(self) -> ClockRow | None:
        """The nearest clock that has not run out, of either side; else the one that ran out first."""
        return next((one for one in self.clocks if not one.is_past), next(iter(self.clocks), None))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One clock with the case it runs for."""

    slug: str
    case: str
    clock: ClockRow


class Opening:
    """Opens every locked case that one passphrase opens, beside the pages; a case it does not open stays locked."""

    def __init__(self, shelf: CaseShelf, passphrase: str) -> None:
        self._shelf = shelf
        self._locked = [place for place in shelf.places() if place.case is None]
        self.total, self.done, self.opened = len(self._locked), 0, 0
        threading.Thread(target=self._run, args=(passphrase,), name="opening", daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether every case was tried."""
        return self.done >= self.total

    def _run(self, passphrase: str) -> None:
        home = self._shelf.home
        shared = {one.slug for one in self._locked if is_shared_with_own(home, one.folder)}
        secret = unsealed(home, passphrase) if shared else None  # once: it takes as long as a case
        for place in self._locked:
            try:
                self._shelf.open(place.slug, secret if secret and place.slug in shared else passphrase)
                self.opened += 1
            except CuijieError:
                pass  # another passphrase, or damaged: its own page says which
            finally:
                self.done += 1


def case_rows(shelf: CaseShelf, clock: Clock, asked: str = "") -> list[CaseRow]:
    """The cases in which *asked* occurs (title, lender, names, numbers), those with the nearest due day first."""
    rows = [_row(place, clock) for place in shelf.places() if _holds(place, asked.strip().lower())]
    return sorted(rows, key=lambda one: (one.next_due.on if one.next_due else _LATEST, not one.is_open, one.title))


def due_rows(rows: list[CaseRow], clock: Clock, days: int = 30) -> list[DueRow]:
    """The clocks of all *rows* that end within so many *days*, and those past, in the order of their days."""
    today = shanghai_day(clock.now())
    found = [DueRow(slug=row.slug, case=row.title, clock=one) for row in rows for one in row.clocks]
    return sorted(
        (one for one in found if (one.clock.on - today).days <= days), key=lambda one: (one.clock.on, one.case)
    )


def _current(place: OpenCase) -> CaseView | None:
    standing = place.standing
    if place.case is None or standing is None:
        return None
    with place.reading():
        standing.is_ready(
            place.opened, at_once=True
        )  # begins the first assessment, which then goes on beside the pages
    return standing.current()


def _row(place: OpenCase, clock: Clock) -> CaseRow:
    view = _current(place)
    clocks = _clocks(place, clock) if view is not None else None
    return CaseRow(
        slug=place.slug,
        title=place.title,
        is_open=place.case is not None,
        is_ready=view is not None and clocks is not None,
        lenders=lenders_of(view.state.loans) if view else (),
        contacts=contact_count(view) if view else None,
        findings=len(view.rules_broken) if view else None,
        clocks=tuple(clocks or ()),
    )


def lenders_of(loans: Sequence[Loan]) -> tuple[str, ...]:
    """The full names of the lenders of *loans* as far as they are known, each once."""
    return tuple(dict.fromkeys(name for loan in loans if (name := (loan.lender_name or "").strip())))


def _clocks(place: OpenCase, clock: Clock) -> list[ClockRow] | None:
    """The clocks of a case; None while they are worked out beside the pages, none where they cannot be."""
    known = clocks_at_hand(place, clock)
    if known is not None or (place.standing is not None and place.standing.is_working):
        return known
    with contextlib.suppress(CuijieError), place.reading():  # a new day has begun since
        return clock_rows(place, clock)
    return []


def _holds(place: OpenCase, asked: str) -> bool:
    if not asked or asked in place.title.lower():
        return True
    view = _current(place)
    if view is None:
        return False
    state = view.state
    words = [loan.lender_name for loan in state.loans]
    words += [word for one in state.persons for word in (one.name, one.relation_word, *one.numbers)]
    words += [word for one in state.collectors for word in (one.name, *one.numbers)]
    return any(asked in word.lower() for word in words if word)
