"""A complaint of several borrowers that was handed in, recorded in each one's own case: whole or not at all, each by itself."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

from starlette.datastructures import FormData, UploadFile

from cuijie.casefile import Item, ItemFacts
from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.ladder.doing import DONE_FIELDS, checked, done_facts, keep_upload, uploads
from cuijie.desk.ladder.steps import material, rung_words
from cuijie.errors import CuijieError
from cuijie.remedies.documents.group import GROUP, joint_step, joint_steps
from cuijie.remedies.doing import DoneFacts, record_done

__all__ = ["Outcome", "Sending", "record_sending", "sending_of", "step_choices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the recording in one case: written down at a step, or not and why."""

    slug: str
    title: str
    step: str | None = None
    sha256: str | None = None  # of the paper that is kept there
    error: CuijieError | None = None
    is_locked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One complaint as it was handed in: by the borrowers of which cases, against whom, to whom, with which files."""

    slugs: tuple[str, ...]
    lender: str
    rung: str
    facts: DoneFacts
    paper: bytes | UploadFile | None  # ours as it was looked at, or the file that was really sent
    proofs: tuple[UploadFile, ...]


def step_choices() -> list[tuple[str, Words]]:
    """The steps that such a complaint can be."""
    return [(one, rung_words(one)) for one in joint_steps()]


def sending_of(form: FormData, ours: bytes | None) -> Sending:
    """What the form says; a case is named by its place and the lender, so that of two loans the right one is meant.

    Raises ShelfError for what cannot be recorded in any case.
    """
    chosen = [str(one).partition(" ") for one in form.getlist("case")]
    lenders = sorted({lender for _, _, lender in chosen})
    if not chosen:
        raise ShelfError("没有选案卷。", remedy="请选一起投诉的人的案卷。")
    if len(lenders) > 1:
        raise ShelfError(f"这些案卷的放款机构不是同一家：{'、'.join(lenders)}。", remedy="不同的机构请分开记。")
    rung = str(form.get("rung", ""))
    if rung not in joint_steps():
        raise ShelfError("还没有选交给了哪里。", remedy="请选一个，再记一次。")
    given = uploads(form, "paper")
    return Sending(
        slugs=tuple(dict.fromkeys(slug for slug, _, _ in chosen)),
        lender=lenders[0],
        rung=rung,
        facts=replace(done_facts(checked(DONE_FIELDS, form)), document=GROUP),
        paper=given[0] if given else ours,
        proofs=tuple(uploads(form, "proof")),
    )


def record_sending(shelf: CaseShelf, sending: Sending, clock: Clock) -> tuple[Outcome, ...]:
    """Records the step in every chosen case that is open, each as one act; a locked one is left as it is and named.

    Raises RemedyError where one of the open cases cannot take it (a day to come, no such loan): then none has it.
    """
    places = [one for one in shelf.places() if one.slug in sending.slugs]
    for place in places:
        if place.case is not None:
            with place.reading():
                _planned(place, sending, sending.facts, clock)
    return tuple(_recorded(shelf, place, sending, clock) for place in places)


def _planned(place: OpenCase, sending: Sending, facts: DoneFacts, clock: Clock) -> object:
    held = material(place)
    return record_done(held, joint_step(held, sending.rung, sending.lender), facts, shanghai_day(clock.now()))


def _recorded(shelf: CaseShelf, known: OpenCase, sending: Sending, clock: Clock) -> Outcome:
    try:
        with shelf.changing(known.slug) as place:
            held = material(place)
            step = joint_step(held, sending.rung, sending.lender)
            with place.opened.batch("step_done", {"step": step}):
                paper = _paper(place, sending.paper)
                facts = replace(
                    sending.facts,
                    paper_item=paper.item_id if paper else None,
                    paper_sha256=paper.sha256 if paper else None,
                    proof_items=tuple(keep_upload(place, one, "proof").item_id for one in sending.proofs),
                )
                place.opened.put(record_done(held, step, facts, shanghai_day(clock.now())))
    except CuijieError as error:  # this case is as it was; the others are told apart
        return Outcome(slug=known.slug, title=known.title, error=error, is_locked=known.case is None)
    return Outcome(slug=known.slug, title=known.title, step=step, sha256=paper.sha256 if paper else None)


def _paper(place: OpenCase, given: bytes | UploadFile | None) -> Item | None:
    if given is None:
        return None
    if not isinstance(given, bytes):
        return keep_upload(place, given, "paper_sent")
    about = ItemFacts(
        name="集体投诉书.pdf",
        kind="paper_sent",
        media_type="application/pdf",
        owner="debtor",
        obtained="本程序起草，案卷主人确认寄出",
    )
    return place.opened.keep(io.BytesIO(given), about)
