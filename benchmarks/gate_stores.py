"""What the stores under the gate can do at best: bare SQLite upserts and bare Redis round trips."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

__all__ = ["lua_per_second", "pipelined_per_second", "redis_server", "upserts_per_second"]

_UPSERT = "insert into used (key, day, n) values (?, ?, 1) on conflict (key, day) do update set n = n + 1"
_LIMIT = """
local used = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if used >= tonumber(ARGV[2]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('EXPIRE', KEYS[1], 172800)
return 1
"""


def upserts_per_second(folder: Path, seconds: float, *, synchronous: str, commit_every: int) -> float:
    """One counter raised at a time in a file in WAL mode, *commit_every* in a transaction."""
    path = folder / f"bare-{synchronous}-{commit_every}.db"
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("pragma journal_mode = wal")
    store.execute(f"pragma synchronous = {synchronous}")
    store.execute(
        "create table if not exists used (key text, day text, n integer, primary key (key, day)) without rowid"
    )
    done, end = 0, time.perf_counter() + seconds
    started = time.perf_counter()
    while time.perf_counter() < end:
        store.execute("begin immediate")
        for _ in range(commit_every):
            done += 1
            store.execute(_UPSERT, (f"d{done * 7919 % 20000}", "2026-10-12"))
        store.execute("commit")
    taken = time.perf_counter() - started
    store.close()
    return done / taken


@contextmanager
def redis_server() -> Iterator[str | None]:
    """The URL of an empty server of our own, or None where no server is installed."""
    binary = shutil.which("valkey-server") or shutil.which("redis-server")
    if binary is None:
        yield None
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"redis://127.0.0.1:{port}/0"
            client = redis.Redis.from_url(url)
            for _ in range(100):
                try:
                    client.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
            client.close()
            yield url
        finally:
            server.terminate()
            server.wait(10)


def lua_per_second(url: str, seconds: float) -> float:
    """One limit checked and raised in one Lua round trip at a time, on one connection."""
    client = redis.Redis.from_url(url)
    script = client.script_load(_LIMIT)
    done, started = 0, time.perf_counter()
    end = started + seconds
    while time.perf_counter() < end:
        for _ in range(100):
            done += 1
            client.evalsha(script, 1, f"bare:{{d{done * 7919 % 20000}}}", "2026-10-12", 1_000_000)
    taken = time.perf_counter() - started
    client.close()
    return done / taken


def pipelined_per_second(url: str, seconds: float, *, depth: int = 100) -> float:
    """The same limit, *depth* calls in one pipeline."""
    client = redis.Redis.from_url(url)
    script = client.script_load(_LIMIT)
    done, started = 0, time.perf_counter()
    end = started + seconds
    while time.perf_counter() < end:
        with client.pipeline(transaction=False) as pipe:
            for _ in range(depth):
                done += 1
                pipe.evalsha(script, 1, f"bare:{{d{done * 7919 % 20000}}}", "2026-10-12", 1_000_000)
            pipe.execute()
    taken = time.perf_counter() - started
    client.close()
    return done / taken
