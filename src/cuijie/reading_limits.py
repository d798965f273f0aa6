"""What the reading processes have in common: limits of memory and time, and answers as JSON lines.  Imports nothing of ours.

The limit of memory holds on Linux.  macOS refuses it and Python has none for Windows: what these do not give ends the
reading process alone all the same.  The limit of time counts what the processor works; on Windows it goes by the clock.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import signal
import sys
from collections.abc import Callable, Iterator

__all__ = ["at_most", "limit_memory", "say"]


def limit_memory(memory_bytes: int) -> None:
    """Give this process no more than *memory_bytes*."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # an abort leaves no copy of the file behind
    with contextlib.suppress(ValueError):  # a stricter one is set already, or macOS
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End the process after *seconds*, also out of a compiled loop."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)  # nobody takes its signal, so it ends the process
        yield
        signal.setitimer(signal.ITIMER_PROF, 0)
    else:
        faulthandler.dump_traceback_later(seconds, exit=True)
        yield
        faulthandler.cancel_dump_traceback_later()


def say(*, default: Callable[[object], object] | None = None, **answer: object) -> None:
    """At once: what comes next may end the process."""
    sys.stdout.buffer.write(json.dumps(answer, default=default, allow_nan=False).encode() + b"\n")
    sys.stdout.buffer.flush()
