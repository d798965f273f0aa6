"""What can go wrong at the gate, each said in the words of whoever asked."""

from __future__ import annotations

from typing import ClassVar

from cuijie.errors import BadInput, CouldNotFinish, CuijieError

__all__ = [
    "AskError",
    "ChainError",
    "Contradiction",
    "GateError",
    "KeyReused",
    "KeyfileError",
    "NoLongerAllowed",
    "NothingToCorrect",
    "RegisterError",
    "ReservationUnknown",
    "SettingsError",
    "StoreDamaged",
    "StoreUnreachable",
    "emptied",
]


class GateError(CuijieError):
    """The branch of every error of the gate; ``en`` says the same in English, ``at`` names the field, where known."""

    code: ClassVar[str] = "GT-000"

    def __init__(
        self, message: str, *, remedy: str | None = None, en: str | None = None, at: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.en, self.at = en, at


class AskError(GateError, BadInput):
    """An ask or a settlement that does not have the agreed shape; names the column."""

    code = "GT-001"


class KeyReused(GateError, BadInput):
    """An idempotency key was used before with another body; nothing was decided."""

    code = "GT-002"


class ReservationUnknown(GateError, BadInput):
    """No such reservation: never made, or settled so long ago that it has been purged."""

    code = "GT-003"


class RegisterError(GateError, BadInput):
    """A register entry that cannot be used; names the line and the column."""

    code = "GT-004"


class SettingsError(GateError, BadInput):
    """A setting of the gate that cannot be used."""

    code = "GT-005"


class KeyfileError(GateError, BadInput):
    """The key of the pseudonyms cannot be used (not there, open to others, cut off, or another than before)."""

    code = "GT-006"


class StoreUnreachable(GateError, CouldNotFinish):
    """The store of counters and registers gave no answer; what was asked of it may or may not have been done."""

    code = "GT-007"


class StoreDamaged(GateError, BadInput):
    """What the store holds is not a store of this version, or was cut off or altered."""

    code = "GT-008"


def emptied() -> StoreDamaged:
    """What is said of an empty store that is not a new one: its log holds answers, or its key is older."""
    return StoreDamaged(
        "存储是空的，这个闸门却不是新的（日志里已有答复，或假名密钥早就有了）：原来的次数和登记（谁拒绝过）都不见了。",
        remedy="请从备份恢复；确实要从头开始，就在设置里写一个新的 log，先登记、补报本月的联系，再开始询问。",
    )


class ChainError(GateError, BadInput):
    """The decision log cannot be read or written as a chain."""

    code = "GT-009"


class NoLongerAllowed(GateError, BadInput):
    """What was allowed must not begin any more: its time is over, or a register has been entered since."""

    code = "GT-010"


class Contradiction(AskError):
    """A settlement whose parts cannot both be true; nothing was counted."""

    code = "GT-011"


class NothingToCorrect(GateError, BadInput):
    """A correction of what cannot be corrected: not settled yet, or no log to explain it in; nothing was counted."""

    code = "GT-012"
