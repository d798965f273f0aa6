"""How the gate's state is laid out in Redis: the names of keys, and records to and from bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from cuijie.gate.store import Count, Usage

__all__ = [
    "Keys",
    "amounts_of",
    "by_home",
    "count_arguments",
    "homes_of",
    "instant",
    "micros",
    "packed_usage",
    "usage_of",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_pack = msgspec.msgpack.Encoder().encode
_numbers = msgspec.msgpack.Decoder(list[int]).decode


class Keys:
    """Names of keys under one prefix; all of a home carry the home as their hash tag, and so lie together."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def _in(self, home: str, rest: str) -> str:
        # a home may be a lender's own name: a brace in it would cut the hash tag short
        return f"{self.prefix}:{{{quote(home, safe='') or '-'}}}:{rest}"

    @property
    def all_due(self) -> str:
        """A pattern for the sorted set of every home that has something due."""
        return f"{self.prefix}:{{*}}:d"

    def of_home(self, home: str) -> tuple[str, str, str, str]:
        """Counters, parts of reservations, what is due, register entries."""
        return self._in(home, "n"), self._in(home, "p"), self._in(home, "d"), self._in(home, "g")

    def of_homes(self, homes: Iterable[str]) -> list[str]:
        """The four keys of every home, one after another."""
        return [key for home in homes for key in self.of_home(home)]

    def answer(self, idempotency_key: str, home: str | None) -> str:
        """Where the answer to a claim is kept: with *home*, or for all homes together."""
        return f"{self.prefix}:a:{idempotency_key}" if home is None else self._in(home, f"a:{idempotency_key}")

    @property
    def key_id(self) -> str:
        """Which key of pseudonyms the store belongs to."""
        return f"{self.prefix}:key"

    def kept(self, digest: str) -> str:
        """Where a long part of answers is kept."""
        return f"{self.prefix}:k:{digest}"

    def reservation(self, home: str, id_: str) -> str:
        """Where a reservation is kept."""
        return self._in(home, f"r:{id_}")

    def index(self, id_: str) -> str:
        """Where the home of a reservation is told; it lies anywhere."""
        return f"{self.prefix}:i:{{{quote(id_, safe='') or '-'}}}"


def micros(instant: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (instant - _EPOCH) // _MICRO


def instant(at: int) -> datetime:
    """The instant *at* microseconds since 1970."""
    return _EPOCH + at * _MICRO


def homes_of(first: str, *more: Iterable[str]) -> tuple[str, ...]:
    """*first* and every other home, each once."""
    return tuple(dict.fromkeys((first, *(home for homes in more for home in homes))))


def by_home(counts: Sequence[Count]) -> Mapping[str, list[Count]]:
    """The counts of each home."""
    found: dict[str, list[Count]] = {}
    for count in counts:
        found.setdefault(count.home, []).append(count)
    return found


def amounts_of(counts: Iterable[Count]) -> bytes:
    """What *counts* add to the counters of their home, as the scripts read it: field, amount, field, amount …"""
    return _pack([item for count in counts for item in (f"{count.key}|{count.bucket}", count.amount)])


def count_arguments(counts: Sequence[Count], homes: Sequence[str]) -> list[str | int]:
    """*counts* as the scripts read them: how many, and for each the place of its home and what it asks for."""
    places = {home: place for place, home in enumerate(homes)}
    arguments: list[str | int] = [len(counts)]
    for count in counts:
        arguments += (places[count.home], count.key, count.bucket, count.span, count.cap, count.amount)
    return arguments


def usage_of(packed: bytes) -> tuple[Usage, ...]:
    """Usage as the scripts give it: settled, held, first bucket, settled …"""
    told = iter(_numbers(packed))
    return tuple([Usage(settled=s, held=h, first_bucket=b) for s, h, b in zip(told, told, told, strict=True)])


def packed_usage(usage: Sequence[Usage]) -> bytes:
    """*usage* as the scripts give it."""
    return _pack([number for one in usage for number in (one.settled, one.held, one.first_bucket)])
