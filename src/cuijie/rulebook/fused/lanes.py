"""Several rules at work beside each other, each taking its batches in turn, whichever thread is free."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

__all__ = ["Lanes"]

_MOST_THREADS = 8
_BATCHES_AHEAD = 3  # that may be under way at once: enough that no thread waits, few enough to hold in memory
Work = Callable[[], object]


class Lanes:
    """So many lanes of work; work of one lane is done in the order in which it came, never two at a time.

    In *threads* (None: as many as there are cores, at most eight); with one, everything is done at once, where it is asked for.
    """

    def __init__(self, lanes: int, threads: int | None) -> None:
        threads = threads or min(_MOST_THREADS, os.cpu_count() or 1)
        self._workers = ThreadPoolExecutor(max_workers=threads) if threads > 1 else None
        self._waiting: list[deque[tuple[Work, Future[None]]]] = [deque() for _ in range(lanes)]
        self._is_at_work = [False] * lanes
        self._guard = Lock()
        self._under_way: deque[list[Future[None]]] = deque()

    def do(self, batch: dict[int, Work]) -> None:
        """Do the work of a batch, by lane; waits while too many batches are under way.

        Raises what the work of an earlier batch raised.
        """
        if self._workers is None:
            for work in batch.values():
                work()
            return
        while len(self._under_way) >= _BATCHES_AHEAD:
            self._wait_for_one()
        self._under_way.append([self._put(lane, work, self._workers) for lane, work in batch.items()])

    def wait(self) -> None:
        """Wait until all is done.  Raises what any of it raised."""
        while self._under_way:
            self._wait_for_one()

    def close(self) -> None:
        """Wait until all is done, and end the threads.  Raises what any of it raised."""
        try:
            self.wait()
        finally:
            if self._workers is not None:
                self._workers.shutdown()

    def _wait_for_one(self) -> None:
        for done in self._under_way.popleft():
            done.result()

    def _put(self, lane: int, work: Work, workers: ThreadPoolExecutor) -> Future[None]:
        done: Future[None] = Future()
        with self._guard:
            self._waiting[lane].append((work, done))
            is_idle, self._is_at_work[lane] = not self._is_at_work[lane], True
        if is_idle:
            workers.submit(self._follow, lane)
        return done

    def _follow(self, lane: int) -> None:
        while True:
            with self._guard:
                if not self._waiting[lane]:
                    self._is_at_work[lane] = False
                    return
                work, done = self._waiting[lane].popleft()
            try:
                work()
            except BaseException as error:  # raised where the batch is waited for
                done.set_exception(error)
            else:
                done.set_result(None)
