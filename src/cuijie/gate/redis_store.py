"""The gate's state in Redis or Valkey: for many machines that ask at the same time.

A decision is one round trip: registers are remembered with the number of their entries, and a claim made on fewer than
there are now comes back as stale.  On one server a claim is one script over all its homes.  In a cluster homes lie on
different machines: what a claim counts elsewhere (a number called for two debtors) is held there first, then the claim
is made at its own home; if that fails, what was held is taken back, and if this process dies in between, it expires.
So a limit may for a while read fuller than it is, never emptier.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal

import msgspec

from cuijie.gate import redis_scripts as lua
from cuijie.gate.dumping import read_dump, register_dump
from cuijie.gate.errors import KeyfileError, StoreDamaged
from cuijie.gate.redis_keys import (
    Keys,
    amounts_of,
    by_home,
    count_arguments,
    homes_of,
    instant,
    micros,
    packed_usage,
    usage_of,
)
from cuijie.gate.redis_link import Arg, RedisLink, Script
from cuijie.gate.store import (
    Claim,
    Claimed,
    ClaimKind,
    Count,
    Dump,
    RegisterEntry,
    Reservation,
    Seen,
    SettleClaim,
    StoreSettled,
    Usage,
)

__all__ = ["RedisStore"]

_CLAIM, _DROP, _BEGIN, _SETTLE = Script(lua.CLAIM), Script(lua.DROP), Script(lua.BEGIN), Script(lua.SETTLE)
_EXPIRE, _USAGE, _ADD, _ENTER = Script(lua.EXPIRE), Script(lua.USAGE), Script(lua.ADD), Script(lua.ENTER)
_AMEND = Script(lua.AMEND)
_KEPT_DAYS = 62  # a month and what is settled late
_KNOWN_HOMES = 200_000
_ENTERED_TOGETHER = 500

_pack = msgspec.msgpack.Encoder().encode
_counts = msgspec.msgpack.Decoder(tuple[Count, ...]).decode
_places = msgspec.msgpack.Decoder(tuple[int, ...]).decode


class RedisStore:
    """A ``GateStore`` on Redis 6 or later or Valkey, one server or a cluster.

    *wait_s* is the longest wait for an answer, *kept_for* how long answers and counters outlive their last use.
    """

    def __init__(
        self, url: str, *, prefix: str = "cuijie", wait_s: float = 1.0, kept_for: timedelta = timedelta(days=_KEPT_DAYS)
    ) -> None:
        self._link = RedisLink(url, wait_s=wait_s)
        self._keys = Keys(prefix)
        self._ttl = kept_for // timedelta(milliseconds=1)
        self._registers: OrderedDict[str, tuple[RegisterEntry, ...]] = OrderedDict()
        self._lock = Lock()

    def batch(self) -> AbstractContextManager[None]:
        """Nothing to commit: every script is done when it answers."""
        return nullcontext()

    def identify(self, key_id: str) -> None:
        """Ties the store to one key of pseudonyms, once.  Raises KeyfileError if it is tied to another."""
        name = self._keys.key_id
        self._link.command("SET", name, key_id, "NX")
        if (self._link.command("GET", name) or b"").decode() != key_id:
            raise KeyfileError("这个存储是用另一把假名密钥写的。", remedy="请换回原来的密钥文件。")

    def keep(self, digest: str, body: bytes) -> None:
        """Keeps *body* under its digest, once."""
        self._link.command("SET", self._keys.kept(digest), body, "NX")

    def kept(self, digest: str) -> bytes | None:
        """What was kept under *digest*; None if nothing was."""
        found: bytes | None = self._link.command("GET", self._keys.kept(digest))
        return found

    @property
    def is_durable(self) -> bool:
        """True only if the server says that it syncs every write to its disk (appendfsync always)."""
        return self._link.is_durable

    def registers(self, homes: Sequence[str]) -> Seen:
        """Every register entry in *homes*, as the server has it now."""
        found = [self._read_registers(home) for home in homes]
        return _seen(tuple(homes), found)

    def remembered(self, homes: Sequence[str]) -> Seen:
        """As ``registers``, from memory and without a round trip; a claim made on it tells if it is no longer so."""
        with self._lock:
            return _seen(tuple(homes), [self._registers.get(home, ()) for home in homes])

    def _read_registers(self, home: str) -> tuple[RegisterEntry, ...]:
        told = self._link.command("LRANGE", self._keys.of_home(home)[3], 0, -1)
        entries = tuple([_register(item.partition(b"\n")[2]) for item in told])
        with self._lock:
            self._registers[home] = entries
            self._registers.move_to_end(home)
            if len(self._registers) > _KNOWN_HOMES:
                self._registers.popitem(last=False)
        return entries

    def claim(self, claim: Claim) -> Claimed:
        """Reserves all counts or none, once per key."""
        homes = homes_of(claim.home, (count.home for count in claim.counts), claim.seen.homes)
        if not self._link.is_cluster or len(homes) == 1:
            return _claimed(self._link.run(_CLAIM, *self._call(claim, homes, is_main=True)))
        return self._claim_apart(claim, homes)

    def claim_many(self, claims: Sequence[Claim]) -> list[Claimed]:
        """Each claim by itself, in their order, in one round trip (in a cluster one after another)."""
        if self._link.is_cluster:
            return [self.claim(claim) for claim in claims]
        calls = [
            self._call(claim, homes_of(claim.home, (c.home for c in claim.counts), claim.seen.homes), is_main=True)
            for claim in claims
        ]
        return [_claimed(told) for told in self._link.run_many(_CLAIM, calls)]

    def _call(
        self,
        claim: Claim,
        homes: tuple[str, ...],
        *,
        is_main: bool,
        counts: Sequence[Count] | None = None,
        is_full: bool = False,
    ) -> tuple[list[str], list[Arg]]:
        """Keys and arguments of the claim script for these homes of *claim*; *is_full*: there is no room elsewhere."""
        counts = claim.counts if counts is None else counts
        what = "note" if not claim.reserve else "full" if is_full else "reserve"
        of_home = by_home(counts)
        entries_seen = dict(zip(claim.seen.homes, claim.seen.token.split(","), strict=False))
        keys = self._keys
        own = self._answer_key(homes[0], claim.idempotency_key), keys.reservation(homes[0], claim.reservation)
        index_here = is_main and not self._link.is_cluster
        arguments: list[Arg] = [
            micros(claim.now), self._ttl, claim.reservation, micros(claim.expires_at), what, int(is_main),
            int(index_here), claim.digest, claim.answer, claim.facts, _pack(claim.counts), claim.home, len(homes),
        ]  # fmt: skip
        for home in homes:
            # the reservation's own home always holds a part, be it empty: without one the reservation has expired
            part = amounts_of(of_home.get(home, ())) if home in of_home or home == claim.home else b""
            arguments += (entries_seen.get(home, -1), part)
        index = keys.index(claim.reservation) if index_here else own[1]
        return [*own, index, *keys.of_homes(homes)], arguments + count_arguments(counts, homes)

    def _claim_apart(self, claim: Claim, homes: tuple[str, ...]) -> Claimed:
        """A claim over homes on several machines: elsewhere first, its own home last."""
        # a home of its own call each: the sum of what they say is put together in the order of the claim's counts
        of_home, usage, full = by_home(claim.counts), dict[int, Usage](), set[int]()
        self._link.command("SET", self._keys.index(claim.reservation), claim.home, "PX", self._ttl)
        held: list[str] = []
        for home in (*homes[1:], claim.home):
            counts = of_home.get(home, [])
            is_main = home == claim.home
            call = self._call(claim, (home,), is_main=is_main, counts=counts, is_full=bool(full))
            told = _claimed(self._link.run(_CLAIM, *call))
            if told.kind == "reserved":
                held.append(home)
            if told.kind in ("repeated", "key_reused", "stale"):
                self._drop(held, claim.reservation)
                return told
            places = [place for place, count in enumerate(claim.counts) if count.home == home]
            usage.update(zip(places, told.usage, strict=True))
            full.update(places[place] for place in told.full)
        return self._put_together(claim, usage, full, held)

    def _put_together(self, claim: Claim, usage: dict[int, Usage], full: set[int], held: list[str]) -> Claimed:
        if full or not claim.reserve:
            self._drop(held, claim.reservation)
        whole = Claimed(
            kind="noted" if not claim.reserve else "full" if full else "reserved",
            usage=tuple(usage[place] for place in range(len(claim.counts))),
            full=tuple(sorted(full)),
        )
        # its own home saw only its own counts: a repetition is to be told the whole
        answer = self._answer_key(claim.home, claim.idempotency_key)
        self._link.command("HSET", answer, "full", _pack(whole.full), "usage", packed_usage(whole.usage))
        return whole

    def _drop(self, homes: Iterable[str], id_: str) -> None:
        for home in homes:
            self._link.run(_DROP, self._keys.of_home(home)[:3], [id_])

    def _answer_key(self, home: str, idempotency_key: str) -> str:
        """One server knows a key whatever the debtor; a cluster only where the debtor's data lies."""
        return self._keys.answer(idempotency_key, home if self._link.is_cluster else None)

    def amend(self, home: str, idempotency_key: str, answer: bytes) -> None:
        """Replaces the kept answer of a claim that held nothing."""
        self._link.run(_AMEND, [self._answer_key(home, idempotency_key)], [answer])

    def usage(self, counts: Sequence[Count], now: datetime) -> tuple[Usage, ...]:
        """How much of each is used, reserving nothing."""
        found: dict[int, Usage] = {}
        for homes in self._together([count.home for count in counts]):
            places = [place for place, count in enumerate(counts) if count.home in homes]
            asked = count_arguments([counts[place] for place in places], homes)
            told = self._link.run(_USAGE, self._keys.of_homes(homes), [micros(now), len(homes), *asked])
            found.update(zip(places, usage_of(told), strict=True))
        return tuple(found[place] for place in range(len(counts)))

    def _home_of(self, id_: str) -> str | None:
        home = self._link.command("GET", self._keys.index(id_))
        return None if home is None else str(home.decode())

    def reservation(self, id_: str) -> Reservation | None:
        """The reservation with this id."""
        home = self._home_of(id_)
        return None if home is None else self._reservation(id_, home)

    def _reservation(self, id_: str, home: str) -> Reservation | None:
        told = self._link.command(
            "HMGET", self._keys.reservation(home, id_), "state", "counts", "facts", "expires", "settlement"
        )
        if told[0] is None:
            return None
        state = told[0].decode()
        if state == "held" and not self._link.command("HEXISTS", self._keys.of_home(home)[1], id_):
            state = "expired"
        return Reservation(
            id=id_,
            home=home,
            state=state,
            counts=_counts(told[1]),
            facts=told[2],
            expires_at=instant(int(told[3])),
            settlement=(told[4] or b"").decode(),
        )

    def begin(self, id_: str, now: datetime) -> Reservation | None:
        """The contact is being made: the reservation no longer expires."""
        found = self.reservation(id_)
        if found is None:
            return None
        homes, of_home = homes_of(found.home, (c.home for c in found.counts)), by_home(found.counts)
        for group in self._together(homes):
            self._link.run(
                _BEGIN,
                [self._keys.reservation(group[0], id_), *self._keys.of_homes(group)],
                [
                    id_,
                    int(group[0] == found.home),
                    self._ttl,
                    len(group),
                    *(amounts_of(of_home.get(h, ())) for h in group),
                ],
            )
        return self._reservation(id_, found.home)

    def settle(self, claim: SettleClaim) -> StoreSettled:
        """Puts the true amounts in place of the held ones."""
        found = self.reservation(claim.reservation)
        if found is None:
            return StoreSettled(kind="unknown")
        usage: dict[int, Usage] = {}
        kind = "unknown"
        for group in self._together(homes_of(found.home, *([c.home for c in x] for x in (found.counts, claim.counts)))):
            places = [place for place, count in enumerate(claim.counts) if count.home in group]
            told = self._link.run(_SETTLE, *self._settle_call(claim, found.home, group, places))
            if group[0] == found.home:
                kind = told[0].decode()
            if kind in ("unknown", "conflict") or (kind == "repeated" and not self._link.is_cluster):
                return StoreSettled(kind=_SETTLED[kind])
            usage.update(zip(places, usage_of(told[1]), strict=True))
        if kind == "repeated":
            return StoreSettled(kind="repeated")
        return StoreSettled(kind=_SETTLED[kind], usage=tuple(usage[place] for place in range(len(claim.counts))))

    def _settle_call(
        self, claim: SettleClaim, own: str, homes: tuple[str, ...], places: Sequence[int]
    ) -> tuple[list[str], list[Arg]]:
        counts = [claim.counts[place] for place in places]
        of_home = by_home(counts)
        state = "settled" if claim.made else "cancelled"
        arguments: list[Arg] = [
            claim.reservation, int(homes[0] == own), claim.digest, state, _pack(claim.counts), self._ttl,
            micros(claim.now), int(not self._link.is_cluster), len(homes), *(amounts_of(of_home.get(h, ())) for h in homes),
        ]  # fmt: skip
        keys = [self._keys.reservation(homes[0], claim.reservation), *self._keys.of_homes(homes)]
        return keys, arguments + count_arguments(counts, homes)

    def _together(self, homes: Iterable[str]) -> list[tuple[str, ...]]:
        """The homes that one script may see: all of them on one server, one by one in a cluster."""
        each = tuple(dict.fromkeys(homes))
        if self._link.is_cluster:
            return [(home,) for home in each]
        return [each] if each else []

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Releases every reservation due at *now* that has not begun; their ids."""
        released: dict[str, None] = {}
        for due in self._link.scan(self._keys.all_due):
            stem = due.removesuffix("d")
            told = self._link.run(_EXPIRE, [f"{stem}n", f"{stem}p", due], [micros(now)])
            released.update(dict.fromkeys(id_.decode() for id_ in told))
        return tuple(released)

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """Adds register entries; one whose id is there already is left alone."""
        for group in self._entered_together(entries):
            keys = [self._keys.of_home(entry.home)[3] for entry in group]
            self._link.run(
                _ENTER,
                keys,
                [part for entry in group for part in (entry.id, _line(entry))],
            )
        with self._lock:
            for entry in entries:
                self._registers.pop(entry.home, None)

    def _entered_together(self, entries: Sequence[RegisterEntry]) -> Iterator[Sequence[RegisterEntry]]:
        if self._link.is_cluster:
            yield from ([entry] for entry in entries)
            return
        for start in range(0, len(entries), _ENTERED_TOGETHER):
            yield entries[start : start + _ENTERED_TOGETHER]

    def add(self, counts: Sequence[Count]) -> None:
        """Counts contacts that were made without the gate, whatever the caps say."""
        of_home = by_home(counts)
        for homes in self._together(of_home):
            keys = self._keys.of_homes(homes)
            arguments: list[Arg] = [self._ttl, *(amounts_of(of_home[home]) for home in homes)]
            self._link.run(_ADD, keys, arguments, may_repeat=False)

    def ping(self) -> None:
        """Returns if the server answers."""
        self._link.command("PING")

    def close(self) -> None:
        """Lets go of all connections."""
        self._link.close()


_SETTLED: dict[str, Literal["settled", "late", "repeated", "conflict", "unknown"]] = {
    "settled": "settled", "late": "late", "repeated": "repeated", "conflict": "conflict", "unknown": "unknown",
}  # fmt: skip
_KINDS: dict[bytes, ClaimKind] = {
    b"reserved": "reserved", b"full": "full", b"noted": "noted", b"repeated": "repeated",
    b"key_reused": "key_reused", b"stale": "stale",
}  # fmt: skip


def _claimed(told: Sequence[bytes]) -> Claimed:
    kind = _KINDS[told[0]]
    if kind in ("key_reused", "stale"):
        return Claimed(kind=kind)
    if kind == "repeated":
        return Claimed(kind=kind, full=_places(told[1]), usage=usage_of(told[2]), answer=told[3], first=_KINDS[told[4]])
    return Claimed(kind=kind, full=_places(told[1]), usage=usage_of(told[2]))


def _seen(homes: tuple[str, ...], found: Sequence[tuple[RegisterEntry, ...]]) -> Seen:
    """What was read, in the order of entry; the token is the number of entries of each home."""
    entries = tuple([entry for of_home in found for entry in of_home])
    return Seen(homes=homes, entries=entries, token=",".join(str(len(of_home)) for of_home in found))


def _line(entry: RegisterEntry) -> bytes:
    return entry.id.encode() + b"\n" + register_dump(entry).body


def _register(body: bytes) -> RegisterEntry:
    found = read_dump(Dump(kind="register", body=body))
    if not isinstance(found, RegisterEntry):
        raise StoreDamaged("Redis 里有一条登记读不懂。", remedy="请核对前缀（prefix）是不是这个闸门自己的。")
    return found
