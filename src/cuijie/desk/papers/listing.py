"""The papers as the page lists them: in whose name, and what to read first."""

from __future__ import annotations

from functools import cache

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.ladder.steps import first_sender, material, whose_words
from cuijie.desk.papers.ids import PaperId, PaperRow, about_words, paper_id
from cuijie.remedies.documents.catalogue import NOT_ITS_LENDER, DocumentSpec, document, documents
from cuijie.remedies.documents.draft import is_for_another_lender
from cuijie.remedies.documents.facts import of_loan, relevant
from cuijie.remedies.english import english
from cuijie.remedies.material import DEBTOR, Material, Reader, in_loan, loan_of, reader_of
from cuijie.remedies.situation import keeper_of

__all__ = ["before_words", "document_words", "paper_rows"]


def document_words(document_id: str, reader: Reader = "debtor") -> tuple[Words, Words, tuple[Words, ...]]:
    """A paper's name, to whom it goes and what *reader* reads first.  The paper itself is Chinese."""
    spec, known = document(document_id), english().documents.get(document_id)
    before = before_words(document_id, spec.before(reader))
    if known is None:
        return Words(spec.name, spec.name), Words(spec.recipient, spec.recipient), before
    return Words(spec.name, known.name), Words(spec.recipient, known.recipient), before


def before_words(document_id: str, lines: tuple[str, ...]) -> tuple[Words, ...]:
    """What to read first, line by line."""
    return tuple(Words(zh, en) for zh, en in zip(lines, english().before(document_id, lines), strict=True))


def _senders(held: Material, who: tuple[str, ...]) -> list[tuple[str, Words]]:
    """(person id, the user's word) of everyone in whose name the paper can be made."""
    contacted = {contact.recipient_id for contact in held.contacts if contact.direction == "outbound"}
    people = [
        (person.person_id, whose_words(person.person_id, held))
        for person in held.state.persons
        if person.person_id != DEBTOR and person.role != "debtor" and person.person_id in contacted
    ]
    is_own = keeper_of(held) == DEBTOR  # nobody else signs for the borrower
    found = [(DEBTOR, whose_words(DEBTOR, held))] if "debtor" in who and is_own else []
    found += people if "contacted" in who else []
    return sorted(found, key=lambda one: one[0] != first_sender(held))


def paper_rows(place: OpenCase) -> tuple[PaperRow, ...]:
    """Every paper that can be made now, the most used first, then those that cannot, with the reason.

    None is drafted for the list: its blanks are shown on its own page.  Worked out once for each state of the case.
    """
    held = material(place)
    return place.worked.papers.of(held, None, lambda: _rows(held))


def _rows(held: Material) -> tuple[PaperRow, ...]:
    rows: list[tuple[bool, PaperRow]] = []  # whether nothing is held against its lender, or its office takes none such

    @cache
    def has_facts(sender: str, loan_id: str | None, with_unsorted: bool) -> bool:
        contacts, findings = of_loan(held, loan_of(held, loan_id) if loan_id else None, with_unsorted=with_unsorted)
        return bool(relevant(findings, contacts, sender))

    for spec in sorted(documents().values(), key=lambda one: one.order):
        for sender, whose in _senders(held, spec.who):
            ids = (paper_id(held, spec.id, sender, loan) for loan in _loans(held)[: 1 if spec.is_group else None])
            for one in dict.fromkeys(ids):
                is_ready = spec.facts != "needed" or has_facts(sender, one.loan_id, not spec.is_about_a_lender)
                is_idle = one.loan_id is not None and not has_facts(sender, one.loan_id, False)
                row = _row(spec, one, whose, held, is_ready)
                rows.append((is_idle or row.mark is not None, row))
    return tuple(row for _, row in sorted(rows, key=lambda one: (bool(one[1].trouble), one[0])))


def _loans(held: Material) -> tuple[str | None, ...]:
    """The loans of the case, the one most contacts are about first; None in a case without any."""
    main = loan_of(held, None)
    ids = [loan.loan_id for loan in held.state.loans]
    return (main.loan_id, *(one for one in ids if one != main.loan_id)) if main else (None,)


def _row(spec: DocumentSpec, paper: PaperId, whose: Words, held: Material, is_ready: bool) -> PaperRow:
    trouble = None
    if spec.is_group:
        trouble = Words(
            "几位借款人一起写的：把同一家机构的两个以上案卷都打开，在首页的“全部案卷”里写。",
            "Of several borrowers: open two cases or more of the same lender; it is written under “All cases”.",
        )
    elif not is_ready:
        trouble = Words(
            "还没有可以写进去的事实：“需要人判断”的发现和还缺事实的，不会写进文书。",
            "No facts to put in yet: what is left to judge, or lacks a fact, is never written into a paper.",
        )
    loan = loan_of(held, paper.loan_id)
    name, to, before = document_words(spec.id, reader_of(in_loan(held, loan), paper.sender))
    return PaperRow(
        id=spec.id,
        name=name,
        to=to,
        sender=paper.sender,
        anchor="-".join(part for part in (spec.id, paper.sender, paper.loan_id) if part),
        query=paper.query,
        whose=whose,
        about=None if spec.is_group else about_words(held, paper.loan_id),
        mark=before_words(spec.id, (NOT_ITS_LENDER,))[0] if is_for_another_lender(spec, loan) else None,
        warnings=before,
        trouble=trouble,
    )
