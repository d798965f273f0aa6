"""The store in memory: for one process whose counters may end with it, for trials, and to measure against."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

import msgspec

from cuijie.gate import dumping
from cuijie.gate.errors import KeyfileError, StoreDamaged
from cuijie.gate.store import (
    Claim,
    Claimed,
    ClaimKind,
    Count,
    Dump,
    RegisterEntry,
    Reservation,
    ReservationState,
    Seen,
    SettleClaim,
    StoreSettled,
    Usage,
)
from cuijie.gate.tally import Cell, full_places, is_past, usage_of

__all__ = ["MemoryStore"]


class _Held:
    """A reservation, changed in place."""

    __slots__ = ("counts", "expires_at", "facts", "home", "settlement", "state", "touched_at")

    def __init__(self, found: Claim | Reservation, touched_at: datetime) -> None:
        self.home, self.counts, self.facts, self.expires_at = found.home, found.counts, found.facts, found.expires_at
        self.state: ReservationState = "held" if isinstance(found, Claim) else found.state
        self.settlement = "" if isinstance(found, Claim) else found.settlement
        self.touched_at = touched_at


class MemoryStore:
    """Everything in dictionaries behind one lock."""

    is_durable = False

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._cells: dict[tuple[str, int], Cell] = {}
        self._answers: dict[str, dumping.KeptAnswer] = {}
        self._held: dict[str, _Held] = {}
        self._due: list[tuple[datetime, str]] = []
        self._registers: dict[str, list[RegisterEntry]] = {}
        self._register_ids: set[str] = set()
        self._kept: dict[str, bytes] = {}
        self._key_id: str | None = None

    def batch(self) -> AbstractContextManager[None]:
        """Nothing to commit."""
        return nullcontext()

    def identify(self, key_id: str) -> None:
        """See the protocol."""
        if self._key_id not in (None, key_id):
            raise KeyfileError("这个存储是用另一把假名密钥写的。", remedy="请换回原来的密钥文件。")
        self._key_id = key_id

    def registers(self, homes: Sequence[str]) -> Seen:
        """See the protocol."""
        found: list[RegisterEntry] = []
        for home in homes:
            entries = self._registers.get(home)
            if entries:
                found += entries
        return Seen(homes=tuple(homes), entries=tuple(found))

    def remembered(self, homes: Sequence[str]) -> Seen:
        """See the protocol."""
        return self.registers(homes)

    def claim(self, claim: Claim) -> Claimed:
        """See the protocol."""
        with self._lock:
            earlier = self._answers.get(claim.idempotency_key)
            if earlier is not None:
                return dumping.repeated(earlier, claim.digest)
            if self._due:
                self._expire(claim.now)
            usage = tuple([usage_of(count, self._cells.get) for count in claim.counts])
            kind: ClaimKind = "noted"
            full: tuple[int, ...] = ()
            if claim.reserve:
                full = full_places(claim.counts, usage)
                kind = "full" if full else "reserved"
            if kind == "reserved":
                self._add(claim.counts, held=1)
                self._hold(claim)
            self._answers[claim.idempotency_key] = dumping.KeptAnswer(
                digest=claim.digest, kind=kind, answer=claim.answer, usage=usage, full=full, at=claim.now
            )
            return Claimed(kind=kind, usage=usage, full=full)

    def _hold(self, claim: Claim) -> None:
        self._held[claim.reservation] = _Held(claim, claim.now)
        heapq.heappush(self._due, (claim.expires_at, claim.reservation))

    def _add(self, counts: Sequence[Count], *, settled: int = 0, held: int = 0) -> None:
        for count in counts:
            cell = self._cells.get((count.key, count.bucket))
            if cell is None:
                cell = self._cells[count.key, count.bucket] = [0, 0]
            cell[0] += settled * count.amount
            cell[1] += held * count.amount

    def _expire(self, now: datetime) -> list[str]:
        released = []
        while self._due and self._due[0][0] <= now:
            _, id_ = heapq.heappop(self._due)
            held = self._held.get(id_)
            if held is not None and held.state == "held" and held.expires_at <= now:
                self._add(held.counts, held=-1)
                held.state, held.touched_at = "expired", now
                released.append(id_)
        return released

    def keep(self, digest: str, body: bytes) -> None:
        """See the protocol."""
        self._kept.setdefault(digest, body)

    def kept(self, digest: str) -> bytes | None:
        """See the protocol."""
        return self._kept.get(digest)

    def amend(self, home: str, idempotency_key: str, answer: bytes) -> None:
        """See the protocol."""
        with self._lock:
            found = self._answers.get(idempotency_key)
            if found is not None and found.kind in ("full", "noted"):
                self._answers[idempotency_key] = msgspec.structs.replace(found, answer=answer)

    def usage(self, counts: Sequence[Count], now: datetime) -> tuple[Usage, ...]:
        """See the protocol."""
        with self._lock:
            self._expire(now)
            return tuple(usage_of(count, self._cells.get) for count in counts)

    def reservation(self, id_: str) -> Reservation | None:
        """See the protocol."""
        with self._lock:
            return self._reservation(id_)

    def _reservation(self, id_: str) -> Reservation | None:
        held = self._held.get(id_)
        if held is None:
            return None
        return Reservation(
            id=id_,
            home=held.home,
            state=held.state,
            counts=held.counts,
            facts=held.facts,
            expires_at=held.expires_at,
            settlement=held.settlement,
        )

    def begin(self, id_: str, now: datetime) -> Reservation | None:
        """See the protocol."""
        with self._lock:
            self._expire(now)
            held = self._held.get(id_)
            if held is not None and held.state in ("held", "expired"):
                if held.state == "expired":
                    self._add(held.counts, held=1)
                held.state, held.touched_at = "begun", now
            return self._reservation(id_)

    def settle(self, claim: SettleClaim) -> StoreSettled:
        """See the protocol."""
        with self._lock:
            self._expire(claim.now)
            held = self._held.get(claim.reservation)
            if held is None:
                return StoreSettled(kind="unknown")
            if held.state in ("settled", "cancelled"):
                return StoreSettled(kind="repeated" if held.settlement == claim.digest else "conflict")
            was_expired = held.state == "expired"
            if not was_expired:
                self._add(held.counts, held=-1)
            self._add(claim.counts, settled=1)
            held.state = "settled" if claim.made else "cancelled"
            held.counts, held.settlement, held.touched_at = claim.counts, claim.digest, claim.now
            usage = tuple(usage_of(count, self._cells.get) for count in claim.counts)
            return StoreSettled(kind="late" if was_expired else "settled", usage=usage)

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See the protocol."""
        with self._lock:
            return tuple(self._expire(now))

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """See the protocol."""
        with self._lock:
            for entry in entries:
                if entry.id not in self._register_ids:
                    self._register_ids.add(entry.id)
                    self._registers[entry.home] = [*self._registers.get(entry.home, ()), entry]

    def add(self, counts: Sequence[Count]) -> None:
        """See the protocol."""
        with self._lock:
            self._add(counts, settled=1)

    def forget(self, before: datetime) -> int:
        """See the protocol."""
        with self._lock:
            answers = [key for key, answer in self._answers.items() if answer.at < before]
            ended = [id_ for id_, h in self._held.items() if h.state not in ("held", "begun") and h.touched_at < before]
            cells = [place for place, cell in self._cells.items() if not cell[1] and is_past(place[1], before)]
            for key in answers:
                del self._answers[key]
            for id_ in ended:
                del self._held[id_]
            for place in cells:
                del self._cells[place]
            return len(answers) + len(ended) + len(cells)

    def dump(self) -> Iterator[Dump]:
        """See the protocol."""
        with self._lock:
            items = [
                *(dumping.cell_dump(key, bucket, cell) for (key, bucket), cell in self._cells.items()),
                *(dumping.kept_dump(digest, body) for digest, body in self._kept.items()),
                *(dumping.answer_dump(key, answer) for key, answer in self._answers.items()),
                *(dumping.register_dump(entry) for entries in self._registers.values() for entry in entries),
            ]
            for id_, held in self._held.items():
                found = self._reservation(id_)
                if found is not None:
                    items.append(dumping.reservation_dump(found, held.touched_at))
        yield from items

    def load(self, items: Iterable[Dump]) -> int:
        """See the protocol."""
        with self._lock:
            if self._cells or self._answers or self._held or self._registers:
                raise StoreDamaged("要迁入的存储不是空的。", remedy="请迁入一个新建的存储。")
            return sum(1 for item in items if self._take(dumping.read_dump(item)))

    def _take(self, item: dumping.Item) -> bool:
        match item:
            case dumping.CellItem():
                self._cells[item.key, item.bucket] = [item.settled, item.held]
            case dumping.AnswerItem():
                self._answers[item.key] = item.answer
            case dumping.KeptItem():
                self._kept[item.digest] = item.body
            case dumping.ReservationItem():
                self._held[item.reservation.id] = _Held(item.reservation, item.touched_at)
                heapq.heappush(self._due, (item.reservation.expires_at, item.reservation.id))
            case RegisterEntry():
                self.enter([item])
        return True

    def ping(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to let go of."""
