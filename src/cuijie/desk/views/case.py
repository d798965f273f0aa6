"""The pages of one case: timeline, findings and questions, next steps, papers, and the rest."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk import taking_in, timeline
from cuijie.desk.acts import answer_questions, answers_in, dismiss_entry, tie_entry
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.findings import finding_cards, rule_titles
from cuijie.desk.papers import paper_file, paper_rows
from cuijie.desk.questions import question_cards
from cuijie.desk.render import page
from cuijie.desk.steps import step_cards
from cuijie.records import Person

__all__ = ["case_routes"]

PLACES = (
    ("timeline", "时间线", "Timeline"),
    ("findings", "发现", "Findings"),
    ("next", "下一步", "Next"),
    ("papers", "文书", "Papers"),
    ("more", "更多", "More"),
)
_PAGE = 100

_View = Callable[[Request, OpenCase], Response]
_Act = Callable[[Request, OpenCase, FormData], Response]


def _held(view: _View) -> Callable[[Request], Response]:
    """Runs *view* with the open case held for this request."""

    @wraps(view)
    def endpoint(request: Request) -> Response:
        shelf: CaseShelf = request.app.state.shelf
        with shelf.using(request.path_params["slug"]) as place:
            return view(request, place)

    return endpoint


def _act(act: _Act) -> Callable[[Request], Awaitable[Response]]:
    """Runs *act* with the posted form and the open case, off the event loop."""

    @wraps(act)
    async def endpoint(request: Request) -> Response:
        shelf: CaseShelf = request.app.state.shelf
        async with request.form() as form:

            def run() -> Response:
                with shelf.using(request.path_params["slug"]) as place:
                    return act(request, place, form)

            return await run_in_threadpool(run)

    return endpoint


def _case_page(request: Request, place: OpenCase, here: str, **values: object) -> Response:
    frame = {"slug": place.slug, "places": PLACES, "here": here, "title": place.title}
    return page(request, f"{here}.html", values={**frame, **values})


def _back(place: OpenCase, here: str) -> Response:
    return RedirectResponse(f"/c/{place.slug}/{here}", status_code=303)


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
    return _case_page(
        request,
        place,
        "timeline",
        rows=rows,
        total=total,
        found=len(view.assessment.findings),
        asked=len(question_cards(view)),
        people=people,
        others=len([p for p in people if p[0] != "debtor"]),
        first_day=timeline.short_day(min(dated)) if dated else "",
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
    return JSONResponse(timeline.points(place.view(), place.slug))


def show_findings(request: Request, place: OpenCase) -> Response:
    """What was unlawful, by whose claim it is, and the open questions one at a time."""
    view = place.view()
    cards = finding_cards(view)
    return _case_page(
        request,
        place,
        "findings",
        of_debtor=[card for card in cards if "debtor" in card.claimants],
        of_others=[card for card in cards if card.claimants == ("recipient",)],
        questions=question_cards(view),
        contacts=len(view.contacts),
    )


def show_next(request: Request, place: OpenCase) -> Response:
    """Where you are, what to do next and by when."""
    clock = request.app.state.shelf.clock
    now, later = step_cards(place, clock)
    return _case_page(request, place, "next", steps=now, later=later)


def show_papers(request: Request, place: OpenCase) -> Response:
    """The papers, each with its blanks and downloads."""
    clock = request.app.state.shelf.clock
    return _case_page(request, place, "papers", papers=paper_rows(place, clock))


def download_paper(request: Request, place: OpenCase) -> Response:
    """One paper as DOCX or PDF."""
    clock = request.app.state.shelf.clock
    asked = request.path_params
    sender = request.query_params.get("for", "debtor")
    data, name, media_type = paper_file(place, asked["document"], sender, asked["kind"], clock)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    if request.query_params.get("view") == "1" and media_type == "application/pdf":
        headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=media_type, headers=headers)


def show_more(request: Request, place: OpenCase) -> Response:
    """Taking in, the evidence kept, and what else there is."""
    return _case_page(request, place, "more", items=taking_in.kept_items(place), persons=_debtor_first(place))


def _debtor_first(place: OpenCase) -> list[Person]:
    return sorted(place.view().state.persons, key=lambda person: person.role != "debtor")


def add_file(request: Request, place: OpenCase, form: FormData) -> Response:
    """Take in one uploaded file and say in one line what was understood."""
    line = taking_in.take_in(place, form)
    if request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse({"line": line})
    return _back(place, "more")


def tie(request: Request, place: OpenCase, form: FormData) -> Response:
    """The user says a number collects, or that it does not."""
    entry, collector = str(form.get("entry", "")), str(form.get("collector", ""))
    if collector:
        tie_entry(place, entry, collector)
    else:
        dismiss_entry(place, entry)
    return _back(place, "timeline?candidates=1")


def answer(request: Request, place: OpenCase, form: FormData) -> Response:
    """Settle one question; everything is worked out again on the next page."""
    answers = answers_in(form)
    answer_questions(place, answers, request.app.state.shelf.clock)
    return _back(place, "findings#questions" if form.get("stay") else "findings")


def case_routes() -> list[Route]:
    """Routes under ``/c/{slug}``: an address holds a place on the shelf, never a name."""
    base = "/c/{slug:str}"
    return [
        Route(f"{base}/timeline", _held(show_timeline)),
        Route(f"{base}/timeline.json", _held(timeline_points)),
        Route(f"{base}/findings", _held(show_findings)),
        Route(f"{base}/next", _held(show_next)),
        Route(f"{base}/papers", _held(show_papers)),
        Route(f"{base}/papers/{{document}}.{{kind}}", _held(download_paper)),
        Route(f"{base}/more", _held(show_more)),
        Route(f"{base}/add", _act(add_file), methods=["POST"]),
        Route(f"{base}/tie", _act(tie), methods=["POST"]),
        Route(f"{base}/answer", _act(answer), methods=["POST"]),
    ]
