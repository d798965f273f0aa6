"""The results of the checks as a case keeps them, to be shown again later exactly as they were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from cuijie.prevention.apps.access import AppAccess
from cuijie.prevention.contract import ClauseHit
from cuijie.prevention.credit.flags import Flag
from cuijie.prevention.credit.report import CreditReport
from cuijie.prevention.loan_terms import FoundTerm
from cuijie.prevention.signs import SignHit
from cuijie.records import from_json
from cuijie.records.results import CheckResult

__all__ = ["KeptClause", "KeptContract", "KeptCredit", "KeptPhone", "KeptScam", "KeptSign", "kept_of"]

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClause:
    """One clause: its kind in our list, its page, its place in the whole text, its words, whether a pattern met it."""

    kind: str
    page: int | None
    span: tuple[int, int]
    quote: str
    certain: bool = True

    @classmethod
    def of(cls, hit: ClauseHit) -> KeptClause:
        """The clause as it is kept."""
        return cls(kind=hit.kind.id, page=hit.page, span=hit.span, quote=hit.quote, certain=hit.certain)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptContract:
    """One contract: its clauses, and what it says of the loan."""

    clauses: tuple[KeptClause, ...]
    terms: tuple[FoundTerm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPhone:
    """The apps of one phone."""

    apps: tuple[AppAccess, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCredit:
    """One credit report and what in it is to be checked; *disputed* are the flags the user disputes, by their place."""

    report: CreditReport
    flags: tuple[Flag, ...]
    disputed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSign:
    """One sign of a trap and where it stands."""

    sign: str
    span: tuple[int, int]
    certain: bool = True

    @classmethod
    def of(cls, hit: SignHit) -> KeptSign:
        """The sign as it is kept."""
        return cls(sign=hit.sign.id, span=hit.span, certain=hit.certain)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptScam:
    """One offer of help, in its own words, and its signs."""

    text: str
    signs: tuple[KeptSign, ...]


def kept_of(result: CheckResult, kind: type[_Kept]) -> _Kept:
    """What *result* holds, as a record of *kind*.  Raises RecordError for one made by a version that we do not read."""
    return from_json(result.content.encode(), kind, where=f"案卷里的结果 {result.result_id}")
