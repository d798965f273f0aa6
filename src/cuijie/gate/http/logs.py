"""The service's own log: one JSON object a line on stderr, for machines to read.

A line holds times, counts, codes, route patterns and key names; never a debtor, a number, a path as it was asked or a
text.  What may be written is this module's signature: there is no free message.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO, Literal

import msgspec

from cuijie.clock import Clock

__all__ = ["Log", "Mark"]

Mark = str | int | float | bool | None
_Level = Literal["info", "warning", "error"]
_MOST_KEPT = 256  # lines
_encode_lines = msgspec.json.Encoder().encode_lines


class _Answered(msgspec.Struct, gc=False):
    """The line of a request."""

    at: datetime
    level: _Level
    event: str
    id: str
    route: str
    status: int
    ms: float
    key: str | None
    decision: str | None


class Log:
    """Writes lines to *stream*, in pieces; a warning or an error is out at once.  Safe to use from any thread."""

    def __init__(self, stream: BinaryIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._kept: list[object] = []
        self._lock = threading.Lock()
        self.lost = 0  # pieces that nobody could be given; shown among the metrics

    def say(self, event: str, level: _Level = "info", marks: Mapping[str, Mark] | None = None) -> None:
        """One line: *event* and *marks* are the program's own words and figures."""
        self._take({"at": self._clock.now(), "level": level, "event": event, **(marks or {})}, level)

    def answered(
        self, id_: str, route: str, status: int, took_s: float, *, key: str | None, decision: str | None
    ) -> None:
        """One line of a request that was answered."""
        level: _Level = "error" if status == 500 else "warning" if status == 503 else "info"
        line = _Answered(
            self._clock.now(), level, "request", id_, route, status, round(took_s * 1000, 2), key, decision
        )
        self._take(line, level)

    def _take(self, line: object, level: _Level) -> None:
        with self._lock:
            self._kept.append(line)
            if level == "info" and len(self._kept) < _MOST_KEPT:
                return
        self.flush()

    def flush(self) -> None:
        """Everything said so far is on the stream; a closed stream does not stop the service."""
        with self._lock:
            kept, self._kept = self._kept, []
            if not kept:
                return
            try:
                self._stream.write(_encode_lines(kept))
                self._stream.flush()
            except (OSError, ValueError):
                self.lost += 1  # nobody reads the log any more (a closed pipe); decisions do not depend on it
