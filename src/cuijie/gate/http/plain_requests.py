"""Ordinary requests read in one step: uvicorn's own reader (h11) takes longer for one than judging it does.

What programs send for a POST, a plain head and the whole body in one piece, is known by a strict pattern and answered
in one write.  Whatever is unusual in any way (a body in pieces or chunks, an expectation, a header twice, odd bytes)
goes to uvicorn's reader as it came, so that nothing is read here that it would read otherwise or refuse.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any, NamedTuple

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

__all__ = ["PlainRequests", "Request", "plain_request"]

_head = re.compile(rb"POST (/[A-Za-z0-9/_.-]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: [!-~]+(?: [!-~]+)*\r\n)+)\r\n").match
_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade"})
_KEEP_ALIVE = b"keep-alive"
_CLOSE = (b"connection", b"close")


class Request(NamedTuple):
    """A whole request; the names of its headers in small letters."""

    path: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


def plain_request(data: bytes) -> Request | None:
    """The request that *data* is, with nothing after it; None if it is for uvicorn's reader."""
    head = _head(data)
    if head is None:
        return None
    lines = head[2].split(b"\r\n")
    lines.pop()
    headers = [(name.lower(), value) for name, _, value in (line.partition(b": ") for line in lines)]
    found = dict(headers)
    length = found.get(b"content-length", b"")
    if (
        len(found) < len(headers)
        or b"host" not in found
        or not length.isdigit()
        or int(length) != len(data) - head.end()
        or found.get(b"connection", _KEEP_ALIVE).lower() != _KEEP_ALIVE
        or not _UNUSUAL.isdisjoint(found)
    ):
        return None
    return Request(head[1].decode("ascii"), headers, data[head.end() :])


class PlainRequests(H11Protocol):
    """uvicorn's protocol of one connection, with the short way for ordinary requests."""

    _asked: _Exchange | None = None  # the request on its way, if it was read here
    _later = b""  # what came before that was answered
    _is_ending = False

    def data_received(self, data: bytes) -> None:
        """Reads what has come in."""
        if self._asked is not None:
            self._later += data
            self.flow.pause_reading()
            return
        request = plain_request(data) if self._has_room() and self._is_between_requests() else None
        if request is None:
            super().data_received(data)
            return
        self._unset_keepalive_if_required()
        self._asked = _Exchange(self, request)
        task = self.loop.create_task(self._asked.run())
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def _has_room(self) -> bool:
        most = self.limit_concurrency
        return most is None or (len(self.connections) < most and len(self.tasks) < most)

    def _is_between_requests(self) -> bool:
        conn = self.conn
        return conn.their_state is h11.IDLE and conn.our_state is h11.IDLE and not conn.trailing_data[0]

    def answered(self, *, is_last: bool) -> None:
        """The request on its way is over; *is_last*: the connection too."""
        self._asked = None
        if is_last or self._is_ending:
            self.transport.close()
            return
        later, self._later = self._later, b""
        self.on_response_complete()
        if later and not self.transport.is_closing():
            self.data_received(later)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever asked is gone; what was asked is decided all the same."""
        if self._asked is not None:
            self._asked.is_gone = True
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server ends: what is on its way is still answered."""
        self._is_ending = True
        if self._asked is None:
            super().shutdown()


class _Exchange:
    """One request and its answer, as an ASGI application sees them: of the scope there is what the door looks at."""

    __slots__ = ("_body", "_head", "_is_last", "_protocol", "_says_close", "_scope", "is_gone")

    def __init__(self, protocol: PlainRequests, request: Request) -> None:
        self._protocol, self._body = protocol, request.body
        self._scope = {"type": "http", "method": "POST", "path": request.path, "headers": request.headers}
        self._head: list[bytes] = []
        self._says_close = False
        self._is_last = True  # until it is answered
        self.is_gone = False

    async def run(self) -> None:
        """Asks the application."""
        try:
            await self._protocol.app(self._scope, self._receive, self._send)
        finally:
            self._protocol.answered(is_last=self._is_last)

    async def _receive(self) -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        protocol = self._protocol
        if message["type"] == "http.response.start":
            headers = [*protocol.server_state.default_headers, *message["headers"]]
            status = b"HTTP/1.1 %d %b\r\n" % (message["status"], STATUS_PHRASES[message["status"]])
            self._head = [status, *[b"%b: %b\r\n" % header for header in headers], b"\r\n"]
            self._says_close = _CLOSE in headers
            return
        if protocol.flow.write_paused and not self.is_gone:
            await protocol.flow.drain()
        if not self.is_gone:
            protocol.transport.write(b"".join([*self._head, message["body"]]))
            self._is_last = self._says_close
