"""One complaint of several borrowers against the same lender, written from their open cases; that writes nothing into any."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

from cuijie.casefile import Case
from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.ladder.steps import material
from cuijie.desk.ladder.together_sent import Outcome
from cuijie.desk.many_cases import CaseRow, lenders_of
from cuijie.desk.papers.page import Blank
from cuijie.desk.papers.sheets import page_count
from cuijie.law import library
from cuijie.records import Loan
from cuijie.remedies.documents.catalogue import document
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.documents.fields import fill
from cuijie.remedies.documents.group import GROUP, group_draft
from cuijie.remedies.documents.incidents import Naming
from cuijie.remedies.documents.writers import draft_bytes
from cuijie.remedies.english import english
from cuijie.remedies.material import DEBTOR, Material, loan_of

__all__ = ["Desktop", "Together", "lenders"]

_KEPT = 3  # papers looked at last; they go when one of their cases is locked
_DATE = "date_sign"


@dataclass(frozen=True)
class Together:
    """One such paper as it was asked for: of which cases, with names in full or not, with what filled in."""

    id: str
    cases: Mapping[str, Case | None]  # slug: the case as it was open then
    titles: Mapping[str, str]
    lender: str
    naming: Naming
    blanks: tuple[Blank, ...]
    draft: Draft

    @cached_property
    def pdf(self) -> bytes:
        """The paper as PDF."""
        return draft_bytes(self.draft, ".pdf", with_cover=False)

    @cached_property
    def pages(self) -> int:
        """How many pages it prints on."""
        return page_count(self.pdf)


def lenders(rows: Sequence[CaseRow]) -> list[tuple[str, list[CaseRow]]]:
    """Those of *rows* that are open, by lender, those lenders first of whom there are several; one of two loans stands under both."""
    found: dict[str, list[CaseRow]] = {}
    for row in rows:
        if row.is_open and row.is_ready:
            for lender in row.lenders or ("",):
                found.setdefault(lender, []).append(row)
    return sorted(found.items(), key=lambda item: (len(item[1]) < 2, not item[0], item[0]))


class Desktop:
    """The papers of several cases that are being looked at, in memory only."""

    def __init__(self, shelf: CaseShelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        self._kept: dict[str, Together] = {}
        self.outcomes: tuple[Outcome, ...] = ()  # of what was recorded last, until it is shown

    def make(self, slugs: Sequence[str], naming: Naming, fields: Mapping[str, str]) -> Together:
        """Writes the paper of those cases.  Raises ShelfError for cases that do not go together, RemedyError."""
        places = [one for one in self._shelf.places() if one.slug in slugs]
        if len(places) < 2:
            raise ShelfError("至少要选两个案卷。", remedy="都要是打开的、同一家放款机构的。")
        with ExitStack() as held:
            materials = [material(held.enter_context(place.reading())) for place in places]
        loan = _fit(places, materials)
        made = Together(
            id=secrets.token_urlsafe(12),
            cases={place.slug: place.case for place in places},
            titles={place.slug: place.title for place in places},
            lender=(loan.lender_name or "").strip(),
            naming=naming,
            blanks=_blanks(materials[0], loan, fields, self._clock),
            draft=group_draft(materials, shanghai_day(self._clock.now()), law=library(), fields=fields, naming=naming),
        )
        self._kept[made.id] = made
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return made

    def get(self, id: str) -> Together:
        """The paper of that id.  Raises ShelfError if it is gone, or one of its cases was locked since."""
        made = self._kept.get(id)
        if made is None or any(
            self._shelf.case_at(slug) is not case or case is None for slug, case in made.cases.items()
        ):
            self._kept.pop(id, None)
            raise ShelfError("这份集体投诉书已经收起来了。", remedy="请把案卷都打开，再写一次；填过的要重新填。")
        for place in self._shelf.places():
            if place.slug in made.cases:
                place.touch()  # who looks at the paper of all of them leaves none alone
        return made

    def pdf_of(self, id: str) -> bytes:
        """The paper of that id as it was looked at, to be frozen; also where one of its cases was locked just now.

        Raises ShelfError if it is gone.
        """
        made = self._kept.get(id)
        if made is None:
            raise ShelfError(
                "写好的那份已经收起来了，没有记。", remedy="请在“寄出的文件”里选下载下来的那个 PDF，再记一次。"
            )
        return made.pdf

    def take_outcomes(self) -> tuple[Outcome, ...]:
        """What is to be told of the last recording, once."""
        told, self.outcomes = self.outcomes, ()
        return told


def _fit(places: Sequence[OpenCase], materials: Sequence[Material]) -> Loan:
    """The first case's loan from the lender of all of them.  Raises ShelfError where none is known to be the same."""
    names = {place.title: lenders_of(one.state.loans) for place, one in zip(places, materials, strict=True)}
    if unknown := [title for title, known in names.items() if not known]:
        raise ShelfError(
            f"“{'”“'.join(unknown)}”还没有写放款机构的全称。", remedy="请先在那个案卷的“更多 · 这笔借款”里写上。"
        )
    common = set.intersection(*(set(known) for known in names.values()))
    if not common:
        raise ShelfError(
            f"这些案卷的放款机构不是同一家：{'、'.join(sorted({name for known in names.values() for name in known}))}。",
            remedy="集体投诉只能针对同一家；写法不同的，请先改成一样的全称。",
        )
    main = loan_of(materials[0], None)
    ordered = sorted(materials[0].state.loans, key=lambda one: one is not main)
    return next(one for one in ordered if (one.lender_name or "").strip() in common)


def _blanks(first: Material, loan: Loan, given: Mapping[str, str], clock: Clock) -> tuple[Blank, ...]:
    spec = document(GROUP)
    filled = fill(spec, first, sender=DEBTOR, loan=loan, given=dict(given), on=shanghai_day(clock.now()))
    return tuple(
        Blank(
            key=key,
            label=Words(field.label, english().fields.get(key, field.label)),
            hint=field.hint or "",
            value=filled.value(key),
            is_missing=not filled.value(key) and not field.is_optional,
            is_optional=field.is_optional,
        )
        for key, field in spec.fields.items()
        if not field.is_hand and key != _DATE
    )
