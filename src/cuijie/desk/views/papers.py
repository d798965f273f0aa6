"""The papers and the steps: fill in, look at the pages, download, record as sent, record the reply, the calendar."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts.timeline import candidate_count
from cuijie.desk.contacts.unsure import likely_count
from cuijie.desk.ladder import doing
from cuijie.desk.ladder.sent import sent_steps
from cuijie.desk.ladder.steps import calendar_of, clock_rows, first_sender, material, step_cards
from cuijie.desk.papers.ids import PaperId, paper_id
from cuijie.desk.papers.listing import document_words, paper_rows
from cuijie.desk.papers.making import in_the_making, take_several, taken_home
from cuijie.desk.papers.page import page_picture, paper_desk, save_blanks
from cuijie.desk.papers.several import paper_groups
from cuijie.desk.views.frame import BASE, act, back, case_page, clock_of, held, order, today_of
from cuijie.errors import CuijieError
from cuijie.remedies.material import DEBTOR

__all__ = ["paper_routes"]


def _paper(request: Request, place: OpenCase) -> PaperId:
    asked, query = request.path_params["document"], request.query_params
    return paper_id(material(place), asked, query.get("for", DEBTOR), query.get("loan"))


def show_next(request: Request, place: OpenCase) -> Response:
    """Where you are, what to do next and by when, and every clock that runs."""
    now, later = step_cards(place, clock_of(request))
    clocks = clock_rows(place, clock_of(request))
    view = place.view()
    likely = likely_count(view)
    return case_page(
        request, place, "next", steps=now, later=later, clocks=clocks, sent=sent_steps(place), likely=likely,
        unsure=candidate_count(view) if likely or not view.contacts else 0,
    )  # fmt: skip


def show_replies(request: Request, place: OpenCase) -> Response:
    """Where an answer is recorded that came: to which of the steps."""
    sent = sent_steps(place)
    now = [card for card in step_cards(place, clock_of(request))[0] if card.pages and not card.blocked.zh]
    return case_page(request, place, "next", "replies.html", sent=sent, steps=now)


def calendar(request: Request, place: OpenCase) -> Response:
    """The clocks as a calendar file."""
    text = calendar_of(place, clock_of(request))
    headers = {"Content-Disposition": "attachment; filename=deadlines.ics"}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


def show_papers(request: Request, place: OpenCase) -> Response:
    """The papers that can be made."""
    return case_page(
        request, place, "papers", papers=paper_rows(place), groups=paper_groups(place, clock_of(request)),
        sent=sent_steps(place), sender=first_sender(material(place)),
    )  # fmt: skip


def download_several(request: Request, place: OpenCase, form: FormData) -> Response:
    """The papers that are ticked, as one archive that is fetched when it is ready."""
    chosen = []
    for one in form.getlist("paper"):
        asked, _, query = str(one).partition("?")
        said = dict(parse_qsl(query))
        chosen.append(paper_id(material(place), asked, said.get("for", DEBTOR), said.get("loan")))
    take_several(place, chosen, clock_of(request))
    return back(place, "papers#jobs")


def download_paper(request: Request, place: OpenCase) -> Response:
    """One paper as DOCX or PDF; of a large case it is made beside the page of the paper first."""
    paper, clock, kind = _paper(request, place), clock_of(request), request.path_params["kind"]
    if in_the_making(place, paper, clock, kind) is not None:
        return _to_paper(place, paper)
    data, name, media_type = taken_home(place, paper, kind, clock)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=media_type, headers=headers)


def _paper_page(
    request: Request, place: OpenCase, *, status: int = 200, error: CuijieError | None = None,
    written: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    paper = paper_desk(place, _paper(request, place), clock_of(request))
    return case_page(
        request, place, "papers", "paper.html", status=status, paper=paper, error=error, written=written or {},
    )  # fmt: skip


def show_paper(request: Request, place: OpenCase) -> Response:
    """One paper: blanks, pages, downloads; of a large case how far it is, until it is made."""
    paper = _paper(request, place)
    job = in_the_making(place, paper, clock_of(request))
    if job is None:
        return _paper_page(request, place)
    name, _, _ = document_words(paper.document)
    return case_page(request, place, "papers", "paper_making.html", name=name, job=job, paper=paper)


def save_paper(request: Request, place: OpenCase, form: FormData) -> Response:
    """Keep what was filled in."""
    written = {name.removeprefix("f-"): str(value) for name, value in form.items() if name.startswith("f-")}
    paper = _paper(request, place)
    try:
        save_blanks(place, paper, written, clock_of(request))
    except CuijieError as error:
        return _paper_page(request, place, status=400, error=error, written=written)
    place.tell(Words("填好了，下面就是会印出来的样子。", "Filled in; below is how it will print."))
    return _to_paper(place, paper)


def _to_paper(place: OpenCase, paper: PaperId) -> Response:
    return back(place, f"paper/{quote(paper.document)}?{paper.query}")


def show_page(request: Request, place: OpenCase) -> Response:
    """One page of a paper as a picture."""
    picture = page_picture(place, _paper(request, place), request.path_params["number"], clock_of(request))
    return Response(picture, media_type="image/png")


def _step_page(request: Request, place: OpenCase, *, status: int = 200, error: CuijieError | None = None) -> Response:
    step = doing.step_page(place, request.path_params["step"], clock_of(request))
    return case_page(
        request, place, "next", "step.html", status=status, step=step, error=error, done_fields=doing.DONE_FIELDS,
        kinds=doing.REPLY_CHOICES, today=today_of(request),
        blank=dict.fromkeys((field.name for field in (*doing.DONE_FIELDS, *step.reply_fields)), ""),
    )  # fmt: skip


def show_step(request: Request, place: OpenCase) -> Response:
    """One step: record it as done, record the reply."""
    return _step_page(request, place)


def step_done(request: Request, place: OpenCase, form: FormData) -> Response:
    """The step was done."""
    try:
        place.tell(doing.done(place, request.path_params["step"], form, clock_of(request)))
    except CuijieError as error:
        return _step_page(request, place, status=400, error=error)
    return back(place, "next")


def step_reply(request: Request, place: OpenCase, form: FormData) -> Response:
    """Something came back."""
    try:
        place.tell(doing.replied(place, request.path_params["step"], form, clock_of(request)))
    except CuijieError as error:
        return _step_page(request, place, status=400, error=error)
    return back(place, "next")


def paper_routes() -> list[Route]:
    """Routes of papers and steps."""
    paper, step = f"{BASE}/paper/{{document}}", f"{BASE}/step/{{step}}"
    return [
        Route(f"{BASE}/next", held(show_next)),
        Route(f"{BASE}/replies", held(show_replies)),
        Route(f"{BASE}/deadlines.ics", held(calendar)),
        Route(f"{BASE}/papers", held(show_papers)),
        Route(f"{BASE}/papers/several", order(download_several), methods=["POST"]),
        Route(f"{BASE}/papers/{{document}}.{{kind}}", held(download_paper)),
        Route(paper, held(show_paper), methods=["GET"]),
        Route(paper, act(save_paper), methods=["POST"]),
        Route(f"{paper}/page/{{number:int}}", held(show_page)),
        Route(step, held(show_step), methods=["GET"]),
        Route(f"{step}/done", act(step_done), methods=["POST"]),
        Route(f"{step}/reply", act(step_reply), methods=["POST"]),
    ]
