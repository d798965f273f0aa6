"""The cases on the shelf of one workbench run: locked until their passphrase is given, locked again when left alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from weakref import WeakKeyDictionary

from cuijie.assessment import Assessment, ContactEvidence, assess, inputs_from_state
from cuijie.casefile import Case, KdfCost
from cuijie.clock import Clock
from cuijie.desk.errors import ShelfError
from cuijie.desk.folders import cases_home, cases_in, new_case_folder
from cuijie.desk.words import Both
from cuijie.reading import read
from cuijie.records import Answer, CaseState, ContactRecord
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.material import Material

__all__ = ["CaseShelf", "CaseView", "OpenCase", "ShelfError", "once_per_view"]

_Made = TypeVar("_Made")
_LOCK_AFTER_S = 30 * 60
_TRIES = 5
_SHORTEST = 8
_TRIES_WINDOW_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class CaseView:
    """What every page of one case works from, as of one ledger head."""

    head: int
    state: CaseState
    contacts: tuple[ContactRecord, ...]
    evidence: dict[str, ContactEvidence]
    assessment: Assessment


def once_per_view(make: Callable[[CaseView], _Made]) -> Callable[[CaseView], _Made]:
    """Works *make* out once for each state of a case; what it made goes with the view when the case is locked."""
    made: WeakKeyDictionary[CaseView, _Made] = WeakKeyDictionary()

    @wraps(make)
    def kept(view: CaseView) -> _Made:
        if view not in made:
            made[view] = make(view)
        return made[view]

    return kept


@dataclass(slots=True)
class OpenCase:
    """One place on the shelf: a case folder, open while its passphrase is in use."""

    slug: str
    folder: Path
    case: Case | None = None
    guard: threading.RLock = field(default_factory=threading.RLock)
    touched: float = 0.0
    failures: list[float] = field(default_factory=list)
    undo: tuple[Answer | str, ...] = ()  # what takes the last answers back: the answer before, or the question
    material: tuple[int, Material] | None = None  # what remedies work from, as of that ledger head
    drafted: tuple[tuple[int | str, ...], Draft] | None = None  # the paper last looked at
    drawn: tuple[tuple[int | str, ...], bytes] | None = None  # the paper last looked at, as PDF
    _told: Both | None = None
    _view: CaseView | None = None

    @property
    def title(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @property
    def opened(self) -> Case:
        """The open case.  Raises ShelfError if it is locked."""
        if self.case is None:
            raise ShelfError("这个案卷已锁定。", remedy="请在首页输入密码打开。")
        return self.case

    def tell(self, told: Both) -> None:
        """Keep one line for the next page: what the last act changed.  It never stands in an address."""
        self._told = told

    def take_told(self) -> Both | None:
        """The line for this page, once."""
        told, self._told = self._told, None
        return told

    def view(self) -> CaseView:
        """The case as it stands now; worked out again only when the ledger has grown."""
        case = self.opened
        head = case.ledger_length()
        if self._view is None or self._view.head != head:
            state = case.state()
            inputs = inputs_from_state(state, read)
            self._view = CaseView(
                head=head,
                state=state,
                contacts=inputs.contacts,
                evidence=dict(inputs.evidence),
                assessment=assess(inputs),
            )
        return self._view

    def close(self) -> None:
        """Lock the case: its keys leave memory with the closed case."""
        with self.guard:
            if self.case is not None:
                self.case.close()
            self.case, self._view, self._told, self.undo, self.drawn = None, None, None, (), None
            self.material, self.drafted = None, None


class CaseShelf:
    """Every case this run of the workbench knows; a context manager that locks all of them at its end."""

    def __init__(
        self, folders: Sequence[Path], *, clock: Clock, home: Path | None = None, cost: KdfCost | None = None
    ) -> None:
        self.clock = clock
        self._cost = cost
        self.home = home or cases_home()
        self._guard = threading.Lock()
        self._places: dict[str, OpenCase] = {}
        for folder in folders:
            self.add(folder)

    def __enter__(self) -> CaseShelf:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in self._places.values():
            place.close()

    def add(self, folder: Path) -> OpenCase:
        """Put a case folder on the shelf, locked; the same folder keeps its place."""
        with self._guard:
            for place in self._places.values():
                if place.folder == folder:
                    return place
            slug = str(len(self._places) + 1)
            self._places[slug] = OpenCase(slug=slug, folder=folder)
            return self._places[slug]

    def slug_of(self, folder: Path) -> str:
        """The place of *folder* in page addresses: a number, so that an address tells nothing."""
        return self.add(folder).slug

    def places(self) -> tuple[OpenCase, ...]:
        """Every place, in the order in which they were put there, with the cases that now lie in the home folder."""
        for folder in cases_in(self.home):
            self.add(folder)
        return tuple(self._places.values())

    def create(self, name: str, passphrase: str, again: str, where: str) -> OpenCase:
        """Make a case and leave it open.  Raises ShelfError, CaseError; nothing is left behind by a failure."""
        if not passphrase.strip() or passphrase != again:
            raise ShelfError("两次输入的密码不一样，或者是空的。", remedy="请重新输入；密码没有别的找回办法。")
        if len(passphrase) < _SHORTEST:
            raise ShelfError(
                f"密码太短，至少 {_SHORTEST} 个字符。", remedy="一句只有你知道的话最好记，例如四五个不相干的词。"
            )
        folder = new_case_folder(name, where, self.home)
        case = Case.create(folder, passphrase, clock=self.clock, cost=self._cost)
        place = self.add(folder)
        with place.guard:
            place.case, place.touched = case, time.monotonic()
        return place

    def open(self, slug: str, passphrase: str) -> OpenCase:
        """Open a case; after five wrong passphrases in a minute it asks to wait.  Raises ShelfError, CaseError."""
        place = self._place(slug)
        with place.guard:
            now = time.monotonic()
            place.failures[:] = [at for at in place.failures if now - at < _TRIES_WINDOW_S]
            if len(place.failures) >= _TRIES:
                raise ShelfError("密码试得太多了。", remedy="请等一分钟再试；案卷没有受影响。")
            if place.case is None:
                place.failures.append(now)
                place.case = Case.open(place.folder, passphrase, clock=self.clock)
                place.failures.clear()
            place.touched = now
            return place

    @contextmanager
    def using(self, slug: str) -> Iterator[OpenCase]:
        """The open case at *slug*, held for one request; locks it first if it was left alone for half an hour."""
        place = self._place(slug)
        with place.guard:
            if place.case is not None and time.monotonic() - place.touched > _LOCK_AFTER_S:
                place.close()
            if place.case is None:
                raise ShelfError("这个案卷已锁定。", remedy="请在首页输入密码打开。")
            place.touched = time.monotonic()
            yield place

    def _place(self, slug: str) -> OpenCase:
        place = self._places.get(slug)
        if place is None:
            raise ShelfError("没有这个案卷。", remedy="请回到首页。")
        return place
