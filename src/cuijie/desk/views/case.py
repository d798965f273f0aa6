"""The pages of one case: timeline, findings and questions, next steps, papers, and the rest."""

from __future__ import annotations

import math
import secrets
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cuijie.clock import shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts import timeline
from cuijie.desk.contacts.unsure import likely_count
from cuijie.desk.findings import finding_cards, rule_titles
from cuijie.desk.naming import PLACES
from cuijie.desk.pictures import pictures
from cuijie.desk.questions import question_cards, unsorted_contacts
from cuijie.desk.render import language_of
from cuijie.desk.views.frame import BASE, back, case_page, clock_of, early, held
from cuijie.records import Person
from cuijie.records.remedies import StepDone
from cuijie.remedies.kin import owing_of
from cuijie.remedies.material import DEBTOR, Material, reader_of
from cuijie.remedies.situation import keeper_of

__all__ = ["case_routes"]

_PAGE = 100


def show_timeline(request: Request, place: OpenCase) -> Response:
    """Every contact in order, with a picture above it; ``on`` jumps to a day, ``at`` to a contact."""
    view, query = place.glance(), request.query_params
    wanted = timeline.TimelineFilter(
        rule=query.get("rule", ""),
        person=query.get("person", ""),
        number=query.get("number", ""),
        candidates=query.get("candidates") == "1",
    )
    kept = {name: query[name] for name in ("rule", "person", "number", "candidates") if query.get(name)}
    number = max(1, int(query["page"])) if query.get("page", "").isdecimal() else 1
    if at := query.get("at"):
        number = timeline.page_of(view, wanted, at, _PAGE)
    if day := _day(query.get("on", "")):
        number, found = timeline.place_of_day(view, wanted, day, _PAGE)
        anchor = f"#d-{found.isoformat()}" if found else ""
        return back(place, f"timeline?{urlencode(kept | {'page': str(number)})}{anchor}")
    rows, total = timeline.rows(view, wanted, start=(number - 1) * _PAGE, count=_PAGE)
    reached = timeline.contacted_people(view)
    people = [one for one in reached if one[0] not in PLACES]
    return case_page(
        request,
        place,
        "timeline",
        rows=rows,
        is_first=view.is_first,
        drawn=None if view.is_first or number > 1 else pictures(view),
        total=total,
        found=len(view.rules_broken),
        reached=reached,
        people=len(people),
        written_in=[name for id, name, _ in reached if id in PLACES],
        numbers=timeline.numbers_used(view),
        rules=view.rules_broken,
        others=sum(id != "debtor" for id, _, _ in people),
        first_on=timeline.first_contact(view),
        candidates=timeline.candidate_count(view),
        likely=likely_count(view),
        not_counted=timeline.not_counted(view),
        told_again=timeline.told_again(view),
        candidates_shown=wanted.candidates,
        wanted=wanted,
        titles=rule_titles(),
        number=number,
        pages=math.ceil(total / _PAGE),
        months=timeline.months_of(view, wanted) if total > _PAGE else [],
        query=urlencode(kept) + "&" if kept else "",
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def timeline_points(request: Request, place: OpenCase) -> Response:
    """The points of the picture as JSON."""
    return JSONResponse(timeline.points(place.glance(), place.slug, language_of(request)))


def show_findings(request: Request, place: OpenCase) -> Response:
    """What was unlawful, by whose claim it is, and the open questions one at a time."""
    view = place.view()
    cards = finding_cards(view)
    material = Material(state=view.state, contacts=view.contacts, steps=place.opened.all(StepDone))
    keeper = keeper_of(material)
    is_of_debtor = keeper == DEBTOR
    reader = reader_of(material, keeper)
    unsorted = unsorted_contacts(view)
    return case_page(
        request,
        place,
        "findings",
        is_of_debtor=is_of_debtor,
        is_settled=bool(view.state.loans) and all(one.debt_settled is True for one in view.state.loans),
        is_heir=reader == "heir",
        owing=None if (owing := owing_of(reader, shanghai_day(clock_of(request).now()))) is None else Words(*owing),
        of_debtor=[card for card in cards if "debtor" in card.claimants and is_of_debtor],
        of_others=[
            card
            for card in cards
            if "recipient" in card.claimants and not (is_of_debtor and "debtor" in card.claimants)
        ],
        left_to_debtor=[card for card in cards if "recipient" not in card.claimants and not is_of_debtor],
        questions=question_cards(view),
        answers=len(view.state.answers),
        contacts=timeline.contact_count(view),
        candidates=timeline.candidate_count(view),
        likely=likely_count(view),
        undated=timeline.undated(view),
        not_counted=timeline.not_counted(view),
        told_again=timeline.told_again(view),
        unsorted=sum(one.direction != "inbound" for one in view.contacts if one.contact_id in unsorted),
        found=len(view.rules_broken),
    )


def show_more(request: Request, place: OpenCase) -> Response:
    """Taking in, the evidence kept, and what else there is."""
    return case_page(
        request,
        place,
        "more",
        batch=secrets.token_hex(8),  # what the form brings and what its script sends of the same files is one taking in
        persons=_debtor_first(place),
        whose=_keeper(place),
        candidates=timeline.candidate_count(place.glance()),
        first=request.query_params.get("first") == "1",
    )


def _keeper(place: OpenCase) -> str:
    """Whose phone it most likely is; before the first assessment, of whoever was contacted most."""
    view = place.glance()
    if view.contacts:
        return keeper_of(Material(state=view.state, contacts=view.contacts, steps=place.opened.all(StepDone)))
    return next((id for id, _, _ in timeline.contacted_people(view) if id not in PLACES), DEBTOR)


def _debtor_first(place: OpenCase) -> list[Person]:
    known = place.glance().state.persons
    borrower = (
        ()
        if any(one.role == "debtor" for one in known)
        else (Person(person_id="debtor", role="debtor", relation_word="借款人本人"),)
    )
    return sorted((*borrower, *known), key=lambda person: person.role != "debtor")


def show_first(request: Request, place: OpenCase) -> Response:
    """The address of a case without a page: its timeline."""
    return back(place, "timeline")


def case_routes() -> list[Route]:
    """Routes under ``/c/{slug}``: an address holds a place on the shelf, never a name."""
    return [
        Route(BASE, early(show_first)),
        Route(f"{BASE}/timeline", early(show_timeline)),
        Route(f"{BASE}/timeline.json", early(timeline_points)),
        Route(f"{BASE}/findings", held(show_findings)),
        Route(f"{BASE}/more", early(show_more)),
    ]
