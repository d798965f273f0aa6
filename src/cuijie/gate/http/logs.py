"""The service's own log: one JSON object a line on stderr, for machines to read.

A line holds times, counts, codes, route patterns and key names; never a debtor, a number, a path as it was asked or a
text.  What may be written is this module's signature: there is no free message.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import BinaryIO, Literal

import msgspec

from cuijie.clock import Clock

__all__ = ["Log", "Mark"]

Mark = str | int | float | bool | None
Level = Literal["info", "warning", "error"]
_FULL = 64 * 1024
_encode = msgspec.json.Encoder().encode


class Log:
    """Writes lines to *stream*, in pieces; a warning or an error is out at once.  Safe to use from any thread."""

    def __init__(self, stream: BinaryIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._kept = bytearray()
        self._lock = threading.Lock()
        self.lost = 0  # pieces that nobody could be given; shown among the metrics

    def say(self, event: str, level: Level = "info", marks: Mapping[str, Mark] | None = None) -> None:
        """One line: *event* and *marks* are the program's own words and figures."""
        line = _encode({"at": self._clock.now(), "level": level, "event": event, **(marks or {})})
        with self._lock:
            self._kept += line
            self._kept += b"\n"
            if level == "info" and len(self._kept) < _FULL:
                return
        self.flush()

    def flush(self) -> None:
        """Everything said so far is on the stream; a closed stream does not stop the service."""
        with self._lock:
            kept, self._kept = self._kept, bytearray()
            if not kept:
                return
            try:
                self._stream.write(kept)
                self._stream.flush()
            except (OSError, ValueError):
                self.lost += 1  # nobody reads the log any more (a closed pipe); decisions do not depend on it
