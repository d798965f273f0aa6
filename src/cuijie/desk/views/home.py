"""What stands before any case: the shelf, three things to do now, language, looks, leaving.  Quick to import."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk.cases import CaseShelf
from cuijie.desk.render import LANGUAGE_COOKIE, LOOKS, page
from cuijie.errors import CuijieError

__all__ = ["home_routes", "shelf_of"]

_YEAR_S = 365 * 24 * 3600


def shelf_of(request: Request) -> CaseShelf:
    """The shelf of this run."""
    shelf: CaseShelf = request.app.state.shelf
    return shelf


def home(request: Request) -> Response:
    """The shelf and the two doors for someone in a hurry; once it is sent, the other pages are imported."""
    answer = _home_page(request)
    answer.background = BackgroundTask(request.app.state.on_first_page)
    return answer


def _home_page(request: Request, *, status: int = 200, trouble: tuple[str, CuijieError] | None = None) -> Response:
    places = shelf_of(request).places()
    unlocked, is_lan = request.app.state.door.unlocked, request.app.state.is_lan
    at_hand = {
        one.slug for one in places if one.case is not None and (not is_lan or unlocked.get(one.slug) is one.case)
    }
    wanted = request.query_params.get("open", "")  # the one that a list of cases led to
    values = {"cases": places, "at_hand": at_hand, "trouble": trouble, "wanted": wanted}
    return page(request, "home.html", status=status, values=values)


async def unlock(request: Request) -> Response:
    """Open one case with its passphrase; on a wrong one the same page says so."""
    form = await request.form()
    slug, passphrase = str(form.get("slug", "")), str(form.get("passphrase", ""))
    shelf, is_lan = shelf_of(request), request.app.state.is_lan
    try:
        place = await run_in_threadpool(shelf.prove if is_lan else shelf.open, slug, passphrase)
    except CuijieError as error:
        return _home_page(request, status=403, trouble=(slug, error))
    if is_lan:
        request.app.state.door.unlocked[slug] = place.case
    wanted = _way_back(str(form.get("back", "")))
    is_of_case = wanted.startswith(f"/c/{slug}/") and "/.." not in wanted
    return RedirectResponse(wanted if is_of_case else f"/c/{slug}/timeline", status_code=303)


def lock(request: Request) -> Response:
    """Lock every open case now."""
    for place in shelf_of(request).places():
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
    """A page that shows nothing of the workbench."""
    return page(request, "leave.html")


def leave_now(request: Request) -> Response:
    """The same, and the cases are locked, so that going back shows nothing either; on a phone, only for that phone."""
    request.app.state.door.unlocked.clear()
    answer = page(request, "leave.html")
    if not request.app.state.is_lan:
        answer.background = BackgroundTask(lock, request)  # the page does not wait for what is being written
    return answer


def first_things(request: Request) -> Response:
    """Three things to do now, before any paper."""
    return page(request, "first.html")


def home_routes() -> list[Route]:
    """Routes that need no case."""
    return [
        Route("/", home),
        Route("/open", unlock, methods=["POST"]),
        Route("/lock", lock, methods=["POST"]),
        Route("/language", language),
        Route("/looks", show_looks, methods=["GET"]),
        Route("/looks", keep_looks, methods=["POST"]),
        Route("/leave", leave, methods=["GET"]),
        Route("/leave", leave_now, methods=["POST"]),
        Route("/first", first_things),
    ]
