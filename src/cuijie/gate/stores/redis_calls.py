"""What the scripts of the Redis store are called with, and what their answers mean: packing and reading, no round trip."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from cuijie.gate.encoding import to_msgpack
from cuijie.gate.errors import StoreUnreachable
from cuijie.gate.stores.contract import Claim, Claimed, ClaimKind, Count, SettleClaim, Usage
from cuijie.gate.stores.instants import micros
from cuijie.gate.stores.redis_keys import Keys, homes_of, plain_counts, usage_of

__all__ = ["SETTLED", "Call", "Calls", "SettledKind", "claimed_of", "lost"]

Call = tuple[list[str], list[str | bytes | int]]
"""Keys and arguments of one script."""
Elsewhere = tuple[Mapping[int, Usage], Collection[int]]
"""The usage of some counts of a claim, and which of them are full, by their places."""

_MARKED_FOR = timedelta(days=2)  # how long a cluster remembers that a part was settled

_places = msgspec.msgpack.Decoder(tuple[int, ...]).decode


class Calls:
    """Calls under the names of *keys*; what they write lives *ttl* milliseconds."""

    def __init__(self, keys: Keys, ttl: int, *, is_cluster: bool) -> None:
        self.keys, self.ttl, self.is_cluster = keys, ttl, is_cluster
        self.mark = ""  # what the store was tied with; once it bears another or none, all is lost

    def whole_claim(self, claim: Claim) -> Call:
        """A claim over all its homes in one script."""
        homes = homes_of(claim.home, [count.home for count in claim.counts])
        return self.claim(claim, claim.seen.homes, homes, claim.counts, is_main=True)

    def claim(
        self,
        claim: Claim,
        seen: Sequence[str],
        homes: Sequence[str],
        counts: Sequence[Count],
        *,
        is_main: bool,
        elsewhere: Elsewhere | None = None,
    ) -> Call:
        """Keys and arguments of the claim script: homes whose registers to compare, homes that count.

        *elsewhere*: what the claim came to in its other homes, so that its answer is kept whole.
        """
        usage, full = elsewhere or (None, ())
        what = "note" if not claim.reserve else "full" if full else "reserve"
        places = [place for place, count in enumerate(claim.counts) if count.home in homes]
        entries = dict(zip(claim.seen.homes, claim.seen.token.split(","), strict=False))
        reservation = self.keys.reservation(homes[0], claim.reservation)
        answer = self.answer_key(homes[0], claim.idempotency_key) if is_main else reservation
        has_index = is_main and not self.is_cluster
        index = self.keys.index(claim.reservation) if has_index else reservation
        mark = "" if self.is_cluster else self.mark  # in a cluster it lies on one machine
        marked = self.keys.mark if mark else reservation
        head = to_msgpack(
            (
                micros(claim.now), self.ttl, claim.reservation, micros(claim.expires_at), what, is_main, has_index,
                claim.digest, claim.home, [int(entries[home]) for home in seen], len(homes), plain_counts(counts, homes),
                mark, usage and _whole(claim, usage), places, sorted(full),
            )
        )  # fmt: skip
        keys = [answer, reservation, index, marked, *self.keys.registers_of(seen), *self.keys.counters_of(homes)]
        return keys, [head, claim.answer, claim.facts, to_msgpack(claim.counts)]

    def answer_key(self, home: str, idempotency_key: str) -> str:
        """One server knows a key whatever the debtor; a cluster only where the debtor's data lies."""
        return self.keys.answer(idempotency_key, home if self.is_cluster else None)

    def settle(self, claim: SettleClaim, own: str, homes: Sequence[str], places: Sequence[int]) -> Call:
        """The settlement of what lies in *homes*, the counts at *places*; *own* is the reservation's home."""
        state = "settled" if claim.made else "cancelled"
        counts = plain_counts([claim.counts[place] for place in places], homes)
        head = to_msgpack(
            (
                claim.reservation, homes[0] == own, claim.digest, state, self.ttl, micros(claim.now),
                not self.is_cluster, len(homes), counts, micros(claim.now + _MARKED_FOR),
            )
        )  # fmt: skip
        keys = [self.keys.reservation(homes[0], claim.reservation), *self.keys.counters_of(homes)]
        return keys, [head, to_msgpack(claim.counts)]


def _whole(claim: Claim, usage: Mapping[int, Usage]) -> list[int]:
    """The usage of all counts in one row, zeros where it is not known yet."""
    none = Usage(settled=0, held=0, first_bucket=0)
    told = [usage.get(place, none) for place in range(len(claim.counts))]
    return [number for one in told for number in (one.settled, one.held, one.first_bucket)]


SettledKind = Literal["settled", "late", "repeated", "conflict", "unknown"]
SETTLED: dict[bytes, SettledKind] = {
    b"settled": "settled", b"late": "late", b"repeated": "repeated", b"conflict": "conflict", b"unknown": "unknown",
}  # fmt: skip
_KINDS: dict[bytes, ClaimKind] = {
    b"reserved": "reserved", b"full": "full", b"noted": "noted", b"repeated": "repeated",
    b"key_reused": "key_reused", b"stale": "stale",
}  # fmt: skip


def lost() -> StoreUnreachable:
    """What is said of a server that came back empty, or of another in its place: limits and stop requests are gone."""
    return StoreUnreachable(
        "这个闸门存在 Redis 里的东西不见了（被清空、换了一台，或重启时没有留住）：次数和登记都没有了。",
        remedy="请从备份恢复；恢复不了，就在设置里写一个新的 log、重新启动，先登记、补报本月的联系，再开始询问。",
    )


def claimed_of(told: Sequence[bytes]) -> Claimed:
    """What came of a claim, as its script tells it.  Raises StoreUnreachable if the server has lost what it held."""
    if told[0] == b"gone":
        raise lost()
    kind = _KINDS[told[0]]
    if kind in ("key_reused", "stale"):
        return Claimed(kind=kind)
    if kind == "repeated":
        return Claimed(kind=kind, full=_places(told[1]), usage=usage_of(told[2]), answer=told[3], first=_KINDS[told[4]])
    return Claimed(kind=kind, full=_places(told[1]), usage=usage_of(told[2]))
