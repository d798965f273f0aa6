"""The gate's state in Redis or Valkey: for many machines that ask at the same time.

A decision is one round trip: registers are remembered with the number of their entries, and a claim made on fewer than
there are now comes back as stale.  On one server a claim is one script over all its homes.  In a cluster homes lie on
different machines: what a claim counts elsewhere (a number called for two debtors) is held there first, then the claim
is made at its own home; if that fails, what was held is taken back, and if this process dies in between, it expires.
So a limit may for a while read fuller than it is, never emptier.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from cuijie.gate.encoding import to_msgpack
from cuijie.gate.errors import KeyfileError, SettingsError, StoreDamaged, emptied
from cuijie.gate.stores import redis_kept_scripts as kept_lua
from cuijie.gate.stores import redis_moving as moving
from cuijie.gate.stores import redis_scripts as lua
from cuijie.gate.stores.contract import (
    Claim,
    Claimed,
    ClockMarks,
    Count,
    Dump,
    RegisterEntry,
    Reservation,
    Seen,
    SettleClaim,
    StoreSettled,
    Usage,
)
from cuijie.gate.stores.dumping import dump_of, read_dump
from cuijie.gate.stores.instants import instant, micros
from cuijie.gate.stores.redis_calls import SETTLED, Calls, SettledKind, claimed_of, lost
from cuijie.gate.stores.redis_keys import (
    Keys,
    by_home,
    homes_of,
    instants_of,
    plain_counts,
    usage_of,
)
from cuijie.gate.stores.redis_link import RedisLink, Script

__all__ = ["RedisStore", "open_redis"]

_CLAIM, _DROP, _BEGIN, _SETTLE = Script(lua.CLAIM), Script(lua.DROP), Script(lua.BEGIN), Script(lua.SETTLE)
_EXPIRE, _USAGE, _ADD, _NEAR = Script(lua.EXPIRE), Script(lua.USAGE), Script(lua.ADD), Script(lua.NEAR)
_ENTER, _AMEND = Script(kept_lua.ENTER), Script(kept_lua.AMEND)
_KEPT = timedelta(days=62)  # how long answers and counters outlive their last use: a month, and what is settled late
_KNOWN = 200_000  # homes and reservations remembered by this process
_ENTERED_TOGETHER = 500
_NOTHING = nullcontext()


_Known = TypeVar("_Known")


class RedisStore:
    """A ``GateStore`` on Redis 6 or later or Valkey, one server or a cluster.

    *wait_s* is the longest wait for an answer.
    """

    def __init__(self, url: str, *, prefix: str = "cuijie", wait_s: float = 1.0) -> None:
        self._link = RedisLink(url, wait_s=wait_s)
        self._keys = Keys(prefix)
        self._ttl = _KEPT // timedelta(milliseconds=1)
        self._calls = Calls(self._keys, self._ttl, is_cluster=self._link.is_cluster)
        self._registers: OrderedDict[str, tuple[RegisterEntry, ...]] = OrderedDict()
        self._homes: OrderedDict[str, str] = OrderedDict()  # of reservations
        self._lock = Lock()

    def batch(self) -> AbstractContextManager[object]:
        """Nothing to commit: every script is done when it answers."""
        return _NOTHING

    @property
    def is_durable(self) -> bool:
        """True only if the server says that it syncs every write to its disk (appendfsync always)."""
        return self._link.is_durable

    @property
    def takes_many(self) -> bool:
        """True on one server; in a cluster each claim goes its own way."""
        return not self._link.is_cluster

    def identify(self, key_id: str, *, may_be_new: bool = True) -> None:
        """See the protocol.  Raises StoreDamaged also if only a part of another store was taken in."""
        if self._link.command("EXISTS", self._keys.moving):
            raise StoreDamaged(
                "往这个存储迁入还没有完成，或者在半路断了：次数和登记只有一部分。",
                remedy="没有别的迁移在进行时，请换一个前缀（?prefix=）重新迁入，原来的存储还是完整的。",
            )
        if not may_be_new and not self._mark():
            raise emptied()
        self._link.command("SET", self._keys.mark, f"{key_id} {os.urandom(8).hex()}", "NX")
        self._calls.mark = self._mark()
        if self._calls.mark.partition(" ")[0] != key_id:
            raise KeyfileError("这个存储是用另一把假名密钥写的。", remedy="请换回原来的密钥文件。")

    def _mark(self) -> str:
        return (self._link.command("GET", self._keys.mark) or b"").decode()

    def _check_is_there(self) -> None:
        if self._calls.mark and self._mark() != self._calls.mark:
            raise lost()

    def keep(self, digest: str, body: bytes) -> None:
        """Keeps *body* under its digest, once."""
        self._link.command("SET", self._keys.kept(digest), body, "NX")

    def kept(self, digest: str) -> bytes | None:
        """What was kept under *digest*; None if nothing was."""
        found: bytes | None = self._link.command("GET", self._keys.kept(digest))
        return found

    def tokens(self, many: int) -> list[str]:
        """Ends of ids that nobody can guess."""
        return [os.urandom(8).hex() for _ in range(many)]

    def registers(self, homes: Sequence[str]) -> Seen:
        """Every register entry in *homes*, as the server has it now."""
        return _seen(tuple(homes), [self._read_registers(home) for home in homes])

    def remembered(self, homes: Sequence[Sequence[str]]) -> list[Seen]:
        """As ``registers``, from memory and without a round trip; a claim made on it tells if it is no longer so."""
        known = self._registers
        with self._lock:
            return [_seen(tuple(one), [known.get(home, ()) for home in one]) for one in homes]

    def _read_registers(self, home: str) -> tuple[RegisterEntry, ...]:
        told = self._link.command("LRANGE", self._keys.of_home(home)[2], 0, -1)
        entries = tuple([_register(item.partition(b"\n")[2]) for item in told])
        with self._lock:
            _remember(self._registers, home, entries)
        return entries

    def claim(self, claim: Claim) -> Claimed:
        """Reserves all counts or none, once per key."""
        return self.claim_many([claim])[0]

    def claim_many(self, claims: Sequence[Claim]) -> list[Claimed]:
        """One claim after another: on one server in one round trip, in a cluster each by itself."""
        with self._lock:
            for claim in claims:
                _remember(self._homes, claim.reservation, claim.home)
        if self._link.is_cluster:
            return [self._claim_apart(claim) for claim in claims]
        return [claimed_of(told) for told in self._link.run_many(_CLAIM, map(self._calls.whole_claim, claims))]

    def _index(self, claim: Claim) -> None:
        if claim.reserve:
            self._link.command("SET", self._keys.index(claim.reservation), claim.home, "PX", self._ttl)

    def _claim_apart(self, claim: Claim) -> Claimed:
        """A claim over homes on several machines: elsewhere first, its own home last."""
        of_home, usage, full, held = by_home(claim.counts), dict[int, Usage](), list[int](), list[str]()
        elsewhere = [home for home in claim.seen.homes if home != claim.home]
        told_now = self._link.lengths(self._keys.registers_of(elsewhere))
        entries = dict(zip(claim.seen.homes, claim.seen.token.split(","), strict=False))
        if [str(length) for length in told_now] != [entries[home] for home in elsewhere]:
            return Claimed(kind="stale")
        self._index(claim)
        for home in (home for home in of_home if home != claim.home):
            call = self._calls.claim(claim, [], (home,), of_home[home], is_main=False)
            told = claimed_of(self._link.run(_CLAIM, *call))
            if told.kind == "reserved":
                held.append(home)
            places = [place for place, count in enumerate(claim.counts) if count.home == home]
            usage.update(zip(places, told.usage, strict=True))
            full += [places[place] for place in told.full]
        seen, own = [claim.home] if claim.home in claim.seen.homes else [], of_home.get(claim.home, ())
        call = self._calls.claim(claim, seen, (claim.home,), own, is_main=True, elsewhere=(usage, full))
        told = claimed_of(self._link.run(_CLAIM, *call))
        # repeated, with this very reservation: its own answer had been lost on the way
        if told.kind != "reserved" and not (told.kind == "repeated" and self.reservation(claim.reservation)):
            self._drop(held, claim.reservation)
        return told

    def _drop(self, homes: Iterable[str], id_: str) -> None:
        for home in homes:
            self._link.run(_DROP, self._keys.of_home(home)[:2], [id_])

    def amend(self, home: str, idempotency_key: str, answer: bytes) -> None:
        """Replaces the kept answer of a claim that held nothing."""
        self._link.run(_AMEND, [self._calls.answer_key(home, idempotency_key)], [answer])

    def usage(self, counts: Sequence[Count], now: datetime) -> tuple[Usage, ...]:
        """How much of each is used, reserving nothing."""
        found: dict[int, Usage] = {}
        for homes in self._together(count.home for count in counts):
            places = [place for place, count in enumerate(counts) if count.home in homes]
            asked = plain_counts([counts[place] for place in places], homes)
            told = self._link.run(_USAGE, self._keys.counters_of(homes), [to_msgpack((micros(now), len(homes), asked))])
            found.update(zip(places, usage_of(told), strict=True))
        return tuple(found[place] for place in range(len(counts)))

    def near(self, counts: Sequence[Count], now: datetime) -> tuple[tuple[int, ...], ...]:
        """At which instants near each count anything is settled or held."""
        found: dict[int, tuple[int, ...]] = {}
        for homes in self._together(count.home for count in counts):
            places = [place for place, count in enumerate(counts) if count.home in homes]
            asked = plain_counts([counts[place] for place in places], homes)
            told = self._link.run(_NEAR, self._keys.counters_of(homes), [to_msgpack((micros(now), len(homes), asked))])
            found.update(zip(places, map(instants_of, told), strict=True))
        return tuple(found[place] for place in range(len(counts)))

    def _home_of(self, id_: str) -> str | None:
        with self._lock:
            known = self._homes.get(id_)
        if known is not None:
            return known
        told = self._link.command("GET", self._keys.index(id_))
        return None if told is None else str(told.decode())

    def reservation(self, id_: str) -> Reservation | None:
        """The reservation with this id."""
        home = self._home_of(id_)
        return None if home is None else self._reservation(id_, home)

    def _reservation(self, id_: str, home: str) -> Reservation | None:
        found = moving.reservation_of(self._link, self._keys, id_, home)
        return None if found is None else found[0]

    def begin(self, id_: str, now: datetime) -> Reservation | None:
        """The contact is being made: the reservation no longer expires."""
        found = self.reservation(id_)
        if found is None:
            return None
        for homes in self._together(homes_of(found.home, (count.home for count in found.counts))):
            counts = plain_counts([count for count in found.counts if count.home in homes], homes)
            head = to_msgpack((id_, homes[0] == found.home, self._ttl, len(homes), counts, micros(now)))
            keys = [self._keys.reservation(homes[0], id_), *self._keys.counters_of(homes)]
            if self._link.run(_BEGIN, keys, [head]) != b"begun":
                break
        return self._reservation(id_, found.home)

    def settle(self, claim: SettleClaim) -> StoreSettled:
        """Puts the true amounts in place of the held ones."""
        found = self.reservation(claim.reservation)
        if found is None:
            return StoreSettled(kind="unknown")
        usage: dict[int, Usage] = {}
        kind: SettledKind = "unknown"
        homes = homes_of(found.home, (count.home for count in found.counts), (count.home for count in claim.counts))
        for group in self._together(homes):
            places = [place for place, count in enumerate(claim.counts) if count.home in group]
            told = self._link.run(_SETTLE, *self._calls.settle(claim, found.home, group, places))
            if group[0] == found.home:
                kind = SETTLED[told[0]]
            if len(told) == 1:
                return StoreSettled(kind=kind)
            usage.update(zip(places, usage_of(told[1]), strict=True))
        if kind == "repeated":
            return StoreSettled(kind=kind)
        return StoreSettled(kind=kind, usage=tuple(usage[place] for place in range(len(claim.counts))))

    def _together(self, homes: Iterable[str]) -> list[tuple[str, ...]]:
        """The homes that one script may see: all of them on one server, one by one in a cluster."""
        each = tuple(dict.fromkeys(homes))
        if self._link.is_cluster:
            return [(home,) for home in each]
        return [each] if each else []

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Releases every reservation due at *now* that has not begun; their ids."""
        released: dict[str, None] = {}
        for parts in self._link.scan(self._keys.each("p")):
            told = self._link.run(_EXPIRE, [parts.removesuffix("p") + "n", parts], [micros(now)])
            released.update(dict.fromkeys(id_.decode() for id_ in told))
        return tuple(released)

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """Adds register entries; one whose id is there already is left alone."""
        for group in self._entered_together(entries):
            keys = [self._keys.of_home(entry.home)[2] for entry in group]
            self._link.run(_ENTER, keys, [part for entry in group for part in (entry.id, _line(entry))])
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
        for homes in self._together(count.home for count in counts):
            asked = plain_counts([count for count in counts if count.home in homes], homes)
            keys = [self._keys.of_home(home)[0] for home in homes]
            self._link.run(_ADD, keys, [to_msgpack((self._ttl, asked))], may_repeat=False)

    def forget(self, before: datetime) -> Iterator[int]:
        """See the protocol: in one step."""
        yield moving.forget(self._link, self._keys, before)

    def dump(self) -> Iterator[Dump]:
        """Everything it holds, for another store."""
        return moving.dump(self._link, self._keys)

    def load(self, items: Iterable[Dump]) -> int:
        """Takes in what another store dumped; how many.  The store must be empty."""
        moving.check_is_empty(self._link, self._keys)
        self._link.command("SET", self._keys.moving, 1)  # whoever opens it before all is there would count too little
        number, entries = moving.load(self._link, self._keys, self._ttl, items)
        self.enter(entries)
        self._link.command("DEL", self._keys.moving)
        return number

    def clock_marks(self) -> ClockMarks:
        """The server's clock, which all machines of this gate share; it is asked for often enough to notice a loss."""
        self._check_is_there()
        return ClockMarks(servers=tuple([instant(at) for at in self._link.times()]))

    def ping(self) -> None:
        """Returns if the server answers and still holds what it was given."""
        self._link.command("PING")
        self._check_is_there()

    def close(self) -> None:
        """Lets go of all connections."""
        self._link.close()


