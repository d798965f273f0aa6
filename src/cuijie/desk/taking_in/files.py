"""Files that come in through the page: received encrypted, then read and taken in one by one beside the pages."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath

from cuijie.casefile import Case
from cuijie.casefile.errors import StoreFailed
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.jobs import Job, Stopped
from cuijie.desk.saying import in_english
from cuijie.desk.taking_in import arriving
from cuijie.desk.taking_in.arriving import Arrived, Begun
from cuijie.errors import CuijieError
from cuijie.intake.add import add, is_address_book
from cuijie.intake.ahead import read_ahead, remembering
from cuijie.intake.gather import Handed
from cuijie.intake.registry import unusable_plugins
from cuijie.intake.report import FileReport, Progress

__all__ = ["TakingIn", "basket", "safe_name"]

_MAX_NAME_BYTES = 180
_KEEPING = 0.15  # of the work on any file is sealing its original
_READING = 0.85  # of the work on a slow file is reading it, the rest is writing it down
_COMPANIONS = ("-wal", "-shm", "-journal", ".txt", ".srt", ".vtt", ".lrc", ".json")
_REASONS = 3  # of what a file holds and could not be taken in
_QUIET_S = 90.0  # after which files that were announced are no longer waited for


def safe_name(given: str) -> str:
    """The last part of an uploaded file's name, never a path, never hidden, never too long for a disk."""
    name = PurePosixPath(PureWindowsPath(given).name).name.replace("\0", "").strip().lstrip(".")
    while len(name.encode()) > _MAX_NAME_BYTES:
        name = name[1:]
    return name or "未命名"


def basket(place: OpenCase, case: Case, wanted: str, announced: int) -> TakingIn:
    """The taking in that the page calls *wanted* (letters and digits), or a new one for *announced* files."""
    known = place.jobs.get(wanted) if place.jobs is not None and wanted else None
    if known is not None and isinstance(known.source, TakingIn):
        return known.source  # one that was done goes on; one that was stopped throws away what still arrives
    taking = TakingIn(place, case, Begun(id=wanted or secrets.token_hex(8), kind="import"), announced=announced)
    if place.jobs is not None:
        place.jobs.show(taking.job)
    return taking


