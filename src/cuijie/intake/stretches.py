"""The texts of a big export, stretch by stretch in their order, while a second process packs some of them beside.

Whatever becomes of that process, nothing is lost: a stretch it does not give back is read here.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol, cast

from cuijie.intake.drafts import Draft
from cuijie.intake.packing import BROKEN, Job, Made, Setup, Trait, read_message, trait_of, write_message
from cuijie.intake.sms_rows import Row, Texts
from cuijie.intake.source import Source
from cuijie.records import Entry

__all__ = ["BIG", "Drafted", "Stretches", "Taker"]

BIG: Final = 48 * 1024 * 1024  # a smaller export is taken in before a second process has begun
_FEWEST: Final = 500  # texts that are worth the way
_BESIDE: Final = 2  # stretches given away: one is worked on, one waits
_WAITING: Final = 6  # stretches held in memory in all
_IN_VAIN: Final = 12  # stretches that had to be read here all the same: then the second process only costs

Drafted = tuple[int, Row, Draft | None]


class Taker(Protocol):
    """Who the stretches are for: takes each in its turn."""

    def drafted(self, texts: Texts) -> list[Drafted]:
        """The drafts of a stretch."""
        ...

    def put(self, texts: Texts, drafted: Sequence[Drafted]) -> None:
        """Takes in a stretch by its drafts."""
        ...

    def put_made(self, texts: Texts, made: Made) -> bool:
        """Takes in a stretch that was packed beside; False if it must be read here."""
        ...

    def is_free(self, first: Entry) -> bool:
        """True if texts like *first* need no care."""
        ...


@dataclass(frozen=True, slots=True)
class _Beside:
    made: Future[Made | None]
    known: int  # of the traits that need care, how many the other side knew


class Stretches:
    """Takes the runs of texts of one source, in order.  Close it at the end, or it goes on running."""

    def __init__(self, taker: Taker, source: Source) -> None:
        self._taker, self._source = taker, source
        self._waiting: deque[tuple[Texts, _Beside | list[Drafted]]] = deque()
        self._careful: list[Trait] = []
        self._told = self._vain = 0
        is_worth_it = source.size >= BIG and _is_processor_free() and _can_start_itself()
        self._packer = _started(source) if is_worth_it else None

    def take(self, texts: Texts) -> None:
        """Takes one run; it may come into the case later, but before whatever comes after ``settle``."""
        packer = self._packer
        if packer is not None and packer.is_ready and packer.has_room and texts.count >= _FEWEST:
            self._waiting.append((texts, self._given(packer, texts)))
        elif not self._waiting:
            self._taker.put(texts, self._taker.drafted(texts))
        else:
            self._waiting.append((texts, self._taker.drafted(texts)))
        while self._waiting and (_is_done(self._waiting[0][1]) or len(self._waiting) > _WAITING):
            self._next(wait=False)

    def settle(self) -> None:
        """Has everything so far in the case."""
        while self._waiting:
            self._next(wait=True)

    def close(self) -> None:
        """Ends the second process."""
        if self._packer is not None:
            self._packer.close()
            self._packer = None

    def _given(self, packer: _PackerBeside, texts: Texts) -> _Beside:
        run = texts.run
        job = Job(run.raw, run.count, run.form.written, texts.first, self._careful[self._told :])
        self._told = len(self._careful)
        return _Beside(packer.give(job), self._told)

    def _next(self, *, wait: bool) -> None:
        texts, how = self._waiting.popleft()
        if not isinstance(how, _Beside):
            self._taker.put(texts, how)
        elif not (wait or _is_done(how)) or not self._is_put(texts, how):  # who is slow is not waited for
            self._taker.put(texts, self._taker.drafted(texts))

    def _is_put(self, texts: Texts, beside: _Beside) -> bool:
        try:
            made = beside.made.result()
        except (*BROKEN, CancelledError):
            made = None
        if made is None:  # it has ended, or was ended
            self.close()
            return False
        careful = {trait_of(first) for first in made.firsts if not self._taker.is_free(first)}
        self._careful.extend(careful.difference(self._careful))
        if beside.known == len(self._careful) and made.is_clear and self._taker.put_made(texts, made):
            self._vain = 0
            return True
        self._vain += 1
        if self._vain > _IN_VAIN:
            self.close()
        return False


def _is_done(how: _Beside | list[Drafted]) -> bool:
    return not isinstance(how, _Beside) or how.made.done()


def _is_processor_free() -> bool:
    """False where others keep every processor busy (as far as the system tells): two processes would only cost more."""
    processors = os.cpu_count() or 1
    busy: float = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    return processors > 1 and busy < processors


def _can_start_itself() -> bool:
    """False inside a program that is not the interpreter: started again, it would be that program."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def _started(source: Source) -> _PackerBeside | None:
    try:
        return _PackerBeside(source)
    except OSError:  # no further process is allowed here, or no memory is left for one
        return None


class _PackerBeside:
    """The second process: jobs go in at one end and answers come out at the other, in order."""

    def __init__(self, source: Source) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cuijie.intake.packer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._given, self._answers = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._writing, self._reading = ThreadPoolExecutor(1, "packer-in"), ThreadPoolExecutor(1, "packer-out")
        setup = Setup(source.name, source.item_id, source.owner)
        self._writing.submit(write_message, self._given, setup)
        self._hello = self._reading.submit(read_message, self._answers, Setup)
        self._under_way: list[Future[Made | None]] = []

    @property
    def is_ready(self) -> bool:
        """True once it has begun."""
        return self._hello.done() and self._hello.exception() is None and self._hello.result() is not None

    @property
    def has_room(self) -> bool:
        """True while it has too little to do."""
        self._under_way = [one for one in self._under_way if not one.done()]
        return len(self._under_way) < _BESIDE

    def give(self, job: Job) -> Future[Made | None]:
        """Hands over one stretch; the answer is None if the process has ended."""
        self._writing.submit(write_message, self._given, job)
        self._under_way.append(self._reading.submit(read_message, self._answers, Made))
        return self._under_way[-1]

    def close(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()
        self._writing.shutdown(cancel_futures=True)
        self._reading.shutdown(cancel_futures=True)
        for pipe in (self._given, self._answers):
            with contextlib.suppress(OSError):  # what it was not given any more
                pipe.close()
