"""What became of contacts: begun, settled, expired, or made without the gate and counted afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta

import msgspec

from cuijie.clock import SHANGHAI
from cuijie.gate.asking.asks import Settlement
from cuijie.gate.asking.contacts import changed
from cuijie.gate.deciding.answers import limit_of
from cuijie.gate.deciding.counting import NO_CAP, by_values, counts_of, home_of_debtor
from cuijie.gate.decision import Note, Settled
from cuijie.gate.decision_log.kept_facts import Facts, facts_bytes, facts_contact, read_facts
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.decision_log.logged import is_logged, log_act
from cuijie.gate.encoding import to_json
from cuijie.gate.errors import KeyReused, NoLongerAllowed, ReservationUnknown
from cuijie.gate.judging.judge import Judge
from cuijie.gate.judging.notes import NOTED
from cuijie.gate.judging.preparing import prepare
from cuijie.gate.judging.verdicts import FLIGHT
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.registers.book import apply, home_of, joined
from cuijie.gate.stores.contract import Claim, GateStore, RegisterEntry, Seen, SettleClaim
from cuijie.records import ContactRecord
from cuijie.rulebook.columns import Value

__all__ = ["Outcomes", "as_it_was", "unknown_reservation"]

_HEARD_OF = {"recipient_refused": ("recipient_id", "lender_id")}
_OF_DEBTOR = ("debtor_id", "lender_id")
_INSTANT = timedelta(microseconds=1)
_EntriesOf = Callable[[Mapping[str, str]], Sequence[RegisterEntry]]


class Outcomes:
    """The other half of the gate: what is told to it after its answers."""

    def __init__(self, judge: Judge, store: GateStore, pseudonyms: Pseudonyms, log: DecisionLog | None) -> None:
        self._judge, self._store, self._pseudonyms, self._log = judge, store, pseudonyms, log

    def settle(self, settlement: Settlement, now: datetime) -> Settled:
        """See ``Gate.settle``."""
        held = self._store.reservation(settlement.reservation)
        if held is None:
            raise unknown_reservation(settlement.reservation)
        facts = read_facts(held.facts)
        contact = as_it_was(facts_contact(facts), settlement)
        verdicts = self._judge.judged(contact, facts.law, facts.words).verdicts
        counted = verdicts.counted if settlement.made else ()
        digest = self._pseudonyms.digest(to_json(settlement))
        told = self._store.settle(
            SettleClaim(
                reservation=settlement.reservation,
                made=settlement.made,
                counts=by_values(self._store, counted, counts_of(contact, facts.ids, counted), now),
                digest=digest,
                now=now,
            )
        )
        if told.kind == "unknown":
            raise unknown_reservation(settlement.reservation)
        if told.kind == "conflict":
            raise KeyReused(
                "这个编号已经按另一种结果结算过。",
                remedy="结算只算第一次；结算错了，用 cuijie gate correct（HTTP：/v1/corrections）更正，写明 reason 和 by。",
                en="This reservation was settled with another outcome; only the first counts. To correct it, send a"
                " correction with reason and by (cuijie gate correct, or POST /v1/corrections).",
            )
        limits = [limit_of(counted[place], used) for place, used in enumerate(told.usage)]
        state = "cancelled" if told.kind == "settled" and not settlement.made else told.kind
        settled = Settled(
            state=state,
            reservation=settlement.reservation,
            rules=tuple(r for r in verdicts.rules if r.verdict == "breach") if settlement.made else (),
            over=tuple(limit for limit in limits if limit.used > limit.cap),
            notes=self.expected(settlement, contact, facts),
        )
        log = self._log
        if told.kind != "repeated" or (log and not is_logged(log, "settled", facts.contact_id, settlement.reservation)):
            self.learn(settlement, contact, facts, now)
            log_act(self._log, "settled", facts.contact_id, {"settlement": settlement, "settled": settled}, now)
        return settled

    def expected(self, settlement: Settlement, contact: ContactRecord, facts: Facts) -> tuple[Note, ...]:
        """What is to be done because of what the debtor said just now."""
        heard = {name: True if settlement.made and settlement.heard.get(name) else None for name in NOTED}
        return self._judge.notes(changed(contact, heard), facts.law)

    def learn(self, settlement: Settlement, contact: ContactRecord, facts: Facts, now: datetime) -> None:
        """What was heard goes into the registers; a debtor who answered can be reached for the rest of the day."""
        if not settlement.made:
            return
        # never from later than now, whatever the caller's clock says, and for asks of this very second too
        at = min(settlement.ended_at or now, now).replace(microsecond=0) - _INSTANT
        entries = [
            entry
            for column, was_said in settlement.heard.items()
            if was_said  # not said again is not taken back: an earlier refusal stands
            and (
                entry := _entry(
                    column, True, facts.ids, _HEARD_OF.get(column, _OF_DEBTOR), at, None, now, facts.contact_id
                )
            )
        ]
        reached = _reached(contact, facts.ids, now)
        entries += [reached] if reached is not None else []
        if entries:
            self._store.enter(entries)
            log_act(self._log, "register", facts.contact_id, {"entries": entries}, now)

    def begin(self, reservation: str, now: datetime, entries_of: _EntriesOf) -> None:
        """See ``Gate.begin``; *entries_of* tells the register entries about a contact with these ids."""
        reserved = self._store.reservation(reservation)
        if reserved is not None and reserved.state in ("held", "expired"):
            # released by a clock that ran ahead of this one, it is as lost as one whose time is over
            if reserved.state == "expired" or reserved.expires_at <= now:
                raise NoLongerAllowed(
                    "这次放行已经过期，它的次数可能已给了别的联系。",
                    remedy="不要拨出；请用新的键重新问一次。",
                    en="The reservation has expired. Do not dial; ask again under a new key.",
                )
            facts = read_facts(reserved.facts)
            self._check_registers(facts, entries_of(facts.ids), now)
        held = self._store.begin(reservation, now)
        if held is None:
            raise unknown_reservation(reservation)
        if held.state != "begun":
            raise KeyReused(
                "这个编号已经结算，不能再开始。",
                remedy="请为新的联系重新问一次。",
                en="This reservation is settled already; ask anew for a new contact.",
            )
        log_act(self._log, "begun", read_facts(held.facts).contact_id, {"reservation": reservation}, now)

    def _check_registers(self, facts: Facts, entries: Sequence[RegisterEntry], now: datetime) -> None:
        """A refusal entered between the answer and the dialling must still be heeded."""
        asked = facts_contact(facts)
        columns, law = joined(
            changed(asked, {"occurred_at": max(facts.occurred_at, now), "time_precision": "second"}), entries
        )
        columns.pop("hours_agreed", None)  # was judged at the contact's own time
        contact, _ = apply(asked, columns)
        verdicts = self._judge.judged(contact, law, facts.words).verdicts
        if verdicts.is_denied:
            broken = "、".join(r.title for r in verdicts.rules if r.verdict == "breach" and not r.advisory)
            raise NoLongerAllowed(
                f"放行之后又有新的登记：{broken}。",
                remedy="不要拨出；请按没有联系（made: false）结算。",
                en="A register entered since forbids it. Do not dial; settle with made false.",
            )

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See ``Gate.expire``."""
        released = self._store.expire(now)
        if released:
            log_act(self._log, "expired", "", {"reservations": released}, now)
        return released

    def count(
        self,
        contact: ContactRecord,
        ids: Mapping[str, str],
        entries: Sequence[RegisterEntry],
        now: datetime,
    ) -> bool:
        """Counts one contact made without the gate; False if it lacks what counting needs."""
        if contact.occurred_at is None:
            return False
        prepared = prepare(self._judge, contact, entries)
        verdicts = prepared.judged.verdicts
        windows = {linked.rule.id for linked in self._judge.rules if linked.rule.about == "window"}
        if any(windows & set(need.decides) for need in verdicts.needs):
            return False
        counts = by_values(self._store, verdicts.counted, counts_of(prepared.contact, ids, verdicts.counted), now)
        key = self._pseudonyms.digest(b"counted\0" + contact.contact_id.encode())
        home = home_of_debtor(ids)
        facts = facts_bytes(prepared.contact, ids, prepared.law, prepared.words)
        claimed = self._store.claim(
            Claim(
                home=home,
                idempotency_key=key,
                digest=self._pseudonyms.digest(facts),
                reservation=f"{home}.{key[:16]}",
                reserve=True,
                counts=tuple(msgspec.structs.replace(count, cap=NO_CAP) for count in counts),
                answer=b"",
                facts=facts,
                now=now,
                expires_at=now + timedelta(days=1),
                seen=Seen(),
            )
        )
        if claimed.kind == "key_reused":
            raise KeyReused(
                f"联系 {contact.contact_id} 已经按另一份内容记过数。",
                remedy="每条联系要有自己的编号。",
                en="A contact of this contact_id was counted with other contents.",
                at="contact_id",
            )
        if claimed.kind == "reserved":
            self._store.settle(
                SettleClaim(reservation=f"{home}.{key[:16]}", made=True, counts=counts, digest=key, now=now)
            )
            reached = _reached(contact, ids, now)
            if reached is not None:
                self._store.enter([reached])
            log_act(self._log, "counted", contact.contact_id, {"facts": facts}, now)
        return True


