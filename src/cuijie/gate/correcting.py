"""A settlement that was told wrongly, told again: kept beside the first with who says so and why, never in its place.

What the correction says counts *as well*: nothing that was counted is taken back, so that nobody corrects a limit away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from cuijie.gate.asking.asks import Settlement, settlement_from_plain
from cuijie.gate.deciding.answers import NO_CAP, limit_of
from cuijie.gate.deciding.counting import by_values, counts_of
from cuijie.gate.decision import Settled
from cuijie.gate.decision_log.kept_facts import facts_contact, read_facts
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.decision_log.logged import log_act
from cuijie.gate.encoding import to_json
from cuijie.gate.errors import AskError, KeyReused, NothingToCorrect
from cuijie.gate.judging.judge import Judge
from cuijie.gate.outcomes import Outcomes, as_it_was, unknown_reservation
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.stores.contract import Claim, Count, GateStore, Reservation, Seen, SettleClaim

__all__ = ["LONGEST_BY", "LONGEST_REASON", "SHAPE", "Correction", "Corrections", "correction_from_plain"]

LONGEST_REASON, LONGEST_BY = 500, 100  # characters
_MARK = "~"  # in the end of no id that an allow gives
_MOST = 20  # corrections of one settlement
SHAPE = '例如 {"reservation": "…", "connected": true, "reason": "录音显示已接通", "by": "质检 07"}。'
_has_words = re.compile(r"\S").search


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What really became of a reservation that was settled otherwise; ``by``: who says so, ``reason``: how one knows."""

    settlement: Settlement
    reason: str
    by: str


def correction_from_plain(value: object, *, where: str = "更正") -> Correction:
    """The correction in decoded JSON: a settlement with ``reason`` and ``by``.  Raises AskError."""
    if not isinstance(value, Mapping):
        raise AskError(f"{where}：应是一个 JSON 对象。", en="A correction is a JSON object.")
    told = {name: value.get(name) for name in ("reason", "by")}
    for (name, said), most in zip(told.items(), (LONGEST_REASON, LONGEST_BY), strict=True):
        if not isinstance(said, str) or not _has_words(said) or len(said) > most:
            raise AskError(
                f"{where}：{name} 应是 1 到 {most} 个字。",
                remedy="更正要写明为什么（reason）和谁更正的（by），记在日志里；不要写客户的姓名和号码。",
                en=f"{name} must be text of 1 to {most} characters.",
                at=name,
            )
    settlement = settlement_from_plain({k: v for k, v in value.items() if k not in told}, where=where)
    return Correction(settlement=settlement, reason=str(told["reason"]).strip(), by=str(told["by"]).strip())


class Corrections:
    """Makes corrections; the caller holds a batch of the store around each."""

    def __init__(
        self, judge: Judge, store: GateStore, pseudonyms: Pseudonyms, log: DecisionLog | None, outcomes: Outcomes
    ) -> None:
        self._judge, self._store, self._pseudonyms, self._log, self._outcomes = judge, store, pseudonyms, log, outcomes

    def correct(self, correction: Correction, now: datetime) -> Settled:
        """See ``Gate.correct``."""
        told = correction.settlement
        held = self._settled(told.reservation)
        digest = self._pseudonyms.digest(to_json(correction))
        before, place = [held], 1
        while (earlier := self._store.reservation(_id_of(held, place))) is not None and earlier.state == "settled":
            if earlier.settlement == digest:
                return Settled(state="repeated", reservation=held.id)
            before.append(earlier)
            place += 1
        if place > _MOST:
            raise NothingToCorrect(f"这个编号已经更正过 {_MOST} 次。", remedy="请先查清楚，再登记一次联系（补记）。")
        facts = read_facts(held.facts)
        contact = as_it_was(facts_contact(facts), told)
        verdicts = self._judge.judged(contact, facts.law, facts.words).verdicts
        counted = verdicts.counted if told.made else ()
        counts = by_values(self._store, counted, counts_of(contact, facts.ids, counted), now)
        self._count(held, place, _beyond(counts, before), digest, now)
        usage = self._store.usage(counts, now) if counts else ()
        limits = [limit_of(item, used) for item, used in zip(counted, usage, strict=True)]
        settled = Settled(
            state="corrected",
            reservation=held.id,
            rules=tuple(rule for rule in verdicts.rules if rule.verdict == "breach") if told.made else (),
            over=tuple(limit for limit in limits if limit.used > limit.cap),
            notes=self._outcomes.expected(told, contact, facts),
        )
        self._outcomes.learn(told, contact, facts, now)
        log_act(self._log, "corrected", facts.contact_id, {"correction": correction, "settled": settled}, now)
        return settled

    def _settled(self, reservation: str) -> Reservation:
        held = self._store.reservation(reservation)
        if held is None or _MARK in held.id.rpartition(".")[2]:  # a correction is corrected by its reservation's own id
            raise unknown_reservation(reservation)
        if held.state not in ("settled", "cancelled"):
            raise NothingToCorrect(
                "这次放行还没有结算，没有可更正的。",
                remedy="请直接结算（settle）。",
                en="This reservation is not settled yet: settle it.",
                at="reservation",
            )
        if self._log is None:
            raise NothingToCorrect(
                "这个闸门没有日志，更正没有地方留下说明。",
                remedy="请在设置里写 log。",
                en="This gate keeps no log in which a correction could be explained.",
            )
        return held

    def _count(self, held: Reservation, place: int, counts: tuple[Count, ...], digest: str, now: datetime) -> None:
        """A reservation of its own, settled at once: however often it is told after a crash, it counts once."""
        id_ = _id_of(held, place)
        claimed = self._store.claim(
            Claim(
                home=held.home,
                idempotency_key=self._pseudonyms.digest(b"corrected\0" + id_.encode()),
                digest=digest,
                reservation=id_,
                reserve=True,
                counts=tuple(msgspec.structs.replace(count, cap=NO_CAP) for count in counts),
                answer=b"",
                facts=held.facts,
                now=now,
                expires_at=now + timedelta(days=1),
                seen=Seen(),
            )
        )
        if claimed.kind == "key_reused":
            raise KeyReused(
                "同一个编号正有另一次更正。",
                remedy="请再发一次。",
                en="Another correction is being made; send it again.",
            )
        self._store.settle(SettleClaim(reservation=id_, made=True, counts=counts, digest=digest, now=now))


def _id_of(held: Reservation, place: int) -> str:
    return f"{held.id}{_MARK}{place}"


def _beyond(counts: Sequence[Count], before: Sequence[Reservation]) -> tuple[Count, ...]:
    """What *counts* say more than all that was counted of this contact *before*."""
    known: dict[tuple[str, int], int] = {}
    for count in (count for held in before for count in held.counts):
        known[count.key, count.bucket] = known.get((count.key, count.bucket), 0) + count.amount
    more = [(count, count.amount - known.get((count.key, count.bucket), 0)) for count in counts]
    return tuple(msgspec.structs.replace(count, amount=amount) for count, amount in more if amount > 0)
