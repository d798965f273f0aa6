"""How long a user waits from typing the command to the first page: the workbench beside a bare Starlette application.

    python -m benchmarks.desk_start [--rounds 9]

Both are started in a process of their own and asked for one page over their socket, in turn.  *Warm* is a start like
most; *cold* has no compiled Python files at all (neither ours nor those of any library), as the first start after an
installation.  Processor time is that of the process until it has answered: it hardly changes with what else runs on the machine,
the seconds on the clock do.  Compare within one run.
"""

from __future__ import annotations

import argparse
import http.client
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from urllib.parse import urlsplit

_BARE = """
import socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
def home(request): return HTMLResponse("<!doctype html><title>home</title><p>home")
listener = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
app = Starlette(routes=[Route("/", home)])
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none", lifespan="off")).run([listener])
"""
_COMMANDS = {
    "bare": [sys.executable, "-u", "-c", _BARE],
    "ours": [sys.executable, "-u", "-m", "cuijie", "desk", "--no-browser"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """One start, up to the answer of its first page."""

    clock_s: float
    processor_s: float


def _first_page(address: str) -> None:
    parts, cookie = urlsplit(address), ""
    with closing(http.client.HTTPConnection(parts.netloc, timeout=120)) as connection:
        if parts.query:  # the key becomes a cookie first, as in a browser
            connection.request("GET", f"/?{parts.query}")
            answer = connection.getresponse()
            answer.read()
            cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        connection.request("GET", "/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert b"<title>" in answer.read()


def start(command: Sequence[str], compiled: str) -> Start:
    """Starts *command*, with compiled files kept in the folder *compiled*, asks for its first page and ends it."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "CUIJIE_CASES_DIR": home, "PYTHONPYCACHEPREFIX": compiled}
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert process.stdout is not None
        line = next(line for line in process.stdout if "http://127.0.0.1" in line)
        _first_page(line[line.index("http://") :].split()[0])
        clock_s = time.perf_counter() - began
        process.kill()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        process.stdout.close()
    return Start(clock_s=clock_s, processor_s=used.ru_utime + used.ru_stime)


def _measure(rounds: int, kind: str) -> None:
    found: dict[str, list[Start]] = {name: [] for name in _COMMANDS}
    with tempfile.TemporaryDirectory() as kept:
        for number in range(-1, rounds):
            for name, command in _COMMANDS.items():
                with tempfile.TemporaryDirectory() as empty:
                    one = start(command, empty if kind == "cold" else kept)
                if number >= 0:  # the first of each only fills caches
                    found[name].append(one)
    clock = {name: statistics.median(one.clock_s for one in starts) for name, starts in found.items()}
    processor = {name: statistics.median(one.processor_s for one in starts) for name, starts in found.items()}
    for name in _COMMANDS:
        fastest, slowest = (pick(one.clock_s for one in found[name]) for pick in (min, max))
        print(
            f"| {kind} | {name} | {clock[name]:.2f} s | {fastest:.2f}–{slowest:.2f} s | {processor[name]:.2f} s "
            f"| {clock[name] / clock['bare']:.1f} | {processor[name] / processor['bare']:.1f} |"
        )


def main() -> None:
    """Measures and prints one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    rounds: int = parser.parse_args().rounds
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("starlette", "uvicorn", "jinja2"))
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores, load {load:.1f} at the start\n")
    print("| start | what | first page, median | from–to | processor | × bare, clock | × bare, processor |")
    print("| --- | --- | --: | --: | --: | --: | --: |")
    for kind in ("warm", "cold"):
        _measure(rounds if kind == "warm" else max(3, rounds // 3), kind)


if __name__ == "__main__":
    main()
