"""One paper on the desk: its blanks to fill in, the pages as they will print, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.ladder.steps import ladder_of, material, whose_words
from cuijie.desk.papers.ids import PaperId, about_words, paper_id
from cuijie.desk.papers.listing import before_words, document_words
from cuijie.desk.papers.making import drafted, file_of
from cuijie.desk.papers.sheets import page_count, sheet
from cuijie.law import library
from cuijie.records.remedies import PaperField
from cuijie.remedies.documents.catalogue import DocumentSpec, FieldSpec, document
from cuijie.remedies.documents.claims import Claim
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.fields import fill, kept_under
from cuijie.remedies.english import english
from cuijie.remedies.material import Material, loan_of

__all__ = ["Blank", "PaperDesk", "page_picture", "paper_desk", "save_blanks"]

_DATE = "date_sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One field of the paper as the page shows it."""

    key: str
    label: Words
    hint: str
    value: str
    is_missing: bool
    is_optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDesk:
    """Everything the page of one paper shows."""

    id: str
    name: Words
    to: Words
    query: str  # what its address says beside its kind
    whose: Words
    about: Words | None  # of which of several loans, by its lender
    blanks: tuple[Blank, ...]
    missing: int
    before: tuple[Words, ...]
    bring: tuple[str, ...]
    claims: tuple[Claim, ...]
    pages: int
    step: str | None  # where its sending is recorded
    is_sent: bool


def paper_desk(place: OpenCase, paper: PaperId, clock: Clock) -> PaperDesk:
    """The page of one paper in one person's name.  Raises RemedyError where it cannot be made yet."""
    held, on = material(place), shanghai_day(clock.now())
    spec, sender = document(paper.document), paper.sender
    made = drafted(place, paper, clock)
    name, to, _ = document_words(paper.document)
    lacking = {one.key for one in made.missing}
    blanks = _blanks(spec, held, paper, on, lacking)
    step = _step_of(place, paper, clock)
    return PaperDesk(
        id=spec.id,
        name=name,
        to=to,
        query=paper.query,
        whose=whose_words(sender, held),
        about=about_words(held, paper.loan_id),
        blanks=tuple(sorted(blanks, key=lambda one: not one.is_missing)),
        missing=sum(one.is_missing for one in blanks),
        before=before_words(paper.document, made.before),
        bring=made.bring,
        claims=made.claims,
        pages=page_count(file_of(place, paper, ".pdf", clock)),
        step=step,
        is_sent=any(one.step == step for one in held.steps),
    )


def _blanks(spec: DocumentSpec, held: Material, paper: PaperId, on: date, lacking: set[str]) -> list[Blank]:
    filled = fill(spec, held, sender=paper.sender, loan=loan_of(held, paper.loan_id), given={}, on=on)
    family = [key for key in sorted(lacking) if key not in spec.fields]
    found = [(key, spec.fields[key]) for key in spec.fields if not key.endswith("_N")]
    found += [(key, field) for key in family if (field := spec.field(key)) is not None]
    return [
        _blank(key, field, filled.value(key), key in lacking)
        for key, field in found
        if not field.is_hand and key != _DATE
    ]


def _blank(key: str, field: FieldSpec, value: str, is_missing: bool) -> Blank:
    return Blank(
        key=key,
        label=Words(field.label, english().fields.get(key, field.label)),
        hint=field.hint or "",
        value=value,
        is_missing=is_missing,
        is_optional=field.is_optional,
    )


def _step_of(place: OpenCase, paper: PaperId, clock: Clock) -> str | None:
    held = material(place)
    for step in ladder_of(place, clock):
        if step.document and paper_id(held, step.document, step.sender, step.loan_id) == paper:
            return step.id
    ending = f"@{paper.loan_id}:{paper.sender}" if paper.loan_id else f":{paper.sender}"
    done = [one.step for one in held.steps if one.document == paper.document and one.step.endswith(ending)]
    return done[-1] if done else None


def save_blanks(place: OpenCase, paper: PaperId, written: Mapping[str, str], clock: Clock) -> None:
    """Keeps what was filled in; an emptied field goes back to what the case knows.

    Raises RemedyError, and ClaimRefused for a sentence that must not leave the house; then nothing is kept.
    """
    case, spec = place.opened, document(paper.document)
    held, on = material(place), shanghai_day(clock.now())
    unknown = sorted(key for key in written if spec.field(key) is None)
    if unknown:
        raise ShelfError(f"这份文书没有这一项：{'、'.join(unknown)}。", remedy="请重新打开这一页。")
    known = fill(spec, held, sender=paper.sender, loan=loan_of(held, paper.loan_id), given={}, on=on)
    changed = {key: _lines(value) for key, value in written.items() if _lines(value) != _lines(known.value(key))}
    fields = {key: value for key, value in changed.items() if value}
    tried = draft(paper.document, held, on, law=library(), sender=paper.sender, loan_id=paper.loan_id, fields=fields)
    with case.batch("drafted", {"document": paper.document}):
        for key, value in changed.items():
            name = kept_under(paper.document, paper.sender, key, tried.loan_id)
            if value:
                case.put(PaperField(field_id=name, value=value))
            else:
                case.drop(PaperField, name)


def _lines(written: str) -> str:
    return "\n".join(line.rstrip() for line in written.replace("\r\n", "\n").split("\n")).strip()


def page_picture(place: OpenCase, paper: PaperId, number: int, clock: Clock) -> bytes:
    """One page (from 1) as a PNG picture, as it will print.  Raises RemedyError, ShelfError."""
    return sheet(file_of(place, paper, ".pdf", clock), number)
