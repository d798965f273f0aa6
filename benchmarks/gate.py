"""The gate beside what else judges rules, serves HTTP and counts: all in one run, taken in turns.

    python benchmarks/gate.py [--seconds S] [--rounds N] [--only judging|http|redis|stores]

Ratios are of the best of the rounds, one after another in the same run, so that a shared machine tells the same of both.
Where nothing waits, a second is one of the process's own (so over HTTP the server's, whatever else the machine does); the
rate by the clock, latencies and peak memory of the last round stand beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import gate_rules
import gate_stores
import zen

from cuijie.clock import FixedClock
from cuijie.gate import Ask
from cuijie.gate.gate import Gate
from cuijie.gate.log import DecisionLog
from cuijie.gate.memory_store import MemoryStore
from cuijie.gate.preparing import prepare
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.settings import Settings
from cuijie.gate.sqlite_store import SqliteStore
from cuijie.gate.store import GateStore
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, load_rulebook

_HERE = Path(__file__).parent
_CONNECTIONS = 16
_CONTACTS = 20_000
_REQUESTS = 120_000
_KINDS = 400  # shapes of what is known, see gate_rules
Rate = Callable[[float], float]  # how many a second, measured for so many seconds


def each(rows: Sequence[object], act: Callable[[object], object], *, is_waiting: bool = False) -> Rate:
    """*act* on one row after another, a second of this process's own time; of the clock's, if it waits for others."""

    at = 0

    def measure(seconds: float) -> float:
        nonlocal at
        done, started, waited = 0, time.process_time(), time.perf_counter()
        end = started + seconds
        while time.process_time() < end:
            for _ in range(100):
                act(rows[at])
                at = (at + 1) % len(rows)
            done += 100
        return done / (time.perf_counter() - waited if is_waiting else time.process_time() - started)

    return measure


def a_gate(book: Rulebook, store: GateStore, *, has_log: bool = False) -> Gate:
    """A gate whose clock stands at ten in the morning."""
    key = Pseudonyms(bytes(32))
    log = DecisionLog(store.file, key) if has_log and isinstance(store, SqliteStore) else None
    return Gate(book, store, pseudonyms=key, clock=FixedClock(gate_rules.MORNING), settings=Settings(), log=log)


def deciding(gate: Gate, contacts: Sequence[ContactRecord], *, is_waiting: bool = False) -> Rate:
    """Whole decisions, each with a key of its own."""
    number = 0

    def one(contact: object) -> None:
        nonlocal number
        number += 1
        assert isinstance(contact, ContactRecord)
        gate.decide(Ask(contact=contact, idempotency_key=f"k{number}"))

    return each(contacts, one, is_waiting=is_waiting)


def deciding_together(gate: Gate, contacts: Sequence[ContactRecord], many: int) -> Rate:
    """Whole decisions, *many* in one commit."""
    rate = each(
        range(0, len(contacts) - many, many), lambda at: _decide_many(gate, contacts[at : at + many]), is_waiting=True
    )  # type: ignore[operator,index,misc]
    return lambda seconds: rate(seconds) * many


_asked = 0


def _decide_many(gate: Gate, contacts: Sequence[ContactRecord]) -> None:
    global _asked
    _asked += len(contacts)
    gate.decide_many([Ask(contact=c, idempotency_key=f"m{_asked}-{n}") for n, c in enumerate(contacts)])


def judging(folder: Path) -> list[tuple[str, Rate]]:
    """Rules alone and with counters, in process."""
    forty = load_rulebook([gate_rules.write_rules(folder / "forty")], ours=False)
    ours = load_rulebook()
    known = gate_rules.contacts(_CONTACTS)
    some = gate_rules.contacts(_CONTACTS, unknown=0.1, kinds=_KINDS)
    many = gate_rules.contacts(_CONTACTS, unknown=0.1)
    facts = [gate_rules.zen_facts(contact) for contact in known]
    fresh = gate_rules.contacts(_REQUESTS, debtors=_REQUESTS, kinds=_KINDS)
    decision, flat = (
        zen.ZenEngine().create_decision(gate_rules.table()),
        zen.compile_expression(gate_rules.expression()),
    )
    of_forty, of_ours = a_gate(forty, MemoryStore()), a_gate(ours, MemoryStore())
    return [
        ("zen decision table, 40 rules", each(facts, decision.evaluate)),
        ("zen one flat expression (yes or no)", each(facts, flat.evaluate)),
        ("ours, the same 40: every verdict, basis", each(known, lambda c: prepare(of_forty._judge, c, ()))),
        ("ours, the same 40, a tenth unknown", each(some, lambda c: prepare(of_forty._judge, c, ()))),
        ("ours, the shipped rulebook, a tenth unknown", each(some, lambda c: prepare(of_ours._judge, c, ()))),
        ("the same, every contact another shape", each(many, lambda c: prepare(of_ours._judge, c, ()))),
        ("whole decision with counters, the same 40", deciding(a_gate(forty, MemoryStore()), fresh)),
        ("whole decision with counters, shipped rules", deciding(a_gate(ours, MemoryStore()), fresh)),
    ]


def stores(folder: Path, url: str | None) -> list[tuple[str, Rate]]:
    """The same decisions over stores, beside what the stores do bare."""
    ours, known = load_rulebook(), gate_rules.contacts(_REQUESTS, debtors=_REQUESTS, kinds=_KINDS)

    def bare(synchronous: str, every: int) -> Rate:
        return lambda s: gate_stores.upserts_per_second(folder, s, synchronous=synchronous, commit_every=every)

    full = SqliteStore(folder / "full.db", durable=True)
    rows: list[tuple[str, Rate]] = [
        ("SQLite bare upserts, WAL normal", bare("normal", 1)),
        ("SQLite bare upserts, WAL full", bare("full", 1)),
        ("SQLite bare upserts, full, 16 a commit", bare("full", 16)),
        ("SQLite bare upserts, full, 500 a commit", bare("full", 500)),
        ("decisions, SQLite full, with log", deciding(a_gate(ours, full, has_log=True), known, is_waiting=True)),
        (
            "decisions, SQLite full, with log, 16 a commit",
            deciding_together(a_gate(ours, full, has_log=True), known, 16),
        ),
    ]
    if url is not None:
        from cuijie.gate.redis_store import RedisStore

        rows += [
            ("Redis bare: one Lua round trip a limit", lambda s: gate_stores.lua_per_second(url, s)),
            ("Redis bare: 100 in a pipeline", lambda s: gate_stores.pipelined_per_second(url, s)),
            ("decisions, Redis, one round trip each", deciding(a_gate(ours, RedisStore(url)), known, is_waiting=True)),
        ]
    return rows


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


def over_http(what: str, requests: Path, seconds: float, told: dict[str, dict[str, float]]) -> Rate:
    """Answers a second of a server of its own, which is ended afterwards; the rest is put in *told*."""

    def measure(_: float) -> float:
        port = _free_port()
        fresh = f"{what}{port}" if what not in ("noop", "bare", "memory") else what  # a store of its own every time
        where = [sys.executable, str(_HERE / "gate_serving.py"), str(port), fresh]
        server = subprocess.Popen(where)
        try:
            _wait(port)
            load = [sys.executable, str(_HERE / "gate_load.py"), "127.0.0.1", str(port), str(requests)]
            subprocess.run(
                [*load, str(seconds / 2), str(_CONNECTIONS), str(_REQUESTS // 2)], check=True, capture_output=True
            )
            before = _own_seconds(server.pid)
            found = subprocess.run([*load, str(seconds), str(_CONNECTIONS), "0"], check=True, capture_output=True)
            figures = json.loads(found.stdout)
            own = (_own_seconds(server.pid) - before) / figures["answers"]
            told[what] = {**figures, "peak_mib": _peak_mib(server.pid), "own_us": own * 1e6}
            return 1 / own
        finally:
            server.terminate()
            server.wait(20)

    return measure


def _wait(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("a server did not start")


def _own_seconds(pid: int) -> float:
    """The time that a process has had of the processors: what is left of a rate when a machine is shared."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mib(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def best(rows: list[tuple[str, Rate]], rounds: int, seconds: float) -> dict[str, float]:
    """The best rate of each row over the rounds, taken in turns."""
    found = {name: 0.0 for name, _ in rows}
    for _ in range(rounds):
        for name, rate in rows:
            found[name] = max(found[name], rate(seconds))
    return found


