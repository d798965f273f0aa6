"""Asks and gates for tests: everything known and lawful unless said otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from cuijie.clock import SHANGHAI
from cuijie.gate import Ask, Gate, Settings, ask_from_plain
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.stores.contract import GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.rulebook import Rulebook, load_rulebook

__all__ = ["KEY", "MORNING", "MovingClock", "a_gate", "an_ask", "book", "call", "third_party"]

KEY = bytes(range(32))
MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
_numbers = count(1)


class MovingClock:
    """A clock that a test moves."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


_book: Rulebook | None = None


def book() -> Rulebook:
    """Our rulebook, loaded once for all tests."""
    global _book
    _book = _book or load_rulebook()
    return _book


def a_gate(
    store: GateStore | None = None,
    *,
    clock: MovingClock | None = None,
    log: DecisionLog | None = None,
    rulebook: Rulebook | None = None,
    **settings: Any,
) -> Gate:
    """A gate in memory unless told otherwise, under a key that all tests share."""
    kept = Settings(**{"checked_on": MORNING.date(), **settings})
    return Gate(
        rulebook or book(),
        store if store is not None else MemoryStore(),
        pseudonyms=Pseudonyms(KEY),
        clock=clock or MovingClock(),
        settings=kept,
        log=log,
    )


def call(**columns: Any) -> dict[str, Any]:
    """A lawful call to the debtor, all that can be known before it known."""
    return {
        "idempotency_key": f"k{next(_numbers)}",
        "debtor_id": "d1",
        "lender_id": "acme",
        "lender_type": "consumer_finance",
        "product": "online_consumer",
        "actor": "lender",
        "channel": "call",
        "occurred_at": MORNING.isoformat(),
        "recipient_role": "debtor",
        "recipient_id": "13800001002",
        "number_masked": False,
        "number_source": "debtor",
        "debt_settled": False,
        **columns,
    }


def third_party(**columns: Any) -> dict[str, Any]:
    """A lawful call to an agreed contact: the debtor cannot be reached, the person agreed."""
    return call(
        **{
            "recipient_role": "agreed_contact",
            "recipient_id": "13800001003",
            "debtor_reachable": False,
            "recipient_refused": False,
            "recipient_consent": True,
            "consent_withdrawn": False,
            **columns,
        }
    )


def an_ask(**columns: Any) -> Ask:
    """The ask of ``call`` with these columns."""
    return ask_from_plain(call(**columns))
