"""What can go wrong with a case on disk, each said in the user's words with a way on."""

from __future__ import annotations

from typing import ClassVar

from cuijie.errors import BadInput, CouldNotFinish, CuijieError

__all__ = [
    "CaseDamaged",
    "CaseError",
    "CaseExists",
    "CaseLocked",
    "ItemMissing",
    "KeyRefused",
    "LedgerBroken",
    "NotACase",
    "NotWritable",
    "RecipientError",
    "StoreFailed",
]


class CaseError(CuijieError):
    """The branch of every error about a case folder."""

    code: ClassVar[str] = "CF-000"


class NotACase(CaseError, BadInput):
    """The folder is not a case, or not of a version this program reads."""

    code = "CF-001"


class CaseExists(CaseError, BadInput):
    """A case cannot be made where something is already."""

    code = "CF-002"


class KeyRefused(CaseError, BadInput):
    """Neither this passphrase nor this key opens the case."""

    code = "CF-003"


class CaseLocked(CaseError, CouldNotFinish):
    """Another program is writing to the case."""

    code = "CF-004"


class NotWritable(CaseError, BadInput):
    """The case was opened for reading only."""

    code = "CF-005"


class CaseDamaged(CaseError, BadInput):
    """A file of the case is missing, cut off or altered; nothing of it is shown."""

    code = "CF-006"


class ItemMissing(CaseError, BadInput):
    """No such item in the vault's list."""

    code = "CF-007"


class LedgerBroken(CaseError, BadInput):
    """The ledger is shorter than, or another than, the one this case once had."""

    code = "CF-008"


class RecipientError(CaseError, BadInput):
    """A recipient that cannot be added or removed as asked."""

    code = "CF-009"


class StoreFailed(CaseError, CouldNotFinish):
    """The disk did not take what was to be written: the case is as it was before."""

    code = "CF-010"
