"""The service in the test's own process (asked as ASGI) or in one of its own (asked over a socket)."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cuijie.gate import Gate
from cuijie.gate.http import KeyFile, Service
from tests.gate.asks import a_gate
from tests.gate.on_a_day import cuijie_command

__all__ = ["LONGEST_S", "Said", "Served", "Serving", "serving_over", "until"]

LONGEST_S = 240.0  # for what comes at once on an idle machine: no test may depend on how fast this one is


def until(is_so: Callable[[], object], said: str = "it never came") -> None:
    """Waits for a state, however long this machine takes."""
    deadline = time.monotonic() + LONGEST_S
    while not is_so():
        assert time.monotonic() < deadline, said
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Served:
    """A service asked without a socket: every request runs through the whole application."""

    def __init__(self, gate: Gate | None = None, *, keys: KeyFile | None = None, seconds: float = LONGEST_S) -> None:
        self.log = io.BytesIO()
        self.service = Service(gate or a_gate(), keys=keys, log_to=self.log, seconds=seconds)

    def ask(
        self,
        path: str,
        body: Any = None,
        *,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        pieces: Sequence[bytes] | None = None,
        stalls: bool = False,
    ) -> Said:
        """The answer to one request; *body* goes as JSON unless it is bytes; *stalls*: its end never comes."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {
            "host": "127.0.0.1:8700",
            **({} if body is None else {"content-type": "application/json"}),
            **(headers or {}),
        }
        return asyncio.run(
            self._ask(path, method or ("GET" if body is None else "POST"), sent, pieces or [data], stalls)
        )

    async def _ask(
        self, path: str, method: str, headers: Mapping[str, str], pieces: Sequence[bytes], stalls: bool
    ) -> Said:
        waiting = [
            {"type": "http.request", "body": piece, "more_body": stalls or place < len(pieces) - 1}
            for place, piece in enumerate(pieces)
        ]
        told: list[Any] = []

        async def receive() -> Any:
            if waiting:
                return waiting.pop(0)
            await asyncio.sleep(3600)
            return None

        async def send(message: Any) -> None:
            told.append(message)

        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self.service.app({"type": "http", "method": method, "path": path, "headers": lines}, receive, send)
        said = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return Said(told[0]["status"], said, told[1]["body"])

    def log_text(self) -> str:
        self.service.log.flush()
        return self.log.getvalue().decode()


class Serving:
    """``cuijie gate serve`` in a process of its own, on the day of ``on_a_day``."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.folder = folder
        slow = () if "--timeout" in arguments else ("--timeout", "60")
        command = cuijie_command("gate", "serve", "--port", "0", *slow, *arguments)
        self.errors = (folder / "serve.err").open("wb+")
        environment = {**os.environ, "CUIJIE_LANG": "zh", "PYTHONWARNINGS": "default"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, env=environment, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"://127\.0\.0\.1:(\d+)", line)
        assert found, f"it did not start: {line!r} {self.log_text()}"
        self.port = int(found[1])
        until(self.answers, "it does not answer")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it takes requests at present."""
        try:
            return self.ask("/healthz").status == 200
        except OSError:
            return False

    def ask(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_S)
        try:
            data = None if body is None else json.dumps(body)
            sent = {**({} if body is None else {"Content-Type": "application/json"}), **(headers or {})}
            connection.request("GET" if body is None else "POST", path, data, sent)
            answer = connection.getresponse()
            return Said(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def log_text(self) -> str:
        self.errors.seek(0)
        return self.errors.read().decode()

    def end(self) -> int:
        """Told to end as a service manager does; its exit code."""
        self.process.terminate()
        return self._ended()

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(LONGEST_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def serving_over(store: str, folder: Path, *more: str) -> Serving:
    """A service over the store in the file *store*."""
    return Serving("--store", store, *more, folder=folder)
