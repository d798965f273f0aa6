"""The pre-contact gate: one question before each contact, answered by the same rulebook as everything else."""

from __future__ import annotations

from cuijie.gate.asking import Ask, Settlement, ask_from_plain, settlement_from_plain
from cuijie.gate.decision import Decision, Settled

__all__ = ["Ask", "Decision", "Settled", "Settlement", "ask_from_plain", "settlement_from_plain"]