class TakingIn:
    """One taking in: it grows while files arrive, and is done when all that were announced are in."""

    def __init__(self, place: OpenCase, case: Case, begun: Begun, *, announced: int = 0) -> None:
        self._place, self._case = place, case
        self._guard = threading.Lock()
        self._begun, self._done_work, self._touched = begun, 0.0, time.monotonic()
        self._receiving, self._is_given_up = 0, False
        self.job = Job(kind="import", title=Words("收进材料", "Taking in"), id=begun.id)
        self.job.again, self.job.drop, self.job.source = self.start, self._give_up, self
        self._announce(announced or len(begun.files))

    def expect(self) -> None:
        """A file has begun to arrive."""
        with self._guard:
            self._receiving, self._touched = self._receiving + 1, time.monotonic()

    def let_go(self) -> None:
        """Nothing more comes of what was expected; what has arrived is all."""
        with self._guard:
            self._receiving -= 1
        self.start()

    def broke_off(self) -> None:
        """A file that had begun to arrive will not."""
        with self._guard:
            self._receiving -= 1
            self.job.files_total = max(self.job.files_done + len(self._begun.files), self.job.files_total - 1)
            is_empty = self.job.files_total == 0 and self._receiving == 0
        if not is_empty:
            self.start()
        elif self._place.jobs is not None:
            self._place.jobs.forget(self.job)

    def arrived(self, file: Arrived) -> None:
        """A file is there whole: it is noted, so that a crash does not lose it, and taken in when its turn comes.

        Raises StoreFailed where it cannot be noted; then it has not arrived.
        """
        with self._guard:
            if self._is_given_up:
                self._case.waiting.remove(file.stored)
            else:
                self._note((*self._begun.files, file))
                self._announce(self.job.files_done + len(self._begun.files))
            self._receiving, self._touched = self._receiving - 1, time.monotonic()
        self.start()

    def _note(self, files: tuple[Arrived, ...]) -> None:
        """What is to be taken in from now on: on the disk first, so that a full one changes nothing."""
        begun = replace(self._begun, files=files)
        arriving.note(self._case, begun)
        self._begun = begun

    def start(self) -> None:
        """Take in what has arrived, unless it was stopped."""
        if not self._is_given_up and self._place.jobs is not None:
            self._place.jobs.run(self.job, self.work)

    def settle(self) -> None:
        """Files that were announced and never came are given up after a while, and said."""
        with self._guard:
            missing = self.job.files_total - self.job.files_done
            is_quiet = self._receiving == 0 and time.monotonic() - self._touched > _QUIET_S
            if self.job.state != "waiting" or self._begun.files or not is_quiet or not missing:
                return
            self.job.files_total, self.job.state = self.job.files_done, "done"
            self.job.say(
                f"还有 {missing} 个文件没有传到，请再传一次。",
                f"{missing} files did not arrive; send them again.",
                is_wrong=True,
            )
            arriving.drop(self._case, self._begun)

    def _give_up(self) -> None:
        """Throws away what has arrived, and from now on what still arrives."""
        with self._guard:
            self._is_given_up = True
            arriving.drop(self._case, self._begun)
            self._begun = replace(self._begun, files=())

    def _announce(self, total: int) -> None:
        self.job.files_total = max(self.job.files_total, total)
        self.job.total = self._done_work + sum(file.work for file in self._begun.files)
        self.job.title = Words(f"收进 {self.job.files_total} 个文件", f"Taking in {self.job.files_total} files")

    def work(self, job: Job) -> None:
        """Takes in, one by one, everything that has arrived; address books last, held against all the rest."""
        if self._is_given_up:  # stopped between the arrival of a file and its turn
            raise Stopped
        for plugin in () if job.lines else unusable_plugins():
            job.say(f"另装的读取插件用不了，没有用它：{plugin}", f"Plug-in left out: {plugin}", is_wrong=True)
        while (file := self._next()) is not None:
            job.check()
            self._one(job, file)
            with self._guard:
                self._note(tuple(one for one in self._begun.files if one is not file))
                self._done_work += file.work
                job.files_done, job.done = job.files_done + 1, self._done_work
                self._touched = time.monotonic()
            self._case.waiting.remove(file.stored)  # after the note: one that is killed here names no file that is gone
        with self._guard:
            if job.files_done >= job.files_total and self._receiving == 0:
                arriving.drop(self._case, self._begun)

    def _next(self) -> Arrived | None:
        with self._guard:
            files, more = (
                self._begun.files,
                self._receiving or self.job.files_done + len(self._begun.files) < self.job.files_total,
            )
        # what may belong to another file is taken in after it, an address book after everything
        for file in sorted(files, key=lambda one: one.name.endswith(_COMPANIONS)):
            if not is_address_book(self._handed(file, ())):
                return file
        return None if more or not files else files[0]

    def _handed(self, file: Arrived, others: tuple[Arrived, ...]) -> Handed:
        return Handed(
            name=file.name,
            size=file.size_bytes,
            opener=lambda: arriving.opened(self._case, file),
            modified_at=file.modified_at,
            with_it={one.name: self._handed(one, ()) for one in others if one is not file},
        )

    def _one(self, job: Job, file: Arrived) -> None:
        handed = self._handed(file, self._begun.files)
        job.now = Words(f"正在看 {file.name}", f"Looking at {file.name}")

        def ahead(done: int, total: int, name: str) -> None:
            job.check()
            job.now = Words(f"正在认 {name} 里的字", f"Reading {name}")
            job.done = self._done_work + file.work * _READING * done / max(1, total)

        def told(now: Progress) -> None:
            job.check()
            share = now.done_bytes / max(1, now.total_bytes)
            share = share * _KEEPING if now.is_keeping else _KEEPING + share * (0.99 - _KEEPING)
            job.done = max(job.done, self._done_work + file.work * share)

        try:
            with remembering():
                read_ahead(handed, ahead, password=file.password)
                job.check()
                job.now = Words(f"正在收 {file.name}", f"Taking in {file.name}")
                with self._place.writing(patience=600) as case:
                    report = add(case, [handed], owner=file.owner, progress=told, password=file.password)
        except (Stopped, StoreFailed, ShelfError):
            raise
        except CuijieError as error:  # of this file alone; it was undone whole
            job.say(
                f"{file.name}：{error.message}{error.remedy or ''}",
                f"{file.name}: {in_english(error.message) or error.message}",
                is_wrong=True,
            )
            return
        except Exception as error:  # a fault of ours with this file: said, undone, and the others go on
            name = type(error).__name__
            zh = f"{file.name}：程序内部出错（{name}），这个文件没有收；别的不受影响。"
            job.say(zh, f"{file.name}: internal error ({name}); not taken in.", is_wrong=True)
            return
        for one in report.files:
            _say(job, one)


def _say(job: Job, one: FileReport) -> None:
    name = one.path.rpartition("/")[2]
    line = f"{one.understood}{one.remedy or ''}"
    job.entries += one.kept - one.persons
    aside = _set_aside(one)
    job.say(f"{name}：{line}{aside.zh}", f"{name}: {_english(one)}{aside.en}", is_wrong=one.error is not None)


def _set_aside(one: FileReport) -> Words:
    """The first of the records that were met and not taken in, and why."""
    if one.error is not None or not one.set_aside:
        return Words("", "")
    first = "；".join(f"{part.at}：{part.why.rstrip('。')}" for part in one.set_aside[:_REASONS])
    rest = len(one.set_aside) - _REASONS
    more = Words(f"；还有 {rest} 条", f"; {rest} more") if rest > 0 else Words("", "")
    return Words(f"没能收下的是：{first}{more.zh}。", f". Not taken in: {first}{more.en}.")


def _english(one: FileReport) -> str:
    if one.error is not None:
        return in_english(one.error) or "could not be read; nothing of it was taken in"
    if one.is_known:
        return "taken in before; nothing is doubled"
    if not one.read:
        return "kept as it is; no records were read from it"
    known = f", {one.merged} were there already" if one.merged else ""
    odd = f", {len(one.set_aside)} not taken in" if one.set_aside else ""
    asked = "; some days were worked out or are missing: check them in the timeline" if one.asked else ""
    return f"{one.kept} records taken in{known}{odd}{asked}"
