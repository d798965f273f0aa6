"""Who touches the store when: requests in one turn share one commit, so that a disk is waited for once for all of them.

A store in memory is asked at once, on the event loop.  Any other is asked by threads of its own: one thread and a common
commit for a file (whatever has come in while the last commit was on its way makes the next turn), several threads for a
store behind a network.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar, cast

from cuijie.gate.errors import GateError, StoreUnreachable

__all__ = ["AtOnce", "InTurns", "Turns"]

_Result = TypeVar("_Result")
_Job = tuple[Callable[[], object], "asyncio.Future[object]", asyncio.AbstractEventLoop, int]
_Outcome = tuple["asyncio.Future[object]", object, BaseException | None]


class Turns(Protocol):
    """Runs what touches the store."""

    async def run(self, job: Callable[[], _Result]) -> _Result:
        """The result of *job* once what it did is kept; its own error, or that of keeping it."""
        ...

    def start(self, job: Callable[[], _Result], size: int = 1) -> asyncio.Future[_Result]:
        """As ``run``, to be waited for; *size* is how many asks are in it."""
        ...

    def close(self) -> None:
        """Everything asked for is done and kept; nothing more is taken."""
        ...


class AtOnce:
    """For a store in memory."""

    async def run(self, job: Callable[[], _Result]) -> _Result:
        """The result of *job*."""
        return job()

    def start(self, job: Callable[[], _Result], size: int = 1) -> asyncio.Future[_Result]:
        """The result of *job*; where it fails it is run once more, since nothing can be undone here."""
        future: asyncio.Future[_Result] = asyncio.get_running_loop().create_future()
        try:
            future.set_result(job())
        except GateError as error:
            future.set_exception(error)
        except Exception:
            future.set_result(job())
        return future

    def close(self) -> None:
        """Nothing is waiting."""


class InTurns:
    """*threads* threads, each of which makes a turn of up to *most* jobs inside *batch*."""

    def __init__(
        self,
        batch: Callable[[], AbstractContextManager[object]],
        *,
        threads: int = 1,
        most: int = 128,
        told: Callable[[int], None] | None = None,
    ) -> None:
        self._batch = batch
        self._most = most
        self._told = told
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name=f"gate-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    async def run(self, job: Callable[[], _Result]) -> _Result:
        """The result of *job* once its turn is committed."""
        return await self.start(job)

    def start(self, job: Callable[[], _Result], size: int = 1) -> asyncio.Future[_Result]:
        """As ``run``, to be waited for; after a failure of the whole turn *job* is run once more, by itself."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        self._queue.put((job, future, loop, size))
        return cast("asyncio.Future[_Result]", future)

    def close(self) -> None:
        """Waits for every turn."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            jobs, is_last = [first], False
            while len(jobs) < self._most:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    is_last = True
                    break
                jobs.append(more)
            self._turn(jobs)
            if is_last:
                return

    def _turn(self, jobs: Sequence[_Job]) -> None:
        try:
            with self._batch():
                outcomes = [_outcome(job, GateError) for job in jobs]
        except StoreUnreachable as error:  # nothing of this turn is kept: everybody in it is told
            outcomes = [(future, None, error) for _, future, _, _ in jobs]
        except Exception:
            outcomes = [_outcome(job, Exception) for job in jobs]
        if self._told is not None:
            self._told(sum(size for *_, size in jobs))
        jobs[0][2].call_soon_threadsafe(_hand_out, outcomes)


def _outcome(job: _Job, told: type[Exception]) -> _Outcome:
    """What came of *job*; an error of the kind *told* is its own affair, any other ends the turn."""
    run, future, _, _ = job
    try:
        return future, run(), None
    except told as error:
        return future, None, error


def _hand_out(outcomes: Sequence[_Outcome]) -> None:
    for future, result, error in outcomes:
        if future.done():  # whoever asked has given up waiting
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
