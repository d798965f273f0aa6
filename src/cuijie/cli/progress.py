"""How far a long command is, on stderr and only where a person is looking."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

__all__ = ["shown"]


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
            sys.stderr.write("\r" + " " * (len(label) * 2 + 6) + "\r")
            sys.stderr.flush()
