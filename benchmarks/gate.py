"""The gate beside what else judges rules, serves HTTP and counts: all in one run, taken in turns.

    python -m benchmarks.gate [--seconds S] [--answers N] [--rounds N] [--only judging|http|stores]

Ratios are of the best of the rounds, one after another in the same run, so that a shared machine tells the same of both.
Where nothing waits, a second is one of the process's own (so over HTTP the server's, whatever else the machine does); the
rate by the clock, latencies and peak memory of the last round stand beside it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import zen
from benchmarks import gate_http, gate_rules, gate_stores

from cuijie.clock import FixedClock
from cuijie.gate import Ask
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.gate import Gate
from cuijie.gate.judging.preparing import prepare
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.settings import Settings
from cuijie.gate.stores.contract import GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_store import SqliteStore
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, load_rulebook

_CONTACTS = 20_000
_REQUESTS = 120_000
_TURNS = 5  # over HTTP, for each round
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
        from cuijie.gate.stores.redis_store import RedisStore

        rows += [
            ("Redis bare: one Lua round trip a limit", lambda s: gate_stores.lua_per_second(url, s)),
            ("Redis bare: 100 in a pipeline", lambda s: gate_stores.pipelined_per_second(url, s)),
            ("decisions, Redis, one round trip each", deciding(a_gate(ours, RedisStore(url)), known, is_waiting=True)),
            ("decisions, Redis, 16 a round trip", deciding_together(a_gate(ours, RedisStore(url)), known, 16)),
        ]
    return rows


def spread(act: Callable[[Any], object], rows: Sequence[object]) -> str:
    """p50 and p99 of the time of its own that *act* takes for one row, warm."""
    times = []
    for row in rows:
        started = time.thread_time_ns()
        act(row)
        times.append(time.thread_time_ns() - started)
    times = sorted(times[len(times) // 4 :])
    p50, p99 = times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000
    return f"p50 {p50:.0f} µs, p99 {p99:.0f} µs, p99/p50 {p99 / p50:.1f}"


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
    parser.add_argument("--answers", type=int, default=1_000, help="over HTTP, of each server in each turn")
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
            gc.collect()
            gc.freeze()  # the load itself is nothing that the gate's process would walk over
            show("in process", best(rows, asked.rounds, asked.seconds), [rows[0][0], rows[1][0]])
            told = gate_rules.contacts(_CONTACTS, debtors=_REQUESTS, kinds=_KINDS)
            asks = [Ask(contact=contact, idempotency_key=f"s{number}") for number, contact in enumerate(told)]
            gate, table = a_gate(load_rulebook(), MemoryStore()), gate_rules.table()
            print("one decision with counters, shipped rules:", spread(gate.decide, asks))
            facts = [gate_rules.zen_facts(contact) for contact in told[: _CONTACTS // 4]]
            print("one zen decision table:", spread(zen.ZenEngine().create_decision(table).evaluate, facts))
        if asked.only in (None, "stores"):
            rows = stores(folder, url)
            yards = [row[0] for row in rows if "bare upserts, full, 16" in row[0] or "one Lua" in row[0]]
            show("over stores, one thread", best(rows, asked.rounds, asked.seconds), yards)
        if asked.only in (None, "http"):
            _http(folder, url, asked.rounds * _TURNS, asked.answers)
    print(f"\npeak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _http(folder: Path, url: str | None, rounds: int, answers: int) -> None:
    requests = gate_http.write_requests(folder / "requests", _REQUESTS)
    whats = {
        "no-op, Starlette on uvicorn": "noop",
        "no-op, bare ASGI on uvicorn": "bare",
        "gate, state in process": "memory",
        "gate, durable on disk, with log": str(folder / "http.db"),
    }
    if url is not None:
        os.environ["GATE_BENCH_KEY"] = str(folder / "redis.key")
        whats["gate, Redis"] = url + "?prefix=http"
    told = gate_http.in_turns(whats, requests, rounds=rounds, answers=answers)
    found = {title: 1e6 / figures["own_us"] for title, figures in told.items()}
    extra = {title: _beside(figures) for title, figures in told.items()}
    show(f"over HTTP, {gate_http.CONNECTIONS} connections", found, list(whats)[:2], extra)


def _beside(told: dict[str, float]) -> str:
    return (
        f"by the clock {told['per_second']:,.0f}, p50 {told['p50_ms']:.2f} ms, p99 {told['p99_ms']:.2f} ms, "
        f"not 2xx {told['not_2xx']:.0f}, peak {told['peak_mib']:.0f} MiB"
    )


if __name__ == "__main__":
    main()
