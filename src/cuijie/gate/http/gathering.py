"""Asks that come in together are decided together: read, judged, counted and written step by step for all of them.

Whatever has arrived when the loop comes round makes one job, and while a job is on its way to a disk the next one
gathers; for a disk it is worth to wait a moment for more.  One ask that is refused, or that fails, is refused or fails alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from cuijie.gate.asking.asks import Ask
from cuijie.gate.decision import Decision
from cuijie.gate.errors import GateError, StoreUnreachable
from cuijie.gate.gate import Gate
from cuijie.gate.http.operations import Answer, Call
from cuijie.gate.http.turns import Turns

__all__ = ["Found", "Gathering"]

Found = Decision | Exception
_Waiting = tuple[Call, "asyncio.Future[Answer]"]
_Asked = tuple[Ask, Call, "asyncio.Future[Answer]"]


class Gathering:
    """Up to *most* asks a job, up to *abreast* jobs at a time; *read* makes an ask of a request, or raises."""

    def __init__(
        self,
        gate: Gate,
        turns: Turns,
        *,
        read: Callable[[Call], Ask],
        write: Callable[[Call, Decision], Answer],
        most: int = 128,
        abreast: int = 1,
        patience_s: float = 0.0,
    ) -> None:
        self._gate, self._turns, self._read, self._write = gate, turns, read, write
        self._most, self._abreast, self._patience_s = most, abreast, patience_s
        self._waiting: list[_Waiting] = []
        self._starter: asyncio.Handle | None = None
        self._running = self._last = 0

    def answer(self, call: Call) -> asyncio.Future[Answer]:
        """The answer to what *call* asks, to be waited for.  Raises then what reading it raises, and GateError."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((call, future))
        if self._running < self._abreast:
            self._start_soon(loop)
        return future

    def _start_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Those who were just answered ask again within a moment: it is waited for as many as there were last time."""
        is_short = self._patience_s > 0 and len(self._waiting) < self._last
        if self._starter is None:
            self._starter = loop.call_later(self._patience_s, self._start) if is_short else loop.call_soon(self._start)
        elif self._patience_s > 0 and len(self._waiting) == self._last:
            self._starter.cancel()
            self._starter = loop.call_soon(self._start)

    def _start(self) -> None:
        self._starter = None
        while self._waiting and self._running < self._abreast:
            taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            asked = [(ask, call, future) for call, future in taken if (ask := self._asked(call, future)) is not None]
            if asked:
                self._running += 1
                self._last = len(asked)
                job = _Job(self._gate, [ask for ask, _, _ in asked])
                self._turns.start(job, len(asked)).add_done_callback(partial(self._end, asked))

    def _asked(self, call: Call, future: asyncio.Future[Answer]) -> Ask | None:
        if future.done():  # whoever asked has given up waiting
            return None
        try:
            return self._read(call)
        except Exception as error:
            future.set_exception(error)
            return None

    def _end(self, asked: Sequence[_Asked], done: asyncio.Future[Sequence[Found]]) -> None:
        self._running -= 1
        error = done.exception()
        found = [error] * len(asked) if error is not None else done.result()
        for (ask, call, future), told in zip(asked, found, strict=True):
            if not future.done():
                self._hand_out(ask, call, future, told)
        if self._waiting:
            self._start_soon(future.get_loop())

    def _hand_out(self, ask: Ask, call: Call, future: asyncio.Future[Answer], told: Found | BaseException) -> None:
        try:
            if isinstance(told, StoreUnreachable):
                told = self._gate.unreachable(ask, told)
            if not isinstance(told, Decision):
                raise told
            future.set_result(self._write(call, told))
        except Exception as error:
            future.set_exception(error)


class _Job:
    """The asks of one job; run anew because something failed, each is decided by itself."""

    def __init__(self, gate: Gate, asks: Sequence[Ask]) -> None:
        self._gate, self._asks = gate, asks
        self._is_again = False

    def __call__(self) -> Sequence[Found]:
        if self._is_again:
            return [self._alone(ask) for ask in self._asks]
        self._is_again = True
        return self._gate.decide_many(self._asks)

    def _alone(self, ask: Ask) -> Found:
        try:
            return self._gate.decide(ask)
        except GateError as error:
            return error
        except Exception as error:
            return error
