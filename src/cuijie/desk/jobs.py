"""Long work beside the pages: one after another on a thread of its own, with progress, and stopped at safe points."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cuijie.datafiles import Words
from cuijie.errors import CuijieError, cause_of

__all__ = ["Job", "JobKind", "JobQueue", "JobState", "Line", "Stopped", "Work"]

JobKind = Literal["import", "check", "bundle", "stamp", "contract", "paper"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled", "left"]
"""``left``: begun before the desk was closed or the case locked; offered to be done after all."""

_OVER: frozenset[JobState] = frozenset({"done", "failed", "cancelled"})
_KEPT = 6  # finished jobs that are still shown
_ETA_AFTER_S, _ETA_AFTER_PART = 3.0, 0.05  # two small exports foretell nothing of the picture after them
Work = Callable[["Job"], None]


class Stopped(Exception):
    """The job was asked to stop: what it was in the middle of is undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of what came of a job."""

    text: Words
    is_wrong: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """One piece of long work; its thread writes, pages read."""

    kind: JobKind
    title: Words
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: JobState = "waiting"
    now: Words | None = None  # what is being done
    done: float = 0.0  # of ``total``, in whatever is counted (bytes)
    total: float = 0.0
    files_done: int = 0
    files_total: int = 0
    entries: int = 0  # contacts taken in so far
    lines: list[Line] = field(default_factory=list)
    result: tuple[str, str] | None = None  # a waiting file to take away: where it waits, and its name
    began: float | None = None
    again: Callable[[], None] | None = None  # does it after all, or once more
    drop: Callable[[], None] | None = None  # forgets what waits for it
    source: object = None  # what it works on or has made, for its own module
    about: str = ""  # the item it reads
    is_wanted_again: bool = False  # stopped because the case is locked, not because nobody wants it
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """True once nothing more will come of it."""
        return self.state in _OVER

    @property
    def percent(self) -> int | None:
        """How far it is, or None while that cannot be said."""
        if self.state == "done":
            return 100
        return min(99, int(100 * self.done / self.total)) if self.total > 0 else None

    @property
    def seconds_left(self) -> int | None:
        """A guess from the time it took so far; None while there is too little to guess from."""
        if self.state != "running" or self.began is None or self.total <= 0 or self.done < _ETA_AFTER_PART * self.total:
            return None
        spent = time.monotonic() - self.began
        return None if spent < _ETA_AFTER_S else max(1, round(spent * (self.total - self.done) / self.done))

    def stop(self, *, is_wanted_again: bool) -> None:
        """Ask it to stop at its next safe point."""
        self.is_wanted_again = is_wanted_again
        self.now = Words("正在停下：手上这一步做完就停", "Stopping, once the step in hand is done")
        self._stop.set()

    def begin_again(self) -> None:
        """It is to be done, whatever came of it before."""
        self.state, self.is_wanted_again = "waiting", False
        self._stop.clear()

    def check(self) -> None:
        """Raises Stopped if it was asked to stop; called at every safe point."""
        if self._stop.is_set():
            raise Stopped

    def say(self, zh: str, en: str, *, is_wrong: bool = False) -> None:
        """Adds a line of what came of it."""
        self.lines.append(Line(text=Words(zh, en), is_wrong=is_wrong))


class JobQueue:
    """The jobs of one open case."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._queue: deque[tuple[Job, Work]] = deque()
        self._running: Job | None = None
        self._once_more: tuple[Job, Work] | None = None
        self._has_worker = False
        self._is_over = False
        self.on_end: Callable[[], object] = lambda: None  # called on the jobs' thread after each, whatever came of it

    @property
    def is_busy(self) -> bool:
        """True while files come in."""
        running = self._running
        return running is not None and running.kind == "import"

    def all(self) -> tuple[Job, ...]:
        """Every job that is shown, the newest first."""
        with self._changed:
            return tuple(reversed(self._jobs))

    def get(self, job_id: str) -> Job | None:
        """The job of that id, or None."""
        return next((job for job in self.all() if job.id == job_id), None)

    def show(self, job: Job) -> None:
        """Puts a job among those shown without running it."""
        with self._changed:
            if job not in self._jobs:
                self._jobs.append(job)
            over = [one for one in self._jobs if one.is_over and one.result is None]
            for one in over[:-_KEPT]:
                self._jobs.remove(one)

    def forget(self, job: Job) -> None:
        """Shows a job no longer."""
        with self._changed:
            if job in self._jobs:
                self._jobs.remove(job)

    def run(self, job: Job, work: Work) -> None:
        """Runs *work* when its turn comes; nothing happens if the job waits or runs already."""
        self.show(job)
        with self._changed:
            if self._is_over or any(one is job for one, _ in self._queue):
                return
            if job is self._running:  # it may be just past looking for more to do
                self._once_more = (job, work)
                return
            job.begin_again()
            self._queue.append((job, work))
            if not self._has_worker:
                self._has_worker = True
                threading.Thread(target=self._work, name="desk-jobs", daemon=True).start()

    def run_beside(self, job: Job, work: Work) -> None:
        """Runs *work* at once, beside what runs: it only reads what it was given, and does not wait for an import."""
        self.show(job)
        with self._changed:
            if not self._is_over:
                _begun(job)
                threading.Thread(target=self._do, args=(job, work), name="desk-job", daemon=True).start()

    def wait(self, job: Job, seconds: float) -> bool:
        """True if *job* is over, waiting at most *seconds*."""
        with self._changed:
            return self._changed.wait_for(lambda: job.is_over, seconds)

    def cancel(self, job: Job) -> None:
        """Nobody wants *job* any more: it is stopped at its next safe point, or never begun."""
        with self._changed:
            if job.state == "running":
                job.stop(is_wanted_again=False)
                return
            if job.is_over:  # it ended while the button was being pressed: what it made stays
                return
            self._queue = deque(one for one in self._queue if one[0] is not job)
        _throw_away(job)
        with self._changed:
            job.state = "cancelled"
            self._changed.notify_all()

    def end(self) -> None:
        """The case is being locked: what runs stops at its next safe point, what waits is left."""
        with self._changed:
            self._is_over = True
            self._queue.clear()
            self.on_end = lambda: None
            for job in self._jobs:
                if not job.is_over:
                    job.stop(is_wanted_again=True)
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                if self._is_over or not self._queue:
                    self._has_worker = False
                    return
                job, work = self._queue.popleft()
                self._running = job
                _begun(job)
            self._do(job, work)
            self.on_end()

    def _do(self, job: Job, work: Work) -> None:
        state = _outcome(job, work)
        if state == "cancelled":
            _throw_away(job)
        with self._changed:
            if job is self._running:
                if self._once_more is not None and state in ("waiting", "done"):  # a file that came at the last moment
                    self._queue.append(self._once_more)
                    state = "waiting"
                self._running = self._once_more = None
            job.state, job.now = state, None
            self._changed.notify_all()


