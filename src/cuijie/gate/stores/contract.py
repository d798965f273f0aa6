"""What the gate needs of a store: counters, registers and answers given, the same for memory, SQLite and Redis.

A **home** is the text by which a store may spread its data over machines (a Redis hash tag): everything counted
or registered of one debtor has that debtor's pseudonym as its home.  Ids of persons reach a store only as
pseudonyms.

**Counting.** A counter is a ``key`` with whole-numbered *buckets*: a day's ordinal (``date.toordinal()``), or year × 12 +
month − 1, which stays far below any day's, or an instant in microseconds since 1970, far above.  It holds what
is settled and what is held by reservations.  A ``Count`` asks for ``amount`` in one bucket; it fits if in every
run of ``span`` neighbouring buckets that includes ``bucket``, settled + held + amount is at most ``cap``.

**Reservations.** ``claim`` reserves all counts or none, atomically.  A reservation holds its amounts until it is
settled (``settle`` puts the true amounts in place of the held ones), cancelled (settled as not made), or
expires; one that was told to have ``begun`` never expires.  Whatever is due has expired before a claim counts.

**Idempotency.** The first claim under a key fixes digest and answer.  A later one with the same digest gets the
earlier answer, with another digest ``key_reused``; neither changes anything.  Keys are unique over all homes.

**Failure.** Every method raises ``StoreUnreachable`` if the store gives no answer in time.  Nothing is ever
half done: if the caller got no answer, the claim either happened as a whole or not at all, and asking again
under the same key tells which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol

import msgspec

__all__ = [
    "Claim",
    "ClaimKind",
    "Claimed",
    "ClockMarks",
    "Count",
    "Dump",
    "DumpKind",
    "GateStore",
    "RegisterEntry",
    "Reservation",
    "ReservationState",
    "Seen",
    "SettleClaim",
    "StoreSettled",
    "Usage",
]


class Count(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """So much of one counter: see the module's words on counting."""

    home: str
    key: str  # rule and grouping values, pseudonymised; unique over all homes
    bucket: int
    span: int  # buckets a window takes in; 1 for a day or a month
    cap: int
    amount: int


