"""How far a long command is, on stderr and only where a person is looking."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator

__all__ = ["doing", "shown"]

_MOMENT_S = 1.0


@contextlib.contextmanager
def shown(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """A callback for (done, total); None where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    last = -1

    def tell(done: int, total: int) -> None:
        nonlocal last
        percent = 100 if total <= 0 else min(100, done * 100 // total)
        if percent != last:
            last = percent
            sys.stderr.write(f"\r{label} {percent:3}%")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if last >= 0:
            _wipe(label)


@contextlib.contextmanager
def doing(label: str, after_s: float = _MOMENT_S) -> Iterator[None]:
    """Says what is being done where that takes longer than a moment and nobody can tell how long."""
    if not sys.stderr.isatty():
        yield
        return
    is_said = threading.Event()

    def tell() -> None:
        is_said.set()
        sys.stderr.write(f"\r{label}")
        sys.stderr.flush()

    timer = threading.Timer(after_s, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        if is_said.is_set():
            _wipe(label)


def _wipe(label: str) -> None:
    sys.stderr.write("\r" + " " * (len(label) * 2 + 6) + "\r")
    sys.stderr.flush()
