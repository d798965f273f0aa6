"""The second way in: phones of the same network, by a link that opens once, encrypted unless the user says otherwise."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from cuijie.clock import Clock
from cuijie.desk.door.security import Door
from cuijie.errors import CouldNotFinish

if TYPE_CHECKING:  # a certificate is made only once phones are let in
    from cuijie.desk.door.certificate import Certificate

__all__ = ["Entrance", "listen", "own_address"]

_CLOSING_S = 5.0


def listen(port: int, *, host: str = "127.0.0.1") -> socket.socket:
    """A socket on loopback (or on *host*); port 0 lets the system choose."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # the address may be opened before the server is fully up
    except OSError as error:
        listener.close()
        raise CouldNotFinish(f"端口 {port} 用不了（可能被占用）。", remedy="换一个：--port 0 由系统挑选。") from error
    return listener


def own_address() -> str | None:
    """This computer's address in the local network, or None without one; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: only the route is looked up
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if found.startswith(("127.", "0.")) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    door: Door
    address: str
    certificate: Certificate | None
    server: uvicorn.Server
    thread: threading.Thread


class Entrance:
    """The way in for phones; closed until it is opened, by the command line or on the page."""

    def __init__(
        self, make: Callable[[Door], Starlette], clock: Clock, *, find_address: Callable[[], str | None] = own_address
    ) -> None:
        self._make, self._clock, self._find_address = make, clock, find_address
        self._guard = threading.Lock()
        self._open: _Open | None = None

    @property
    def is_open(self) -> bool:
        """True while phones can come in."""
        return self._open is not None

    @property
    def certificate(self) -> Certificate | None:
        """The certificate that phones are shown; None while closed or without encryption."""
        return self._open.certificate if self._open else None

    def open(self, *, encrypted: bool = True) -> None:
        """Lets phones of the network in.  Raises CouldNotFinish without a network."""
        from cuijie.desk.door.certificate import make_certificate

        with self._guard:
            if self._open is not None:
                return
            near = self._find_address()
            if near is None:
                raise CouldNotFinish("这台电脑没有连上局域网。", remedy="请先连上和手机同一个无线网，再打开手机入口。")
            certificate = make_certificate(near, self._clock) if encrypted else None
            listener = listen(0, host=near)
            port = listener.getsockname()[1]
            door = Door(hosts=frozenset({f"{near}:{port}"}), scheme="https" if certificate else "http")
            context = certificate.context() if certificate else None
            settings = uvicorn.Config(
                self._make(door), http="h11", log_level="critical", access_log=False, server_header=False, lifespan="off",
                ssl_context_factory=None if context is None else lambda _, __: context,
            )  # fmt: skip
            server = uvicorn.Server(settings)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="phones", daemon=True)
            thread.start()
            base = f"{door.scheme}://{near}:{port}"
            self._open = _Open(door=door, address=base, certificate=certificate, server=server, thread=thread)

    def close(self) -> None:
        """Nobody comes in any more; who is in is out."""
        with self._guard:
            was, self._open = self._open, None
        if was is not None:
            was.server.should_exit = True
            was.server.force_exit = True
            was.thread.join(_CLOSING_S)

    def invite(self) -> str | None:
        """A link that opens the workbench on one phone, once; None while closed."""
        now = self._open
        return None if now is None else f"{now.address}/?key={now.door.invite()}"
