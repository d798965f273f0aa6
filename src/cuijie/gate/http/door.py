"""The ASGI application: reads, checks, answers, counts and logs every request alike."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

from cuijie.gate.encoding import to_json
from cuijie.gate.errors import StoreUnreachable
from cuijie.gate.http.keys import KeyFile
from cuijie.gate.http.logs import Log
from cuijie.gate.http.metrics import Metrics
from cuijie.gate.http.operations import Answer, Call, Operation, Routes
from cuijie.gate.http.refusals import UNREADABLE, Refusal, of_decoding, too_large

__all__ = ["Door"]

# The three types of ASGI: its scope and messages are dictionaries by the specification.
_Scope = MutableMapping[str, Any]
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

_UNKNOWN_ROUTE = "-"
_LOOKS = 10  # times that waiting requests are looked at within the time that one may take
_READ_ON = 4  # times the most that a body may have
_NOT_KEPT = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_OWN_HOSTS = (b"127.0.0.1", b"localhost", b"[::1]")
_PASSED_ON = frozenset((b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"))


class Door:
    """Answers every request within *seconds*, or says that it could not; *opened* and *closed* frame its life."""

    def __init__(
        self,
        routes: Routes,
        *,
        keys: KeyFile | None,
        log: Log,
        metrics: Metrics,
        opened: Callable[[], Awaitable[None]],
        closed: Callable[[], Awaitable[None]],
        seconds: float = 5.0,
    ) -> None:
        self._routes = routes
        self._keys = keys
        self._log = log
        self._metrics = metrics
        self._opened = opened
        self._closed = closed
        self._seconds = seconds
        self._run = secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._waiting: dict[asyncio.Task[Any], tuple[float, Call]] = {}
        self._watch: asyncio.TimerHandle | None = None

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        """The ASGI entry."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._life(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _life(self, receive: _Receive, send: _Send) -> None:
        await receive()
        await self._opened()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._closed()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        started = time.perf_counter()
        task = asyncio.current_task()
        methods, method = self._routes.get(scope["path"], {}), scope["method"]
        # load balancers ask by HEAD whether somebody is there
        operation = methods.get("GET" if method == "HEAD" else method)
        call = Call(headers=dict(scope["headers"]))
        request_id = f"{self._run}-{next(self._numbers)}"
        try:
            if operation is None:
                answer = self._no_operation(methods, request_id)
            else:
                self._waits(task, call, started)
                answer = await self._answer(operation, call, scope, receive)
        except Refusal as refusal:
            answer = _refused(refusal, request_id)
        except StoreUnreachable:
            answer = _refused(Refusal("unreachable"), request_id)
        except asyncio.CancelledError:
            if task is None or not call.is_late:
                raise
            task.uncancel()
            answer = _refused(Refusal("too_slow" if call.is_arriving else "timeout"), request_id)
        except Exception as error:
            self._log.say("fault", "error", {"id": request_id, "type": type(error).__name__, "where": _where(error)})
            answer = _refused(Refusal("fault"), request_id)
        finally:
            if task is not None:
                self._waiting.pop(task, None)
        await _send(send, answer, method)
        self._note(operation, call, answer, request_id, time.perf_counter() - started)

    def _waits(self, task: asyncio.Task[Any] | None, call: Call, started: float) -> None:
        """From now on *task* is ended once its time is over.

        One timer looks after all requests: a timer for each would cost as much as judging does.
        """
        if task is None:
            return
        self._waiting[task] = (started + self._seconds, call)
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(self._seconds / _LOOKS, self._look)

    def _look(self) -> None:
        """Ends what has waited too long."""
        self._watch = None
        now = time.perf_counter()
        for task, (until, call) in self._waiting.items():
            if now >= until and not call.is_late:
                call.is_late = True
                task.cancel()
        if self._waiting:
            self._watch = asyncio.get_running_loop().call_later(self._seconds / _LOOKS, self._look)

    def _no_operation(self, methods: Mapping[str, Operation], request_id: str) -> Answer:
        if not methods:
            return _refused(Refusal("no_such_route"), request_id)
        allow = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])})).encode()
        refused = _refused(Refusal("wrong_method"), request_id)
        return Answer(status=refused.status, body=refused.body, headers=((b"allow", allow),))

    async def _answer(self, operation: Operation, call: Call, scope: _Scope, receive: _Receive) -> Answer:
        headers = call.headers
        if len(headers) < len(scope["headers"]):
            _check_once(scope["headers"])
        if self._keys is None:
            _check_is_own(headers)
        elif operation.needs_key:
            call.key = _holder(self._keys, headers.get(b"authorization", b""))
        if operation.decode is not None:
            _check_type(headers.get(b"content-type", b""))
            call.is_arriving = True
            data = await _body(receive, headers.get(b"content-length"), operation.most_bytes)
            call.is_arriving = False
            try:
                call.body = operation.decode(data)
            except UNREADABLE as error:
                raise of_decoding(error) from error
        return await operation.handler(call)

    def _note(self, operation: Operation | None, call: Call, answer: Answer, request_id: str, took: float) -> None:
        route = operation.path if operation else _UNKNOWN_ROUTE
        self._metrics.answered(route, answer.status, took)
        for decision, reasons in call.decided:
            self._metrics.decided(decision, reasons)
        only = call.decided[0][0] if len(call.decided) == 1 else None
        self._log.answered(request_id, route, answer.status, took, key=call.key, decision=only)


