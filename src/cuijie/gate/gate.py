"""The gate itself: asks the rulebook, counts, reserves, answers, and remembers why.

One ask is one change of the store: registers are read, the rules asked, the limits claimed and the answer logged
inside one commit.  Where anything fails on the way, the answer is no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cuijie.clock import Clock, SystemClock
from cuijie.gate.asking.asks import Ask, Settlement
from cuijie.gate.clock_watch import ClockWatch
from cuijie.gate.correcting import Correction, Corrections
from cuijie.gate.deciding.decider import Decider
from cuijie.gate.deciding.objections import Objections
from cuijie.gate.decision import Decision, Reason, Settled
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.errors import GateError, NoLongerAllowed, StoreUnreachable
from cuijie.gate.judging.judge import judge_of
from cuijie.gate.judging.preparing import as_asked, prepare
from cuijie.gate.outcomes import Outcomes
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.registers.book import RegisterBook
from cuijie.gate.retention import OURS, cuts, load_retention
from cuijie.gate.settings import Settings
from cuijie.gate.stores.contract import GateStore, RegisterEntry
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook

__all__ = ["Gate"]

_SETTINGS = Settings()


class Gate:
    """One gate over one store; safe to share between threads.

    Without *log* nothing is remembered of decisions but what the store needs; a lender should have one.  Without
    *watch* the clock is believed whatever it shows.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        store: GateStore,
        *,
        pseudonyms: Pseudonyms | None = None,
        clock: Clock | None = None,
        settings: Settings = _SETTINGS,
        log: DecisionLog | None = None,
        watch: ClockWatch | None = None,
    ) -> None:
        self.watch = watch
        self.rulebook, self.store, self.log, self.settings = rulebook, store, log, settings
        self.clock: Clock = clock or SystemClock()
        self._pseudonyms = pseudonyms or Pseudonyms.passing()
        store.identify(self._pseudonyms.key_id, may_be_new=log is None or log.head.count == 0)
        self._judge = judge_of(rulebook, settings)
        self.registers = RegisterBook(store, self._pseudonyms, self.clock, rulebook.law_facts, log)
        self._outcomes = Outcomes(self._judge, store, self._pseudonyms, log)
        self._corrections = Corrections(self._judge, store, self._pseudonyms, log, self._outcomes)
        self._objections = Objections(settings, watch)
        self._decider = Decider(
            rulebook,
            store,
            judge=self._judge,
            registers=self.registers,
            pseudonyms=self._pseudonyms,
            settings=settings,
            objections=self._objections,
            log=log,
        )
        self.rulebook_digest = self._decider.rulebook_digest

    def decide(self, ask: Ask) -> Decision:
        """The answer to *ask*; a store that is away denies.  Raises KeyReused."""
        found = self.decide_many([ask])[0]
        if isinstance(found, GateError):
            raise found
        return found

    def decide_many(self, asks: Sequence[Ask]) -> list[Decision | GateError]:
        """The answers in order, all in one commit; a key reused is its own error in its place."""
        try:
            with self.store.batch():
                return [*self._decider.decide(asks, self.clock.now())]
        except StoreUnreachable as error:
            return [self.unreachable(ask, error) for ask in asks]

    def stale_since(self, now: datetime) -> int | None:
        """How many days ago the rulebook was last checked, if that is longer than the setting allows."""
        return self._objections.stale_since(now)

    def unreachable(self, ask: Ask, error: StoreUnreachable) -> Decision:
        """The answer without a store: no, with what the rules say of the ask alone."""
        self._decider.forget_kept()
        now = self.clock.now()
        contact, ignored = as_asked(ask.contact, now)
        prepared = prepare(self._judge, contact, ())
        verdicts = prepared.judged.verdicts
        reason = Reason(
            code="store_unreachable",
            says=f"存储没有答复，不知道用了多少次、有没有人拒绝过，所以不放行。{error.message}",
            says_en="The store does not answer; limits and refusals are not known, so the answer is no.",
        )
        return Decision(
            decision="deny",
            rules=verdicts.rules,
            needs=verdicts.needs,
            duties=verdicts.duties,
            reasons=(reason,),
            notes=self._judge.notes(prepared.contact, prepared.law),
            read=prepared.read,
            ignored=ignored,
            contact_id=ask.contact.contact_id,
            idempotency_key=ask.idempotency_key,
            judged_at=contact.occurred_at,
            decided_at=now,
            rulebook=self.rulebook_digest,
        )

    def settle(self, settlement: Settlement) -> Settled:
        """Counts what became of a reservation.  Raises ReservationUnknown, KeyReused, StoreUnreachable."""
        with self.store.batch():
            return self._outcomes.settle(settlement, self._sure_now())

    def correct(self, correction: Correction) -> Settled:
        """Counts as well what really became of a reservation settled otherwise, and logs who says so and why.

        Raises ReservationUnknown, NothingToCorrect, KeyReused, StoreUnreachable.
        """
        with self.store.batch():
            return self._corrections.correct(correction, self._sure_now())

    def begin(self, reservation: str) -> None:
        """The contact is being made: the reservation holds until it is settled.

        Raises NoLongerAllowed if it has expired, a register entered since forbids it or the clock cannot be
        believed; else as ``settle``.
        """
        with self.store.batch():
            now = self.clock.now()
            doubt = None if self.watch is None else self.watch.doubt(now)
            if doubt is not None:
                raise NoLongerAllowed(doubt.says, remedy="不要拨出。", en=doubt.says_en)
            self._outcomes.begin(reservation, now, self._entries_of)

    def _entries_of(self, ids: Mapping[str, str]) -> tuple[RegisterEntry, ...]:
        return self.registers.about(ids, self.store.registers(self.registers.homes(ids)))

    def _sure_now(self) -> datetime:
        """Of what was done there is no doubt, only of when: it is counted, and releases nothing."""
        return self._objections.sure(self.clock.now())

    def expire(self) -> tuple[str, ...]:
        """Releases reservations whose time is over; their ids."""
        with self.store.batch():
            return self._outcomes.expire(self._sure_now())

    def count(self, contacts: Sequence[ContactRecord]) -> tuple[str, ...]:
        """Counts contacts made without the gate, once each; the ids of those that lack what counting needs."""
        left: list[str] = []
        with self.store.batch():
            now = self._sure_now()
            for contact in contacts:
                ids = self.registers.ids_of(contact)
                if not self._outcomes.count(contact, ids, self._entries_of(ids), now):
                    left.append(contact.contact_id)
        return tuple(left)

    def purge(self) -> tuple[int, int]:
        """Drops what is past its retention: how many log bodies were emptied, how many items of the store dropped."""
        emptied = dropped = 0
        for bodies, items in self.purging():
            emptied, dropped = emptied + bodies, dropped + items
        return emptied, dropped

    def purging(self) -> Iterator[tuple[int, int]]:
        """As ``purge``, in steps that each keep nobody waiting for long: what each has emptied and dropped."""
        now = self._sure_now()
        before = cuts(load_retention(self.settings.retention or OURS), now)
        answers = before.pop("answers", None)
        if self.log is not None:
            yield from ((emptied, 0) for emptied in self.log.purge(before, now))
        if answers is not None:
            yield from ((0, dropped) for dropped in self.store.forget(answers))
