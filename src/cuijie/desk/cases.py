"""The cases on the shelf of one workbench run: locked until their passphrase is given, locked again when left alone.

Of an open case there is one writer, used by one act or job at a time, and readers beside it, one for each page
being made: so a case is read while files come into it, and a page never waits for a job.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from cuijie.clock import Clock
from cuijie.datafiles import Words
from cuijie.desk.door.own_key import check_new_passphrase, secret_for
from cuijie.desk.errors import CaseIsLocked, ShelfError
from cuijie.desk.folders import cases_home, cases_in, new_case_folder
from cuijie.desk.jobs import JobQueue
from cuijie.desk.worked_out import WorkedOut

if TYPE_CHECKING:  # what takes long to import is needed only once a case is open: the first page comes before
    from cuijie.assessment import Assessment
    from cuijie.casefile import Case, KdfCost
    from cuijie.casefile.report import VerifyReport
    from cuijie.desk.standing import CaseView, Standing
    from cuijie.records import Answer

__all__ = ["CaseShelf", "OpenCase", "ShelfError"]

_LOCK_AFTER_S = 30 * 60
_WATCH_EVERY_S = 15.0
_TRIES = 5
_TRIES_WINDOW_S = 60.0
_WRITER_PATIENCE_S = 45.0


@dataclass(slots=True)
class OpenCase:
    """One place on the shelf: a case folder, open while its passphrase is in use."""

    slug: str
    folder: Path
    case: Case | None = None  # the writer
    guard: threading.RLock = field(default_factory=threading.RLock)  # held by whoever writes
    touched: float = 0.0
    failures: list[float] = field(default_factory=list)
    later: set[str] = field(default_factory=set)  # entries of whom it is to be asked later; until the case is locked
    undo: tuple[Answer | str, ...] = ()  # what takes the last answers back: the answer before, or the question
    worked: WorkedOut = field(default_factory=WorkedOut)
    jobs: JobQueue | None = None
    report: tuple[datetime, VerifyReport] | None = None  # the last check, and when
    standing: Standing | None = None
    _told: Words | None = None
    _to_tell: Callable[[Assessment], Words] | None = None  # once the picture is up to date
    _readers: list[Case] = field(default_factory=list)
    _readers_guard: threading.Lock = field(default_factory=threading.Lock)
    _mine: threading.local = field(default_factory=threading.local)

    @property
    def title(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @property
    def begun(self) -> int:
        """How many jobs were begun and are not finished; their notes are counted by name, so a locked case tells it."""
        return sum(1 for _ in (self.folder / "waiting").glob("begun-*.age"))

    @property
    def opened(self) -> Case:
        """The case as this thread holds it: for writing inside ``writing``, else for reading.

        Raises ShelfError if it is locked.
        """
        mine: Case | None = getattr(self._mine, "case", None) or self.case
        if mine is None:
            raise CaseIsLocked
        return mine

    @contextmanager
    def reading(self) -> Iterator[OpenCase]:
        """Holds a reader for this thread.  Raises ShelfError if the case is locked."""
        writer = self.case
        if writer is None:
            raise CaseIsLocked
        with self._readers_guard:
            reader = self._readers.pop() if self._readers else None
        reader = reader or writer.beside()
        before, self._mine.case = getattr(self._mine, "case", None), reader
        try:
            yield self
        finally:
            self._mine.case = before
            with self._readers_guard:
                is_kept = self.case is writer
                if is_kept:
                    self._readers.append(reader)
            if not is_kept:  # locked meanwhile
                reader.close()

    @contextmanager
    def writing(self, patience: float = _WRITER_PATIENCE_S) -> Iterator[Case]:
        """Holds the writer for this thread.  Raises ShelfError if the case is locked, or busy for too long."""
        if not self.guard.acquire(timeout=patience):
            raise ShelfError(
                "正在收一个很大的文件，这一步现在记不下来。",
                remedy="请等页面上的进度走完这个文件，再按一次；别的都没有动。",
            )
        try:
            if self.case is None:
                raise CaseIsLocked
            before, self._mine.case = getattr(self._mine, "case", None), self.case
            try:
                yield self.case
            finally:
                self._mine.case = before
        finally:
            self.guard.release()

    @contextmanager
    def letting_others_write(self) -> Iterator[None]:
        """Inside ``writing`` and outside any act: lets go of the writer while something slow is waited for."""
        self.guard.release()
        try:
            yield
        finally:
            self.guard.acquire()

    @contextmanager
    def alone(self) -> Iterator[Case]:
        """Holds the writer with no reader beside it, as a change of keys needs."""
        with self.writing() as case:
            self._close_readers()
            yield case
            self._close_readers()

    def touch(self) -> None:
        """Somebody is looking at it or sending it something: it is not left alone."""
        self.touched = time.monotonic()

    def tell(self, told: Words, *, may_undo: bool = False) -> None:
        """Keep one line for the next page: what the last act changed.  It never stands in an address.

        Only what *may_undo* is offered to be taken back beside it.
        """
        self._told = told
        if not may_undo:
            self.undo = ()

    def tell_when_current(self, words: Callable[[Assessment], Words]) -> None:
        """Say *words* of the new assessment, on the first page after it is ready."""
        self._to_tell = words

    def told(self) -> Words | None:
        """What is to be told now; it stays."""
        words, standing = self._to_tell, self.standing
        if words is not None and standing is not None and (view := standing.current()) is not None:
            self._told, self._to_tell = words(view.assessment), None
        return self._told

    def take_told(self) -> Words | None:
        """The line for this page, once."""
        told, self._told = self.told(), None
        return told

    def glance(self) -> CaseView:
        """The records as they are committed, while the first assessment is being made without any findings."""
        return self._standing().glance(self.opened)

    def _standing(self) -> Standing:
        if self.standing is None:
            raise CaseIsLocked
        return self.standing

    def view(self) -> CaseView:
        """The case as it is committed; its assessment may be a moment behind (``is_current``)."""
        case, standing = self.opened, self._standing()
        if not case.is_in_act:
            return standing.view(case)
        with self.reading():  # an act under way may be undone, and other threads do not see it: no picture is of it
            return standing.view(self.opened)

    def start(self, case: Case, *, on_ready: Callable[[OpenCase], None]) -> None:
        """The case was opened; *on_ready* is called beside the pages each time a new assessment is ready."""
        from cuijie.desk.standing import Standing

        self.case, self.touched = case, time.monotonic()
        jobs = JobQueue()
        self.jobs, self.standing = jobs, Standing(is_busy=lambda: jobs.is_busy, on_ready=lambda: on_ready(self))
        jobs.on_end = self.standing.hurry

    def close(self) -> None:
        """Lock the case: its keys leave memory with the closed case.  What goes on in it ends at its next safe point."""
        jobs, self.jobs = self.jobs, None
        if jobs is not None:
            jobs.end()
        with self.guard:
            case, self.case = self.case, None
            if self.standing is not None:
                self.standing.end()
            self._close_readers()
            if case is not None:
                case.close()
            self.later.clear()
            self.standing, self._told, self._to_tell, self.undo, self.report = None, None, None, (), None
            self.worked = WorkedOut()

    def _close_readers(self) -> None:
        with self._readers_guard:
            readers, self._readers = self._readers, []
        for reader in readers:
            reader.close()


@contextmanager
def _one_try(place: OpenCase) -> Iterator[None]:
    """One try at the passphrase.  Raises ShelfError after five wrong ones in a minute."""
    now = time.monotonic()
    place.failures[:] = [at for at in place.failures if now - at < _TRIES_WINDOW_S]
    if len(place.failures) >= _TRIES:
        raise ShelfError("密码试得太多了。", remedy="请等一分钟再试；案卷没有受影响。")
    place.failures.append(now)
    yield
    place.failures.clear()


class CaseShelf:
    """Every case this run of the workbench knows; a context manager that locks all of them at its end."""

    def __init__(
        self, folders: Sequence[Path], *, clock: Clock, home: Path | None = None, cost: KdfCost | None = None
    ) -> None:
        self.clock = clock
        self._cost = cost
        self.home = home or cases_home()
        self.lock_after_s: float = _LOCK_AFTER_S
        self.on_open: Callable[[OpenCase], None] = lambda _: None
        self.on_ready: Callable[[OpenCase], None] = lambda _: None
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._places: dict[str, OpenCase] = {}
        for folder in folders:
            self.add(folder)

    def __enter__(self) -> CaseShelf:
        threading.Thread(target=self._watch, name="auto-lock", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for place in self._places.values():
            place.close()

    def _watch(self) -> None:
        while not self._over.wait(min(_WATCH_EVERY_S, self.lock_after_s / 4)):
            self.lock_left_alone()

    def lock_left_alone(self) -> None:
        """Lock every case that nobody has looked at for half an hour, whatever goes on in it."""
        for place in tuple(self._places.values()):
            if place.case is not None and time.monotonic() - place.touched > self.lock_after_s:
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
        from cuijie.casefile import Case

        check_new_passphrase(passphrase, again)
        folder = new_case_folder(name, where, self.home)
        case = Case.create(folder, passphrase, clock=self.clock, cost=self._cost)
        place = self.add(folder)
        with place.guard:
            place.start(case, on_ready=self.on_ready)
        self.on_open(place)
        return place

    def open(self, slug: str, passphrase: str) -> OpenCase:
        """Open a case with its passphrase, or that of this computer's own key if it is shared with that.

        After five wrong ones in a minute it asks to wait.  Raises ShelfError, CaseError.
        """
        from cuijie.casefile import Case

        place = self._found(slug)
        with place.guard:
            is_new = place.case is None
            if is_new:
                with _one_try(place):
                    given = secret_for(self.home, place.folder, passphrase) or passphrase
                    place.start(Case.open(place.folder, given, clock=self.clock), on_ready=self.on_ready)
            place.touch()
        if is_new:
            self.on_open(place)
        return place

    def prove(self, slug: str, passphrase: str) -> OpenCase:
        """As ``open``, but the passphrase must be right even if the case is open already."""
        from cuijie.casefile.keys import KeyFile

        place = self._found(slug)
        if place.case is None:
            return self.open(slug, passphrase)
        with _one_try(place):
            KeyFile.read(place.folder).unlock(secret_for(self.home, place.folder, passphrase) or passphrase)
        place.touch()
        return place

    def case_at(self, slug: str) -> Case | None:
        """The open case at *slug*, to tell one opening from another; None while locked."""
        place = self._places.get(slug)
        return place.case if place else None

    @contextmanager
    def using(self, slug: str, *, touch: bool = True) -> Iterator[OpenCase]:
        """The open case at *slug*, with a reader held for one page; locks it first if it was left alone too long.

        Without *touch* it counts as left alone: a page that only asks for progress does not keep a case open.
        """
        place = self._at_hand(slug, touch=touch)
        with place.reading():
            yield place

    @contextmanager
    def changing(self, slug: str) -> Iterator[OpenCase]:
        """The open case at *slug*, with the writer held for one act.  Raises ShelfError."""
        place = self._at_hand(slug, touch=True)
        with place.writing():
            yield place

    def _at_hand(self, slug: str, *, touch: bool) -> OpenCase:
        place = self._place(slug)
        if place.case is not None and time.monotonic() - place.touched > self.lock_after_s:
            place.close()
        if place.case is None:
            raise CaseIsLocked
        if touch:
            place.touch()
        return self._found(slug)

    def _found(self, slug: str) -> OpenCase:
        place = self._place(slug)
        if not place.folder.is_dir():  # the open database would go on, the originals would not
            raise ShelfError(
                "案卷文件夹不在原来的地方了。",
                remedy="可能被移走、改了名，或者盘拔掉了。请放回原处再试；里面的内容没有动。",
            )
        return place

    def _place(self, slug: str) -> OpenCase:
        place = self._places.get(slug)
        if place is None:
            raise ShelfError("没有这个案卷。", remedy="请回到首页。")
        return place
