"""The pages of one case: timeline, findings and questions, next steps, papers, and the rest."""

from __future__ import annotations

import math
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cuijie.desk import timeline
from cuijie.desk.acts import dismiss_entry, tie_entry
from cuijie.desk.cases import OpenCase
from cuijie.desk.findings import finding_cards, rule_titles
from cuijie.desk.pictures import pictures
from cuijie.desk.questions import question_cards
from cuijie.desk.render import language_of
from cuijie.desk.views.frame import BASE, act, back, case_page, held
from cuijie.records import Person

__all__ = ["case_routes"]

_PAGE = 100


def show_timeline(request: Request, place: OpenCase) -> Response:
    """Every contact in order, with a picture above it."""
    view, query = place.view(), request.query_params
    wanted = timeline.TimelineFilter(
        rule=query.get("rule", ""),
        person=query.get("person", ""),
        number=query.get("number", ""),
        candidates=query.get("candidates") == "1",
    )
    number = max(1, int(query["page"])) if query.get("page", "").isdecimal() else 1
    at = query.get("at")
    if at:
        number = timeline.page_of(view, wanted, at, _PAGE)
    rows, total = timeline.rows(view, wanted, start=(number - 1) * _PAGE, count=_PAGE)
    people = timeline.contacted_people(view)
    dated = [c.occurred_at for c in view.contacts if c.occurred_at and c.direction == "outbound"]
    kept = {name: query[name] for name in ("rule", "person", "number", "candidates") if query.get(name)}
    return case_page(
        request,
        place,
        "timeline",
        rows=rows,
        drawn=pictures(view),
        total=total,
        found=len(view.assessment.findings),
        people=people,
        numbers=timeline.numbers_used(view),
        rules=list(dict.fromkeys(finding.rule for finding in view.assessment.findings)),
        others=len([p for p in people if p[0] != "debtor"]),
        first_day=timeline.short_day(min(dated)) if dated else "",
        first_on=min(dated) if dated else None,
        candidates=timeline.candidate_count(view),
        candidates_shown=wanted.candidates,
        collectors=view.state.collectors,
        wanted=wanted,
        titles=rule_titles(),
        number=number,
        pages=math.ceil(total / _PAGE),
        query=urlencode(kept) + "&" if kept else "",
    )


def timeline_points(request: Request, place: OpenCase) -> Response:
    """The points of the picture as JSON."""
    return JSONResponse(timeline.points(place.view(), place.slug, language_of(request)))


def show_findings(request: Request, place: OpenCase) -> Response:
    """What was unlawful, by whose claim it is, and the open questions one at a time."""
    view = place.view()
    cards = finding_cards(view)
    return case_page(
        request,
        place,
        "findings",
        of_debtor=[card for card in cards if "debtor" in card.claimants],
        of_others=[card for card in cards if card.claimants == ("recipient",)],
        questions=question_cards(view),
        answers=len(view.state.answers),
        contacts=len(view.contacts),
        found=len(view.assessment.findings),
    )


def show_more(request: Request, place: OpenCase) -> Response:
    """Taking in, the evidence kept, and what else there is."""
    return case_page(
        request,
        place,
        "more",
        kept=sum(one.parent_id is None for one in place.opened.items()),
        persons=_debtor_first(place),
    )


def _debtor_first(place: OpenCase) -> list[Person]:
    return sorted(place.view().state.persons, key=lambda person: person.role != "debtor")


def tie(request: Request, place: OpenCase, form: FormData) -> Response:
    """The user says a number collects, or that it does not."""
    entry, collector = str(form.get("entry", "")), str(form.get("collector", ""))
    if collector:
        tie_entry(place, entry, collector)
    else:
        dismiss_entry(place, entry)
    return back(place, "timeline?candidates=1")


def case_routes() -> list[Route]:
    """Routes under ``/c/{slug}``: an address holds a place on the shelf, never a name."""
    return [
        Route(f"{BASE}/timeline", held(show_timeline)),
        Route(f"{BASE}/timeline.json", held(timeline_points)),
        Route(f"{BASE}/findings", held(show_findings)),
        Route(f"{BASE}/more", held(show_more)),
        Route(f"{BASE}/tie", act(tie), methods=["POST"]),
    ]
