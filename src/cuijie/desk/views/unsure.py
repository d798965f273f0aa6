"""The page that asks who collects: three numbers at a time, each put off as long as one likes."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts import unsure
from cuijie.desk.views.frame import BASE, act, back, case_page, early

__all__ = ["unsure_routes"]

_HERE = "unsure"


def show_unsure(request: Request, place: OpenCase) -> Response:
    """The next few that are not known to collect; ``entry`` asks about the one of that entry first."""
    view, first = place.glance(), request.query_params.get("entry", "")
    waiting = sorted(unsure.counterparts(view), key=lambda one: one.entry_id != first)
    asked = [one for one in waiting if one.entry_id not in place.later]
    return case_page(
        request, place, "timeline", "unsure.html", asked=asked[: unsure.AT_ONCE], waiting=len(asked), later=len(waiting) - len(asked), alike=unsure.alike(asked),
        likely=sum(one.is_likely for one in asked), collectors=view.state.collectors, loans=view.state.loans, aside=unsure.set_aside(view),
    )  # fmt: skip


def say(request: Request, place: OpenCase, form: FormData) -> Response:
    """Collection, private, later, or asked about again after all."""
    entry, said = str(form.get("entry", "")), str(form.get("said", ""))
    if said == "later":
        unsure.put_off(place, entry)
    elif said == "private":
        unsure.is_private(place, entry)
        place.tell(
            Words(
                "好，不再问这个号码。说错了，在这一页最下面可以放回来。",
                "Not asked about again; bring it back at the foot of this page.",
            )
        )
    elif said == "back":
        unsure.bring_back(place, entry)
    else:
        place.tell(unsure.is_collection(place, [str(one) for one in form.getlist("entry")], said))
    return back(place, _HERE)


def unsure_routes() -> list[Route]:
    """The routes of this page."""
    return [
        Route(f"{BASE}/{_HERE}", early(show_unsure), methods=["GET"]),
        Route(f"{BASE}/{_HERE}", act(say), methods=["POST"]),
    ]
