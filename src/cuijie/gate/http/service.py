"""One gate behind HTTP: the table of operations, what runs beside them, and how it starts and ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import BinaryIO

import msgspec

from cuijie.errors import CuijieError
from cuijie.gate import strict_json
from cuijie.gate.decision import Decision, Settled
from cuijie.gate.errors import GateError
from cuijie.gate.gate import Gate
from cuijie.gate.http import bodies, examples
from cuijie.gate.http.door import Door
from cuijie.gate.http.handlers import Handlers
from cuijie.gate.http.keys import KeyFile
from cuijie.gate.http.lint import Linted, lint, warm_up
from cuijie.gate.http.logs import Log
from cuijie.gate.http.metrics import CONTENT_TYPE, Metrics
from cuijie.gate.http.openapi import document
from cuijie.gate.http.operations import Answer, Call, Operation, Routes
from cuijie.gate.http.schemas import taken_schemas
from cuijie.gate.http.turns import AtOnce, InTurns, Turns
from cuijie.gate.memory_store import MemoryStore
from cuijie.gate.sqlite_store import SqliteStore

__all__ = ["Service"]

_NETWORK_THREADS = 8  # round trips to a store behind a network that may be on their way together
_MOST_ABREAST = 10_000  # asks that may wait for these threads: as many as there are connections
_TRIPS_ABREAST = 2  # one is judged while the other is on its way; what comes in meanwhile makes the next
_PATIENCE_S = 0.002  # what a disk takes anyway
_SWEEP_S = 60.0
_PURGE_S = 6 * 3600.0
_FLUSH_S = 1.0
_BATCH_BYTES = 4 * 1024 * 1024


def _typed(type_: type) -> Callable[[bytes], object]:
    """Reads a body as *type_*, no name twice."""
    decoder: msgspec.json.Decoder[object] = msgspec.json.Decoder(type_)

    def read(data: bytes) -> object:
        strict_json.decode(data)
        return decoder.decode(data)

    return read


class Service:
    """Everything of one running gate; ``app`` is its ASGI application.  It closes the gate when it is closed."""

    def __init__(self, gate: Gate, *, keys: KeyFile | None, log_to: BinaryIO, seconds: float = 5.0) -> None:
        self.gate = gate
        self.metrics = Metrics()
        self.log = Log(log_to, gate.clock)
        self.turns = _turns(gate, self.metrics.committed)
        self.is_closing = False
        self._tasks: list[asyncio.Task[None]] = []
        self.operations = self._operations(_handlers(gate, self.turns))
        taken = taken_schemas(tuple(gate.registers.columns))
        self._document = document(self.operations, taken, with_keys=keys is not None)
        self._watch()
        self.app = Door(
            Routes(self.operations),
            keys=keys,
            log=self.log,
            metrics=self.metrics,
            opened=self._opened,
            closed=self._closed,
            seconds=seconds,
        )

    def _operations(self, handlers: Handlers) -> tuple[Operation, ...]:
        store = ("unreachable",)
        return (
            Operation(
                id="decide", method="POST", path="/v1/decisions", handler=handlers.decide,
                zh="这次联系可以吗？", en="May this contact be made now? An answer of deny or cannot_decide is a 200 too.",
                takes="Ask", decode=bytes, answers={200: Decision}, refusals=("conflict",),
                takes_idempotency_key=True, example=examples.ASK,
            ),
            Operation(
                id="decideMany", method="POST", path="/v1/decisions/batch", handler=handlers.decide_many,
                zh="一次问很多。", en="Many asks, answered in order and kept in one commit.",
                takes="AskBatch", decode=strict_json.decode, most_bytes=_BATCH_BYTES, answers={200: bodies.BatchAnswers},
                refusals=("conflict",),
                example=examples.BATCH,
            ),
            Operation(
                id="settle", method="POST", path="/v1/settlements", handler=handlers.settle,
                zh="联系之后：接通没有、多久、说了什么；made 为 false 是没有联系成。",
                en="What became of a reserved contact; with made false it was never made.",
                takes="Settlement", decode=strict_json.decode, answers={200: Settled}, refusals=("not_known", "conflict", *store),
                example=examples.SETTLEMENT,
            ),
            Operation(
                id="correct", method="POST", path="/v1/corrections", handler=handlers.correct,
                zh="更正结算：原来的不改，另记一条；只会多计，不会少计。",
                en="What really became of a contact settled otherwise: logged with reason and by, and counted as well.",
                takes="Correction", decode=strict_json.decode, answers={200: Settled},
                refusals=("not_known", "conflict", *store),
                example=examples.CORRECTION,
            ),
            Operation(
                id="begin", method="POST", path="/v1/reservations/begin", handler=handlers.begin,
                zh="正在联系：预留不再过期，直到结算。", en="The contact is being made: its reservation no longer expires.",
                takes="ReservationId", decode=strict_json.decode, answers={200: bodies.Begun},
                refusals=("not_known", "conflict", *store),
                example=examples.RESERVATION,
            ),
            Operation(
                id="count", method="POST", path="/v1/contacts", handler=handlers.count,
                zh="补记没有问过闸门的联系，每个 contact_id 只计一次。",
                en="Counts contacts that were made without the gate, once each.",
                takes="Contacts", decode=strict_json.decode, most_bytes=_BATCH_BYTES, answers={200: bodies.Counted},
                refusals=("conflict", *store),
                example=examples.CONTACTS,
            ),
            Operation(
                id="enterRegisters", method="POST", path="/v1/registers", handler=handlers.enter,
                zh="登记：停止联系、撤回同意、约定联系人和时段、困难、争议……",
                en="Register entries: stop requests, withdrawals, agreed contacts and hours, hardship, disputes.",
                takes="RegisterRows", decode=_typed(bodies.EntriesBody),
                most_bytes=_BATCH_BYTES, answers={200: bodies.Entered}, refusals=("conflict", *store),
                example=examples.ENTRIES,
            ),
            Operation(
                id="endRegister", method="POST", path="/v1/registers/end", handler=handlers.end,
                zh="结束一条登记；原来的一条不改。", en="Ends an entry; the entry itself is never changed.",
                takes="RegisterEnd", decode=_typed(bodies.EndBody),
                answers={200: bodies.Entered}, refusals=("not_known", "conflict", *store),
                example=examples.END,
            ),
            Operation(
                id="registerHistory", method="POST", path="/v1/registers/history", handler=handlers.history,
                zh="这些编号名下登记过的一切，按先后。", en="Every entry ever made under these ids, oldest first.",
                takes="RegisterIds", decode=_typed(bodies.IdsBody),
                answers={200: bodies.Entered}, refusals=store,
                example=examples.IDS,
            ),
            Operation(
                id="replay", method="POST", path="/v1/replays", handler=handlers.replay,
                zh="这次联系当时为什么是这个答复：按当天的规则书重判。",
                en="Why this contact was allowed or not: judged again from the log under the rulebook of that day.",
                takes="ContactId", decode=_typed(bodies.ReplayBody),
                answers={200: bodies.Replays}, refusals=("not_known", *store),
                example=examples.REPLAY,
            ),
            Operation(
                id="lint", method="POST", path="/v1/texts/lint", handler=lint,
                zh="要发的文字里有什么要改。", en="What must change in a text before it is sent.",
                takes="Text", decode=strict_json.decode, most_bytes=256 * 1024, answers={200: Linted},
                example=examples.TEXT,
            ),
            Operation(
                id="rulebook", method="GET", path="/v1/rulebook", handler=handlers.rulebook,
                zh="正在用的规则书。", en="The rulebook that decides.", answers={200: bodies.RulebookView},
            ),
            Operation(
                id="health", method="GET", path="/healthz", handler=_alive, needs_key=False,
                zh="进程活着。", en="The process lives.", answers={200: bodies.Health},
            ),
            Operation(
                id="ready", method="GET", path="/readyz", handler=self._ready, needs_key=False,
                zh="可以来问。", en="Whether to send asks here.", answers={200: bodies.Readiness, 503: bodies.Readiness},
            ),
            Operation(
                id="metrics", method="GET", path="/metrics", handler=self._metrics_text,
                zh="Prometheus 指标。", en="Metrics for Prometheus.", answers={200: None}, media=CONTENT_TYPE,
            ),
            Operation(
                id="openapi", method="GET", path="/openapi.json", handler=self._openapi, needs_key=False,
                zh="", en="", answers={200: None},
            ),
        )  # fmt: skip

    async def _ready(self, call: Call) -> Answer:
        reasons: list[str] = ["closing"] if self.is_closing else []
        try:
            await self.turns.run(self.gate.store.ping)
        except GateError:
            reasons.append("store_unreachable")
        if self.gate.stale_since(self.gate.clock.now()) is not None:
            reasons.append("rulebook_stale")
        if self._clock_is_in_doubt():
            reasons.append("clock")
        told = {"status": "not_ready" if reasons else "ready", "reasons": reasons}
        return Answer.of(msgspec.convert(told, bodies.Readiness), status=503 if reasons else 200)

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
        try:
            emptied, dropped = await self.turns.run(self.gate.purge)
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


async def _alive(call: Call) -> Answer:
    return Answer.of(bodies.Health())
