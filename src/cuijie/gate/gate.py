"""The gate itself: asks the rulebook, counts, reserves, answers, and remembers why.

One ask is one change of the store: registers are read, the rules asked, the limits claimed and the answer logged
inside one commit.  Where anything fails on the way, the answer is no.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

import msgspec

from cuijie.clock import Clock, SystemClock, shanghai_day
from cuijie.gate.answers import Circumstances, Verdicts, answer
from cuijie.gate.asking import Ask, Settlement
from cuijie.gate.clock_watch import ClockWatch
from cuijie.gate.counting import counts_of, home_of_debtor
from cuijie.gate.decision import Decision, Reason, Settled
from cuijie.gate.errors import GateError, KeyReused, NoLongerAllowed, StoreDamaged, StoreUnreachable
from cuijie.gate.judging import judge_of
from cuijie.gate.keeping import facts_bytes
from cuijie.gate.log import DecisionLog, terms_digest
from cuijie.gate.logged import log_decision
from cuijie.gate.outcomes import Outcomes
from cuijie.gate.parts import read_verdicts
from cuijie.gate.preparing import Prepared, as_asked, prepare
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.registers import RegisterBook
from cuijie.gate.retention import OURS, cuts, load_retention
from cuijie.gate.retrying import earliest
from cuijie.gate.settings import Settings
from cuijie.gate.store import Claim, Claimed, GateStore, RegisterEntry, Seen
from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook import Rulebook
from cuijie.rulebook.edition import checked_on, rulebook_digest

__all__ = ["Gate"]

_TRIES = 8  # how often registers may change under one ask
_TOLD = 1024  # verdicts at hand for repetitions
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
        self.rulebook_digest = rulebook_digest(rulebook)
        self.terms = terms_digest(self.rulebook_digest, settings)
        self._pseudonyms = pseudonyms or Pseudonyms.passing()
        store.identify(self._pseudonyms.key_id)
        self._judge = judge_of(rulebook, settings)
        self.registers = RegisterBook(store, self._pseudonyms, self.clock, rulebook.law_facts, log)
        self._hold = timedelta(seconds=settings.reservation_s)
        self._kept: set[str] = set()
        self._told_before: dict[str, Verdicts] = {}
        self._fresh: object = None  # the hour in which the rulebook was found fresh enough
        self._outcomes = Outcomes(self._judge, store, self._pseudonyms, log)

    def decide(self, ask: Ask) -> Decision:
        """The answer to *ask*; a store that is away denies.  Raises KeyReused."""
        try:
            with self.store.batch():
                return self._decide(ask)
        except StoreUnreachable as error:
            return self.unreachable(ask, error)

    def decide_many(self, asks: Sequence[Ask]) -> list[Decision | GateError]:
        """The answers in order, all in one commit; a key reused is its own error in its place."""
        try:
            with self.store.batch():
                return [self._decide_or_say(ask) for ask in asks]
        except StoreUnreachable as error:
            return [self.unreachable(ask, error) for ask in asks]

    def _decide_or_say(self, ask: Ask) -> Decision | GateError:
        try:
            return self._decide(ask)
        except KeyReused as error:
            return error

    def _decide(self, ask: Ask) -> Decision:
        now = self.clock.now()
        contact, ignored = as_asked(ask.contact, now)
        ids = self.registers.ids_of(contact)
        homes = self.registers.homes(ids)
        above = self._reasons_above(contact, now)
        for attempt in range(_TRIES):
            seen = self.store.registers(homes) if attempt else self.store.remembered(homes)
            entries = self.registers.about(ids, seen) if seen.entries else ()
            prepared = prepare(self._judge, contact, entries)
            about = self._circumstances(ask, prepared, ids, ignored, above, now)
            claim = self._claim(ask, prepared, about, ids, seen, now)
            claimed = self.store.claim(claim)
            if claimed.kind == "key_reused":
                raise KeyReused(
                    "这个 idempotency_key 已经用来问过另一次联系。",
                    remedy="每次联系用自己的键；重试时正文要一字不差。",
                    en="This idempotency key was used for another contact; a retry must repeat the body exactly.",
                    at="idempotency_key",
                )
            if claimed.kind == "repeated":
                return self._again(ask, claimed)
            if claimed.kind != "stale":
                return self._finish(ask, contact, ids, entries, prepared, about, claim, claimed)
        raise StoreUnreachable("登记一直在变，没能判断。", remedy="请稍后再问一次。")

    def _circumstances(
        self,
        ask: Ask,
        prepared: Prepared,
        ids: dict[str, str],
        ignored: tuple[str, ...],
        above: tuple[Reason, ...],
        now: datetime,
    ) -> Circumstances:
        return Circumstances(
            verdicts=prepared.judged.digest,
            contact_id=ask.contact.contact_id,
            judged_at=prepared.contact.occurred_at or now,
            decided_at=now,
            rulebook=self.rulebook_digest,
            terms=self.terms,
            reservation=f"{home_of_debtor(ids)}.{os.urandom(8).hex()}",
            expires_at=now + self._hold,
            reasons=above,
            read=prepared.read,
            ignored=ignored,
            overruled=prepared.overruled,
        )

    def _claim(
        self, ask: Ask, prepared: Prepared, about: Circumstances, ids: dict[str, str], seen: Seen, now: datetime
    ) -> Claim:
        contact, law, words, _, _, judged = prepared
        verdicts = judged.verdicts
        reservation = about.reservation or ""
        if judged.digest not in self._kept:
            for digest, body in judged.pieces():
                if digest not in self._kept:
                    self.store.keep(digest, body)
                    self._kept.add(digest)
        return Claim(
            home=reservation.rpartition(".")[0],
            idempotency_key=self._pseudonyms.digest(b"key\0" + ask.idempotency_key.encode()),
            digest=self._pseudonyms.digest(_encode(_columns(ask.contact))),
            reservation=reservation,
            reserve=not (verdicts.is_denied or verdicts.needs or about.reasons),
            counts=counts_of(contact, ids, verdicts.counted),
            answer=msgspec.json.encode(about),
            facts=facts_bytes(contact, ids, law, words),
            now=now,
            expires_at=now + self._hold,
            seen=seen,
        )

    def _finish(
        self,
        ask: Ask,
        contact: ContactRecord,
        ids: dict[str, str],
        entries: Sequence[RegisterEntry],
        prepared: Prepared,
        about: Circumstances,
        claim: Claim,
        claimed: Claimed,
    ) -> Decision:
        verdicts, amount = prepared.judged.verdicts, contact.count or 1
        decided = answer(verdicts, about, claimed.kind, claimed.usage, amount=amount, key=ask.idempotency_key)
        if decided.decision != "allow" and not about.reasons:
            found = earliest(contact, prepared, entries, ids=ids, judge=self._judge, store=self.store, now=claim.now)
            if found is not None:
                about = msgspec.structs.replace(about, retry_at=found)
                decided = msgspec.structs.replace(decided, retry_at=found)
                self.store.amend(claim.home, claim.idempotency_key, msgspec.json.encode(about))
        if self.log is not None:
            self._remember(self.log, prepared, about, claim, claimed, entries, decided)
        return decided

    def _remember(
        self,
        log: DecisionLog,
        prepared: Prepared,
        about: Circumstances,
        claim: Claim,
        claimed: Claimed,
        entries: Sequence[RegisterEntry],
        decided: Decision,
    ) -> None:
        try:
            log.keep_terms(about.terms, self.rulebook, self.settings)
            log_decision(log, prepared.judged, about, claim, claimed, entries, decided)
        except StoreUnreachable:
            if claimed.kind == "reserved":
                self._outcomes.cancel(claim, about)
            raise

    def _again(self, ask: Ask, claimed: Claimed) -> Decision:
        about = msgspec.json.decode(claimed.answer, type=Circumstances)
        verdicts = self._told_before.get(about.verdicts) or read_verdicts(about.verdicts, self.store.kept)
        if verdicts is None or claimed.first is None:
            raise StoreDamaged("存储里找不到上次的答复。", remedy="请换一个 idempotency_key 再问。")
        if len(self._told_before) >= _TOLD:
            self._told_before.clear()
        self._told_before[about.verdicts] = verdicts
        amount = ask.contact.count or 1
        return answer(verdicts, about, claimed.first, claimed.usage, amount=amount, key=ask.idempotency_key)

    def _reasons_above(self, contact: ContactRecord, now: datetime) -> tuple[Reason, ...]:
        """What forbids to allow whatever the rules say."""
        difference = self.settings.clock_difference_s
        doubt = None if self.watch is None else self.watch.doubt(now)
        hour = (now.toordinal(), now.hour, now.tzinfo)
        if hour == self._fresh and difference is None and doubt is None:
            return ()
        found = [] if doubt is None else [doubt]
        stale = self.stale_since(now)
        self._fresh = hour if stale is None else None
        if stale is not None:
            zh = f"规则书已 {stale} 天没有核对，超过设置的 {self.settings.older_than_days} 天，不放行。"
            found.append(
                Reason(code="rulebook_stale", says=zh, says_en=f"The rulebook was last checked {stale} days ago.")
            )
        at = contact.occurred_at or now
        if difference is not None and abs((at - now).total_seconds()) > difference:
            zh = f"occurred_at 与闸口的时钟相差超过 {difference} 秒。"
            found.append(
                Reason(code="clock", says=zh, says_en=f"occurred_at is over {difference} s from the gate's clock.")
            )
        return tuple(found)

    def stale_since(self, now: datetime) -> int | None:
        """How many days ago the rulebook was last checked, if that is longer than the setting allows."""
        allowed = self.settings.older_than_days
        age = (shanghai_day(now) - (self.settings.checked_on or checked_on())).days
        return age if allowed is not None and age > allowed else None

    def unreachable(self, ask: Ask, error: StoreUnreachable) -> Decision:
        """The answer without a store: no, with what the rules say of the ask alone."""
        self._kept.clear()
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
            return self._outcomes.settle(settlement, self.clock.now())

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

    def expire(self) -> tuple[str, ...]:
        """Releases reservations whose time is over; their ids."""
        with self.store.batch():
            return self._outcomes.expire(self.clock.now())

    def count(self, contacts: Sequence[ContactRecord]) -> tuple[str, ...]:
        """Counts contacts made without the gate, once each; the ids of those that lack what counting needs."""
        now = self.clock.now()
        left: list[str] = []
        with self.store.batch():
            for contact in contacts:
                ids = self.registers.ids_of(contact)
                if not self._outcomes.count(contact, ids, self._entries_of(ids), now):
                    left.append(contact.contact_id)
        return tuple(left)

    def purge(self) -> tuple[int, int]:
        """Drops what is past its retention: how many log bodies were emptied, how many items of the store dropped."""
        now = self.clock.now()
        before = cuts(load_retention(self.settings.retention or OURS), now)
        answers = before.pop("answers", None)
        with self.store.batch():
            emptied = self.log.purge(before, now) if self.log is not None else 0
            dropped = self.store.forget(answers) if answers is not None else 0
        return emptied, dropped


_encode = msgspec.msgpack.Encoder().encode
_columns = attrgetter(*(column.name for column in COLUMNS))
