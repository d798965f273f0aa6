"""Long work on the pages: receiving files, progress, stopping, doing it after all, taking away what was made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts.timeline import candidate_count
from cuijie.desk.errors import ShelfError
from cuijie.desk.jobs import Job
from cuijie.desk.render import language_of, page
from cuijie.desk.taking_in.files import TakingIn
from cuijie.desk.taking_in.receiving import Body, receive_form, receive_one
from cuijie.desk.views.frame import (
    BASE,
    admitted,
    back,
    case_page,
    early,
    jobs_of,
    order,
    progress_of,
    shelf_of,
    watched,
)
from cuijie.errors import CuijieError

__all__ = ["job_routes"]

_PIECE = 1 << 20
_BRIEFLY_S = 1.0  # what is done in a moment is shown done
_PLACES = ("more", "evidence", "contract", "papers", "jobs")


def show_jobs(request: Request, place: OpenCase) -> Response:
    """Everything that goes on or was done."""
    return case_page(request, place, "more", "jobs.html", candidates=candidate_count(place.glance()))


def jobs_part(request: Request, place: OpenCase) -> Response:
    """The same as a piece of a page."""
    jobs, candidates = jobs_of(place), candidate_count(place.glance())
    values = {"slug": place.slug, "jobs": jobs, "here": _here(request), "candidates": candidates}
    return page(request, "jobs_part.html", values=values)


def _here(request: Request) -> str:
    here = request.query_params.get("back", "")
    return here if here in _PLACES else "jobs"


def status(request: Request, place: OpenCase) -> Response:
    """What goes on, in few words, for the page that shows it."""
    language = language_of(request)
    told = place.told()
    return JSONResponse(
        {
            "updating": place.standing is None or place.standing.current() is None,
            "told": told.of(language) if told else "",
            "first": progress_of(place, language),
            "jobs": [_plain(job, language) for job in jobs_of(place)],
        }
    )


def _plain(job: Job, language: str) -> dict[str, object]:
    return {
        "id": job.id, "kind": job.kind, "state": job.state, "title": job.title.of(language),
        "now": job.now.of(language) if job.now else "",
        "percent": job.percent, "left": job.seconds_left, "done": job.files_done, "total": job.files_total,
        "entries": job.entries, "lines": len(job.lines),
    }  # fmt: skip


def here(request: Request, place: OpenCase) -> Response:
    """Somebody is at the page: the case is not left alone."""
    return Response(status_code=204)


async def add_files(request: Request) -> Response:
    """Receives files, one as the body itself or several as a form, and has them taken in."""
    slug, kind = request.path_params["slug"], request.headers.get("content-type", "")
    is_raw = kind.startswith("application/octet-stream")

    def run() -> TakingIn:
        with shelf_of(request).using(admitted(request)) as place:
            pass  # the reader is given back: receiving may take long
        body = Body(request.stream(), place, request.app.state.max_upload_bytes)
        return receive_one(place, request.headers, body) if is_raw else receive_form(place, kind, body)

    try:
        taking = await run_in_threadpool(run)
    except ClientDisconnect:
        return Response(status_code=400)
    except CuijieError as error:
        if is_raw:
            return JSONResponse({"error": f"{error.message}{error.remedy or ''}"}, status_code=400)
        raise
    if is_raw:
        return JSONResponse({"job": taking.job.id}, status_code=202)
    await _briefly(taking.job)
    return RedirectResponse(f"/c/{slug}/more#jobs", status_code=303)


async def _briefly(job: Job) -> None:
    for _ in range(20):
        if job.is_over:
            return
        await asyncio.sleep(_BRIEFLY_S / 20)


def _job(place: OpenCase, request: Request) -> Job:
    job = place.jobs.get(request.path_params["job"]) if place.jobs is not None else None
    if job is None:
        raise ShelfError("没有这件事了。", remedy="请回到案卷再看。")
    return job


def _to(place: OpenCase, form: FormData) -> Response:
    here = str(form.get("back", ""))
    return back(place, f"{here if here in _PLACES else 'jobs'}#jobs")


def cancel(request: Request, place: OpenCase, form: FormData) -> Response:
    """Stop it: what it is in the middle of is undone whole."""
    job = _job(place, request)
    if place.jobs is not None and not job.is_over:
        place.jobs.cancel(job)
    return _to(place, form)


def again(request: Request, place: OpenCase, form: FormData) -> Response:
    """Do it after all."""
    job = _job(place, request)
    if job.again is not None and job.state in ("left", "failed"):
        job.again()
    return _to(place, form)


def forget(request: Request, place: OpenCase, form: FormData) -> Response:
    """Show it no longer; what waits for it is thrown away."""
    job = _job(place, request)
    if place.jobs is not None and job.state != "running":
        place.jobs.forget(job)
        if job.drop is not None:
            job.drop()
    return _to(place, form)


def fetch(request: Request, place: OpenCase) -> Response:
    """What was made, decrypted as it goes out."""
    result = _job(place, request).result
    if result is None:
        raise ShelfError("还没有做好，或者已经清掉了。", remedy="请重新导出一次。")
    stored, name = result
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return StreamingResponse(_pieces(place.opened.waiting.open(stored)), media_type="application/zip", headers=headers)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE):
            yield piece


def job_routes() -> list[Route]:
    """Routes of taking in and of every job."""
    one = f"{BASE}/jobs/{{job}}"
    return [
        Route(f"{BASE}/add", add_files, methods=["POST"]),
        Route(f"{BASE}/jobs", early(show_jobs)),
        Route(f"{BASE}/jobs.part", watched(jobs_part)),
        Route(f"{BASE}/status", watched(status)),
        Route(f"{BASE}/here", early(here)),
        Route(f"{one}/cancel", order(cancel), methods=["POST"]),
        Route(f"{one}/again", order(again), methods=["POST"]),
        Route(f"{one}/forget", order(forget), methods=["POST"]),
        Route(f"{one}/file", early(fetch)),
    ]
