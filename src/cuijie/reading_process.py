"""Starts a reading process: an untrusted file is opened apart from the case and its keys, with limits of memory and time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

__all__ = ["reading_process"]


@contextmanager
def reading_process(module: str, memory_bytes: int, seconds: float, *told: bytes) -> Iterator[IO[bytes]]:
    """What *module* of ours says of what it is *told*.  -P: no file beside the user's is taken for a module of Python's."""
    command = [sys.executable, "-P", "-m", f"cuijie.{module}", str(memory_bytes), str(seconds)]
    with subprocess.Popen(  # noqa: S603 — our own module, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            if process.stdin is None or process.stdout is None:
                raise ValueError("a process without pipes")
            with suppress(OSError), process.stdin:  # one that ended has not read all
                process.stdin.writelines(told)
            yield process.stdout
        finally:
            process.kill()
