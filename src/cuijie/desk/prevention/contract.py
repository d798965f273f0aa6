"""A contract as its page shows it: clause by clause in its own words, what it says of the loan, what to do before signing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cuijie.casefile.results import keep_file
from cuijie.datafiles import Words
from cuijie.desk import case_jobs
from cuijie.desk.cases import OpenCase
from cuijie.desk.cites import cites
from cuijie.desk.errors import ShelfError
from cuijie.prevention.confirming import CONFIRMABLE, confirm_terms
from cuijie.prevention.contract import ClauseKind, clause_kinds, find_clauses
from cuijie.prevention.keeping import keep_contract
from cuijie.prevention.loan_terms import TERM_TITLES, FoundTerm, find_terms
from cuijie.prevention.pages import needs_recogniser, pages_of
from cuijie.prevention.results import KeptClause, KeptContract, kept_of
from cuijie.records.results import CheckResult

__all__ = ["ClauseCard", "ContractPage", "TermRow", "confirm", "keep", "kept_page", "look"]

_MOST_SCANNED_AT_ONCE = 3  # pages read while a page is waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseCard:
    """One kind of clause with every place where the contract has it."""

    kind: str
    title: Words
    plain: Words
    can: Words
    cannot: Words
    ask: Words
    quotes: tuple[KeptClause, ...]
    laws: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """One thing that the contract says of the loan; ``number`` is its place among all, from 1."""

    number: int
    title: Words
    found: FoundTerm
    shown: Words
    may_confirm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPage:
    """Everything the page of one contract shows."""

    name: str
    result_id: str
    cards: tuple[ClauseCard, ...]
    terms: tuple[tuple[Words, tuple[TermRow, ...]], ...]

    @property
    def lenders(self) -> frozenset[str]:
        """Who lends by this contract, as it writes their names."""
        rows = (row for _, rows in self.terms for row in rows)
        return frozenset(row.found.value or row.found.shown.zh for row in rows if row.found.term == "lender_name")


def look(path: Path, on: date) -> ContractPage:
    """The contract at *path*, read and not kept; a long scan has to go into a case.  Raises BadInput."""
    pages = pages_of(path, most_scanned=_MOST_SCANNED_AT_ONCE)
    kept = KeptContract(clauses=tuple(map(KeptClause.of, find_clauses(pages))), terms=tuple(find_terms(pages)))
    return _page(path.name, "", kept, on)


def keep(place: OpenCase, path: Path) -> CheckResult | None:
    """The contract read and kept with its file; None if it is a scan: a job of the case reads it.  Raises BadInput."""
    if needs_recogniser(path):
        case_jobs.begin(place, "contract", about=keep_file(place.opened, path).item_id)
        return None
    pages = pages_of(path)
    clauses, terms = find_clauses(pages), find_terms(pages)
    return keep_contract(place.opened, keep_file(place.opened, path), clauses, terms)


def kept_page(result: CheckResult, on: date) -> ContractPage:
    """A contract that the case keeps."""
    return _page(result.subject, result.result_id, kept_of(result, KeptContract), on)


def confirm(place: OpenCase, result: CheckResult, numbers: Sequence[int], loan_id: str) -> Words:
    """Writes the terms that the user found right into the loan.  Raises BadInput, ShelfError."""
    terms = kept_of(result, KeptContract).terms
    if not numbers or any(not 1 <= number <= len(terms) for number in numbers):
        raise ShelfError("还没有选。", remedy="对照合同，把写得对的勾上再按。")
    item = result.items[0] if result.items else None
    confirm_terms(place.opened, loan_id, [terms[number - 1] for number in numbers], item_id=item)
    return Words(
        f"{len(numbers)} 项写进了这笔借款，可以去“到底欠多少”里看。", f"{len(numbers)} terms are in the loan now."
    )


def _page(name: str, result_id: str, kept: KeptContract, on: date) -> ContractPage:
    by_kind: dict[str, list[KeptClause]] = {}
    for clause in kept.clauses:
        by_kind.setdefault(clause.kind, []).append(clause)
    cards = tuple(_card(kind, by_kind[kind.id], on) for kind in clause_kinds() if kind.id in by_kind)
    return ContractPage(name=name, result_id=result_id, cards=cards, terms=_terms(kept.terms))


def _card(kind: ClauseKind, clauses: list[KeptClause], on: date) -> ClauseCard:
    return ClauseCard(
        kind=kind.id,
        title=kind.title,
        plain=kind.plain,
        can=kind.can,
        cannot=kind.cannot,
        ask=kind.ask,
        quotes=tuple(clauses),
        laws=cites(kind.provisions, on),
    )


def _terms(terms: Sequence[FoundTerm]) -> tuple[tuple[Words, tuple[TermRow, ...]], ...]:
    """The terms by what they are about: where a contract says two things, they stand side by side."""
    groups: dict[str, list[TermRow]] = {}
    for number, found in enumerate(terms, start=1):
        row = TermRow(
            number=number,
            title=TERM_TITLES[found.term],
            found=found,
            shown=found.shown,
            may_confirm=found.term in CONFIRMABLE and bool(found.value),
        )
        groups.setdefault(found.term, []).append(row)
    return tuple((rows[0].title, tuple(rows)) for rows in groups.values())
