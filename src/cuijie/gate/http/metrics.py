"""What the service counts for Prometheus: requests, decisions, reasons of refusal, times; nothing about any person.

Counting is an addition in a dictionary; Prometheus' own objects are made of it only when somebody reads.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)


class _Spread:
    """How often a value fell between two bounds, and the sum of all."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """One value more."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def told(self) -> tuple[list[tuple[str, float]], float]:
        """How many were at most each bound, and the sum, as Prometheus has it."""
        names = [*map(str, self._bounds), "+Inf"]
        return list(zip(names, map(float, accumulate(self._counts)), strict=True)), self._sum


class Metrics(Collector):
    """One registry of its own, so that two services in a process do not meet."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._decisions: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._seconds: dict[str, _Spread] = {}
        self._commits = _Spread(_SIZES)  # written by the thread that commits, by no other
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """One request to the route pattern *route* was answered with *status*."""
        self._requests[route, status] += 1
        spread = self._seconds.get(route)
        if spread is None:
            spread = self._seconds[route] = _Spread(_SECONDS)
        spread.add(seconds)

    def decided(self, decision: str, reasons: Iterable[str]) -> None:
        """One decision was given; *reasons* are rule ids or failure codes, never anything a caller wrote."""
        self._decisions[decision] += 1
        for reason in reasons:
            self._reasons[reason] += 1

    def committed(self, size: int) -> None:
        """*size* writes became durable together."""
        self._commits.add(size)

    def gauge(self, name: str, words: str, value: Callable[[], float]) -> None:
        """A gauge ``cuijie_gate_<name>`` that asks *value* whenever it is read."""
        Gauge(f"cuijie_gate_{name}", words, registry=self._registry).set_function(value)

    def collect(self) -> Iterator[Metric]:
        """See ``prometheus_client.registry.Collector``."""
        requests = CounterMetricFamily("cuijie_gate_requests", "HTTP requests answered.", labels=["route", "status"])
        for (route, status), number in self._requests.items():
            requests.add_metric([route, str(status)], number)
        yield requests
        yield _counter("cuijie_gate_decisions", "Decisions: allow, deny, cannot_decide.", "decision", self._decisions)
        yield _counter("cuijie_gate_refusals", "Rules and failures that stood in the way.", "reason", self._reasons)
        times = HistogramMetricFamily("cuijie_gate_request_seconds", "Time to answer.", labels=["route"])
        for route, spread in self._seconds.items():
            times.add_metric([route], *spread.told())
        yield times
        sizes = HistogramMetricFamily("cuijie_gate_commit_size", "Writes made durable together.")
        sizes.add_metric([], *self._commits.told())
        yield sizes

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)


def _counter(name: str, words: str, label: str, counted: Counter[str]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, words, labels=[label])
    for value, number in counted.items():
        family.add_metric([value], number)
    return family
