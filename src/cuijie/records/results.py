"""What a check of money or prevention found, kept in a case as it was found on that day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["CheckKind", "CheckResult", "PaperProposal", "newest"]

CheckKind = Literal["owe", "contract", "phone", "credit", "scam"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperProposal:
    """A value that a field of a document may take from a check, as long as the user wrote none."""

    document: str
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check: of what, when, by which version of the program; never changed, only followed by a newer one."""

    result_id: str  # "credit-2"
    kind: CheckKind
    subject: str  # a loan's id, or the name of the file
    made_at: datetime
    version: str  # of the program
    items: tuple[str, ...]  # vault items it was read from
    about: str  # what was found, in one Chinese line
    content: str  # JSON of the room's own record of the result
    proposals: tuple[PaperProposal, ...] = ()


def newest(results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """The newest result of each kind and subject, oldest first."""
    latest: dict[tuple[str, str], CheckResult] = {}
    for one in sorted(results, key=lambda one: (one.made_at, one.result_id)):
        latest.pop((one.kind, one.subject), None)
        latest[one.kind, one.subject] = one
    return tuple(latest.values())
