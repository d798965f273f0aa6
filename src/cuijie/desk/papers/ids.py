"""Which paper is meant: of what kind, in whose name, and in a case of several loans about which of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from cuijie.datafiles import Words
from cuijie.remedies.documents.catalogue import document
from cuijie.remedies.material import Material, loan_of

__all__ = ["PaperId", "PaperRow", "about_words", "paper_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperId:
    """One paper; ``loan_id`` is None in a case of one loan, and for a paper that tells of all loans."""

    document: str
    sender: str
    loan_id: str | None = None

    @property
    def query(self) -> str:
        """What an address says of it beside its kind: ``for=debtor&loan=loan-2``."""
        return urlencode({"for": self.sender} | ({"loan": self.loan_id} if self.loan_id else {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper in one person's name, as the list of papers shows it."""

    id: str
    name: Words
    to: Words
    sender: str
    anchor: str  # its place on the page
    query: str  # what its address says beside its kind
    whose: Words
    about: Words | None  # of which of several loans, by its lender
    mark: Words | None  # that its office does not take such a lender's cases
    warnings: tuple[Words, ...]
    trouble: Words | None


def paper_id(held: Material, document_id: str, sender: str, loan_id: str | None) -> PaperId:
    """The paper as its address names it; of several loans the main one where none is named.

    Raises RemedyError for a loan the case does not hold.
    """
    is_said = len(held.state.loans) > 1 and document(document_id).is_of_one_loan
    loan = loan_of(held, loan_id if loan_id not in {"", "-"} else None) if is_said else None
    return PaperId(document=document_id, sender=sender, loan_id=loan.loan_id if loan else None)


def about_words(held: Material, loan_id: str | None) -> Words | None:
    """Of which of several loans something is, by its lender; None where that goes without saying."""
    loan = next((one for one in held.state.loans if one.loan_id == loan_id), None)
    if loan is None or len(held.state.loans) < 2:
        return None
    word = loan.lender_name or loan.platform_name
    return Words(word or f"借款 {loan.loan_id}", word or f"loan {loan.loan_id}")