def unknown_reservation(reservation: str) -> ReservationUnknown:
    """What is said of a reservation that is not there."""
    return ReservationUnknown(
        f"没有编号 {reservation[:80]} 的放行。",
        remedy="请核对放行时给的 reservation。",
        en="There is no reservation of this id.",
        at="reservation",
    )


def as_it_was(contact: ContactRecord, settlement: Settlement) -> ContactRecord:
    """*contact* with what *settlement* tells of it."""
    connected = settlement.connected
    if connected is None and settlement.duration_s:
        connected = True
    conduct: Mapping[str, Value] = settlement.conduct
    return changed(contact, {"connected": connected, "duration_s": settlement.duration_s, **conduct})


def _reached(contact: ContactRecord, ids: Mapping[str, str], now: datetime) -> RegisterEntry | None:
    """The debtor answered or wrote back: can be reached for the rest of the day (as ``facts`` has it)."""
    at = contact.occurred_at
    answered = contact.channel in FLIGHT and contact.connected is True
    if at is None or contact.recipient_role != "debtor" or not (answered or contact.direction == "inbound"):
        return None
    day = at.astimezone(SHANGHAI).date() + timedelta(days=1)
    until = datetime.combine(day, time(), SHANGHAI)
    if not all(name in ids for name in _OF_DEBTOR):
        return None
    return _entry("debtor_reachable", True, ids, _OF_DEBTOR, at, until, now, contact.contact_id)


def _entry(
    column: str,
    value: bool,
    ids: Mapping[str, str],
    keys: tuple[str, ...],
    since: datetime,
    until: datetime | None,
    now: datetime,
    source: str,
) -> RegisterEntry | None:
    named = tuple((name, ids[name]) for name in keys if name in ids)
    if not named or named[0][0] != keys[0]:
        return None
    return RegisterEntry(
        id=f"{source}:{column}",
        home=home_of(*named[0]),
        column=column,
        value=value,
        keys=named,
        since=since,
        until=until,
        entered_at=now,
        source=f"contact {source}",
    )
