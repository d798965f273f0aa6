"""Short ways to ask a gate, to tell it what became of it, and to read its answers."""

from __future__ import annotations

from typing import Any

from cuijie.gate import Decision, Gate, ask_from_plain, settlement_from_plain

__all__ = ["ATTEMPTS", "CONNECTED", "decide", "duties", "needs", "settle", "used", "verdict"]

CONNECTED, ATTEMPTS = "cn.frequency.connected-calls", "cn.frequency.unanswered-attempts"


def decide(gate: Gate, value: dict[str, Any]) -> Decision:
    return gate.decide(ask_from_plain(value))


def verdict(decision: Decision, rule: str) -> str:
    return next(found.verdict for found in decision.rules if found.id == rule)


def used(decision: Decision, rule: str) -> tuple[int, int]:
    limit = next(found for found in decision.limits if found.rule == rule)
    return limit.used, limit.cap


def needs(decision: Decision) -> set[str]:
    return {need.column for need in decision.needs}


def duties(decision: Decision) -> set[str]:
    return {duty.column for duty in decision.duties}


def settle(gate: Gate, decision: Decision, **told: Any) -> None:
    gate.settle(settlement_from_plain({"reservation": decision.reservation, **told}))
