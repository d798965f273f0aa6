"""The gate behind HTTP: one process, one gate, its own log and figures."""

from __future__ import annotations

from cuijie.gate.http.keys import KeyFile, make_key
from cuijie.gate.http.service import Service

__all__ = ["KeyFile", "Service", "make_key"]
