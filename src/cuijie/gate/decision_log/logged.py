"""What the decision log holds of each act, and how it is read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from cuijie.clock import shanghai_day
from cuijie.gate.deciding.answers import Circumstances
from cuijie.gate.decision import Answer
from cuijie.gate.decision_log.log import DecisionLog, Entry
from cuijie.gate.encoding import to_json
from cuijie.gate.errors import ChainError
from cuijie.gate.stores.contract import Claim, Claimed, ClaimKind, RegisterEntry, Usage

__all__ = ["LoggedDecision", "is_logged", "log_act", "log_decision", "read_decision"]


class LoggedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """All that one answer was decided on, as ``log_decision`` writes it; long parts are kept apart under their digests."""

    decision: Answer
    about: Circumstances
    kind: ClaimKind
    usage: tuple[Usage, ...]
    facts: bytes
    key: str  # keyed hash of the idempotency key
    registers: tuple[str, ...] = ()  # ids of the entries that were read


def log_decision(
    log: DecisionLog,
    contact_id: str,
    claim: Claim,
    claimed: Claimed,
    entries: Sequence[RegisterEntry],
    decided: Answer,
) -> None:
    """Writes one decision down, whose verdicts the log keeps already."""
    body = {
        "decision": decided,
        "about": msgspec.Raw(claim.answer),  # as it lies in the store
        "kind": claimed.kind,
        "usage": claimed.usage,
        "facts": claim.facts,
        "key": claim.idempotency_key,
        "registers": [entry.id for entry in entries],
    }
    log.append("decided", contact_id, to_json(body), claim.now)


def log_act(log: DecisionLog | None, kind: str, contact_id: str, what: Mapping[str, object], now: datetime) -> None:
    """Writes another act down, if there is a log."""
    if log is not None:
        log.append(kind, contact_id, to_json(what), now)


def is_logged(log: DecisionLog, kind: str, contact_id: str, reservation: str) -> bool:
    """Whether an act on *reservation* is in *log*, which apart from its store may have had no room, or no time, for it."""
    told = (entry.body for entry in log.entries(ref=contact_id) if entry.kind == kind)
    return any(body is None or reservation.encode() in body for body in told)


def read_decision(entry: Entry) -> LoggedDecision:
    """The decision in *entry*.  Raises ChainError for one that was purged or cannot be read."""
    if entry.body is None:
        raise ChainError(
            f"日志第 {entry.seq} 条（{shanghai_day(entry.at)} 的答复）的内容已按保存期限清除，只剩它的哈希。",
            en=f"The contents of log entry {entry.seq} have been purged, as its retention was over; its hash remains.",
        )
    try:
        return msgspec.json.decode(entry.body, type=LoggedDecision)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ChainError(f"第 {entry.seq} 条读不懂。", remedy="请先用 cuijie gate log verify 核对日志。") from error
