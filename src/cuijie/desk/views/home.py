"""What stands before any case: the shelf, the five-tap check, three things to do now, language, leaving."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.findings import cards_of
from cuijie.desk.questions import plain_cards
from cuijie.desk.quick_check import QUESTIONS, QuickAnswers, check_quickly
from cuijie.desk.quick_keep import keep_quickly
from cuijie.desk.render import LANGUAGE_COOKIE, LOOKS, page
from cuijie.desk.words import both
from cuijie.errors import CuijieError

__all__ = ["home_routes"]

_YEAR_S = 365 * 24 * 3600


def _shelf(request: Request) -> CaseShelf:
    shelf: CaseShelf = request.app.state.shelf
    return shelf


def home(request: Request) -> Response:
    """The shelf and the two doors for someone in a hurry."""
    return _home_page(request)


def _home_page(request: Request, *, status: int = 200, trouble: tuple[str, CuijieError] | None = None) -> Response:
    places = _shelf(request).places()
    unlocked, is_lan = request.app.state.door.unlocked, request.app.state.is_lan
    at_hand = {
        one.slug for one in places if one.case is not None and (not is_lan or unlocked.get(one.slug) is one.case)
    }
    values = {"cases": places, "at_hand": at_hand, "trouble": trouble}
    return page(request, "home.html", status=status, values=values)


def show_new(request: Request) -> Response:
    """The form for a new case."""
    return _new_page(request, FormData())


def _new_page(request: Request, form: FormData, *, error: CuijieError | None = None) -> Response:
    quick = [
        (name.removeprefix("quick-"), str(value)) for name, value in form.multi_items() if name.startswith("quick-")
    ]
    values = {
        "name": str(form.get("name", "")),
        "where": str(form.get("where", "")),
        "home": str(_shelf(request).home),
        "may_choose": not request.app.state.is_lan,
        "quick": quick,
        "error": error,
    }
    return page(request, "new.html", status=400 if error else 200, values=values)


async def make_new(request: Request) -> Response:
    """Make a case and go on to its first facts; or show the form again with what was wrong."""
    form = await request.form()
    if form.get("from") == "check":  # the five taps come along as hidden fields, never in an address
        return _new_page(request, form)

    def make() -> str:
        where = "" if request.app.state.is_lan else str(form.get("where", ""))
        shelf = _shelf(request)
        place = shelf.create(
            str(form.get("name", "")), str(form.get("passphrase", "")), str(form.get("again", "")), where
        )
        if any(name.startswith("quick-") for name in form):
            with shelf.changing(place.slug) as held:
                _keep_first(held, _quick_answers(form, "quick-"))
        request.app.state.door.unlocked[place.slug] = place.case
        return place.slug

    try:
        slug = await run_in_threadpool(make)
    except CuijieError as error:
        return _new_page(request, form, error=error)
    return RedirectResponse(f"/c/{slug}/facts/loan?first=1", status_code=303)


def _keep_first(place: OpenCase, given: QuickAnswers) -> None:
    try:
        keep_quickly(place.opened, given)
    except CuijieError as error:  # the case is made all the same; the next page says what is not in it
        place.tell(
            both(f"案卷建好了，但那次联系没有收进去：{error.message}", "The case is made, without that contact.")
        )


async def unlock(request: Request) -> Response:
    """Open one case with its passphrase; on a wrong one the same page says so."""
    form = await request.form()
    slug, passphrase = str(form.get("slug", "")), str(form.get("passphrase", ""))
    shelf, is_lan = _shelf(request), request.app.state.is_lan
    try:
        place = await run_in_threadpool(shelf.prove if is_lan else shelf.open, slug, passphrase)
    except CuijieError as error:
        return _home_page(request, status=403, trouble=(slug, error))
    if is_lan:
        request.app.state.door.unlocked[slug] = place.case
    return RedirectResponse(f"/c/{slug}/timeline", status_code=303)


def lock(request: Request) -> Response:
    """Lock every open case now."""
    for place in _shelf(request).places():
        place.close()
    return RedirectResponse("/", status_code=303)


def _way_back(written: str) -> str:
    """Where the reader came from; only a path of ours is gone back to."""
    is_ours = written.startswith("/") and not written.startswith(("//", "/\\")) and written.isprintable()
    return written if is_ours else "/"


def show_looks(request: Request) -> Response:
    """Text size and theme."""
    return page(request, "looks.html", values={"back": _way_back(request.query_params.get("back", "/"))})


async def keep_looks(request: Request) -> Response:
    """Keep what was chosen in cookies that hold nothing else."""
    form = await request.form()
    answer = RedirectResponse(_way_back(str(form.get("back", "/"))), status_code=303)
    for name, choices in LOOKS.items():
        chosen = str(form.get(name, ""))
        if chosen in choices:
            answer.set_cookie(f"cuijie_{name}", chosen, httponly=True, samesite="strict", max_age=_YEAR_S)
        else:
            answer.delete_cookie(f"cuijie_{name}", httponly=True, samesite="strict")
    return answer


def language(request: Request) -> Response:
    """Switch the language and go back; only a path of ours is gone back to."""
    answer = RedirectResponse(_way_back(request.query_params.get("back", "/")), status_code=303)
    chosen = "en" if request.query_params.get("to") == "en" else "zh"
    answer.set_cookie(LANGUAGE_COOKIE, chosen, httponly=True, samesite="strict")
    return answer


def leave(request: Request) -> Response:
    """A page that shows nothing of the workbench; the cases stay as they are."""
    return page(request, "leave.html")


def first_things(request: Request) -> Response:
    """Three things to do now, before any paper."""
    return page(request, "first.html")


async def check(request: Request) -> Response:
    """Is this contact lawful?  Five questions, answered at once, nothing stored."""
    if request.method == "GET":
        return page(request, "check.html", values=_check_values(QuickAnswers()))
    given = _quick_answers(await request.form())
    try:
        assessment = await run_in_threadpool(check_quickly, given, _shelf(request).clock)
        result = {
            "cards": cards_of(assessment, {}),
            "questions": plain_cards(assessment.questions),
        }
    except CuijieError as error:
        return page(request, "check.html", status=400, values=_check_values(given, trouble=error))
    return page(request, "check.html", values=_check_values(given, result=result))


def _check_values(
    given: QuickAnswers, *, result: dict[str, object] | None = None, trouble: CuijieError | None = None
) -> dict[str, object]:
    return {"questions": QUESTIONS, "given": given, "result": result, "trouble": trouble}


def _quick_answers(form: FormData, prefix: str = "") -> QuickAnswers:
    def one(name: str) -> str:
        return str(form.get(prefix + name, ""))

    return QuickAnswers(
        who=one("who"),
        agreed=one("agreed"),
        how=one("how"),
        said=tuple(str(value) for value in form.getlist(f"{prefix}said")),
        when=one("when"),
        lender=one("lender"),
    )


def home_routes() -> list[Route]:
    """Routes that need no case."""
    return [
        Route("/", home),
        Route("/new", show_new, methods=["GET"]),
        Route("/new", make_new, methods=["POST"]),
        Route("/open", unlock, methods=["POST"]),
        Route("/lock", lock, methods=["POST"]),
        Route("/language", language),
        Route("/looks", show_looks, methods=["GET"]),
        Route("/looks", keep_looks, methods=["POST"]),
        Route("/leave", leave),
        Route("/first", first_things),
        Route("/check", check, methods=["GET", "POST"]),
    ]
