"""The store in memory: for one process whose counters may end with it, for trials, and to measure against."""

from __future__ import annotations

import heapq
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from cuijie.gate.errors import KeyfileError
from cuijie.gate.stores.contract import ClockMarks, RegisterEntry, Reservation
from cuijie.gate.stores.dumping import AnswerItem, CellItem, Item, KeptAnswer, KeptItem, ReservationItem
from cuijie.gate.stores.local import LocalStore
from cuijie.gate.stores.tally import FIRST_INSTANT, Cell, Place, past_buckets

__all__ = ["MemoryStore"]


class MemoryStore(LocalStore):
    """Everything in dictionaries behind one lock."""

    is_durable = False

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._cells: dict[Place, Cell] = {}
        self._instants: dict[str, list[int]] = {}  # by key, in order
        self._answers: dict[str, KeptAnswer] = {}
        self._reservations: dict[str, ReservationItem] = {}
        self._expiring: list[tuple[datetime, str]] = []  # a heap
        self._registers: dict[str, list[RegisterEntry]] = {}
        self._register_ids: set[str] = set()
        self._kept: dict[str, bytes] = {}
        self._key_id: str | None = None

    def batch(self) -> AbstractContextManager[object]:
        """Nothing to commit: others wait."""
        return self._lock

    def identify(self, key_id: str, *, may_be_new: bool = True) -> None:
        """See the protocol."""
        if self._key_id not in (None, key_id):
            raise KeyfileError("这个存储是用另一把假名密钥写的。", remedy="请换回原来的密钥文件。")
        self._key_id = key_id

    def _cell(self, place: Place) -> Cell | None:
        return self._cells.get(place)

    def _cells_near(self, key: str, first: int, last: int) -> Sequence[tuple[int, Cell]]:
        known = self._instants.get(key, [])
        wanted = known[bisect_left(known, first) : bisect_right(known, last)]
        return [(instant, self._cells[key, instant]) for instant in wanted]

    def _put_cell(self, place: Place, cell: Cell) -> None:
        if place[1] >= FIRST_INSTANT and place not in self._cells:
            insort(self._instants.setdefault(place[0], []), place[1])
        self._cells[place] = cell

    def _answer(self, key: str) -> KeptAnswer | None:
        return self._answers.get(key)

    def _put_answer(self, key: str, answer: KeptAnswer) -> None:
        self._answers[key] = answer

    def _held(self, id_: str) -> Reservation | None:
        found = self._reservations.get(id_)
        return None if found is None else found.reservation

    def _put_held(self, found: Reservation, touched_at: datetime) -> None:
        self._reservations[found.id] = ReservationItem(reservation=found, touched_at=touched_at)
        if found.state == "held":
            heapq.heappush(self._expiring, (found.expires_at, found.id))

    def _due(self, now: datetime) -> Sequence[Reservation]:
        found = []
        while self._expiring and self._expiring[0][0] <= now:
            held = self._held(heapq.heappop(self._expiring)[1])
            if held is not None and held.state == "held":
                found.append(held)
        return found

    def _entries(self, homes: Sequence[str]) -> list[RegisterEntry]:
        return [entry for home in homes if home in self._registers for entry in self._registers[home]]

    def keep(self, digest: str, body: bytes) -> None:
        """See the protocol."""
        self._kept.setdefault(digest, body)

    def kept(self, digest: str) -> bytes | None:
        """See the protocol."""
        return self._kept.get(digest)

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """See the protocol."""
        with self._lock:
            for entry in entries:
                if entry.id not in self._register_ids:
                    self._register_ids.add(entry.id)
                    self._registers.setdefault(entry.home, []).append(entry)

    def forget(self, before: datetime) -> Iterator[int]:
        """See the protocol."""
        with self._lock:
            answers = [key for key, answer in self._answers.items() if answer.at < before]
            ended = [
                id_
                for id_, item in self._reservations.items()
                if item.reservation.state != "held" and item.touched_at < before
            ]
            for id_ in ended:
                reservation = self._reservations.pop(id_).reservation
                if reservation.state == "begun":
                    self._add(reservation.counts, held=-1)
            past = past_buckets(before)
            cells = [
                place for place, cell in self._cells.items() if not cell.held and any(place[1] in gone for gone in past)
            ]
            for key in answers:
                del self._answers[key]
            for place in cells:
                del self._cells[place]
            self._instants = {}
            for key, bucket in sorted(self._cells):
                if bucket >= FIRST_INSTANT:
                    self._instants.setdefault(key, []).append(bucket)
        yield len(answers) + len(ended) + len(cells)

    def _everything(self) -> Iterator[Item]:
        for (key, bucket), cell in self._cells.items():
            yield CellItem(key=key, bucket=bucket, settled=cell.settled, held=cell.held)
        for digest, body in self._kept.items():
            yield KeptItem(digest=digest, body=body)
        for key, answer in self._answers.items():
            yield AnswerItem(key=key, answer=answer)
        for entries in self._registers.values():
            yield from entries
        yield from self._reservations.values()

    def _is_empty(self) -> bool:
        return not (self._cells or self._answers or self._reservations or self._registers)

    def clock_marks(self) -> ClockMarks:
        """What is in memory has no past."""
        return ClockMarks()

    def ping(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to let go of."""
