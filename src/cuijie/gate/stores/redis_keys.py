"""How the gate's state is laid out in Redis: the names of keys, and records to and from bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import msgspec

from cuijie.gate.encoding import to_msgpack
from cuijie.gate.stores.contract import Count, Usage

__all__ = [
    "Keys",
    "by_home",
    "homes_of",
    "instants_of",
    "packed_usage",
    "part_of",
    "plain_counts",
    "usage_of",
]

_NO_LIST = b"\x80"  # an empty table of Lua may be either
_numbers = msgspec.msgpack.Decoder(list[int]).decode


class Keys:
    """Names of keys under one prefix; all of a home carry the home as their hash tag, and so lie together."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def _in(self, home: str, rest: str) -> str:
        # a home may be a lender's own name: a brace in it would cut the hash tag short
        tag = home if home.isalnum() else quote(home, safe="") or "-"
        return f"{self.prefix}:{{{tag}}}:{rest}"

    def each(self, last: str) -> str:
        """A pattern for one kind of key of every home."""
        return f"{self.prefix}:{{*}}:{last}"

    def of_home(self, home: str) -> tuple[str, str, str]:
        """Counters, parts of reservations, register entries."""
        return self._in(home, "n"), self._in(home, "p"), self._in(home, "g")

    def registers_of(self, homes: Iterable[str]) -> list[str]:
        """Register entries of every home."""
        return [self._in(home, "g") for home in homes]

    def counters_of(self, homes: Iterable[str]) -> list[str]:
        """Counters and parts of every home, one after another."""
        return [self._in(home, last) for home in homes for last in "np"]

    def answer(self, idempotency_key: str, home: str | None) -> str:
        """Where the answer to a claim is kept: with *home*, or for all homes together."""
        return f"{self.prefix}:a:{idempotency_key}" if home is None else self._in(home, f"a:{idempotency_key}")

    @property
    def mark(self) -> str:
        """Which key of pseudonyms the store belongs to, and what tells it from one begun anew under that key."""
        return f"{self.prefix}:key"

    @property
    def moving(self) -> str:
        """There for as long as another store is being taken in."""
        return f"{self.prefix}:moving"

    def kept(self, digest: str) -> str:
        """Where a long part of answers is kept."""
        return f"{self.prefix}:k:{digest}"

    def reservation(self, home: str, id_: str) -> str:
        """Where a reservation is kept."""
        return self._in(home, f"r:{id_}")

    def index(self, id_: str) -> str:
        """Where the home of a reservation is told; it lies anywhere."""
        return f"{self.prefix}:i:{id_}"


def homes_of(first: str, *more: Iterable[str]) -> tuple[str, ...]:
    """*first* and every other home, each once."""
    return tuple(dict.fromkeys((first, *(home for homes in more for home in homes))))


def by_home(counts: Sequence[Count]) -> Mapping[str, list[Count]]:
    """The counts of each home."""
    found: dict[str, list[Count]] = {}
    for count in counts:
        found.setdefault(count.home, []).append(count)
    return found


def plain_counts(counts: Sequence[Count], homes: Sequence[str]) -> list[tuple[int, str, int, int, int, int]]:
    """*counts* as the scripts read them: the place of its home from 1, key, bucket, span, cap, amount."""
    places = {home: place for place, home in enumerate(homes, start=1)}
    return [(places[c.home], c.key, c.bucket, c.span, c.cap, c.amount) for c in counts]


def part_of(expires: int, counts: Iterable[Count]) -> bytes:
    """The part of a reservation in one home, as the scripts write it."""
    amounts = [item for count in counts for item in (f"{count.key}|{count.bucket}", count.amount)]
    return b"%016d" % expires + to_msgpack(amounts)


def usage_of(packed: bytes) -> tuple[Usage, ...]:
    """Usage as the scripts give it: settled, held, first bucket, settled …"""
    told = iter(_numbers(packed))
    return tuple([Usage(settled=s, held=h, first_bucket=b) for s, h, b in zip(told, told, told, strict=True)])


def instants_of(packed: bytes) -> tuple[int, ...]:
    """The instants as a script gives them."""
    return tuple(_numbers(packed) if packed != _NO_LIST else ())


def packed_usage(usage: Sequence[Usage]) -> bytes:
    """*usage* as the scripts give it."""
    return to_msgpack([number for one in usage for number in (one.settled, one.held, one.first_bucket)])
