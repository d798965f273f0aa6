"""What a store on this machine does with claims and settlements, wherever its things are kept.

The order of the steps is what keeps the limits, so it is written once: ``MemoryStore`` and ``SqliteStore`` say only
where a counter, an answer, a reservation lies.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal

import msgspec

from cuijie.gate.errors import StoreDamaged
from cuijie.gate.stores.contract import (
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
from cuijie.gate.stores.tally import Cell, Place, full_places, reach, usage_of

__all__ = ["LocalStore"]

_TOKEN = 8  # bytes


class LocalStore(ABC):
    """The claims of the protocol ``GateStore`` over things kept by a subclass; every step is made inside ``batch``."""

    @abstractmethod
    def batch(self) -> AbstractContextManager[object]:
        """Nobody else sees or changes anything meanwhile; batches nest."""

    @abstractmethod
    def _cell(self, place: Place) -> Cell | None:
        """The counter there; None if nothing was ever counted."""

    @abstractmethod
    def _cells_near(self, key: str, first: int, last: int) -> Sequence[tuple[int, Cell]]:
        """The counters of this key at the instants from *first* to *last*, in order."""

    @abstractmethod
    def _put_cell(self, place: Place, cell: Cell) -> None:
        """Keeps a counter as it is now."""

    @abstractmethod
    def _answer(self, key: str) -> KeptAnswer | None:
        """What was answered under this key."""

    @abstractmethod
    def _put_answer(self, key: str, answer: KeptAnswer) -> None:
        """Keeps an answer, in place of an earlier one."""

    @abstractmethod
    def _held(self, id_: str) -> Reservation | None:
        """The reservation with this id."""

    @abstractmethod
    def _put_held(self, found: Reservation, touched_at: datetime) -> None:
        """Keeps a reservation, in place of its earlier state."""

    @abstractmethod
    def _due(self, now: datetime) -> Sequence[Reservation]:
        """The reservations held whose time is over."""

    @abstractmethod
    def _entries(self, homes: Sequence[str]) -> list[RegisterEntry]:
        """The register entries of these homes, one home after the other, each in the order of entry."""

    @abstractmethod
    def _everything(self) -> Iterator[Item]:
        """All that is kept."""

    @abstractmethod
    def _is_empty(self) -> bool:
        """Whether nothing is kept that another store's things could contradict."""

    @abstractmethod
    def keep(self, digest: str, body: bytes) -> None:
        """See the protocol."""

    @abstractmethod
    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """See the protocol."""

    def tokens(self, many: int) -> list[str]:
        """See the protocol."""
        drawn = os.urandom(_TOKEN * many).hex()
        if many == 1:
            return [drawn]
        return [drawn[at : at + 2 * _TOKEN] for at in range(0, len(drawn), 2 * _TOKEN)]

    def registers(self, homes: Sequence[str]) -> Seen:
        """See the protocol."""
        with self.batch():
            return Seen(homes=tuple(homes), entries=tuple(self._entries(homes)))

    def remembered(self, homes: Sequence[Sequence[str]]) -> list[Seen]:
        """See the protocol: here nothing is further away than what is remembered."""
        with self.batch():
            return [Seen(homes=tuple(one), entries=tuple(self._entries(one))) for one in homes]

    def claim(self, claim: Claim) -> Claimed:
        """See the protocol."""
        return self.claim_many([claim])[0]

    @property
    def takes_many(self) -> bool:
        """See the protocol."""
        return True

    def claim_many(self, claims: Sequence[Claim]) -> list[Claimed]:
        """See the protocol."""
        with self.batch():
            return [self._claimed(claim) for claim in claims]

    def _claimed(self, claim: Claim) -> Claimed:
        earlier = self._answer(claim.idempotency_key)
        if earlier is not None:
            return _repeated(earlier, claim.digest)
        self._release(claim.now)
        usage = self._usage(claim.counts)
        full = full_places(claim.counts, usage) if claim.reserve else ()
        kind: ClaimKind = "noted" if not claim.reserve else "full" if full else "reserved"
        if kind == "reserved":
            self._add(claim.counts, held=1)
            self._put_held(_reserved(claim), claim.now)
        kept = KeptAnswer(digest=claim.digest, kind=kind, answer=claim.answer, usage=usage, full=full, at=claim.now)
        self._put_answer(claim.idempotency_key, kept)
        return Claimed(kind=kind, usage=usage, full=full)

    def _usage(self, counts: Sequence[Count]) -> tuple[Usage, ...]:
        return tuple([usage_of(count, self._cell, self._cells_near) for count in counts])

    def _add(self, counts: Sequence[Count], *, settled: int = 0, held: int = 0) -> None:
        for count in counts:
            place = (count.key, count.bucket)
            cell = self._cell(place) or Cell()
            cell.settled += settled * count.amount
            cell.held += held * count.amount
            self._put_cell(place, cell)

    def _release(self, now: datetime) -> tuple[str, ...]:
        released = self._due(now)
        if not released:
            return ()
        for found in released:
            self._add(found.counts, held=-1)
            self._put_held(msgspec.structs.replace(found, state="expired"), now)
        return tuple([found.id for found in released])

    def amend(self, home: str, idempotency_key: str, answer: bytes) -> None:
        """See the protocol."""
        with self.batch():
            found = self._answer(idempotency_key)
            if found is not None and found.kind in ("full", "noted"):
                self._put_answer(idempotency_key, msgspec.structs.replace(found, answer=answer))

    def usage(self, counts: Sequence[Count], now: datetime) -> tuple[Usage, ...]:
        """See the protocol."""
        with self.batch():
            self._release(now)
            return self._usage(counts)

    def near(self, counts: Sequence[Count], now: datetime) -> tuple[tuple[int, ...], ...]:
        """See the protocol."""
        with self.batch():
            self._release(now)
            found = [self._cells_near(count.key, *reach(count)) for count in counts]
            return tuple([tuple([at for at, cell in cells if cell.settled or cell.held]) for cells in found])

    def reservation(self, id_: str) -> Reservation | None:
        """See the protocol."""
        with self.batch():
            return self._held(id_)

    def begin(self, id_: str, now: datetime) -> Reservation | None:
        """See the protocol."""
        with self.batch():
            self._release(now)
            found = self._held(id_)
            if found is None or found.state not in ("held", "expired"):
                return found
            if found.state == "expired":
                self._add(found.counts, held=1)
            begun = msgspec.structs.replace(found, state="begun")
            self._put_held(begun, now)
            return begun

    def settle(self, claim: SettleClaim) -> StoreSettled:
        """See the protocol."""
        with self.batch():
            self._release(claim.now)
            found = self._held(claim.reservation)
            if found is None:
                return StoreSettled(kind="unknown")
            if found.state in ("settled", "cancelled"):
                return StoreSettled(kind="repeated" if found.settlement == claim.digest else "conflict")
            was_expired = found.state == "expired"
            if not was_expired:
                self._add(found.counts, held=-1)
            self._add(claim.counts, settled=1)
            state: Literal["settled", "cancelled"] = "settled" if claim.made else "cancelled"
            ended = msgspec.structs.replace(found, state=state, counts=claim.counts, settlement=claim.digest)
            self._put_held(ended, claim.now)
            return StoreSettled(kind="late" if was_expired else "settled", usage=self._usage(claim.counts))

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See the protocol."""
        with self.batch():
            return self._release(now)

    def add(self, counts: Sequence[Count]) -> None:
        """See the protocol."""
        with self.batch():
            self._add(counts, settled=1)

    def dump(self) -> Iterator[Dump]:
        """See the protocol."""
        with self.batch():
            items = [dump_of(item) for item in self._everything()]
        yield from items

    def load(self, items: Iterable[Dump]) -> int:
        """See the protocol."""
        with self.batch():
            if not self._is_empty():
                raise StoreDamaged("要迁入的存储不是空的。", remedy="请迁入一个新建的存储。")
            number = 0
            for item in items:
                self._take(read_dump(item))
                number += 1
            return number

    def _take(self, item: Item) -> None:
        match item:
            case CellItem():
                self._put_cell((item.key, item.bucket), Cell(settled=item.settled, held=item.held))
            case AnswerItem():
                self._put_answer(item.key, item.answer)
            case KeptItem():
                self.keep(item.digest, item.body)
            case ReservationItem():
                self._put_held(item.reservation, item.touched_at)
            case RegisterEntry():
                self.enter([item])


def _reserved(claim: Claim) -> Reservation:
    return Reservation(
        id=claim.reservation,
        home=claim.home,
        state="held",
        counts=claim.counts,
        facts=claim.facts,
        expires_at=claim.expires_at,
    )


def _repeated(earlier: KeptAnswer, digest: str) -> Claimed:
    """What a claim under a key already used comes to."""
    if earlier.digest != digest:
        return Claimed(kind="key_reused")
    return Claimed(kind="repeated", usage=earlier.usage, full=earlier.full, answer=earlier.answer, first=earlier.kind)
