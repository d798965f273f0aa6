"""How it begins: the five-tap check, and making a case."""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.findings import cards_of, rule_titles
from cuijie.desk.forms import as_written
from cuijie.desk.questions import plain_cards
from cuijie.desk.quick_check import QUESTIONS, WHEN, QuickAnswers, as_of_today, check_quickly, suppose
from cuijie.desk.quick_keep import keep_quickly
from cuijie.desk.render import page
from cuijie.desk.views.frame import clock_of, shelf_of
from cuijie.errors import CuijieError

__all__ = ["beginning_routes"]


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
        "home": str(shelf_of(request).home),
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
        shelf = shelf_of(request)
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
            Words(f"案卷建好了，但那次联系没有收进去：{error.message}", "The case is made, without that contact.")
        )


async def check(request: Request) -> Response:
    """Is this contact lawful?  Five questions, answered at once, nothing stored."""
    if request.method == "GET":
        return page(request, "check.html", values=_check_values(QuickAnswers()))
    given = _quick_answers(await request.form())
    try:
        told = given if given.when else as_of_today(given, clock_of(request))
        assessment = await run_in_threadpool(check_quickly, told, clock_of(request))
        result = {
            "is_undated": not given.when,
            "cards": cards_of(assessment, {}),
            "questions": plain_cards(assessment.questions),
            "supposed": await run_in_threadpool(suppose, told, assessment, clock_of(request)),
            "titles": rule_titles(),
        }
    except CuijieError as error:
        return page(request, "check.html", status=400, values=_check_values(given, trouble=error))
    return page(request, "check.html", values=_check_values(given, result=result))


def _check_values(
    given: QuickAnswers, *, result: dict[str, object] | None = None, trouble: CuijieError | None = None
) -> dict[str, object]:
    return {"questions": QUESTIONS, "when": WHEN, "given": given, "result": result, "trouble": trouble}


def _quick_answers(form: FormData, prefix: str = "") -> QuickAnswers:
    def one(name: str) -> str:
        return str(form.get(prefix + name, ""))

    return QuickAnswers(
        who=one("who"),
        agreed=one("agreed"),
        how=one("how"),
        said=tuple(str(value) for value in form.getlist(f"{prefix}said")),
        when=as_written(replace(WHEN, name=prefix + WHEN.name), form),
        lender=one("lender"),
    )


def beginning_routes() -> list[Route]:
    """Routes of the check and of a new case."""
    return [
        Route("/new", show_new, methods=["GET"]),
        Route("/new", make_new, methods=["POST"]),
        Route("/check", check, methods=["GET", "POST"]),
    ]
