"""The ledger: every act on a case, in canonical form, each entry holding the hash of the one before."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cuijie import canonical
from cuijie.casefile.ledger.merkle import leaf_hash, tree_root

__all__ = [
    "GENESIS",
    "ClockWatch",
    "LedgerEntry",
    "LedgerFault",
    "chain_faults",
    "head_statement",
    "new_entry",
    "read_entry",
]

GENESIS = "0" * 64
_BACK_S = 2  # a clock set back by less is jitter
_JUMP_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One act: when (by this computer's clock), who, what; ``body`` are the canonical bytes that are hashed."""

    seq: int  # from 1
    at: datetime
    actor: str
    act: str
    detail: Mapping[str, canonical.CanonicalValue]
    prev: str
    clock: Mapping[str, canonical.CanonicalValue] | None  # a jump of the clock noticed at this entry
    body: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical bytes: what the next entry holds as ``prev``."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFault:
    """One place where the chain does not hold, and why."""

    seq: int
    why: str


def new_entry(
    *,
    seq: int,
    at: datetime,
    actor: str,
    act: str,
    detail: Mapping[str, canonical.CanonicalValue],
    prev: str,
    clock: Mapping[str, canonical.CanonicalValue] | None,
) -> LedgerEntry:
    """A new entry with its canonical bytes."""
    value = {"seq": seq, "at": at, "actor": actor, "act": act, "detail": detail, "prev": prev}
    body = canonical.encode(value | ({"clock": clock} if clock else {}))
    return LedgerEntry(seq=seq, at=at, actor=actor, act=act, detail=detail, prev=prev, clock=clock, body=body)


def read_entry(body: bytes) -> LedgerEntry:
    """The entry in *body*; raises ValueError if it is not in canonical form or lacks a part."""
    value = canonical.decode(body)
    if not isinstance(value, dict):
        raise ValueError("not a ledger entry")
    try:
        seq, at, detail = value["seq"], value["at"], value["detail"]
        if not (isinstance(seq, int) and isinstance(at, str) and isinstance(detail, dict)):
            raise ValueError("not a ledger entry")
        return LedgerEntry(
            seq=seq,
            at=datetime.fromisoformat(at),
            actor=str(value["actor"]),
            act=str(value["act"]),
            detail=detail,
            prev=str(value["prev"]),
            clock=value.get("clock"),
            body=body,
        )
    except KeyError as error:
        raise ValueError(f"ledger entry without {error}") from error


def chain_faults(bodies: Iterable[bytes]) -> list[LedgerFault]:
    """Every place where the chain is broken: altered, inserted, swapped, doubled or missing entries."""
    faults: list[LedgerFault] = []
    before, number = GENESIS, 0
    for number, body in enumerate(bodies, start=1):
        try:
            entry = read_entry(body)
        except ValueError:
            faults.append(LedgerFault(seq=number, why="这一条不是规范写法，被改动过"))
        else:
            if entry.seq != number:
                faults.append(LedgerFault(seq=number, why=f"序号写的是 {entry.seq}：有条目被插入、删除或调换"))
            elif entry.prev != before:
                faults.append(LedgerFault(seq=number, why="与上一条的哈希接不上：这条或上一条被改动"))
        before = hashlib.sha256(body).hexdigest()
    if number == 0:
        faults.append(LedgerFault(seq=0, why="账是空的，连建立案卷的一条都没有"))
    return faults


def head_statement(case_id: str, bodies: Sequence[bytes]) -> bytes:
    """What a time-stamp is put on: the case, the length, the last hash and the Merkle root, as canonical bytes."""
    leaves = [leaf_hash(body) for body in bodies]
    head = hashlib.sha256(bodies[-1]).hexdigest() if bodies else GENESIS
    root = tree_root(leaves).hex()
    return canonical.encode(
        {"format": "cuijie-ledger-head/1", "case": case_id, "count": len(bodies), "head": head, "root": root}
    )


class ClockWatch:
    """Notices a clock that was set back or forward, against the last entry and the machine's own ticking."""

    def __init__(self) -> None:
        self._last: tuple[datetime, float] | None = None

    def note(self, now: datetime, previous: datetime | None) -> dict[str, canonical.CanonicalValue] | None:
        """What to write into the entry made *now* after one made at *previous*; None if nothing is odd."""
        ticks = _ticks()
        last, self._last = self._last, (now, ticks)
        if previous is not None and (back := round((previous - now).total_seconds())) >= _BACK_S:
            return {"kind": "back", "seconds": back}
        if last is not None:
            drift = round((now - last[0]).total_seconds() - (ticks - last[1]))
            if abs(drift) >= _JUMP_S:
                return {"kind": "forward" if drift > 0 else "back", "seconds": abs(drift)}
        return None


def _ticks() -> float:
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)  # goes on while the machine sleeps; Linux only
    return time.clock_gettime(boot_clock) if boot_clock is not None else time.monotonic()
