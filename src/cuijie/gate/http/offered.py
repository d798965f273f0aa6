"""The table of all that the service offers, in the order in which its document names them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from cuijie.gate import strict_json
from cuijie.gate.decision import Decision, Settled
from cuijie.gate.http import bodies, examples
from cuijie.gate.http.handlers import Handlers
from cuijie.gate.http.lint import Linted, lint
from cuijie.gate.http.metrics import CONTENT_TYPE
from cuijie.gate.http.operations import Answer, Call, Handler, Operation

__all__ = ["offered"]

_BATCH_BYTES = 4 * 1024 * 1024
_STORE = ("unreachable",)


def offered(handlers: Handlers, *, ready: Handler, metrics: Handler, openapi: Handler) -> tuple[Operation, ...]:
    """Every operation; *ready*, *metrics* and *openapi* tell of the service itself."""
    return (
        *_before_a_contact(handlers),
        *_after_a_contact(handlers),
        *_of_the_registers(handlers),
        *_of_the_rules(handlers),
        *_of_the_service(ready, metrics, openapi),
    )


def _typed(type_: type) -> Callable[[bytes], object]:
    """Reads a body as *type_*, no name twice."""
    decoder: msgspec.json.Decoder[object] = msgspec.json.Decoder(type_)

    def read(data: bytes) -> object:
        strict_json.decode(data)
        return decoder.decode(data)

    return read


def _before_a_contact(handlers: Handlers) -> tuple[Operation, ...]:
    """Whether it may be made."""
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
    )  # fmt: skip


def _after_a_contact(handlers: Handlers) -> tuple[Operation, ...]:
    """What became of it."""
    return (
        Operation(
            id="settle", method="POST", path="/v1/settlements", handler=handlers.settle,
            zh="联系之后：接通没有、多久、说了什么；made 为 false 是没有联系成。",
            en="What became of a reserved contact; with made false it was never made.",
            takes="Settlement", decode=strict_json.decode, answers={200: Settled}, refusals=("not_known", "conflict", *_STORE),
            example=examples.SETTLEMENT,
        ),
        Operation(
            id="correct", method="POST", path="/v1/corrections", handler=handlers.correct,
            zh="更正结算：原来的不改，另记一条；只会多计，不会少计。",
            en="What really became of a contact settled otherwise: logged with reason and by, and counted as well.",
            takes="Correction", decode=strict_json.decode, answers={200: Settled},
            refusals=("not_known", "conflict", *_STORE),
            example=examples.CORRECTION,
        ),
        Operation(
            id="begin", method="POST", path="/v1/reservations/begin", handler=handlers.begin,
            zh="正在联系：预留不再过期，直到结算。", en="The contact is being made: its reservation no longer expires.",
            takes="ReservationId", decode=strict_json.decode, answers={200: bodies.Begun},
            refusals=("not_known", "conflict", *_STORE),
            example=examples.RESERVATION,
        ),
        Operation(
            id="count", method="POST", path="/v1/contacts", handler=handlers.count,
            zh="补记没有问过闸门的联系，每个 contact_id 只计一次。",
            en="Counts contacts that were made without the gate, once each.",
            takes="Contacts", decode=strict_json.decode, most_bytes=_BATCH_BYTES, answers={200: bodies.Counted},
            refusals=("conflict", *_STORE),
            example=examples.CONTACTS,
        ),
    )  # fmt: skip


def _of_the_registers(handlers: Handlers) -> tuple[Operation, ...]:
    """What is registered of persons, loans and lenders."""
    return (
        Operation(
            id="enterRegisters", method="POST", path="/v1/registers", handler=handlers.enter,
            zh="登记：停止联系、撤回同意、约定联系人和时段、困难、争议……",
            en="Register entries: stop requests, withdrawals, agreed contacts and hours, hardship, disputes.",
            takes="RegisterRows", decode=_typed(bodies.EntriesBody),
            most_bytes=_BATCH_BYTES, answers={200: bodies.Entered}, refusals=("conflict", *_STORE),
            example=examples.ENTRIES,
        ),
        Operation(
            id="endRegister", method="POST", path="/v1/registers/end", handler=handlers.end,
            zh="结束一条登记；原来的一条不改。", en="Ends an entry; the entry itself is never changed.",
            takes="RegisterEnd", decode=_typed(bodies.EndBody),
            answers={200: bodies.Entered}, refusals=("not_known", "conflict", *_STORE),
            example=examples.END,
        ),
        Operation(
            id="registerHistory", method="POST", path="/v1/registers/history", handler=handlers.history,
            zh="这些编号名下登记过的一切，按先后。", en="Every entry ever made under these ids, oldest first.",
            takes="RegisterIds", decode=_typed(bodies.IdsBody),
            answers={200: bodies.Entered}, refusals=_STORE,
            example=examples.IDS,
        ),
    )  # fmt: skip


def _of_the_rules(handlers: Handlers) -> tuple[Operation, ...]:
    """What they say, and said."""
    return (
        Operation(
            id="replay", method="POST", path="/v1/replays", handler=handlers.replay,
            zh="这次联系当时为什么是这个答复：按当天的规则书重判。",
            en="Why this contact was allowed or not: judged again from the log under the rulebook of that day.",
            takes="ContactId", decode=_typed(bodies.ReplayBody),
            answers={200: bodies.Replays}, refusals=("not_known", *_STORE),
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
    )  # fmt: skip


def _of_the_service(ready: Handler, metrics: Handler, openapi: Handler) -> tuple[Operation, ...]:
    """How it is."""
    return (
        Operation(
            id="health", method="GET", path="/healthz", handler=_alive, needs_key=False,
            zh="进程活着。", en="The process lives.", answers={200: bodies.Health},
        ),
        Operation(
            id="ready", method="GET", path="/readyz", handler=ready, needs_key=False,
            zh="可以来问。", en="Whether to send asks here.", answers={200: bodies.Readiness, 503: bodies.Readiness},
        ),
        Operation(
            id="metrics", method="GET", path="/metrics", handler=metrics,
            zh="Prometheus 指标。", en="Metrics for Prometheus.", answers={200: None}, media=CONTENT_TYPE,
        ),
        Operation(
            id="openapi", method="GET", path="/openapi.json", handler=openapi, needs_key=False,
            zh="", en="", answers={200: None},
        ),
    )  # fmt: skip


async def _alive(call: Call) -> Answer:
    return Answer.of(bodies.Health())