def _remember(known: OrderedDict[str, _Known], name: str, value: _Known) -> None:
    known[name] = value
    known.move_to_end(name)
    if len(known) > _KNOWN:
        known.popitem(last=False)


def _seen(homes: tuple[str, ...], found: Sequence[tuple[RegisterEntry, ...]]) -> Seen:
    """What was read, in the order of entry; the token is the number of entries of each home."""
    entries = tuple([entry for of_home in found for entry in of_home])
    return Seen(homes=homes, entries=entries, token=",".join([str(len(of_home)) for of_home in found]))


def _line(entry: RegisterEntry) -> bytes:
    return entry.id.encode() + b"\n" + dump_of(entry).body


def _register(body: bytes) -> RegisterEntry:
    found = read_dump(Dump(kind="register", body=body))
    if not isinstance(found, RegisterEntry):
        raise StoreDamaged("Redis 里有一条登记读不懂。", remedy="请核对前缀（prefix）是不是这个闸门自己的。")
    return found


def open_redis(url: str) -> RedisStore:
    """The store at *url*: ``redis://``, ``rediss://`` (encrypted), ``valkey://``, ``unix://``.

    ``?prefix=`` keeps several gates apart, ``?wait_s=`` is the longest wait; what belongs to a cluster is seen by
    itself.  Raises SettingsError or StoreUnreachable.
    """
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    prefix = asked.pop("prefix", ["cuijie"])[0]
    if not _PREFIX.fullmatch(prefix):
        raise SettingsError(f"prefix“{prefix}”不能用。", remedy="用英文字母、数字、横线、下划线。")
    try:
        wait_s = float(asked.pop("wait_s", ["1"])[0])
    except ValueError as error:
        raise SettingsError("wait_s 应是秒数，例如 0.5。") from error
    if not 0 < wait_s <= _LONGEST_WAIT_S:
        raise SettingsError(f"wait_s 应在 0 到 {_LONGEST_WAIT_S} 秒之间。")
    scheme = _SCHEMES.get(parts.scheme, parts.scheme)
    plain = urlunsplit((scheme, parts.netloc, parts.path, urlencode(asked, doseq=True), ""))
    return RedisStore(plain, prefix=prefix, wait_s=wait_s)


_PREFIX = re.compile("[A-Za-z0-9_-]{1,40}")
_LONGEST_WAIT_S = 30
_SCHEMES = {"valkey": "redis", "valkeys": "rediss", "redis+cluster": "redis", "rediss+cluster": "rediss"}
