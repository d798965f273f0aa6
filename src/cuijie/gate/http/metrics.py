"""What the service counts for Prometheus: requests, decisions, reasons of refusal, times; nothing about any person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_KINDS = 1024  # label sets kept at hand: routes × statuses, rules


class Metrics:
    """One registry of its own, so that two services in a process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "cuijie_gate_requests", "HTTP requests answered.", ["route", "status"], registry=self._registry
        )
        self._decisions = Counter(
            "cuijie_gate_decisions", "Decisions: allow, deny, cannot_decide.", ["decision"], registry=self._registry
        )
        self._reasons = Counter(
            "cuijie_gate_refusals", "Rules and failures that stood in the way.", ["reason"], registry=self._registry
        )
        self._seconds = Histogram(
            "cuijie_gate_request_seconds", "Time to answer.", ["route"], buckets=_BUCKETS, registry=self._registry
        )
        self._batch = Histogram(
            "cuijie_gate_commit_size", "Writes made durable together.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=self._registry,
        )  # fmt: skip
        self._of_requests = lru_cache(_KINDS)(self._requests.labels)
        self._of_decisions = lru_cache(16)(self._decisions.labels)
        self._of_reasons = lru_cache(_KINDS)(self._reasons.labels)
        self._of_seconds = lru_cache(64)(self._seconds.labels)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """One request to the route pattern *route* was answered with *status*."""
        self._of_requests(route, str(status)).inc()
        self._of_seconds(route).observe(seconds)

    def decided(self, decision: str, reasons: Iterable[str]) -> None:
        """One decision was given; *reasons* are rule ids or failure codes, never anything a caller wrote."""
        self._of_decisions(decision).inc()
        for reason in reasons:
            self._of_reasons(reason).inc()

    def committed(self, size: int) -> None:
        """*size* writes became durable together."""
        self._batch.observe(size)

    def gauge(self, name: str, words: str, value: Callable[[], float]) -> None:
        """A gauge ``cuijie_gate_<name>`` that asks *value* whenever it is read."""
        Gauge(f"cuijie_gate_{name}", words, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)
