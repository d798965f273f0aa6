"""Forgetting what is old, and moving everything from one store to another: the slow walks over a whole Redis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from cuijie.gate.encoding import to_msgpack
from cuijie.gate.errors import StoreDamaged
from cuijie.gate.stores import redis_kept_scripts
from cuijie.gate.stores import redis_scripts as lua
from cuijie.gate.stores.contract import ClaimKind, Count, Dump, RegisterEntry, Reservation, ReservationState
from cuijie.gate.stores.dumping import (
    AnswerItem,
    CellItem,
    Item,
    KeptAnswer,
    KeptItem,
    ReservationItem,
    dump_of,
    read_dump,
)
from cuijie.gate.stores.instants import instant, micros
from cuijie.gate.stores.redis_keys import Keys, by_home, packed_usage, part_of, usage_of
from cuijie.gate.stores.redis_link import RedisLink, Script
from cuijie.gate.stores.tally import FIRST_INSTANT, home_of_key, past_buckets

__all__ = ["check_is_empty", "dump", "forget", "load", "reservation_of"]

_DROP, _PRUNE = Script(lua.DROP), Script(redis_kept_scripts.PRUNE)
_counts = msgspec.msgpack.Decoder(tuple[Count, ...]).decode
_places = msgspec.msgpack.Decoder(tuple[int, ...]).decode
_numbers = msgspec.msgpack.Decoder(list[int]).decode
_STATES: dict[bytes, ReservationState] = {
    b"held": "held", b"begun": "begun", b"settled": "settled", b"cancelled": "cancelled",
}  # fmt: skip
_KINDS: dict[bytes, ClaimKind] = {b"reserved": "reserved", b"full": "full", b"noted": "noted"}


def forget(link: RedisLink, keys: Keys, before: datetime) -> int:
    """See the store's protocol; how many."""
    number = 0
    for answer in _answer_keys(link, keys):
        at = link.command("HGET", answer, "at")
        if at is not None and int(at) < micros(before):
            number += int(link.command("DEL", answer))
    for id_, home in _reservations(link, keys):
        found = reservation_of(link, keys, id_, home)
        if found is not None and found[0].state != "held" and found[1] < before:
            for held in {home, *by_home(found[0].counts)} if found[0].state == "begun" else ():
                link.run(_DROP, keys.of_home(held)[:2], [id_])
            number += int(link.command("DEL", keys.reservation(home, id_)))
            link.command("DEL", keys.index(id_))
    months, days, instants = past_buckets(before)
    hours = range(instants.start // lua.HOUR_US, instants.stop // lua.HOUR_US)
    past = [edge for span in (months, days, hours) for edge in (span.start, span.stop)]
    for counters in link.scan(keys.each("n")):
        number += int(link.run(_PRUNE, [counters], past))
    return number


def dump(link: RedisLink, keys: Keys) -> Iterator[Dump]:
    """Everything, item by item."""
    for counters in link.scan(keys.each("n")):
        cells: dict[str, list[int]] = {}
        told = link.command("HGETALL", counters)
        for field, value in _pairs(told):
            place, _, what = field.decode().rpartition(":")
            if what == "t":
                yield from _instants_dump(place, value)
                continue
            cells.setdefault(place, [0, 0])[what == "h"] = int(value)
        for place, cell in cells.items():
            key, _, bucket = place.rpartition("|")
            yield dump_of(CellItem(key=key, bucket=int(bucket), settled=cell[0], held=cell[1]))
    for name in link.scan(keys.kept("*")):
        yield dump_of(KeptItem(digest=name.removeprefix(keys.kept("")), body=link.command("GET", name) or b""))
    for answer in _answer_keys(link, keys):
        yield from _answer_dump(link, answer)
    for lists in link.scan(keys.each("g")):
        for line in link.command("LRANGE", lists, 0, -1):
            yield Dump(kind="register", body=line.partition(b"\n")[2])
    for id_, home in _reservations(link, keys):
        found = reservation_of(link, keys, id_, home)
        if found is not None:
            yield dump_of(ReservationItem(reservation=found[0], touched_at=found[1]))


def _instants_dump(place: str, packed: bytes) -> Iterator[Dump]:
    """The counters at instants that one field holds."""
    key, told = place.rpartition("|")[0], iter(_numbers(packed))
    for at, settled, held in zip(told, told, told, strict=True):
        yield dump_of(CellItem(key=key, bucket=at, settled=settled, held=held))


def check_is_empty(link: RedisLink, keys: Keys) -> None:
    """Raises StoreDamaged if anything is counted, held, answered or registered."""
    if link.scan(f"{keys.prefix}:{{*") or link.scan(f"{keys.prefix}:a:*"):
        raise StoreDamaged("要迁入的存储不是空的。", remedy="请迁入一个新建的存储，或换一个前缀。")


def load(link: RedisLink, keys: Keys, ttl: int, items: Iterable[Dump]) -> tuple[int, list[RegisterEntry]]:
    """Takes in what another store dumped: how many items, and the register entries still to be entered."""
    number, entries = 0, list[RegisterEntry]()
    for item in items:
        number += 1
        found = read_dump(item)
        if isinstance(found, RegisterEntry):
            entries.append(found)
        else:
            _take(link, keys, ttl, found)
    return number, entries


def _take(link: RedisLink, keys: Keys, ttl: int, item: Item) -> None:
    match item:
        case CellItem(key=key, bucket=bucket) if bucket >= FIRST_INSTANT:
            counters, field = keys.of_home(home_of_key(key))[0], f"{key}|{bucket // lua.HOUR_US}:t"
            known = link.command("HGET", counters, field)
            cells = [*(_numbers(known) if known else ()), bucket, item.settled, item.held]
            link.command("HSET", counters, field, to_msgpack(cells))
            link.command("PEXPIRE", counters, ttl)
        case CellItem(key=key, bucket=bucket):
            counters = keys.of_home(home_of_key(key))[0]
            for what, amount in (("s", item.settled), ("h", item.held)):
                if amount:
                    link.command("HSET", counters, f"{key}|{bucket}:{what}", amount)
            link.command("PEXPIRE", counters, ttl)
        case KeptItem(digest=digest, body=body):
            link.command("SET", keys.kept(digest), body)
        case AnswerItem():
            _take_answer(link, keys, ttl, item)
        case ReservationItem():
            _take_reservation(link, keys, ttl, item.reservation, item.touched_at)


def _take_answer(link: RedisLink, keys: Keys, ttl: int, item: AnswerItem) -> None:
    told = item.answer
    name = keys.answer(item.key, None)
    link.command(
        "HSET", name, "digest", told.digest, "kind", told.kind, "full", to_msgpack(told.full),
        "usage", packed_usage(told.usage), "answer", told.answer, "at", micros(told.at),
    )  # fmt: skip
    link.command("PEXPIRE", name, ttl)


def _take_reservation(link: RedisLink, keys: Keys, ttl: int, found: Reservation, touched_at: datetime) -> None:
    name, state = keys.reservation(found.home, found.id), "held" if found.state == "expired" else found.state
    link.command(
        "HSET", name, "state", state, "expires", micros(found.expires_at), "facts", found.facts,
        "counts", to_msgpack(found.counts), "at", micros(touched_at), "settlement", found.settlement,
    )  # fmt: skip
    link.command("PEXPIRE", name, ttl)
    link.command("SET", keys.index(found.id), found.home, "PX", ttl)
    if found.state in ("held", "begun"):
        expires = micros(found.expires_at) if found.state == "held" else 0
        for home, counts in {found.home: [], **by_home(found.counts)}.items():
            parts = keys.of_home(home)[1]
            link.command("HSET", parts, found.id, part_of(expires, counts))
            link.command("PEXPIRE", parts, ttl)


def _answer_keys(link: RedisLink, keys: Keys) -> list[str]:
    return link.scan(keys.answer("*", None)) + link.scan(keys.each("a:*"))


def _answer_dump(link: RedisLink, name: str) -> Iterator[Dump]:
    told = link.command("HMGET", name, "digest", "kind", "full", "usage", "answer", "at")
    if told[0] is None:
        return
    kind = _KINDS[told[1]]
    answer = KeptAnswer(
        digest=told[0].decode(), kind=kind, full=_places(told[2]), usage=usage_of(told[3]), answer=told[4],
        at=instant(int(told[5])),
    )  # fmt: skip
    yield dump_of(AnswerItem(key=name.rpartition(":a:")[2], answer=answer))


def _reservations(link: RedisLink, keys: Keys) -> Iterator[tuple[str, str]]:
    """The id and the home of every reservation."""
    for name in link.scan(keys.each("r:*")):
        id_ = name.rpartition("}:r:")[2]
        home = link.command("GET", keys.index(id_))
        if home is not None:
            yield id_, home.decode()


def reservation_of(link: RedisLink, keys: Keys, id_: str, home: str) -> tuple[Reservation, datetime] | None:
    """A reservation and when it was last changed; held without a part, it has expired."""
    told = link.command("HMGET", keys.reservation(home, id_), "state", "counts", "facts", "expires", "settlement", "at")
    if told[0] is None:
        return None
    state, expires_at, touched_at = _STATES[told[0]], instant(int(told[3])), instant(int(told[5]))
    if state == "held" and not link.command("HEXISTS", keys.of_home(home)[1], id_):
        state, touched_at = "expired", max(touched_at, expires_at)
    found = Reservation(
        id=id_,
        home=home,
        state=state,
        counts=_counts(told[1]),
        facts=told[2],
        expires_at=expires_at,
        settlement=(told[4] or b"").decode(),
    )
    return found, touched_at


def _pairs(told: object) -> Iterator[tuple[bytes, bytes]]:
    """A hash as Redis tells it: a dictionary in the newer protocol, a flat list in the older."""
    if isinstance(told, dict):
        yield from told.items()
    elif isinstance(told, list):
        yield from zip(told[::2], told[1::2], strict=True)
