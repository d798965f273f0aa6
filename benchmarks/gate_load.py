"""A small load generator: keep-alive connections in one loop over raw sockets, so that it is not the bottleneck.

    python -m benchmarks.gate_load HOST PORT REQUESTS_FILE ANSWERS CONNECTIONS FIRST

The file holds whole HTTP requests, each after its length in four bytes.  Every connection has one request on its way at a
time; the request numbered FIRST goes first, so that a warm-up need not use up the requests of the measurement.  It ends
after so many ANSWERS, not after a time: on a crowded machine a time would measure nothing but the first requests.  Prints
one line of JSON: answers a second, p50 and p99 in ms, answers that were not 2xx.
"""

from __future__ import annotations

import json
import selectors
import socket
import struct
import sys
import time
from itertools import cycle
from pathlib import Path

__all__ = ["run"]

_LENGTH = b"content-length: "


class _Line:
    """One connection and the answer it waits for."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bytes | None:
        """The status once the whole answer is in, else None."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection")
        self.got += piece
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return None
        at = self.got.lower().find(_LENGTH, 0, end)
        length = int(self.got[at + len(_LENGTH) : self.got.index(b"\r", at)])
        if len(self.got) < end + 4 + length:
            return None
        status, self.got = self.got[9:12], b""
        return status


def run(host: str, port: int, requests: list[bytes], wanted: int, connections: int) -> dict[str, float]:
    """Load until *wanted* answers are in."""
    lines = [_Line(host, port) for _ in range(connections)]
    more = cycle(requests)
    waits: list[float] = []
    refused = answers = 0
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(next(more))
        started = now = time.perf_counter()
        while answers < wanted:
            for key, _ in selector.select():
                line = key.data
                status = line.answered()
                if status is None:
                    continue
                answers += 1
                now = time.perf_counter()
                waits.append(now - line.sent_at)
                refused += status[:1] != b"2"
                line.send(next(more))
    for line in lines:
        line.socket.close()
    waits.sort()
    return {
        "per_second": answers / (now - started),
        "p50_ms": waits[len(waits) // 2] * 1000,
        "p99_ms": waits[len(waits) * 99 // 100] * 1000,
        "not_2xx": refused,
        "answers": answers,
    }


def _requests(path: Path) -> list[bytes]:
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found


if __name__ == "__main__":
    host, port, file, wanted, connections, first = sys.argv[1:]
    found = _requests(Path(file))
    found = found[int(first) :] + found[: int(first)]
    print(json.dumps(run(host, int(port), found, int(wanted), int(connections))))