def show(title: str, found: dict[str, float], yardsticks: Sequence[str], extra: dict[str, str] | None = None) -> None:
    """A table: the rate of each row, and what part of each yardstick it is."""
    heads = "".join(f"{'× ' + name[:26]:>30}" for name in yardsticks)
    print(f"\n{title}\n{'':48}{'a second':>12}{heads}")
    for name, rate in found.items():
        parts = "".join(f"{rate / found[yard]:30.2f}" for yard in yardsticks)
        print(f"{name:48}{rate:12,.0f}{parts}  {(extra or {}).get(name, '')}")


def main() -> None:
    """Runs what is asked for and prints it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["judging", "stores", "http"], default=None)
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores; " + ", ".join(
        f"{name} {version(name)}" for name in ("zen-engine", "uvicorn", "starlette", "h11", "msgspec", "redis")
    ))  # fmt: skip
    with tempfile.TemporaryDirectory() as name, gate_stores.redis_server() as url:
        folder = Path(name)
        if asked.only in (None, "judging"):
            rows = judging(folder)
            show("in process", best(rows, asked.rounds, asked.seconds), [rows[0][0], rows[1][0]])
        if asked.only in (None, "stores"):
            rows = stores(folder, url)
            yards = [row[0] for row in rows if "bare upserts, full, 16" in row[0] or "one Lua" in row[0]]
            show("over stores, one thread", best(rows, asked.rounds, asked.seconds), yards)
        if asked.only in (None, "http"):
            _http(folder, url, asked.rounds, asked.seconds)
    print(f"\npeak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _http(folder: Path, url: str | None, rounds: int, seconds: float) -> None:
    requests = folder / "requests"
    contacts = gate_rules.contacts(_REQUESTS, debtors=_REQUESTS, kinds=_KINDS)
    requests.write_bytes(b"".join(_as_request(contact, number) for number, contact in enumerate(contacts)))
    told: dict[str, dict[str, float]] = {}
    whats = {
        "no-op, Starlette on uvicorn": "noop",
        "no-op, bare ASGI on uvicorn": "bare",
        "gate, state in process": "memory",
        "gate, durable on disk, with log": str(folder / "http-"),
    }
    if url is not None:
        os.environ["GATE_BENCH_KEY"] = str(folder / "redis.key")
        whats["gate, Redis"] = url + "?prefix=http"
    rows = [(title, over_http(what, requests, seconds, told)) for title, what in whats.items()]
    found = best(rows, rounds, seconds)
    extra = {title: _beside(told[what]) for title, what in whats.items()}
    show(f"over HTTP, {_CONNECTIONS} connections", found, list(whats)[:2], extra)


def _beside(told: dict[str, float]) -> str:
    return (
        f"by the clock {told['per_second']:,.0f}, p50 {told['p50_ms']:.2f} ms, p99 {told['p99_ms']:.2f} ms, "
        f"not 2xx {told['not_2xx']:.0f}, peak {told['peak_mib']:.0f} MiB"
    )


if __name__ == "__main__":
    main()
