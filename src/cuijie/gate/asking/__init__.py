"""What the gate is asked and told: a contact read from what a caller wrote, and later what became of it."""

from __future__ import annotations

from cuijie.gate.asking.asks import Ask, Settlement, ask_from_plain, settlement_from_plain

__all__ = ["Ask", "Settlement", "ask_from_plain", "settlement_from_plain"]
