"""Listening: where, with what keys, and how the service ends without leaving anybody unanswered."""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn

from cuijie.errors import BadInput, CouldNotFinish, cause_of
from cuijie.gate.gate import Gate
from cuijie.gate.http.keys import KeyFile
from cuijie.gate.http.service import Service

__all__ = ["Listening", "serve"]

_GRACE_S = 10  # for requests on their way when the service is told to end
_KEEP_ALIVE_S = 75  # longer than the idle time of common load balancers, so that they close first
_MOST_AT_ONCE = 1000
_BACKLOG = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how to listen; *drain_s* is told at ``/readyz`` before anything is refused."""

    host: str = "127.0.0.1"
    port: int = 8700
    keys: Path | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    seconds: float = 5.0
    drain_s: float = 0.0


class _Server(uvicorn.Server):
    """Says that it is closing before it closes."""

    def __init__(self, config: uvicorn.Config, service: Service, drain_s: float) -> None:
        super().__init__(config)
        self._service = service
        self._drain_s = drain_s

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        is_first = not self._service.is_closing
        self._service.is_closing = True
        if is_first and self._drain_s > 0:
            loop = asyncio.get_event_loop()  # signals come to the thread whose loop this is
            loop.call_soon_threadsafe(loop.call_later, self._drain_s, super().handle_exit, sig, frame)
            return
        super().handle_exit(sig, frame)


def serve(gate: Gate, where: Listening, announce: Callable[[str], None]) -> None:
    """Serves *gate* until a signal to end; everything asked by then is answered.  Raises BadInput, CouldNotFinish."""
    if where.keys is None and not _is_loopback(where.host):
        raise BadInput(
            f"没有钥匙就不能在 {where.host} 上监听：谁都可以来问、来登记。",
            remedy="先用 cuijie gate key 名字 --keys 文件 建一把，再加 --keys 文件；只在本机用就不写 --host。",
        )
    if where.certificate_key is not None and where.certificate is None:
        raise BadInput("写了 --tls-key，没有写 --tls-cert：不会加密。", remedy="两个一起写，或者都不写。")
    keys = None if where.keys is None else KeyFile(where.keys)
    listener = _listener(where)
    service = Service(gate, keys=keys, log_to=sys.stderr.buffer, seconds=where.seconds)
    config = uvicorn.Config(
        service.app,
        http="h11",  # refuses a head above 64 KiB; httptools is faster and takes one of any length into memory
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nobody asks where a request comes from
        lifespan="on",
        ws="none",
        limit_concurrency=_MOST_AT_ONCE,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=where.certificate,
        ssl_keyfile=where.certificate_key,
    )
    try:
        config.load()
    except OSError as error:
        raise BadInput(f"证书用不了：{cause_of(error)}。", remedy="请核对 --tls-cert 和 --tls-key。") from error
    scheme = "https" if where.certificate else "http"
    address = f"{scheme}://{_shown(listener)}"
    announce(f"闸门已打开：{address}（接口说明 {address}/openapi.json；按 Ctrl-C 关闭）")
    service.log.say("started", marks={"store": _kind(gate), "durable": gate.store.is_durable, "keys": bool(keys)})
    server = _Server(config, service, where.drain_s)
    # uvicorn raises the signal again once it has ended in order; the end is ordinary then
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        announce("已关闭。")
    finally:
        signal.signal(signal.SIGTERM, before)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _listener(where: Listening) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            where.host.strip("[]"), where.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        raise BadInput(f"不认识地址 {where.host}。", remedy="写 127.0.0.1、0.0.0.0 或本机的地址。") from error
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CouldNotFinish(
            f"{where.host}:{where.port} 用不了：{cause_of(error)}。", remedy="换一个端口：--port 0 由系统挑选。"
        ) from error
    return listener


def _shown(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _kind(gate: Gate) -> str:
    return type(gate.store).__name__.removesuffix("Store").lower()