class Usage(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The fullest window of a count, without the amount asked for."""

    settled: int
    held: int
    first_bucket: int  # of that window


ClaimKind = Literal["reserved", "full", "noted", "repeated", "key_reused", "stale"]


class Claim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One ask as the store sees it.

    With ``reserve`` false nothing is reserved (the answer is deny or cannot_decide already): usage is told and
    the answer kept.  ``answer`` are the bytes given back on a repetition (they name what was ``keep``-ed);
    ``facts`` what a settlement needs.  To a store both are opaque, a few hundred bytes.
    """

    home: str
    idempotency_key: str  # a keyed hash
    digest: str  # keyed hash of the body
    reservation: str  # the id to give it; its home stands before the last dot
    reserve: bool
    counts: tuple[Count, ...]
    answer: bytes
    facts: bytes
    now: datetime
    expires_at: datetime
    seen: Seen


class Claimed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What came of a claim.

    reserved: all counts are held.  full: some do not fit (``full`` are their places); nothing is held, and the
    answer is kept.  noted: kept without reserving.  repeated: ``answer``, ``usage`` and ``first`` are those of
    the earlier claim.  key_reused: same key, another digest.  stale: registers changed since ``seen``; read
    them again and judge anew.
    """

    kind: ClaimKind
    usage: tuple[Usage, ...] = ()  # one for each count of the claim
    full: tuple[int, ...] = ()
    answer: bytes = b""
    first: ClaimKind | None = None  # of a repetition: what the earlier claim came to


ReservationState = Literal["held", "begun", "settled", "cancelled", "expired"]


class Reservation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A reservation as the store keeps it."""

    id: str
    home: str
    state: ReservationState
    counts: tuple[Count, ...]  # as held, or as settled
    facts: bytes
    expires_at: datetime
    settlement: str = ""  # digest of the settlement that ended it


class SettleClaim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a reservation ends: ``counts`` are the true amounts, counted whatever the caps say; not ``made``: cancelled."""

    reservation: str
    made: bool = True
    counts: tuple[Count, ...]
    digest: str
    now: datetime


class StoreSettled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What came of a settlement; ``usage`` after it, one for each of its counts.

    late: it had expired; what happened is counted all the same.  repeated: the same settlement came before.
    conflict: another settlement came before; nothing changed.
    """

    kind: Literal["settled", "late", "repeated", "conflict", "unknown"]
    usage: tuple[Usage, ...] = ()


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """``column`` has ``value`` after ``since`` and before ``until`` for contacts that carry all of ``keys``.

    Keys are pairs of an id column and its value (pseudonyms for persons).  Entries are never changed: what ends
    is ended by a later entry that names it in ``ends`` (``until`` is then that entry's ``since``), so that it can
    be told at any time what was known when (``entered_at``).
    """

    id: str
    home: str
    column: str
    value: bool | str
    keys: tuple[tuple[str, str], ...]
    since: datetime | None = None
    until: datetime | None = None
    entered_at: datetime
    ends: str | None = None
    source: str = ""  # who or what entered it, without personal data


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What registers were read for a decision, by home; ``token`` is the store's own way to know them again."""

    homes: tuple[str, ...] = ()
    entries: tuple[RegisterEntry, ...] = ()
    token: str = ""


DumpKind = Literal["counter", "reservation", "answer", "register", "kept"]


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """One counter bucket, reservation, answer or register entry on its way from one store to another."""

    kind: DumpKind
    body: bytes  # canonical JSON


class ClockMarks(msgspec.Struct, frozen=True, kw_only=True):
    """What a store knows of the time: ``latest`` a claim was made at, and what its ``servers``' own clocks show now."""

    latest: datetime | None = None
    servers: tuple[datetime, ...] = ()


class GateStore(Protocol):
    """Counters, registers and answers of one gate or of many; safe to use from many threads and processes."""

    def batch(self) -> AbstractContextManager[object]:
        """What is done inside shares one commit, made at its end (group commit); where there is none, nothing.

        If the end raises, nothing inside may be taken as done.  An inner batch is part of the outer one.
        """
        ...

    @property
    def is_durable(self) -> bool:
        """Whether what was answered survives a crash of the machine."""
        ...

    @property
    def takes_many(self) -> bool:
        """Whether many claims together take hardly longer than one: asks that come in together go in together then."""
        ...

    def tokens(self, many: int) -> list[str]:
        """Ends of ids for reservations to be claimed in this batch: each unlike any before, and not to be guessed."""
        ...

    def registers(self, homes: Sequence[str]) -> Seen:
        """Every register entry in *homes*, in the order in which they were entered."""
        ...

    def remembered(self, homes: Sequence[Sequence[str]]) -> list[Seen]:
        """As ``registers`` of each, or as they were last seen, without a round trip; a claim made on it tells if it is stale."""
        ...

    def claim(self, claim: Claim) -> Claimed:
        """Reserves all counts or none, once per key; see the module."""
        ...

    def claim_many(self, claims: Sequence[Claim]) -> list[Claimed]:
        """As ``claim``, one after another, so that each counts those before it; what is far away is asked in one go.

        If it raises, some may have been made: asking again under their keys tells which.
        """
        ...

    def identify(self, key_id: str, *, may_be_new: bool = True) -> None:
        """Ties the store to one key of pseudonyms, once.

        Raises KeyfileError if it is tied to another, StoreDamaged if to none though it *may_be_new* no more: what it
        held is lost.  What loses it later, and be it tied anew by somebody else, raises StoreUnreachable from then on.
        A store in memory is always new.
        """
        ...

    def keep(self, digest: str, body: bytes) -> None:
        """Keeps *body* under its digest, once; the long part of answers, which very many contacts share."""
        ...

    def kept(self, digest: str) -> bytes | None:
        """What was kept under *digest*; None if nothing was."""
        ...

    def amend(self, home: str, idempotency_key: str, answer: bytes) -> None:
        """Replaces the kept answer of a claim that came to ``full`` or ``noted`` (its retry_at is known only after)."""
        ...

    def usage(self, counts: Sequence[Count], now: datetime) -> tuple[Usage, ...]:
        """How much of each is used, reserving nothing."""
        ...

    def near(self, counts: Sequence[Count], now: datetime) -> tuple[tuple[int, ...], ...]:
        """For each count, whose buckets are instants: those less than ``span`` away at which anything is settled or held."""
        ...

    def reservation(self, id_: str) -> Reservation | None:
        """The reservation with this id; None if there is none."""
        ...

    def begin(self, id_: str, now: datetime) -> Reservation | None:
        """The contact is being made: the reservation no longer expires.  One that has expired is held anew."""
        ...

    def settle(self, claim: SettleClaim) -> StoreSettled:
        """Puts the true amounts in place of the held ones."""
        ...

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Releases every reservation due at *now* that has not begun; their ids."""
        ...

    def enter(self, entries: Sequence[RegisterEntry]) -> None:
        """Adds register entries, all or none, durable on return; an entry whose id is there already is left alone."""
        ...

    def add(self, counts: Sequence[Count]) -> None:
        """Counts contacts that were made without the gate, whatever the caps say."""
        ...

    def forget(self, before: datetime) -> Iterator[int]:
        """Drops answers older than *before*, reservations that ended or began before it, and counters no window reaches.

        How many in each step.  What began and was never settled is let go of: its windows are long over.
        """
        ...

    def dump(self) -> Iterator[Dump]:
        """Everything it holds, for another store; consistent if nobody else writes."""
        ...

    def load(self, items: Iterable[Dump]) -> int:
        """Takes in what another store dumped; how many.  The store must be empty."""
        ...

    def clock_marks(self) -> ClockMarks:
        """What it knows of the time."""
        ...

    def ping(self) -> None:
        """Returns if the store answers."""
        ...

    def close(self) -> None:
        """Lets go of files and connections."""
        ...
