"""Asks through the registers, the rules, the counters and the log, as many together as have come in.

Each step is made for all of them before the next: what a step touches stays at hand, and a store on a disk reads
what all of them need in one go.  Claims are made one after another, so that each counts those before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from cuijie.gate.asking.asks import Ask
from cuijie.gate.asking.contacts import values_of
from cuijie.gate.deciding.answers import Circumstances, Verdicts, answer
from cuijie.gate.deciding.counting import by_values, counts_of, home_of_debtor
from cuijie.gate.deciding.objections import Objections
from cuijie.gate.deciding.retrying import earliest
from cuijie.gate.decision import Decision, Reason
from cuijie.gate.decision_log.kept_facts import facts_bytes
from cuijie.gate.decision_log.log import DecisionLog, terms_digest
from cuijie.gate.decision_log.logged import is_logged, log_decision
from cuijie.gate.encoding import to_json, to_msgpack
from cuijie.gate.errors import KeyReused, StoreDamaged, StoreUnreachable
from cuijie.gate.judging.judge import Judge, Judged
from cuijie.gate.judging.preparing import Prepared, as_asked, prepare
from cuijie.gate.judging.verdict_parts import kept_pieces, read_verdicts
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.registers.book import RegisterBook
from cuijie.gate.settings import Settings
from cuijie.gate.stores.contract import Claim, Claimed, GateStore, RegisterEntry, Seen
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook
from cuijie.rulebook.edition import rulebook_digest

__all__ = ["Decider"]

_TRIES = 8  # how often registers may change under one ask
_TOLD = 1024  # verdicts at hand for repetitions


class _Case(msgspec.Struct, gc=False):
    """One ask on its way."""

    ask: Ask
    contact: ContactRecord  # with its time
    ignored: tuple[str, ...]
    ids: dict[str, str]
    homes: tuple[str, ...]
    home: str  # the debtor's own
    reservation: str


class _Ready(msgspec.Struct, gc=False):
    """What is claimed for one ask, and on what."""

    entries: Sequence[RegisterEntry]
    prepared: Prepared
    about: Circumstances
    claim: Claim


class Decider:
    """Answers asks; the caller holds a batch of the store around each call."""

    def __init__(
        self,
        rulebook: Rulebook,
        store: GateStore,
        *,
        judge: Judge,
        registers: RegisterBook,
        pseudonyms: Pseudonyms,
        settings: Settings,
        objections: Objections,
        log: DecisionLog | None,
    ) -> None:
        self._rulebook, self._store, self._judge, self._registers = rulebook, store, judge, registers
        self._pseudonyms, self._objections, self._log = pseudonyms, objections, log
        self._settings = settings
        self.rulebook_digest = rulebook_digest(rulebook)
        self._terms = terms_digest(self.rulebook_digest, settings)
        self._hold = timedelta(seconds=settings.reservation_s)
        self._kept: set[str] = set()
        self._told_before: dict[str, Verdicts] = {}

    def forget_kept(self) -> None:
        """The store may have lost what was kept last: it is given everything again."""
        self._kept.clear()

    def decide(self, asks: Sequence[Ask], now: datetime) -> list[Decision | KeyReused]:
        """The answers in order.  Raises StoreUnreachable: then nothing may be taken as done."""
        above = self._objections.now(now)
        tokens = self._store.tokens(len(asks))
        cases = [self._case(ask, token, now) for ask, token in zip(asks, tokens, strict=True)]
        seen = self._store.remembered([case.homes for case in cases])
        ready = [self._ready(case, known, above, now) for case, known in zip(cases, seen, strict=True)]
        told = self._store.claim_many([one.claim for one in ready])
        made = [
            self._anew(case, above, now) if claimed.kind == "stale" else (one, claimed)
            for case, one, claimed in zip(cases, ready, told, strict=True)
        ]
        found = [self._answered(case, *claim) for case, claim in zip(cases, made, strict=True)]
        if self._log is not None:
            self._remember(self._log, made, found)
        return found

    def _case(self, ask: Ask, token: str, now: datetime) -> _Case:
        contact, ignored = as_asked(ask.contact, now)
        ids, homes = self._registers.known_as(contact)
        home = home_of_debtor(ids)
        return _Case(ask, contact, ignored, ids, homes, home, f"{home}.{token}")

    def _ready(self, case: _Case, seen: Seen, above: tuple[Reason, ...], now: datetime) -> _Ready:
        entries = self._registers.about(case.ids, seen) if seen.entries else ()
        prepared = prepare(self._judge, case.contact, entries)
        about = self._circumstances(case, prepared, above, now)
        return _Ready(entries, prepared, about, self._claim(case, prepared, about, seen, now))

    def _circumstances(
        self, case: _Case, prepared: Prepared, above: tuple[Reason, ...], now: datetime
    ) -> Circumstances:
        at = prepared.contact.occurred_at or now
        return Circumstances(
            verdicts=prepared.judged.digest,
            contact_id=case.contact.contact_id,
            judged_at=at,
            decided_at=now,
            rulebook=self.rulebook_digest,
            terms=self._terms,
            reservation=case.reservation,
            expires_at=now + self._hold,
            reasons=(*above, *self._objections.of(at, now)),
            notes=self._judge.notes(prepared.contact, prepared.law),
            read=prepared.read,
            ignored=case.ignored,
            overruled=prepared.overruled,
        )

    def _claim(self, case: _Case, prepared: Prepared, about: Circumstances, seen: Seen, now: datetime) -> Claim:
        contact, law, words, _, _, judged = prepared
        verdicts = judged.verdicts
        sure = self._objections.sure(now) if about.reasons else now
        if about.verdicts not in self._kept:
            self._keep(judged)
        return Claim(
            home=case.home,
            idempotency_key=self._pseudonyms.digest(b"key\0" + case.ask.idempotency_key.encode()),
            digest=self._pseudonyms.digest(to_msgpack(values_of(case.ask.contact))),
            reservation=case.reservation,
            reserve=verdicts.is_lawful and not about.reasons,
            counts=by_values(self._store, verdicts.counted, counts_of(contact, case.ids, verdicts.counted), sure),
            answer=to_json(about),
            facts=facts_bytes(contact, case.ids, law, words),
            now=sure,
            expires_at=now + self._hold,
            seen=seen,
        )

    def _keep(self, judged: Judged) -> None:
        for digest, body in judged.pieces():
            if digest not in self._kept:
                self._store.keep(digest, body)
                self._kept.add(digest)

    def _anew(self, case: _Case, above: tuple[Reason, ...], now: datetime) -> tuple[_Ready, Claimed]:
        """What is claimed for *case* and what came of it, for as long as registers change under it."""
        for _ in range(_TRIES):
            ready = self._ready(case, self._store.registers(case.homes), above, now)
            claimed = self._store.claim(ready.claim)
            if claimed.kind != "stale":
                return ready, claimed
        raise StoreUnreachable("登记一直在变，没能判断。", remedy="请稍后再问一次。")

    def _answered(self, case: _Case, ready: _Ready, claimed: Claimed) -> Decision | KeyReused:
        if claimed.kind == "key_reused":
            return _reused()
        if claimed.kind == "repeated":
            return self._again(case.ask, claimed)
        return self._finish(case, ready, claimed)

    def _finish(self, case: _Case, ready: _Ready, claimed: Claimed) -> Decision:
        prepared, about, claim = ready.prepared, ready.about, ready.claim
        verdicts, key = prepared.judged.verdicts, case.ask.idempotency_key
        decided = answer(verdicts, about, claimed.kind, claimed.usage, amount=case.contact.count or 1, key=key)
        if decided.decision != "allow" and not about.reasons:
            found = earliest(
                case.contact,
                prepared,
                ready.entries,
                ids=case.ids,
                judge=self._judge,
                store=self._store,
                now=claim.now,
            )
            if found is not None:
                decided = msgspec.structs.replace(decided, retry_at=found)
                amended = to_json(msgspec.structs.replace(about, retry_at=found))
                ready.claim = msgspec.structs.replace(claim, answer=amended)
                self._store.amend(claim.home, claim.idempotency_key, amended)
        return decided

    def _remember(
        self, log: DecisionLog, made: Sequence[tuple[_Ready, Claimed]], found: Sequence[Decision | KeyReused]
    ) -> None:
        """Writes all answers given for the first time in one commit.

        Raises StoreUnreachable if it cannot.  What a store apart from the log holds for them stays held until it expires:
        whoever asks again with the same key, here or at another machine, is told the same and may go by it.
        """
        with log.file.changing():
            log.keep_terms(self._terms, self._rulebook, self._settings)
            for (ready, claimed), decided in zip(made, found, strict=True):
                if not isinstance(decided, Decision):
                    continue
                if claimed.kind == "repeated":
                    self._remember_again(log, ready, claimed, decided)
                    continue
                judged = ready.prepared.judged
                log.keep_all(judged.digest, judged.pieces)
                log_decision(log, decided.contact_id, ready.claim, claimed, ready.entries, decided.decision)

    def _remember_again(self, log: DecisionLog, ready: _Ready, claimed: Claimed, decided: Decision) -> None:
        """No contact is allowed without an entry: a log apart from its store may have missed the first answer."""
        if decided.reservation is None or is_logged(log, "decided", decided.contact_id, decided.reservation):
            return
        held = self._store.reservation(decided.reservation)
        verdicts = msgspec.json.decode(claimed.answer, type=Circumstances).verdicts
        pieces = kept_pieces(verdicts, self._store.kept)
        if held is None or claimed.first is None or pieces is None:
            raise _gone()
        log.keep_all(verdicts, lambda: pieces)
        claim = msgspec.structs.replace(ready.claim, answer=claimed.answer, facts=held.facts)
        first = msgspec.structs.replace(claimed, kind=claimed.first)
        log_decision(log, decided.contact_id, claim, first, (), decided.decision)

    def _again(self, ask: Ask, claimed: Claimed) -> Decision:
        about = msgspec.json.decode(claimed.answer, type=Circumstances)
        verdicts = self._told_before.get(about.verdicts) or read_verdicts(about.verdicts, self._store.kept)
        if verdicts is None or claimed.first is None:
            raise _gone()
        if len(self._told_before) >= _TOLD:
            self._told_before.clear()
        self._told_before[about.verdicts] = verdicts
        amount = ask.contact.count or 1
        return answer(verdicts, about, claimed.first, claimed.usage, amount=amount, key=ask.idempotency_key)


def _gone() -> StoreDamaged:
    return StoreDamaged("存储里找不到上次的答复。", remedy="请换一个 idempotency_key 再问。")


def _reused() -> KeyReused:
    return KeyReused(
        "这个 idempotency_key 已经用来问过另一次联系。",
        remedy="每次联系用自己的键；重试时正文要一字不差。",
        en="This idempotency key was used for another contact; a retry must repeat the body exactly.",
        at="idempotency_key",
    )
