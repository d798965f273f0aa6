"""A decision as bytes: what very many decisions share (rules, needs, duties) is encoded once."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Final

import msgspec

from cuijie.gate.decision import Answer, Decision, Limit, Note, ReadLabel, Reason
from cuijie.gate.encoding import to_json

__all__ = ["decision_bytes"]

_KEPT: Final = 1024  # of some 10 KB
# by identity, holding on to what it is the identity of: verdicts are shared objects as long as the gate keeps them
_known: dict[int, tuple[object, msgspec.Raw]] = {}


class _Wire(msgspec.Struct, gc=False):
    """``Decision`` with its long parts encoded; the fields and their order are the same."""

    decision: Answer
    rules: msgspec.Raw
    needs: msgspec.Raw
    duties: msgspec.Raw
    limits: tuple[Limit, ...]
    retry_at: datetime | None
    reservation: str | None
    expires_at: datetime | None
    reasons: tuple[Reason, ...]
    notes: tuple[Note, ...]
    read: tuple[ReadLabel, ...]
    ignored: tuple[str, ...]
    overruled: tuple[str, ...]
    contact_id: str
    idempotency_key: str
    judged_at: datetime | None
    decided_at: datetime | None
    rulebook: str


_rest = attrgetter(*_Wire.__struct_fields__[4:])


def decision_bytes(decision: Decision) -> bytes:
    """The same bytes as ``msgspec.json.encode(decision)``."""
    rules, needs, duties = _part(decision.rules), _part(decision.needs), _part(decision.duties)
    return to_json(_Wire(decision.decision, rules, needs, duties, *_rest(decision)))


def _part(shared: tuple[object, ...]) -> msgspec.Raw:
    known = _known.get(id(shared))
    if known is not None and known[0] is shared:
        return known[1]
    made = msgspec.Raw(to_json(shared))
    if len(_known) >= _KEPT:
        _known.clear()
    _known[id(shared)] = (shared, made)
    return made
