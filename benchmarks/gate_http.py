"""The gate over HTTP beside no-op endpoints on the same server: all of them up at once, asked in turns.

Machines that run benchmarks are shared, and what one processor does in a second changes from minute to minute: so each
server gets a slice of requests after the other, again and again, and the best slice of each counts, in time of its own.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path

from benchmarks import gate_rules

from cuijie.records import ContactRecord

__all__ = ["CONNECTIONS", "Server", "in_turns", "write_requests"]

CONNECTIONS = 16
_WARM = 4000  # requests, so that every server is as warm as one that has served for a minute
_SHAPES = 400  # of what is known, see gate_rules
Figures = dict[str, float]


class Server:
    """One server in a process of its own; *what* as ``gate_serving`` takes it."""

    def __init__(self, what: str, requests: Path) -> None:
        self._requests = requests
        self._first = 0
        self._port = _free_port()
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.gate_serving", str(self._port), what])
        _wait(self._port)
        self.ask(_WARM)

    def ask(self, answers: int) -> Figures:
        """Asks for so many more answers: the load generator's figures, and the server's own time for each in µs."""
        load = [sys.executable, "-m", "benchmarks.gate_load", "127.0.0.1", str(self._port), str(self._requests)]
        before = self._own_ns()
        found = subprocess.run(
            [*load, str(answers), str(CONNECTIONS), str(self._first)], check=True, capture_output=True
        )
        figures: Figures = json.loads(found.stdout)
        self._first += int(figures["answers"])
        own = (self._own_ns() - before) / figures["answers"] / 1000
        return {**figures, "own_us": own, "peak_mib": self._peak_mib()}

    def _own_ns(self) -> int:
        """The time that all its threads have had of the processors."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks.iterdir())

    def _peak_mib(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait(20)


@contextmanager
def _running(whats: Mapping[str, str], requests: Path) -> Iterator[dict[str, Server]]:
    with ExitStack() as stack:
        servers = {}
        for title, what in whats.items():
            servers[title] = Server(what, requests)
            stack.callback(servers[title].close)
        yield servers


def in_turns(whats: Mapping[str, str], requests: Path, *, rounds: int, answers: int) -> dict[str, Figures]:
    """For each title the figures of its best slice of *answers*; ``p50_ms`` and ``p99_ms`` each the best of all."""
    found: dict[str, list[Figures]] = {title: [] for title in whats}
    with _running(whats, requests) as servers:
        for _ in range(rounds):
            for title, server in servers.items():
                found[title].append(server.ask(answers))
    return {title: _best(slices) for title, slices in found.items()}


def _best(slices: Sequence[Figures]) -> Figures:
    least = {name: min(figures[name] for figures in slices) for name in ("own_us", "p50_ms", "p99_ms")}
    most = {name: max(figures[name] for figures in slices) for name in ("per_second", "not_2xx", "peak_mib")}
    return least | most


def write_requests(path: Path, number: int) -> Path:
    """A file of whole HTTP requests, each with a contact of its own, for ``gate_load``."""
    contacts = gate_rules.contacts(number, debtors=number, kinds=_SHAPES)
    path.write_bytes(b"".join(_as_request(contact, place) for place, contact in enumerate(contacts)))
    return path


def _as_request(contact: ContactRecord, number: int) -> bytes:
    body = {
        field.name: value.isoformat() if hasattr(value, "isoformat") else value
        for field in fields(contact)
        if (value := getattr(contact, field.name)) is not None and field.name != "contact_id"
    }
    data = json.dumps({**body, "contact_id": f"h{os.getpid()}-{number}-{time.monotonic_ns()}"}).encode()
    head = "POST /v1/decisions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    whole = f"{head}content-length: {len(data)}\r\n\r\n".encode() + data
    return struct.pack(">I", len(whole)) + whole


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("a server did not start")