def _begun(job: Job) -> None:
    job.state, job.began = "running", job.began or time.monotonic()


def _throw_away(job: Job) -> None:
    """Forgets what waits for a job; what cannot be removed now is removed at the next opening of the case."""
    with contextlib.suppress(CuijieError, OSError):
        if job.drop is not None:
            job.drop()


def _outcome(job: Job, work: Work) -> JobState:
    try:
        job.check()
        work(job)
    except Stopped:
        return "left" if job.is_wanted_again else "cancelled"
    except CuijieError as error:
        from cuijie.desk.saying import in_english  # the first page needs no errors

        job.say(f"{error.message}{error.remedy or ''}", in_english(error.message) or error.message, is_wrong=True)
        return "failed"
    except OSError as error:
        job.say(
            f"磁盘读写出错（{cause_of(error)}），没有做完；案卷没有损坏。请腾出空间、检查权限，再做一次。",
            "The disk refused; the case is unharmed. Make room, check permissions and try again.",
            is_wrong=True,
        )
        return "failed"
    except Exception as error:  # a fault of ours: said on the page, and the desk goes on
        name = type(error).__name__
        job.say(
            f"程序内部出错（{name}），没有做完；案卷没有损坏。",
            f"Internal error ({name}); the case is unharmed.",
            is_wrong=True,
        )
        return "failed"
    return "waiting" if job.files_done < job.files_total else "done"  # more files are on their way
