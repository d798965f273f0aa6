"""One gate behind HTTP: what runs beside its operations, and how it starts and ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import BinaryIO

import msgspec

from cuijie.errors import CuijieError
from cuijie.gate.errors import GateError
from cuijie.gate.gate import Gate
from cuijie.gate.http import bodies
from cuijie.gate.http.door import Door
from cuijie.gate.http.handlers import Handlers
from cuijie.gate.http.keys import KeyFile
from cuijie.gate.http.lint import warm_up
from cuijie.gate.http.logs import Log
from cuijie.gate.http.metrics import CONTENT_TYPE, Metrics
from cuijie.gate.http.offered import offered
from cuijie.gate.http.openapi import document
from cuijie.gate.http.operations import Answer, Call, routes_of
from cuijie.gate.http.schemas import taken_schemas
from cuijie.gate.http.turns import AtOnce, InTurns, Turns
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_store import SqliteStore

__all__ = ["Service"]

_NETWORK_THREADS = 8  # round trips to a store behind a network that may be on their way together
_MOST_ABREAST = 10_000  # asks that may wait for these threads: as many as there are connections
_TRIPS_ABREAST = 2  # one is judged while the other is on its way; what comes in meanwhile makes the next
_PATIENCE_S = 0.002  # what a disk takes anyway
_SWEEP_S = 60.0
_PURGE_S = 6 * 3600.0
_FLUSH_S = 1.0


class Service:
    """Everything of one running gate; ``app`` is its ASGI application.  It closes the gate when it is closed."""

    def __init__(self, gate: Gate, *, keys: KeyFile | None, log_to: BinaryIO, seconds: float = 5.0) -> None:
        self.gate = gate
        self.metrics = Metrics()
        self.log = Log(log_to, gate.clock)
        self.turns = _turns(gate, self.metrics.committed)
        self.is_closing = False
        self._tasks: list[asyncio.Task[None]] = []
        self.operations = offered(
            _handlers(gate, self.turns), ready=self._ready, metrics=self._metrics_text, openapi=self._openapi
        )
        taken = taken_schemas(tuple(gate.registers.columns))
        self._document = document(self.operations, taken, with_keys=keys is not None)
        self._watch()
        self.app = Door(
            routes_of(self.operations),
            keys=keys,
            log=self.log,
            metrics=self.metrics,
            opened=self._opened,
            closed=self._closed,
            seconds=seconds,
        )

    async def _ready(self, call: Call) -> Answer:
        reasons: list[str] = ["closing"] if self.is_closing else []
        try:
            await self.turns.run(self._ping)
        except GateError:
            reasons.append("store_unreachable")
        if self.gate.stale_since(self.gate.clock.now()) is not None:
            reasons.append("rulebook_stale")
        if self._clock_is_in_doubt():
            reasons.append("clock")
        told = {"status": "not_ready" if reasons else "ready", "reasons": reasons}
        return Answer.of(msgspec.convert(told, bodies.Readiness), status=503 if reasons else 200)

    def _ping(self) -> None:
        self.gate.store.ping()
        if self.gate.log is not None:
            self.gate.log.ping()

    async def _metrics_text(self, call: Call) -> Answer:
        return Answer(status=200, body=self.metrics.text(), type=CONTENT_TYPE.encode())

    async def _openapi(self, call: Call) -> Answer:
        return Answer(status=200, body=self._document)

    def _watch(self) -> None:
        self.metrics.gauge("log_pieces_lost", "Pieces of this log that could not be written.", lambda: self.log.lost)
        self.metrics.gauge(
            "rulebook_is_stale", "1 if the rulebook was checked too long ago to allow anything.", self._is_stale
        )

        self.metrics.gauge(
            "clock_is_in_doubt", "1 if the clock cannot be believed and nothing is allowed.", self._clock_is_in_doubt
        )

    def _clock_is_in_doubt(self) -> bool:
        watch = self.gate.watch
        return watch is not None and watch.known_doubt(self.gate.clock.now()) is not None

    def _is_stale(self) -> float:
        return float(self.gate.stale_since(self.gate.clock.now()) is not None)

    async def _opened(self) -> None:
        # rules and their tables stay as long as the service: the collector need not walk over them again and again
        gc.collect()
        gc.freeze()
        self._tasks = [
            asyncio.create_task(self._again_and_again(_FLUSH_S, self._flush)),
            asyncio.create_task(self._again_and_again(_SWEEP_S, self._sweep)),
            asyncio.create_task(self._again_and_again(_PURGE_S, self._purge)),
            asyncio.create_task(asyncio.to_thread(warm_up)),
        ]

    async def _closed(self) -> None:
        """Every answer is given by now: what is still to be kept is kept, then the store is closed."""
        self.is_closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.to_thread(self.turns.close)
        self.gate.store.close()
        self.log.say("stopped")
        self.log.flush()

    async def _flush(self) -> None:
        self.log.flush()

    async def _sweep(self) -> None:
        try:
            released = await self.turns.run(self.gate.expire)
        except GateError as error:
            self.log.say("sweep failed", "warning", {"code": error.code})
            return
        if released:
            self.log.say("expired", "info", {"reservations": len(released)})

    async def _purge(self) -> None:
        """Drops what is past its retention, so that a service that runs for years does not grow for ever."""
        steps, emptied, dropped = self.gate.purging(), 0, 0
        try:
            while (step := await self.turns.run(lambda: next(steps, None))) is not None:
                emptied, dropped = emptied + step[0], dropped + step[1]
        except CuijieError as error:
            self.log.say("purge failed", "warning", {"code": error.code})
            return
        if emptied or dropped:
            self.log.say("purged", "info", {"log_bodies": emptied, "store_items": dropped})

    async def _again_and_again(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(seconds)
                await act()


def _turns(gate: Gate, told: Callable[[int], None]) -> Turns:
    if isinstance(gate.store, MemoryStore) and gate.log is None:
        return AtOnce()
    if isinstance(gate.store, SqliteStore):
        return InTurns(gate.store.batch, told=told)
    if isinstance(gate.store, MemoryStore) and gate.log is not None:
        return InTurns(gate.log.file.changing, told=told)
    return InTurns(gate.store.batch, threads=_NETWORK_THREADS, most=1)


def _handlers(gate: Gate, turns: Turns) -> Handlers:
    """Asks are decided together where that costs the store less: not where each is a round trip of its own."""
    if isinstance(turns, AtOnce):
        return Handlers(gate, turns)
    if isinstance(gate.store, MemoryStore | SqliteStore):
        return Handlers(gate, turns, patience_s=_PATIENCE_S)
    if gate.store.takes_many:
        return Handlers(gate, turns, abreast=_TRIPS_ABREAST)
    return Handlers(gate, turns, most=1, abreast=_MOST_ABREAST)
