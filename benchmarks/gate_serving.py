"""Servers for the gate benchmark, each in a process of its own: the gate over a store, and no-op endpoints beside it.

    python -m benchmarks.gate_serving PORT noop|bare|STORE

noop is a Starlette endpoint, bare a bare ASGI one, both on the same uvicorn; both read the body and answer a fixed JSON.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
from benchmarks.gate_rules import MORNING
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from cuijie.clock import FixedClock
from cuijie.gate.http import Service
from cuijie.gate.opening import open_gate
from cuijie.gate.settings import Settings

__all__ = ["bare", "noop"]


async def _noop(request: Request) -> JSONResponse:
    await request.json()
    return JSONResponse({"decision": "allow"})


noop = Starlette(routes=[Route("/v1/decisions", _noop, methods=["POST"])])


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The least that an ASGI application can do with a request."""
    if scope["type"] != "http":
        return
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"20")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"decision":"allow"}'})


def _gate(store: str) -> Any:
    folder = Path(store).parent if "://" not in store else Path(".")
    settings = (
        Settings()
        if store == "memory"
        else Settings(store=store, key_file=Path(os.environ.get("GATE_BENCH_KEY", str(folder / "bench.key"))))
    )
    gate = open_gate(settings, clock=FixedClock(MORNING))
    return Service(gate, keys=None, log_to=open(os.devnull, "wb")).app


if __name__ == "__main__":
    port, what = sys.argv[1:3]
    app: Any = {"noop": noop, "bare": bare}.get(what) or _gate(what)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", access_log=False)
