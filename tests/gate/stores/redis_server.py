"""A real Redis (or Valkey) for tests: started at first use, ended with the process that started it."""

from __future__ import annotations

import atexit
import hashlib
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import redis

from cuijie.gate.stores.redis_store import RedisStore

__all__ = ["RedisServer", "open_redis_at", "shared_server"]

_WHERE = "CUIJIE_TEST_REDIS"  # so that processes started by a test find the server of that test


class RedisServer:
    """One server on a port of its own; its data survive ``kill`` and ``start`` if it is told to sync every write."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        binary = shutil.which("valkey-server") or shutil.which("redis-server")
        if binary is None:
            pytest.skip("did not run: neither valkey-server nor redis-server is installed")
        self.port = _free_port()
        fixed = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
        self._command = [binary, *fixed, *arguments]
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        with redis.Redis(port=self.port) as client:
            for _ in range(4800):  # however slow the machine
                try:
                    client.ping()
                    return
                except redis.RedisError:
                    time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(240)
            self.process = None


def shared_server() -> str:
    """The URL of the one server that all tests of this process share."""
    if _WHERE not in os.environ:
        folder = tempfile.mkdtemp()
        server = RedisServer(Path(folder))
        os.environ[_WHERE] = server.url
        starter = os.getpid()

        def end() -> None:
            if os.getpid() == starter:
                server.stop()
                shutil.rmtree(folder, ignore_errors=True)

        atexit.register(end)
    return os.environ[_WHERE]


def open_redis_at(place: Path) -> RedisStore:
    """A store of its own for each *place*, on the shared server."""
    return RedisStore(shared_server(), prefix=hashlib.sha256(str(place).encode()).hexdigest()[:16], wait_s=10)


def _free_port() -> int:
    """A port that is free; not a high one, since a cluster's nodes talk on the port ten thousand above."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
