"""The pre-contact gate: one question before each contact, answered by the same rulebook as everything else."""

from __future__ import annotations

from cuijie.gate.asking.asks import Ask, Settlement, ask_from_plain, settlement_from_plain
from cuijie.gate.correcting import Correction, correction_from_plain
from cuijie.gate.decision import Decision, Settled
from cuijie.gate.errors import GateError
from cuijie.gate.gate import Gate
from cuijie.gate.opening import open_gate
from cuijie.gate.settings import Settings, load_settings

__all__ = [
    "Ask",
    "Correction",
    "Decision",
    "Gate",
    "GateError",
    "Settings",
    "Settled",
    "Settlement",
    "ask_from_plain",
    "correction_from_plain",
    "load_settings",
    "open_gate",
    "settlement_from_plain",
]