def _holder(keys: KeyFile, given: bytes) -> str:
    scheme, _, secret = given.decode("latin-1").partition(" ")
    name = keys.holder(secret.strip()) if scheme.lower() == "bearer" else None
    if name is None:
        raise Refusal("no_key")
    return name


def _check_once(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Of two keys under one name a proxy may have seen the other one."""
    names = [name for name, _ in headers]
    if names.count(b"authorization") > 1:
        raise Refusal("no_key")
    if names.count(b"idempotency-key") > 1:
        zh, en = "请求头 Idempotency-Key 写了两次。", "The header Idempotency-Key stands twice."
        raise Refusal("wrong_field", at="Idempotency-Key", zh=zh, en=en)


def _check_is_own(headers: Mapping[bytes, bytes]) -> None:
    """A page elsewhere can point a name of its own at this computer (DNS rebinding), but not send one of these names.

    A proxy here may put one of them in place of the caller's; then it says for whom it asks.
    """
    given = headers.get(b"host", b"")
    host = given.rsplit(b":", 1)[0] if not given.endswith(b"]") else given
    if host not in _OWN_HOSTS or not _PASSED_ON.isdisjoint(headers):
        raise Refusal("wrong_host")


def _check_type(given: bytes) -> None:
    if given == b"application/json":
        return
    kind, _, more = given.partition(b";")
    if kind.strip().lower() != b"application/json" or (b"charset" in more.lower() and b"utf-8" not in more.lower()):
        raise Refusal("not_json_type")


async def _body(receive: _Receive, length: bytes | None, most: int) -> bytes:
    """The body, of at most *most* bytes.

    One that is not far too long is read to its end and dropped: closed upon while sending, most callers would never
    read why they are refused.
    """
    if length is not None and (not length.isdigit() or int(length) > _READ_ON * most):
        raise too_large(most)
    pieces: list[bytes] = []
    size, has_more = 0, True
    while has_more and size <= _READ_ON * most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal("too_slow")
        piece = message.get("body", b"")
        size += len(piece)
        if size <= most:
            pieces.append(piece)
        has_more = message.get("more_body", False)
    if size > most:
        raise too_large(most)
    return b"".join(pieces)


def _refused(refusal: Refusal, request_id: str) -> Answer:
    kind = refusal.kind
    headers: list[tuple[bytes, bytes]] = []
    if kind.status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="cuijie gate"'))
    if kind.status == 503:
        headers.append((b"retry-after", b"1"))
    if kind.status in {408, 413}:
        headers.append((b"connection", b"close"))
    return Answer(status=kind.status, body=to_json(refusal.problem(request_id)), headers=tuple(headers))


def _where(error: BaseException) -> str:
    """The module and line that failed: enough to find the fault, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"


async def _send(send: _Send, answer: Answer, method: str) -> None:
    headers = [(b"content-type", answer.type), (b"content-length", b"%d" % len(answer.body)), *answer.headers]
    if method != "POST":  # no cache keeps what a POST is answered (RFC 9110, 9.3.3), no browser opens it
        headers += _NOT_KEPT
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})
