"""What the pages of one case share: the case held for the request, the frame around the page, the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import CaseIsLocked, ShelfError
from cuijie.desk.jobs import Job
from cuijie.desk.render import language_of, page
from cuijie.desk.taking_in.files import TakingIn
from cuijie.desk.views.home import shelf_of

__all__ = [
    "BASE",
    "Act",
    "View",
    "act",
    "back",
    "case_page",
    "clock_of",
    "early",
    "held",
    "jobs_of",
    "only_here",
    "order",
    "progress_of",
    "shelf_of",
    "today_of",
    "watched",
]

BASE = "/c/{slug:str}"
PLACES = (
    ("timeline", "时间线", "Timeline"),
    ("findings", "发现", "Findings"),
    ("next", "下一步", "Next"),
    ("papers", "文书", "Papers"),
    ("more", "更多", "More"),
)
_WITH_JOBS = frozenset({"more.html", "evidence.html", "jobs.html", "papers.html", "paper_making.html"})  # show jobs

View = Callable[[Request, OpenCase], Response]
Act = Callable[[Request, OpenCase, FormData], Response]


def admitted(request: Request) -> str:
    """The case that the address names.  Raises ShelfError on a phone that has not given its passphrase."""
    slug: str = request.path_params["slug"]
    if request.app.state.is_lan:
        door, case = request.app.state.door, shelf_of(request).case_at(slug)
        if case is None or door.unlocked.get(slug) is not case:
            raise CaseIsLocked
    return slug


def only_here(request: Request) -> None:
    """Raises ShelfError for a request of a phone: what is about several cases is for the computer they lie on."""
    if request.app.state.is_lan:
        raise ShelfError("这一页只能在启动催界的这台电脑上看。", remedy="请在那台电脑的浏览器里打开。")


def clock_of(request: Request) -> Clock:
    """The clock of this run."""
    return shelf_of(request).clock


def today_of(request: Request) -> date:
    """The day it is by the clock of this run, in Asia/Shanghai."""
    return shanghai_day(clock_of(request).now())


def early(view: View) -> Callable[[Request], Response]:
    """Runs *view* with a reader of the open case held for this request; it shows records, with or without findings."""

    @wraps(view)
    def endpoint(request: Request) -> Response:
        with shelf_of(request).using(admitted(request)) as place:
            place.glance()  # begins the first assessment; that of a small case is waited for
            return view(request, place)

    return endpoint


def held(view: View) -> Callable[[Request], Response]:
    """As ``early``, for what needs findings: while the first are being made, a page says so and goes on by itself."""

    @wraps(view)
    def endpoint(request: Request) -> Response:
        with shelf_of(request).using(admitted(request)) as place:
            if place.standing is not None and not place.standing.is_ready(place.opened):
                return _opening(request, place)
            return view(request, place)

    return endpoint


def _opening(request: Request, place: OpenCase) -> Response:
    here = next((name for name, _, _ in PLACES if request.url.path.endswith(f"/{name}")), "more")
    frame = {"slug": place.slug, "places": PLACES, "here": here, "progress": progress_of(place, language_of(request))}
    return page(request, "opening.html", values=frame)


def progress_of(place: OpenCase, language: str) -> dict[str, str | int]:
    """How far the first assessment of a case is, in words and as a percentage; empty words once it is there."""
    if place.standing is None or place.standing.is_ready(place.opened, at_once=True):
        return {"words": "", "percent": 100}
    now = place.standing.progress
    words = (
        Words(
            f"正在读每条记录里的话：{now.done:,} / {now.total:,}",
            f"Reading what was said: {now.done:,} of {now.total:,}",
        ),
        Words("正在逐条对照那一天有效的规定", "Holding each against the law of its day"),
        Words("正在整理成发现和问题", "Putting findings and questions in order"),
    )[now.stage - 1]
    return {"words": words.of(language), "percent": now.percent}


def watched(view: View) -> Callable[[Request], Response]:
    """As ``held``, for what a page asks by itself: it does not keep a case open that is left alone."""

    @wraps(view)
    def endpoint(request: Request) -> Response:
        with shelf_of(request).using(admitted(request), touch=False) as place:
            return view(request, place)

    return endpoint


def order(change: Act) -> Callable[[Request], Awaitable[Response]]:
    """As ``act``, for what concerns the jobs and not the case: it does not wait for a job to let go of the writer."""

    @wraps(change)
    async def endpoint(request: Request) -> Response:
        async with request.form() as form:

            def run() -> Response:
                with shelf_of(request).using(admitted(request)) as place:
                    return change(request, place, form)

            return await run_in_threadpool(run)

    return endpoint


def jobs_of(place: OpenCase) -> tuple[Job, ...]:
    """The jobs of the case, the newest first; what never arrived is given up."""
    jobs = place.jobs.all() if place.jobs is not None else ()
    for job in jobs:
        if isinstance(job.source, TakingIn):
            job.source.settle()
    return jobs


def act(change: Act) -> Callable[[Request], Awaitable[Response]]:
    """Runs *change* with the posted form and the writer of the open case, off the event loop."""

    @wraps(change)
    async def endpoint(request: Request) -> Response:
        async with request.form() as form:

            def run() -> Response:
                with shelf_of(request).changing(admitted(request)) as place:
                    return change(request, place, form)

            return await run_in_threadpool(run)

    return endpoint


def case_page(
    request: Request, place: OpenCase, here: str, template: str = "", *, status: int = 200, **values: object
) -> Response:
    """A page of the case; *here* is the place of the bar that it belongs to, its template too if none is named."""
    told = place.take_told() if status == 200 else None
    jobs, shown = jobs_of(place), template or f"{here}.html"
    is_current = place.standing is not None and place.standing.current() is not None
    frame = {
        "slug": place.slug, "places": PLACES, "here": here, "title": place.title,
        "told": told, "may_undo": bool(told and place.undo and is_current),
        "jobs": jobs, "working": [job for job in jobs if job.state in ("running", "waiting")],
        "left": [job for job in jobs if job.state == "left"], "updating": not is_current,
        "shows_jobs": shown in _WITH_JOBS, "progress": progress_of(place, language_of(request)),
    }  # fmt: skip
    return page(request, shown, status=status, values={**frame, **values})


def back(place: OpenCase, here: str) -> Response:
    """To another page of the case after a change."""
    return RedirectResponse(f"/c/{place.slug}/{here}", status_code=303)
